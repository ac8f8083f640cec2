//! `Hits`: the answer to a query, lazy and bound to the state that it was asked of; and `Page`.

use std::collections::VecDeque;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use eventstore::{By, Column, Event, Events, Facet, Hits, Order, Store};
use pyo3::exceptions::{PyIndexError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PySlice, PyTuple};

use crate::arrow;
use crate::convert;
use crate::convert::type_name;
use crate::errors::{Fault, Result};
use crate::event::PyEvent;
use crate::html::Escaped;
use crate::query::{PyQuery, asked};
use crate::timeline::{PyFacets, PyTimeline};

/// Adds the classes of this file.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<PyHits>()?;
    m.add_class::<PyPage>()
}

/// Events that an iteration reads in one go, first and then: few for who takes the first one, many for who takes all.
const FIRST_BATCH: usize = 8;
const NEXT_BATCHES: usize = 256;
/// Rows that a notebook shows.
const SHOWN: u64 = 20;

/// The answer to a query: lazy, and bound to the state of the store in which it was asked.
///
/// `len`, `bool`, counts, facets and timelines read no event. Slices are answers too.
#[pyclass(frozen, sequence, name = "Hits", module = "eventstore")]
pub struct PyHits {
    hits: Hits,
    /// Dropping a store closes it; `open(path).query(…)` must stay answerable when nothing else names the store.
    store: Arc<Store>,
}

impl PyHits {
    pub fn new(hits: Hits, store: Arc<Store>) -> Self {
        Self { hits, store }
    }

    fn like(&self, hits: Hits) -> Self {
        Self::new(hits, self.store.clone())
    }
}

#[pymethods]
impl PyHits {
    /// The question.
    #[getter]
    fn query(&self) -> PyQuery {
        PyQuery(self.hits.query().clone())
    }

    /// The same question narrowed, asked of the same state.
    #[pyo3(name = "where", signature = (string = None, /, **keywords), text_signature = "($self, string='', /, **keywords)")]
    fn narrowed(
        &self,
        py: Python<'_>,
        string: Option<&Bound<'_, PyAny>>,
        keywords: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let query = asked(string, keywords)?;
        Ok(py.detach(|| -> Result<_> { Ok(self.like(self.hits.narrow(query)?)) })?)
    }

    /// In another order: by `"date"` (and id), or by `"-date"`, its exact reverse.
    fn order(&self, by: &str) -> Result<Self> {
        Ok(self.like(self.hits.order(Order::from_str(by)?)?))
    }

    /// How many events.
    fn count(&self, py: Python<'_>) -> Result<u64> {
        py.detach(|| Ok(self.hits.count()?))
    }

    /// The first event, or `None`.
    fn first(&self, py: Python<'_>) -> Result<Option<PyEvent>> {
        let event = py.detach(|| -> Result<_> { Ok(self.hits.first()?) })?;
        Ok(event.map(PyEvent::from))
    }

    /// The ids, in order.
    fn ids(&self, py: Python<'_>) -> Result<Vec<String>> {
        py.detach(|| {
            let ids = self.hits.ids()?;
            Ok(ids.iter().map(|id| id.as_str().to_owned()).collect())
        })
    }

    fn __len__(&self, py: Python<'_>) -> Result<usize> {
        Ok(self.count(py)? as usize)
    }

    fn __bool__(&self, py: Python<'_>) -> Result<bool> {
        Ok(self.count(py)? > 0)
    }

