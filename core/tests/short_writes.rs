//! A disk that takes no more, at each block of each file: the process that writes has a limit for its files, so a write
//! gets through in part, or not at all, and so do all that follow. What failed is an error, and whoever opens the store
//! with room again finds all that was acknowledged.
#![cfg(unix)]

mod brute;
mod history;
mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use eventstore::{Durability, Error, OpenOptions, Result, Store};
use history::{History, HistoryOptions, digest};
use support::{child, place_of_child, seed, sweep};

const OPTIONS: HistoryOptions = HistoryOptions {
    pages: 4,
    puts: 8,
    noise: 12,
    shares: [45, 30, 15, 10, 0, 0],
};

/// Operations of a writer that nothing stops.
const OPERATIONS: usize = 12;

/// A writer waits most of its time.
const THREADS: usize = 4;

/// The seed of a writer's history, for the process that writes.
const TASK: &str = "EVENTSTORE_TEST_TASK";

fn open(place: &Path) -> Result<Store> {
    OpenOptions::new().durability(Durability::Flush).open(place)
}

/// A word for an error, which must name what the system said.
fn word(error: &Error) -> String {
    match error {
        Error::Storage { source, .. } => {
            format!("Storage({:?})", source.raw_os_error().unwrap_or_default())
        }
        other => format!("{other:?}"),
    }
}

/// Does nothing but in a process that is told to write: it says what was acknowledged, what failed, and what it sees then.
#[test]
fn writes_until_there_is_no_room() {
    let (Ok(task), Some(place)) = (std::env::var(TASK), place_of_child()) else {
        return;
    };
    println!();
    let mut store = match open(&place) {
        Ok(store) => store,
        Err(error) => return println!("REFUSED {}", word(&error)),
    };
    let mut history = History::new(task.parse().unwrap(), OPTIONS);
    while history.number < OPERATIONS {
        let operation = history.advance();
        for attempt in 0.. {
            match operation.run(&mut store, || open(&place)) {
                Ok(()) => {
                    println!("DONE {}", history.number);
                    break;
                }
                Err(error) => println!("FAILED {}", word(&error)),
            }
            if attempt == 1 {
                // sled repeats its first failure, also to who reads.
                return match digest(&store.snapshot().unwrap()) {
                    Ok(digest) => println!("SEEN {digest}"),
                    Err(error) => println!("UNREAD {}", word(&error)),
                };
            }
        }
    }
    match store.close() {
        Ok(()) => println!("CLOSED"),
        Err(error) => println!("NOT_CLOSED {}", word(&error)),
    }
}

/// One writer whose files have so many blocks at most, and what it leaves. Returns whether it met the limit.
fn trial(blocks: usize, seed: u64, outcomes: &Mutex<BTreeMap<String, u32>>) -> bool {
    let home = tempfile::tempdir().unwrap();
    let place = home.path().join("store");
    let program = child("writes_until_there_is_no_room", &place);
    let mut limited = Command::new("sh");
    limited
        .args(["-c", r#"trap "" XFSZ; ulimit -f "$0"; exec "$@""#])
        .arg(blocks.to_string())
        .arg(program.get_program())
        .args(program.get_args())
        .envs(
            program
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .env(TASK, seed.to_string());
    let output = limited.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{blocks} blocks: {text}");
    let mut history = History::new(seed, OPTIONS);
    let mut digests = vec![history.model.digest()];
    while history.number < OPERATIONS {
        history.advance();
        digests.push(history.model.digest());
    }
    let (mut done, mut seen, mut failed) = (0, None, false);
    for line in text.lines() {
        let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
        match first {
            "DONE" => done = rest.parse().unwrap(),
            "SEEN" => seen = Some(rest.parse::<u64>().unwrap()),
            "FAILED" | "UNREAD" | "REFUSED" | "NOT_CLOSED" => {
                failed = true;
                let outcome = format!("{first} {rest}");
                *outcomes.lock().unwrap().entry(outcome).or_default() += 1;
                assert!(rest.starts_with("Storage("), "{blocks} blocks: {line}");
            }
            _ => {}
        }
    }
    // With room again.
    let store = open(&place).unwrap_or_else(|error| panic!("{blocks} blocks, {text}: {error}"));
    let found = digest(&store.snapshot().unwrap()).unwrap();
    let expected = &digests[done..digests.len().min(done + 2)];
    assert!(expected.contains(&found), "{blocks} blocks: {text}");
    assert!(
        seen.is_none_or(|seen| seen == found),
        "{blocks} blocks: {text}"
    );
    support::assert_sound(&store);
    support::put(&store, vec![support::page("2018/01/1/after")]);
    store.close().unwrap();
    let store = open(&place).unwrap();
    assert!(store.contains("2018/01/1/after").unwrap());
    failed
}

#[test]
fn a_write_that_finds_no_room_is_an_error_and_nothing_acknowledged_is_lost() {
    let seed = seed();
    let step = if sweep(0, 1) > 0 { 1 } else { 3 };
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let outcomes = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                // Until a writer had room for all.
                while trial(step * next.fetch_add(1, Ordering::Relaxed), seed, &outcomes) {
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    let done = done.into_inner();
    eprintln!(
        "{done} writers met their limit: {:?}",
        outcomes.into_inner().unwrap()
    );
    assert!(done > 10);
}
