//! sled's file as a reader sees it: chunks where they are known to lie, or where a search finds them.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use super::locations::Locations;
use super::search::{log_end, search_all, search_newer};
use crate::storage::storage::KeyRange;

/// How long ago a file must have been written to, so that its time of change tells a later write.
const TIME_GRAIN: Duration = Duration::from_millis(50);

/// The file of the engine that a root is about.
pub(super) struct DataFile {
    /// Name of the data directory.
    pub name: String,
    pub file: Arc<File>,
    locations: RwLock<Arc<Locations>>,
    /// What the file was when all of it was searched last. One thread searches at a time.
    searched: Mutex<Option<FileState>>,
}

/// How much of the file is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SearchExtent {
    /// What was written since the last search, or since the list was made.
    Newer,
    All,
}

impl DataFile {
    pub fn new(store: &Path, name: &str, file: File) -> Self {
        let file = Arc::new(file);
        Self {
            name: name.to_owned(),
            locations: RwLock::new(Locations::hint(store, name, file.clone()).into()),
            file,
            searched: Mutex::default(),
        }
    }

    pub fn locations(&self) -> Arc<Locations> {
        let locations = self.locations.read();
        locations.unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn set_locations(&self, locations: Arc<Locations>) {
        let current = self.locations.write();
        *current.unwrap_or_else(PoisonError::into_inner) = locations;
    }

    /// Says which chunks the root names.
    pub fn set_live(&self, ranges: &[KeyRange]) {
        self.set_locations(self.locations().only(ranges).into());
    }

    /// Searches the file for the live chunks, unless another thread has done so since `seen`. False if
    /// nothing was written to the file since all of it was searched, so that another search would find the
    /// same.
    pub fn search_after(&self, seen: &Arc<Locations>, extent: SearchExtent) -> io::Result<bool> {
        let mut searched = self.searched.lock().unwrap_or_else(PoisonError::into_inner);
        if !Arc::ptr_eq(&self.locations(), seen) {
            return Ok(true);
        }
        let before = FileState::of(&self.file)?;
        if *searched == Some(before) {
            return Ok(false);
        }
        // Asked now: after a long search a file that was written to right before it would look old.
        let was_old = before.is_old();
        let live = seen.live();
        // Before the search: what is written meanwhile belongs to the next one.
        let end = log_end(&self.file)?;
        let found = match extent {
            SearchExtent::Newer => search_newer(&self.file, &live, seen.log_end(), end)?,
            SearchExtent::All => search_all(&self.file, &live, end)?,
        };
        self.set_locations(seen.only(&live).with(&found, end).into());
        if extent == SearchExtent::All {
            // What was written meanwhile may have moved a value behind the search.
            let is_at_rest = was_old && FileState::of(&self.file)? == before;
            *searched = is_at_rest.then_some(before);
        }
        Ok(true)
    }
}

/// By what a file is seen to have changed.
#[derive(Clone, Copy, PartialEq, Eq)]
struct FileState(u64, Option<SystemTime>);

impl FileState {
    fn of(file: &File) -> io::Result<Self> {
        let metadata = file.metadata()?;
        Ok(Self(metadata.len(), metadata.modified().ok()))
    }

    /// Whether a write from now on changes it. It does where the time of change lies in the future, too.
    fn is_old(self) -> bool {
        let away = self.1.map(|written| match written.elapsed() {
            Ok(ago) => ago,
            Err(ahead) => ahead.duration(),
        });
        away.is_some_and(|away| away > TIME_GRAIN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_the_future_is_as_old_as_one_of_the_past() {
        let file = tempfile::tempfile().unwrap();
        let hour = Duration::from_secs(3600);
        let now = SystemTime::now();
        for (written, is_old) in [(now - hour, true), (now, false), (now + hour, true)] {
            file.set_modified(written).unwrap();
            assert_eq!(FileState::of(&file).unwrap().is_old(), is_old);
        }
    }
}
