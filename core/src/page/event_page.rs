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
//! The page is told line by line and exactly. Lenient only where the meaning cannot be mistaken: blank lines more or
//! fewer, sections in another order, numbers that do not count; such a page renders differently and is kept whole.

use super::item::{self, Broken};
use super::layout::{Formats, Numbering};
use super::lines::{Lines, Step, fail, is_blank};
use super::link::{self, Id, Target};
use super::locale::{self, LOCALES, Section};
use super::model::{ChangeItem, EventPage, RelatedItem, SourceItem, Span};
use super::{PageLimits, Place};
use crate::event::{ChangeKind, Date, EventId, Kind, Lang, text};

/// A heading `### [2017-03-2](/news/2017/03/2/index.md)`, or with `##` before it.
pub(super) struct Heading<'t> {
    pub text: &'t str,
    /// Offset of the text in the line.
    pub text_at: usize,
    /// Edition number and day of the link; none if it leads elsewhere.
    pub day: Option<(u8, Date)>,
    /// Offset of the link in the line.
    pub link_at: usize,
}

/// Reads a heading that is one link.
pub(super) fn heading<'t>(line: &'t str, mark: &str) -> Option<Heading<'t>> {
    let body = line.strip_prefix(mark)?.strip_prefix(" [")?;
    let text_at = mark.len() + 2;
    let close = item::find(body, "](")?;
    let link_at = text_at + close + 2;
    let day = line[link_at..].strip_suffix(')').and_then(link::day);
    Some(Heading {
        text: &body[..close],
        text_at,
        day,
        link_at,
    })
}

/// What stands at the top of a page of any kind.
pub(super) struct Top<'t> {
    pub blank_first: bool,
    /// The line of formats, and the edition that has such a line.
    pub formats: Option<(&'t str, Lang)>,
}

/// Reads an event page; `lines` stands at the heading.
pub(super) fn read(
    whole: &str,
    lines: Lines<'_>,
    top: &Top<'_>,
    place: &Place,
    limits: &PageLimits,
) -> Step<(EventPage, String)> {
    let mut reader = Reader {
        text: whole,
        lines,
        tail: String::new(),
        items_left: limits.items,
        told: None,
        page: EventPage::blank(Date::MIN, Lang::En, Kind::News),
    };
    reader.heading(place)?;
    reader.head()?;
    reader.sections()?;
    reader.finish(top);
    Ok((reader.page, reader.tail))
}

struct Reader<'t> {
    text: &'t str,
    lines: Lines<'t>,
    /// Ids that the page does not hold literally; their spans lie behind its text.
    tail: String,
    items_left: usize,
    /// The language that a label has told.
    told: Option<Lang>,
    page: EventPage,
}

impl<'t> Reader<'t> {
    fn span(&self, text: &str) -> Span {
        // All texts of fields are slices of the page.
        let start = text.as_ptr() as usize - self.text.as_ptr() as usize;
        Span {
            start: start as u32,
            end: (start + text.len()) as u32,
        }
    }

    fn made(&mut self, id: &EventId) -> Span {
        let start = (self.text.len() + self.tail.len()) as u32;
        self.tail.push_str(id.as_str());
        Span {
            start,
            end: start + id.as_str().len() as u32,
        }
    }

    fn target(&mut self, target: Target<'_>) -> Span {
        match target.id {
            Id::Literal(id) => self.span(id),
            Id::Made(id) => self.made(&id),
        }
    }

    fn heading(&mut self, place: &Place) -> Step<()> {
        let at = self.lines.at();
        let line = self.lines.line().unwrap_or_default();
        let Some(found) = heading(line, "###") else {
            return fail(
                "not_an_event_page",
                at,
                "expected the heading `### [YYYY-MM-D](/news/YYYY/MM/D/index.md)`",
            );
        };
        let Ok(date) = found.text.parse() else {
            return fail(
                "bad_date",
                at + found.text_at,
                format!(
                    "{:?} is no day of the calendar; days are written like 2017-03-2",
                    found.text
                ),
            );
        };
        let Some((folder, _)) = found.day else {
            return fail(
                "bad_link",
                at + found.link_at,
                "expected the link to the day, `(/news/YYYY/MM/D/index.md)`, to end the heading",
            );
        };
        self.page.date = date;
        self.page.layout.day_folder = folder;
        let id = match &place.id {
            Some(id) if id.is_opinion() => {
                return fail(
                    "not_an_event_page",
                    at,
                    "an event page in the opinion tree: expected `# title` and `#### by Author`",
                );
            }
            Some(id) => Some(id.clone()),
            None => EventId::at(false, date, place.name()),
        };
        let Some(id) = id else {
            return fail(
                "no_id",
                at,
                "an event page whose file name names no event; call the file slug.md",
            );
        };
        self.page.id = self.made(&id);
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
            self.page.category = Some(self.span(category));
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
        if text::clean(title).is_empty() {
            return fail("no_title", self.lines.at() + 2, "the title is empty");
        }
        self.page.title = self.span(title);
        self.lines.advance();
        if self
            .lines
            .line()
            .is_some_and(|line| !is_blank(line) && locale::section(line).is_none())
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
        // The line's place makes it the summary, whatever it begins with.
        if let Some(line) = self
            .lines
            .line()
            .filter(|line| !is_blank(line) && locale::section(line).is_none())
        {
            self.page.summary = Some(self.span(line));
            self.lines.advance();
        }
        self.lines.skip_blank();
        Ok(())
    }

