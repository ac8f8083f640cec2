//! The links of a row: whom an event's related list, or a listing, points to, with the tags beside each link.
//!
//! A target in the same segment is its row number, any other one a number behind the rows (`outside`). The text of a link
//! is kept only where it differs from the target's title, and the text of a context only where it differs from its tags
//! joined by `", "`.

use rustc_hash::FxHashMap;

use crate::segment::block::varint::{Malformed, Reader, put_str, put_u32};

/// Whom a link points to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target<'a> {
    /// An event of the same segment; behind its rows, an id outside of it.
    Row(u32),
    /// The id of any other, in segments of versions 1 and 2.
    Id(&'a str),
}

/// One link as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link<'a> {
    pub target: Target<'a>,
    /// The link's text; none if it is the title of the target's row (or the row is a listing, which keeps none).
    pub title: Option<&'a str>,
    /// The tags of its context as term numbers; none if it has no context.
    pub tags: Option<Vec<u32>>,
    /// The context as written, where it is not its tags joined.
    pub context: Option<&'a str>,
}

const OWN_TITLE: u32 = 1;
const OWN_CONTEXT: u32 = 2;

/// Appends one link to an entry.
pub(crate) fn encode(out: &mut Vec<u8>, link: &Link<'_>) {
    let mut head = if link.title.is_some() { OWN_TITLE } else { 0 };
    head |= if link.context.is_some() {
        OWN_CONTEXT
    } else {
        0
    };
    match link.target {
        Target::Row(row) => put_u32(out, (row + 1) << 2 | head),
        Target::Id(id) => {
            put_u32(out, head);
            put_str(out, id);
        }
    }
    if let Some(title) = link.title {
        put_str(out, title);
    }
    match &link.tags {
        None => put_u32(out, 0),
        Some(tags) => {
            put_u32(out, tags.len() as u32 + 1);
            tags.iter().for_each(|&tag| put_u32(out, tag));
        }
    }
    if let Some(context) = link.context {
        put_str(out, context);
    }
}

/// The links of an entry in page order, their tags in one list: what whole events read takes one piece of memory for
/// each of a dozen links otherwise.
pub(crate) struct Listed<'a> {
    /// Each with the end of its tags in the list, which begin where those of the link before end.
    links: Vec<(Bare<'a>, usize)>,
    tags: Vec<u32>,
}

impl<'a> Listed<'a> {
    /// Reads an entry.
    pub fn read(entry: &'a [u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(entry);
        let (mut links, mut tags) = (Vec::new(), Vec::new());
        while !reader.is_empty() {
            let link = decode_one(&mut reader, |tag| tags.push(tag))?;
            links.push((link, tags.len()));
        }
        Ok(Self { links, tags })
    }

    /// All tags, those of the first link first.
    pub fn tags(&self) -> &[u32] {
        &self.tags
    }

    /// Target, title and tags of each link.
    pub fn links(&self) -> impl Iterator<Item = (Target<'a>, Option<&'a str>, &[u32])> {
        let mut start = 0;
        self.links.iter().map(move |(link, end)| {
            let tags = &self.tags[start..*end];
            start = *end;
            (link.target, link.title, tags)
        })
    }
}

/// Reads the links of an entry in page order.
pub(crate) fn decode(entry: &[u8]) -> impl Iterator<Item = Result<Link<'_>, Malformed>> {
    let mut reader = Reader::new(entry);
    std::iter::from_fn(move || {
        let mut tags = Vec::new();
        (!reader.is_empty()).then(|| {
            let link = decode_one(&mut reader, |tag| tags.push(tag))?;
            Ok(Link {
                target: link.target,
                title: link.title,
                tags: link.has_context.then_some(tags),
                context: link.context,
            })
        })
    })
}

/// A link without its tags.
struct Bare<'a> {
    target: Target<'a>,
    title: Option<&'a str>,
    has_context: bool,
    context: Option<&'a str>,
}

fn decode_one<'a>(
    reader: &mut Reader<'a>,
    mut tag: impl FnMut(u32),
) -> Result<Bare<'a>, Malformed> {
    let head = reader.u32()?;
    let target = match head >> 2 {
        0 => Target::Id(reader.str()?),
        row => Target::Row(row - 1),
    };
    let title = if head & OWN_TITLE != 0 {
        Some(reader.str()?)
    } else {
        None
    };
    let context_tags = reader.u32()?;
    for _ in 1..context_tags {
        tag(reader.u32()?);
    }
    let context = if head & OWN_CONTEXT != 0 {
        Some(reader.str()?)
    } else {
        None
    };
    Ok(Bare {
        target,
        title,
        has_context: context_tags > 0,
        context,
    })
}

/// Links turned around: target → rows that link to it, listings and twins included. Built on first use, for segments of
/// versions 1 and 2; later ones hold it on disk (`referrers`).
pub(crate) struct Referrers {
    starts: Vec<u32>,
    rows: Vec<u32>,
    outside: FxHashMap<Box<str>, Vec<u32>>,
}

/// Links of some rows in turn: how many each has, and their targets. Four bytes a link: a million pages have twenty
/// million.
#[derive(Default)]
pub(crate) struct Inside {
    pub links: Vec<u32>,
    pub targets: Vec<u32>,
}

impl Referrers {
    /// From the links of all rows, in order.
    pub fn build(rows: u32, inside: &[Inside], outside: FxHashMap<Box<str>, Vec<u32>>) -> Self {
        let mut starts = vec![0u32; rows as usize + 1];
        for &target in inside.iter().flat_map(|block| &block.targets) {
            starts[target as usize + 1] += 1;
        }
        for row in 0..rows as usize {
            starts[row + 1] += starts[row];
        }
        let mut next = starts.clone();
        let mut list = vec![0; starts[rows as usize] as usize];
        let mut row = 0;
        for block in inside {
            let mut targets = block.targets.iter();
            for &links in &block.links {
                for &target in targets.by_ref().take(links as usize) {
                    list[next[target as usize] as usize] = row;
                    next[target as usize] += 1;
                }
                row += 1;
            }
        }
        Self {
            starts,
            rows: list,
            outside,
        }
    }

    /// Rows that link to a row, ascending, with repeats where a page links twice.
    pub fn of_row(&self, row: u32) -> &[u32] {
        &self.rows[self.starts[row as usize] as usize..self.starts[row as usize + 1] as usize]
    }

    /// Rows that link to an id which the segment has no event for.
    pub fn of_id(&self, id: &str) -> &[u32] {
        self.outside.get(id).map_or(&[], Vec::as_slice)
    }

    /// Bytes in memory.
    pub fn size(&self) -> usize {
        (self.starts.len() + self.rows.len()) * 4 + self.outside.len() * 96
    }
}
