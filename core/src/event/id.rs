//! The name of an event.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use percent_encoding::percent_decode_str;

use super::{Date, ParseError, dated_path, day_at, is_slug, nfc, without_extension};

const HINT: &str = "write an id as 2017/03/2/slug or posts/a-slug, or give the page's path or URL";

/// Most bytes of an id.
const LENGTH_MAX: usize = 1024;

/// Endings of the files that are pages, with the dot.
pub(crate) const PAGE_ENDINGS: [&str; 7] =
    [".md", ".mdx", ".markdown", ".mdown", ".mkd", ".rst", ".org"];

/// What may stand before the day where the path has no `news/Y/M/D/`: each once, in this order.
const PREFIXES: [&str; 4] = ["/", "zh/", "news/", "opinion/"];

/// The name of an event: of a page of the Context `2017/03/2/slug` or `opinion/2017/04/4/slug`, of
/// any other page its path without its ending, `posts/a-slug`.
///
/// The text is NFC. Where it begins with a day, the month has a leading zero and the day has none.
/// Equal ids have equal text, and ids are ordered by their text. Cloning copies the text.
///
/// # Parsing
///
/// Every spelling that a path, a link or a URL has is read as the same id: with or without leading
/// zeros, with folders before `news/` or `opinion/`, with the ending `.md`, `.html`, `.json` or
/// `.xml`, an opinion with `/index.md`, and a whole URL with percent signs, a query or a fragment.
/// Any other text is a path: a leading slash, the endings `.md`, `.mdx`, `.markdown`, `.rst` and
/// `.org`, and a last part `index`, `_index` or `README` are left out.
///
/// ```
/// use eventstore::EventId;
/// let id: EventId = "https://example.org/zh/news/2017/3/02/a-slug.html?from=feed".parse()?;
/// assert_eq!(id.as_str(), "2017/03/2/a-slug");
/// assert_eq!(id.day(), eventstore::Date::new(2017, 3, 2));
/// assert_eq!(id.slug(), "a-slug");
/// assert_eq!(id, "2017/03/2/a-slug".parse()?);
/// assert_eq!("/posts/a-slug/index.md".parse::<EventId>()?.as_str(), "posts/a-slug");
/// assert!("2017/02/30/../x".parse::<EventId>().is_err());
/// # Ok::<(), eventstore::ParseError>(())
/// ```
///
/// # Errors
///
/// Parsing fails with a [`ParseError`] if the text can name no event; it says where, and how an id
/// is written.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(Box<str>);

impl EventId {
    /// The id whose canonical text this is, as a segment or `page` gives it.
    pub(crate) fn from_canonical(text: &str) -> Self {
        Self(text.into())
    }

    /// The id of a day and a file name or slug; none if the name names no event.
    pub(crate) fn at(opinion: bool, day: Date, name: &str) -> Option<Self> {
        let slug = nfc(without_extension(name));
        let tree = if opinion { "opinion/" } else { "" };
        is_slug(&slug).then(|| {
            let (year, month, day) = (day.year(), day.month(), day.day());
            Self(format!("{tree}{year:04}/{month:02}/{day}/{slug}").into())
        })
    }

    /// The canonical spelling.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id of a page whose format does not name it; none if the path names no page. A path that
    /// begins as an id of the Context does is read as one.
    pub(crate) fn of_path(path: &str) -> Option<Self> {
        let stem = without_page_ending(path);
        let of_context = || Spelling::of(stem).and_then(|spelling| spelling.id()).ok();
        let id = begins_with_day(stem).then(of_context).flatten();
        id.or_else(|| Self::of_stem(stem))
    }

    /// The id that is this path, which has no ending.
    fn of_stem(stem: &str) -> Option<Self> {
        let stem = nfc(stem.trim_start_matches("./").trim_start_matches('/'));
        let is_part =
            |part: &str| !matches!(part, "" | "." | "..") && !part.chars().any(char::is_control);
        let named = stem.len() <= LENGTH_MAX && stem.split('/').all(is_part);
        named.then(|| Self(stem.into()))
    }

    /// Whether it is the id of an opinion of the Context.
    #[must_use]
    pub fn is_opinion(&self) -> bool {
        self.0.starts_with("opinion/") && self.day().is_some()
    }

    /// The day of an id of the Context; none of any other path. It may differ from the date of the
    /// event's page.
    #[must_use]
    pub fn day(&self) -> Option<Date> {
        let path = self.0.strip_prefix("opinion/").unwrap_or(&self.0);
        let found = day_at(path).filter(|found| !path[found.len..].contains('/'));
        found.map(|found| found.day)
    }

    /// The last part.
    #[must_use]
    pub fn slug(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }
}

