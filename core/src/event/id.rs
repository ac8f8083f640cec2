//! The name of an event: its place in the tree.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use super::{Date, ParseError, text};

/// Endings of the files that hold one event; an id has none of them.
const EXTENSIONS: [&str; 4] = [".md", ".html", ".json", ".xml"];

const HINT: &str = "write an id as 2017/03/2/slug, or give the page's path or URL";

/// The name of an event: its place in the tree, `2017/03/2/slug`, of an opinion `opinion/2017/04/4/slug`.
///
/// NFC, month with a leading zero, day without. Reads every spelling that a path, a link or a URL has:
/// leading zeros or none, folders before the tree, `/news/…`, `/zh/news/…`, endings `.md .html .json .xml`, an
/// opinion's `/index.md`, and whole URLs with percent signs, a query or a fragment.
///
/// ```
/// use eventstore::EventId;
/// let id: EventId = "https://example.org/zh/news/2017/3/02/a-slug.html?from=feed".parse()?;
/// assert_eq!(id.as_str(), "2017/03/2/a-slug");
/// assert_eq!(id.day().to_string(), "2017-03-02");
/// assert_eq!(id.slug(), "a-slug");
/// assert_eq!(id, "2017/03/2/a-slug".parse()?);
/// # Ok::<(), eventstore::ParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(Box<str>);

impl EventId {
    /// Takes text that is canonical already (read back from a segment or made by `page`).
    pub(crate) fn from_canonical(text: &str) -> Self {
        Self(text.into())
    }

    /// The id of a day and a file name or slug; none if the name names no event.
    pub(crate) fn at(opinion: bool, day: Date, name: &str) -> Option<Self> {
        let slug = text::nfc(without_extension(name));
        let tree = if opinion { "opinion/" } else { "" };
        is_slug(&slug).then(|| {
            let (year, month, day) = (day.year(), day.month(), day.day());
            Self(format!("{tree}{year:04}/{month:02}/{day}/{slug}").into())
        })
    }

    /// The canonical spelling.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it lies in the opinion tree.
    pub fn is_opinion(&self) -> bool {
        self.0.starts_with("opinion/")
    }

    /// The day of its place in the tree.
    pub fn day(&self) -> Date {
        let path = self.0.strip_prefix("opinion/").unwrap_or(&self.0);
        // Canonical text begins with a day of the calendar.
        day_at(path).map_or(Date::MIN, |found| found.day)
    }

    /// The last part.
    pub fn slug(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }
}

