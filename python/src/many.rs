//! `open_many` and `commit_stores`: several stores as one; `Store.put_resolved`, by which such stores are made.

use std::path::PathBuf;

use eventstore::arrow_array::RecordBatch;
use eventstore::arrow_ipc::reader::StreamReader;
use eventstore::{IngestOptions, OpenOptions, Store, commit_stores as commit};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::arrow::{package, unreadable};
use crate::convert::{Number, type_name};
use crate::errors::{Fault, Result};
use crate::ingest::Options;
use crate::path::expanded;
use crate::store::PyStore;

/// Bytes of record batches that are put in one call.
const PUT_BYTES: usize = 32 << 20;

/// Adds the names of this file.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_function(wrap_pyfunction!(open_many, m)?)?;
    m.add_function(wrap_pyfunction!(listed_stores, m)?)?;
    m.add_function(wrap_pyfunction!(commit_stores, m)?)
}

#[doc = signed_docstring!(open_many)]
#[pyfunction]
#[pyo3(signature = (paths, *, cache_bytes=Number(64 << 20)))]
#[pyo3(text_signature = None)]
fn open_many(
    py: Python<'_>,
    paths: &Bound<'_, PyAny>,
    cache_bytes: Number,
) -> PyResult<Py<PyStore>> {
    let cache_bytes = cache_bytes.size("cache_bytes")?;
    let paths = several(paths)?;
    let options = OpenOptions::new().cache_bytes(cache_bytes);
    let store = py.detach(|| -> Result<_> { Ok(options.open_many(&paths)?) })?;
    let path = store.path().to_owned();
    PyStore::of(py, store, Some(path))
}

#[doc = docstring!(listed_stores)]
#[pyfunction]
fn listed_stores(py: Python<'_>, directory: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    let directory = expanded(directory)?;
    Ok(py.detach(|| -> Result<_> { Ok(eventstore::listed_stores(&directory)?) })?)
}

#[doc = docstring!(commit_stores)]
#[pyfunction]
#[pyo3(signature = (directory, stores, *, replaces=None))]
fn commit_stores(
    py: Python<'_>,
    directory: &Bound<'_, PyAny>,
    stores: &Bound<'_, PyAny>,
    replaces: Option<Vec<String>>,
) -> PyResult<()> {
    let directory = expanded(directory)?;
    let stores = stores.try_iter()?.map(|store| store?.extract());
    let stores: Vec<PathBuf> = stores.collect::<PyResult<_>>()?;
    let committed = || -> Result<_> { Ok(commit(&directory, &stores, replaces.as_deref())?) };
    Ok(py.detach(committed)?)
}

/// A path, or several.
fn several(paths: &Bound<'_, PyAny>) -> PyResult<Vec<PathBuf>> {
    if paths.is_instance_of::<PyString>() || paths.hasattr("__fspath__")? {
        return Ok(vec![expanded(paths)?]);
    }
    let items = paths.try_iter().map_err(|_| {
        PyTypeError::new_err(format!(
            "open_many takes the directory of stores, or several paths, not {}",
            type_name(paths)
        ))
    })?;
    items.map(|path| expanded(&path?)).collect()
}

/// Puts the rows of a stream into a resolved store, some tens of megabytes a commit.
pub fn put_resolved(
    py: Python<'_>,
    store: &Store,
    rows: &Bound<'_, PyAny>,
    options: &Options,
) -> PyResult<u64> {
    package(
        py,
        "pyarrow",
        "put_resolved reads the streams of other packages with pyarrow",
    )?;
    let read = py
        .import("eventstore._streams")?
        .getattr("resolved_batches")?;
    let (mut batches, mut bytes, mut count) = (Vec::new(), 0, 0);
    let put = |batches: &mut Vec<RecordBatch>| -> PyResult<u64> {
        let batches = std::mem::take(batches).into_iter().map(Ok);
        let put = py.detach(|| store.put_resolved_batches(batches, options.of_pages()));
        put.map_err(|error| Fault::from(error).into())
    };
    for given in read.call1((rows,))?.try_iter()? {
        py.check_signals()?;
        let given: Vec<u8> = given?.extract()?;
        let reader = StreamReader::try_new(given.as_slice(), None).map_err(unreadable)?;
        for batch in reader {
            batches.push(batch.map_err(unreadable)?);
        }
        bytes += given.len();
        if bytes >= PUT_BYTES {
            count += put(&mut batches)?;
            bytes = 0;
        }
    }
    Ok(count + put(&mut batches)?)
}

impl Options {
    /// How pages are read that are not an archive's.
    fn of_pages(&self) -> IngestOptions<'static> {
        IngestOptions::new()
            .format(self.format)
            .prefix(self.prefix.clone())
            .profile(self.profile)
            .map(self.map.clone())
            .limits(self.limits.clone())
    }
}
