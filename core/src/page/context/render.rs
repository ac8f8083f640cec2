//! An event page back to its text.

use std::fmt::Write;

use super::super::model::{EventPage, PageKind, SourceItem, Span};
use super::labels::{self, LABELS, Labels};
use super::layout::Formats;
use crate::event::ChangeKind;

/// About how many bytes an item has beside its texts: number, marks, folder, ending, label.
const ITEM_BYTES: usize = 40;

/// Renders an event page from its fields alone: layout, date, id and the texts of its spans.
///
/// The result equals the page's bytes for every page that follows its layout. The ingest compares,
/// and keeps the bytes of the other pages.
pub(crate) fn render(page: &EventPage) -> String {
    let mut out = Renderer {
        page,
        labels: Labels::of(page.lang),
        text: String::with_capacity(size(page)),
    };
    match page.kind {
        PageKind::News => out.news(),
        PageKind::Opinion => out.opinion(),
    }
    out.text
}

/// A length that nearly no rendering exceeds, so the text is allocated once.
fn size(page: &EventPage) -> usize {
    let len = |span: Span| (span.end - span.start) as usize;
    let mut size = 256 + 4 * len(page.id) + len(page.title);
    for span in [
        page.category,
        page.summary,
        page.cover_image,
        page.author,
        page.body,
    ] {
        size += span.map_or(0, len);
    }
    for source in &page.sources {
        size += len(source.name) + len(source.url) + source.image.map_or(0, len) + ITEM_BYTES;
    }
    for related in &page.related {
        size +=
            len(related.title) + len(related.target) + related.context.map_or(0, len) + ITEM_BYTES;
    }
    for change in &page.changes {
        size += len(change.title) + len(change.target) + 2 * ITEM_BYTES;
    }
    size
}

struct Renderer<'p> {
    page: &'p EventPage,
    labels: &'static Labels,
    text: String,
}

impl Renderer<'_> {
    fn put(&mut self, parts: &[&str]) {
        for part in parts {
            self.text.push_str(part);
        }
    }

    fn number(&mut self, number: usize) {
        // Writing to a string does not fail.
        let _ = write!(self.text, "{number}. [");
    }

    fn news(&mut self) {
        let page = self.page;
        let id = page.get(page.id);
        let before = match page.layout.formats {
            Formats::None => None,
            Formats::Folder(number) => Some((folder(number), "/news/")),
            Formats::Bare => Some(("", "")),
        };
        if let Some((folder, news)) = before {
            self.put(&["\n", self.labels.formats.unwrap_or("Formats"), ": "]);
            for (name, end, gap) in [
                ("HTML", ".html", "  "),
                ("JSON", ".json", "  "),
                ("XML", ".xml", "  \n\n"),
            ] {
                self.put(&["[", name, "](", folder, news, id, end, ")", gap]);
            }
        }
        let (year, month, day) = (page.date.year(), page.date.month(), page.date.day());
        let folder = folder(page.layout.day_folder);
        let _ = write!(
            self.text,
            "### [{year:04}-{month:02}-{day}]({folder}/news/{year:04}/{month:02}/{day}/index.md)\n\n"
        );
        if let Some(category) = page.category {
            self.put(&["##### ", page.get(category), "\n"]);
        }
        let summary = page.summary.map_or("", |span| page.get(span));
        self.put(&["# ", page.get(page.title), "\n\n", summary, "\n\n"]);
        self.sources();
        self.changes();
        self.related();
    }

    fn label(&mut self, labels: &[&str], number: u8) {
        let label = labels
            .get(usize::from(number))
            .or(labels.first())
            .unwrap_or(&"");
        self.put(&["\n### ", label, ":\n\n"]);
    }

    fn sources(&mut self) {
        let page = self.page;
        if page.sources.is_empty() && page.cover_image.is_none() {
            return;
        }
        self.label(self.labels.sources, page.layout.sources);
        // Of several items that may be the cover image the first is it, so it has to stay the first.
        let may_be_cover =
            |source: &SourceItem| source.image.is_none() && labels::is_cover(page.get(source.name));
        let first = page.sources.iter().position(may_be_cover);
        for (i, source) in page.sources.iter().enumerate() {
            if Some(i) == first {
                self.cover(i);
            }
            self.number(i + 1);
            self.put(&[page.get(source.name), "](", page.get(source.url), ")"]);
            if let Some(image) = source.image {
                self.put(&[" [IMG](", page.get(image), ")"]);
            }
            self.put(&["\n"]);
        }
        if first.is_none() {
            self.cover(page.sources.len());
        }
    }

    /// The cover image behind some sources.
    fn cover(&mut self, sources: usize) {
        if let Some(cover) = self.page.cover_image {
            let number = self.page.layout.cover.number(sources);
            self.number(number);
            self.put(&[self.labels.cover, "](", self.page.get(cover), ")\n"]);
        }
    }

    fn link(&mut self, title: Span, target: Span) {
        let page = self.page;
        let id = page.get(target);
        let folder = folder(page.layout.link_folder);
        if id.starts_with("opinion/") {
            self.put(&[page.get(title), "](", folder, "/", id, "/index.md)"]);
        } else {
            self.put(&[page.get(title), "](", folder, "/news/", id, ".md)"]);
        }
    }

    fn changes(&mut self) {
        let page = self.page;
        if page.changes.is_empty() {
            return;
        }
        self.label(self.labels.changes, page.layout.changes);
        for (i, change) in page.changes.iter().enumerate() {
            self.number(if change.kind == ChangeKind::Current {
                page.layout.current.number(i)
            } else {
                i + 1
            });
            self.link(change.title, change.target);
            let (at, gap) = change.at.map_or(("", ""), |span| (page.get(span), " "));
            self.put(&[
                " _",
                at,
                gap,
                "(",
                labels::version_word(self.labels, change.kind),
                ")_\n",
            ]);
        }
    }

    fn related(&mut self) {
        let page = self.page;
        if page.related.is_empty() {
            return;
        }
        self.label(self.labels.related, page.layout.related);
        let labels = self.labels.context;
        let label = labels
            .get(usize::from(page.layout.context))
            .or(labels.first())
            .unwrap_or(&"");
        for (i, related) in page.related.iter().enumerate() {
            self.number(i + 1);
            self.link(related.title, related.target);
            if let Some(context) = related.context {
                self.put(&[" _", label, ": ", page.get(context), "_"]);
            }
            self.put(&["\n"]);
        }
    }

    fn opinion(&mut self) {
        let page = self.page;
        if page.layout.blank_first {
            self.put(&["\n"]);
        }
        let author = page.author.map_or("", |span| page.get(span));
        let gap = if author.is_empty() { "" } else { " " };
        let body = page.body.map_or("", |span| page.get(span));
        self.put(&[
            "# ",
            page.get(page.title),
            "\n#### ",
            self.labels.by,
            gap,
            author,
            "\n\n",
            body,
        ]);
    }
}

fn folder(number: u8) -> &'static str {
    LABELS
        .get(usize::from(number))
        .map_or("", |labels| labels.folder)
}
