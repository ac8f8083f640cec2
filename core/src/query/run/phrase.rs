//! Where words stand next to each other.
//!
//! A pattern begins at a place of a field: there its first part stands, and each other part as far behind
//! as its offset says. So for each part the places from which the whole would begin are listed as numbers
//! (row, field and position in one), and what stands in all lists is counted.

use rayon::prelude::*;

use super::words::terms_of;
use crate::analysis::PatternPart;
use crate::error::Result;
use crate::pool;
use crate::segment::{Frequencies, PositionKey, PositionKeys, WordIndex, WordPositions};

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
    let mut words = Vec::with_capacity(parts.len());
    for part in parts {
        let terms = terms_of(&index.postings, part)?;
        if terms.len() != 1 {
            return look_at(index, parts, rows);
        }
        words.push(index.positions(terms.start)?);
    }
    let frequent =
        |word: &WordPositions<'_>| word.occurrences.rows.len() < rows.len() * SCANNED_PER_ROW;
    if !words.iter().all(frequent) {
        return look_at(index, parts, rows);
    }
    if rows.len() < PARALLEL_MIN {
        return scan(parts, &words, rows);
    }
    let tasks: Vec<Result<Vec<_>>> = pool::run(|| {
        let size = rows.len().div_ceil(rayon::current_num_threads());
        let tasks = rows.par_chunks(size);
        tasks.map(|rows| scan(parts, &words, rows)).collect()
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
    words: &[WordPositions<'_>],
    rows: &[u32],
) -> Result<Vec<(u32, Frequencies)>> {
    let (Some(&first), Some(&last)) = (rows.first(), rows.last()) else {
        return Ok(Vec::new());
    };
    let words = words.iter();
    let mut keys: Vec<PositionKeys<'_>> = words
        .map(|word| PositionKeys::new(word, first))
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

/// Looks at the places in each row, and passes over those of all others. One word is in memory at a time.
fn look_at(
    index: &WordIndex,
    parts: &[PatternPart],
    rows: &[u32],
) -> Result<Vec<(u32, Frequencies)>> {
    let (mut common, mut own) = (Vec::new(), Vec::new());
    for (i, part) in parts.iter().enumerate() {
        let keys = if i == 0 { &mut common } else { &mut own };
        keys.clear();
        let terms = terms_of(&index.postings, part)?;
        for term in terms.clone() {
            let places = index.positions(term)?;
            let mut walk = places.walk()?;
            for row in shared(&places.occurrences.rows, rows) {
                walk.push_keys(row, part.offset, keys)?;
            }
        }
        if terms.len() > 1 {
            // Places of several words are mixed; of words of one beginning two may share one.
            keys.sort_unstable();
            keys.dedup();
        }
        if i > 0 {
            keep_common(&mut common, &own);
        }
    }
    let mut found = Vec::new();
    count(&common, &mut found);
    Ok(found)
}

/// What two ascending lists of rows share.
fn shared<'r>(one: &'r [u32], other: &'r [u32]) -> impl Iterator<Item = u32> + 'r {
    let (few, many) = match one.len() < other.len() {
        true => (one, other),
        false => (other, one),
    };
    let rows = few.iter().copied();
    rows.filter(|row| many.binary_search(row).is_ok())
}

/// Counts places by row and field.
fn count(places: &[u64], found: &mut Vec<(u32, Frequencies)>) {
    for &key in places {
        let (row, field) = PositionKey::row_and_field(key);
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
