//! The grammar of an opinion: `# title`, `#### by Author`, then free Markdown.

use super::layout::Layout;
use super::lines::{Lines, Step, fail};
use super::locale::{self, LOCALES};
use super::model::{EventPage, Span};
use super::{Place, event_page::Top};
use crate::event::{Kind, text};

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
        .is_some_and(|line| locale::author(line).is_some())
}

/// Reads an opinion whose head [`is_head`] has seen; `lines` stands at the title.
pub(super) fn read(
    whole: &str,
    mut lines: Lines<'_>,
    top: &Top<'_>,
    place: &Place,
) -> Step<(EventPage, String)> {
    let at = lines.at();
    let id = match &place.id {
        Some(id) if id.is_opinion() => id.clone(),
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
    let span = |start: usize, end: usize| Span {
        start: start as u32,
        end: end as u32,
    };
    let title = &lines.line().unwrap_or_default()[2..];
    if text::clean(title).is_empty() {
        return fail("no_title", at + 2, "the title is empty");
    }
    let title_at = span(at + 2, at + 2 + title.len());
    lines.advance();
    lines.skip_blank();
    let line = lines.line().unwrap_or_default();
    let author = locale::author(line).unwrap_or_default();
    let line_end = lines.at() + line.len();
    let author_at = span(line_end - author.len(), line_end);
    lines.advance();
    // An empty line ends the head and belongs to the layout.
    if lines.line() == Some("") {
        lines.advance();
    }
    let body = &whole[lines.at()..];
    let id_at = span(whole.len(), whole.len() + id.as_str().len());
    let page = EventPage {
        text: String::new(),
        id: id_at,
        date: id.day(),
        lang: locale::script(title)
            .or_else(|| locale::script(body))
            .unwrap_or(LOCALES[0].lang),
        kind: Kind::Opinion,
        layout: Layout {
            blank_first: top.blank_first,
            ..Layout::default()
        },
        category: None,
        title: title_at,
        summary: None,
        sources: Vec::new(),
        cover_image: None,
        changes: Vec::new(),
        related: Vec::new(),
        author: Some(author_at),
        body: Some(span(lines.at(), whole.len())),
        stated: Vec::new(),
    };
    Ok((page, id.as_str().to_owned()))
}
