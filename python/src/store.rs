//! `Store` and `Snapshot`, and `Reader`: what both can be asked.

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use eventstore::{
    Durability, EventId, Facet, Hits, Include, Limits, OpenOptions, ParseError, Query, Snapshot,
    Store, VerifyDepth, Words,
};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyTuple};

use crate::convert::{self, Number};
use crate::errors::{Fault, Result, invalid, no_event};
use crate::event::PyEvent;
use crate::hits::PyHits;
use crate::ingest;
use crate::key::{self, Key};
use crate::moving;
use crate::notebook;
use crate::path::expanded;
use crate::query::asked;
use crate::report::{
    PyArchiveInfo, PyExportReport, PyLimits, PyLinkCheck, PyReport, PyVerifyReport,
};
use crate::salvage::PyBackupReport;
use crate::similar::PySimilarEvents;
use crate::stats::PyStats;
use crate::timeline::PyFacets;

/// Adds the names of this file.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<PyReader>()?;
    m.add_class::<PySnapshot>()?;
    m.add_class::<PyStore>()?;
    m.add_function(wrap_pyfunction!(open, m)?)?;
    m.add_function(wrap_pyfunction!(memory, m)?)?;
    let mapping = m.py().import("collections.abc")?.getattr("Mapping")?;
    mapping.call_method1("register", (m.py().get_type::<PyReader>(),))?;
    Ok(())
}

/// The path that stands for a store in memory, as it does for SQLite and DuckDB.
const IN_MEMORY: &str = ":memory:";

#[doc = signed_docstring!(open)]
#[pyfunction]
#[pyo3(signature = (path, *, create=true, durability="sync", cache_bytes=Number(64 << 20), words=None, read_only=false, exclusive=false, wait=0.0))]
#[pyo3(text_signature = None)]
#[expect(clippy::too_many_arguments, reason = "keywords of the Python call")]
fn open(
    py: Python<'_>,
    path: &Bound<'_, PyAny>,
    create: bool,
    durability: &str,
    cache_bytes: Number,
    words: Option<&Bound<'_, PyAny>>,
    read_only: bool,
    exclusive: bool,
    wait: f64,
) -> PyResult<Py<PyStore>> {
    if read_only && exclusive {
        let message = "a reader takes no lock: read_only and exclusive exclude each other";
        return Err(invalid("exclusive", message));
    }
    let Ok(wait) = Duration::try_from_secs_f64(wait) else {
        return Err(invalid(
            "wait",
            format!("wait is a number of seconds, not {wait}"),
        ));
    };
    let durability = convert::word::<Durability>(durability, "durability")?;
    let cache_bytes = cache_bytes.size("cache_bytes")?;
    if path.extract::<&str>().is_ok_and(|path| path == IN_MEMORY) {
        return memory(py, words);
    }
    let path = expanded(path)?;
    let options = with_words(OpenOptions::new(), words)?
        .create(create)
        .durability(durability)
        .cache_bytes(cache_bytes)
        .wait(wait)
        .interrupted_by(|| Python::attach(|py| py.check_signals().is_err()));
    let options = match exclusive {
        true => options.exclusive(true),
        false => options.read_only(read_only),
    };
    let store = py.detach(|| -> Result<_> { Ok(options.open(&path)?) })?;
    PyStore::of(py, store, Some(path))
}

#[doc = docstring!(memory)]
#[pyfunction]
#[pyo3(signature = (*, words=None))]
fn memory(py: Python<'_>, words: Option<&Bound<'_, PyAny>>) -> PyResult<Py<PyStore>> {
    let options = with_words(OpenOptions::new(), words)?;
    let store = py.detach(|| -> Result<_> { Ok(options.memory()?) })?;
    PyStore::of(py, store, None)
}

/// Options that say whether a store that is made keeps words, if that was said.
fn with_words(options: OpenOptions, words: Option<&Bound<'_, PyAny>>) -> PyResult<OpenOptions> {
    Ok(match words {
        Some(words) => options.words(convert::word_of::<Words>(words, "words", "'on' or 'off'")?),
        None => options,
    })
}

