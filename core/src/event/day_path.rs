//! Paths with a day in them: `news/2017/03/2/slug.md`.

use super::Date;

/// Endings of the files that hold one event; an id has none of them.
const EXTENSIONS: [&str; 4] = [".md", ".html", ".json", ".xml"];

/// A day at the start of a path.
pub(crate) struct DayAt {
    pub day: Date,
    /// Length of `Y/M/D/` in bytes.
    pub len: usize,
    /// Whether the month has two digits and the day no leading zero, as in an id.
    pub canonical: bool,
}

/// Reads `Y/M/D/` at the start of a path.
pub(crate) fn day_at(path: &str) -> Option<DayAt> {
    let bytes = path.as_bytes();
    let number = |from: usize, most: usize| {
        let end = from
            + bytes[from..]
                .iter()
                .take(most)
                .take_while(|b| b.is_ascii_digit())
                .count();
        let value = bytes[from..end]
            .iter()
            .fold(0i16, |n, b| n * 10 + i16::from(b - b'0'));
        (end > from && bytes.get(end) == Some(&b'/')).then_some((value, end))
    };
    let (year, end) = number(0, 4).filter(|&(_, end)| end == 4)?;
    let (month, month_end) = number(end + 1, 2)?;
    let (day, day_end) = number(month_end + 1, 2)?;
    Some(DayAt {
        day: Date::new(year, month as i8, day as i8)?,
        len: day_end + 1,
        canonical: month_end == 7 && bytes[month_end + 1] != b'0',
    })
}

/// The part of a path that begins with `news/Y/M/D/` or `opinion/Y/M/D/`.
pub(crate) struct DatedPath {
    /// Offset of `news/` or `opinion/`.
    pub start: usize,
    /// Offset of what follows the day.
    pub rest: usize,
    pub opinion: bool,
    pub day: Date,
}

/// The last `news/Y/M/D/` or `opinion/Y/M/D/` of a path.
pub(crate) fn dated_path(path: &str) -> Option<DatedPath> {
    let mut end = path.len();
    while let Some(slash) = path[..end].rfind('/') {
        let start = path[..slash].rfind('/').map_or(0, |at| at + 1);
        let opinion = match &path[start..slash] {
            "news" => Some(false),
            "opinion" => Some(true),
            _ => None,
        };
        if let (Some(opinion), Some(found)) = (opinion, day_at(&path[slash + 1..])) {
            return Some(DatedPath {
                start,
                rest: slash + 1 + found.len,
                opinion,
                day: found.day,
            });
        }
        end = slash;
    }
    None
}

/// The file name without the endings of page files. All endings go, however many there are: no id
/// ends in one, so every spelling of an id is read as the same id.
pub(crate) fn without_extension(name: &str) -> &str {
    let mut name = name;
    while let Some(stem) = EXTENSIONS.iter().find_map(|end| name.strip_suffix(end)) {
        name = stem;
    }
    name
}

/// Whether the text can be the last part of an id: it is not empty, has no slash, names no index
/// file, and does not hold `) _`, which would end the link of a list's item.
pub(crate) fn is_slug(slug: &str) -> bool {
    !matches!(slug, "" | "." | ".." | "index" | "README") && (is_plain(slug) || is_one_part(slug))
}

/// A quick form of [`is_one_part`] for printable ASCII without spaces and slashes. `false` means
/// that the full check is needed. Every link of an archive is checked here: one pass without a
/// branch saves 4 % of an ingest.
fn is_plain(slug: &str) -> bool {
    let odd = |byte: u8| byte == b'/' || !(b'!'..=b'~').contains(&byte);
    !slug.bytes().fold(false, |found, byte| found | odd(byte))
}

fn is_one_part(slug: &str) -> bool {
    !slug.contains(") _") && !slug.contains(|c: char| c == '/' || c.is_control())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{is_one_part, is_plain};

    proptest! {
        #[test]
        fn a_plain_slug_is_one_part(slug in "[ -~\\x00-\\x1f\\x7fé\\u{85}]{1,3}|[!-.0-~]{1,9}") {
            prop_assert!(is_one_part(&slug) || !is_plain(&slug));
            let plain = slug.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'/');
            prop_assert_eq!(is_plain(&slug), plain);
        }
    }
}
