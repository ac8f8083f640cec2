//! `PLACES`: where in sled's file the values lie that the root names.
//!
//! Such a value never changes, and its envelope says whose it is. So it can be read straight from the file: what lies
//! at a place either is the value or is asked of sled. A store that was closed cleanly is read without waking sled at
//! all, which would read a whole leaf of neighbours for each value and keep them in pieces of memory of their own: 2,000
//! events all over a store of 200,000 pages come in two fifths of the time.
//!
//! The list is made when a clean close sums the files (`clean`), by searching them for envelopes. sled's own layout is
//! not looked at: where it puts values differently, there are no places, and sled is asked.
//!
//! Could a place ever give a wrong value? A key that the root names is written once, but a number may be used again
//! after a commit that failed, and what that one wrote may still lie about in the file. Therefore only named keys have
//! places, a key that occurs with two contents has none, values outside the file (blobs) mean no places at all, and a
//! key that is written or removed loses its place.

use std::collections::hash_map::RandomState;
use std::fs::{self, File};
use std::hash::BuildHasher;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_64;

use super::current::Sealed;
use super::envelope::{self, ENVELOPE, PAYLOAD_MAX};
use super::files::{cannot, replace};
use super::{Run, record};
use crate::error::Result;

/// The file's name in a store's directory.
pub(super) const PLACES: &str = "PLACES";

/// A place is an offset and, in its last bits, the length of the value. No value is empty, so no place is 0.
const LENGTH_BITS: u32 = 13;
const UNKNOWN: u64 = 0;
/// Two contents were found under one key.
const DOUBTFUL: u64 = u64::MAX;

/// Which of some sorted runs holds a key, and where in it.
fn find<T>(runs: &[(Run, T)], key: &[u8]) -> Option<(usize, usize)> {
    let (segment, part, chunk) = envelope::numbers(key)?;
    let behind = runs
        .partition_point(|(run, _)| (run.segment, run.part, run.first) <= (segment, part, chunk));
    let (run, _) = runs.get(behind.checked_sub(1)?)?;
    let within = chunk
        .checked_sub(run.first)
        .filter(|within| *within < run.chunks)?;
    ((run.segment, run.part) == (segment, part)).then_some((behind - 1, within as usize))
}

fn sorted<T>(mut runs: Vec<(Run, T)>) -> Vec<(Run, T)> {
    runs.sort_by_key(|(run, _)| (run.segment, run.part, run.first));
    runs
}

/// Searches sled's file for the values of named keys while it is read for its checksum.
pub(super) struct Search {
    /// Bytes at which no value was looked for yet, and where in the file they begin.
    rest: Vec<u8>,
    start: u64,
    /// Of each key the hash of its value, and the place.
    found: Vec<(Run, Vec<(u64, u64)>)>,
    /// Of the hashes: that two values share one is nobody's choice.
    seed: u64,
}

impl Search {
    pub fn new(named: &[Run]) -> Self {
        let found = named
            .iter()
            .map(|&run| (run, vec![(0, UNKNOWN); run.chunks as usize]));
        Self {
            rest: Vec::new(),
            start: 0,
            found: sorted(found.collect()),
            seed: RandomState::new().hash_one(0),
        }
    }

    /// Takes the next bytes of the file.
    pub fn push(&mut self, bytes: &[u8]) {
        self.rest.extend_from_slice(bytes);
        self.look(ENVELOPE + PAYLOAD_MAX);
    }

    /// Looks wherever at least this many bytes follow.
    fn look(&mut self, follow: usize) {
        let looked = (self.rest.len() + 1).saturating_sub(follow);
        for at in memchr::memmem::find_iter(&self.rest, &envelope::MARK) {
            if at >= looked {
                break;
            }
            let Some((key, length)) = envelope::claimed(&self.rest[at..]) else {
                continue;
            };
            let value = self.rest.get(at..at + length).unwrap_or_default();
            let whole = envelope::open(value, &key).is_some();
            if let Some((run, within)) = find(&self.found, &key).filter(|_| whole) {
                let hash = XxHash3_64::oneshot_with_seed(self.seed, value);
                let place = (self.start + at as u64) << LENGTH_BITS | length as u64;
                let known = &mut self.found[run].1[within];
                *known = match *known {
                    (_, UNKNOWN) => (hash, place),
                    // The later one of two copies: sled writes a leaf anew behind what it has.
                    (same, before) if same == hash && before != DOUBTFUL => (hash, place),
                    _ => (hash, DOUBTFUL),
                };
            }
        }
        self.rest.drain(..looked);
        self.start += looked as u64;
    }