#[doc = docstring!(Reader)]
#[pyclass(frozen, subclass, mapping, name = "Reader", module = "eventstore")]
pub struct PyReader {
    store: Arc<Store>,
    /// The state that a snapshot reads; `None` for a store, which reads the newest each time.
    state: Option<Arc<Snapshot>>,
}

impl PyReader {
    fn snapshot(&self) -> Result<Arc<Snapshot>> {
        match &self.state {
            Some(state) => Ok(state.clone()),
            None => Ok(self.store.snapshot()?),
        }
    }

    /// The answer to a query.
    fn hits<Q>(&self, query: Q) -> Result<Hits>
    where
        Q: TryInto<Query>,
        ParseError: From<Q::Error>,
    {
        Ok(match &self.state {
            Some(state) => state.query(query)?,
            None => self.store.query(query)?,
        })
    }

    /// A call of the core on the snapshot, detached from the interpreter.
    fn read<T: Send>(
        &self,
        py: Python<'_>,
        call: impl FnOnce(&Snapshot) -> eventstore::Result<T> + Send,
    ) -> Result<T> {
        py.detach(|| Ok(call(&*self.snapshot()?)?))
    }

    /// What a notebook shows of it: its text and what is in it.
    fn html(&self, py: Python<'_>, text: &str) -> String {
        notebook::store(text, self.read(py, |snapshot| snapshot.stats()).ok())
    }

    /// The event under a mapping's key. No event is under a key that is no id.
    fn find(&self, py: Python<'_>, key: &Bound<'_, PyAny>) -> PyResult<Option<eventstore::Event>> {
        let Ok(Key(id)) = key.extract() else {
            // That the store is closed goes before that the key is missing.
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
        let Ok(Key(id)) = id.extract() else {
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

    #[doc = docstring!(Reader.get)]
    #[pyo3(signature = (id, default=None, /))]
    fn get<'py>(
        &self,
        py: Python<'py>,
        id: &Bound<'py, PyAny>,
        default: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        match self.find(py, id)? {
            Some(event) => Ok(Some(Bound::new(py, PyEvent::from(event))?.into_any())),
            // A type that no event is asked for by is a slip; the default would hide it.
            None if id.extract::<&str>().is_err() && Key::of_object(id).is_none() => {
                id.extract::<Key>().map(|_| default)
            }
            None => Ok(default),
        }
    }

    #[doc = docstring!(Reader.keys)]
    fn keys<'py>(slf: Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        view(slf, "KeysView")
    }

    #[doc = docstring!(Reader.values)]
    fn values<'py>(slf: Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        view(slf, "ValuesView")
    }

