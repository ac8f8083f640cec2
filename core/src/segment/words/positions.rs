//! Where a word stands: in each field of a row the first position, and the distance to each further one.

use super::frequencies::{self, FrequencyIter};
use super::index::{Occurrences, WordIndex};
use super::{FIELD_SHIFT, FIELDS};
use crate::error::{Error, Result};
use crate::segment::block::{Malformed, PackedReader};

/// Which of a word's parts has its positions.
const POSITIONS: usize = 2;

/// A word with its rows, frequencies and the bytes of its positions.
pub(crate) struct WordPositions<'i> {
    index: &'i WordIndex,
    pub occurrences: Occurrences,
    bytes: Vec<u8>,
}

impl<'i> WordPositions<'i> {
    pub(super) fn new(index: &'i WordIndex, occurrences: Occurrences, bytes: Vec<u8>) -> Self {
        Self {
            index,
            occurrences,
            bytes,
        }
    }

    /// Walks the rows.
    pub fn walk(&self) -> Result<PositionsWalk<'_>> {
        let malformed = |message| self.index.bytes(POSITIONS).malformed(message);
        Ok(PositionsWalk {
            word: self,
            at: 0,
            frequencies: self.occurrences.frequencies.iter(),
            distances: self.occurrences.distances(&self.bytes).map_err(malformed)?,
        })
    }
}

/// Goes through the rows of a word, once, and reads the positions in those that are asked for.
pub(crate) struct PositionsWalk<'p> {
    word: &'p WordPositions<'p>,
    /// The next row, by its position.
    at: usize,
    frequencies: FrequencyIter<'p>,
    distances: PackedReader<'p>,
}

impl PositionsWalk<'_> {
    /// Appends the numbers of the positions in a row, less an offset, in the form of [`PositionKeys`].
    /// Rows are asked for in ascending order.
    pub fn push_keys(&mut self, row: u32, offset: u32, out: &mut Vec<u64>) -> Result<()> {
        let rows = &self.word.occurrences.rows;
        let mut passed = 0;
        while self.at < rows.len() && rows[self.at] < row {
            passed += self
                .frequencies
                .next()
                .map_or(0, |one| frequencies::sum(&one));
            self.at += 1;
        }
        let index = self.word.index;
        let malformed = |message| index.bytes(POSITIONS).malformed(message);
        if passed > 0 {
            self.distances.skip(passed).map_err(malformed)?;
        }
        if rows.get(self.at) != Some(&row) {
            return Ok(());
        }
        self.at += 1;
        let of_row = self.frequencies.next().unwrap_or_default();
        let distances = self.distances.take(frequencies::sum(&of_row));
        let mut distances = distances.map_err(malformed)?.iter();
        for (field, number) in of_row.into_iter().enumerate() {
            let first = PositionKey::first(row, field) - u64::from(offset);
            let mut position = 0u64;
            for &distance in distances.by_ref().take(number as usize) {
                position += u64::from(distance);
                if position >= PositionKey::POSITIONS {
                    return Err(index.malformed_positions());
                }
                out.push(first + position);
            }
        }
        Ok(())
    }
}

/// Positions of a word in all rows from one on, as ascending numbers of which [`PositionKey`] tells the
/// parts.
pub(crate) struct PositionKeys<'p> {
    word: &'p WordPositions<'p>,
    at: usize,
    frequencies: FrequencyIter<'p>,
    distances: PackedReader<'p>,
    /// Room for one step: the sums of all distances up to each, and what each is counted from.
    sums: Vec<u64>,
    bases: Vec<u64>,
    runs: Vec<(u64, u32)>,
    read: Vec<u32>,
}

/// Row, field and position in one number, in this order: numbers of what stands later are larger. A
/// position less an offset, which a phrase begins at, may lie before its field: rows are counted from 1
/// there, so that the number stays one.
pub(crate) struct PositionKey;

impl PositionKey {
    const ROW_SHIFT: u32 = 32;
    /// No text has as many words.
    pub const POSITIONS: u64 = 1 << FIELD_SHIFT;

    /// The number of the first position of a field.
    #[inline]
    pub fn first(row: u32, field: usize) -> u64 {
        (u64::from(row) + 1) << Self::ROW_SHIFT | (field as u64) << FIELD_SHIFT
    }

    /// Row and field.
    #[inline]
    pub fn row_and_field(key: u64) -> (u32, usize) {
        let row = (key >> Self::ROW_SHIFT).saturating_sub(1);
        (row as u32, (key >> FIELD_SHIFT & 3) as usize)
    }
}

impl<'p> PositionKeys<'p> {
    /// Those of the rows from `first` on.
    pub fn new(word: &'p WordPositions<'p>, first: u32) -> Result<Self> {
        let walk = word.walk()?;
        let mut keys = Self {
            word,
            at: walk.at,
            frequencies: walk.frequencies,
            distances: walk.distances,
            sums: Vec::new(),
            bases: Vec::new(),
            runs: Vec::new(),
            read: Vec::new(),
        };
        let before = word.occurrences.rows.partition_point(|&row| row < first);
        let passed = keys.frequencies.by_ref().take(before);
        let passed = passed.map(|one| frequencies::sum(&one)).sum();
        keys.at = before;
        keys.distances
            .skip(passed)
            .map_err(|message| keys.malformed(message))?;
        Ok(keys)
    }

    fn malformed(&self, message: Malformed) -> Error {
        self.word.index.bytes(POSITIONS).malformed(message)
    }

    /// Appends the numbers of the rows before `end`, less an offset: where a phrase would begin whose
    /// word stands there.
    ///
    /// No step depends on how often a word stands in a row, so that the processor need not guess it.
    pub fn append_until(&mut self, end: u32, offset: u32, out: &mut Vec<u64>) -> Result<()> {
        let rows = &self.word.occurrences.rows[self.at..];
        let rows = &rows[..rows.partition_point(|&row| row < end)];
        self.runs.clear();
        self.runs.resize(rows.len() * FIELDS, (0, 0));
        let (mut runs, mut count) = (0, 0);
        for (&row, of_row) in rows.iter().zip(self.frequencies.by_ref()) {
            for (field, number) in of_row.into_iter().enumerate() {
                self.runs[runs] = (PositionKey::first(row, field), number);
                runs += usize::from(number > 0);
                count += number as usize;
            }
        }
        self.at += rows.len();
        self.read.clear();
        let read = self.distances.take_into(count, &mut self.read);
        read.map_err(|message| self.malformed(message))?;
        self.sums.clear();
        // A sum of none stands before the first.
        self.sums.push(0);
        let mut sum = 0;
        self.sums.extend(self.read.iter().map(|&distance| {
            sum += u64::from(distance);
            sum
        }));
        const FEW: usize = 4;
        self.bases.clear();
        self.bases.resize(count + FEW, 0);
        let mut at = 0;
        for &(key, number) in &self.runs[..runs] {
            let number = number as usize;
            if self.sums[at + number] - self.sums[at] >= PositionKey::POSITIONS {
                return Err(self.word.index.malformed_positions());
            }
            // Less than nothing at times; what is added to it makes it whole again.
            let base = key.wrapping_sub(offset.into()).wrapping_sub(self.sums[at]);
            self.bases[at..at + FEW].fill(base);
            if number > FEW {
                self.bases[at..at + number].fill(base);
            }
            at += number;
        }
        let keys = self.bases.iter().zip(&self.sums[1..]);
        out.extend(keys.map(|(base, &sum)| base.wrapping_add(sum)));
        Ok(())
    }
}
