//! `Store` and `Snapshot`, and `Reader`, what both can be asked.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use eventstore::{
    Durability, EventId, Limits, OpenOptions, Query, Snapshot, Stats, Store, Superseded,
};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString};

use crate::convert::{Day, Id};
use crate::errors::{Fault, Result, invalid, no_event};
use crate::event::PyEvent;
use crate::hits::PyHits;
use crate::ingest;
use crate::query::asked;
use crate::record::record;
use crate::report::{PyLimits, PyReport};
use crate::timeline::PyFacets;

/// Adds the names of this file.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<PyReader>()?;
    m.add_class::<PySnapshot>()?;
    m.add_class::<PyStore>()?;
    m.add_class::<PyStats>()?;
    m.add_function(wrap_pyfunction!(open, m)?)?;
    m.add_function(wrap_pyfunction!(memory, m)?)?;
    let mapping = m.py().import("collections.abc")?.getattr("Mapping")?;
    mapping.call_method1("register", (m.py().get_type::<PyReader>(),))?;
    Ok(())
}

/// Opens the store at a path, or makes one.
#[pyfunction]
#[pyo3(signature = (path, *, create=true, durability="sync", cache_bytes=64 << 20))]
#[pyo3(text_signature = "(path, *, create=True, durability='sync', cache_bytes=67108864)")]
fn open(
    py: Python<'_>,
    path: PathBuf,
    create: bool,
    durability: &str,
    cache_bytes: usize,
) -> PyResult<Py<PyStore>> {
    let durability = match durability {
        "sync" => Durability::Sync,
        "flush" => Durability::Flush,
        other => {
            return Err(invalid(
                "durability",
                format!("durability {other:?} is none of sync, flush"),
            ));
        }
    };
    let options = OpenOptions::new()
        .create(create)
        .durability(durability)
        .cache_bytes(cache_bytes);
    let store = py.detach(|| -> Result<_> { Ok(options.open(&path)?) })?;
    PyStore::of(py, store, Some(path))
}

/// A store in memory that goes away with its last reference.
#[pyfunction]
fn memory(py: Python<'_>) -> PyResult<Py<PyStore>> {
    let store = py.detach(|| -> Result<_> { Ok(Store::memory()?) })?;
    PyStore::of(py, store, None)
}

/// What a store and a snapshot of it can be asked: a mapping of id to event.
#[pyclass(frozen, subclass, mapping, name = "Reader", module = "eventstore")]
pub struct PyReader {
    store: Arc<Store>,
    /// The one state that it reads; `None` for the newest each time.
    state: Option<Arc<Snapshot>>,
}

impl PyReader {
    fn snapshot(&self) -> Result<Arc<Snapshot>> {
        match &self.state {
            Some(state) => Ok(state.clone()),
            None => Ok(self.store.snapshot()?),
        }
    }

    /// A call of the core on the snapshot, away from the interpreter.
    fn read<T: Send>(
        &self,
        py: Python<'_>,
        call: impl FnOnce(&Snapshot) -> eventstore::Result<T> + Send,
    ) -> Result<T> {
        py.detach(|| Ok(call(&*self.snapshot()?)?))
    }

    /// The event under a mapping's key; a key that is no id is a key that is not there.
    fn find(&self, py: Python<'_>, key: &Bound<'_, PyAny>) -> PyResult<Option<eventstore::Event>> {
        let Ok(Id(id)) = key.extract() else {
            // Closed is said before missing.
            self.snapshot()?;
            return Ok(None);
        };
        Ok(self.read(py, |snapshot| snapshot.get(&id))?)
    }
}

#[pymethods]
impl PyReader {
    fn __len__(&self) -> Result<usize> {
        Ok(self.snapshot()?.len())
    }

    fn __contains__(&self, py: Python<'_>, id: &Bound<'_, PyAny>) -> PyResult<bool> {
        let Ok(Id(id)) = id.extract() else {
            self.snapshot()?;
            return Ok(false);
        };
        Ok(self.read(py, |snapshot| snapshot.contains(&id))?)
    }

    fn __getitem__(&self, py: Python<'_>, id: &Bound<'_, PyAny>) -> PyResult<PyEvent> {
        match self.find(py, id)? {
            Some(event) => Ok(event.into()),
            None => Err(no_event(id)),
        }
    }