    #[doc = docstring!(Reader.items)]
    fn items<'py>(slf: Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        view(slf, "ItemsView")
    }

    fn __iter__(&self, py: Python<'_>) -> Result<PyIds> {
        let every = Query::new().superseded(Include::Yes);
        let every = every.draft(Include::Yes).undated(Include::Yes);
        let ids = py.detach(|| -> Result<_> { Ok(self.snapshot()?.query(every)?.ids()?) })?;
        Ok(PyIds(Mutex::new(ids.into_iter())))
    }

    #[doc = signed_docstring!(Reader.query)]
    #[pyo3(signature = (string = None, /, **keywords), text_signature = None)]
    fn query(
        &self,
        py: Python<'_>,
        string: Option<&Bound<'_, PyAny>>,
        keywords: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<PyHits> {
        let query = asked(string, keywords, |text| {
            py.detach(|| self.hits(text).map(drop))
        })?;
        let hits = self.hits(query)?;
        Ok(PyHits::new(hits, self.store.clone()))
    }

    #[doc = docstring!(Reader.timeline)]
    #[pyo3(signature = (by = "month", *, split = None, top = Some(Number(5))))]
    #[pyo3(text_signature = "($self, by='month', *, split=None, top=5)")]
    fn timeline<'py>(
        &self,
        py: Python<'py>,
        by: &str,
        split: Option<&str>,
        top: Option<Number>,
    ) -> PyResult<Bound<'py, PyAny>> {
        crate::split_timeline::timeline(py, || self.hits(Query::new()), by, split, top)
    }

    #[doc = signed_docstring!(Reader.facets)]
    #[pyo3(signature = (by, top = Some(Number(20))), text_signature = None)]
    fn facets(&self, py: Python<'_>, by: &str, top: Option<Number>) -> PyResult<PyFacets> {
        let by = Facet::from_str(by).map_err(Fault::from)?;
        let top = crate::sequence::top(top)?;
        let facets =
            py.detach(|| -> Result<_> { Ok(self.hits(Query::new())?.facets(by, top)?) })?;
        Ok(facets.into())
    }

    #[doc = docstring!(Reader.referring)]
    fn referring(&self, id: Key) -> Result<PyHits> {
        let hits = match &self.state {
            Some(state) => state.referring(&id.0)?,
            None => self.store.referring(&id.0)?,
        };
        Ok(PyHits::new(hits, self.store.clone()))
    }

    #[doc = docstring!(Reader.tags)]
    #[pyo3(signature = (prefix = "", *, top = None))]
    fn tags(&self, py: Python<'_>, prefix: &str, top: Option<Number>) -> PyResult<PyFacets> {
        let top = crate::sequence::top(top)?;
        Ok(self.read(py, |snapshot| snapshot.tags(prefix, top))?.into())
    }

    #[doc = docstring!(Reader.words)]
    #[pyo3(signature = (prefix = "", *, top = None))]
    fn words(&self, py: Python<'_>, prefix: &str, top: Option<Number>) -> PyResult<PyFacets> {
        let top = crate::sequence::top(top)?;
        let words = self.read(py, |snapshot| snapshot.words(prefix, top))?;
        Ok(words.into())
    }

    #[doc = docstring!(Reader.raw)]
    fn raw<'py>(&self, py: Python<'py>, id: Key) -> Result<Bound<'py, PyBytes>> {
        let bytes = self.read(py, |snapshot| snapshot.raw(&id.0))?;
        Ok(PyBytes::new(py, &bytes))
    }

    #[doc = docstring!(Reader.related)]
    fn related(&self, py: Python<'_>, id: Key) -> Result<Vec<PyEvent>> {
        let events = self.read(py, |snapshot| snapshot.related(&id.0))?;
        Ok(events.into_iter().map(PyEvent::from).collect())
    }

    #[doc = signed_docstring!(Reader.similar)]
    #[pyo3(signature = (id, top = Number(10)), text_signature = None)]
    fn similar(&self, py: Python<'_>, id: Key, top: Number) -> PyResult<PySimilarEvents> {
        let top = top.size("top")?;
        Ok(self
            .read(py, |snapshot| snapshot.similar(&id.0, top))?
            .into())
    }

    #[doc = docstring!(Reader.archives)]
    fn archives(&self, py: Python<'_>) -> Result<Vec<PyArchiveInfo>> {
        let archives = self.read(py, |snapshot| snapshot.archives())?;
        Ok(archives.into_iter().map(PyArchiveInfo::from).collect())
    }

    #[doc = docstring!(Reader.check_links)]
    fn check_links(&self, py: Python<'_>) -> Result<PyLinkCheck> {
        Ok(self.read(py, |snapshot| snapshot.check_links())?.into())
    }

    #[doc = docstring!(Reader.verify)]
    #[pyo3(signature = (full = false))]
    fn verify(&self, py: Python<'_>, full: bool) -> Result<PyVerifyReport> {
        let depth = match full {
            true => VerifyDepth::Full,
            false => VerifyDepth::Quick,
        };
        Ok(self.read(py, |snapshot| snapshot.verify(depth))?.into())
    }

    #[doc = docstring!(Reader.stats)]
    fn stats(&self, py: Python<'_>) -> Result<PyStats> {
        Ok(self.read(py, |snapshot| snapshot.stats())?.into())
    }

    fn __reduce__(slf: &Bound<'_, Self>) -> PyResult<()> {
        Err(PyTypeError::new_err(format!(
            "a {} cannot be pickled; pass the store's path to workers and call eventstore.open(path) there, or pass events",
            slf.get_type().name()?
        )))
    }
}

