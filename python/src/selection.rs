//! `Selection`: some columns of some hits, a stream that can be read again and again.

use std::sync::Arc;

use eventstore::{Selection, Store};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyTuple};

use crate::arrow::{Answer, BatchIterator, no_array};
use crate::display::visible;
use crate::errors::Result;
use crate::hits::PyHits;
use crate::ingest;
use crate::other_names::no_attribute;
use crate::{notebook, terminal};

/// Adds the class of this file.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<PySelection>()
}

#[doc = docstring!(Selection)]
#[pyclass(frozen, name = "Selection", module = "eventstore")]
pub struct PySelection {
    selection: Selection,
    store: Arc<Store>,
}

impl PySelection {
    pub fn new(selection: Selection, store: Arc<Store>) -> Self {
        Self { selection, store }
    }

    fn names(&self) -> Vec<String> {
        self.selection.columns().map(str::to_owned).collect()
    }

    /// The number of rows, and the first of them as text.
    fn shown(&self) -> Result<(u64, Vec<Vec<String>>)> {
        let hits = self.selection.hits();
        let first = hits.slice(..notebook::EVENTS_SHOWN as u64);
        let rows = first.select(self.selection.columns())?.text_rows()?;
        Ok((hits.count()?, rows.collect::<eventstore::Result<_>>()?))
    }

    pub fn table(&self) -> Answer {
        Answer::Selection(self.selection.clone(), self.store.clone())
    }
}

#[pymethods]
impl PySelection {
    #[doc = docstring!(Selection.hits)]
    #[getter]
    fn hits(&self) -> PyHits {
        PyHits::new(self.selection.hits().clone(), self.store.clone())
    }

    #[doc = docstring!(Selection.columns)]
    #[getter]
    fn columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.selection.columns())
    }

    fn __getattr__(slf: &Bound<'_, Self>, name: &Bound<'_, pyo3::types::PyString>) -> PyResult<()> {
        Err(no_attribute(slf, name))
    }

    fn __len__(&self, py: Python<'_>) -> Result<usize> {
        py.detach(|| Ok(self.selection.hits().count()? as usize))
    }

    #[doc = docstring!(Selection.to_arrow)]
    fn to_arrow<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.table().to_arrow(py)
    }

    #[doc = docstring!(Selection.to_polars)]
    fn to_polars<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.table().to_polars(py)
    }

    #[doc = docstring!(Selection.to_pandas)]
    fn to_pandas<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.table().to_pandas(py)
    }

    #[doc = docstring!(Selection.scan_polars)]
    fn scan_polars<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        Answer::scan_polars(slf)
    }

    #[doc = docstring!(Selection._batches)]
    fn _batches(&self, py: Python<'_>) -> PyResult<BatchIterator> {
        self.table().iterator(py)
    }

    #[doc = docstring!(Selection.write)]
    #[pyo3(signature = (path, *, raw_cells=false, progress=None))]
    fn write<'py>(
        &self,
        py: Python<'py>,
        path: &Bound<'py, PyAny>,
        raw_cells: bool,
        progress: Option<Bound<'py, PyAny>>,
    ) -> PyResult<u64> {
        let watch = ingest::watch(py, progress)?;
        self.table().write(py, path, raw_cells, watch)
    }

    #[doc = docstring!(Selection.__arrow_c_stream__)]
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // The interface lets a producer ignore the wish; the consumer then casts.
        let _ = requested_schema;
        self.table().stream(py)
    }

    #[doc = docstring!(Selection.__arrow_c_schema__)]
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        self.table().schema(py)
    }

    #[doc = docstring!(Selection.__array__)]
    #[pyo3(signature = (*arguments, **keywords))]
    fn __array__(
        &self,
        arguments: &Bound<'_, PyTuple>,
        keywords: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        let _ = (arguments, keywords);
        Err(no_array("a selection is no array", "selection"))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let names = self.names();
        let hits = self.hits().headline(py)?;
        let mut lines = vec![format!("<Selection of {} from {hits}>", names.join(", "))];
        if let Ok((count, rows)) = py.detach(|| self.shown())
            && !rows.is_empty()
        {
            lines.extend(terminal::rows(&names, &rows, terminal::width(py)));
            match count - rows.len() as u64 {
                0 => {}
                left => lines.push(format!("… {left} more")),
            }
        }
        lines.extend(self.hits().remark(py).text().map(str::to_owned));
        Ok(lines.join("\n"))
    }

    fn _repr_html_(&self, py: Python<'_>) -> String {
        let query = self.selection.hits().query().to_string();
        let query = visible(&query);
        match py.detach(|| self.shown()) {
            Ok((count, rows)) => {
                let table = match rows.is_empty() {
                    true => String::new(),
                    false => notebook::rows(&self.names(), &rows),
                };
                let about = notebook::of_events(rows.len(), count, &query);
                let remark = self.hits().remark(py);
                let remark = remark.text().map_or_else(String::new, notebook::remark);
                format!("<div>{table}{about}{remark}</div>")
            }
            Err(fault) => notebook::line(format!("{}: {query}", fault.state())),
        }
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err(
            "a selection cannot be pickled; pass selection.to_arrow() or the store's path and the query to workers",
        ))
    }
}
