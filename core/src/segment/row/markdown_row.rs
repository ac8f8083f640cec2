//! The bytes of a Markdown page's row, as references into them: a column reads only what it needs.

use super::body::{read_tags, skip_tags};
use super::header::MarkdownHeader;
use crate::event::{Date, Meta, MetaValue, Time};
use crate::page::{Dialect, ExternalLink, MarkdownPage, Moment, PageLink, PageName, PageNameKind};
use crate::segment::block::{ByteReader, Malformed};

pub(super) const SUMMARY: u32 = 1;
pub(super) const OFFSET: u32 = 1 << 1;
pub(super) const META: u32 = 1 << 2;
pub(super) const DRAFT: u32 = 1 << 3;
/// Of version 5: links stand as what their targets may be called, so they are read from the page.
const CALLED_LINKS: u32 = 1 << 4;
pub(super) const LINKS: u32 = 1 << 5;
pub(super) const ARCHIVE: u32 = 1 << 6;

/// Levels of `meta` that are read; what is written has no more.
const DEPTH_MAX: usize = 80;

/// A row.
pub(crate) struct MarkdownRow<'a> {
    entry: &'a [u8],
    flags: u32,
    /// Where the body begins, in bytes of the page.
    pub body: u32,
    pub tags_as_written: TextList<'a>,
    pub categories: TextList<'a>,
    pub authors: TextList<'a>,
    /// Empty if the page has no type.
    pub kind: &'a str,
    /// Empty if no language is known.
    pub lang: &'a str,
    pub summary: Option<&'a str>,
    /// Minutes east of Greenwich.
    pub offset: Option<i16>,
    /// Behind the offset: meta, the archive, links.
    rest: ByteReader<'a>,
}

/// Texts of a row, which were checked.
#[derive(Clone, Copy)]
pub(crate) struct TextList<'a> {
    count: u32,
    reader: ByteReader<'a>,
}

impl<'a> TextList<'a> {
    fn read(reader: &mut ByteReader<'a>) -> Result<Self, Malformed> {
        let count = reader.u32()?;
        let list = Self {
            count,
            reader: *reader,
        };
        for _ in 0..count {
            reader.str()?;
        }
        Ok(list)
    }

    pub fn iter(self) -> impl Iterator<Item = &'a str> {
        let mut reader = self.reader;
        (0..self.count).map_while(move |_| reader.str().ok())
    }

    fn to_vec(self) -> Vec<String> {
        self.iter().map(str::to_owned).collect()
    }
}

impl<'a> MarkdownRow<'a> {
    /// Reads a row, without meta and links.
    pub fn read(entry: &'a [u8]) -> Result<Self, Malformed> {
        let mut reader = ByteReader::new(entry);
        skip_tags(&mut reader)?;
        let flags = reader.u32()?;
        let body = reader.u32()?;
        let tags_as_written = TextList::read(&mut reader)?;
        let categories = TextList::read(&mut reader)?;
        let authors = TextList::read(&mut reader)?;
        let kind = reader.str()?;
        let lang = reader.str()?;
        let summary = match flags & SUMMARY {
            0 => None,
            _ => Some(reader.str()?),
        };
        let offset = match flags & OFFSET {
            0 => None,
            _ => Some(i16::from_le_bytes([reader.u8()?, reader.u8()?])),
        };
        Ok(Self {
            entry,
            flags,
            body,
            tags_as_written,
            categories,
            authors,
            kind,
            lang,
            summary,
            offset,
            rest: reader,
        })
    }

    /// The tags as term numbers, ascending.
    pub fn tags(&self) -> Result<Vec<u32>, Malformed> {
        read_tags(&mut ByteReader::new(self.entry))
    }

    /// The other keys of the page; none if there is none.
    pub fn meta(&self) -> Result<Option<Meta>, Malformed> {
        match self.flags & META {
            0 => Ok(None),
            _ => read_meta(&mut self.rest.clone(), DEPTH_MAX).map(Some),
        }
    }

