//! A process that reads a store beside the one that writes it, and says what it sees.

use std::io::{BufRead, Write};
use std::path::Path;
use std::process::Child;
use std::sync::Arc;

use eventstore::{Error, OpenOptions, Result, Snapshot, Store};

use super::{digest, is_unwritten};
use crate::support::{child, place_of_child};

/// How often a reader asks again where commits overtake it.
const TRIES: u32 = 20;

/// A process that looks at a store whenever it is told to.
pub struct ReaderProcess(Child);

/// What a reader process saw.
#[derive(Debug, Default, Clone, Copy)]
pub struct Sightings {
    /// States that were compared.
    pub states: usize,
    /// Times that commits overtook it so often that it got `SnapshotGone`.
    pub gone: usize,
    /// Times that there was no store yet.
    pub none: usize,
}

impl ReaderProcess {
    /// Starts it. `test` is one that calls [`serve_reader`].
    pub fn start(test: &str, place: &Path) -> Self {
        Self(child(test, place).spawn().unwrap())
    }

    /// Has it look. So many operations were acknowledged. Does not wait for it.
    pub fn look(&mut self, acknowledged: usize) {
        writeln!(self.0.stdin.as_mut().unwrap(), "{acknowledged}").unwrap();
    }

    /// Ends it and checks what it saw. `digests` are those of the states after each operation. Whatever it saw is one of
    /// them, none older than what was acknowledged before it was asked, nor than what it had seen before.
    pub fn finish(self, digests: &[u64]) -> Sightings {
        let output = self.0.wait_with_output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{text}");
        let (mut sightings, mut newest) = (Sightings::default(), 0);
        for line in text.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            match words[..] {
                ["SAW", acknowledged, digest] => {
                    let digest: u64 = digest.parse().unwrap();
                    let from = newest.max(acknowledged.parse().unwrap());
                    let found = (from..digests.len()).find(|&number| digests[number] == digest);
                    newest = found.unwrap_or_else(|| {
                        let older = digests.iter().position(|&other| other == digest);
                        panic!(
                            "a reader saw the state {older:?} after {from} of {}",
                            digests.len()
                        )
                    });
                    sightings.states += 1;
                }
                ["GONE", _] => sightings.gone += 1,
                ["NONE", acknowledged]
                    if is_unwritten(&digests[..=acknowledged.parse().unwrap()]) =>
                {
                    sightings.none += 1;
                }
                ["NONE" | "BROKEN", ..] => panic!("{line}"),
                _ => {}
            }
        }
        sightings
    }
}

/// The body of a test that is such a process; nothing in any other.
pub fn serve_reader() {
    let Some(place) = place_of_child() else {
        return;
    };
    let mut reader = None;
    // The harness has begun a line.
    println!();
    for acknowledged in lines_of(std::io::stdin()) {
        match look(&mut reader, &place) {
            Ok(digest) => println!("SAW {acknowledged} {digest}"),
            Err(Error::SnapshotGone { .. }) => println!("GONE {acknowledged}"),
            Err(Error::PathNotFound { .. } | Error::NotAStore { .. }) => {
                println!("NONE {acknowledged}");
            }
            Err(error) => println!("BROKEN {acknowledged} {error} {error:?}"),
        }
    }
}

/// The lines that come through a pipe until it is closed.
pub fn lines_of(pipe: impl std::io::Read) -> impl Iterator<Item = String> {
    std::io::BufReader::new(pipe).lines().map(Result::unwrap)
}

fn look(reader: &mut Option<Store>, place: &Path) -> Result<u64> {
    for attempt in 1.. {
        let snapshot = newest(reader, place);
        match snapshot.and_then(|snapshot| digest(&snapshot)) {
            Err(Error::SnapshotGone { .. }) if attempt < TRIES => {}
            seen => return seen,
        }
    }
    unreachable!()
}

fn newest(reader: &mut Option<Store>, place: &Path) -> Result<Arc<Snapshot>> {
    match reader {
        Some(store) => {
            store.refresh()?;
            store.snapshot()
        }
        None => {
            let store = OpenOptions::new().read_only(true).open(place)?;
            reader.insert(store).snapshot()
        }
    }
}
