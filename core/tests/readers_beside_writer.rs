//! Readers of a state that another process goes on from: what they hold is right or `SnapshotGone`, and each answer belongs
//! to one commit.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::process::Child;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use eventstore::{Durability, Error, OpenOptions, Result, Store};
use support::{
    child, numbered as event, numbered_answers as answers, place_of_child, reader, sweep,
};

/// Where the chunks of a file begin, by key.
fn chunk_places(db: &[u8]) -> BTreeMap<Vec<u8>, Vec<usize>> {
    let mut places: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for at in memchr::memmem::find_iter(db, b"eS\x01") {
        let key = db[at + 4..at + 13].to_vec();
        places.entry(key).or_default().push(at);
    }
    places
}

/// The newest root is another one by now: what a reader holds and cannot find is gone, not damaged.
#[test]
fn a_chunk_of_a_held_state_that_was_written_over_is_gone_and_one_that_moved_is_not() {
    let home = tempfile::tempdir().unwrap();
    let place = home.path().join("s");
    let store = Store::open(&place).unwrap();
    store.add((0..500).map(event)).unwrap();
    let expected = answers(&store).unwrap();
    store.close().unwrap();
    let db = place.join("data-000001/db");
    let keys: Vec<_> = chunk_places(&fs::read(&db).unwrap()).into_keys().collect();
    // A reader keeps what it has read: each chunk has two of its own.
    let held: Vec<_> = keys
        .iter()
        .map(|_| [reader(&place), reader(&place)])
        .collect();
    let writer = Store::open(&place).unwrap();
    writer.add([event(1000)]).unwrap();
    writer.close().unwrap();
    let bytes = fs::read(&db).unwrap();
    let places = chunk_places(&bytes);
    let (mut right, mut gone, mut both) = (0, 0, 0);
    let take = |answer: Result<bool>| match answer {
        Ok(is_right) => {
            assert!(is_right);
            true
        }
        Err(Error::SnapshotGone { .. }) => false,
        Err(other) => panic!("{other}"),
    };
    for (key, [moved, written_over]) in keys.iter().zip(held) {
        let mut others = bytes.clone();
        for &at in &places[key] {
            // As long as a chunk may be.
            let end = (at + 7168).min(bytes.len());
            let next = memchr::memmem::find(&bytes[at + 1..end], b"eS\x01");
            others[at..next.map_or(end, |next| at + 1 + next)].fill(0);
        }
        // Its last copy alone, elsewhere.
        let at = *places[key].last().unwrap();
        let copy = &bytes[at..(at + 7168).min(bytes.len())];
        fs::write(&db, [&others[..], &[0; 100], copy].concat()).unwrap();
        assert_eq!(answers(&moved).unwrap(), expected);
        fs::write(&db, &others).unwrap();
        let asked = [
            take(
                written_over
                    .query("tag:all")
                    .and_then(|hits| Ok(hits.count()? == 500)),
            ),
            take(
                written_over
                    .query("flood")
                    .and_then(|hits| Ok(hits.count()? == 500)),
            ),
            take(answers(&written_over).map(|found| found == expected)),
            take(written_over.get(event(3).id).map(|found| found.is_some())),
        ];
        let answered = asked.iter().filter(|&&is_right| is_right).count();
        right += answered;
        gone += asked.len() - answered;
        both += usize::from(answered > 0 && answered < asked.len());
        // Each time it is asked: a search that found nothing is remembered.
        if !asked[3] {
            assert!(!take(
                written_over.get(event(3).id).map(|found| found.is_some())
            ));
        }
    }
    println!(
        "{} chunks moved, then written over: {right} right answers, {gone} gone",
        keys.len()
    );
    assert!(both > 10, "{both} chunks that only some questions need");
}

