//! A segment as one snapshot sees it: its rows less the deleted ones.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use roaring::RoaringBitmap;

use super::manifest::SegmentEntry;
use crate::error::Result;
use crate::segment::{ChunkRange, Part, Segment, TermField, read_range};

/// A segment of a snapshot. Postings are only ever used through its sets, so that no deleted row is counted.
pub(crate) struct View {
    pub segment: Arc<Segment>,
    /// Where its deleted rows are stored.
    pub entry: SegmentEntry,
    /// Rows of this segment that the snapshot does not hold any more.
    pub deleted: Arc<RoaringBitmap>,
    /// Live events, superseded ones included.
    pub live: Arc<RoaringBitmap>,
    /// Live events that are not superseded.
    pub current: Arc<RoaringBitmap>,
    /// Live events that are superseded.
    pub superseded: Arc<RoaringBitmap>,
    current_before: OnceLock<Vec<u32>>,
    /// By field: for each term how many current events have it.
    current_with: [OnceLock<Counts>; 5],
}

/// A number for each term, and one; 0 where nobody has asked yet. In pages that are made when one of their terms is asked
/// for: a question names a few of a hundred thousand.
struct Counts(Box<[OnceLock<Box<[AtomicU32]>>]>);

impl Counts {
    const PAGE: u32 = 256;

    fn new(terms: u32) -> Self {
        let pages = 0..terms.div_ceil(Self::PAGE);
        Self(pages.map(|_| OnceLock::new()).collect())
    }

    fn of(&self, term: u32) -> &AtomicU32 {
        let page = || (0..Self::PAGE).map(|_| AtomicU32::new(0)).collect();
        let page = self.0[(term / Self::PAGE) as usize].get_or_init(page);
        &page[(term % Self::PAGE) as usize]
    }

    /// Bytes in memory.
    fn size(&self) -> usize {
        let made = self.0.iter().filter(|page| page.get().is_some()).count();
        self.0.len() * 24 + made * Self::PAGE as usize * 4
    }
}

/// How many rows of a set lie before each of the days of its segment, as [`Segment::days`] has them: the last number is
/// that of all rows.
pub(crate) fn before(days: &[(u32, u32)], set: &RoaringBitmap) -> Vec<u32> {
    let mut rows = set.iter().peekable();
    let mut count = 0;
    let before = |&(_, first): &(u32, u32)| {
        while rows.next_if(|&row| row < first).is_some() {
            count += 1;
        }
        count
    };
    days.iter().map(before).collect()
}

impl View {
    /// A view whose deleted rows are known.
    pub fn new(segment: Arc<Segment>, entry: SegmentEntry, deleted: RoaringBitmap) -> Result<Self> {
        let flags = segment.flags()?;
        let live = &flags.events - &deleted;
        let current = &live - &flags.superseded;
        let superseded = &live & &flags.superseded;
        Ok(Self {
            entry,
            deleted: Arc::new(deleted),
            live: Arc::new(live),
            current: Arc::new(current),
            superseded: Arc::new(superseded),
            current_before: OnceLock::new(),
            current_with: Default::default(),
            segment,
        })
    }

    /// A view whose deleted rows are read from storage.
    pub fn open(segment: Arc<Segment>, entry: SegmentEntry) -> Result<Self> {
        let deleted = match entry.deletes_chunks {
            0 => RoaringBitmap::new(),
            chunks => {
                let place = ChunkRange {
                    segment: entry.meta.id,
                    part: Part::Deletes,
                    first: entry.deletes_first(),
                    chunks,
                };
                let bytes = read_range(segment.storage(), place)?;
                RoaringBitmap::deserialize_from(&bytes[..])
                    .map_err(|_| segment.malformed(Part::Deletes, "the row set cannot be read"))?
            }
        };
        Self::new(segment, entry, deleted)
    }

    /// [`before`] of the current events: made once, for the totals of timelines. 4 bytes a day.
    pub fn current_before(&self) -> Result<&[u32]> {
        let days = self.segment.days()?;
        Ok(self
            .current_before
            .get_or_init(|| before(days, &self.current)))
    }

    /// How many current events have a term: counted when the term is asked for first, then looked up. The most
    /// frequent one of a million pages is counted in 10 µs, looked up in less than a tenth of one.
    pub fn current_with(&self, field: TermField, term: u32) -> Result<u64> {
        let terms = self.segment.postings(field)?;
        let counts = self.current_with[field as usize].get_or_init(|| Counts::new(terms.len()));
        let known = counts.of(term);
        // Whoever counts at the same time counts the same, and a number by itself needs no order.
        match known.load(Ordering::Relaxed) {
            0 => {
                let count = terms.rows(term).intersection_len(&self.current);
                known.store(count as u32 + 1, Ordering::Relaxed);
                Ok(count)
            }
            counted => Ok(u64::from(counted - 1)),
        }
    }

    /// Bytes in memory of what was counted.
    pub fn resident_bytes(&self) -> usize {
        let counted = self.current_with.iter().filter_map(OnceLock::get);
        let before = self.current_before.get().map_or(0, Vec::len);
        4 * before + counted.map(Counts::size).sum::<usize>()
    }

    /// Rows that the snapshot holds: events, twins, listings and others.
    pub fn held(&self) -> RoaringBitmap {
        let mut all = RoaringBitmap::new();
        all.insert_range(0..self.segment.rows());
        all - &*self.deleted
    }

    /// Number of rows that the snapshot holds.
    pub fn held_len(&self) -> u32 {
        self.segment.rows() - self.deleted.len() as u32
    }
}