/// `list(store)` runs no line of Python, so a Ctrl-C is looked for once in this many ids.
const IDS_BETWEEN_SIGNALS: usize = 4096;

/// An iterator over the ids of a reader.
#[pyclass(frozen, name = "Ids", module = "eventstore._eventstore")]
pub struct PyIds(Mutex<std::vec::IntoIter<EventId>>);

#[pymethods]
impl PyIds {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<String>> {
        let ids = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = ids().len();
        if left.is_multiple_of(IDS_BETWEEN_SIGNALS) {
            py.check_signals()?;
        }
        Ok(ids().next().map(|id| id.as_str().to_owned()))
    }
}

fn view<'py>(reader: Bound<'py, PyReader>, class: &str) -> PyResult<Bound<'py, PyAny>> {
    reader
        .py()
        .import("collections.abc")?
        .getattr(class)?
        .call1((reader,))
}

#[doc = docstring!(Snapshot)]
#[pyclass(frozen, extends = PyReader, mapping, name = "Snapshot", module = "eventstore")]
pub struct PySnapshot;

#[pymethods]
impl PySnapshot {
    fn __repr__(slf: &Bound<'_, Self>) -> String {
        let state = slf.as_super().get().snapshot();
        // A snapshot counts its events also where its store is closed and it answers nothing.
        let events = state.and_then(|state| {
            state.query("")?.is_empty()?;
            Ok(state.len())
        });
        match events {
            Ok(events) => format!("<Snapshot of {events} events>"),
            Err(fault) => format!("<Snapshot, {}>", fault.state()),
        }
    }

    fn _repr_html_(slf: &Bound<'_, Self>) -> String {
        slf.as_super().get().html(slf.py(), &Self::__repr__(slf))
    }
}