/// A process that asks without pause until its input ends. Prints answers, and how many were gone.
#[test]
fn reads_for_another_process() {
    let Some(place) = place_of_child() else {
        return;
    };
    static IS_OVER: AtomicBool = AtomicBool::new(false);
    std::thread::spawn(|| {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        IS_OVER.store(true, Ordering::Release);
    });
    let store = reader(&place);
    let (mut answered, mut gone, mut commits) = (0u32, 0u32, 0u32);
    loop {
        let last = IS_OVER.load(Ordering::Acquire);
        match store.refresh() {
            Ok(newer) => commits += u32::from(newer),
            Err(Error::SnapshotGone { .. }) => gone += 1,
            Err(other) => panic!("{other}"),
        }
        match answers(&store) {
            Ok((len, tagged, worded, titles)) => {
                // Each commit adds events of all kinds: any two that do not fit belong to two commits.
                let number = len as u64;
                assert_eq!((tagged, worded), (number, number));
                let thirds = (0..number as u32).filter(|number| number % 7 == 3).count();
                assert_eq!(titles.len(), thirds);
                answered += 1;
            }
            Err(Error::SnapshotGone { .. }) => gone += 1,
            Err(other) => panic!("{other}"),
        }
        if last {
            break;
        }
    }
    println!("READ {answered} {gone} {commits} {}", store.len().unwrap());
}

/// What a process that reads says when it has ended: answers, how many were gone, commits, and events at the end.
fn numbers_of(reader: Child) -> [u32; 4] {
    let output = reader.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}");
    let line = text.lines().find_map(|line| line.split_once("READ "));
    let (_, numbers) = line.unwrap_or_else(|| panic!("{text}"));
    let numbers: Vec<u32> = numbers
        .split(' ')
        .map(|number| number.parse().unwrap())
        .collect();
    numbers.try_into().unwrap()
}

/// Four readers beside a writer. Gives how many answers were gone.
fn read_beside(commits: u32, options: &OpenOptions) -> u32 {
    let home = tempfile::tempdir().unwrap();
    let place = home.path().join("s");
    let started = Instant::now();
    let store = options.open(&place).unwrap();
    store.add((0..200).map(event)).unwrap();
    let mut readers = [(); 4].map(|()| child("reads_for_another_process", &place).spawn().unwrap());
    for commit in 0..commits {
        let from = 200 + commit * 5;
        store.add((from..from + 5).map(event)).unwrap();
        if commit % (commits / 10) == 0 {
            store.compact().unwrap();
        }
    }
    let (mut all_answered, mut all_gone) = (0, 0);
    readers
        .iter_mut()
        .for_each(|reader| drop(reader.stdin.take()));
    for reader in readers {
        let [answered, gone, seen, len] = numbers_of(reader);
        assert!(answered > 0 && seen > 0 && len == 200 + commits * 5);
        all_answered += answered;
        all_gone += gone;
    }
    let seconds = started.elapsed().as_secs();
    println!(
        "{commits} commits and 10 compactions in {seconds} s, 4 readers: {all_answered} answers, {all_gone} gone"
    );
    all_gone
}

/// What is replaced stays for ten seconds where nobody says otherwise; each reader refreshes many times a second.
#[test]
fn processes_read_beside_one_that_commits_300_times_and_compacts() {
    let gone = read_beside(sweep(300, 3000), &OpenOptions::new());
    assert_eq!(gone, 0);
}

/// Where what is replaced is removed at once, an answer is right or `SnapshotGone`.
#[test]
fn processes_read_beside_one_that_removes_at_once() {
    let options = OpenOptions::new().keep_replaced(Duration::ZERO);
    read_beside(sweep(100, 1000), &options);
}

/// The same for readers that stay behind: sooner or later what they hold is gone.
#[test]
fn a_state_that_is_held_over_commits_that_remove_at_once_is_right_or_gone() {
    let home = tempfile::tempdir().unwrap();
    let place = home.path().join("s");
    let options = OpenOptions::new().keep_replaced(Duration::ZERO);
    let store = options.durability(Durability::Flush).open(&place).unwrap();
    store.add((0..200).map(event)).unwrap();
    // A reader keeps what it has read, so each is asked once.
    let held = [(); 24].map(|()| reader(&place));
    let expected = answers(&store).unwrap();
    let (mut right, mut gone) = (0, 0);
    for (number, reader) in (0..).zip(&held) {
        match answers(reader) {
            Ok(found) => {
                assert_eq!(found, expected);
                right += 1;
            }
            Err(Error::SnapshotGone { .. }) => {
                gone += 1;
                assert!(reader.refresh().unwrap());
                assert_eq!(reader.len().unwrap(), store.len().unwrap());
            }
            Err(other) => panic!("{other}"),
        }
        let from = 200 + number * 100;
        store.add((from..from + 100).map(event)).unwrap();
    }
    println!("of 24 readers, each a commit further behind, {right} were right, {gone} gone");
    assert!(right > 0 && gone > 0);
}
