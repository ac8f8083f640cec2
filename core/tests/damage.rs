//! Damage, byte by byte: whatever byte of a store's files is turned, and wherever a file is cut, answers are right or an
//! error that names what is wrong.

mod brute;
mod history;
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, Once};

use eventstore::{Date, Durability, Error, Event, OpenOptions, Result, Store};
use history::{History, HistoryOptions, digest};
use support::{copy, memory_folder, seed, sweep};

const OPTIONS: HistoryOptions = HistoryOptions {
    pages: 2,
    puts: 5,
    noise: 6,
    shares: [50, 35, 15, 0, 0, 0],
};

/// An opening waits most of its time.
const THREADS: usize = 4;

/// What is done to a file.
#[derive(Debug, Clone, Copy)]
enum Damage {
    Flip { at: usize, mask: u8 },
    Cut(usize),
}

impl Damage {
    /// Damages a file of these bytes.
    fn apply(self, file: &Path, bytes: &[u8]) {
        let mut opened = fs::File::options().write(true).open(file).unwrap();
        match self {
            Self::Flip { at, mask } => put(&mut opened, at, &[bytes[at] ^ mask]),
            Self::Cut(length) => opened.set_len(length as u64).unwrap(),
        }
    }

    /// Makes it whole again.
    fn undo(self, file: &Path, bytes: &[u8]) {
        let mut opened = fs::File::options().write(true).open(file).unwrap();
        match self {
            Self::Flip { at, .. } => put(&mut opened, at, &bytes[at..=at]),
            Self::Cut(length) => put(&mut opened, length, &bytes[length..]),
        }
    }
}

fn put(file: &mut fs::File, at: usize, bytes: &[u8]) {
    file.seek(SeekFrom::Start(at as u64)).unwrap();
    file.write_all(bytes).unwrap();
}

/// A store of some commits as it was closed, or as a kill leaves it, and the digest of what it holds.
fn small_store(home: &Path, clean: bool) -> (PathBuf, u64) {
    let place = home.join("whole");
    let open = || {
        OpenOptions::new()
            .durability(Durability::Flush)
            .open(&place)
    };
    let mut store = open().unwrap();
    let mut history = History::new(7, OPTIONS);
    while history.number < 6 {
        history.advance().run(&mut store, open).unwrap();
    }
    let expected = digest(&store.snapshot().unwrap()).unwrap();
    if clean {
        store.close().unwrap();
        return (place, expected);
    }
    let killed = home.join("killed");
    copy(&place, &killed);
    (killed, expected)
}

/// An event that no history has.
fn another() -> Event {
    let date = Date::new(2018, 1, 1).unwrap();
    Event::new("2018/01/1/another".parse().unwrap(), date, "Another")
}

fn read(place: &Path) -> Result<u64> {
    let store = OpenOptions::new().read_only(true).open(place)?;
    digest(&store.snapshot()?)
}

/// Opens for writing, asks, writes, asks for what was there before, and does so once more after a reopening. The digests
/// are those without what was written.
fn write(place: &Path) -> Result<Vec<u64>> {
    let open = || OpenOptions::new().durability(Durability::Flush).open(place);
    let ask = |store: &Store| -> Result<u64> { digest(&store.snapshot()?) };
    let store = open()?;
    let mut digests = vec![ask(&store)?];
    store.add([another()])?;
    store.remove([another().id])?;
    digests.push(ask(&store)?);
    store.close()?;
    let store = open()?;
    digests.push(ask(&store)?);
    store.close()?;
    Ok(digests)
}

/// How damages came out, by what was asked.
#[derive(Default)]
struct Outcomes {
    counts: Mutex<BTreeMap<String, u32>>,
    faults: Mutex<Vec<String>>,
}

impl Outcomes {
    /// Counts a right answer or a named error; anything else is a fault.
    fn take(&self, asked: &str, what: &str, expected: u64, ask: impl FnOnce() -> Result<Vec<u64>>) {
        let outcome = match catch_unwind(AssertUnwindSafe(ask)) {
            Ok(Ok(digests)) if digests.iter().all(|digest| *digest == expected) => "right",
            Ok(Ok(_)) => "another answer",
            Ok(Err(Error::Corrupt { .. })) => "Corrupt",
            Ok(Err(Error::NotAStore { .. })) => "NotAStore",
            Ok(Err(Error::Storage { .. })) => "Storage",
            Ok(Err(Error::UnsupportedVersion { .. })) => "UnsupportedVersion",
            Ok(Err(error)) => &format!("the error {error}"),
            Err(_) => "a panic",
        };
        let named = [
            "right",
            "Corrupt",
            "NotAStore",
            "Storage",
            "UnsupportedVersion",
        ];
        if !named.contains(&outcome) {
            let fault = format!("{asked} of {what}: {outcome}");
            self.faults.lock().unwrap().push(fault);
        }
        let mut counts = self.counts.lock().unwrap();
        *counts.entry(format!("{asked}: {outcome}")).or_default() += 1;
    }
}

