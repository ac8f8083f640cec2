//! Items of lists: the parts of one line. Offsets count from the start of the line.

use std::ops::Range;

use super::labels;
use super::link::{self, Target};
use crate::event::ChangeKind;

/// `text.find(mark)` by the mark's first byte, which is rare in text. The general search takes longer
/// to set up.
pub(super) fn find(text: &str, mark: &str) -> Option<usize> {
    let (text, mark) = (text.as_bytes(), mark.as_bytes());
    let first = *mark.first()?;
    memchr::memchr_iter(first, text).find(|&at| text[at..].starts_with(mark))
}

/// What is wrong with an item, and where in its line.
pub(super) struct BrokenItem(pub usize, pub &'static str);

/// The number of a line `N. [`, and the offset behind the bracket.
pub(super) fn number(line: &str) -> Option<(u32, usize)> {
    let digits = line.bytes().take(9).take_while(u8::is_ascii_digit).count();
    let number = line[..digits].parse().ok()?;
    line[digits..]
        .starts_with(". [")
        .then_some((number, digits + 3))
}

/// `name](url)` or `name](url) [IMG](image)`.
pub(super) struct SourceLine {
    pub name: Range<usize>,
    pub url: Range<usize>,
    pub image: Option<Range<usize>>,
}

/// The image begins at the last `) [IMG](`, the URL at the first `](`: a URL may hold brackets, a name
/// does not.
pub(super) fn source(line: &str, start: usize) -> Result<SourceLine, BrokenItem> {
    const IMAGE: &str = ") [IMG](";
    let end = match line.strip_suffix(')') {
        Some(rest) => rest.len(),
        None => {
            return Err(BrokenItem(
                line.len(),
                "expected `)` at the end of the source",
            ));
        }
    };
    let (url_end, image) = match line[start..end].rfind(IMAGE) {
        Some(at) => (start + at, Some(start + at + IMAGE.len()..end)),
        None => (end, None),
    };
    match find(&line[start..url_end], "](") {
        Some(at) => Ok(SourceLine {
            name: start..start + at,
            url: start + at + 2..url_end,
            image,
        }),
        None => Err(BrokenItem(
            start,
            "expected `name](url)` behind the bracket",
        )),
    }
}

/// `title](/news/Y/MM/D/slug.md)`, perhaps with a note behind it, ` _note_`.
pub(super) struct LinkLine<'t> {
    pub title: Range<usize>,
    pub target: Target<'t>,
    pub note: Option<Range<usize>>,
}

pub(super) fn linked(line: &str, start: usize) -> Result<LinkLine<'_>, BrokenItem> {
    let Some(mark) = link::last_mark(&line[start..]) else {
        return Err(BrokenItem(
            start,
            "expected `title](/news/Y/MM/D/slug.md)` behind the bracket",
        ));
    };
    let path = start + mark + 2;
    let (path_end, note) = match find(&line[path..], ") _") {
        Some(at) if line.ends_with('_') && line.len() > path + at + 3 => {
            (path + at, Some(path + at + 3..line.len() - 1))
        }
        Some(at) => {
            return Err(BrokenItem(
                path + at + 2,
                "expected `_` at the end of what follows the link",
            ));
        }
        None if line.ends_with(')') => (line.len() - 1, None),
        None => {
            return Err(BrokenItem(
                line.len(),
                "expected `)` at the end of the link",
            ));
        }
    };
    match link::event(&line[path..path_end]) {
        Some(target) => Ok(LinkLine {
            title: start..start + mark,
            target,
            note,
        }),
        None => Err(BrokenItem(
            path,
            "expected a link to an event, `/news/Y/MM/D/slug.md`",
        )),
    }
}

/// `2017-12-20 06:30:07 (First version)` or `(Current version)`.
pub(super) fn version(note: &str) -> Option<(Option<usize>, ChangeKind)> {
    let open = note.rfind('(')?;
    let kind = labels::version(note[open + 1..].strip_suffix(')')?)?;
    let at = match &note[..open] {
        "" => None,
        time => Some(time.strip_suffix(' ')?.len()),
    };
    Some((at, kind))
}
