//! The body of an event's row: all fields but title, id and links, as written.

use crate::error::Result;
use crate::event::{ChangeKind, clean};
use crate::page::{ChangeItem, EventPage, SourceItem, Span};
use crate::segment::block::{ByteReader, Malformed, put_str, put_u32};
use crate::segment::term::Spellings;

const CATEGORY_LINE: u32 = 1;
const CATEGORY_WRITTEN: u32 = 1 << 1;
const SUMMARY: u32 = 1 << 2;
const COVER: u32 = 1 << 3;
const AUTHOR: u32 = 1 << 4;
const BODY: u32 = 1 << 5;
const CHANGES: u32 = 1 << 6;
const STATED: u32 = 1 << 7;

const SOURCE_IMAGE: u32 = 1;
const SOURCE_WRITTEN: u32 = 2;

/// The term numbers that stand for texts of a body.
#[derive(Debug, Default, Clone)]
pub(crate) struct BodyTerms {
    pub layout: u32,
    /// Category term plus one; 0 if the clean category is empty.
    pub category: u32,
    /// For each source its term plus one; 0 if the clean name is empty.
    pub sources: Vec<u32>,
    /// Ascending.
    pub tags: Vec<u32>,
}

/// The dictionaries that turn the term numbers of a body into texts again.
pub(in crate::segment) struct BodyDictionaries<'a> {
    pub categories: Spellings<'a>,
    pub sources: Spellings<'a>,
}

impl BodyDictionaries<'_> {
    /// A result that was made with these texts, or the error of reading one.
    pub fn checked<T>(&self, result: Result<T>) -> Result<T> {
        self.sources.checked(self.categories.checked(result))
    }
}

/// The body of a page. A category or publisher is stored as its term number, and as written where
/// the clean text differs.
pub(crate) fn encode(page: &EventPage, numbers: &BodyTerms) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    let get = |span: Span| page.get(span);
    let category = page.category.map(get);
    let category_written = category.is_some_and(|written| clean(written) != written);
    let mut flags = 0;
    for (bit, holds) in [
        (CATEGORY_LINE, category.is_some()),
        (CATEGORY_WRITTEN, category_written),
        (SUMMARY, page.summary.is_some()),
        (COVER, page.cover_image.is_some()),
        (AUTHOR, page.author.is_some()),
        (BODY, page.body.is_some()),
        (CHANGES, !page.changes.is_empty()),
        (STATED, !page.stated.is_empty()),
    ] {
        flags |= if holds { bit } else { 0 };
    }
    put_u32(&mut out, numbers.tags.len() as u32);
    let mut previous = 0;
    for &tag in &numbers.tags {
        put_u32(&mut out, tag - previous);
        previous = tag;
    }
    put_u32(&mut out, flags);
    put_u32(&mut out, numbers.layout);
    if let Some(written) = category {
        put_u32(&mut out, numbers.category);
        if category_written {
            put_str(&mut out, written);
        }
    }
    put_u32(&mut out, page.sources.len() as u32);
    for (source, &number) in page.sources.iter().zip(&numbers.sources) {
        let written = clean(get(source.name)) != get(source.name);
        let flags = if source.image.is_some() {
            SOURCE_IMAGE
        } else {
            0
        } | if written { SOURCE_WRITTEN } else { 0 };
        put_u32(&mut out, number << 2 | flags);
        if written {
            put_str(&mut out, get(source.name));
        }
        put_str(&mut out, get(source.url));
        if let Some(image) = source.image {
            put_str(&mut out, get(image));
        }
    }
    for span in [page.summary, page.cover_image, page.author, page.body]
        .into_iter()
        .flatten()
    {
        put_str(&mut out, get(span));
    }
    if !page.changes.is_empty() {
        put_u32(&mut out, page.changes.len() as u32);
        for change in &page.changes {
            encode_change(&mut out, page, change);
        }
    }
    if !page.stated.is_empty() {
        put_u32(&mut out, page.stated.len() as u32);
        page.stated
            .iter()
            .for_each(|&tag| put_str(&mut out, get(tag)));
    }
    out
}

const CHANGE_OWN_TITLE: u8 = 1 << 2;
const CHANGE_OWN_ID: u8 = 1 << 3;
const CHANGE_AT: u8 = 1 << 4;

fn encode_change(out: &mut Vec<u8>, page: &EventPage, change: &ChangeItem) {
    let (title, target) = (page.get(change.title), page.get(change.target));
    // The current version repeats the page's own title and id.
    let (own_title, own_id) = (title == page.get(page.title), target == page.get(page.id));
    let mut head = match change.kind {
        ChangeKind::First => 0,
        ChangeKind::Update => 1,
        ChangeKind::Current => 2,
    };
    head |= if own_title { CHANGE_OWN_TITLE } else { 0 };
    head |= if own_id { CHANGE_OWN_ID } else { 0 };
    head |= if change.at.is_some() { CHANGE_AT } else { 0 };
    out.push(head);
    if !own_title {
        put_str(out, title);
    }
    if !own_id {
        put_str(out, target);
    }
    if let Some(at) = change.at {
        put_str(out, page.get(at));
    }
}

