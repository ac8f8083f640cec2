//! What a crash leaves between any two changes of the files that the library writes itself, and in the middle of one.
//!
//! A workload runs once. Before each change of a file the whole directory is copied: that is what a kill at this instant
//! leaves. Further images have the last written file cut short, a directory half removed, and, as after a power cut,
//! sled's file as it was synced last. Each is opened.

#[allow(
    clippy::duplicate_mod,
    reason = "two layers' tests share it with those of core/tests"
)]
#[path = "../../../tests/support/lengths.rs"]
mod lengths;
#[path = "../../../tests/support/memory_folder.rs"]
mod memory_folder;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use lengths::sweep;
use memory_folder::memory_folder;

use super::{open_memory, pages, put, state};
use crate::error::{Error, Result};
use crate::storage::{Durability, WatchedFiles};
use crate::store::{OpenOptions, Store};

/// What a crash leaves.
struct Image {
    folder: PathBuf,
    /// Operations that were acknowledged before it.
    acknowledged: usize,
    /// The change that comes next, and what else is different.
    what: String,
    /// It lacks bytes that were never synced: it may as well be told as damaged.
    may_be_damaged: bool,
}

/// Takes the images, and knows what the store must hold after each operation.
struct Recorder {
    home: tempfile::TempDir,
    images: Mutex<Vec<Image>>,
    states: Mutex<Vec<Vec<String>>>,
    durability: Durability,
    /// Bytes of sled's files when they were synced last, by their path in the store. Where nothing is synced: when `CURRENT`
    /// was replaced last.
    synced: Mutex<BTreeMap<PathBuf, Vec<u8>>>,
    /// Names in sled's directories when they were synced last.
    synced_names: Mutex<BTreeMap<PathBuf, Vec<PathBuf>>>,
    calm: Store,
}

impl Recorder {
    fn new(durability: Durability) -> Arc<Self> {
        let calm = super::store(open_memory());
        Arc::new(Self {
            home: memory_folder(),
            images: Mutex::default(),
            states: Mutex::new(vec![state(&calm)]),
            durability,
            synced: Mutex::default(),
            synced_names: Mutex::default(),
            calm,
        })
    }

    /// Records what happens to the files of a store.
    fn watch(self: &Arc<Self>, store: &Path) -> WatchedFiles {
        let (recorder, root) = (self.clone(), store.to_owned());
        WatchedFiles::new(store, move |change, path| {
            if root.exists() {
                recorder.take_all(&root, change, path.strip_prefix(&root).unwrap());
            }
            Ok(())
        })
    }

    /// An operation, here and where nothing fails.
    fn run(&self, store: &Store, operation: fn(&Store) -> Result<()>) {
        operation(store).unwrap();
        operation(&self.calm).unwrap();
        self.states.lock().unwrap().push(state(&self.calm));
    }

