//! The grammar of an opinion: `# title`, `#### by Author`, then free Markdown.

use super::super::lines::{Lines, Step, fail};
use super::super::logical_path::LogicalPath;
use super::super::model::{EventPage, PageKind};
use super::labels::{self, LABELS};
use super::preamble::Preamble;
use super::spans::Spans;
use crate::event::{Date, clean};

/// Whether the lines at the cursor are an opinion's head.
pub(super) fn is_head(lines: &Lines<'_>) -> bool {
    let mut lines = lines.clone();
    if !lines.line().is_some_and(|line| line.starts_with("# ")) {
        return false;
    }
    lines.advance();
    lines.skip_blank();
    lines
        .line()
        .is_some_and(|line| labels::author(line).is_some())
}

/// Reads an opinion whose head [`is_head`] has found; `lines` is at its title. Returns the id that
/// goes behind its text, too.
pub(super) fn read(
    text: &str,
    mut lines: Lines<'_>,
    preamble: &Preamble<'_>,
    path: &LogicalPath,
) -> Step<(EventPage, String)> {
    let at = lines.at();
    let id = match &path.id {
        Some(id) if id.is_opinion() => id,
        Some(_) => {
            return fail(
                "not_an_event_page",
                at,
                "an opinion in the news tree: expected `### [YYYY-MM-D](/news/YYYY/MM/D/index.md)`",
            );
        }
        None => {
            return fail(
                "no_id",
                at,
                "an opinion says no day itself; keep it at opinion/YYYY/MM/D/slug/index.md",
            );
        }
    };
    let title = &lines.line().unwrap_or_default()[2..];
    if clean(title).is_empty() {
        return fail("no_title", at + 2, "the title is empty");
    }
    lines.advance();
    lines.skip_blank();
    let author = lines.line().and_then(labels::author).unwrap_or_default();
    lines.advance();
    // An empty line ends the head; rendering writes it again.
    if lines.line() == Some("") {
        lines.advance();
    }
    let body = &text[lines.at()..];
    let lang = labels::script(title)
        .or_else(|| labels::script(body))
        .unwrap_or(LABELS[0].edition);
    let mut spans = Spans::new(text);
    // An opinion's id has a day: `is_opinion` looks for it.
    let day = id.day().unwrap_or(Date::MIN);
    let mut page = EventPage::blank(day, lang, PageKind::Opinion);
    page.id = spans.push(id.as_str());
    page.title = spans.of(title);
    page.author = Some(spans.of(author));
    page.body = Some(spans.of(body));
    page.layout.blank_first = preamble.blank_first;
    Ok((page, spans.behind))
}
