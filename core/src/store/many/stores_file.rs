//! `STORES`: which stores of a directory belong together, as JSON with a checksum.
//!
//! It makes stores that were written side by side visible at once: what it does not list is not read. Of
//! each store it says the days, so that a question about others need not open it.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::distinct_ids::check_distinct;
use super::store_set::{DayBounds, stores_in};
use crate::error::{Error, Result};
use crate::event::Date;
use crate::partial_file::PartialFile;
use crate::segment::BlockCache;
use crate::storage::CURRENT;
use crate::store::options::OpenOptions;
use crate::store::snapshot::Snapshot;

/// Name of the file.
pub(super) const STORES: &str = "STORES";

/// Version of its form.
const VERSION: u32 = 1;

/// Bytes of the longest file that is read: some millions of stores.
const LONGEST: u64 = 1 << 30;

/// The stores that belong together.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct StoresFile {
    #[serde(rename = "eventstore_stores")]
    version: u32,
    /// CRC-32 of `stores` as compact JSON.
    crc32: u32,
    pub stores: Vec<ListedStore>,
}

/// What is known of one of them without opening it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct ListedStore {
    /// From the directory, with `/`.
    pub path: String,
    /// Events, superseded ones included.
    events: u64,
    /// The first day of an event, and the last one; none if no event has a day.
    days: Option<(String, String)>,
    /// Whether it has Markdown pages, whose links may lead into any of the stores.
    pub markdown: bool,
    /// Whether it is a resolved store, whose events never change.
    resolved: bool,
    /// CRC-32 of its `CURRENT`.
    current: u32,
}

impl ListedStore {
    fn of(path: String, snapshot: &Snapshot, current: u32) -> Result<Self> {
        let mut days: Option<(Date, Date)> = None;
        let mut markdown = false;
        for view in &snapshot.views {
            markdown |= !view.segment.flags()?.markdown.is_empty();
            let dated = &*view.live - &*view.undated;
            for row in [dated.min(), dated.max()].into_iter().flatten() {
                if let Some(day) = view.segment.date_of(row)? {
                    let (first, last) = days.unwrap_or((day, day));
                    days = Some((first.min(day), last.max(day)));
                }
            }
        }
        Ok(Self {
            path,
            events: snapshot.len() as u64,
            days: days.map(|(first, last)| (first.to_string(), last.to_string())),
            markdown,
            resolved: snapshot.manifest.resolved,
            current,
        })
    }

    /// Whether nothing was committed since it was listed. Costs the reading of `CURRENT`.
    pub fn is_as_listed(&self, path: &Path) -> Result<bool> {
        Ok(checksum_of_current(path)? == self.current)
    }

    /// Whether an event of it may lie within some days.
    pub fn has_days_of(&self, (since, until): DayBounds) -> bool {
        let Some((first, last)) = &self.days else {
            // Events without a day belong to no time.
            return since.is_none() && until.is_none();
        };
        let day = |text: &str| text.parse::<Date>().ok();
        until
            .zip(day(first))
            .is_none_or(|(until, first)| first <= until)
            && since
                .zip(day(last))
                .is_none_or(|(since, last)| since <= last)
    }

    /// Refuses a store that has changed since it was listed: days that it has got would be passed over, and an
    /// id may have come that another store has. Of a resolved one only its files can change.
    pub fn check_opened(&self, path: &Path, snapshot: &Snapshot) -> Result<()> {
        let current = checksum_of_current(path)?;
        let now = Self::of(self.path.clone(), snapshot, current)?;
        let same_events = Self {
            current: self.current,
            ..now.clone()
        };
        if now == *self || (same_events == *self && self.resolved) {
            return Ok(());
        }
        Err(Error::InvalidArgument {
            what: "paths",
            message: format!(
                "{}: the store has changed since {STORES} was written; list the stores anew with commit_stores()",
                path.display()
            ),
        })
    }
}

fn checksum_of_current(store: &Path) -> Result<u32> {
    match fs::read(store.join(CURRENT)) {
        Ok(bytes) => Ok(crc32fast::hash(&bytes)),
        Err(error) if is_absent(&error) => Err(Error::PathNotFound {
            path: store.to_owned(),
        }),
        Err(source) => Err(Error::Storage {
            path: store.to_owned(),
            operation: "read the root of a listed store",
            source,
        }),
    }
}