    /// The image before a change, and those in the middle of the one before it.
    fn take_all(&self, store: &Path, change: &str, path: &Path) {
        self.take(store, format!("before {change} {}", path.display()));
        let is_engine = is_engine(path);
        if change == "sync" && store.join(path).is_file() {
            let bytes = fs::read(store.join(path)).unwrap();
            if is_engine {
                self.synced.lock().unwrap().insert(path.to_owned(), bytes);
            } else {
                let each = sweep(16, 1) as usize;
                let lengths = (0..bytes.len()).step_by(each);
                for length in lengths.chain(bytes.len().checked_sub(1)) {
                    let torn = self.take(store, format!("{length} bytes of {}", path.display()));
                    fs::write(torn.join(path), &bytes[..length]).unwrap();
                }
            }
        }
        if change == "create" && is_copy(path) {
            let mut synced = self.synced_names.lock().unwrap();
            synced.insert(path.with_extension(""), Vec::new());
        }
        let synced_names = self.synced_names.lock().unwrap().clone();
        for (path, synced) in synced_names {
            if !store.join(&path).is_dir() {
                continue;
            }
            let mut new = names(&store.join(&path));
            new.retain(|name| !synced.contains(name));
            if !new.is_empty() {
                let cut = self.take(store, format!("before {change}, {new:?} was not synced"));
                new.iter()
                    .for_each(|name| remove(&cut.join(&path).join(name)));
            }
        }
        if change == "sync" && store.join(path).is_dir() && is_engine {
            let names = names(&store.join(path));
            // Under the name that it gets, where it has none yet.
            let named = path.with_extension("");
            self.synced_names.lock().unwrap().insert(named, names);
        }
        if change == "remove" && store.join(path).is_dir() {
            let mut names = names(&store.join(path));
            for _ in 0..2 {
                names.reverse();
                for count in 1..names.len() {
                    let torn =
                        self.take(store, format!("{:?} of {path:?} removed", &names[..count]));
                    for name in &names[..count] {
                        remove(&torn.join(path).join(name));
                    }
                }
            }
        }
        let synced = self.synced.lock().unwrap().clone();
        for (path, bytes) in synced {
            if fs::read(store.join(&path)).is_ok_and(|now| now != bytes) {
                let cut = self.take(store, format!("before {change}, {path:?} as it was synced"));
                fs::write(cut.join(path), bytes).unwrap();
                let mut images = self.images.lock().unwrap();
                images.last_mut().unwrap().may_be_damaged = self.durability == Durability::Flush;
            }
        }
        if self.durability == Durability::Flush
            && change == "rename"
            && path.ends_with("CURRENT.tmp")
        {
            for data in names(store)
                .iter()
                .filter(|name| name.starts_with("data-000001"))
            {
                let db = data.join("db");
                let bytes = fs::read(store.join(&db)).unwrap();
                self.synced.lock().unwrap().insert(db, bytes);
            }
        }
    }

    /// Copies the store as it is.
    fn take(&self, store: &Path, what: String) -> PathBuf {
        let mut images = self.images.lock().unwrap();
        let folder = self.home.path().join(images.len().to_string());
        copy(store, &folder).unwrap();
        images.push(Image {
            folder: folder.clone(),
            acknowledged: self.states.lock().unwrap().len() - 1,
            what,
            may_be_damaged: false,
        });
        folder
    }
}

/// Whether a path is of files of sled, or of a copy of them.
fn is_engine(path: &Path) -> bool {
    is_copy(path) || path.starts_with("data-000001") || path.starts_with("data-000002")
}

/// Whether a path is of a recovery copy, be it unfinished.
fn is_copy(path: &Path) -> bool {
    path.starts_with("aside-000002") || path.starts_with("aside-000002.partial")
}

fn names(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into())
        .collect();
    names.sort();
    names
}

fn remove(path: &Path) {
    match path.is_dir() {
        true => fs::remove_dir_all(path).unwrap(),
        false => fs::remove_file(path).unwrap(),
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for name in names(from) {
        let (from, to) = (from.join(&name), to.join(&name));
        match from.is_dir() {
            true => copy(&from, &to)?,
            false => drop(fs::copy(from, to)?),
        }
    }
    Ok(())
}

/// A store that is made, written, compacted, closed, opened again, killed and recovered.
fn record(durability: Durability) -> Arc<Recorder> {
    let recorder = Recorder::new(durability);
    let home = memory_folder();
    let [unfinished, place, killed] =
        ["unfinished", "store", "killed"].map(|name| home.path().join(name));
    let open = |place: &Path| {
        OpenOptions::new()
            .durability(durability)
            .open(place)
            .unwrap()
    };
    let watched = recorder.watch(&unfinished);
    let store = open(&unfinished);
    drop(watched);
    // Killed before its first commit.
    copy(&unfinished, &place).unwrap();
    store.close().unwrap();
    let watched = recorder.watch(&place);
    let store = open(&place);
    recorder.run(&store, |store| put(store, pages(2, 1)));
    recorder.run(&store, |store| put(store, pages(1, 1)));
    store.close().unwrap();
    let store = open(&place);
    recorder.run(&store, |store| store.remove(["2017/03/2/ship-3"]).map(drop));
    recorder.run(&store, Store::compact);
    recorder.run(&store, |store| put(store, pages(2, 2)));
    drop(watched);
    // As a kill leaves it.
    copy(&place, &killed).unwrap();
    store.close().unwrap();
    recorder.synced.lock().unwrap().clear();
    let data = PathBuf::from("data-000002");
    let before_kill = BTreeMap::from([(data.clone(), names(&killed.join(data)))]);
    *recorder.synced_names.lock().unwrap() = before_kill;
    let _watched = recorder.watch(&killed);
    let store = open(&killed);
    recorder.run(&store, |store| put(store, pages(3, 1)));
    store.close().unwrap();
    recorder
}

/// All that a store says.
fn said(store: Result<Store>) -> Result<Vec<String>> {
    let store = store?;
    let mut said = Vec::new();
    for event in store.query("superseded:yes")?.iter() {
        let event = event?;
        said.push(format!("{} {} {:?}", event.id, event.title, event.tags));
    }
    Ok(said)
}

/// How an image came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Before,
    After,
    Damaged,
}

