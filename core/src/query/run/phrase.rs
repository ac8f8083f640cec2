//! Where words stand next to each other.
//!
//! A pattern begins at a place of a field: there its first part stands, and each other part as far behind
//! as its offset says. So for each part the places from which the whole would begin are listed as numbers
//! (row, field and position in one), and what stands in all lists is counted. No place is less than its
//! part's offset in a list of the first part, whose offset is 0.

use rayon::prelude::*;

use super::words::terms_of;
use crate::analysis::PatternPart;
use crate::error::Result;
use crate::pool;
use crate::segment::{
    FIELD_SHIFT, Frequencies, PlaceKeys, PlacesWalk, ROW_SHIFT, WordIndex, WordPlaces,
};

/// From this many rows on they are looked at on all cores: each takes some 20 ns.
const PARALLEL_MIN: usize = 4096;

/// A word is scanned if it has fewer than so many rows for each that is asked for.
const SCANNED_PER_ROW: usize = 4;

/// Rows whose places are compared at once: their places fit the cache.
const ROWS_PER_STEP: usize = 4096;

/// How often some parts stand next to each other in each field of some rows, which have them all.
pub(super) fn rows(
    index: &WordIndex,
    parts: &[PatternPart],
    rows: &[u32],
) -> Result<Vec<(u32, Frequencies)>> {
    let mut words: Vec<Vec<WordPlaces<'_>>> = Vec::with_capacity(parts.len());
    for part in parts {
        let terms = terms_of(&index.postings, part)?;
        words.push(
            terms
                .map(|term| index.places(term))
                .collect::<Result<_>>()?,
        );
    }
    let scanned = words.iter().all(|words| {
        let [one] = words.as_slice() else {
            return false;
        };
        one.occurrences.rows.len() < rows.len() * SCANNED_PER_ROW
    });
    let look = |rows: &[u32]| match scanned {
        true => scan(parts, &words, rows),
        false => look_at(parts, &words, rows),
    };
    if rows.len() < PARALLEL_MIN {
        return look(rows);
    }
    let tasks: Vec<Result<Vec<_>>> = pool::run(|| {
        let size = rows.len().div_ceil(rayon::current_num_threads());
        rows.par_chunks(size).map(look).collect()
    });
    let mut found = Vec::new();
    for task in tasks {
        found.extend(task?);
    }
    Ok(found)
}

/// The places of all rows between the first and the last of some: what stands in all lists of places is
/// where the parts stand next to each other. Words that most of the rows have are faster read so.
fn scan(
    parts: &[PatternPart],
    words: &[Vec<WordPlaces<'_>>],
    rows: &[u32],
) -> Result<Vec<(u32, Frequencies)>> {
    let (Some(&first), Some(&last)) = (rows.first(), rows.last()) else {
        return Ok(Vec::new());
    };
    let words = words.iter().flatten();
    let mut keys: Vec<PlaceKeys<'_>> = words
        .map(|word| PlaceKeys::new(word, first))
        .collect::<Result<_>>()?;
    let mut found: Vec<(u32, Frequencies)> = Vec::new();
    let (mut common, mut own) = (Vec::new(), Vec::new());
    for from in (first..=last).step_by(ROWS_PER_STEP) {
        let end = from.saturating_add(ROWS_PER_STEP as u32).min(last + 1);
        common.clear();
        for (i, (keys, part)) in keys.iter_mut().zip(parts).enumerate() {
            if i == 0 {
                keys.append_until(end, part.offset, &mut common)?;
                continue;
            }
            own.clear();
            keys.append_until(end, part.offset, &mut own)?;
            keep_common(&mut common, &own);
        }
        count(&common, &mut found);
    }
    Ok(found)
}

/// Keeps what stands in another ascending list, too.
fn keep_common(list: &mut Vec<u64>, other: &[u64]) {
    let (mut i, mut j, mut kept) = (0, 0, 0);
    while i < list.len() && j < other.len() {
        let (a, b) = (list[i], other[j]);
        list[kept] = a;
        kept += usize::from(a == b);
        i += usize::from(a <= b);
        j += usize::from(b <= a);
    }
    list.truncate(kept);
}

/// Looks at the places in each row, and passes over those of all others.
fn look_at(
    parts: &[PatternPart],
    words: &[Vec<WordPlaces<'_>>],
    rows: &[u32],
) -> Result<Vec<(u32, Frequencies)>> {
    let mut walks: Vec<Vec<PlacesWalk<'_>>> = Vec::with_capacity(parts.len());
    for places in words {
        walks.push(places.iter().map(WordPlaces::walk).collect::<Result<_>>()?);
    }
    let mut found = Vec::new();
    let (mut common, mut own) = (Vec::new(), Vec::new());
    for &row in rows {
        for (i, (part, walks)) in parts.iter().zip(&mut walks).enumerate() {
            let keys = if i == 0 { &mut common } else { &mut own };
            keys.clear();
            for walk in walks.iter_mut() {
                if let Some((frequencies, distances)) = walk.row(row)? {
                    push_keys(row, &frequencies, distances, part.offset, keys);
                }
            }
            if walks.len() > 1 {
                // Places of several words are mixed; of words of one beginning two may share one.
                keys.sort_unstable();
                keys.dedup();
            }
            if i > 0 {
                keep_common(&mut common, &own);
            }
        }
        count(&common, &mut found);
    }
    Ok(found)
}

/// Appends the places of a word in a row, less an offset, in the form of [`PlaceKeys`].
fn push_keys(
    row: u32,
    frequencies: &Frequencies,
    distances: &[u32],
    offset: u32,
    out: &mut Vec<u64>,
) {
    let mut distances = distances.iter();
    for (field, &count) in (0u64..).zip(frequencies) {
        let key = u64::from(row) << ROW_SHIFT | field << FIELD_SHIFT;
        let mut position = 0u32;
        for distance in distances.by_ref().take(count as usize) {
            position = position.wrapping_add(*distance);
            out.push(
                key.wrapping_add(position.into())
                    .wrapping_sub(offset.into()),
            );
        }
    }
}

/// Counts places by row and field.
fn count(places: &[u64], found: &mut Vec<(u32, Frequencies)>) {
    for key in places {
        let row = (key >> ROW_SHIFT) as u32;
        let field = (key >> FIELD_SHIFT & 3) as usize;
        if found.last().is_none_or(|(last, _)| *last != row) {
            found.push((row, Frequencies::default()));
        }
        if let Some((_, counts)) = found.last_mut()
            && let Some(count) = counts.get_mut(field)
        {
            *count += 1;
        }
    }
}
