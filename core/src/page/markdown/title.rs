//! The title of a page that has neither a key nor a heading of Markdown, and title and first paragraph of
//! reStructuredText and Org.

use super::{language, path_day};
use crate::event::tidy;

/// The title that a path gives: its name without day and ending; of an index file its folder's.
pub(super) fn title_of_path(path: &str) -> String {
    let mut parts = path.rsplit('/');
    let name = parts.next().unwrap_or_default();
    let mut stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    // `post.fr.md`
    if let Some((before, suffix)) = stem.rsplit_once('.')
        && language::tag(suffix).is_some()
    {
        stem = before;
    }
    if matches!(stem, "index" | "_index")
        && let Some(folder) = parts.next()
    {
        stem = folder;
    }
    tidy(path_day::without_day(stem)).into_owned()
}

/// The title of a reStructuredText page: the first line that is underlined.
pub(super) fn rst_title(text: &str) -> Option<String> {
    let rule = |line: &str| {
        let line = line.trim_end();
        let first = line.chars().next();
        line.len() > 2
            && first.is_some_and(|c| c.is_ascii_punctuation() && line.chars().all(|d| d == c))
    };
    let lines: Vec<&str> = text.lines().take(20).collect();
    let found = lines.windows(2).find(|pair| {
        !pair[0].trim().is_empty() && !rule(pair[0]) && !pair[0].starts_with(':') && rule(pair[1])
    })?;
    Some(tidy(found[0]).into_owned())
}

/// The first paragraph of a reStructuredText or Org page: the first block of lines that is neither a
/// heading nor fields, a directive, a keyword or a drawer.
pub(super) fn plain_paragraph(text: &str) -> Option<String> {
    let text = text.replace("\r\n", "\n");
    let is_rule = |line: &str| {
        let line = line.trim_end();
        line.len() > 2 && line.bytes().all(|b| b.is_ascii_punctuation())
    };
    let is_prose = |block: &&str| {
        let mut lines = block.trim().lines();
        let first = lines.next().unwrap_or_default();
        let heading = is_rule(first) || lines.next().is_some_and(is_rule);
        !heading
            && !first.is_empty()
            && !first.starts_with([':', '*', '#'])
            && !first.starts_with("..")
    };
    let found = text.split("\n\n").find(is_prose)?;
    let joined = found.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(tidy(&joined).into_owned())
}
