//! The header of a row: what kind of page it is, its name, and an event's title. Lists of events
//! and related entries read no more of a row.
//!
//! An id is not stored where it follows from the day of the row and the title: then a flag says
//! that the slug is the guess from the title.

use std::cmp::Ordering;

use crate::event::{Date, Time, day_at};
use crate::page::{
    Edition, ListingKind, LogicalPath, MarkdownPage, Page, PageKind, compare_english_guess,
    compare_guess, guess_slug, push_english_guess, push_guess,
};
use crate::segment::block::{ByteReader, Malformed, put_str, put_u32};

/// What a row is. The numbers are part of the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum RowKind {
    News = 0,
    Opinion = 1,
    Day = 2,
    Front = 3,
    Opinions = 4,
    Other = 5,
    Markdown = 6,
}

impl RowKind {
    pub fn is_event(self) -> bool {
        matches!(self, Self::News | Self::Opinion | Self::Markdown)
    }

    /// The kind of an event's row that is a page of the Context.
    pub fn event_kind(self) -> Result<PageKind, Malformed> {
        match self {
            Self::News => Ok(PageKind::News),
            Self::Opinion => Ok(PageKind::Opinion),
            _ => Err("an event's row has another kind"),
        }
    }
}

/// The header of a row, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RowHeader {
    pub kind: RowKind,
    pub lang: Edition,
    /// An event's id, another page's path.
    pub name: String,
    /// As written, spaces at its ends included. Empty if the row is no event.
    pub title: String,
    /// The time of the day of a Markdown page, in milliseconds.
    pub millis: Option<u32>,
}

const ZH: u8 = 1 << 3;
const GUESSED: u8 = 1 << 4;
const OTHER_DAY: u8 = 1 << 5;
/// Of a Markdown page: a time of the day follows, in minutes or in milliseconds.
const MINUTES: u8 = 1 << 3;
const MILLIS: u8 = 1 << 4;

/// The header of a Markdown page, as references into its entry.
pub(crate) struct MarkdownHeader<'a> {
    /// The time of its day, in milliseconds.
    pub millis: Option<u32>,
    /// What its path has behind its id: a number of [`PATH_ENDINGS`], 0 if the path is another.
    pub ending: u8,
    pub id: &'a str,
    pub title: &'a str,
}

impl<'a> MarkdownHeader<'a> {
    pub fn read(entry: &'a [u8]) -> Result<Self, Malformed> {
        let mut reader = ByteReader::new(entry);
        let flags = reader.u8()?;
        if flags & 7 != RowKind::Markdown as u8 {
            return Err("a Markdown page's row has another kind");
        }
        let millis = match flags & (MINUTES | MILLIS) {
            0 => None,
            MINUTES => Some(
                reader
                    .u32()?
                    .checked_mul(60_000)
                    .ok_or("a time is too large")?,
            ),
            _ => Some(reader.u32()?),
        };
        let ending = reader.u8()?;
        let id = reader.str()?;
        let title = std::str::from_utf8(reader.rest()).map_err(|_| "text is not UTF-8")?;
        Ok(Self {
            millis,
            ending,
            id,
            title,
        })
    }
}

/// What a path may have behind the id of a Markdown page; its number is part of the format. An id is
/// a path without these.
const PATH_ENDINGS: [&str; 22] = [
    "",
    ".md",
    "/index.md",
    "/_index.md",
    ".mdx",
    "/index.mdx",
    "/_index.mdx",
    ".markdown",
    "/index.markdown",
    "/_index.markdown",
    ".mdown",
    "/index.mdown",
    "/_index.mdown",
    ".mkd",
    "/index.mkd",
    "/_index.mkd",
    ".rst",
    "/index.rst",
    "/_index.rst",
    ".org",
    "/index.org",
    "/_index.org",
];

/// The number of what a path has behind an id; 0 if it is not the id and an ending.
pub(in crate::segment) fn path_ending(path: &str, id: &str) -> u8 {
    let ending = path.strip_prefix(id).filter(|ending| !ending.is_empty());
    let found = ending.and_then(|ending| PATH_ENDINGS.iter().position(|known| *known == ending));
    found.unwrap_or_default() as u8
}

/// The path of an id with the ending of this number.
pub(in crate::segment) fn path_with_ending(id: &str, ending: u8) -> Option<String> {
    let ending = PATH_ENDINGS.get(ending as usize)?;
    Some(format!("{id}{ending}"))
}