    /// The event of an id, or the default.
    #[pyo3(signature = (id, default=None, /))]
    fn get<'py>(
        &self,
        py: Python<'py>,
        id: &Bound<'py, PyAny>,
        default: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        match self.find(py, id)? {
            Some(event) => Ok(Some(Bound::new(py, PyEvent::from(event))?.into_any())),
            None => Ok(default),
        }
    }

    /// The ids, as a set-like view.
    fn keys<'py>(slf: Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        view(slf, "KeysView")
    }

    /// The events, as a view.
    fn values<'py>(slf: Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        view(slf, "ValuesView")
    }

    /// Pairs of id and event, as a view.
    fn items<'py>(slf: Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        view(slf, "ItemsView")
    }

    fn __iter__(&self, py: Python<'_>) -> Result<PyIds> {
        let every = Query::new().superseded(Superseded::Yes);
        let ids = py.detach(|| -> Result<_> { Ok(self.snapshot()?.query(every)?.ids()?) })?;
        Ok(PyIds(Mutex::new(ids.into_iter())))
    }

    /// The events that answer a question: a query's text, a `Query`, keywords, or both.
    #[pyo3(
        signature = (string = None, /, **keywords),
        text_signature = "($self, string='', /, **keywords)"
    )]
    fn query(
        &self,
        string: Option<&Bound<'_, PyAny>>,
        keywords: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<PyHits> {
        let query = asked(string, keywords)?;
        let hits = match &self.state {
            Some(state) => state.query(query),
            None => self.store.query(query),
        };
        let hits = hits.map_err(Fault::from)?;
        Ok(PyHits::new(hits, self.store.clone()))
    }

    /// The events whose related list links to an event.
    fn referring(&self, id: Id) -> Result<PyHits> {
        let hits = match &self.state {
            Some(state) => state.referring(&id.0)?,
            None => self.store.referring(&id.0)?,
        };
        Ok(PyHits::new(hits, self.store.clone()))
    }

    /// The tags that begin with `prefix`, in any case, most frequent first; `top` of them, or all.
    #[pyo3(signature = (prefix = "", *, top = None))]
    fn tags(&self, py: Python<'_>, prefix: &str, top: Option<usize>) -> Result<PyFacets> {
        Ok(self.read(py, |snapshot| snapshot.tags(prefix, top))?.into())
    }

    /// The page of an event, byte for byte as it was read.
    fn raw<'py>(&self, py: Python<'py>, id: Id) -> Result<Bound<'py, PyBytes>> {
        let bytes = self.read(py, |snapshot| snapshot.raw(&id.0))?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// The events of an event's related list, in page order; those that the store does not hold are left out.
    fn related(&self, py: Python<'_>, id: Id) -> Result<Vec<PyEvent>> {
        let events = self.read(py, |snapshot| snapshot.related(&id.0))?;
        Ok(events.into_iter().map(PyEvent::from).collect())
    }

    /// Sizes and counts.
    fn stats(&self, py: Python<'_>) -> Result<PyStats> {
        Ok(self.read(py, |snapshot| snapshot.stats())?.into())
    }

    fn __reduce__(slf: &Bound<'_, Self>) -> PyResult<()> {
        Err(PyTypeError::new_err(format!(
            "a {} cannot be pickled; pass its path to workers and call eventstore.open(path) there, or pass events",
            slf.get_type().name()?
        )))
    }
}

/// A walk over the ids of a reader.
#[pyclass(frozen, name = "Ids", module = "eventstore._eventstore")]
pub struct PyIds(Mutex<std::vec::IntoIter<EventId>>);

#[pymethods]
impl PyIds {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&self) -> Option<String> {
        let mut ids = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ids.next().map(|id| id.as_str().to_owned())
    }
}

fn view<'py>(reader: Bound<'py, PyReader>, class: &str) -> PyResult<Bound<'py, PyAny>> {
    reader
        .py()
        .import("collections.abc")?
        .getattr(class)?
        .call1((reader,))
}

/// One state of a store, for reading. It stays as it is whatever is written later.
#[pyclass(frozen, extends = PyReader, mapping, name = "Snapshot", module = "eventstore")]
pub struct PySnapshot;

#[pymethods]
impl PySnapshot {
    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        Ok(format!("<Snapshot of {} events>", slf.len()?))
    }
}

/// An embedded store of event pages: a mapping of id to event.
///
/// Use it in a `with` statement, or close it; closing twice is fine. Many threads may read while one writes.
#[pyclass(frozen, extends = PyReader, mapping, name = "Store", module = "eventstore")]
pub struct PyStore {
    inner: Arc<Store>,
    path: Option<PathBuf>,
}

impl PyStore {
    fn of(py: Python<'_>, store: Store, path: Option<PathBuf>) -> PyResult<Py<Self>> {
        let inner = Arc::new(store);
        let reader = PyReader {
            store: inner.clone(),
            state: None,
        };
        Py::new(
            py,
            PyClassInitializer::from(reader).add_subclass(Self { inner, path }),
        )
    }
}

#[pymethods]
impl PyStore {
    /// Where it is; `None` for a store in memory.
    #[getter]
    fn path(&self) -> Option<PathBuf> {
        self.path.clone()
    }

