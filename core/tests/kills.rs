//! A process that writes is killed at random instants, and a process beside it reads all the time: every operation that
//! was acknowledged is there, and the one under way whole or not at all.

mod brute;
mod history;
mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use eventstore::{Durability, Error, IngestOptions, OpenOptions, Result, Store};
use history::{
    History, HistoryOptions, ReaderProcess, backup_of, digest, export_of, is_unwritten, lines_of,
    serve_reader,
};
use support::{Dice, assert_sound, child, place_of_child, seed, sweep};

/// The seed of a writer's history, the operations that the store has, and its durability.
const TASK: &str = "EVENTSTORE_TEST_TASK";

const OPTIONS: HistoryOptions = HistoryOptions {
    pages: 20,
    puts: 30,
    noise: 30,
    shares: [24, 24, 12, 8, 10, 12],
};

/// Kills that one store lives through.
const KILLS_OF_A_STORE: u32 = 8;

/// Operations that a writer lives through, less one.
const OPERATIONS: usize = 6;

fn open(place: &Path, durability: Durability) -> Result<Store> {
    // What is replaced goes with the next commit: what must stay is then not kept by chance.
    let options = OpenOptions::new().keep_replaced(Duration::ZERO);
    options.durability(durability).exclusive(true).open(place)
}

/// Does nothing but in a process that is told to read.
#[test]
fn reads_beside_the_writer() {
    serve_reader();
}

/// Does nothing but in a process that is told to write: it goes on with a history until it is killed.
#[test]
fn writes_until_it_is_killed() {
    let (Ok(task), Some(place)) = (std::env::var(TASK), place_of_child()) else {
        return;
    };
    let words: Vec<&str> = task.split(' ').collect();
    let mut history = History::new(words[0].parse().unwrap(), OPTIONS);
    for _ in 0..words[1].parse().unwrap() {
        history.advance();
    }
    let open = || open(&place, words[2].parse()?);
    let mut store = open().unwrap();
    // The harness has begun a line.
    println!("\nOPEN");
    loop {
        let operation = history.advance();
        operation.run(&mut store, open).unwrap();
        println!("DONE {}", history.number);
    }
}

/// How long an opening and each operation took lately, by name.
type Paces = BTreeMap<&'static str, Duration>;

const OPENING: &str = "opening";

/// When a writer is killed: after so many operations, or before it has opened the store, and this part of the time that
/// the next operation takes, or the opening.
#[derive(Debug)]
struct Instants {
    operations: Option<usize>,
    part: f64,
}