/// A day at the start of a path.
pub(crate) struct DayAt {
    pub day: Date,
    /// Bytes of `Y/M/D/`.
    pub len: usize,
    /// Whether it is spelled as ids spell it.
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

/// The tree's part of a path.
pub(crate) struct InTree {
    /// Where `news/` or `opinion/` begins.
    pub start: usize,
    /// Where the part behind the day begins.
    pub rest: usize,
    pub opinion: bool,
    pub day: Date,
}

/// The last `news/Y/M/D/` or `opinion/Y/M/D/` of a path.
pub(crate) fn in_tree(path: &str) -> Option<InTree> {
    let mut end = path.len();
    while let Some(slash) = path[..end].rfind('/') {
        let start = path[..slash].rfind('/').map_or(0, |at| at + 1);
        let opinion = match &path[start..slash] {
            "news" => Some(false),
            "opinion" => Some(true),
            _ => None,
        };
        if let (Some(opinion), Some(found)) = (opinion, day_at(&path[slash + 1..])) {
            return Some(InTree {
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

/// The file name without the endings of page files, however many it has: no id ends in one, so that every spelling
/// of an id is read to the same id.
pub(crate) fn without_extension(name: &str) -> &str {
    let mut name = name;
    while let Some(stem) = EXTENSIONS.iter().find_map(|end| name.strip_suffix(end)) {
        name = stem;
    }
    name
}

/// Whether it can be the last part of an id: not empty, one part, no index file, nothing that ends a link in a list.
pub(crate) fn is_slug(slug: &str) -> bool {
    !matches!(slug, "" | "." | ".." | "index" | "README") && (is_plain(slug) || is_one_part(slug))
}

/// [`is_one_part`] for the commonest slug, printable ASCII without a space and a slash; false says nothing. One pass
/// without a branch in it: every link of an archive comes by here, and a load took 4 % longer.
fn is_plain(slug: &str) -> bool {
    let odd = |byte: u8| byte == b'/' || !(b'!'..=b'~').contains(&byte);
    !slug.bytes().fold(false, |found, byte| found | odd(byte))
}

fn is_one_part(slug: &str) -> bool {
    !slug.contains(") _") && !slug.contains(|c: char| c == '/' || c.is_control())
}

fn percent_decoded(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('%') {
        return Some(Cow::Borrowed(text));
    }
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let mut digit = || Some(char::from(bytes.next()?).to_digit(16)? as u8);
        out.push(if byte == b'%' {
            digit()? * 16 + digit()?
        } else {
            byte
        });
    }
    String::from_utf8(out).ok().map(Cow::Owned)
}

impl FromStr for EventId {
    type Err = ParseError;

    fn from_str(given: &str) -> Result<Self, ParseError> {
        match is_plainly_canonical(given) {
            true => Ok(Self::from_canonical(given)),
            false => Self::read(given),
        }
    }
}

/// Whether text is a canonical id at a glance: a news event's, of the letters that nearly every slug is made of. Where it
/// is not, nothing is said. Reading such an id takes a quarter of the time.
fn is_plainly_canonical(given: &str) -> bool {
    let Some(found) = day_at(given).filter(|found| found.canonical) else {
        return false;
    };
    let slug = &given[found.len..];
    let ascii = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let plain = |c| u8::try_from(c).is_ok_and(ascii) || matches!(c, '\u{4e00}'..='\u{9fff}');
    // The first has no branch in it, 16 bytes a step.
    !matches!(slug, "" | "index" | "README")
        && (slug.bytes().fold(true, |all, byte| all & ascii(byte)) || slug.chars().all(plain))
}

impl EventId {
    /// Reads an id in any spelling.
    fn read(given: &str) -> Result<Self, ParseError> {
        let fail = |offset: usize, message: String| {
            ParseError::new(given, offset, message, Some(HINT.to_owned()))
        };
        let host = given.find("://").map(|at| at + 3);
        let end = host.map_or(given.len(), |from| {
            given[from..]
                .find(['?', '#'])
                .map_or(given.len(), |at| from + at)
        });
        let path = &given[..end];
        let (rest, opinion, day) = match in_tree(path) {
            Some(found) => (found.rest, found.opinion, found.day),
            None if host.is_some() => {
                return Err(fail(
                    0,
                    format!("{given:?} is no address of an event: it has no news/Y/M/D/slug"),
                ));
            }
            None => {
                let start = usize::from(path.starts_with('/'));
                let start = ["zh/", "news/", "opinion/"]
                    .iter()
                    .fold(start, |at, folder| {
                        if path[at..].starts_with(folder) {
                            at + folder.len()
                        } else {
                            at
                        }
                    });
                let found = day_at(&path[start..]).ok_or_else(|| {
                    fail(
                        start,
                        format!("{given:?} is no event id: expected a day, as in 2017/03/2/, here"),
                    )
                })?;
                (start + found.len, false, found.day)
            }
        };
        let mut name = &path[rest..];
        if opinion {
            name = name
                .strip_suffix('/')
                .or_else(|| {
                    name.rsplit_once('/')
                        .filter(|(_, file)| matches!(without_extension(file), "index" | "README"))
                        .map(|(folder, _)| folder)
                })
                .unwrap_or(name);
        }
        let decoded = if host.is_some() {
            percent_decoded(name).ok_or_else(|| {
                let at = name.find('%').unwrap_or_default();
                fail(
                    rest + at,
                    format!("{given:?} is no address: its percent signs stand for no UTF-8 text"),
                )
            })?
        } else {
            Cow::Borrowed(name)
        };
        Self::at(opinion, day, &decoded).ok_or_else(|| {
            let message = match without_extension(&decoded) {
                "" => format!("{given:?} is no event id: the slug is missing"),
                "index" | "README" => format!("{given:?} names a day page, not an event"),
                slug if slug.contains('/') => {
                    format!("{given:?} is no event id: a slug has no slash")
                }
                _ => format!("{given:?} is no event id: no page can have this slug"),
            };
            let slash = if opinion || !matches!(without_extension(&decoded), "index" | "README") {
                name.find('/').unwrap_or_default()
            } else {
                0
            };
            fail(rest + slash, message)
        })
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{EventId, is_one_part, is_plain, is_plainly_canonical};

    proptest! {
        #[test]
        fn a_plain_slug_is_one_part(slug in "[ -~\\x00-\\x1f\\x7fé\\u{85}]{1,3}|[!-.0-~]{1,9}") {
            prop_assert!(is_one_part(&slug) || !is_plain(&slug));
            let plain = slug.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'/');
            prop_assert_eq!(is_plain(&slug), plain);
        }

        #[test]
        fn what_is_plainly_canonical_reads_as_itself(
            year in "[0-9]{3,5}", month in "[0-9]{1,2}", day in "[0-9]{1,2}",
            slug in "[a-zA-Z0-9_甲-]{0,6}|index|README|[a./%) _\u{301}-]{1,4}|a.md",
            before in "(|/|opinion/|news/)",
        ) {
            let given = format!("{before}{year}/{month}/{day}/{slug}");
            if is_plainly_canonical(&given) {
                let read = EventId::read(&given).unwrap();
                prop_assert_eq!(read.as_str(), given);
            }
        }
    }

    #[test]
    fn nearly_every_id_is_plainly_canonical_and_what_reads_to_another_is_not() {
        for id in ["2017/03/2/a-slug", "0001/12/31/A_1", "2017/03/2/敘利亞-1"] {
            assert!(is_plainly_canonical(id), "{id}");
        }
        for id in [
            "2017/3/2/a",
            "2017/03/02/a",
            "2017/03/2/a.md",
            "2017/03/2/index",
            "2017/03/2/",
            "2017/02/30/a",
            "/2017/03/2/a",
            "2017/03/2/a/b",
            "2017/03/2/cafe\u{301}",
            "news/2017/03/2/a",
            "0000/03/2/a",
        ] {
            assert!(!is_plainly_canonical(id), "{id}");
        }
    }

    #[test]
    fn every_spelling_of_an_id_is_read_to_the_same_id() {
        for spelling in [
            "2017/03/2/a-slug",
            "2017/3/02/a-slug",
            "/2017/03/2/a-slug.md",
            "news/2017/03/2/a-slug",
            "/news/2017/03/02/a-slug.md",
            "/zh/news/2017/03/2/a-slug.html",
            "zh/news/2017/03/2/a-slug.json",
            "archive-1/news/2017/03/2/a-slug.xml",
            "news/1999/01/1/news/2017/03/2/a-slug.md",
            "http://example.org/news/2017/03/2/a-slug.html",
            "https://example.org/zh/news/2017/03/2/a%2Dslug.html?x=/news/2000/01/1/b#top",
            "2017/03/2/a-slug.md.md",
        ] {
            let id: EventId = spelling.parse().unwrap();
            assert_eq!(id.as_str(), "2017/03/2/a-slug", "{spelling}");
        }
        for spelling in [
            "opinion/2017/04/4/a",
            "/opinion/2017/04/04/a/index.md",
            "opinion/2017/4/4/a/README.md",
            "https://example.org/zh/opinion/2017/04/4/a/index.html",
            "https://example.org/opinion/2017/04/4/a/",
            "opinion/2017/04/4/a.md",
        ] {
            let id: EventId = spelling.parse().unwrap();
            assert_eq!(id.as_str(), "opinion/2017/04/4/a", "{spelling}");
            assert!(id.is_opinion());
        }
    }

    #[test]
    fn ids_are_composed_and_percent_signs_count_in_urls_only() {
        let decomposed: EventId = "2017/03/2/cafe\u{301}".parse().unwrap();
        assert_eq!(decomposed.as_str(), "2017/03/2/café");
        let url: EventId = "http://x/zh/news/2017/03/2/%E6%AC%A7%E5%85%83.html"
            .parse()
            .unwrap();
        assert_eq!(url.as_str(), "2017/03/2/欧元");
        let literal: EventId = "2017/03/2/100%25".parse().unwrap();
        assert_eq!(literal.as_str(), "2017/03/2/100%25");
    }

    #[test]
    fn what_is_no_id_says_where_and_what_to_write() {
        for (given, offset) in [
            ("", 0),
            ("slug", 0),
            ("2017-03-2/slug", 0),
            ("2017/13/2/slug", 0),
            ("/news/2017/02/30/slug", 6),
            ("/zh/news/17/02/3/slug", 9),
            ("2017/03/2/", 10),
            ("2017/03/2", 0),
            ("news/2017/03/2/index.md", 15),
            ("2017/03/2/a/b", 11),
            ("http://x/about", 0),
            ("http://x/news/2017/03/2/a%FF", 25),
            ("http://x/news/2017/03/2/a%2", 25),
            ("2017/03/2/a\nb", 10),
        ] {
            let error = given.parse::<EventId>().unwrap_err();
            assert_eq!(error.offset, offset, "{given:?}: {error}");
            assert!(error.hint.is_some());
        }
    }

    #[test]
    fn printing_an_id_and_reading_it_gives_the_id() {
        for id in [
            "2017/03/2/a",
            "opinion/2017/04/4/a b",
            "0001/01/1/中",
            "9999/12/31/x.y",
        ] {
            let read: EventId = id.parse().unwrap();
            assert_eq!(read.to_string(), id);
            assert_eq!(read.to_string().parse::<EventId>().unwrap(), read);
        }
    }
}