fn encode_markdown(page: &MarkdownPage, ending: u8, out: &mut Vec<u8>) {
    let millis = page.moment.and_then(|moment| moment.time).map(Time::millis);
    let flags = match millis {
        None => 0,
        Some(millis) if millis % 60_000 == 0 => MINUTES,
        Some(_) => MILLIS,
    };
    out.push(RowKind::Markdown as u8 | flags);
    match millis {
        Some(millis) if flags == MINUTES => put_u32(out, millis / 60_000),
        Some(millis) => put_u32(out, millis),
        None => {}
    }
    out.push(ending);
    put_str(out, &page.id);
    out.extend_from_slice(page.title.as_bytes());
}

/// The day in an id, packed. `None` if the text is no canonical id.
pub(crate) fn id_day(id: &str) -> Option<u32> {
    // Paths of any file come here too, so the numbers are bounded as those of a day are.
    day_at(id.strip_prefix("opinion/").unwrap_or(id)).map(|found| found.day.packed())
}

/// The day whose day pages can supersede an event. None of an opinion: day pages list the day's
/// news, so an opinion that is missing there is not superseded.
pub(crate) fn superseding_day(id: &str) -> Option<u32> {
    id_day(id).filter(|_| !id.starts_with("opinion/"))
}

/// The day among whose rows a page of this name is looked up first, packed. 0: rows without a day.
pub(crate) fn day_of_name(name: &str) -> u32 {
    id_day(name).unwrap_or_else(|| LogicalPath::of(name).day.map_or(0, Date::packed))
}

/// Whether a listing or other page is found from its path alone. It is not if it is a day page
/// outside its day's folder, or if its path looks like an id.
pub(crate) fn is_found_by_name(path: &str, date: u32) -> bool {
    date == day_of_name(path) || (date == 0 && id_day(path).is_none())
}

fn slug_of(id: &str) -> &str {
    id.strip_prefix("opinion/")
        .unwrap_or(id)
        .splitn(4, '/')
        .nth(3)
        .unwrap_or_default()
}

/// The header of a page whose row has this date, packed. `ending`: of a Markdown page, what its path
/// has behind its id.
pub(crate) fn encode(page: &Page, path: &str, date: u32, ending: u8) -> Vec<u8> {
    let mut out = Vec::with_capacity(160);
    match page {
        Page::Event(event) => {
            let (id, title) = (event.get(event.id), event.get(event.title));
            let kind = if event.kind == PageKind::News {
                RowKind::News
            } else {
                RowKind::Opinion
            };
            let guessed = guess_slug(title, event.lang) == slug_of(id);
            let day = id_day(id).unwrap_or_default();
            let mut flags = kind as u8;
            flags |= if event.lang == Edition::Zh { ZH } else { 0 };
            flags |= if guessed { GUESSED } else { 0 };
            flags |= if day != date { OTHER_DAY } else { 0 };
            out.push(flags);
            if day != date {
                put_u32(&mut out, day);
            }
            if !guessed {
                put_str(&mut out, slug_of(id));
            }
            out.extend_from_slice(title.as_bytes());
        }
        Page::Listing(listing) => {
            let kind = match listing.kind {
                ListingKind::Day(_) => RowKind::Day,
                ListingKind::Front => RowKind::Front,
                ListingKind::Opinions => RowKind::Opinions,
            };
            out.push(kind as u8 | if listing.lang == Edition::Zh { ZH } else { 0 });
            out.extend_from_slice(path.as_bytes());
        }
        Page::Markdown(page) => encode_markdown(page, ending, &mut out),
        Page::Other => {
            out.push(RowKind::Other as u8);
            out.extend_from_slice(path.as_bytes());
        }
    }
    out
}

/// The title that the header of an external id keeps. None if the id does not follow from a day and
/// a slug: its header then has no room for a title.
pub(crate) fn external_title<'a>(id: &str, title: Option<&'a str>, day: u32) -> Option<&'a str> {
    let place = day_at(id.strip_prefix("opinion/").unwrap_or(id));
    title.filter(|_| day != 0 && place.is_some_and(|found| found.canonical))
}

