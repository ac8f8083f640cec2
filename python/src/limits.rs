//! `Progress`, how far a call is; `Limits`, how much is too much.

use eventstore::{Limits, Progress};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::convert::Number;
use crate::record::{new_arguments, record, shown};

/// Adds the classes of this file.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<PyProgress>()?;
    m.add_class::<PyLimits>()
}

record! {
    PyProgress as "Progress" {
        phase: String,
        pages: u64,
        bytes: u64,
        total_bytes: Option<u64>,
        failed: u64,
        fraction: Option<f64>,
    }
}

impl From<&Progress> for PyProgress {
    fn from(progress: &Progress) -> Self {
        Self {
            phase: progress.phase.as_str().to_owned(),
            pages: progress.pages,
            bytes: progress.bytes,
            total_bytes: progress.total_bytes,
            fraction: progress.fraction,
            failed: progress.failed,
        }
    }
}

#[doc = docstring!(Limits)]
#[pyclass(frozen, eq, name = "Limits", module = "eventstore")]
#[derive(PartialEq)]
pub struct PyLimits(pub Limits);

const LIMITS: [&str; 7] = [
    "page_bytes",
    "page_items",
    "path_bytes",
    "entries",
    "total_bytes",
    "depth",
    "commit_bytes",
];

#[pymethods]
impl PyLimits {
    #[new]
    #[pyo3(signature = (
        *, page_bytes=None, page_items=None, path_bytes=None, entries=None, total_bytes=None, depth=None, commit_bytes=None,
    ))]
    fn new(
        page_bytes: Option<Number>,
        page_items: Option<Number>,
        path_bytes: Option<Number>,
        entries: Option<Number>,
        total_bytes: Option<Number>,
        depth: Option<Number>,
        commit_bytes: Option<Number>,
    ) -> PyResult<Self> {
        fn or<T: TryFrom<i64>>(given: Option<Number>, name: &'static str, usual: T) -> PyResult<T> {
            given.map_or(Ok(usual), |given| given.size(name))
        }
        let usual = Limits::default();
        Ok(Self(
            Limits::default()
                .page_bytes(or(page_bytes, "page_bytes", usual.page_bytes)?)
                .page_items(or(page_items, "page_items", usual.page_items)?)
                .path_bytes(or(path_bytes, "path_bytes", usual.path_bytes)?)
                .entries(or(entries, "entries", usual.entries)?)
                .total_bytes(or(total_bytes, "total_bytes", usual.total_bytes)?)
                .depth(or(depth, "depth", usual.depth)?)
                .commit_bytes(or(commit_bytes, "commit_bytes", usual.commit_bytes)?),
        ))
    }

    #[doc = docstring!(Limits.page_bytes)]
    #[getter]
    fn page_bytes(&self) -> u64 {
        self.0.page_bytes
    }

    #[doc = docstring!(Limits.page_items)]
    #[getter]
    fn page_items(&self) -> usize {
        self.0.page_items
    }

    #[doc = docstring!(Limits.path_bytes)]
    #[getter]
    fn path_bytes(&self) -> usize {
        self.0.path_bytes
    }

    #[doc = docstring!(Limits.entries)]
    #[getter]
    fn entries(&self) -> u64 {
        self.0.entries
    }

    #[doc = docstring!(Limits.total_bytes)]
    #[getter]
    fn total_bytes(&self) -> u64 {
        self.0.total_bytes
    }

    #[doc = docstring!(Limits.depth)]
    #[getter]
    fn depth(&self) -> usize {
        self.0.depth
    }

    #[doc = docstring!(Limits.commit_bytes)]
    #[getter]
    fn commit_bytes(&self) -> u64 {
        self.0.commit_bytes
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        shown(slf, "Limits", &LIMITS)
    }

    fn __getnewargs_ex__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        new_arguments(slf, &LIMITS)
    }
}