#[doc = docstring!(Store)]
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
    /// Opening may make a store, fail or wait: a call says so, and a constructor hides it.
    #[new]
    #[pyo3(signature = (*_arguments, **_keywords), text_signature = None)]
    fn new(
        _arguments: &Bound<'_, PyTuple>,
        _keywords: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<PyClassInitializer<Self>> {
        Err(PyTypeError::new_err(
            "a Store is not made by its class; open one with eventstore.open(path), or make one in memory \
             with eventstore.memory()",
        ))
    }

    #[doc = docstring!(Store.path)]
    #[getter]
    fn path(&self) -> Option<PathBuf> {
        self.path.clone()
    }

    #[doc = signed_docstring!(Store.ingest)]
    #[pyo3(signature = (source, *, prune=false, on_error="collect", format="auto", prefix="", profile="auto", map=None, progress=None, limits=None))]
    #[pyo3(text_signature = None)]
    #[allow(clippy::too_many_arguments)] // As many as an ingest has keywords.
    fn ingest(
        &self,
        py: Python<'_>,
        source: &Bound<'_, PyAny>,
        prune: bool,
        on_error: &str,
        format: &str,
        prefix: &str,
        profile: &str,
        map: Option<Bound<'_, PyAny>>,
        progress: Option<Bound<'_, PyAny>>,
        limits: Option<PyRef<'_, PyLimits>>,
    ) -> PyResult<PyReport> {
        let limits = limits.map_or_else(Limits::default, |limits| limits.0.clone());
        let options = ingest::Options::new(prune, on_error, format, limits)?;
        let options = options.markdown(prefix, profile, map.as_ref())?;
        let archive = ingest::archive(source)?;
        let watch = ingest::watch(py, progress)?;
        Ok(watch.run(py, &self.inner, archive, options)?.into())
    }

    #[doc = docstring!(Store.add)]
    fn add(&self, py: Python<'_>, events: &Bound<'_, PyAny>) -> PyResult<PyReport> {
        Ok(ingest::add(py, &self.inner, events)?.into())
    }

    #[doc = docstring!(Store.remove)]
    #[pyo3(signature = (ids = None, *, prefix = None))]
    fn remove(
        &self,
        py: Python<'_>,
        ids: Option<&Bound<'_, PyAny>>,
        prefix: Option<&str>,
    ) -> PyResult<usize> {
        let removed = match (ids, prefix) {
            (Some(ids), None) => {
                let ids = key::several(ids)?;
                py.detach(|| -> Result<_> { Ok(self.inner.remove(&ids)?) })
            }
            (None, Some(prefix)) => {
                py.detach(|| -> Result<_> { Ok(self.inner.remove_archive(prefix)?) })
            }
            _ => {
                return Err(PyTypeError::new_err(
                    "remove takes ids, or the prefix of an archive: remove(\"posts/a\"), remove(prefix=\"blog/\")",
                ));
            }
        };
        Ok(removed?)
    }

    #[doc = docstring!(Store.snapshot)]
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

    #[doc = signed_docstring!(Store.backup)]
    #[pyo3(signature = (path, *, progress=None))]
    #[pyo3(text_signature = None)]
    fn backup(
        &self,
        py: Python<'_>,
        path: &Bound<'_, PyAny>,
        progress: Option<Bound<'_, PyAny>>,
    ) -> PyResult<PyBackupReport> {
        let watch = ingest::watch(py, progress)?;
        Ok(moving::backup(py, &self.inner, path, watch)?.into())
    }

    #[doc = signed_docstring!(Store.export)]
    #[pyo3(signature = (to, *, progress=None))]
    #[pyo3(text_signature = None)]
    fn export(
        &self,
        py: Python<'_>,
        to: &Bound<'_, PyAny>,
        progress: Option<Bound<'_, PyAny>>,
    ) -> PyResult<PyExportReport> {
        let watch = ingest::watch(py, progress)?;
        Ok(moving::export(py, &self.inner, to, watch)?.into())
    }

    #[doc = signed_docstring!(Store.import_)]
    #[pyo3(signature = (source, *, progress=None))]
    #[pyo3(text_signature = None)]
    fn import_(
        &self,
        py: Python<'_>,
        source: &Bound<'_, PyAny>,
        progress: Option<Bound<'_, PyAny>>,
    ) -> PyResult<PyReport> {
        let watch = ingest::watch(py, progress)?;
        Ok(moving::import(py, &self.inner, source, watch)?.into())
    }

    #[doc = docstring!(Store.compact)]
    fn compact(&self, py: Python<'_>) -> Result<()> {
        py.detach(|| Ok(self.inner.compact()?))
    }

    #[doc = signed_docstring!(Store.reindex)]
    #[pyo3(signature = (words = None), text_signature = None)]
    fn reindex(&self, py: Python<'_>, words: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        let words = match words {
            Some(words) => convert::word_of::<Words>(words, "words", "'on' or 'off'")?,
            None => Words::On,
        };
        Ok(py.detach(|| -> Result<_> { Ok(self.inner.reindex(words)?) })?)
    }

    #[doc = docstring!(Store.refresh)]
    fn refresh(&self, py: Python<'_>) -> Result<bool> {
        py.detach(|| Ok(self.inner.refresh()?))
    }

    #[doc = docstring!(Store.close)]
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
            Ok(0) => format!(
                "<Store {path}, 0 events: it is empty; store.ingest(archive) or store.add(events) fills it>"
            ),
            Ok(events) => format!("<Store {path}, {events} events>"),
            Err(error) => format!("<Store {path}, {}>", Fault::from(error).state()),
        })
    }

    fn _repr_html_(slf: &Bound<'_, Self>) -> PyResult<String> {
        let text = Self::__repr__(slf)?;
        Ok(slf.as_super().get().html(slf.py(), &text))
    }
}