/// Lets a writer go on with a history from an operation on, and kills it. `names` are those of the operations. Returns how
/// many operations it has acknowledged since the beginning, and whether it had opened the store.
fn write_and_kill(
    command: &mut Command,
    (from, names): (usize, &[&'static str]),
    when: &Instants,
    paces: &mut Paces,
    mut acknowledged: impl FnMut(usize),
) -> (usize, bool) {
    let mut writer = command.spawn().unwrap();
    let mut lines = lines_of(writer.stdout.take().unwrap());
    // Nothing, `OPEN`, or the number of operations.
    let mut said = None;
    let mut hear = |line: &str| {
        if line == "OPEN" {
            said = Some(from);
        } else if let Some(number) = line.strip_prefix("DONE ") {
            said = Some(number.parse().unwrap());
            acknowledged(said.unwrap());
        }
        said
    };
    let last = when.operations.map(|operations| from + operations);
    let mut since = Instant::now();
    let mut heard = None;
    while heard < last {
        let line = lines.next().expect("the writer goes on until it is killed");
        if let Some(done) = hear(&line) {
            let name = match done == from {
                true => OPENING,
                false => names[done],
            };
            paces.insert(name, since.elapsed());
            since = Instant::now();
            heard = Some(done);
        }
    }
    let under_way = last.map_or(OPENING, |last| names[last + 1]);
    let pace = paces.get(under_way).copied();
    std::thread::sleep(pace.unwrap_or(Duration::from_millis(20)).mul_f64(when.part));
    writer.kill().unwrap();
    writer.wait().unwrap();
    // What it had said before it died.
    for line in lines {
        heard = hear(&line);
    }
    (heard.unwrap_or(from), heard.is_some())
}

/// Where a store was exported, the file is whole: it has one of the states. Returns how many files there are.
fn check_export(place: &Path, digests: &[u64]) -> u32 {
    let file = export_of(place);
    if !file.exists() {
        return 0;
    }
    let imported = Store::memory().unwrap();
    imported.import_from(&file, IngestOptions::new()).unwrap();
    let found = digest(&imported.snapshot().unwrap()).unwrap();
    assert!(digests.contains(&found), "an export of another state");
    1
}

/// Where a store was backed up, the directory is a whole store: it has one of the states. Returns how many there are, and
/// removes them.
fn check_backups(place: &Path, digests: &[u64]) -> u32 {
    let backups = (0..).map(|number| backup_of(place, number));
    let backups: Vec<_> = backups.take_while(|backup| backup.exists()).collect();
    for backup in &backups {
        let store = OpenOptions::new().create(false).open(backup).unwrap();
        let found = digest(&store.snapshot().unwrap()).unwrap();
        assert!(digests.contains(&found), "a backup of another state");
        assert_sound(&store);
        store.close().unwrap();
        std::fs::remove_dir_all(backup).unwrap();
    }
    backups.len() as u32
}

#[test]
fn a_killed_writer_has_lost_nothing_that_it_acknowledged() {
    let mut dice = Dice::new(seed());
    let kills = sweep(30, 300);
    let mut outcomes: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    let (mut operations, mut seen, mut gone) = (0, 0, 0);
    let (mut exports, mut backups) = (0, 0);
    let mut paces = Paces::new();
    let stores = kills.div_ceil(KILLS_OF_A_STORE);
    for number in 0..stores {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("store");
        let durability = ["sync", "flush"][number as usize % 2];
        let history_seed = dice.next();
        let mut history = History::new(history_seed, OPTIONS);
        // By the number of operations behind them.
        let mut names = vec!["none"];
        let mut digests = vec![history.model.digest()];
        let mut extend = |names: &mut Vec<_>, digests: &mut Vec<_>, to: usize| {
            while names.len() <= to {
                names.push(history.advance().name());
                digests.push(history.model.digest());
            }
        };
        let mut reader = ReaderProcess::start("reads_beside_the_writer", &place);
        let mut from = 0;
        for _ in 0..KILLS_OF_A_STORE.min(kills - number * KILLS_OF_A_STORE) {
            let when = Instants {
                operations: dice.below(OPERATIONS).checked_sub(1),
                part: dice.below(1300) as f64 / 1000.0,
            };
            let mut command = child("writes_until_it_is_killed", &place);
            command.env(TASK, format!("{history_seed} {from} {durability}"));
            reader.look(from);
            extend(&mut names, &mut digests, from + OPERATIONS);
            let (done, opened) =
                write_and_kill(&mut command, (from, &names), &when, &mut paces, |done| {
                    reader.look(done);
                });
            extend(&mut names, &mut digests, done + 1);
            // Without a lock, and then, as often as not, as the next writer, which the next process is otherwise.
            let found = match OpenOptions::new().read_only(true).open(&place) {
                Ok(store) => digest(&store.snapshot().unwrap()).unwrap(),
                // Killed before its first commit.
                Err(Error::PathNotFound { .. } | Error::NotAStore { .. })
                    if is_unwritten(&digests[..=done]) =>
                {
                    digests[0]
                }
                Err(error) => panic!("{error}"),
            };
            from = (done..done + 2)
                .find(|&number| digests[number] == found)
                .unwrap_or_else(|| panic!("{when:?}: another state than {done}"));
            if dice.chance(50) {
                let store = open(&place, durability.parse().unwrap()).unwrap();
                assert_eq!(digest(&store.snapshot().unwrap()).unwrap(), found);
                assert_sound(&store);
                store.close().unwrap();
            }
            exports += check_export(&place, &digests[..=from]);
            backups += check_backups(&place, &digests[..=from]);
            reader.look(from);
            let under_way = if opened { names[done + 1] } else { OPENING };
            let outcome = match () {
                () if !opened || digests[done] == digests[done + 1] => "no change",
                () if from == done => "absent",
                () => "whole",
            };
            *outcomes.entry((under_way, outcome)).or_default() += 1;
        }
        operations += from;
        let sightings = reader.finish(&digests[..=from]);
        seen += sightings.states;
        gone += sightings.gone;
    }
    eprintln!(
        "{kills} kills of {stores} stores, {operations} operations stand; a reader beside compared {seen} \
         states, {gone} gone; exports were whole {exports} times, backups \
         {backups} times"
    );
    for ((under_way, outcome), count) in outcomes {
        eprintln!("  {count} killed in {under_way}: {outcome}");
    }
    assert!(seen > kills as usize && exports > 0 && backups > 0);
}
