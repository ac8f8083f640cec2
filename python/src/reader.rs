//! `Reader`: what a store and a snapshot can be asked; and `Snapshot`.

use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use eventstore::{EventId, Facet, Hits, Include, ParseError, Query, Snapshot, Store, VerifyDepth};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use crate::convert::Number;
use crate::errors::{Fault, Result, no_event};
use crate::event::PyEvent;
use crate::hits::PyHits;
use crate::key::Key;
use crate::notebook;
use crate::other_names::no_attribute;
use crate::query::asked;
use crate::similar::PySimilarEvents;
use crate::stats::PyStats;
use crate::store_reports::{PyArchiveInfo, PyLinkCheck, PyVerifyReport};
use crate::timeline::PyFacets;

/// Adds the classes of this file.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<PyReader>()?;
    m.add_class::<PySnapshot>()?;
    let mapping = m.py().import("collections.abc")?.getattr("Mapping")?;
    mapping.call_method1("register", (m.py().get_type::<PyReader>(),))?;
    Ok(())
}

#[doc = docstring!(Reader)]
#[pyclass(frozen, subclass, mapping, name = "Reader", module = "eventstore")]
pub struct PyReader {
    pub store: Arc<Store>,
    /// The state that a snapshot reads; `None` for a store, which reads the newest each time.
    pub state: Option<Arc<Snapshot>>,
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
    pub fn html(&self, py: Python<'_>, text: &str) -> String {
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
    fn __getattr__(slf: &Bound<'_, Self>, name: &Bound<'_, pyo3::types::PyString>) -> PyResult<()> {
        Err(no_attribute(slf, name))
    }

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
        Ok(py.detach(|| -> Result<_> { Ok(PyFacets::of(&self.hits(Query::new())?, by, top)?) })?)
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