/// What [`decode`] returns beside the fields that it puts into the page: numbers of the segment.
pub(in crate::segment) struct LayoutAndTags {
    pub layout: u32,
    pub tags: Vec<u32>,
}

/// Appends a text to those of a page and returns its span.
pub(crate) fn push(page: &mut EventPage, text: &str) -> Span {
    let start = page.text.len() as u32;
    page.text.push_str(text);
    Span {
        start,
        end: page.text.len() as u32,
    }
}

/// Reads only the tags of a body, as ascending term numbers.
pub(super) fn decode_tags(entry: &[u8]) -> Result<Vec<u32>, Malformed> {
    read_tags(&mut ByteReader::new(entry))
}

/// Passes over the tags of a body.
pub(super) fn skip_tags(reader: &mut ByteReader<'_>) -> Result<(), Malformed> {
    for _ in 0..reader.u32()? {
        reader.u32()?;
    }
    Ok(())
}

pub(super) fn read_tags(reader: &mut ByteReader<'_>) -> Result<Vec<u32>, Malformed> {
    let mut tag = 0u32;
    let mut next = |reader: &mut ByteReader<'_>| {
        tag = tag
            .checked_add(reader.u32()?)
            .ok_or("a tag number is too large")?;
        Ok(tag)
    };
    (0..reader.u32()?).map(|_| next(reader)).collect()
}

/// Reads a body into a page that has id and title already.
pub(in crate::segment) fn decode(
    entry: &[u8],
    page: &mut EventPage,
    dictionaries: &BodyDictionaries<'_>,
) -> Result<LayoutAndTags, Malformed> {
    let mut reader = ByteReader::new(entry);
    let tags = read_tags(&mut reader)?;
    let flags = reader.u32()?;
    let layout = reader.u32()?;
    if flags & CATEGORY_LINE != 0 {
        let number = reader.u32()?;
        let text = match (flags & CATEGORY_WRITTEN != 0, number.checked_sub(1)) {
            (true, _) => reader.str()?,
            (false, Some(term)) => dictionaries
                .categories
                .get(term)
                .ok_or("an unknown category")?,
            (false, None) => "",
        };
        page.category = Some(push(page, text));
    }
    for _ in 0..reader.u32()? {
        let head = reader.u32()?;
        let name = match (head & SOURCE_WRITTEN != 0, (head >> 2).checked_sub(1)) {
            (true, _) => reader.str()?,
            (false, Some(term)) => dictionaries.sources.get(term).ok_or("an unknown source")?,
            (false, None) => "",
        };
        let name = push(page, name);
        let url = push(page, reader.str()?);
        let image = if head & SOURCE_IMAGE != 0 {
            Some(push(page, reader.str()?))
        } else {
            None
        };
        page.sources.push(SourceItem { name, url, image });
    }
    let mut text = |bit: u32, page: &mut EventPage| -> Result<Option<Span>, Malformed> {
        if flags & bit == 0 {
            Ok(None)
        } else {
            Ok(Some(push(page, reader.str()?)))
        }
    };
    page.summary = text(SUMMARY, page)?;
    page.cover_image = text(COVER, page)?;
    page.author = text(AUTHOR, page)?;
    page.body = text(BODY, page)?;
    if flags & CHANGES != 0 {
        for _ in 0..reader.u32()? {
            let change = decode_change(&mut reader, page)?;
            page.changes.push(change);
        }
    }
    if flags & STATED != 0 {
        for _ in 0..reader.u32()? {
            let tag = push(page, reader.str()?);
            page.stated.push(tag);
        }
    }
    Ok(LayoutAndTags { layout, tags })
}

fn decode_change(
    reader: &mut ByteReader<'_>,
    page: &mut EventPage,
) -> Result<ChangeItem, Malformed> {
    let head = reader.u8()?;
    let kind = match head & 3 {
        0 => ChangeKind::First,
        1 => ChangeKind::Update,
        2 => ChangeKind::Current,
        _ => return Err("an unknown kind of change"),
    };
    let title = if head & CHANGE_OWN_TITLE != 0 {
        page.title
    } else {
        push(page, reader.str()?)
    };
    let target = if head & CHANGE_OWN_ID != 0 {
        page.id
    } else {
        push(page, reader.str()?)
    };
    let at = if head & CHANGE_AT != 0 {
        Some(push(page, reader.str()?))
    } else {
        None
    };
    Ok(ChangeItem {
        title,
        target,
        at,
        kind,
    })
}
