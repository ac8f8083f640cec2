//! A segment of which chunks are lost → one whose rows can be read one by one.
//!
//! Some parts all rows hang on: the indexes of blocks, the days, the row sets, the layouts, the
//! exceptions, the external ids. What stands in for a lost one is made from the others where that is possible,
//! and says nothing where it is not, so that the rows that hang on it fail and no others. It is kept in
//! memory.

use std::sync::Arc;

use roaring::RoaringBitmap;

use super::days::days_of_rows;
use super::segments::FoundSegment;
use super::terms::{self, FoundTerms, terms_by_order};
use crate::error::Result;
use crate::ingest::{added_hash, page_hash};
use crate::page::{self, Edition, Layout};
use crate::segment::{
    BlockCache, ChunkRange, Chunks, Codec, Flags, Part, RowKind, Segment, SegmentMeta,
    encode_days_of, encode_layouts, read_range,
};
use crate::storage::{RawStore, Storage, StorageBatch};
use crate::store::{SegmentEntry, SegmentView};

/// Layouts that a segment has at most, of which lost ones are found again, and pages that are tried for each.
const LAYOUTS_MAX: usize = 256;
const LAYOUT_TRIES: u32 = 16;

/// A segment whose rows can be read.
pub(super) struct MendedSegment {
    pub view: SegmentView,
    /// Whether it is known which rows were deleted.
    pub has_deletes: bool,
    pub doubts: Doubts,
    /// Pages that the manifest names beside those of the view, and no chunk can hold.
    pub unheld: u32,
}

/// Of which pages the hash must tell that they are right, since something stands in for a part that
/// they are made from.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Doubts {
    /// Of the Context.
    pub context: bool,
    /// Of the Context, where the page is kept as it was: it has no layout and no terms of its own.
    pub kept: bool,
    pub markdown: bool,
}

/// Mends a segment. None where not even the number of its rows is known.
pub(super) fn mend(
    raw: &RawStore,
    found: &FoundSegment,
    cache: &Arc<BlockCache>,
) -> Result<Option<MendedSegment>> {
    let mut mending = Mending {
        storage: Arc::new(raw.segment(found.meta.id, found.meta.nonce)),
        cache,
        meta: found.meta.clone(),
        terms: None,
    };
    // A row takes bytes of its own in a segment: a hash and a fingerprint at least, which are not compressed. So
    // what was found holds no more rows than it has bytes, whatever the segment is said to have.
    let bytes = raw.bytes_of(found.meta.id, found.meta.nonce);
    let most_rows = u32::try_from(bytes).unwrap_or(u32::MAX);
    let is_believed = found.is_named && found.meta.rows <= most_rows;
    if !is_believed && !mending.count_chunks_and_rows(most_rows)? && !found.is_named {
        return Ok(None);
    }
    let markdown = mending.lacks(Part::Exceptions) || mending.lacks(Part::Flags);
    let is_without_days = mending.lacks(Part::Days);
    // Segments of older versions have other parts for them.
    let is_without_terms =
        mending.meta.chunks_of(Part::Terms) > 0 && mending.lacks(Part::TermsIndex);
    let doubts = Doubts {
        context: markdown || is_without_days || is_without_terms || mending.lacks(Part::Layouts),
        kept: markdown || is_without_days,
        markdown,
    };
    let knows_external = mending.segment().has_days_of_external_ids();
    mending.put_whole_parts()?;
    mending.put_indexes(knows_external)?;
    if is_without_days {
        mending.put_days(&days_of_rows(&mending.segment()))?;
    }
    if is_without_terms {
        mending.terms = terms_by_order(|| mending.segment());
    }
    mending.put_layouts()?;
    if mending.lacks(Part::Flags) {
        let flags = mending.flags_of_headers();
        mending.put(Part::Flags, &flags.encode())?;
        let flags = mending.flags_with_raw(flags)?;
        mending.put(Part::Flags, &flags.encode())?;
    }
    let raw_rows = mending.segment().flags()?.raw.len() as u32;
    mending.put_index(Part::Raw, Part::RawIndex, Some(raw_rows))?;
    let segment = mending.segment_with_terms();
    let deleted = deleted_rows(raw, found);
    let has_deletes = deleted.is_some() && !found.has_other_deletes;
    let mut deleted = deleted.unwrap_or_default();
    let unheld = match found.meta.rows.checked_sub(segment.rows()) {
        // Less those that were removed.
        Some(rows) if rows > 0 => {
            rows - deleted.range_cardinality(segment.rows()..found.meta.rows) as u32
        }
        _ => 0,
    };
    deleted.remove_range(segment.rows()..);
    let entry = SegmentEntry::new(mending.meta);
    Ok(Some(MendedSegment {
        view: SegmentView::new(Arc::new(segment), entry, deleted.into())?,
        has_deletes,
        doubts,
        unheld,
    }))
}

