//! `STORES`: which stores of a directory belong together, as JSON with a checksum.
//!
//! It makes stores that were written side by side visible at once: what it does not list is not read. Of
//! each store it says the days, so that a question about others need not open it.

use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::distinct_ids::check_distinct;
use super::store_set::DayBounds;
use crate::error::{Error, Result};
use crate::event::Date;
use crate::partial_file::PartialFile;
use crate::segment::BlockCache;
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
}

impl ListedStore {
    fn of(path: String, snapshot: &Snapshot) -> Result<Self> {
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
        })
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

    /// Refuses a store that has changed since it was listed: days that it has got would be passed over.
    pub fn check(&self, path: &Path, snapshot: &Snapshot) -> Result<()> {
        let now = Self::of(self.path.clone(), snapshot)?;
        match now == *self {
            true => Ok(()),
            false => Err(Error::InvalidArgument {
                what: "paths",
                message: format!(
                    "{}: the store has changed since {STORES} was written; list the stores anew with \
                     commit_stores()",
                    path.display()
                ),
            }),
        }
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
        let bytes = match std::fs::metadata(&path) {
            Ok(found) if found.len() > LONGEST => {
                return Err(failed(io::Error::other(
                    "it is longer than any list of stores",
                )));
            }
            Ok(_) => std::fs::read(&path).map_err(failed)?,
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
        let Version { eventstore_stores } = serde_json::from_slice(&bytes).map_err(read)?;
        if eventstore_stores > VERSION {
            return Err(Error::UnsupportedVersion {
                path: directory.to_owned(),
                found: eventstore_stores,
                supported: VERSION,
            });
        }
        let file: Self = serde_json::from_slice(&bytes).map_err(read)?;
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

/// Makes stores of a directory visible together: what [`Store::open_many`](crate::Store::open_many) of the
/// directory reads from then on. It writes their paths and days into `directory/STORES`, synced and
/// renamed last, so that a reader sees the former list or this one.
///
/// Opens each store, and compares their ids where their days overlap. Takes some 0.2 ms a store, and a
/// microsecond for each event of a day that two stores have.
///
/// # Errors
/// [`Error::InvalidArgument`] if one id stands in two stores, or if a path leads out of the directory;
/// what opening a store fails with; [`Error::Storage`] if the file cannot be written.
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
/// commit_stores(directory, ["2016", "2017"])?;
/// assert_eq!(Store::open_many([directory])?.len()?, 2);
/// # Ok::<(), eventstore::Error>(())
/// ```
pub fn commit_stores<P: AsRef<Path>>(
    directory: impl AsRef<Path>,
    stores: impl IntoIterator<Item = P>,
) -> Result<()> {
    let directory = directory.as_ref();
    let options = OpenOptions::new();
    let cache = Arc::new(BlockCache::new(options.cache_size()));
    let (mut listed, mut opened) = (Vec::new(), Vec::new());
    for store in stores {
        let store = store.as_ref();
        let name = store
            .components()
            .map(|part| part.as_os_str().to_string_lossy());
        let name = name.collect::<Vec<_>>().join("/");
        if !lies_below(&name) || Path::new(&name) != store {
            return Err(Error::InvalidArgument {
                what: "stores",
                message: format!(
                    "{}: give the path of a store from {} on",
                    store.display(),
                    directory.display()
                ),
            });
        }
        let path = directory.join(store);
        let snapshot = Snapshot::open_newest(options.open_reader(&path)?, &cache)?;
        listed.push(ListedStore::of(name, &snapshot)?);
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