impl StoresFile {
    /// Reads the file of a directory, if there is one.
    pub fn read(directory: &Path) -> Result<Option<Self>> {
        let path = directory.join(STORES);
        let failed = |source| Error::Storage {
            path: path.clone(),
            operation: "read the list of stores",
            source,
        };
        let bytes = match fs::metadata(&path) {
            Ok(found) if found.len() > LONGEST => {
                return Err(failed(io::Error::other(
                    "it is longer than any list of stores",
                )));
            }
            Ok(_) => fs::read(&path).map_err(failed)?,
            Err(error) if is_absent(&error) => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let corrupt = |message: String| Error::Corrupt {
            path: directory.to_owned(),
            part: STORES.to_owned(),
            chunk: None,
            message,
        };
        #[derive(Deserialize)]
        struct Version {
            eventstore_stores: u32,
        }
        let read = |error: serde_json::Error| corrupt(error.to_string());
        let file = serde_json::from_slice::<Self>(&bytes);
        let found = match &file {
            Ok(file) => file.version,
            // A later version may have another form.
            Err(_) => {
                let file: Version = serde_json::from_slice(&bytes).map_err(read)?;
                file.eventstore_stores
            }
        };
        if found > VERSION {
            return Err(Error::UnsupportedVersion {
                path: directory.to_owned(),
                found,
                supported: VERSION,
            });
        }
        let file = file.map_err(read)?;
        if file.crc32 != checksum(&file.stores) {
            return Err(corrupt("the checksum does not match".to_owned()));
        }
        if let Some(outside) = file.stores.iter().find(|store| !lies_below(&store.path)) {
            return Err(corrupt(format!(
                "it lists {:?}, which lies outside",
                outside.path
            )));
        }
        Ok(Some(file))
    }

    fn of(stores: Vec<ListedStore>) -> Self {
        Self {
            version: VERSION,
            crc32: checksum(&stores),
            stores,
        }
    }
}

/// Whether a directory lists stores.
pub(in crate::store) fn lists_stores(directory: &Path) -> bool {
    directory.join(STORES).is_file()
}

fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

fn checksum(stores: &[ListedStore]) -> u32 {
    // Texts and numbers are always JSON.
    crc32fast::hash(&serde_json::to_vec(stores).unwrap_or_default())
}

fn lies_below(path: &str) -> bool {
    let mut parts = Path::new(path).components();
    !path.is_empty() && parts.all(|part| matches!(part, Component::Normal(_)))
}

/// The stores that a directory lists, as paths from the directory on; none where it lists none.
///
/// # Errors
/// [`Error::Corrupt`] if the checksum does not match, or a path leads out of the directory;
/// [`Error::UnsupportedVersion`], [`Error::Storage`].
///
/// # Examples
/// ```
/// # let folder = tempfile::tempdir().unwrap();
/// assert_eq!(eventstore::listed_stores(folder.path())?, Vec::<String>::new());
/// # Ok::<(), eventstore::Error>(())
/// ```
pub fn listed_stores(directory: impl AsRef<Path>) -> Result<Vec<String>> {
    let file = StoresFile::read(directory.as_ref())?;
    let stores = file.map_or(Vec::new(), |file| file.stores);
    Ok(stores.into_iter().map(|store| store.path).collect())
}

/// Makes stores of a directory visible together: what [`Store::open_many`](crate::Store::open_many) of the
/// directory reads from then on. It writes their paths and days into `directory/STORES`, synced and
/// renamed last, so that a reader sees the former list or this one.
///
/// With `replaces`, the list as [`listed_stores`] gave it, nothing is written if another program has changed it
/// since; a lock on `directory/STORES.lock` is held meanwhile.
///
/// Opens each store, and compares their ids where their days overlap. Takes some 0.2 ms a store, a
/// microsecond for each event of a day that two stores have, and 24 bytes of memory for each id that says no day.
///
/// # Errors
/// [`Error::InvalidArgument`] if one id stands in two stores, if a path leads out of the directory, if the
/// directory is a store itself, if it has no list and holds stores that are not named, or if `replaces` is not what is
/// listed; what opening a store fails with; [`Error::Storage`] if the file cannot be written.
///
/// # Examples
/// ```
/// # let folder = tempfile::tempdir().unwrap();
/// # let directory = folder.path();
/// use eventstore::{Date, Event, Store, commit_stores};
///
/// for year in [2016, 2017] {
///     let store = Store::open(directory.join(year.to_string()))?;
///     let event = Event::new(format!("{year}/03/2/flood").parse()?, Date::new(year, 3, 2), "A flood");
///     store.add([event])?;
/// }
/// commit_stores(directory, ["2016", "2017"], None)?;
/// assert_eq!(Store::open_many([directory])?.len()?, 2);
/// # Ok::<(), eventstore::Error>(())
/// ```
pub fn commit_stores<P: AsRef<Path>>(
    directory: impl AsRef<Path>,
    stores: impl IntoIterator<Item = P>,
    replaces: Option<&[String]>,
) -> Result<()> {
    let directory = directory.as_ref();
    let names = stores
        .into_iter()
        .map(|store| name_of(directory, store.as_ref()));
    let names: Vec<String> = names.collect::<Result<_>>()?;
    let _lock = lock(directory)?;
    check_directory(directory, &names, replaces)?;
    let options = OpenOptions::new();
    let cache = Arc::new(BlockCache::new(options.cache_size()));
    let (mut listed, mut opened) = (Vec::new(), Vec::new());
    for name in names {
        let path = directory.join(&name);
        // Before it is opened: what is committed later is not in the list.
        let current = checksum_of_current(&path)?;
        let snapshot = options.open_snapshot(&path, &cache)?;
        listed.push(ListedStore::of(name, &snapshot, current)?);
        opened.push((path, Arc::new(snapshot)));
    }
    let opened: Vec<(&Path, Arc<Snapshot>)> = opened
        .iter()
        .map(|(path, snapshot): &(PathBuf, _)| (path.as_path(), snapshot.clone()))
        .collect();
    check_distinct(&opened)?;
    let (partial, mut file) = PartialFile::create(&directory.join(STORES), "list the stores")?;
    let json = serde_json::to_vec_pretty(&StoresFile::of(listed)).map_err(io::Error::from);
    json.and_then(|json| file.write_all(&json))
        .map_err(|error| partial.failed(error))?;
    partial.finish(&file)
}

/// A store's path as it is listed.
fn name_of(directory: &Path, store: &Path) -> Result<String> {
    let parts = store.components().map(|part| part.as_os_str().to_str());
    let name = parts
        .collect::<Option<Vec<_>>>()
        .map(|parts| parts.join("/"));
    match name {
        Some(name) if lies_below(&name) && Path::new(&name) == store => Ok(name),
        _ => Err(invalid(format!(
            "{}: give the path of a store from {} on",
            store.display(),
            directory.display()
        ))),
    }
}

/// Refuses a directory whose list would hide what is there, or that has another list than is to be replaced.
fn check_directory(directory: &Path, names: &[String], replaces: Option<&[String]>) -> Result<()> {
    if directory.join(CURRENT).is_file() {
        return Err(invalid(format!(
            "{}: is a store itself; list stores in a directory of their own",
            directory.display()
        )));
    }
    let listed = listed_stores(directory)?;
    if replaces.is_some_and(|replaces| replaces != listed) {
        return Err(invalid(format!(
            "{}: the list has changed since it was read; read it again",
            directory.display()
        )));
    }
    if lists_stores(directory) {
        return Ok(());
    }
    let unnamed = stores_in(directory)?.into_iter().find(|path| {
        let named = |name: &String| directory.join(name) == *path;
        !names.iter().any(named)
    });
    match unnamed {
        Some(path) => Err(invalid(format!(
            "{}: a store that the list would hide; name it too, or move it away",
            path.display()
        ))),
        None => Ok(()),
    }
}

/// Held while a list is read and replaced; freed when it is dropped.
fn lock(directory: &Path) -> Result<File> {
    let path = directory.join(format!("{STORES}.lock"));
    let options = || {
        File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
    };
    let locked = options().and_then(|file| file.lock().map(|()| file));
    locked.map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => Error::PathNotFound {
            path: directory.to_owned(),
        },
        _ => Error::Storage {
            path: path.clone(),
            operation: "lock the list of stores",
            source,
        },
    })
}

fn invalid(message: String) -> Error {
    Error::InvalidArgument {
        what: "stores",
        message,
    }
}