/// The header of an external id: like that of an event. Without a title, or without a day, it holds
/// the id alone.
pub(crate) fn encode_external(id: &str, title: Option<&str>, day: u32) -> Vec<u8> {
    let mut out = Vec::with_capacity(160);
    let Some(title) = external_title(id, title, day) else {
        out.push(RowKind::Other as u8);
        out.extend_from_slice(id.as_bytes());
        return out;
    };
    let kind = if id.starts_with("opinion/") {
        RowKind::Opinion
    } else {
        RowKind::News
    };
    let guesses = |&lang: &Edition| compare_guess(title, lang, slug_of(id)).is_eq();
    let lang = [Edition::En, Edition::Zh].into_iter().find(guesses);
    let mut flags = kind as u8;
    flags |= if lang == Some(Edition::Zh) { ZH } else { 0 };
    flags |= if lang.is_some() { GUESSED } else { 0 };
    out.push(flags);
    if lang.is_none() {
        put_str(&mut out, slug_of(id));
    }
    out.extend_from_slice(title.as_bytes());
    out
}

/// Reads what [`encode`] or [`encode_external`] wrote.
pub(in crate::segment) fn decode(entry: &[u8], date: u32) -> Result<RowHeader, Malformed> {
    let mut name = String::new();
    let (kind, lang, title) = read(entry, date, &mut name)?;
    let millis = match kind {
        RowKind::Markdown => MarkdownHeader::read(entry)?.millis,
        _ => None,
    };
    Ok(RowHeader {
        millis,
        kind,
        lang,
        name,
        title: title.to_owned(),
    })
}

/// Compares the name of a header with another name of the same day, mostly without making the id.
pub(crate) fn compare_name(entry: &[u8], date: u32, other: &str) -> Result<Ordering, Malformed> {
    let flags = *entry.first().ok_or("a header is empty")?;
    // Most headers: a news event on the day of its id, whose slug follows from its title. Then the
    // slugs decide.
    if flags & (7 | GUESSED | OTHER_DAY) == GUESSED | RowKind::News as u8
        && day_at(other).is_some_and(|found| found.day.packed() == date)
    {
        let lang = if flags & ZH != 0 {
            Edition::Zh
        } else {
            Edition::En
        };
        let title = &entry[1..];
        if lang == Edition::En
            && let Some(order) = compare_english_guess(title, slug_of(other))
        {
            return Ok(order);
        }
        let title = std::str::from_utf8(title).map_err(|_| "text is not UTF-8")?;
        return Ok(compare_guess(title, lang, slug_of(other)));
    }
    let mut name = String::new();
    read(entry, date, &mut name)?;
    Ok(name.as_str().cmp(other))
}

/// The header of a row, as references into its entry.
pub(crate) struct HeaderParts<'a> {
    pub kind: RowKind,
    pub lang: Edition,
    /// The day in an event's id, packed.
    day: u32,
    /// An event's slug, where it is not the guess from the title.
    slug: Option<&'a str>,
    /// An event's title as written, another page's path. Not checked yet: it may not be UTF-8.
    pub text: &'a [u8],
}

impl<'a> HeaderParts<'a> {
    /// `date` is the day of the row, packed.
    pub fn read(entry: &'a [u8], date: u32) -> Result<Self, Malformed> {
        let mut reader = ByteReader::new(entry);
        let flags = reader.u8()?;
        let kind = match flags & 7 {
            0 => RowKind::News,
            1 => RowKind::Opinion,
            2 => RowKind::Day,
            3 => RowKind::Front,
            4 => RowKind::Opinions,
            5 => RowKind::Other,
            6 => {
                let header = MarkdownHeader::read(entry)?;
                return Ok(Self {
                    kind: RowKind::Markdown,
                    lang: Edition::En,
                    day: 0,
                    slug: Some(header.id),
                    text: header.title.as_bytes(),
                });
            }
            _ => return Err("unknown kind of row"),
        };
        let has = |flag: u8| kind.is_event() && flags & flag != 0;
        let day = if has(OTHER_DAY) {
            day_of_calendar(reader.u32()?)?
        } else {
            date
        };
        if kind.is_event() && day == 0 {
            return Err("a page of a day has no day");
        }
        Ok(Self {
            kind,
            lang: if flags & ZH != 0 {
                Edition::Zh
            } else {
                Edition::En
            },
            day,
            slug: if kind.is_event() && !has(GUESSED) {
                Some(reader.str()?)
            } else {
                None
            },
            text: reader.rest(),
        })
    }

