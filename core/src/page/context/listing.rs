//! The grammar of pages that list events: day pages, front pages, the list of opinions.

use super::super::limits::PageLimits;
use super::super::lines::{Lines, Step, fail, is_blank};
use super::super::logical_path::LogicalPath;
use super::super::model::{Edition, Listing, ListingItem, ListingKind};
use super::heading::{HeadingLine, heading};
use super::item::{self, BrokenItem};
use super::labels::{self, LABELS, PageBlock};
use super::preamble::Preamble;
use super::spans::Spans;
use crate::event::Date;

/// Whether the line at the cursor heads a list. A heading of other Markdown pages does not.
pub(super) fn is_head(lines: &Lines<'_>) -> bool {
    let line = lines.line().unwrap_or_default();
    if line.strip_prefix("## ").is_some_and(labels::is_opinions) {
        return true;
    }
    heading(line, "##").is_some_and(|heading| {
        heading.day.is_some() || labels::block(heading.text).is_some() || heading.looks_dated()
    })
}

/// Reads a list; `lines` is at its first heading. Returns the ids that go behind its text, too.
pub(super) fn read(
    text: &str,
    mut lines: Lines<'_>,
    preamble: &Preamble<'_>,
    path: &LogicalPath,
    limits: &PageLimits,
) -> Step<(Listing, String)> {
    let mut reader = ListingReader {
        spans: Spans::new(text),
        items_max: limits.items,
        items: Vec::new(),
        edition: None,
        date: None,
        front: false,
        opinions: false,
        below_item: false,
    };
    while let Some(line) = lines.line() {
        reader.line(line, lines.at())?;
        lines.advance();
    }
    Ok(reader.finish(preamble, path))
}

/// What the lines read so far have given.
struct ListingReader<'t> {
    spans: Spans<'t>,
    items_max: usize,
    items: Vec<ListingItem>,
    /// The edition that a label belongs to.
    edition: Option<Edition>,
    /// The date of a heading.
    date: Option<Date>,
    /// Whether something shows that it is a front page.
    front: bool,
    /// Whether the list of opinions begins.
    opinions: bool,
    /// Whether the line before is an item: its summary or context may follow.
    below_item: bool,
}

impl<'t> ListingReader<'t> {
    /// Reads one line; `at` is its offset.
    fn line(&mut self, line: &'t str, at: usize) -> Step<()> {
        let below_item = std::mem::take(&mut self.below_item);
        if is_blank(line) || line.starts_with("##### ") || line == "#####" {
            return Ok(());
        }
        if line == "---" {
            self.front = true;
            return Ok(());
        }
        if let Some(found) = heading(line, "##") {
            return self.heading(&found, at);
        }
        if line.strip_prefix("## ").is_some_and(labels::is_opinions) {
            self.opinions = true;
            return Ok(());
        }
        if line.starts_with("### [") {
            self.below_item = true;
            return self.item(line, at);
        }
        if below_item {
            self.context(line);
            return Ok(());
        }
        fail(
            "unexpected_line",
            at,
            "expected an item, `### [title](/news/YYYY/MM/D/slug.md)`, a heading or the end of the page",
        )
    }

    fn heading(&mut self, found: &HeadingLine<'_>, at: usize) -> Step<()> {
        match labels::block(found.text) {
            Some(PageBlock::Previous(edition)) => self.edition = self.edition.or(Some(edition)),
            Some(PageBlock::Front(edition)) => {
                self.edition = self.edition.or(Some(edition));
                self.front = true;
            }
            None if found.looks_dated() => {
                // A second date makes it a front page.
                self.front |= self.date.replace(found.date(at)?).is_some();
            }
            None => self.front = true,
        }
        match found.day {
            Some(_) => Ok(()),
            None => fail(
                "bad_link",
                at + found.link_at,
                "expected the link to a day, `(/news/YYYY/MM/D/index.md)`, to end the heading",
            ),
        }
    }

    fn item(&mut self, line: &'t str, at: usize) -> Step<()> {
        if self.items.len() == self.items_max {
            return fail(
                "too_many_items",
                at,
                "the page lists more events than the limit allows; raise the limit if it is meant so",
            );
        }
        let found = match item::linked(line, 5) {
            Ok(found) => found,
            Err(BrokenItem(offset, message)) => return fail("bad_item", at + offset, message),
        };
        if let Some(note) = found.note {
            let message = "expected the line to end behind the link";
            return fail("bad_item", at + note.start, message);
        }
        let target = self.spans.target(&found.target);
        self.items.push(ListingItem {
            target,
            title: self.spans.of(&line[found.title]),
            context: None,
        });
        Ok(())
    }

    /// Reads the line below an item: its context, or else a summary, which is not kept.
    fn context(&mut self, line: &'t str) {
        let note = line
            .strip_prefix('_')
            .and_then(|rest| rest.strip_suffix('_'));
        let Some(note) = note else { return };
        if let (Some((word, skip)), Some(item)) = (labels::context(note), self.items.last_mut()) {
            self.edition = self.edition.or(word.edition);
            item.context = Some(self.spans.of(&note[skip..]));
        }
    }

    fn finish(self, preamble: &Preamble<'_>, path: &LogicalPath) -> (Listing, String) {
        let kind = match self.date {
            None if self.opinions && !self.front => ListingKind::Opinions,
            // The folder of a day page decides its day, whatever its heading says.
            Some(date) if !self.front => ListingKind::Day(path.day.unwrap_or(date)),
            _ => ListingKind::Front,
        };
        let by_script = || {
            let titles = self.items.iter().map(|item| self.spans.get(item.title));
            titles.into_iter().find_map(labels::script)
        };
        let lang = self
            .edition
            .or(preamble.edition())
            .or_else(by_script)
            .unwrap_or(LABELS[0].edition);
        let listing = Listing {
            text: String::new(),
            lang,
            kind,
            items: self.items,
        };
        (listing, self.spans.behind)
    }
}
