//! One state of a store, for reading. It stays as it is whatever is written later.

use std::sync::Arc;

use super::manifest::Manifest;
use super::view::View;
use crate::error::{Error, Result};
use crate::event::{Event, EventId};
use crate::page;
use crate::segment::{BlockCache, Segment};
use crate::storage::Storage;

/// One state of a store, for reading.
///
/// Holding one keeps the segments that it reads from being removed.
pub struct Snapshot {
    pub(crate) manifest: Manifest,
    pub(crate) views: Vec<View>,
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) cache: Arc<BlockCache>,
}

/// Where a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct RowRef {
    pub view: usize,
    pub row: u32,
}

impl Snapshot {
    /// The state that the root record names.
    pub(crate) fn open(storage: Arc<dyn Storage>, cache: Arc<BlockCache>) -> Result<Self> {
        let manifest = Manifest::read(&*storage)?;
        let open = |entry: &super::manifest::SegmentEntry| {
            let segment = Segment::new(storage.clone(), cache.clone(), entry.meta.clone());
            segment.check_ends()?;
            View::open(Arc::new(segment), entry.clone())
        };
        let views = manifest.segments.iter().map(open).collect::<Result<_>>()?;
        Ok(Self {
            manifest,
            views,
            storage,
            cache,
        })
    }

    /// Whether its store is still open. What is in memory could still be told after a close, but which answers those
    /// are depends on what was asked before; so none is.
    pub(crate) fn check(&self) -> Result<()> {
        self.storage.check()
    }

    /// The live event of an id.
    pub(crate) fn find(&self, id: &str) -> Result<Option<RowRef>> {
        self.check()?;
        for (view, seen) in self.views.iter().enumerate() {
            let found = seen
                .segment
                .rows_named(id)?
                .into_iter()
                .find(|&row| seen.live.contains(row));
            if let Some(row) = found {
                return Ok(Some(RowRef { view, row }));
            }
        }
        Ok(None)
    }

    fn expect(&self, id: &EventId) -> Result<RowRef> {
        self.find(id.as_str())?
            .ok_or_else(|| Error::NotFound { id: id.clone() })
    }

    /// Number of events, superseded ones included.
    pub fn len(&self) -> usize {
        self.views.iter().map(|view| view.live.len() as usize).sum()
    }

    /// Whether it holds no event.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it holds an event of this id. Costs a few decoded blocks of ids, some 10 µs when they are not cached.
    ///
    /// # Errors
    /// [`Error::Corrupt`] and [`Error::Storage`] when what is stored cannot be read.
    pub fn contains(&self, id: &EventId) -> Result<bool> {
        Ok(self.find(id.as_str())?.is_some())
    }

    /// The event of an id, or `None`.
    ///
    /// # Errors
    /// [`Error::Corrupt`] and [`Error::Storage`] when what is stored cannot be read.
    pub fn get(&self, id: &EventId) -> Result<Option<Event>> {
        let found = self.find(id.as_str())?;
        found
            .map(|at| self.views[at.view].segment.event(at.row))
            .transpose()
    }

    /// The page of an event, byte for byte as it was put.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Corrupt`] and [`Error::Storage`] when what is stored cannot be read.
    pub fn raw(&self, id: &EventId) -> Result<Vec<u8>> {
        let at = self.expect(id)?;
        let segment = &self.views[at.view].segment;
        match segment.kept_bytes(at.row)? {
            Some(bytes) => Ok(bytes),
            None => Ok(page::render(&segment.event_page(at.row)?.0).into_bytes()),
        }
    }

    /// The events of an id's related list, in page order; those that the store does not hold are left out.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Corrupt`] and [`Error::Storage`] when what is stored cannot be read.
    pub fn related(&self, id: &EventId) -> Result<Vec<Event>> {
        let at = self.expect(id)?;
        let mut events = Vec::new();
        for target in self.views[at.view].segment.targets(at.row)? {
            events.extend(self.get(&EventId::from_canonical(&target))?);
        }
        Ok(events)
    }
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Snapshot")
            .field("path", &self.storage.path())
            .field("commit", &self.manifest.commit)
            .field("events", &self.len())
            .finish()
    }
}
