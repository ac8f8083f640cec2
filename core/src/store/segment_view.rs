//! A segment as one snapshot sees it: without the rows that were deleted.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use super::manifest::SegmentEntry;
use crate::error::Result;
use crate::segment::{ChunkRange, Part, Segment, TermField, WORD_FIELDS, read_range};

/// A segment of a snapshot. Postings are read through its sets alone, so that no deleted row is
/// counted.
pub(crate) struct SegmentView {
    pub segment: Arc<Segment>,
    /// Its line of the manifest, which says where its deleted rows are stored.
    pub entry: SegmentEntry,
    /// Rows of the segment that are no longer in the snapshot.
    pub deleted: Arc<RoaringBitmap>,
    /// Live events, superseded ones included.
    pub live: Arc<RoaringBitmap>,
    /// Live events that have a date and are neither superseded nor drafts: what a query admits that
    /// says nothing.
    pub current: Arc<RoaringBitmap>,
    /// Live events that are superseded.
    pub superseded: Arc<RoaringBitmap>,
    /// Live events that are drafts.
    pub drafts: Arc<RoaringBitmap>,
    /// Live events that have no date.
    pub undated: Arc<RoaringBitmap>,
    current_before: OnceLock<Vec<u32>>,
    ranked: OnceLock<RankedRows>,
    /// By word: how many of the ranked rows have it in each field.
    fields_with: Mutex<FxHashMap<u32, [u32; WORD_FIELDS]>>,
    /// By field: for each term how many current events have it.
    current_with: [OnceLock<TermCounts>; TermField::COUNT],
}

/// The rows by which relevance is measured: live events that are neither superseded nor drafts.
pub(crate) struct RankedRows {
    /// Number of rows.
    pub count: u64,
    /// Whether these are all events that the segment has words of.
    pub is_all: bool,
    /// Words in each field of all of them.
    pub lengths: [u64; WORD_FIELDS],
    /// The fewest words of a field that has any, of all live events.
    pub shortest: [u32; WORD_FIELDS],
    /// A bit for each row of the segment.
    bits: Vec<u64>,
}

impl RankedRows {
    pub fn contains(&self, row: u32) -> bool {
        let word = self.bits.get(row as usize / 64);
        word.is_some_and(|word| word >> (row % 64) & 1 == 1)
    }
}

/// For each term its count plus one, or 0 if the term was not counted yet.
///
/// The counts are held in pages, each made when one of its terms is asked for: a query names a few
/// terms of a hundred thousand.
struct TermCounts(Box<[OnceLock<Box<[AtomicU32]>>]>);

impl TermCounts {
    const PAGE: u32 = 256;

    fn new(terms: u32) -> Self {
        let pages = 0..terms.div_ceil(Self::PAGE);
        Self(pages.map(|_| OnceLock::new()).collect())
    }

