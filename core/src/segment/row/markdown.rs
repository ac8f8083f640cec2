//! Rows of Markdown pages, written; and pages and events read from them. `markdown_row` reads the bytes.
//!
//! A row has all that a query shows without the page's bytes. The bytes themselves are kept verbatim,
//! so a body is a slice of those.

use super::header::{MarkdownHeader, path_with_ending};
use super::markdown_row::{ARCHIVE, DRAFT, LINKS, META, MarkdownRow, OFFSET, SUMMARY};
use crate::error::Result;
use crate::event::{Event, Meta, MetaValue};
use crate::page::{MarkdownPage, markdown_event, markdown_links};
use crate::segment::block::{Malformed, put_str, put_u32};
use crate::segment::{Part, Segment, TermField};

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

/// A Markdown page and its path, by which its links are looked up.
pub(crate) struct PageAtPath {
    pub page: MarkdownPage,
    pub path: String,
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
        Ok(self.page_at_path(row)?.page)
    }

    /// The page of a Markdown row, without its bytes, and its path.
    pub fn page_at_path(&self, row: u32) -> Result<PageAtPath> {
        let date = self.date_of(row)?;
        let (mut page, path) = self.with_entry(Part::Headers, row, |entry| {
            let header = MarkdownHeader::read(entry)?;
            let path = path_with_ending(header.id, header.ending);
            Ok((header.into_page(date)?, path))
        })?;
        let path = match path {
            Some(path) => path,
            None => self.path_of(row)?,
        };
        let unread = self.with_entry(Part::Bodies, row, |entry| {
            let row = MarkdownRow::read(entry)?;
            row.fill(&mut page)?;
            Ok(row.has_unread_links())
        })?;
        if unread {
            let text = self.markdown_body(row, 0)?;
            (page.links, page.names) = markdown_links(&text, &path, &page.id)
                .ok_or_else(|| self.malformed(Part::Raw, "a page that was read cannot be read"))?;
        }
        Ok(PageAtPath { page, path })
    }

    /// The event of a Markdown row without its related pages, and a page with the links that lead to
    /// them.
    pub fn markdown_event(&self, row: u32) -> Result<(Event, PageAtPath)> {
        let PageAtPath { mut page, path } = self.page_at_path(row)?;
        let linking = page.take_links();
        let tags = self.spelled_tags(row)?;
        let body = self.markdown_body(row, page.body)?;
        let body = Some(body).filter(|body| !body.is_empty());
        let linking = PageAtPath {
            page: linking,
            path,
        };
        Ok((markdown_event(page, body, tags), linking))
    }

    /// The text of a Markdown row behind an offset.
    pub fn markdown_body(&self, row: u32, at: u32) -> Result<String> {
        let entry = self.kept_entry(row)?;
        let malformed = |message| self.malformed(Part::Raw, message);
        let entry = entry.ok_or_else(|| malformed("a Markdown page is not kept"))?;
        self.with_entry(Part::Raw, entry, |bytes| {
            Ok(text_behind(bytes, at)?.to_owned())
        })
    }
}

/// The text of a page behind an offset.
pub(super) fn text_behind(bytes: &[u8], at: u32) -> Result<&str, Malformed> {
    let behind = bytes.get(at as usize..);
    let behind = behind.ok_or("a body begins behind its page")?;
    std::str::from_utf8(behind).map_err(|_| "text is not UTF-8")
}
