//! Words of new rows and of merged segments → the words of one segment.
//!
//! A merge of sorted lists, as of files: the words are cut into ranges that all cores merge side by
//! side.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rayon::prelude::*;

use super::Frequencies;
use super::encode::{EncodedRange, EncodedWords, Gathered, join};
use super::invert::WordRun;
use super::source::{MergedSegment, SegmentWindow, WordSource};
use crate::error::Result;

/// Ranges that the words are cut into. More of them even out how much each has to do.
const RANGES: usize = 16;

/// Merges. `lengths` has those of the new rows, and gets those of the merged segments.
pub(in crate::segment) fn merge(
    runs: &[WordRun],
    segments: &[MergedSegment<'_>],
    mut lengths: Vec<Frequencies>,
) -> Result<EncodedWords> {
    for segment in segments {
        segment.each_length(|row, of_row| {
            if let Some(length) = lengths.get_mut(row as usize) {
                *length = of_row;
            }
        })?;
    }
    let runs = runs.iter().map(WordSource::Run);
    let sources: Vec<WordSource<'_>> = runs
        .chain(segments.iter().map(WordSource::Segment))
        .collect();
    let ranges: Result<Vec<EncodedRange<'_>>> = borders(&sources)
        .into_par_iter()
        .map(|(from, to)| merge_range(&sources, from, to))
        .collect();
    Ok(join(ranges?, &lengths))
}

/// Ranges of words that have about as many words each: from one word on, up to another.
fn borders<'s>(sources: &[WordSource<'s>]) -> Vec<(Option<&'s str>, Option<&'s str>)> {
    let largest = sources.iter().max_by_key(|source| source.len());
    let mut words = Vec::new();
    if let Some(largest) = largest {
        let count = largest.len();
        let at = (1..RANGES).map(|range| range * count / RANGES);
        words.extend(at.filter(|&at| at > 0).map(|at| largest.word(at)));
        words.dedup();
    }
    let starts = std::iter::once(None).chain(words.iter().copied().map(Some));
    let ends = words.iter().copied().map(Some).chain([None]);
    starts.zip(ends).collect()
}

fn merge_range<'s>(
    sources: &[WordSource<'s>],
    from: Option<&str>,
    to: Option<&str>,
) -> Result<EncodedRange<'s>> {
    let mut ends = Vec::with_capacity(sources.len());
    // The next word of each source; of one word the source that comes first comes first.
    let mut next = BinaryHeap::with_capacity(sources.len());
    for (number, source) in sources.iter().enumerate() {
        let start = from.map_or(0, |from| source.lower(from));
        let end = to.map_or(source.len(), |to| source.lower(to));
        ends.push(end);
        if start < end {
            next.push(Reverse((source.word(start), number, start)));
        }
    }
    let mut windows: Vec<SegmentWindow> = Vec::new();
    windows.resize_with(sources.len(), SegmentWindow::default);
    let mut out = EncodedRange::default();
    let mut gathered = Gathered::default();
    while let Some(Reverse((word, number, at))) = next.pop() {
        gathered.clear();
        let mut add = |number: usize, at: usize| -> Result<_> {
            let source = &sources[number];
            source.gather(at, &mut windows[number], &mut gathered)?;
            let later = at + 1;
            Ok((later < ends[number]).then(|| Reverse((source.word(later), number, later))))
        };
        let later = add(number, at)?;
        let mut pushed: Vec<_> = later.into_iter().collect();
        while let Some(Reverse((same, number, at))) = next.peek().copied()
            && same == word
        {
            next.pop();
            pushed.extend(add(number, at)?);
        }
        next.extend(pushed);
        out.push(word, &mut gathered);
    }
    Ok(out)
}
