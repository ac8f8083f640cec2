//! Links of the grammar: to events and to days.

use std::borrow::Cow;

use super::labels::LABELS;
use crate::event::{Date, EventId, day_at, is_slug, nfc, without_extension};

/// The target of a link to an event.
pub(super) struct Target<'t> {
    /// Number of the edition whose folder the link names.
    pub folder: u8,
    pub id: Id<'t>,
}

pub(super) enum Id<'t> {
    /// The path holds the canonical id literally.
    Literal(&'t str),
    Made(EventId),
}

/// The number of the edition whose folder the path begins with, and the path without that folder.
fn folder(path: &str) -> Option<(u8, &str)> {
    // From the last edition to the first: the first has no folder, so every path begins with it.
    for (number, labels) in LABELS.iter().enumerate().rev() {
        let Some(rest) = path.strip_prefix(labels.folder) else {
            continue;
        };
        let Some(rest) = rest.strip_prefix('/') else {
            continue;
        };
        if rest.starts_with("news/") || rest.starts_with("opinion/") {
            return Some((number as u8, rest));
        }
    }
    None
}

/// Reads `/news/Y/MM/D/slug.md` or `/opinion/Y/MM/D/slug/index.md`, with or without the folder of an
/// edition in front.
pub(super) fn event(path: &str) -> Option<Target<'_>> {
    let (folder, rest) = folder(path)?;
    let opinion = rest.starts_with("opinion/");
    let dated = if opinion {
        &rest["opinion/".len()..]
    } else {
        &rest["news/".len()..]
    };
    let found = day_at(dated)?;
    let file = &dated[found.len..];
    let stem = match file.strip_suffix("/index.md") {
        Some(folder) if opinion => folder,
        _ => file.strip_suffix(".md")?,
    };
    let literal = found.canonical
        && is_slug(stem)
        && without_extension(stem).len() == stem.len()
        && matches!(nfc(stem), Cow::Borrowed(_));
    let id = if literal {
        let whole = if opinion { rest } else { dated };
        let len = whole.len() - (file.len() - stem.len());
        Id::Literal(&whole[..len])
    } else {
        Id::Made(EventId::at(opinion, found.day, stem)?)
    };
    Some(Target { folder, id })
}

/// Reads `/news/Y/MM/D/index.md`, the link to a day.
pub(super) fn day(path: &str) -> Option<(u8, Date)> {
    let (folder, rest) = folder(path)?;
    let dated = rest.strip_prefix("news/")?;
    let found = day_at(dated)?;
    (&dated[found.len..] == "index.md").then_some((folder, found.day))
}

/// The last `](` of a line that a link into the tree follows: titles hold brackets of their own.
pub(super) fn last_mark(line: &str) -> Option<usize> {
    memchr::memrchr_iter(b']', line.as_bytes()).find(|&at| {
        line[at..]
            .strip_prefix("](")
            .is_some_and(|path| folder(path).is_some())
    })
}

#[cfg(test)]
mod tests {
    use super::{Id, day, event, last_mark};

    #[test]
    fn links_to_events_give_canonical_ids() {
        for (path, id, literal) in [
            ("/news/2017/03/2/a.md", "2017/03/2/a", true),
            ("/zh/news/2017/03/2/a.md", "2017/03/2/a", true),
            ("/news/2017/03/02/a.md", "2017/03/2/a", false),
            ("/news/2017/3/2/a.md", "2017/03/2/a", false),
            ("/news/2017/03/2/a.html.md", "2017/03/2/a", false),
            ("/news/2017/03/2/cafe\u{301}.md", "2017/03/2/café", false),
            ("/opinion/2017/04/4/a/index.md", "opinion/2017/04/4/a", true),
            ("/opinion/2017/04/4/a.md", "opinion/2017/04/4/a", true),
        ] {
            let (found, is_literal) = match event(path).unwrap().id {
                Id::Literal(id) => (id.to_owned(), true),
                Id::Made(id) => (id.to_string(), false),
            };
            assert_eq!((found.as_str(), is_literal), (id, literal), "{path}");
        }
        for path in [
            "/news/2017/03/2/index.md",
            "/news/2017/03/2/a",
            "/news/2017/13/2/a.md",
            "news/2017/03/2/a.md",
            "/news/2017/03/2/.md",
            "http://x/news/2017/03/2/a.md",
        ] {
            assert!(event(path).is_none(), "{path}");
        }
    }

    #[test]
    fn links_to_days_and_the_last_link_of_a_line() {
        assert_eq!(
            day("/zh/news/2017/03/2/index.md").unwrap().1.to_string(),
            "2017-03-02"
        );
        assert!(day("/news/2017/03/2/a.md").is_none());
        assert_eq!(last_mark("a](/news/x](/zh/news/y](z"), Some(10));
        assert_eq!(last_mark("a](b)"), None);
    }
}