/// The rows that were deleted; none where that cannot be read.
fn deleted_rows(raw: &RawStore, found: &FoundSegment) -> Option<RoaringBitmap> {
    let Some(range) = found.deletes else {
        return Some(RoaringBitmap::new());
    };
    range.first.checked_add(range.chunks)?;
    let storage = raw.segment(range.segment, range.nonce);
    let range = ChunkRange {
        segment: range.segment,
        part: Part::Deletes,
        first: range.first,
        chunks: range.chunks,
        nonce: range.nonce,
    };
    let bytes = read_range(&storage, range).ok()?;
    RoaringBitmap::deserialize_from(&bytes[..]).ok()
}

/// The layout with which the page of a row has its hash.
fn layout_by_hash(segment: &Segment, row: u32) -> Option<Layout> {
    let (mut page, _) = segment.event_page(row).ok()?;
    let (path, hash) = (segment.path_of(row).ok()?, segment.hash_of(row).ok()?);
    Layout::all().find(|layout| {
        page.layout = layout.clone();
        let bytes = page::render(&page).into_bytes();
        let stated: Vec<&str> = page.stated.iter().map(|&tag| page.get(tag)).collect();
        [page_hash(&path, &bytes), added_hash(&bytes, &stated)].contains(&hash)
    })
}

/// A segment that is being mended.
struct Mending<'c> {
    storage: Arc<dyn Storage>,
    cache: &'c Arc<BlockCache>,
    meta: SegmentMeta,
    /// The terms of pages, where the index of terms is lost.
    terms: Option<FoundTerms>,
}

