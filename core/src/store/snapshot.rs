//! One state of a store, for reading. Later writes do not change it.

use std::sync::Arc;

use super::manifest::{Manifest, SegmentEntry};
use super::many::{DayBounds, StoreSet};
use super::segment_view::SegmentView;
use crate::error::{Error, Result};
use crate::event::{AsId, Event, EventId};
use crate::page;
use crate::segment::{BlockCache, Segment};
use crate::storage::Storage;
#[cfg(feature = "arrow")]
use crate::storage::open_memory;

/// One state of a store, for reading. Later writes do not change it.
///
/// Making one copies a pointer. While it is held, segments that a later commit replaces stay on
/// disk.
///
/// # Examples
/// ```
/// # use eventstore::{Date, Event, Store};
/// let store = Store::memory()?;
/// let before = store.snapshot()?;
/// let date = Date::new(2017, 3, 2).unwrap();
/// store.add([Event::new("2017/03/2/flood".parse()?, date, "A flood")])?;
/// assert_eq!((before.len(), store.len()?), (0, 1));
/// # Ok::<(), eventstore::Error>(())
/// ```
pub struct Snapshot {
    pub(crate) manifest: Manifest,
    pub(crate) views: Vec<Arc<SegmentView>>,
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) cache: Arc<BlockCache>,
    /// The stores of which this has only those that a question needs; none of a state that has all.
    pub(crate) part_of: Option<Arc<StoreSet>>,
}

/// A row of a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct RowRef {
    /// Which of the snapshot's segments.
    pub segment_index: usize,
    pub row: u32,
}

impl Snapshot {
    /// The newest state, where the root of `storage` holds `manifest`. Of a storage that only reads it may have been
    /// replaced while it is opened.
    pub(crate) fn open_newest(
        mut storage: Arc<dyn Storage>,
        mut manifest: Manifest,
        cache: &Arc<BlockCache>,
    ) -> Result<Self> {
        /// More commits than fall into an opening.
        const ATTEMPTS: u32 = 10;
        let mut attempt = 1;
        loop {
            if storage.is_read_only() {
                storage.set_live(manifest.key_ranges());
            }
            let error = match Self::open(storage.clone(), manifest, cache.clone()) {
                Ok(opened) => return Ok(opened),
                Err(error) => error,
            };
            match storage.newer()? {
                Some(newer) if attempt < ATTEMPTS => {
                    manifest = Manifest::read(&*newer)?;
                    storage = newer;
                }
                Some(_) => {
                    return Err(Error::SnapshotGone {
                        path: storage.path().to_owned(),
                    });
                }
                None => return Err(error),
            }
            attempt += 1;
        }
    }

    /// The state that a manifest names, which the root of `storage` holds.
    pub(crate) fn open(
        storage: Arc<dyn Storage>,
        manifest: Manifest,
        cache: Arc<BlockCache>,
    ) -> Result<Self> {
        let open = |entry: &SegmentEntry| {
            let segment = Segment::new(storage.clone(), cache.clone(), entry.meta.clone());
            segment.check_first()?;
            SegmentView::open(Arc::new(segment), entry.clone()).map(Arc::new)
        };
        let views = manifest.segments.iter().map(open).collect::<Result<_>>()?;
        Ok(Self {
            manifest,
            views,
            storage,
            cache,
            part_of: None,
        })
    }

    /// A state of no store, to read pages that go into none.
    #[cfg(feature = "arrow")]
    pub(crate) fn of_no_store() -> Self {
        Self {
            manifest: Manifest::default(),
            views: Vec::new(),
            storage: open_memory(),
            cache: Arc::new(BlockCache::new(0)),
            part_of: None,
        }
    }

    /// A state of the same storage that has no page.
    pub(crate) fn without_pages(&self) -> Self {
        Self {
            manifest: Manifest::default(),
            views: Vec::new(),
            storage: self.storage.clone(),
            cache: self.cache.clone(),
            part_of: None,
        }
    }

    /// The state that a question about some days is asked of: where several stores are read as one, that of
    /// those which have such days.
    pub(crate) fn of_days(self: &Arc<Self>, days: DayBounds) -> Result<Arc<Self>> {
        match &self.part_of {
            Some(stores) => stores.of_days(days),
            None => Ok(self.clone()),
        }
    }

    /// The state of all stores that are read as one.
    pub(crate) fn whole(self: &Arc<Self>) -> Result<Arc<Self>> {
        match &self.part_of {
            Some(stores) => stores.whole(),
            None => Ok(self.clone()),
        }
    }

    /// Fails where several stores are read as one: what is done to the files of a store is done to each by
    /// itself.
    pub(crate) fn check_one_store(&self, operation: &'static str) -> Result<()> {
        match self.storage.is_one_store() {
            true => Ok(()),
            false => Err(Error::ManyStores {
                path: self.storage.path().to_owned(),
                operation,
            }),
        }
    }

