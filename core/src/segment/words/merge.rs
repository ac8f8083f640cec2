//! Words of new rows and of merged segments → the words of one segment.
//!
//! A merge of sorted lists, as of files: the words are cut into ranges that all cores merge side by
//! side. Of a merged segment one block of words is in memory at a time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

use rayon::prelude::*;

use super::Frequencies;
use super::encode::{EncodedRange, Gathered, PartSink, WordsWriter};
use super::invert::WordRun;
use super::source::{MergedSegment, WordSource};
use crate::error::Result;
use crate::stop::Stop;

/// Ranges that the words are cut into. More of them even out how much each has to do.
const RANGES: usize = 32;

/// Merges into a sink of parts. `lengths` has those of the new rows, and gets those of the merged
/// segments. Returns the index of the dictionary.
pub(in crate::segment) fn merge<'s>(
    runs: &[WordRun],
    segments: &[MergedSegment<'_>],
    mut lengths: Vec<Frequencies>,
    stop: &Stop,
    sink: &'s mut PartSink<'s>,
) -> Result<Vec<u8>> {
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
    let mut writer = WordsWriter::new(sink);
    // As many ranges are in memory as there are cores.
    for ranges in ranges(&sources).chunks(rayon::current_num_threads()) {
        let merged: Result<Vec<EncodedRange>> = ranges
            .par_iter()
            .map(|&(from, to)| merge_range(&sources, from, to, stop))
            .collect();
        merged?.iter().for_each(|range| writer.push(range));
    }
    Ok(writer.finish(&lengths))
}

/// Ranges of words that have about as many words each: from one word on, up to another.
fn ranges<'s>(sources: &[WordSource<'s>]) -> Vec<(Option<&'s str>, Option<&'s str>)> {
    let largest = sources.iter().max_by_key(|source| source.len());
    let mut words = largest.map_or_else(Vec::new, |source| source.borders(RANGES - 1));
    // Those of a damaged dictionary may be in any order.
    words.sort_unstable();
    words.dedup();
    let starts = std::iter::once(None).chain(words.iter().copied().map(Some));
    let ends = words.iter().copied().map(Some).chain([None]);
    starts.zip(ends).collect()
}

fn merge_range(
    sources: &[WordSource<'_>],
    from: Option<&str>,
    to: Option<&str>,
    stop: &Stop,
) -> Result<EncodedRange> {
    let is_in_range = |word: &str| to.is_none_or(|to| word < to);
    let mut cursors = Vec::with_capacity(sources.len());
    // The next word of each source, with the source's number.
    let mut next = BinaryHeap::with_capacity(sources.len());
    for source in sources {
        let mut cursor = source.cursor(from)?;
        let mut word = String::new();
        if cursor.read_word(&mut word)? && is_in_range(&word) {
            next.push(Reverse((word, cursors.len())));
        }
        cursors.push(cursor);
    }
    let mut out = EncodedRange::default();
    let mut gathered = Gathered::default();
    let mut gathered_word = String::new();
    while let Some(mut first) = next.peek_mut() {
        let Reverse((word, number)) = &mut *first;
        if *word != gathered_word {
            stop.check()?;
            out.push(&gathered_word, &mut gathered);
            gathered.clear();
            gathered_word.clone_from(word);
        }
        let cursor = &mut cursors[*number];
        cursor.gather(&mut gathered)?;
        cursor.advance();
        if !cursor.read_word(word)? || !is_in_range(word) {
            PeekMut::pop(first);
        }
    }
    out.push(&gathered_word, &mut gathered);
    Ok(out)
}