impl AsRef<str> for EventId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl FromStr for EventId {
    type Err = ParseError;

    fn from_str(given: &str) -> Result<Self, ParseError> {
        if is_plainly_canonical(given) {
            return Ok(Self::from_canonical(given));
        }
        let spelling = Spelling::of(given);
        let stem = without_page_ending(given);
        // With other folders before `news/`, and no sign of an address, it is a path.
        let of_context = begins_with_day(given)
            || given.starts_with('/')
            || given.contains("://")
            || [".html", ".json", ".xml"]
                .iter()
                .any(|end| given.ends_with(end));
        // A day page is no event.
        let day_page = of_context && spelling.as_ref().is_ok_and(Spelling::is_index);
        let error = match spelling.and_then(|spelling| spelling.id()) {
            Ok(id) if of_context => return Ok(id),
            Ok(_) => None,
            Err(error) => Some(error),
        };
        let path = Self::of_stem(stem).filter(|_| !given.contains("://") && !day_page);
        path.ok_or_else(|| error.unwrap_or_else(|| no_id(given)))
    }
}

fn no_id(given: &str) -> ParseError {
    let message = format!("{given:?} is no event id: a part of the path is empty, `.` or `..`");
    ParseError::new(given, 0, message, Some(HINT.to_owned()))
}

/// Whether a path begins with a day, or with the folders of the Context and a day.
fn begins_with_day(path: &str) -> bool {
    day_at(&path[context_folders(path)..]).is_some()
}

/// The length of the folders of the Context that a path begins with.
fn context_folders(path: &str) -> usize {
    PREFIXES.iter().fold(0, |at, prefix| {
        at + path[at..].strip_prefix(prefix).map_or(0, |_| prefix.len())
    })
}

/// The path of a page without its ending, and without the name of a folder's own page. All of them
/// go, however many there are, so that every spelling of an id is read as the same id.
fn without_page_ending(path: &str) -> &str {
    let mut stem = path;
    let ends = PAGE_ENDINGS
        .iter()
        .chain(&["/index", "/_index", "/README", "/readme"]);
    while let Some(shorter) = ends.clone().find_map(|end| stem.strip_suffix(end)) {
        stem = shorter;
    }
    stem
}

/// Whether the text is a canonical id of a news event whose slug has only the letters that nearly
/// every slug has. `false` means that the full reader has to decide. Reading such an id takes a
/// quarter of the time.
fn is_plainly_canonical(given: &str) -> bool {
    let Some(found) = day_at(given).filter(|found| found.canonical) else {
        return false;
    };
    let slug = &given[found.len..];
    let ascii = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let plain = |c| u8::try_from(c).is_ok_and(ascii) || matches!(c, '\u{4e00}'..='\u{9fff}');
    // The first test has no branch, so the compiler checks 16 bytes at a time.
    !matches!(slug, "" | "index" | "README")
        && (slug.bytes().fold(true, |all, byte| all & ascii(byte)) || slug.chars().all(plain))
}

/// The parts of an id in one of its spellings.
struct Spelling<'t> {
    given: &'t str,
    /// Whether it is a URL, in which percent signs are escapes.
    url: bool,
    opinion: bool,
    day: Date,
    /// What follows the day, without an opinion's `/index.md`.
    name: &'t str,
    /// Offset of the name in `given`.
    name_at: usize,
}

impl<'t> Spelling<'t> {
    /// Finds the parts.
    fn of(given: &'t str) -> Result<Self, ParseError> {
        let host = given.find("://").map(|at| at + 3);
        let end = host.and_then(|host| Some(host + given[host..].find(['?', '#'])?));
        let path = &given[..end.unwrap_or(given.len())];
        let mut spelling = Self {
            given,
            url: host.is_some(),
            opinion: false,
            day: Date::MIN,
            name: "",
            name_at: 0,
        };
        if let Some(found) = dated_path(path) {
            (spelling.opinion, spelling.day) = (found.opinion, found.day);
            spelling.name_at = found.rest;
        } else if spelling.url {
            let message = "is no address of an event: it has no news/Y/M/D/slug";
            return Err(spelling.error(0, message));
        } else {
            let start = context_folders(path);
            let message = "is no event id: expected a day, as in 2017/03/2/, here";
            let found = day_at(&path[start..]).ok_or_else(|| spelling.error(start, message))?;
            (spelling.day, spelling.name_at) = (found.day, start + found.len);
        }
        spelling.name = &path[spelling.name_at..];
        if spelling.opinion {
            spelling.name = without_index(spelling.name);
        }
        Ok(spelling)
    }

