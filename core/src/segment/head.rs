//! The head of a row: what kind of page, its name, and of an event its title. What lists and related entries read.

use std::cmp::Ordering;

use super::bytes::{Malformed, Reader, put_str, put_u32};
use crate::event::id::day_at;
use crate::event::{Date, Kind, Lang};
use crate::page::{ListingKind, Page, Place, compare_guess, guess_slug, push_guess};

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
}

impl RowKind {
    pub fn is_event(self) -> bool {
        matches!(self, Self::News | Self::Opinion)
    }
}

/// A row's head, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RowHead {
    pub kind: RowKind,
    pub lang: Lang,
    /// An event's id, another page's path.
    pub name: String,
    /// With the spaces at its edges; empty if the row is no event.
    pub title: String,
}

const ZH: u8 = 1 << 3;
const GUESSED: u8 = 1 << 4;
const OTHER_DAY: u8 = 1 << 5;

/// The day of an id's place, packed; `None` if the text is no canonical id.
pub(crate) fn id_day(id: &str) -> Option<u32> {
    // Paths of any file come here too, so the numbers are bounded as those of a day are.
    day_at(id.strip_prefix("opinion/").unwrap_or(id)).map(|found| found.day.packed())
}

/// The day among whose rows a page of this name is looked for first, packed; 0 for those without a day.
pub(super) fn day_of_name(name: &str) -> u32 {
    id_day(name).unwrap_or_else(|| Place::of(name).day.map_or(0, Date::packed))
}

/// Whether a listing or another page of this path is found from its path alone: not a day page outside its day's
/// folder, nor a page whose path begins as an id does.
pub(super) fn is_found_by_name(path: &str, date: u32) -> bool {
    date == day_of_name(path) || (date == 0 && id_day(path).is_none())
}

fn slug_of(id: &str) -> &str {
    id.strip_prefix("opinion/")
        .unwrap_or(id)
        .splitn(4, '/')
        .nth(3)
        .unwrap_or_default()
}

/// Writes the head of a page whose row lies at `date` (packed).
pub(crate) fn encode(page: &Page, path: &str, date: u32) -> Vec<u8> {
    let mut out = Vec::with_capacity(160);
    match page {
        Page::Event(event) => {
            let (id, title) = (event.get(event.id), event.get(event.title));
            let kind = if event.kind == Kind::News {
                RowKind::News
            } else {
                RowKind::Opinion
            };
            let guessed = guess_slug(title, event.lang) == slug_of(id);
            let day = id_day(id).unwrap_or_default();
            let mut flags = kind as u8;
            flags |= if event.lang == Lang::Zh { ZH } else { 0 };
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
            out.push(kind as u8 | if listing.lang == Lang::Zh { ZH } else { 0 });
            out.extend_from_slice(path.as_bytes());
        }
        Page::Other => {
            out.push(RowKind::Other as u8);
            out.extend_from_slice(path.as_bytes());
        }
    }
    out
}

/// The title that the head of an id outside the segment keeps: only one beside an id that its day and a slug give back.
pub(super) fn outside_title<'a>(id: &str, title: Option<&'a str>, day: u32) -> Option<&'a str> {
    let place = day_at(id.strip_prefix("opinion/").unwrap_or(id));
    title.filter(|_| day != 0 && place.is_some_and(|found| found.canonical))
}

/// Writes the head of an id outside the segment, under its day, as that of an event; without a title, or without a day,
/// the id alone.
pub(super) fn encode_outside(id: &str, title: Option<&str>, day: u32) -> Vec<u8> {
    let mut out = Vec::with_capacity(160);
    let Some(title) = outside_title(id, title, day) else {
        out.push(RowKind::Other as u8);
        out.extend_from_slice(id.as_bytes());
        return out;
    };
    let kind = match id.starts_with("opinion/") {
        true => RowKind::Opinion,
        false => RowKind::News,
    };
    let guesses = |&lang: &Lang| compare_guess(title, lang, slug_of(id)).is_eq();
    let lang = [Lang::En, Lang::Zh].into_iter().find(guesses);
    let mut flags = kind as u8;
    flags |= if lang == Some(Lang::Zh) { ZH } else { 0 };
    flags |= if lang.is_some() { GUESSED } else { 0 };
    out.push(flags);
    if lang.is_none() {
        put_str(&mut out, slug_of(id));
    }
    out.extend_from_slice(title.as_bytes());
    out
}

/// Reads what [`encode`] wrote.
pub(crate) fn decode(entry: &[u8], date: u32) -> Result<RowHead, Malformed> {
    let mut name = String::new();
    let (kind, lang, title) = read(entry, date, &mut name)?;
    Ok(RowHead {
        kind,
        lang,
        name,
        title: title.to_owned(),
    })
}

/// How the name of a head compares with another, both of one day.
pub(crate) fn compare_name(entry: &[u8], date: u32, other: &str) -> Result<Ordering, Malformed> {
    let flags = *entry.first().ok_or("a head is empty")?;
    // The commonest: a news event, told by its title, under the heading of its day. Then the slugs decide.
    if flags & (7 | GUESSED | OTHER_DAY) == GUESSED | RowKind::News as u8
        && day_at(other).is_some_and(|found| found.day.packed() == date)
    {
        let lang = if flags & ZH != 0 { Lang::Zh } else { Lang::En };
        let title = std::str::from_utf8(&entry[1..]).map_err(|_| "text is not UTF-8")?;
        return Ok(compare_guess(title, lang, slug_of(other)));
    }
    let mut name = String::new();
    read(entry, date, &mut name)?;
    Ok(name.as_str().cmp(other))
}

/// Reads a head, its name into `name`, behind what that holds; the title is that of an event, or empty.
pub(super) fn read<'a>(
    entry: &'a [u8],
    date: u32,
    name: &mut String,
) -> Result<(RowKind, Lang, &'a str), Malformed> {
    let mut reader = Reader::new(entry);
    let flags = reader.u8()?;
    let kind = match flags & 7 {
        0 => RowKind::News,
        1 => RowKind::Opinion,
        2 => RowKind::Day,
        3 => RowKind::Front,
        4 => RowKind::Opinions,
        5 => RowKind::Other,
        _ => return Err("unknown kind of row"),
    };
    let lang = if flags & ZH != 0 { Lang::Zh } else { Lang::En };
    let text = |bytes| std::str::from_utf8(bytes).map_err(|_| "text is not UTF-8");
    if !kind.is_event() {
        name.push_str(text(reader.rest())?);
        return Ok((kind, lang, ""));
    }
    let day = if flags & OTHER_DAY != 0 {
        reader.u32()?
    } else {
        date
    };
    let slug = if flags & GUESSED == 0 {
        Some(reader.str()?)
    } else {
        None
    };
    let title = text(reader.rest())?;
    if kind == RowKind::Opinion {
        name.push_str("opinion/");
    }
    push_day(name, day);
    match slug {
        Some(slug) => name.push_str(slug),
        None => push_guess(title, lang, name),
    }
    Ok((kind, lang, title))
}

/// `2017/03/2/`: faster than `format!`, which showed in profiles of lists.
fn push_day(out: &mut String, packed: u32) {
    let digits = |out: &mut String, value: u32, width: u32| {
        for place in (0..width).rev() {
            out.push((b'0' + (value / 10u32.pow(place) % 10) as u8) as char);
        }
        out.push('/');
    };
    digits(out, packed / 10_000, 4);
    digits(out, packed / 100 % 100, 2);
    let day = packed % 100;
    digits(out, day, if day < 10 { 1 } else { 2 });
}