    /// Writes the list of what was found; `sum` is the checksum of the whole file. A list that cannot be written is
    /// missed by nobody, and one that is left of another file says so itself.
    pub fn write(mut self, store: &Path, data: &str, sum: u32, durable: bool) {
        self.look(ENVELOPE);
        let mut end = 0;
        let mut listed = |&(_, place): &(u64, u64)| match place {
            UNKNOWN | DOUBTFUL => (0, 0),
            _ => {
                let (start, length) = ((place >> LENGTH_BITS) as i64, place & LENGTH_MASK);
                let gap = start - end;
                end = start + length as i64;
                (gap, length as u16)
            }
        };
        let runs = self.found.iter().map(|(run, places)| ListedRun {
            segment: run.segment,
            part: run.part,
            first: run.first,
            places: places.iter().map(&mut listed).collect(),
        });
        let list = List {
            sum,
            runs: runs.collect(),
        };
        let sealed = Sealed {
            data: data.to_owned(),
            payload: record::encode(&list),
        };
        let _ = replace(&store.join(PLACES), &sealed.render("places"), durable);
    }
}

const LENGTH_MASK: u64 = (1 << LENGTH_BITS) - 1;

/// Bytes that a pass reads at once: some fifty blocks, and little beside what the processor holds near.
const AHEAD: usize = 64 << 10;

/// A part of the file, for a pass over values that lie one behind the other: one system call for some fifty of them.
#[derive(Default)]
pub(crate) struct Ahead {
    start: u64,
    bytes: Vec<u8>,
}

impl Ahead {
    /// The bytes of a place, from the file if they are not there.
    fn bytes(&mut self, file: &File, place: u64) -> Option<&[u8]> {
        let (start, length) = (place >> LENGTH_BITS, (place & LENGTH_MASK) as usize);
        let held = |ahead: &Self| {
            let within = usize::try_from(start.checked_sub(ahead.start)?).ok()?;
            (within + length <= ahead.bytes.len()).then_some(within)
        };
        let within = held(self).or_else(|| {
            self.bytes.resize(AHEAD, 0);
            self.start = start;
            let read = read_some_at(file, &mut self.bytes, start).unwrap_or_default();
            self.bytes.truncate(read);
            held(self)
        })?;
        self.bytes.get(within..within + length)
    }
}

/// What the file says.
#[derive(Serialize, Deserialize)]
struct List {
    /// Checksum of the file that it is about.
    sum: u32,
    runs: Vec<ListedRun>,
}

#[derive(Serialize, Deserialize)]
struct ListedRun {
    segment: u32,
    part: u8,
    first: u32,
    /// Of each value the bytes between it and the one before (fewer than none if it lies before that), and its length;
    /// twice 0 if its place is not known.
    places: Vec<(i64, u16)>,
}

/// The list of a store that was closed cleanly, with the file open.
pub(super) struct Places {
    file: File,
    runs: Vec<(Run, Vec<AtomicU64>)>,
}

impl Places {
    /// The places in a file of this checksum; `None` where there is no list of them, or not of this file.
    pub fn read(store: &Path, data: &str, sum: u32) -> Result<Option<Self>> {
        let Ok(bytes) = fs::read(store.join(PLACES)) else {
            return Ok(None);
        };
        // A list that cannot be read is none: it only says where things are.
        let list = Sealed::read(&bytes, "places", store, PLACES).ok();
        let list = list.filter(|sealed| sealed.data == data);
        let list = list.and_then(|sealed| record::decode::<List>(&sealed.payload).ok());
        let Some(list) = list.filter(|list| list.sum == sum) else {
            return Ok(None);
        };
        let path = store.join(data).join("db");
        let file = File::open(&path).map_err(cannot("open", &path))?;
        let mut end = 0i64;
        let runs = list.runs.into_iter().map(|listed| {
            let places = listed.places.iter().map(|&(gap, length)| {
                if length == 0 {
                    return AtomicU64::new(UNKNOWN);
                }
                let start = end.wrapping_add(gap);
                end = start.wrapping_add(length.into());
                AtomicU64::new((start as u64) << LENGTH_BITS | u64::from(length) & LENGTH_MASK)
            });
            let run = Run {
                segment: listed.segment,
                part: listed.part,
                first: listed.first,
                chunks: listed.places.len() as u32,
            };
            (run, places.collect())
        });
        Ok(Some(Self {
            runs: sorted(runs.collect()),
            file,
        }))
    }

