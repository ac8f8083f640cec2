//! Rows of Markdown pages: all that a query shows without the page's bytes. The bytes themselves are
//! kept verbatim, so a body is a slice of those.

use super::body::{decode_tags, skip_tags};
use super::header::{MarkdownHeader, RowKind};
use crate::error::Result;
use crate::event::{Date, Event, Meta, MetaValue, Time};
use crate::page::{
    Dialect, ExternalLink, MarkdownPage, Moment, PageLink, PageName, PageNameKind, markdown_event,
    markdown_links,
};
use crate::segment::block::{ByteReader, Malformed, put_str, put_u32};
use crate::segment::{Part, Segment, TermField};

const SUMMARY: u32 = 1;
const OFFSET: u32 = 1 << 1;
const META: u32 = 1 << 2;
const DRAFT: u32 = 1 << 3;
/// Of version 5: links stand as what their targets may be called, so they are read from the page.
const CALLED_LINKS: u32 = 1 << 4;
const LINKS: u32 = 1 << 5;
const ARCHIVE: u32 = 1 << 6;

/// Levels of `meta` that are read; what is written has no more.
const DEPTH_MAX: usize = 80;

/// The body of a page: its tags as term numbers, ascending, as in the body of any event, then what
/// the header does not have.
pub(in crate::segment) fn encode(page: &MarkdownPage, tags: &[u32]) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    put_u32(&mut out, tags.len() as u32);
    let mut previous = 0;
    for &tag in tags {
        put_u32(&mut out, tag - previous);
        previous = tag;
    }
    let offset = page.moment.and_then(|moment| moment.offset);
    let mut flags = 0;
    for (bit, holds) in [
        (SUMMARY, page.summary.is_some()),
        (OFFSET, offset.is_some()),
        (META, !page.meta.is_empty()),
        (DRAFT, page.draft),
        (LINKS, has_links(page)),
        (ARCHIVE, !page.archive.is_empty()),
    ] {
        flags |= if holds { bit } else { 0 };
    }
    put_u32(&mut out, flags);
    put_u32(&mut out, page.body);
    // The page's own tags in its own order and spelling: the terms are sorted, and may be spelled
    // as another page of the commit spells them.
    for list in [&page.tags, &page.categories, &page.authors] {
        put_u32(&mut out, list.len() as u32);
        list.iter().for_each(|text| put_str(&mut out, text));
    }
    put_str(&mut out, &page.kind);
    put_str(&mut out, &page.lang);
    if let Some(summary) = &page.summary {
        put_str(&mut out, summary);
    }
    if let Some(offset) = offset {
        out.extend_from_slice(&offset.to_le_bytes());
    }
    if !page.meta.is_empty() {
        put_meta(&mut out, &page.meta);
    }
    if !page.archive.is_empty() {
        put_str(&mut out, &page.archive);
    }
    if has_links(page) {
        put_links(&mut out, page);
    }
    out
}

fn has_links(page: &MarkdownPage) -> bool {
    !page.sources.is_empty() || !page.links.is_empty() || !page.names.is_empty()
}

/// Links and names, as a row has them from version 6 on.
fn put_links(out: &mut Vec<u8>, page: &MarkdownPage) {
    put_u32(out, page.sources.len() as u32);
    for link in &page.sources {
        put_str(out, &link.name);
        put_str(out, &link.url);
    }
    put_u32(out, page.links.len() as u32);
    for link in &page.links {
        out.push(link.dialect.letter());
        put_str(out, &link.target);
        put_str(out, &link.text);
    }
    put_u32(out, page.names.len() as u32);
    for name in &page.names {
        out.push(name.kind.letter());
        put_str(out, &name.text);
    }
}

fn read_links(reader: &mut ByteReader<'_>, page: &mut MarkdownPage) -> Result<(), Malformed> {
    read_sources(reader, page)?;
    for _ in 0..reader.u32()? {
        page.links.push(PageLink {
            dialect: Dialect::of_letter(reader.u8()?).ok_or("an unknown kind of link")?,
            target: reader.str()?.to_owned(),
            text: reader.str()?.to_owned(),
        });
    }
    for _ in 0..reader.u32()? {
        page.names.push(PageName {
            kind: PageNameKind::of_letter(reader.u8()?).ok_or("an unknown kind of name")?,
            text: reader.str()?.to_owned(),
        });
    }
    Ok(())
}

fn read_sources(reader: &mut ByteReader<'_>, page: &mut MarkdownPage) -> Result<(), Malformed> {
    for _ in 0..reader.u32()? {
        page.sources.push(ExternalLink {
            name: reader.str()?.to_owned(),
            url: reader.str()?.to_owned(),
        });
    }
    Ok(())
}

fn put_meta(out: &mut Vec<u8>, meta: &Meta) {
    put_u32(out, meta.len() as u32);
    for (key, value) in meta.iter() {
        put_str(out, key);
        put_value(out, value);
    }
}

fn put_value(out: &mut Vec<u8>, value: &MetaValue) {
    match value {
        MetaValue::Null => out.push(0),
        MetaValue::Text(text) => {
            out.push(1);
            put_str(out, text);
        }
        MetaValue::List(items) => {
            out.push(2);
            put_u32(out, items.len() as u32);
            items.iter().for_each(|item| put_value(out, item));
        }
        MetaValue::Map(map) => {
            out.push(3);
            put_meta(out, map);
        }
    }
}

fn read_meta(reader: &mut ByteReader<'_>, depth: usize) -> Result<Meta, Malformed> {
    let count = reader.u32()?;
    let entries = (0..count).map(|_| Ok((reader.str()?.to_owned(), read_value(reader, depth)?)));
    entries.collect()
}