    fn get(&self, term: u32) -> &AtomicU32 {
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

/// For each of the days of a segment ([`Segment::days`]) how many rows of a set come before it. The
/// last number counts all rows of the set.
pub(crate) fn rows_before_days(days: &[(u32, u32)], set: &RoaringBitmap) -> Vec<u32> {
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

impl SegmentView {
    /// A view with these deleted rows.
    pub fn new(
        segment: Arc<Segment>,
        entry: SegmentEntry,
        deleted: Arc<RoaringBitmap>,
    ) -> Result<Self> {
        let flags = segment.flags()?;
        let live = &flags.events - &*deleted;
        let mut current = &live - &flags.superseded;
        let superseded = &live & &flags.superseded;
        let (mut drafts, mut undated) = (RoaringBitmap::new(), RoaringBitmap::new());
        if !flags.markdown.is_empty() {
            drafts = &live & &flags.drafts;
            undated = live.range(segment.rows_of_day(0)?).collect();
            current -= &drafts;
            current -= &undated;
        }
        Ok(Self {
            entry,
            deleted,
            live: Arc::new(live),
            current: Arc::new(current),
            superseded: Arc::new(superseded),
            drafts: Arc::new(drafts),
            undated: Arc::new(undated),
            current_before: OnceLock::new(),
            ranked: OnceLock::new(),
            fields_with: Mutex::default(),
            current_with: Default::default(),
            segment,
        })
    }

    /// A view whose deleted rows are read from the storage.
    pub fn open(segment: Arc<Segment>, entry: SegmentEntry) -> Result<Self> {
        let deleted = match entry.deletes_chunks {
            0 => RoaringBitmap::new(),
            chunks => {
                let range = ChunkRange {
                    segment: entry.meta.id,
                    part: Part::Deletes,
                    first: entry.deletes_first(),
                    chunks,
                    nonce: entry.deletes_nonce,
                };
                let bytes = read_range(segment.storage(), range)?;
                RoaringBitmap::deserialize_from(&bytes[..])
                    .map_err(|_| segment.malformed(Part::Deletes, "the row set cannot be read"))?
            }
        };
        Self::new(segment, entry, deleted.into())
    }

    /// [`rows_before_days`] of the current events, for the totals of timelines. Made once and kept:
    /// 4 bytes a day.
    pub fn current_before(&self) -> Result<&[u32]> {
        let days = self.segment.days()?;
        Ok(self
            .current_before
            .get_or_init(|| rows_before_days(days, &self.current)))
    }

    /// The rows by which relevance is measured. Made once and kept: a bit for each row.
    pub fn ranked(&self) -> Result<&RankedRows> {
        if let Some(ranked) = self.ranked.get() {
            return Ok(ranked);
        }
        let lengths = self.segment.words()?.lengths()?;
        let mut ranked = RankedRows {
            count: 0,
            is_all: false,
            lengths: [0; WORD_FIELDS],
            shortest: [u32::MAX; WORD_FIELDS],
            bits: vec![0; (self.segment.rows() as usize).div_ceil(64)],
        };
        for row in &*self.live {
            for (field, shortest) in ranked.shortest.iter_mut().enumerate() {
                match lengths.of(row, field) {
                    0 => {}
                    length => *shortest = length.min(*shortest),
                }
            }
        }
        for row in &*self.live - &*self.superseded - &*self.drafts {
            ranked.count += 1;
            ranked.bits[row as usize / 64] |= 1 << (row % 64);
            for (field, sum) in ranked.lengths.iter_mut().enumerate() {
                *sum += u64::from(lengths.of(row, field));
            }
        }
        ranked.is_all = ranked.count == self.segment.flags()?.events.len();
        Ok(self.ranked.get_or_init(|| ranked))
    }

    fn kept_fields_with(&self) -> MutexGuard<'_, FxHashMap<u32, [u32; WORD_FIELDS]>> {
        self.fields_with
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// How many of the [ranked](Self::ranked) rows have a word in each field, if it was kept.
    pub fn known_fields_with(&self, word: u32) -> Option<[u32; WORD_FIELDS]> {
        self.kept_fields_with().get(&word).copied()
    }

    /// Keeps how many of the ranked rows have a word in each field.
    pub fn keep_fields_with(&self, word: u32, counts: [u32; WORD_FIELDS]) {
        self.kept_fields_with().insert(word, counts);
    }

    /// How many current events have a term. It is counted when it is first asked for, then kept. In
    /// a store of a million pages counting the most frequent term takes 10 µs, a lookup less than 1
    /// µs.
    pub fn current_with(&self, field: TermField, term: u32) -> Result<u64> {
        let terms = self.segment.postings(field)?;
        let counts = self.current_with[field as usize].get_or_init(|| TermCounts::new(terms.len()));
        let known = counts.get(term);
        // Threads that count at the same time get the same number, and no other data hangs on it.
        match known.load(Ordering::Relaxed) {
            0 => {
                let count = terms.rows(term)?.intersection_len(&self.current);
                known.store(count as u32 + 1, Ordering::Relaxed);
                Ok(count)
            }
            counted => Ok(u64::from(counted - 1)),
        }
    }

    /// Bytes in memory of the counts.
    pub fn resident_bytes(&self) -> usize {
        let counted = self.current_with.iter().filter_map(OnceLock::get);
        let before = self.current_before.get().map_or(0, Vec::len);
        let ranked = self.ranked.get().map_or(0, |ranked| ranked.bits.len() * 8);
        ranked
            + 24 * self.kept_fields_with().len()
            + 4 * before
            + counted.map(TermCounts::size).sum::<usize>()
    }

    /// Rows of the segment that are in the snapshot: events, twins and listings.
    pub fn rows(&self) -> RoaringBitmap {
        let mut all = RoaringBitmap::new();
        all.insert_range(0..self.segment.rows());
        all - &*self.deleted
    }

    /// Number of rows of the segment that are in the snapshot.
    pub fn row_count(&self) -> u32 {
        self.segment.rows() - self.deleted.len() as u32
    }
}
