//! `Hits`: the answer to a query, lazy and bound to the state that it was asked of.

use std::str::FromStr;
use std::sync::Arc;

use eventstore::{Facet, Hits, Order, Store, Weights};
use pyo3::exceptions::{PyIndexError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PySlice, PyTuple};

use crate::arrow::{self, Answer};
use crate::convert::{self, Number, type_name};
use crate::display::visible;
use crate::errors::{Fault, Result, invalid};
use crate::event::PyEvent;
use crate::highlight::PySnippet;
use crate::hits_iterator::PyHitsIterator;
use crate::ingest;
use crate::key::Key;
use crate::notebook;
use crate::other_names::no_attribute;
use crate::query::{PyQuery, asked};
use crate::remark::Remark;
use crate::result_page::PyResultPage;
use crate::selection::PySelection;
use crate::sequence;
use crate::shown_hits::ShownHits;
use crate::similar::PySimilarEvents;
use crate::split_timeline;
use crate::terminal;
use crate::timeline::PyFacets;

/// Adds the classes of this file.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<PyHits>()
}

#[doc = docstring!(Hits)]
#[pyclass(frozen, sequence, name = "Hits", module = "eventstore")]
pub struct PyHits {
    hits: Hits,
    /// Dropping the last reference closes the store, and `open(path).query(…)` keeps no other one.
    store: Arc<Store>,
}

impl PyHits {
    pub fn new(hits: Hits, store: Arc<Store>) -> Self {
        Self { hits, store }
    }

    fn like(&self, hits: Hits) -> Self {
        Self::new(hits, self.store.clone())
    }

    /// Some columns, or the usual ones.
    fn selection(&self, columns: Option<&Bound<'_, PyAny>>) -> PyResult<PySelection> {
        let names = arrow::names(columns)?;
        let selection = self.hits.select(names).map_err(Fault::from)?;
        Ok(PySelection::new(selection, self.store.clone()))
    }

    fn table(&self, columns: Option<&Bound<'_, PyAny>>) -> PyResult<Answer> {
        Ok(self.selection(columns)?.table())
    }
}

#[pymethods]
impl PyHits {
    #[doc = docstring!(Hits.query)]
    #[getter]
    fn query(&self) -> PyQuery {
        PyQuery(self.hits.query().clone())
    }

    #[doc = signed_docstring!(Hits.where)]
    #[pyo3(name = "where", signature = (string = None, /, **keywords), text_signature = None)]
    fn narrowed(
        &self,
        py: Python<'_>,
        string: Option<&Bound<'_, PyAny>>,
        keywords: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let query = asked(string, keywords, |text| {
            py.detach(|| Ok(self.hits.narrow(text).map(drop)?))
        })?;
        Ok(py.detach(|| -> Result<_> { Ok(self.like(self.hits.narrow(query)?)) })?)
    }

    #[doc = docstring!(Hits.order)]
    #[pyo3(signature = (by, *, title=None, summary=None, body=None, k1=None, b=None))]
    #[allow(clippy::too_many_arguments)] // As many as relevance has weights.
    fn order(
        &self,
        by: &Bound<'_, PyAny>,
        title: Option<f64>,
        summary: Option<f64>,
        body: Option<f64>,
        k1: Option<f64>,
        b: Option<f64>,
    ) -> PyResult<Self> {
        let order: Order = convert::word_of(by, "by", "'date', '-date' or 'relevance'")?;
        let given = [title, summary, body, k1, b].iter().any(Option::is_some);
        if order != Order::Relevance && given {
            return Err(invalid("by", "weights are those of order(\"relevance\")"));
        }
        let mut weights = Weights::default();
        weights.title = title.unwrap_or(weights.title);
        weights.summary = summary.unwrap_or(weights.summary);
        weights.body = body.unwrap_or(weights.body);
        weights.k1 = k1.unwrap_or(weights.k1);
        weights.b = b.unwrap_or(weights.b);
        let ordered = match order {
            Order::Relevance => self.hits.by_relevance(weights),
            order => self.hits.order(order),
        };
        Ok(self.like(ordered.map_err(Fault::from)?))
    }

    #[doc = docstring!(Hits.scores)]
    #[getter]
    fn scores(&self, py: Python<'_>) -> Result<Vec<f64>> {
        py.detach(|| Ok(self.hits.scores()?))
    }

    #[doc = signed_docstring!(Hits.snippets)]
    #[pyo3(signature = (chars=Number(160)), text_signature = None)]
    fn snippets(&self, py: Python<'_>, chars: Number) -> PyResult<Vec<PySnippet>> {
        let chars = chars.size("chars")?;
        let snippets = py.detach(|| -> Result<_> { Ok(self.hits.snippets(chars)?) })?;
        Ok(snippets.into_iter().map(PySnippet::from).collect())
    }