/// Damages one file in each of these ways, and asks a reader; a writer each so many times.
fn damage(
    whole: &(PathBuf, u64),
    file: &Path,
    damages: &[Damage],
    writer_each: usize,
    outcomes: &Outcomes,
) {
    let bytes = fs::read(whole.0.join(file)).unwrap();
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                let home = memory_folder();
                let place = home.path().join("read");
                copy(&whole.0, &place);
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(damage) = damages.get(number) else {
                        break;
                    };
                    let what = format!("{} with {damage:?}", file.display());
                    damage.apply(&place.join(file), &bytes);
                    outcomes.take("reader", &what, whole.1, || Ok(vec![read(&place)?]));
                    damage.undo(&place.join(file), &bytes);
                    if number.is_multiple_of(writer_each) {
                        // A place of its own: what an opening that failed leaves belongs to no other.
                        let place = home.path().join(number.to_string());
                        copy(&whole.0, &place);
                        damage.apply(&place.join(file), &bytes);
                        outcomes.take("writer", &what, whole.1, || write(&place));
                        fs::remove_dir_all(&place).unwrap();
                    }
                }
            });
        }
    });
}

/// Flips of each so many-th byte, where the file is more than zeros, and some behind that; and cuts.
fn damages(bytes: &[u8], flip_each: usize, cut_each: usize) -> Vec<Damage> {
    let used = bytes
        .iter()
        .rposition(|&byte| byte != 0)
        .map_or(0, |at| at + 1);
    let flips = (0..used)
        .step_by(flip_each)
        .chain((used..bytes.len()).step_by(4096));
    let flips = flips.map(|at| Damage::Flip {
        at,
        mask: [0xFF, 1 << (at % 8)][at / flip_each % 2],
    });
    let cuts = (0..bytes.len()).step_by(cut_each).map(Damage::Cut);
    flips.chain(cuts).collect()
}

/// All files of a store, as paths in it.
fn files(place: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in [PathBuf::new(), PathBuf::from("data-000001")] {
        for entry in fs::read_dir(place.join(&folder)).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_file() {
                found.push(folder.join(entry.file_name()));
            }
        }
    }
    found.sort();
    found
}

/// Keeps sled's panics from printing their stacks: it panics where its file is damaged.
fn silence_sled() {
    static SILENCED: Once = Once::new();
    SILENCED.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let place = panic.location().map_or("", |place| place.file());
            if !place.contains("/sled-") {
                usual(panic);
            }
        }));
    });
}

fn answers_are_right_or_an_error(clean: bool) {
    seed();
    let long = sweep(0, 1) > 0;
    let home = memory_folder();
    let whole = small_store(home.path(), clean);
    assert_eq!(read(&whole.0).unwrap(), whole.1);
    silence_sled();
    let mut faults = Vec::new();
    for file in files(&whole.0) {
        let bytes = fs::read(whole.0.join(&file)).unwrap();
        let outcomes = Outcomes::default();
        let (damages, writer_each) = match (file.ends_with("db"), long) {
            (true, true) => (damages(&bytes, 1, 64), 1),
            (true, false) => (damages(&bytes, 16, 1024), 16),
            (false, true) => (damages(&bytes, 1, 1), 1),
            (false, false) => (damages(&bytes, 1, 3), 8),
        };
        damage(&whole, &file, &damages, writer_each, &outcomes);
        eprintln!(
            "{} of {} bytes, {} damages: {:?}",
            file.display(),
            bytes.len(),
            damages.len(),
            outcomes.counts.lock().unwrap()
        );
        let counts = outcomes.counts.into_inner().unwrap();
        if file.ends_with("db") || file.ends_with("CURRENT") {
            // Else nothing was damaged.
            for asked in ["reader", "writer"] {
                assert!(counts.contains_key(&format!("{asked}: Corrupt")), "{asked}");
            }
        }
        faults.extend(outcomes.faults.into_inner().unwrap());
    }
    assert!(
        faults.is_empty(),
        "{} faults: {:#?}",
        faults.len(),
        &faults[..faults.len().min(20)]
    );
}

#[test]
fn damage_of_a_closed_store_gives_right_answers_or_an_error() {
    answers_are_right_or_an_error(true);
}

#[test]
fn damage_of_a_killed_store_gives_right_answers_or_an_error() {
    answers_are_right_or_an_error(false);
}