    fn sections(&mut self) -> Step<()> {
        let mut seen = [false; 3];
        while let Some(line) = self.lines.line() {
            let at = self.lines.at();
            let Some(word) = locale::section(line) else {
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
            self.told = self.told.or(word.lang);
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
            if let Err(Broken(offset, message)) = read {
                return fail("bad_item", at + offset, message);
            }
            self.lines.advance();
        }
    }

    fn source(&mut self, line: &'t str, number: u32, start: usize) -> Result<(), Broken> {
        let found = item::source(line, start)?;
        let name = &line[found.name];
        let url = self.span(&line[found.url]);
        if self.page.cover_image.is_none() && found.image.is_none() && locale::is_cover(name) {
            self.page.layout.cover = Numbering::told_by(number, self.page.sources.len());
            self.page.cover_image = Some(url);
            return Ok(());
        }
        let source = SourceItem {
            name: self.span(name),
            url,
            image: found.image.map(|image| self.span(&line[image])),
        };
        self.page.sources.push(source);
        Ok(())
    }

    fn change(&mut self, line: &'t str, number: u32, start: usize) -> Result<(), Broken> {
        const EXPECTED: &str =
            "expected a version behind the link, as `_2017-12-20 06:30:07 (Update)_`";
        let found = item::linked(line, start)?;
        let note = found.note.ok_or(Broken(line.len(), EXPECTED))?;
        let (time, kind) =
            item::version(&line[note.clone()]).ok_or(Broken(note.start, EXPECTED))?;
        if kind == ChangeKind::Current {
            self.page.layout.current = Numbering::told_by(number, self.page.changes.len());
        }
        self.page.layout.link_folder = found.target.folder;
        let change = ChangeItem {
            title: self.span(&line[found.title]),
            target: self.target(found.target),
            at: time.map(|len| self.span(&line[note.start..note.start + len])),
            kind,
        };
        self.page.changes.push(change);
        Ok(())
    }

    fn related(&mut self, line: &'t str, start: usize) -> Result<(), Broken> {
        let found = item::linked(line, start)?;
        let context = match found.note {
            None => None,
            Some(note) => {
                let (word, skip) = locale::context(&line[note.clone()]).ok_or(Broken(
                    note.start,
                    "expected the label of a context, as `_Context: a, b_`",
                ))?;
                self.told = self.told.or(word.lang);
                self.page.layout.context = word.number;
                Some(self.span(&line[note.start + skip..note.end]))
            }
        };
        self.page.layout.link_folder = found.target.folder;
        let related = RelatedItem {
            title: self.span(&line[found.title]),
            target: self.target(found.target),
            context,
        };
        self.page.related.push(related);
        Ok(())
    }

    /// Language: by labels, then by the folder in the heading's link, then by the script of the title.
    fn finish(&mut self, top: &Top<'_>) {
        let page = &mut self.page;
        let folder = &LOCALES[usize::from(page.layout.day_folder)];
        let get = |span: Span| {
            self.text
                .get(span.start as usize..span.end as usize)
                .unwrap_or_default()
        };
        page.lang = self
            .told
            .or(top.formats.map(|(_, lang)| lang))
            .or((!folder.folder.is_empty()).then_some(folder.lang))
            .or_else(|| locale::script(get(page.title)))
            .or_else(|| locale::script(get(page.category?)))
            .unwrap_or(LOCALES[0].lang);
        if let Some((line, _)) = top.formats {
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
    let folder = LOCALES.iter().rposition(|locale| {
        path.strip_prefix(locale.folder)
            .is_some_and(|rest| rest.starts_with("/news/"))
    });
    Formats::Folder(folder.unwrap_or_default() as u8)
}
