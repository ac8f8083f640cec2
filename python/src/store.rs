//! `Store`, and how it is opened.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use eventstore::{Durability, Limits, OpenOptions, Store, Words};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::convert::{self, Number};
use crate::errors::{Fault, Result, invalid};
use crate::ingest;
use crate::key;
use crate::limits::PyLimits;
use crate::many;
use crate::moving;
use crate::path::expanded;
use crate::reader::{PyReader, PySnapshot};
use crate::report::PyReport;
use crate::salvage::PyBackupReport;
use crate::store_reports::PyExportReport;

/// Adds the names of this file.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<PyStore>()?;
    m.add_function(wrap_pyfunction!(open, m)?)?;
    m.add_function(wrap_pyfunction!(memory, m)?)
}

/// The path that stands for a store in memory, as it does for SQLite and DuckDB.
const IN_MEMORY: &str = ":memory:";

#[doc = signed_docstring!(open)]
#[pyfunction]
#[pyo3(signature = (path, *, create=true, durability="sync", cache_bytes=Number(64 << 20), words=None, read_only=false, exclusive=false, wait=0.0, resolved=false))]
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
    resolved: bool,
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
        .resolved(resolved)
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

#[doc = docstring!(Store)]
#[pyclass(frozen, extends = PyReader, mapping, name = "Store", module = "eventstore")]
pub struct PyStore {
    inner: Arc<Store>,
    path: Option<PathBuf>,
}

impl PyStore {
    pub fn of(py: Python<'_>, store: Store, path: Option<PathBuf>) -> PyResult<Py<Self>> {
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

    #[doc = signed_docstring!(Store.put_resolved)]
    #[pyo3(signature = (pages, *, format="auto", prefix="", profile="auto", map=None, limits=None))]
    #[pyo3(text_signature = None)]
    #[allow(clippy::too_many_arguments)] // As many as say how pages are read.
    fn put_resolved(
        &self,
        py: Python<'_>,
        pages: &Bound<'_, PyAny>,
        format: &str,
        prefix: &str,
        profile: &str,
        map: Option<Bound<'_, PyAny>>,
        limits: Option<PyRef<'_, PyLimits>>,
    ) -> PyResult<u64> {
        let limits = limits.map_or_else(Limits::default, |limits| limits.0.clone());
        let options = ingest::Options::new(false, "raise", format, limits)?;
        let options = options.markdown(prefix, profile, map.as_ref())?;
        many::put_resolved(py, &self.inner, pages, &options)
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