    /// Fails with `Closed` once its store was closed, also for answers that are in memory: which
    /// ones those are depends on what was asked before. Fails with `Forked` in a child.
    pub(crate) fn check(&self) -> Result<()> {
        self.storage.check()
    }

    /// The live event of an id.
    pub(crate) fn find(&self, id: &str) -> Result<Option<RowRef>> {
        self.check()?;
        for (segment_index, view) in self.views.iter().enumerate() {
            let found = view
                .segment
                .rows_named(id)?
                .into_iter()
                .find(|&row| view.live.contains(row));
            if let Some(row) = found {
                return Ok(Some(RowRef { segment_index, row }));
            }
        }
        Ok(None)
    }

    pub(crate) fn find_stored(&self, id: &EventId) -> Result<RowRef> {
        self.find(id.as_str())?
            .ok_or_else(|| Error::NotFound { id: id.clone() })
    }

    /// Number of events, superseded ones included. Costs an addition for each segment.
    #[must_use]
    pub fn len(&self) -> usize {
        self.views.iter().map(|view| view.live.len() as usize).sum()
    }

    /// Whether it has no event.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it has an event of this id. Decodes a few blocks of ids: some 10 µs if they are not
    /// cached.
    ///
    /// # Errors
    /// [`Parse`](Error::Parse) if the id is text that cannot be read; [`Corrupt`](Error::Corrupt)
    /// and [`Storage`](Error::Storage) when stored bytes cannot be read; [`Closed`](Error::Closed),
    /// [`Forked`](Error::Forked).
    ///
    /// # Examples
    /// ```
    /// # let store = eventstore::Store::memory()?;
    /// assert!(!store.snapshot()?.contains("2017/03/2/flood")?);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn contains(&self, id: impl AsId) -> Result<bool> {
        Ok(self.find(id.as_id()?.as_str())?.is_some())
    }

    /// The event of an id, or `None`. Decodes the blocks that hold its row and the titles of its
    /// related events: some 20 µs if they are not cached.
    ///
    /// # Errors
    /// As [`Snapshot::contains`].
    ///
    /// # Examples
    /// ```
    /// # use eventstore::{Date, Event, Store};
    /// # let store = Store::memory()?;
    /// # let date = Date::new(2017, 3, 2).unwrap();
    /// # store.add([Event::new("2017/03/2/flood".parse()?, date, "A flood")])?;
    /// let event = store.snapshot()?.get("/news/2017/03/2/flood.md")?.unwrap();
    /// assert_eq!(event.title, "A flood");
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn get(&self, id: impl AsId) -> Result<Option<Event>> {
        let found = self.find(id.as_id()?.as_str())?;
        found.map(|at| self.event(at)).transpose()
    }

    /// The page of an event, byte for byte as it was put. Costs what [`Snapshot::get`] costs.
    ///
    /// # Errors
    /// [`NotFound`](Error::NotFound); else as [`Snapshot::contains`].
    ///
    /// # Examples
    /// ```
    /// # use eventstore::{Date, Event, Store};
    /// # let store = Store::memory()?;
    /// # let date = Date::new(2017, 3, 2).unwrap();
    /// # store.add([Event::new("2017/03/2/flood".parse()?, date, "A flood")])?;
    /// let page = store.snapshot()?.raw("2017/03/2/flood")?;
    /// assert!(page.starts_with(b"\nFormats: "));
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn raw(&self, id: impl AsId) -> Result<Vec<u8>> {
        let at = self.find_stored(id.as_id()?.as_ref())?;
        let segment = &self.views[at.segment_index].segment;
        match segment.kept_bytes(at.row)? {
            Some(bytes) => Ok(bytes),
            None => Ok(page::render(&segment.event_page(at.row)?.0).into_bytes()),
        }
    }

    /// The events of an event's related list, in the order of the page. Those that the store does
    /// not have are left out. Costs a [`Snapshot::get`] for each.
    ///
    /// # Errors
    /// [`NotFound`](Error::NotFound); else as [`Snapshot::contains`].
    ///
    /// # Examples
    /// ```
    /// # use eventstore::{Date, Event, Related, Store};
    /// # let store = Store::memory()?;
    /// let date = Date::new(2017, 3, 2).unwrap();
    /// let flood = Event::new("2017/03/2/flood".parse()?, date, "A flood");
    /// let mut dam = Event::new("2017/03/2/dam".parse()?, date, "A dam breaks");
    /// dam.related = vec![Related::new(flood.id.clone(), "A flood")];
    /// store.add([flood, dam])?;
    /// let related = store.snapshot()?.related("2017/03/2/dam")?;
    /// assert_eq!(related[0].title, "A flood");
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn related(&self, id: impl AsId) -> Result<Vec<Event>> {
        let at = self.find_stored(id.as_id()?.as_ref())?;
        let mut events = Vec::new();
        for target in self.linked_ids(at)? {
            events.extend(self.get(EventId::from_canonical(&target))?);
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