fn read_value(reader: &mut ByteReader<'_>, depth: usize) -> Result<MetaValue, Malformed> {
    let deeper = depth.checked_sub(1).ok_or("meta nests too deep")?;
    Ok(match reader.u8()? {
        0 => MetaValue::Null,
        1 => MetaValue::Text(reader.str()?.to_owned()),
        2 => {
            let count = reader.u32()?;
            let items = (0..count).map(|_| read_value(reader, deeper));
            MetaValue::List(items.collect::<Result<_, _>>()?)
        }
        3 => MetaValue::Map(read_meta(reader, deeper)?),
        _ => return Err("an unknown kind of value"),
    })
}

/// Reads what [`encode`] wrote, into a page that has what the header has. Returns whether links and names
/// are to be read from the page itself.
fn decode(entry: &[u8], page: &mut MarkdownPage) -> Result<bool, Malformed> {
    let mut reader = ByteReader::new(entry);
    skip_tags(&mut reader)?;
    let flags = reader.u32()?;
    page.body = reader.u32()?;
    for list in [&mut page.tags, &mut page.categories, &mut page.authors] {
        let count = reader.u32()?;
        let texts = (0..count).map(|_| reader.str().map(str::to_owned));
        *list = texts.collect::<Result<_, _>>()?;
    }
    page.kind = reader.str()?.to_owned();
    page.lang = reader.str()?.to_owned();
    if flags & SUMMARY != 0 {
        page.summary = Some(reader.str()?.to_owned());
    }
    if flags & OFFSET != 0 {
        let bytes = [reader.u8()?, reader.u8()?];
        let moment = page.moment.as_mut().ok_or("an offset without a day")?;
        moment.offset = Some(i16::from_le_bytes(bytes));
    }
    if flags & META != 0 {
        page.meta = read_meta(&mut reader, DEPTH_MAX)?;
    }
    page.draft = flags & DRAFT != 0;
    if flags & ARCHIVE != 0 {
        page.archive = reader.str()?.to_owned();
    }
    if flags & LINKS != 0 {
        read_links(&mut reader, page)?;
    }
    let is_called = flags & CALLED_LINKS != 0;
    if is_called {
        read_sources(&mut reader, page)?;
    }
    Ok(is_called)
}

impl Segment {
    /// Whether a row is a Markdown page.
    pub fn is_markdown(&self, row: u32) -> Result<bool> {
        Ok(self.flags()?.markdown.contains(row))
    }

    /// Whether the archive of a Markdown row has this prefix.
    pub fn is_of_prefix(&self, row: u32, prefix: &str) -> Result<bool> {
        Ok(match self.postings(TermField::Archive)?.len() {
            0 => prefix.is_empty(),
            _ => self.markdown_page(row)?.prefix() == prefix,
        })
    }

    /// The page of a Markdown row, without its bytes.
    pub fn markdown_page(&self, row: u32) -> Result<MarkdownPage> {
        let date = self.date_of(row)?;
        let mut page = self.with_entry(Part::Headers, row, |entry| {
            let header = MarkdownHeader::read(entry)?;
            header.into_page(date)
        })?;
        let is_called = self.with_entry(Part::Bodies, row, |entry| decode(entry, &mut page))?;
        if is_called {
            let text = self.markdown_body(row, 0)?;
            (page.links, page.names) = markdown_links(&text, &self.path_of(row)?, &page.id)
                .ok_or_else(|| self.malformed(Part::Raw, "a page that was read cannot be read"))?;
        }
        Ok(page)
    }

    /// The event of a Markdown row without its related pages, and a page with the links that lead to
    /// them.
    pub fn markdown_event(&self, row: u32) -> Result<(Event, MarkdownPage)> {
        let mut page = self.markdown_page(row)?;
        let linking = MarkdownPage {
            links: std::mem::take(&mut page.links),
            names: std::mem::take(&mut page.names),
            ..MarkdownPage::blank(page.id.clone())
        };
        let terms = self.dictionary(TermField::Tag)?;
        let tags = self.with_entry(Part::Bodies, row, |entry| {
            let tags = decode_tags(entry)?.into_iter();
            tags.map(|tag| terms.get(tag).map(str::to_owned).ok_or(super::UNKNOWN_TAG))
                .collect()
        })?;
        let body = self.markdown_body(row, page.body)?;
        let body = Some(body).filter(|body| !body.is_empty());
        Ok((markdown_event(page, body, tags), linking))
    }

    /// The text of a Markdown row behind an offset.
    pub fn markdown_body(&self, row: u32, at: u32) -> Result<String> {
        let bytes = self.kept_bytes(row)?;
        let malformed = |message| self.malformed(Part::Raw, message);
        let mut bytes = bytes.ok_or_else(|| malformed("a Markdown page is not kept"))?;
        if at as usize > bytes.len() {
            return Err(malformed("a body begins behind its page"));
        }
        bytes.drain(..at as usize);
        String::from_utf8(bytes).map_err(|_| malformed("text is not UTF-8"))
    }
}

impl MarkdownHeader<'_> {
    fn into_page(self, date: Option<Date>) -> Result<MarkdownPage, Malformed> {
        let mut page = MarkdownPage::blank(self.id.to_owned());
        page.title = self.title.to_owned();
        let time = match self.millis {
            None => None,
            Some(millis) => Some(Time::from_millis(millis).ok_or("a time that no day has")?),
        };
        page.moment = match (date, time) {
            (None, None) => None,
            (None, Some(_)) => return Err("a time without a day"),
            (Some(date), time) => Some(Moment {
                date,
                time,
                offset: None,
            }),
        };
        debug_assert_eq!(self.kind, RowKind::Markdown);
        Ok(page)
    }
}