    fn __getitem__<'py>(
        &self,
        py: Python<'py>,
        index: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        if let Ok(slice) = index.cast::<PySlice>() {
            return Ok(Bound::new(py, self.slice(py, slice)?)?.into_any());
        }
        if !index.hasattr("__index__")? {
            return Err(PyTypeError::new_err(format!(
                "hits are indexed by int or slice, not {}; a store is indexed by id",
                type_name(index)
            )));
        }
        let outside = || PyIndexError::new_err(format!("no hit {index}"));
        let mut at = index.extract::<i64>().map_err(|_| outside())?;
        if at < 0 {
            at += self.count(py)? as i64;
        }
        let at = u64::try_from(at).map_err(|_| outside())?;
        let event = py.detach(|| -> Result<_> { Ok(self.hits.get(at)?) })?;
        Ok(Bound::new(py, PyEvent::from(event.ok_or_else(outside)?))?.into_any())
    }

    fn __iter__(&self) -> PyHitsIterator {
        PyHitsIterator(Mutex::new(Walk {
            events: self.hits.iter(),
            _store: self.store.clone(),
            ahead: VecDeque::new(),
            batch: FIRST_BATCH,
        }))
    }

    /// A page of events, and the token of the next one.
    #[pyo3(signature = (size=100, *, after=None))]
    fn page(&self, py: Python<'_>, size: usize, after: Option<&str>) -> PyResult<PyPage> {
        let page = py.detach(|| -> Result<_> { Ok(self.hits.page(size, after)?) })?;
        let events = page
            .events
            .into_iter()
            .map(PyEvent::from)
            .map(|event| Py::new(py, event));
        Ok(PyPage {
            events: PyTuple::new(py, events.collect::<PyResult<Vec<_>>>()?)?.unbind(),
            next: page.next,
        })
    }

    /// Counts by `"day"`, `"week"` (from Monday), `"month"` or `"year"`.
    #[pyo3(signature = (by="month"))]
    fn timeline(&self, py: Python<'_>, by: &str) -> PyResult<PyTimeline> {
        let by = By::from_str(by).map_err(Fault::from)?;
        Ok(py
            .detach(|| -> Result<_> { Ok(self.hits.timeline(by)?) })?
            .into())
    }

    /// Counts by the values of `"tags"`, `"category"`, `"source"` or `"domain"`, most frequent first.
    #[pyo3(signature = (by, *, top=Some(20)), text_signature = "($self, by, *, top=20)")]
    fn facets(&self, py: Python<'_>, by: &str, top: Option<usize>) -> PyResult<PyFacets> {
        let by = Facet::from_str(by).map_err(Fault::from)?;
        Ok(py
            .detach(|| -> Result<_> { Ok(self.hits.facets(by, top)?) })?
            .into())
    }

    /// How the question is answered, what each step gives, and what was read; of a slice also for its events.
    fn explain(&self, py: Python<'_>) -> Result<String> {
        py.detach(|| Ok(self.hits.explain()?))
    }

    /// The events as a stream of Arrow record batches, all columns: what pyarrow and polars take.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // A wish that the interface leaves open: who takes the stream casts it.
        let _ = requested_schema;
        arrow::stream(py, &self.hits, &self.store, &Column::ALL)
    }

    /// The columns of that stream and their types.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        arrow::schema(py)
    }

    /// The events as a `pyarrow.Table`: the columns that are named, in that order, or all.
    #[pyo3(signature = (columns=None))]
    fn to_arrow<'py>(
        &self,
        py: Python<'py>,
        columns: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        arrow::table(py, &self.hits, &self.store, &arrow::columns(columns)?)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!(
            "<Hits {} of {}>",
            self.count(py)?,
            self.query().__repr__(py)?
        ))
    }

    fn _repr_html_(&self, py: Python<'_>) -> Result<String> {
        py.detach(|| {
            let count = self.hits.count()?;
            let mut html = String::from("<table>");
            for event in self.hits.slice(..SHOWN).iter() {
                let event = event?;
                html += &format!(
                    "<tr><td>{}</td><td>{}</td></tr>",
                    convert::shown(event.date),
                    Escaped(&event.title)
                );
            }
            html += "</table>";
            Ok(html
                + &format!(
                    "<small>{count} events: {}</small>",
                    Escaped(self.hits.query())
                ))
        })
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err(
            "hits cannot be pickled; pass the store's path and hits.query to workers and ask there, or pass list(hits)",
        ))
    }
}

impl PyHits {
    fn slice(&self, py: Python<'_>, slice: &Bound<'_, PySlice>) -> PyResult<Self> {
        if !matches!(
            slice.getattr("step")?.extract::<Option<isize>>(),
            Ok(None | Some(1))
        ) {
            return Err(PyValueError::new_err(
                "hits are sliced without a step; for the newest first write hits.order('-date')[:20]",
            ));
        }
        let end = |name| slice.getattr(name)?.extract::<Option<i64>>();
        let (start, stop) = match (end("start")?.unwrap_or(0), end("stop")?) {
            // Nothing needs to be counted for a plain window.
            (start @ 0.., None) => (start as u64, u64::MAX),
            (start @ 0.., Some(stop @ 0..)) => (start as u64, stop as u64),
            _ => {
                let window = slice.indices(self.count(py)? as isize)?;
                (window.start as u64, window.stop as u64)
            }
        };
        Ok(self.like(self.hits.slice(start..stop.max(start))))
    }
}

/// A walk over hits. It reads ahead, so that most steps neither leave the interpreter nor touch the store.
#[pyclass(frozen, name = "HitsIterator", module = "eventstore._eventstore")]
pub struct PyHitsIterator(Mutex<Walk>);

struct Walk {
    events: Events,
    _store: Arc<Store>,
    ahead: VecDeque<Event>,
    batch: usize,
}

#[pymethods]
impl PyHitsIterator {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> Result<Option<PyEvent>> {
        // Locked while detached: two threads may share an iterator, and one must not wait for the other with the
        // interpreter held.
        let event = py.detach(|| -> Result<_> {
            let mut walk = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if walk.ahead.is_empty() {
                let batch = std::mem::replace(&mut walk.batch, NEXT_BATCHES);
                walk.ahead = walk.events.next_batch(batch)?.into();
            }
            Ok(walk.ahead.pop_front())
        })?;
        Ok(event.map(PyEvent::from))
    }
}

/// A page of an answer.
#[pyclass(frozen, get_all, name = "Page", module = "eventstore")]
pub struct PyPage {
    /// Its events, as a tuple.
    events: Py<PyTuple>,
    /// The token of the next page; `None` on the last one.
    next: Option<String>,
}

#[pymethods]
impl PyPage {
    #[new]
    fn new(events: Py<PyTuple>, next: Option<String>) -> Self {
        Self { events, next }
    }

    fn __eq__(&self, py: Python<'_>, other: PyRef<'_, Self>) -> PyResult<bool> {
        Ok(self.next == other.next && self.events.bind(py).eq(other.events.bind(py))?)
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        let next = self
            .next
            .as_ref()
            .map_or("None".to_owned(), |next| format!("'{next}'"));
        format!(
            "<Page of {} events, next={next}>",
            self.events.bind(py).len()
        )
    }

    fn __getnewargs__(&self, py: Python<'_>) -> (Py<PyTuple>, Option<String>) {
        (self.events.clone_ref(py), self.next.clone())
    }
}