    #[doc = docstring!(Hits.count)]
    fn count(&self, py: Python<'_>) -> Result<u64> {
        py.detach(|| Ok(self.hits.count()?))
    }

    #[doc = docstring!(Hits.first)]
    fn first(&self, py: Python<'_>) -> Result<Option<PyEvent>> {
        let event = py.detach(|| -> Result<_> { Ok(self.hits.first()?) })?;
        Ok(event.map(PyEvent::from))
    }

    #[doc = docstring!(Hits.ids)]
    fn ids(&self, py: Python<'_>) -> Result<Vec<String>> {
        py.detach(|| {
            let ids = self.hits.ids()?;
            Ok(ids.iter().map(|id| id.as_str().to_owned()).collect())
        })
    }

    #[doc = signed_docstring!(Hits.sample)]
    #[pyo3(signature = (count, seed = Number(0)), text_signature = None)]
    fn sample(&self, py: Python<'_>, count: Number, seed: Number) -> PyResult<Self> {
        let (count, seed) = (count.size("count")?, seed.size("seed")?);
        let sample = py.detach(|| -> Result<_> { Ok(self.hits.sample(count, seed)?) })?;
        Ok(self.like(sample))
    }

    #[doc = signed_docstring!(Hits.similar)]
    #[pyo3(signature = (id, top = Number(10)), text_signature = None)]
    fn similar(&self, py: Python<'_>, id: Key, top: Number) -> PyResult<PySimilarEvents> {
        let top = top.size("top")?;
        let similar = py.detach(|| -> Result<_> { Ok(self.hits.similar(&id.0, top)?) })?;
        Ok(similar.into())
    }

    fn __getattr__(slf: &Bound<'_, Self>, name: &Bound<'_, pyo3::types::PyString>) -> PyResult<()> {
        Err(no_attribute(slf, name))
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
        PyHitsIterator::new(self.hits.iter(), self.store.clone())
    }

    #[doc = signed_docstring!(Hits.page)]
    #[pyo3(signature = (size=Number(100), *, after=None))]
    #[pyo3(text_signature = None)]
    fn page(&self, py: Python<'_>, size: Number, after: Option<&str>) -> PyResult<PyResultPage> {
        let Number(asked) = size;
        let size = usize::try_from(asked).map_err(|_| {
            invalid(
                "size",
                format!("a page of {asked} events never ends; ask for at least 1"),
            )
        })?;
        let page = py.detach(|| -> Result<_> { Ok(self.hits.page(size, after)?) })?;
        PyResultPage::of(py, page)
    }