    fn slot(&self, key: &[u8]) -> Option<&AtomicU64> {
        let (run, within) = find(&self.runs, key)?;
        self.runs[run].1.get(within)
    }

    fn place(&self, key: &[u8]) -> Option<u64> {
        let place = self.slot(key)?.load(Ordering::Acquire);
        (place != UNKNOWN).then_some(place)
    }

    /// Whether the place of a value is known.
    pub fn has(&self, key: &[u8]) -> bool {
        self.place(key).is_some()
    }

    /// Appends a value to some bytes, if it is where the list says.
    pub fn get_into(&self, key: &[u8], out: &mut Vec<u8>) -> bool {
        let Some(place) = self.place(key) else {
            return false;
        };
        let start = out.len();
        out.resize(start + (place & LENGTH_MASK) as usize, 0);
        let read = read_at(&self.file, &mut out[start..], place >> LENGTH_BITS);
        let whole = read.is_ok() && envelope::is_of(&out[start..], key);
        if !whole {
            out.truncate(start);
        }
        whole
    }

    /// As [`Places::get_into`], for a pass.
    pub fn get_ahead(&self, key: &[u8], ahead: &mut Ahead, out: &mut Vec<u8>) -> bool {
        let value = self
            .place(key)
            .and_then(|place| ahead.bytes(&self.file, place));
        let whole = value.filter(|value| envelope::is_of(value, key));
        out.extend_from_slice(whole.unwrap_or_default());
        whole.is_some()
    }

    /// A key is going to be written or removed: from now on the map is asked for it.
    pub fn forget(&self, key: &[u8]) {
        if let Some(slot) = self.slot(key) {
            slot.store(UNKNOWN, Ordering::Release);
        }
    }

    /// The keys that it was made of.
    pub fn named(&self) -> Vec<Run> {
        self.runs.iter().map(|(run, _)| *run).collect()
    }
}

#[cfg(unix)]
fn read_at(file: &File, out: &mut [u8], offset: u64) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, out, offset)
}

/// Reads as many bytes as there are, and fit.
#[cfg(unix)]
fn read_some_at(file: &File, out: &mut [u8], offset: u64) -> std::io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, out, offset)
}

#[cfg(not(unix))]
fn read_some_at(_: &File, _: &mut [u8], _: u64) -> std::io::Result<usize> {
    Err(std::io::ErrorKind::Unsupported.into())
}