/// Opens an image for reading, then for writing. Both see the state before or after the operation under way; the store
/// goes on from there.
fn check(image: &Image, states: &[Vec<String>]) -> Outcome {
    let Image {
        folder,
        acknowledged,
        what,
        may_be_damaged,
    } = image;
    let expected = &states[*acknowledged..states.len().min(acknowledged + 2)];
    let seen = match said(OpenOptions::new().read_only(true).open(folder)) {
        Err(Error::PathNotFound { .. } | Error::NotAStore { .. }) if *acknowledged == 0 => {
            states[0].clone()
        }
        Err(Error::Corrupt { .. }) if *may_be_damaged => {
            let writer = Store::open(folder);
            assert!(
                matches!(writer, Err(Error::Corrupt { .. })),
                "{what}: {writer:?}"
            );
            return Outcome::Damaged;
        }
        seen => seen.unwrap_or_else(|error| panic!("a reader, {what}: {error}")),
    };
    assert!(expected.contains(&seen), "a reader, {what}: {seen:?}");
    let open = || {
        OpenOptions::new()
            .durability(Durability::Flush)
            .open(folder)
    };
    let store = match open() {
        Err(Error::Corrupt { .. }) if *may_be_damaged => return Outcome::Damaged,
        store => store.unwrap_or_else(|error| panic!("{what}: {error}")),
    };
    assert_eq!(state(&store), seen, "{what}");
    put(&store, pages(9, 1)).unwrap();
    store.close().unwrap();
    let after = said(open()).unwrap();
    assert_eq!(after.len(), seen.len() + 5, "{what}");
    match seen == states[*acknowledged] {
        true => Outcome::Before,
        false => Outcome::After,
    }
}

#[test]
fn a_crash_between_any_two_changes_of_files_leaves_the_state_before_or_after() {
    for durability in [Durability::Sync, Durability::Flush] {
        let recorder = record(durability);
        let images = recorder.images.lock().unwrap();
        let states = recorder.states.lock().unwrap();
        let outcomes = Mutex::new(BTreeMap::<Outcome, u32>::new());
        std::thread::scope(|scope| {
            // An opening waits most of its time.
            for images in images.chunks(images.len().div_ceil(4)) {
                let (states, outcomes) = (&states, &outcomes);
                scope.spawn(move || {
                    for image in images {
                        let outcome = check(image, states);
                        *outcomes.lock().unwrap().entry(outcome).or_default() += 1;
                    }
                });
            }
        });
        let outcomes = outcomes.into_inner().unwrap();
        eprintln!("{durability}: {} crash images: {outcomes:?}", images.len());
        assert!(images.len() > 100 && outcomes[&Outcome::After] > 5);
        assert_eq!(
            outcomes.contains_key(&Outcome::Damaged),
            durability == Durability::Flush
        );
    }
}
