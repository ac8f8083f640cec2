//! `read_pages`: the pages of an archive as columns, without a store; `archive_parts`: parts of one that are read apart.

use std::str::FromStr;

use eventstore::{Archive, ArchivePart, Profile, ReadOptions};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyTuple};

use crate::arrow::{Answer, BatchIterator, no_array};
use crate::convert::{Number, Tuple};
use crate::errors::{Fault, Result};
use crate::ingest::{self, Options};
use crate::limits::PyLimits;
use crate::record::record;

/// Adds the names of this file.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<PyArchivePart>()?;
    m.add_class::<PyPages>()?;
    m.add_function(wrap_pyfunction!(read_pages, m)?)?;
    m.add_function(wrap_pyfunction!(archive_parts, m)?)
}

record! {
    PyArchivePart as "ArchivePart" {
        position: u64,
        bytes: Option<(u64, u64)>,
        paths: Option<(String, String)>,
        profile: Option<String>,
        top: String,
        context_roots: Tuple<String>,
    }
}

impl From<ArchivePart> for PyArchivePart {
    fn from(part: ArchivePart) -> Self {
        Self {
            position: part.position,
            bytes: part.bytes,
            paths: part.paths,
            profile: part.profile.map(|profile| profile.to_string()),
            top: part.top,
            context_roots: Tuple(part.context_roots),
        }
    }
}

impl PyArchivePart {
    fn part(&self) -> Result<ArchivePart> {
        let mut part = ArchivePart::default();
        part.position = self.position;
        part.bytes = self.bytes;
        part.paths.clone_from(&self.paths);
        let profile = self.profile.as_deref().map(Profile::from_str);
        part.profile = profile.transpose()?;
        part.top.clone_from(&self.top);
        part.context_roots.clone_from(&self.context_roots.0);
        Ok(part)
    }
}

#[doc = signed_docstring!(read_pages)]
#[pyfunction]
#[pyo3(signature = (
    source, columns=None, *, part=None, format="auto", prefix="", profile="auto", map=None, limits=None,
))]
#[pyo3(text_signature = None)]
#[allow(clippy::too_many_arguments)] // As many as it has keywords.
fn read_pages(
    source: &Bound<'_, PyAny>,
    columns: Option<Vec<String>>,
    part: Option<&Bound<'_, PyArchivePart>>,
    format: &str,
    prefix: &str,
    profile: &str,
    map: Option<&Bound<'_, PyAny>>,
    limits: Option<&Bound<'_, PyLimits>>,
) -> PyResult<PyPages> {
    let limits = limits.map_or_else(Default::default, |limits| limits.get().0.clone());
    let options = Options::new(false, "collect", format, limits)?;
    let mut options = options.markdown(prefix, profile, map)?.for_reading();
    options.columns = columns.unwrap_or_default();
    if let Some(part) = part {
        options.part = Some(part.get().part()?);
    }
    options.schema().map_err(Fault::from)?;
    Ok(PyPages {
        archive: ingest::archive(source)?,
        options,
    })
}

#[doc = signed_docstring!(archive_parts)]
#[pyfunction]
#[pyo3(signature = (source, *, bytes=None, files=None, format="auto", prefix="", profile="auto", map=None, limits=None))]
#[pyo3(text_signature = None)]
#[allow(clippy::too_many_arguments)] // As many as it has keywords.
fn archive_parts(
    py: Python<'_>,
    source: &Bound<'_, PyAny>,
    bytes: Option<Number>,
    files: Option<Number>,
    format: &str,
    prefix: &str,
    profile: &str,
    map: Option<&Bound<'_, PyAny>>,
    limits: Option<&Bound<'_, PyLimits>>,
) -> PyResult<Vec<PyArchivePart>> {
    let bytes = bytes.map_or(Ok(64 << 20), |given| given.size("bytes"))?;
    let files = files.map_or(Ok(10_000), |given| given.size("files"))?;
    let limits = limits.map_or_else(Default::default, |limits| limits.get().0.clone());
    let options = Options::new(false, "collect", format, limits)?;
    let options = options.markdown(prefix, profile, map)?.for_reading();
    let archive = ingest::archive(source)?;
    let parts = py.detach(|| archive.parts(bytes, files, &options));
    let parts = parts.map_err(Fault::from)?;
    Ok(parts.into_iter().map(PyArchivePart::from).collect())
}

#[doc = docstring!(Pages)]
#[pyclass(frozen, name = "Pages", module = "eventstore")]
pub struct PyPages {
    archive: Archive,
    options: ReadOptions,
}

impl PyPages {
    fn table(&self) -> Answer {
        Answer::Pages(self.archive.clone(), Box::new(self.options.clone()))
    }
}

#[pymethods]
impl PyPages {
    #[doc = docstring!(Pages.columns)]
    #[getter]
    fn columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let schema = self.options.schema().map_err(Fault::from)?;
        PyTuple::new(py, schema.fields().iter().map(|field| field.name()))
    }

    #[doc = docstring!(Pages.to_arrow)]
    fn to_arrow<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.table().to_arrow(py)
    }

    #[doc = docstring!(Pages.to_polars)]
    fn to_polars<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.table().to_polars(py)
    }

    #[doc = docstring!(Pages.to_pandas)]
    fn to_pandas<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.table().to_pandas(py)
    }

    #[doc = docstring!(Pages._batches)]
    fn _batches(&self, py: Python<'_>) -> PyResult<BatchIterator> {
        self.table().iterator(py)
    }

    #[doc = docstring!(Pages.__arrow_c_stream__)]
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

    #[doc = docstring!(Pages.__arrow_c_schema__)]
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        self.table().schema(py)
    }

    #[doc = docstring!(Pages.__array__)]
    #[pyo3(signature = (*arguments, **keywords))]
    fn __array__(
        &self,
        arguments: &Bound<'_, PyTuple>,
        keywords: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        let _ = (arguments, keywords);
        Err(no_array("pages are no array", "pages"))
    }

    fn __repr__(&self) -> String {
        match &self.archive {
            Archive::Path(path) => format!("<Pages of {}>", path.display()),
            _ => "<Pages in memory>".to_owned(),
        }
    }
}
