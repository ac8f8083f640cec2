//! The grammar of an event page.
//!
//! ```text
//! [ NL "Formats: …" NL NL ]
//! "### [" Y-MM-D "](/news/Y/MM/D/index.md)" NL NL
//! [ "##### " category NL ]
//! "# " title NL NL
//! [ summary ] NL NL
//! { NL "### Sources:" | "### Changes:" | "### Related:" NL NL { N ". [" … NL } }
//! ```
//!
//! The grammar is exact. It is lenient only where the meaning cannot be mistaken: more or fewer blank
//! lines, sections in another order, numbers that do not count. Such a page renders differently, so
//! the ingest keeps its bytes.

use super::super::limits::PageLimits;
use super::super::lines::{Lines, Step, fail, is_blank};
use super::super::logical_path::LogicalPath;
use super::super::model::{ChangeItem, Edition, EventPage, PageKind, RelatedItem, SourceItem};
use super::heading::heading;
use super::item::{self, BrokenItem};
use super::labels::{self, LABELS, Section};
use super::layout::{Formats, Numbering};
use super::preamble::Preamble;
use super::spans::Spans;
use crate::event::{ChangeKind, Date, EventId, clean};

/// Reads an event page; `lines` is at its heading. Returns the ids that go behind its text, too.
pub(super) fn read(
    text: &str,
    lines: Lines<'_>,
    preamble: &Preamble<'_>,
    path: &LogicalPath,
    limits: &PageLimits,
) -> Step<(EventPage, String)> {
    let mut reader = EventPageReader {
        spans: Spans::new(text),
        lines,
        items_left: limits.items,
        edition: None,
        page: EventPage::blank(Date::MIN, Edition::En, PageKind::News),
    };
    reader.heading(path)?;
    reader.head()?;
    reader.sections()?;
    reader.finish(preamble);
    Ok((reader.page, reader.spans.behind))
}

struct EventPageReader<'t> {
    spans: Spans<'t>,
    lines: Lines<'t>,
    items_left: usize,
    /// The edition that a label belongs to.
    edition: Option<Edition>,
    page: EventPage,
}

impl<'t> EventPageReader<'t> {
    fn heading(&mut self, path: &LogicalPath) -> Step<()> {
        let at = self.lines.at();
        let line = self.lines.line().unwrap_or_default();
        let Some(found) = heading(line, "###") else {
            return fail(
                "not_an_event_page",
                at,
                "expected the heading `### [YYYY-MM-D](/news/YYYY/MM/D/index.md)`",
            );
        };
        self.page.date = found.date(at)?;
        self.page.layout.day_folder = found.edition(at)?;
        let id = match &path.id {
            Some(id) if id.is_opinion() => {
                return fail(
                    "not_an_event_page",
                    at,
                    "an event page in the opinion tree: expected `# title` and `#### by Author`",
                );
            }
            Some(id) => Some(id.clone()),
            None => EventId::at(false, self.page.date, path.name()),
        };
        let Some(id) = id else {
            return fail(
                "no_id",
                at,
                "an event page whose file name names no event; call the file slug.md",
            );
        };
        self.page.id = self.spans.push(id.as_str());
        self.lines.advance();
        Ok(())
    }

    /// Category, title and summary.
    fn head(&mut self) -> Step<()> {
        self.lines.skip_blank();
        let mut line = self.lines.line().unwrap_or_default();
        if let Some(category) = line.strip_prefix("#####").and_then(|rest| {
            if rest.is_empty() {
                Some(rest)
            } else {
                rest.strip_prefix(' ')
            }
        }) {
            self.page.category = Some(self.spans.of(category));
            self.lines.advance();
            self.lines.skip_blank();
            line = self.lines.line().unwrap_or_default();
        }
        let Some(title) = line.strip_prefix("# ") else {
            return fail(
                "no_title",
                self.lines.at(),
                "expected the title, `# …`, here",
            );
        };
        if clean(title).is_empty() {
            return fail("no_title", self.lines.at() + 2, "the title is empty");
        }
        self.page.title = self.spans.of(title);
        self.lines.advance();
        if self
            .lines
            .line()
            .is_some_and(|line| !is_blank(line) && labels::section(line).is_none())
        {
            return fail(
                "unexpected_line",
                self.lines.at(),
                "expected an empty line below the title",
            );
        }
        if self.lines.line().is_some_and(is_blank) {
            self.lines.advance();
        }
        // The line's position makes it the summary, whatever it begins with.
        if let Some(line) = self
            .lines
            .line()
            .filter(|line| !is_blank(line) && labels::section(line).is_none())
        {
            self.page.summary = Some(self.spans.of(line));
            self.lines.advance();
        }
        self.lines.skip_blank();
        Ok(())
    }