#[cfg(not(unix))]
fn read_at(_: &File, _: &mut [u8], _: u64) -> std::io::Result<()> {
    // Elsewhere reading moves the file's one position: sled is asked.
    Err(std::io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::envelope::{Content, key, seal};

    const RUN: Run = Run {
        segment: 3,
        part: 12,
        first: 5,
        chunks: 40,
    };

    fn value(chunk: u32, payload: &[u8]) -> Vec<u8> {
        let content = Content {
            codec: 0,
            length: 0,
        };
        seal(&key(RUN.segment, RUN.part, chunk), content, payload)
    }

    fn payload(chunk: u32) -> Vec<u8> {
        // Of all lengths up to the longest, and full of marks that begin no value.
        b"eS\x01"
            .iter()
            .copied()
            .cycle()
            .take(chunk as usize * 162)
            .collect()
    }

    /// A file of these bytes, searched in pieces, and its places.
    fn places_in(home: &Path, bytes: &[u8], piece: usize) -> Places {
        let data = home.join("data-000001");
        fs::create_dir_all(&data).unwrap();
        fs::write(data.join("db"), bytes).unwrap();
        let mut search = Search::new(&[RUN]);
        bytes.chunks(piece).for_each(|bytes| search.push(bytes));
        search.write(home, "data-000001", 7, false);
        Places::read(home, "data-000001", 7).unwrap().unwrap()
    }

    fn read(places: &Places, chunk: u32) -> Option<Vec<u8>> {
        let mut out = b"before".to_vec();
        let key = key(RUN.segment, RUN.part, chunk);
        let found = places.get_into(&key, &mut out);
        assert!(out.starts_with(b"before") && (found || out.len() == 6));
        found.then(|| out.split_off(6))
    }

    #[test]
    fn every_named_value_is_found_wherever_it_lies() {
        let home = tempfile::tempdir().unwrap();
        let mut bytes = b"eS".to_vec();
        // Not in order, some without a gap, some behind the beginning of one that was cut off.
        for chunk in (5..45).rev() {
            bytes.extend(&value(chunk, b"cut off")[..20 * (chunk as usize % 2)]);
            bytes.extend(value(chunk, &payload(chunk)));
        }
        for piece in [1, 7, 4_096, bytes.len()] {
            let places = places_in(home.path(), &bytes, piece);
            // From the last to the first as they lie, and as they are numbered: within what was read at once and not.
            let mut ahead = Ahead::default();
            for chunk in (5..45).rev().chain(5..45) {
                let mut out = b"before".to_vec();
                assert!(places.get_ahead(&key(RUN.segment, RUN.part, chunk), &mut ahead, &mut out));
                assert!(out[6..] == value(chunk, &payload(chunk)), "{chunk}");
            }
            assert!(!places.get_ahead(
                &key(RUN.segment, RUN.part, 45),
                &mut ahead,
                &mut Vec::new()
            ));
            for chunk in 5..45 {
                assert!(
                    read(&places, chunk) == Some(value(chunk, &payload(chunk))),
                    "{chunk}"
                );
            }
            assert_eq!((read(&places, 4), read(&places, 45)), (None, None));
            assert_eq!(places.named(), [RUN]);
        }
    }

    #[test]
    fn what_is_damaged_or_not_named_or_there_with_two_contents_has_no_place() {
        let home = tempfile::tempdir().unwrap();
        let mut damaged = value(6, b"six");
        damaged[25] ^= 1;
        let twice = [
            value(7, b"seven"),
            value(7, b"7"),
            value(7, b"seven"),
            value(7, b"seven"),
        ];
        let same = [value(8, b"eight"), value(8, b"eight")];
        let bytes = [
            damaged,
            twice.concat(),
            same.concat(),
            value(45, b"not named"),
        ]
        .concat();
        let places = places_in(home.path(), &bytes, bytes.len());
        assert_eq!(read(&places, 6), None);
        assert_eq!(read(&places, 7), None);
        assert_eq!(read(&places, 8), Some(value(8, b"eight")));
        assert_eq!(read(&places, 45), None);
    }

    #[test]
    fn a_place_that_holds_something_else_by_now_gives_nothing() {
        let home = tempfile::tempdir().unwrap();
        let bytes = [value(6, b"six"), value(7, b"seven")].concat();
        let places = places_in(home.path(), &bytes, bytes.len());
        let other = [value(6, b"6!!"), value(8, b"eight")].concat();
        fs::write(home.path().join("data-000001/db"), other).unwrap();
        // Whole, of this key, and with another content: that is what only named keys, found once, exclude.
        assert_eq!(read(&places, 6), Some(value(6, b"6!!")));
        assert_eq!(read(&places, 7), None);
        fs::write(home.path().join("data-000001/db"), b"").unwrap();
        assert_eq!(read(&places, 6), None);
        let mut out = Vec::new();
        let key_of = |chunk| key(RUN.segment, RUN.part, chunk);
        assert!(!places.get_ahead(&key_of(6), &mut Ahead::default(), &mut out) && out.is_empty());
        places.forget(&key(RUN.segment, RUN.part, 6));
        assert!(!places.has(&key(RUN.segment, RUN.part, 6)));
        assert!(places.has(&key(RUN.segment, RUN.part, 7)));
    }

    #[test]
    fn a_list_of_another_file_or_a_damaged_one_is_none() {
        let home = tempfile::tempdir().unwrap();
        places_in(home.path(), &value(6, b"six"), 100);
        let read = |data: &str, sum: u32| Places::read(home.path(), data, sum).unwrap();
        assert!(read("data-000001", 7).is_some());
        assert!(read("data-000001", 8).is_none());
        assert!(read("data-000002", 7).is_none());
        let list = home.path().join(PLACES);
        let mut bytes = fs::read(&list).unwrap();
        let last = bytes.len() - 12;
        bytes[last] ^= 1;
        fs::write(&list, bytes).unwrap();
        assert!(read("data-000001", 7).is_none());
        fs::remove_file(list).unwrap();
        assert!(read("data-000001", 7).is_none());
    }
}
