//! Whether every chunk that the manifest names is there, and its checksum right.

use rayon::prelude::*;

use super::report::{Finding, Findings};
use crate::error::Result;
use crate::pool;
use crate::segment::{Part, check_chunk};
use crate::storage::{KeyRange, Readahead};
use crate::store::Snapshot;

/// Chunks that one core reads at a time: some 3 MB.
const CHUNKS_PER_TASK: u32 = 512;

/// Chunks that were looked at.
#[derive(Default)]
pub(super) struct CheckedChunks {
    pub chunks: u64,
    pub bytes: u64,
}

/// What a task found.
type Checked = (CheckedChunks, Findings);

/// Reads all chunks, those of the sets of deleted rows too.
pub(super) fn check_chunks(snapshot: &Snapshot, findings: &mut Findings) -> Result<CheckedChunks> {
    let mut tasks: Vec<(usize, KeyRange)> = Vec::new();
    for (segment, entry) in snapshot.manifest.segments.iter().enumerate() {
        for range in entry.key_ranges() {
            let firsts = (0..range.chunks).step_by(CHUNKS_PER_TASK as usize);
            tasks.extend(firsts.map(|done| {
                let task = KeyRange {
                    first: range.first + done,
                    chunks: (range.chunks - done).min(CHUNKS_PER_TASK),
                    ..range
                };
                (segment, task)
            }));
        }
    }
    let checked: Result<Vec<Checked>> = pool::run(|| {
        let tasks = tasks.par_iter();
        tasks.map(|(_, range)| check(snapshot, *range)).collect()
    });
    let mut all = CheckedChunks::default();
    let mut bytes_of = vec![0; snapshot.manifest.segments.len()];
    for ((segment, range), (checked, found)) in tasks.iter().zip(checked?) {
        all.chunks += checked.chunks;
        all.bytes += checked.bytes;
        if range.part != Part::Deletes as u8 {
            bytes_of[*segment] += checked.bytes;
        }
        findings.append(found);
    }
    if findings.count == 0 {
        for (entry, bytes) in snapshot.manifest.segments.iter().zip(bytes_of) {
            let named = entry.meta.bytes;
            if named != bytes {
                findings.push(|| Finding {
                    segment: Some(entry.meta.id),
                    part: "manifest".to_owned(),
                    path: None,
                    message: format!("it says {named} bytes, and the chunks have {bytes}"),
                });
            }
        }
    }
    Ok(all)
}

fn check(snapshot: &Snapshot, range: KeyRange) -> Result<Checked> {
    let mut found = Findings::default();
    let mut done = CheckedChunks::default();
    let (mut ahead, mut buffer) = (Readahead::default(), Vec::new());
    for chunk in range.first..range.first.saturating_add(range.chunks) {
        done.chunks += 1;
        match check_chunk(&*snapshot.storage, range, chunk, &mut ahead, &mut buffer)? {
            Ok(bytes) => done.bytes += bytes as u64,
            Err(message) => found.push(|| Finding {
                segment: Some(range.segment),
                part: part_name(range.part),
                path: None,
                message: format!("chunk {chunk}: {message}"),
            }),
        }
    }
    Ok((done, found))
}

fn part_name(number: u8) -> String {
    match Part::from_number(number) {
        Some(part) => part.name().to_owned(),
        None => format!("part {number}"),
    }
}