    fn sections(&mut self) -> Step<()> {
        let mut seen = [false; 3];
        while let Some(line) = self.lines.line() {
            let at = self.lines.at();
            let Some(word) = labels::section(line) else {
                return fail(
                    "unexpected_line",
                    at,
                    "expected a list that the format knows, as `### Related:`, or the end of the page",
                );
            };
            let again = &mut seen[word.what as usize];
            if std::mem::replace(again, true) {
                return fail(
                    "repeated_section",
                    at,
                    "the page has this list twice; join them",
                );
            }
            self.edition = self.edition.or(word.edition);
            let layout = &mut self.page.layout;
            match word.what {
                Section::Sources => layout.sources = word.number,
                Section::Changes => layout.changes = word.number,
                Section::Related => layout.related = word.number,
            }
            self.lines.advance();
            self.items(word.what)?;
        }
        Ok(())
    }

    fn items(&mut self, section: Section) -> Step<()> {
        loop {
            self.lines.skip_blank();
            let Some(line) = self.lines.line() else {
                return Ok(());
            };
            if line.starts_with("### ") {
                return Ok(());
            }
            let at = self.lines.at();
            let Some((number, start)) = item::number(line) else {
                return fail("bad_item", at, "expected an item, `1. [`, or the next list");
            };
            if self.items_left == 0 {
                return fail(
                    "too_many_items",
                    at,
                    "the page has more items than the limit allows; raise the limit if it is meant so",
                );
            }
            self.items_left -= 1;
            let read = match section {
                Section::Sources => self.source(line, number, start),
                Section::Changes => self.change(line, number, start),
                Section::Related => self.related(line, start),
            };
            if let Err(BrokenItem(offset, message)) = read {
                return fail("bad_item", at + offset, message);
            }
            self.lines.advance();
        }
    }

    fn source(&mut self, line: &'t str, number: u32, start: usize) -> Result<(), BrokenItem> {
        let found = item::source(line, start)?;
        let name = &line[found.name];
        let url = self.spans.of(&line[found.url]);
        if self.page.cover_image.is_none() && found.image.is_none() && labels::is_cover(name) {
            self.page.layout.cover = Numbering::from_number(number, self.page.sources.len());
            self.page.cover_image = Some(url);
            return Ok(());
        }
        let source = SourceItem {
            name: self.spans.of(name),
            url,
            image: found.image.map(|image| self.spans.of(&line[image])),
        };
        self.page.sources.push(source);
        Ok(())
    }

    fn change(&mut self, line: &'t str, number: u32, start: usize) -> Result<(), BrokenItem> {
        const EXPECTED: &str =
            "expected a version behind the link, as `_2017-12-20 06:30:07 (Update)_`";
        let found = item::linked(line, start)?;
        let note = found.note.ok_or(BrokenItem(line.len(), EXPECTED))?;
        let (time, kind) =
            item::version(&line[note.clone()]).ok_or(BrokenItem(note.start, EXPECTED))?;
        if kind == ChangeKind::Current {
            self.page.layout.current = Numbering::from_number(number, self.page.changes.len());
        }
        self.page.layout.link_folder = found.target.folder;
        let change = ChangeItem {
            title: self.spans.of(&line[found.title]),
            target: self.spans.target(&found.target),
            at: time.map(|len| self.spans.of(&line[note.start..note.start + len])),
            kind,
        };
        self.page.changes.push(change);
        Ok(())
    }

    fn related(&mut self, line: &'t str, start: usize) -> Result<(), BrokenItem> {
        let found = item::linked(line, start)?;
        let context = match found.note {
            None => None,
            Some(note) => {
                let (word, skip) = labels::context(&line[note.clone()]).ok_or(BrokenItem(
                    note.start,
                    "expected the label of a context, as `_Context: a, b_`",
                ))?;
                self.edition = self.edition.or(word.edition);
                self.page.layout.context = word.number;
                Some(self.spans.of(&line[note.start + skip..note.end]))
            }
        };
        self.page.layout.link_folder = found.target.folder;
        let related = RelatedItem {
            title: self.spans.of(&line[found.title]),
            target: self.spans.target(&found.target),
            context,
        };
        self.page.related.push(related);
        Ok(())
    }

    /// The edition: by labels, then by the folder in the heading's link, then by the script of the
    /// title and the category.
    fn finish(&mut self, preamble: &Preamble<'_>) {
        let page = &mut self.page;
        let folder = &LABELS[usize::from(page.layout.day_folder)];
        let script = |span| labels::script(self.spans.get(span));
        page.lang = self
            .edition
            .or(preamble.edition())
            .or((!folder.folder.is_empty()).then_some(folder.edition))
            .or_else(|| script(page.title))
            .or_else(|| script(page.category?))
            .unwrap_or(LABELS[0].edition);
        if let Some((line, _)) = preamble.formats {
            page.layout.formats = formats(line);
        }
    }
}

/// How a line of formats spells its paths.
fn formats(line: &str) -> Formats {
    let path = line.find("](").map_or("", |at| &line[at + 2..]);
    if !path.starts_with('/') {
        return Formats::Bare;
    }
    let folder = LABELS.iter().rposition(|labels| {
        path.strip_prefix(labels.folder)
            .is_some_and(|rest| rest.starts_with("/news/"))
    });
    Formats::Folder(folder.unwrap_or_default() as u8)
}
