//! What commits have replaced and what is not removed yet, so that those who read an older state find it.
//!
//! Readers of other processes are not known: they take no lock. So what a commit replaces stays for some
//! seconds ([`OpenOptions::keep_replaced`](crate::OpenOptions::keep_replaced)), and a later commit
//! removes it. What is left at a close, the first commit of the next opening finds in the storage.
//! Snapshots of this process are known: what they read stays as long as they do.

use std::any::Any;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use super::manifest::number_of_deletes;
use super::snapshot::Snapshot;
use crate::error::Result;
use crate::segment::{Part, key, key_of_number};
use crate::storage::{KeyRange, StorageBatch, chunk_numbers};

/// Chunks that no manifest names any more, in the order in which they are due.
pub(super) struct Replaced {
    list: Mutex<VecDeque<ReplacedChunks>>,
    /// How long they stay.
    delay: Duration,
    /// The states that a handle had before it got the right to write. Their segments are not those of the
    /// commits.
    before_writing: Mutex<Vec<Weak<Snapshot>>>,
}

/// What all snapshots have in common that read the same chunks: a segment, or a set of deleted rows.
pub(super) type Holder = Weak<dyn Any + Send + Sync>;

/// The chunks that one commit has replaced.
struct ReplacedChunks {
    /// `None`: never in this process.
    due: Option<Instant>,
    ranges: Vec<KeyRange>,
    /// Snapshots of this process read them as long as one of these is there.
    readers: Vec<Holder>,
}

impl ReplacedChunks {
    fn is_read(&self) -> bool {
        self.readers.iter().any(|reader| reader.strong_count() > 0)
    }

    /// All keys but those that a manifest names: a later commit may have written a set of deleted rows under the
    /// keys of one that was cut short.
    fn keys(&self, live: &[KeyRange]) -> Vec<Vec<u8>> {
        let mut keys = Vec::new();
        for range in &self.ranges {
            let (segment, part) = (range.segment, range.part);
            let mut named = live.to_vec();
            named.retain(|live| (live.segment, live.part) == (segment, part));
            let chunks = (range.first..range.first + range.chunks)
                .filter(|&chunk| !named.iter().any(|live| live.has(chunk)));
            keys.extend(chunks.map(|chunk| key_of_number(segment, part, chunk)));
        }
        keys
    }
}

impl Replaced {
    pub fn new(delay: Duration) -> Self {
        Self {
            list: Mutex::default(),
            delay,
            before_writing: Mutex::default(),
        }
    }

    fn list(&self) -> MutexGuard<'_, VecDeque<ReplacedChunks>> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes nothing as long as a snapshot is in use: it was read before this process could write.
    pub fn keep_for(&self, snapshot: &Arc<Snapshot>) {
        let mut before = self.before_writing();
        before.retain(|snapshot| snapshot.strong_count() > 0);
        before.push(Arc::downgrade(snapshot));
    }

    fn before_writing(&self) -> MutexGuard<'_, Vec<Weak<Snapshot>>> {
        let before = self.before_writing.lock();
        before.unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes what was replaced `age` ago.
    pub fn push(&self, ranges: Vec<KeyRange>, readers: Vec<Holder>, age: Duration) {
        if !ranges.is_empty() {
            self.list().push_back(ReplacedChunks {
                due: Instant::now().checked_add(self.delay.saturating_sub(age)),
                ranges,
                readers,
            });
        }
    }

    /// Forgets all: their storage was replaced.
    pub fn clear(&self) {
        self.list().clear();
    }

    /// Removes what is due, as the newest state knows it. What cannot be removed now stays in the list, and does
    /// no harm.
    pub fn remove_due(&self, newest: &Snapshot) {
        let is_alive = |snapshot: &Weak<Snapshot>| snapshot.strong_count() > 0;
        if self.before_writing().iter().any(is_alive) {
            return;
        }
        let now = Instant::now();
        let live = newest.manifest.key_ranges();
        self.list().retain(|chunks| {
            if chunks.due.is_none_or(|due| due > now) || chunks.is_read() {
                return true;
            }
            let remove = StorageBatch {
                set: Vec::new(),
                remove: chunks.keys(&live),
            };
            newest.storage.write(remove).is_err()
        });
    }
}

/// The part of the sets of deleted rows.
const DELETES: u8 = Part::Deletes as u8;

/// What no manifest names: of a commit that was cut short, and what commits before this opening have
/// replaced.
///
/// Also the first number that no segment and no set of deleted rows among these has. Their bytes may stay in
/// the file for long, so their numbers are not used again.
pub(super) fn find_replaced(snapshot: &Snapshot) -> Result<(Vec<KeyRange>, u32)> {
    const AT_ONCE: usize = 4096;
    // The engine reads values with their keys, and behind the few sets of deleted rows of a live segment lie
    // its words.
    const AT_ONCE_OF_LIVE: usize = 4;
    let storage = &snapshot.storage;
    let live = |segment: u32| {
        let mut entries = snapshot.manifest.segments.iter();
        entries.find(|entry| entry.meta.id == segment)
    };
    let (mut ranges, mut free) = (Vec::new(), 0);
    let mut from = Vec::new();
    while let Some(first) = storage.scan_keys(&from, 1)?.into_iter().next() {
        let Some((segment, ..)) = chunk_numbers(&first) else {
            // No key of a chunk, and none that is ever read.
            from = [first, vec![0]].concat();
            continue;
        };
        free = free.max(segment.saturating_add(1));
        // Of a live segment only older sets of deleted rows can be left.
        let entry = live(segment);
        let (start, at_once) = match entry {
            Some(_) => (first.max(key(segment, Part::Deletes, 0)), AT_ONCE_OF_LIVE),
            None => (first, AT_ONCE),
        };
        let mut keys = storage.scan_keys(&start, at_once)?;
        let is_last = keys.len() < at_once;
        let last = keys.last().cloned();
        keys.retain(|key| match (chunk_numbers(key), entry) {
            (Some((of, part, chunk)), Some(entry)) if (of, part) == (segment, DELETES) => {
                let named = entry.deletes_range();
                free = free.max(number_of_deletes(chunk));
                named.is_none_or(|named| !named.has(chunk))
            }
            (Some((of, ..)), None) => of == segment,
            _ => false,
        });
        push_ranges(&keys, &mut ranges);
        from = match last {
            // The same segment may have more.
            Some(last) if !is_last && may_go_on(&last, segment, entry.is_some()) => {
                [last, vec![0]].concat()
            }
            _ => match segment.checked_add(1) {
                Some(next) => next.to_be_bytes().to_vec(),
                None => break,
            },
        };
    }
    Ok((ranges, free))
}

/// Whether keys of a segment may follow that are looked for.
fn may_go_on(last: &[u8], segment: u32, is_live: bool) -> bool {
    let numbers = chunk_numbers(last);
    numbers.is_some_and(|(of, part, _)| of == segment && (!is_live || part <= DELETES))
}

/// Appends sorted keys as ranges of successive ones.
fn push_ranges(keys: &[Vec<u8>], ranges: &mut Vec<KeyRange>) {
    for (segment, part, chunk) in keys.iter().filter_map(|key| chunk_numbers(key)) {
        match ranges.last_mut() {
            Some(range)
                if (range.segment, range.part) == (segment, part)
                    && chunk.checked_sub(range.first) == Some(range.chunks) =>
            {
                range.chunks += 1;
            }
            _ => ranges.push(KeyRange {
                segment,
                part,
                first: chunk,
                chunks: 1,
                nonce: 0,
            }),
        }
    }
}