    /// Whether the name is that of a folder's own page.
    fn is_index(&self) -> bool {
        matches!(without_extension(self.name), "index" | "README")
    }

    fn id(&self) -> Result<EventId, ParseError> {
        let name = self.decoded()?;
        EventId::at(self.opinion, self.day, &name).ok_or_else(|| self.no_slug(&name))
    }

    /// The name without its escapes.
    fn decoded(&self) -> Result<Cow<'t, str>, ParseError> {
        if !self.url {
            return Ok(Cow::Borrowed(self.name));
        }
        let hex = |escape: &str| {
            let digits = escape.bytes().take(2).filter(u8::is_ascii_hexdigit);
            digits.count() == 2
        };
        let decoded = percent_decode_str(self.name).decode_utf8().ok();
        decoded
            .filter(|_| self.name.split('%').skip(1).all(hex))
            .ok_or_else(|| {
                let at = self.name.find('%').unwrap_or_default();
                let message = "is no address: its percent signs stand for no UTF-8 text";
                self.error(self.name_at + at, message)
            })
    }

    /// Why a name is no slug.
    fn no_slug(&self, name: &str) -> ParseError {
        let slug = without_extension(name);
        let slash = self.name.find('/').unwrap_or_default();
        let (at, message) = match slug {
            "" => (slash, "is no event id: the slug is missing"),
            "index" | "README" if self.opinion => (slash, "names a day page, not an event"),
            "index" | "README" => (0, "names a day page, not an event"),
            _ if slug.contains('/') => (slash, "is no event id: a slug has no slash"),
            _ => (slash, "is no event id: no page can have this slug"),
        };
        self.error(self.name_at + at, message)
    }

    fn error(&self, offset: usize, message: &str) -> ParseError {
        let message = format!("{:?} {message}", self.given);
        ParseError::new(self.given, offset, message, Some(HINT.to_owned()))
    }
}

/// The folder of an opinion without the slash or the index file behind it.
fn without_index(name: &str) -> &str {
    if let Some(folder) = name.strip_suffix('/') {
        return folder;
    }
    match name.rsplit_once('/') {
        Some((folder, file)) if matches!(without_extension(file), "index" | "README") => folder,
        _ => name,
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

    use super::{EventId, Spelling, is_plainly_canonical};

    proptest! {
        #[test]
        fn what_is_plainly_canonical_reads_as_itself(
            year in "[0-9]{3,5}", month in "[0-9]{1,2}", day in "[0-9]{1,2}",
            slug in "[a-zA-Z0-9_甲-]{0,6}|index|README|[a./%) _\u{301}-]{1,4}|a.md",
            before in "(|/|opinion/|news/)",
        ) {
            let given = format!("{before}{year}/{month}/{day}/{slug}");
            if is_plainly_canonical(&given) {
                let read = Spelling::of(&given).unwrap().id().unwrap();
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
            ("a//b", 0),
            ("../a", 0),
            ("posts/", 0),
            ("2017/03/2/", 10),
            ("news/2017/03/2/index.md", 15),
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
    fn any_other_text_is_a_path_without_its_ending() {
        for (given, id) in [
            ("slug", "slug"),
            ("/posts/a-slug.md", "posts/a-slug"),
            ("./posts/a-slug/index.md", "posts/a-slug"),
            ("content/_index.md", "content"),
            ("posts/a.mdx", "posts/a"),
            ("posts/cafe\u{301}.markdown", "posts/café"),
            ("2017-03-2/slug", "2017-03-2/slug"),
            ("2017/13/2/slug", "2017/13/2/slug"),
            ("2017/03/2/a/b", "2017/03/2/a/b"),
            ("2017/03/2", "2017/03/2"),
            ("a.fr.md", "a.fr"),
            ("index.md", "index"),
            ("opinion/a", "opinion/a"),
        ] {
            let read: EventId = given.parse().unwrap();
            assert_eq!(read.as_str(), id, "{given}");
            assert_eq!(read.as_str().parse::<EventId>().unwrap(), read);
            assert_eq!((read.day(), read.is_opinion()), (None, false));
            assert_eq!(EventId::of_path(given), Some(read));
        }
        let of_day = EventId::of_path("2017/03/02/a.md").unwrap();
        assert_eq!(of_day.as_str(), "2017/03/2/a");
        for given in [
            "",
            "a//b.md",
            "../a.md",
            "a/./b.md",
            "a\nb.md",
            &"a/".repeat(600),
        ] {
            assert_eq!(EventId::of_path(given), None, "{given:?}");
        }
    }

    #[test]
    fn printing_an_id_and_reading_it_gives_the_id() {
        for id in [
            "posts/a",
            "post",
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