    /// Reads an archive: a path, or pages in memory as a mapping of path to bytes or pairs of them.
    ///
    /// `progress` is `True` for a bar or a line, or a callable that takes a `Progress`; what it raises ends the run.
    #[pyo3(signature = (source, *, prune=false, on_error="collect", progress=None, limits=None))]
    #[pyo3(
        text_signature = "($self, source, *, prune=False, on_error='collect', progress=False, limits=None)"
    )]
    fn ingest(
        &self,
        py: Python<'_>,
        source: &Bound<'_, PyAny>,
        prune: bool,
        on_error: &str,
        progress: Option<Bound<'_, PyAny>>,
        limits: Option<PyRef<'_, PyLimits>>,
    ) -> PyResult<PyReport> {
        let limits = limits.map_or_else(Limits::default, |limits| limits.0.clone());
        let options = ingest::Options::new(prune, on_error, limits)?;
        let archive = ingest::archive(source)?;
        let watch = ingest::watch(py, progress)?;
        Ok(watch.run(py, &self.inner, archive, options)?.into())
    }

    /// Puts events that a program made; one whose id the store holds takes that one's place.
    fn add(&self, py: Python<'_>, events: &Bound<'_, PyAny>) -> PyResult<PyReport> {
        Ok(ingest::add(py, &self.inner, events)?.into())
    }

    /// Takes events away, by id or ids, and returns how many there were.
    fn remove(&self, py: Python<'_>, ids: &Bound<'_, PyAny>) -> PyResult<usize> {
        let ids: Vec<EventId> = if ids.is_instance_of::<PyString>() {
            vec![ids.extract::<Id>()?.0]
        } else {
            let items = ids.try_iter()?;
            items
                .map(|id| Ok(id?.extract::<Id>()?.0))
                .collect::<PyResult<_>>()?
        };
        Ok(py.detach(|| -> Result<_> { Ok(self.inner.remove(&ids)?) })?)
    }

    /// The reading half, as the store is now.
    fn snapshot(&self, py: Python<'_>) -> PyResult<Py<PySnapshot>> {
        let reader = PyReader {
            store: self.inner.clone(),
            state: Some(self.inner.snapshot().map_err(Fault::from)?),
        };
        Py::new(
            py,
            PyClassInitializer::from(reader).add_subclass(PySnapshot),
        )
    }

    /// Writes everything into one segment in a fresh data directory and removes the old one.
    fn compact(&self, py: Python<'_>) -> Result<()> {
        py.detach(|| Ok(self.inner.compact()?))
    }

    /// Closes it and frees its lock. Twice is fine.
    fn close(&self, py: Python<'_>) -> Result<()> {
        py.detach(|| Ok(self.inner.close()?))
    }

    fn __enter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    #[pyo3(signature = (*_exception))]
    fn __exit__(&self, py: Python<'_>, _exception: &Bound<'_, PyAny>) -> Result<()> {
        self.close(py)
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let path = match &slf.get().path {
            Some(path) => path
                .as_os_str()
                .into_pyobject(slf.py())?
                .repr()?
                .to_string(),
            None => "in memory".to_owned(),
        };
        Ok(match slf.get().inner.len() {
            Ok(events) => format!("<Store {path}, {events} events>"),
            Err(_) => format!("<Store {path}, closed>"),
        })
    }
}

record! {
    /// Sizes and counts of one state of a store.
    PyStats as "Stats" {
        /// Events, superseded ones included.
        events: u64,
        /// Events that a day page of their day does not list.
        superseded: u64,
        /// Opinions among the events.
        opinions: u64,
        /// English events.
        english: u64,
        /// Chinese events.
        chinese: u64,
        /// Day pages, front pages and lists of opinions.
        listings: u64,
        /// Event pages whose id another page holds.
        twins: u64,
        /// Distinct tags after matching.
        tags: u64,
        /// Distinct categories after matching.
        categories: u64,
        /// Distinct publishers after matching.
        sources: u64,
        /// Distinct domains.
        domains: u64,
        /// Day of the first event.
        first: Option<Day>,
        /// Day of the last event.
        last: Option<Day>,
        /// Segments.
        segments: u64,
        /// Rows that are deleted and not merged away yet.
        deleted_rows: u64,
        /// Bytes of live chunks.
        live_bytes: u64,
        /// Bytes of the data directory.
        disk_bytes: u64,
        /// Bytes of query structures in memory.
        resident_bytes: u64,
        /// Bytes of decoded blocks in the cache.
        cache_bytes: u64,
        /// Number of the last commit.
        commit: u64,
        /// Events whose pages are kept whole, because rendering does not give them back.
        kept_pages: u64,
    }
}

impl From<Stats> for PyStats {
    fn from(stats: Stats) -> Self {
        Self {
            events: stats.events,
            superseded: stats.superseded,
            opinions: stats.opinions,
            english: stats.english,
            chinese: stats.chinese,
            listings: stats.listings,
            twins: stats.twins,
            tags: stats.tags,
            categories: stats.categories,
            sources: stats.sources,
            domains: stats.domains,
            first: stats.first.map(Day),
            last: stats.last.map(Day),
            segments: stats.segments,
            deleted_rows: stats.deleted_rows,
            live_bytes: stats.live_bytes,
            disk_bytes: stats.disk_bytes,
            resident_bytes: stats.resident_bytes,
            cache_bytes: stats.cache_bytes,
            commit: stats.commit,
            kept_pages: stats.kept_pages,
        }
    }
}