    /// At the links.
    fn behind_archive(&self) -> Result<ByteReader<'a>, Malformed> {
        let mut reader = self.rest;
        if self.flags & META != 0 {
            skip_meta(&mut reader, DEPTH_MAX)?;
        }
        if self.flags & ARCHIVE != 0 {
            reader.str()?;
        }
        Ok(reader)
    }

    /// Name and address of each link that leaves the archive.
    pub fn sources(&self) -> Result<Vec<(&'a str, &'a str)>, Malformed> {
        if self.flags & (LINKS | CALLED_LINKS) == 0 {
            return Ok(Vec::new());
        }
        read_sources(&mut self.behind_archive()?)
    }

    /// Whether links and names are to be read from the page itself.
    pub fn has_unread_links(&self) -> bool {
        self.flags & CALLED_LINKS != 0
    }

    /// Puts all of it into a page that has what the header has.
    pub fn fill(&self, page: &mut MarkdownPage) -> Result<(), Malformed> {
        page.body = self.body;
        page.tags = self.tags_as_written.to_vec();
        page.categories = self.categories.to_vec();
        page.authors = self.authors.to_vec();
        page.kind = self.kind.to_owned();
        page.lang = self.lang.to_owned();
        page.summary = self.summary.map(str::to_owned);
        if self.offset.is_some() {
            let moment = page.moment.as_mut().ok_or("an offset without a day")?;
            moment.offset = self.offset;
        }
        page.draft = self.flags & DRAFT != 0;
        let mut reader = self.rest;
        if self.flags & META != 0 {
            page.meta = read_meta(&mut reader, DEPTH_MAX)?;
        }
        if self.flags & ARCHIVE != 0 {
            page.archive = reader.str()?.to_owned();
        }
        if self.flags & (LINKS | CALLED_LINKS) != 0 {
            let sources = read_sources(&mut reader)?.into_iter();
            page.sources = sources
                .map(|(name, url)| ExternalLink {
                    name: name.to_owned(),
                    url: url.to_owned(),
                })
                .collect();
        }
        if self.flags & LINKS != 0 {
            read_links(&mut reader, page)?;
        }
        Ok(())
    }
}

fn read_sources<'a>(reader: &mut ByteReader<'a>) -> Result<Vec<(&'a str, &'a str)>, Malformed> {
    let count = reader.u32()?;
    (0..count)
        .map(|_| Ok((reader.str()?, reader.str()?)))
        .collect()
}

fn read_links(reader: &mut ByteReader<'_>, page: &mut MarkdownPage) -> Result<(), Malformed> {
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

fn read_meta(reader: &mut ByteReader<'_>, depth: usize) -> Result<Meta, Malformed> {
    let count = reader.u32()?;
    let entries = (0..count).map(|_| Ok((reader.str()?.to_owned(), read_value(reader, depth)?)));
    entries.collect()
}

fn read_value(reader: &mut ByteReader<'_>, depth: usize) -> Result<MetaValue, Malformed> {
    let deeper = depth.checked_sub(1).ok_or(TOO_DEEP)?;
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

const TOO_DEEP: Malformed = "meta nests too deep";

fn skip_meta(reader: &mut ByteReader<'_>, depth: usize) -> Result<(), Malformed> {
    for _ in 0..reader.u32()? {
        reader.str()?;
        skip_value(reader, depth)?;
    }
    Ok(())
}

fn skip_value(reader: &mut ByteReader<'_>, depth: usize) -> Result<(), Malformed> {
    let deeper = depth.checked_sub(1).ok_or(TOO_DEEP)?;
    match reader.u8()? {
        0 => Ok(()),
        1 => reader.str().map(drop),
        2 => (0..reader.u32()?).try_for_each(|_| skip_value(reader, deeper)),
        3 => skip_meta(reader, deeper),
        _ => Err("an unknown kind of value"),
    }
}

impl MarkdownHeader<'_> {
    /// The time of the day.
    pub fn time(&self) -> Result<Option<Time>, Malformed> {
        let time = self
            .millis
            .map(|millis| Time::from_millis(millis).ok_or("a time that no day has"));
        time.transpose()
    }

    /// A page that has what the header has.
    pub fn into_page(self, date: Option<Date>) -> Result<MarkdownPage, Malformed> {
        let mut page = MarkdownPage::blank(self.id.to_owned());
        page.title = self.title.to_owned();
        page.moment = match (date, self.time()?) {
            (None, None) => None,
            (None, Some(_)) => return Err("a time without a day"),
            (Some(date), time) => Some(Moment {
                date,
                time,
                offset: None,
            }),
        };
        Ok(page)
    }
}
