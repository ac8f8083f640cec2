//! The links of a row: whom an event's related list, or a listing, points to, and the tags beside
//! each link.
//!
//! A target is a number: the row of an event of the same segment, or that of an external id, which
//! follow the last row. The text of a link is stored only where it differs from the target's title,
//! and a context only where it differs from its tags joined by `", "`.

use crate::segment::block::{ByteReader, Malformed, put_str, put_u32};

/// Whom a link points to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::segment) enum LinkTarget<'a> {
    /// The row of an event of the same segment, or of an external id.
    Row(u32),
    /// The id of any other event, in segments of versions 1 and 2.
    Id(&'a str),
}

impl LinkTarget<'_> {
    /// The row, unless the target is an id.
    pub fn row(self) -> Option<u32> {
        match self {
            Self::Row(row) => Some(row),
            Self::Id(_) => None,
        }
    }
}

/// One link as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::segment) struct StoredLink<'a> {
    pub target: LinkTarget<'a>,
    /// The link's text. None if it is the target's title, or if the row is a listing: those keep
    /// none.
    pub title: Option<&'a str>,
    /// The tags of its context as term numbers. None if it has no context.
    pub tags: Option<Vec<u32>>,
    /// The context as written, where it is not its tags joined.
    pub context: Option<&'a str>,
}

const OWN_TITLE: u32 = 1;
const OWN_CONTEXT: u32 = 2;

/// Appends one link to an entry.
pub(in crate::segment) fn encode(out: &mut Vec<u8>, link: &StoredLink<'_>) {
    let mut head = if link.title.is_some() { OWN_TITLE } else { 0 };
    head |= if link.context.is_some() {
        OWN_CONTEXT
    } else {
        0
    };
    match link.target {
        LinkTarget::Row(row) => put_u32(out, (row + 1) << 2 | head),
        LinkTarget::Id(id) => {
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

/// The links of an entry in page order, with all tags in one list. [`decode`] allocates a list of
/// tags for each link, and a whole event has a dozen links.
pub(in crate::segment) struct LinkList<'a> {
    /// Each with the end of its tags in the list. They begin where those of the link before end.
    links: Vec<(LinkFields<'a>, usize)>,
    tags: Vec<u32>,
}

impl<'a> LinkList<'a> {
    /// Reads an entry.
    pub fn read(entry: &'a [u8]) -> Result<Self, Malformed> {
        let mut reader = ByteReader::new(entry);
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
    pub fn links(&self) -> impl Iterator<Item = (LinkTarget<'a>, Option<&'a str>, &[u32])> {
        let mut start = 0;
        self.links.iter().map(move |(link, end)| {
            let tags = &self.tags[start..*end];
            start = *end;
            (link.target, link.title, tags)
        })
    }
}

/// Reads the links of an entry in page order.
pub(in crate::segment) fn decode(
    entry: &[u8],
) -> impl Iterator<Item = Result<StoredLink<'_>, Malformed>> {
    let mut reader = ByteReader::new(entry);
    std::iter::from_fn(move || {
        let mut tags = Vec::new();
        (!reader.is_empty()).then(|| {
            let link = decode_one(&mut reader, |tag| tags.push(tag))?;
            Ok(StoredLink {
                target: link.target,
                title: link.title,
                tags: link.has_context.then_some(tags),
                context: link.context,
            })
        })
    })
}

/// A link without its tags.
struct LinkFields<'a> {
    target: LinkTarget<'a>,
    title: Option<&'a str>,
    has_context: bool,
    context: Option<&'a str>,
}

fn decode_one<'a>(
    reader: &mut ByteReader<'a>,
    mut tag: impl FnMut(u32),
) -> Result<LinkFields<'a>, Malformed> {
    let head = reader.u32()?;
    let target = match head >> 2 {
        0 => LinkTarget::Id(reader.str()?),
        row => LinkTarget::Row(row - 1),
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
    Ok(LinkFields {
        target,
        title,
        has_context: context_tags > 0,
        context,
    })
}