impl Mending<'_> {
    /// The segment as it is by now. Loads nothing.
    fn segment(&self) -> Segment {
        Segment::new(self.storage.clone(), self.cache.clone(), self.meta.clone())
    }

    /// The same with its terms, as far as they can be read.
    fn segment_with_terms(&self) -> Segment {
        let segment = self.segment();
        if let Some(found) = &self.terms {
            terms::set(&segment, found);
        }
        segment.load_salvaged_terms();
        segment
    }

    /// Whether a part that every segment has cannot be read.
    fn lacks(&self, part: Part) -> bool {
        self.meta.chunks_of(part) == 0 || !self.segment().can_read(part)
    }

    fn set_chunks(&mut self, part: Part, chunks: u32) {
        self.meta.chunks.retain(|(number, _)| *number != part as u8);
        if chunks > 0 {
            self.meta.chunks.push((part as u8, chunks));
        }
    }

    /// Puts a whole part in the place of a lost one.
    fn put(&mut self, part: Part, bytes: &[u8]) -> Result<()> {
        let mut chunks = Chunks::new(self.meta.nonce);
        let count = chunks.put(self.meta.id, part, 0, bytes, Codec::Stored);
        self.set_chunks(part, count);
        self.storage.write(StorageBatch {
            set: chunks.list,
            remove: Vec::new(),
        })
    }

    /// Of a segment that no manifest names, or not as it can be: how many chunks its parts have, and how many rows
    /// there are, `most` at most. False if that is not known.
    fn count_chunks_and_rows(&mut self, most: u32) -> Result<bool> {
        for part in [Part::Headers, Part::Bodies, Part::Links, Part::Raw] {
            let indexed = self.segment().indexed(part);
            if let Some((_, chunks)) = indexed.filter(|(_, chunks)| *chunks > 0) {
                self.set_chunks(part, chunks);
            }
        }
        if self.segment().counted_rows().is_none() && self.meta.chunks_of(Part::Bodies) > 0 {
            self.put_index(Part::Bodies, Part::BodiesIndex, None)?;
        }
        let rows = self.segment().counted_rows();
        self.meta.rows = rows.unwrap_or_default().min(most);
        Ok(self.meta.rows > 0)
    }

    /// What stands in for whole parts: for now no day, no exception, and the external ids that can be read.
    fn put_whole_parts(&mut self) -> Result<()> {
        if self.lacks(Part::Days) {
            self.put_days(&vec![0; self.meta.rows as usize])?;
        }
        if self.lacks(Part::Exceptions) {
            self.put(Part::Exceptions, &[])?;
        }
        let segment = self.segment();
        if !segment.has_days_of_external_ids() {
            let (part, days) = segment.external_ids_prefix();
            self.put(part, &days)?;
        }
        Ok(())
    }

    /// Puts layouts in the place of lost ones: those with which pages have their hashes.
    fn put_layouts(&mut self) -> Result<()> {
        if !self.lacks(Part::Layouts) {
            return Ok(());
        }
        let nothing = vec![Layout::default(); LAYOUTS_MAX];
        self.put(Part::Layouts, &encode_layouts(&nothing))?;
        let segment = self.segment_with_terms();
        let mut layouts: Vec<Option<Layout>> = vec![None; LAYOUTS_MAX];
        let mut tries = [0; LAYOUTS_MAX];
        for row in 0..segment.rows() {
            let Ok(number) = segment.layout_of(row).map(|number| number as usize) else {
                continue;
            };
            // A page that is kept whole, or whose row is lost, has its hash with none.
            let is_wanted = number < LAYOUTS_MAX && layouts[number].is_none();
            if is_wanted && tries[number] < LAYOUT_TRIES {
                tries[number] += 1;
                layouts[number] = layout_by_hash(&segment, row);
            }
        }
        let layouts: Vec<Layout> = layouts.into_iter().map(Option::unwrap_or_default).collect();
        self.put(Part::Layouts, &encode_layouts(&layouts))
    }

    fn put_days(&mut self, days: &[u32]) -> Result<()> {
        self.put(Part::Days, &encode_days_of(days))
    }

    /// `knows_external`: whether all external ids are counted. Their headers stand behind those of the rows, so
    /// without their number that of a lost block's entries is not known.
    fn put_indexes(&mut self, knows_external: bool) -> Result<()> {
        let rows = self.meta.rows;
        let segment = self.segment();
        let external = segment.counted_external_ids().unwrap_or_default();
        let headers = rows.checked_add(external).filter(|_| knows_external);
        self.put_index(Part::Headers, Part::HeadersIndex, headers)?;
        self.put_index(Part::Bodies, Part::BodiesIndex, Some(rows))?;
        self.put_index(Part::Links, Part::LinksIndex, Some(rows))
    }

    /// Puts the index of a part in its place, if it cannot be read or is about other chunks.
    fn put_index(&mut self, part: Part, index: Part, entries: Option<u32>) -> Result<()> {
        let chunks = self.meta.chunks_of(part);
        let segment = self.segment();
        let is_whole = segment.indexed(part).is_some_and(|(_, of)| of == chunks);
        if chunks > 0 && !is_whole {
            let bytes = segment.index_anew(part, entries);
            self.put(index, &bytes)?;
        }
        Ok(())
    }

    /// The row sets as the headers of the rows have them, but for pages that are kept whole.
    fn flags_of_headers(&self) -> Flags {
        let segment = self.segment();
        let mut flags = Flags::default();
        for row in 0..segment.rows() {
            let Ok(header) = segment.row_header(row) else {
                continue;
            };
            if header.lang == Edition::Zh {
                flags.zh.insert(row);
            }
            match header.kind {
                RowKind::Markdown => drop(flags.markdown.insert(row)),
                RowKind::Day => drop(flags.day_pages.insert(row)),
                RowKind::Opinion => drop(flags.opinions.insert(row)),
                _ => {}
            }
            match header.kind.is_event() {
                true => flags.events.insert(row),
                false => flags.listings.insert(row),
            };
        }
        flags
    }

    /// The same with the pages that are kept whole: all Markdown pages, and those whose hash the next kept
    /// page has; and with those that a program added, which have another hash. From a row on of which
    /// nothing is known, no row's page is.
    fn flags_with_raw(&self, mut flags: Flags) -> Result<Flags> {
        let count = self.segment().indexed(Part::Raw);
        let count = count.map_or(0, |(entries, _)| entries);
        // So that the kept pages can be read by number, whoever's they are.
        let mut all = flags.clone();
        all.raw.insert_range(0..count.min(self.meta.rows));
        let mut numbered = Mending {
            storage: self.storage.clone(),
            cache: self.cache,
            meta: self.meta.clone(),
            terms: self.terms.clone(),
        };
        numbered.put(Part::Flags, &all.encode())?;
        let segment = numbered.segment_with_terms();
        let mut next = 0;
        for row in 0..segment.rows() {
            let (Ok(header), Ok(path)) = (segment.row_header(row), segment.path_of(row)) else {
                break;
            };
            let hash = segment.hash_of(row).ok();
            let kept = || segment.kept_bytes(next).ok().flatten();
            let is_of_page = |bytes: &[u8]| Some(page_hash(&path, bytes)) == hash;
            let is_kept = match header.kind {
                RowKind::Markdown => {
                    let page = segment.markdown_page(row);
                    let tags = page.map(|page| page.tags).unwrap_or_default();
                    if kept().is_some_and(|bytes| Some(added_hash(&bytes, &tags)) == hash) {
                        flags.added.insert(row);
                    }
                    true
                }
                RowKind::News | RowKind::Opinion => match kept().filter(|_| next < count) {
                    Some(bytes) if is_of_page(&bytes) => true,
                    _ => match segment.event_page(row) {
                        Ok((page, _)) => {
                            let bytes = page::render(&page).into_bytes();
                            let stated: Vec<_> =
                                page.stated.iter().map(|&tag| page.get(tag)).collect();
                            let is_added = Some(added_hash(&bytes, &stated)) == hash;
                            if is_added {
                                flags.added.insert(row);
                            }
                            // A kept page that cannot be read is this row's unless this is its page.
                            next < count && kept().is_none() && !is_added && !is_of_page(&bytes)
                        }
                        Err(_) => false,
                    },
                },
                _ => false,
            };
            if is_kept && next < count {
                flags.raw.insert(row);
                next += 1;
            }
        }
        Ok(flags)
    }
}