    #[doc = docstring!(Hits.timeline)]
    #[pyo3(signature = (by="month", *, split=None, top=Some(Number(5))))]
    #[pyo3(text_signature = "($self, by='month', *, split=None, top=5)")]
    fn timeline<'py>(
        &self,
        py: Python<'py>,
        by: &str,
        split: Option<&str>,
        top: Option<Number>,
    ) -> PyResult<Bound<'py, PyAny>> {
        split_timeline::timeline(py, || Ok(self.hits.clone()), by, split, top)
    }

    #[doc = signed_docstring!(Hits.facets)]
    #[pyo3(signature = (by, top=Some(Number(20))), text_signature = None)]
    fn facets(&self, py: Python<'_>, by: &str, top: Option<Number>) -> PyResult<PyFacets> {
        let by = Facet::from_str(by).map_err(Fault::from)?;
        let top = sequence::top(top)?;
        Ok(py.detach(|| -> Result<_> { Ok(PyFacets::of(&self.hits, by, top)?) })?)
    }

    #[doc = docstring!(Hits.select)]
    #[pyo3(signature = (*columns))]
    fn select(&self, columns: &Bound<'_, PyTuple>) -> PyResult<PySelection> {
        // A lone argument may be several names.
        match (columns.len(), columns.get_item(0)) {
            (1, Ok(given)) => self.selection(Some(&given)),
            _ => self.selection(Some(columns.as_any())),
        }
    }

    #[doc = docstring!(Hits.hint)]
    fn hint(&self, py: Python<'_>) -> Result<Option<String>> {
        py.detach(|| Ok(self.hits.hint()?))
    }

    #[doc = docstring!(Hits.left_out)]
    fn left_out(&self, py: Python<'_>) -> Result<Option<String>> {
        py.detach(|| Ok(self.hits.left_out()?))
    }

    #[doc = docstring!(Hits.explain)]
    fn explain(&self, py: Python<'_>) -> Result<String> {
        py.detach(|| Ok(self.hits.explain()?))
    }

    #[doc = docstring!(Hits.__arrow_c_stream__)]
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // The interface lets a producer ignore the wish; the consumer then casts.
        let _ = requested_schema;
        self.table(None)?.stream(py)
    }

    #[doc = docstring!(Hits.__arrow_c_schema__)]
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        self.table(None)?.schema(py)
    }

    #[doc = docstring!(Hits.to_arrow)]
    #[pyo3(signature = (columns=None))]
    fn to_arrow<'py>(
        &self,
        py: Python<'py>,
        columns: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.table(columns)?.to_arrow(py)
    }

    #[doc = docstring!(Hits.to_polars)]
    #[pyo3(signature = (columns=None))]
    fn to_polars<'py>(
        &self,
        py: Python<'py>,
        columns: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.table(columns)?.to_polars(py)
    }

    #[doc = docstring!(Hits.to_pandas)]
    #[pyo3(signature = (columns=None))]
    fn to_pandas<'py>(
        &self,
        py: Python<'py>,
        columns: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.table(columns)?.to_pandas(py)
    }

    #[doc = docstring!(Hits.scan_polars)]
    #[pyo3(signature = (columns=None))]
    fn scan_polars<'py>(
        &self,
        py: Python<'py>,
        columns: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let selection = self.selection(columns)?;
        Answer::scan_polars(&Bound::new(py, selection)?)
    }

    #[doc = docstring!(Hits.write)]
    #[pyo3(signature = (path, *, raw_cells=false, progress=None))]
    fn write<'py>(
        &self,
        py: Python<'py>,
        path: &Bound<'py, PyAny>,
        raw_cells: bool,
        progress: Option<Bound<'py, PyAny>>,
    ) -> PyResult<u64> {
        let watch = ingest::watch(py, progress)?;
        self.table(None)?.write(py, path, raw_cells, watch)
    }

    // numpy calls it, and pandas through numpy. Without it `pandas.DataFrame(hits)` would be a single
    // column of events.
    #[doc = docstring!(Hits.__array__)]
    #[pyo3(signature = (*arguments, **keywords))]
    fn __array__(
        &self,
        arguments: &Bound<'_, PyTuple>,
        keywords: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        let _ = (arguments, keywords);
        Err(arrow::no_array("hits are no array", "hits"))
    }

    // A traceback, a debugger and a log line show hits as well: this never raises.
    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let mut lines = vec![self.headline(py)?];
        if let Ok(shown) = py.detach(|| ShownHits::of(&self.hits))
            && !shown.events.is_empty()
        {
            lines.extend(shown.lines(terminal::width(py)));
            match shown.left() {
                0 => {}
                left => lines.push(format!("… {left} more")),
            }
            lines.extend(shown.note().map(str::to_owned));
        }
        lines.extend(self.remark(py).text().map(str::to_owned));
        Ok(lines.join("\n"))
    }

    fn _repr_html_(&self, py: Python<'_>) -> String {
        let query = visible(&self.hits.query().to_string()).into_owned();
        match py.detach(|| ShownHits::of(&self.hits)) {
            Ok(shown) => {
                let about = notebook::of_events(shown.events.len(), shown.count, &query);
                let table = match shown.events.is_empty() {
                    true => String::new(),
                    false => shown.html(),
                };
                let note = shown.note().map_or_else(String::new, notebook::remark);
                let remark = self.remark(py);
                let remark = remark.text().map_or_else(String::new, notebook::remark);
                format!("<div>{table}{about}{note}{remark}</div>")
            }
            Err(error) => notebook::line(format!("{}: {query}", Fault::from(error).state())),
        }
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err(
            "hits cannot be pickled; pass the store's path and hits.query to workers and ask there, or pass list(hits)",
        ))
    }
}

impl PyHits {
    /// How many there are of which query, on a line.
    pub fn headline(&self, py: Python<'_>) -> PyResult<String> {
        let query = self.query().__repr__(py)?;
        Ok(match self.count(py) {
            Ok(count) => format!("<Hits {count} of {query}>"),
            Err(fault) => format!("<Hits of {query}, {}>", fault.state()),
        })
    }

    /// What may be wrong where there are none, and what an answer leaves out, as a line.
    pub fn remark(&self, py: Python<'_>) -> Remark {
        py.detach(|| Remark::of_hits(&self.hits))
    }

    fn slice(&self, py: Python<'_>, slice: &Bound<'_, PySlice>) -> PyResult<Self> {
        if !matches!(
            slice.getattr("step")?.extract::<Option<isize>>(),
            Ok(None | Some(1))
        ) {
            return Err(PyValueError::new_err(
                "hits are sliced without a step; for the newest first write hits.order('-date')[:20]",
            ));
        }
        let end = |name| -> PyResult<Option<i64>> {
            let number = slice.getattr(name)?.extract::<Option<Number>>()?;
            Ok(number.map(|Number(number)| number))
        };
        let (start, stop) = match (end("start")?.unwrap_or(0), end("stop")?) {
            // Ends that are not negative need no count of the hits.
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