    /// The text.
    pub fn text(&self) -> Result<&'a str, Malformed> {
        std::str::from_utf8(self.text).map_err(|_| "text is not UTF-8")
    }

    /// Appends an event's id. `title` is the event's title.
    pub fn push_id(&self, title: &str, out: &mut String) {
        if self.kind == RowKind::Markdown {
            out.push_str(self.slug.unwrap_or_default());
            return;
        }
        out.push_str(self.folder());
        let (day, length) = day_folder(self.day);
        out.push_str(std::str::from_utf8(&day[..length]).unwrap_or_default());
        match self.slug {
            Some(slug) => out.push_str(slug),
            None => push_guess(title, self.lang, out),
        }
    }

    /// Like [`HeaderParts::push_id`], as bytes that are not checked for UTF-8, which saves 15 of 65
    /// ns. Returns false and appends nothing if the slug is the guess from a title that is not
    /// ASCII.
    pub fn push_id_bytes(&self, out: &mut Vec<u8>) -> bool {
        if self.kind == RowKind::Markdown {
            out.extend_from_slice(self.slug.unwrap_or_default().as_bytes());
            return true;
        }
        let before = out.len();
        out.extend_from_slice(self.folder().as_bytes());
        let (day, length) = day_folder(self.day);
        out.extend_from_slice(&day[..length]);
        let done = match (self.slug, self.lang) {
            (Some(slug), _) => {
                out.extend_from_slice(slug.as_bytes());
                true
            }
            (None, Edition::En) => push_english_guess(self.text, out),
            (None, Edition::Zh) => false,
        };
        if !done {
            out.truncate(before);
        }
        done
    }

    fn folder(&self) -> &'static str {
        match self.kind {
            RowKind::Opinion => "opinion/",
            _ => "",
        }
    }
}

/// A day of the calendar, packed.
fn day_of_calendar(packed: u32) -> Result<u32, Malformed> {
    match Date::from_packed(packed) {
        Some(_) => Ok(packed),
        None => Err("a day is not in the calendar"),
    }
}

/// Reads a header and appends its name to `name`. The returned title is empty if the row is no
/// event.
pub(crate) fn read<'a>(
    entry: &'a [u8],
    date: u32,
    name: &mut String,
) -> Result<(RowKind, Edition, &'a str), Malformed> {
    let parts = HeaderParts::read(entry, date)?;
    let text = parts.text()?;
    if !parts.kind.is_event() {
        name.push_str(text);
        return Ok((parts.kind, parts.lang, ""));
    }
    parts.push_id(text, name);
    Ok((parts.kind, parts.lang, text))
}

/// The folder of a packed day, such as `2017/03/2/`, and its length. `format!` is slower, which
/// showed in profiles of lists.
fn day_folder(packed: u32) -> ([u8; 11], usize) {
    let digit = |place: u32| b'0' + (packed / place % 10) as u8;
    let mut out = *b"0000/00/00/";
    for (out, place) in out.iter_mut().zip([10_000_000, 1_000_000, 100_000, 10_000]) {
        *out = digit(place);
    }
    (out[5], out[6]) = (digit(1_000), digit(100));
    match packed % 100 {
        day @ 0..10 => {
            (out[8], out[9]) = (b'0' + day as u8, b'/');
            (out, 10)
        }
        _ => {
            (out[8], out[9]) = (digit(10), digit(1));
            (out, 11)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_with_an_impossible_day_or_kind_is_refused() {
        let header = |flags: u8, day: u32| {
            let mut entry = vec![flags];
            put_u32(&mut entry, day);
            entry.extend_from_slice(b"Title");
            entry
        };
        let moved = RowKind::News as u8 | GUESSED | OTHER_DAY;
        let read = decode(&header(moved, 20_170_302), 20_170_303).unwrap();
        assert_eq!(read.name, "2017/03/2/title");
        let day = decode(&header(moved, 20_170_230), 20_170_303);
        assert_eq!(day, Err("a day is not in the calendar"));
        let none = decode(&[RowKind::News as u8 | GUESSED, b'T'], 0);
        assert_eq!(none, Err("a page of a day has no day"));
        assert_eq!(decode(&[7, b'T'], 0), Err("unknown kind of row"));
        assert!(decode(&[6, 1, 9, b'T'], 0).is_err());
        assert!(RowKind::Front.event_kind().is_err());
    }
}
