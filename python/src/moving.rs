//! `Store.backup`, `salvage`; `Store.export` and `Store.import_`: a path or a file of Python.

use std::io::{self, Read, Write};
use std::path::PathBuf;

use eventstore::{
    BackupOptions, BackupReport, ExportOptions, ExportReport, IngestOptions, Report, SalvageReport,
    Store,
};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use crate::convert::type_name;
use crate::ingest::Watch;
use crate::path::expanded;

/// A path, or an object with `read` or `write`.
enum Target {
    Path(PathBuf),
    File(PythonFile),
}

impl Target {
    fn of(given: &Bound<'_, PyAny>, call: &str, method: &str) -> PyResult<Self> {
        if given.is_instance_of::<PyString>() || given.hasattr("__fspath__")? {
            return Ok(Self::Path(expanded(given)?));
        }
        if given.hasattr(method)? {
            return Ok(Self::File(PythonFile(given.clone().unbind())));
        }
        Err(PyTypeError::new_err(format!(
            "{call} takes a path or a binary file, not {}",
            type_name(given)
        )))
    }
}

/// A file of Python. What it raises goes through the core as the source of an error.
struct PythonFile(Py<PyAny>);

impl Write for PythonFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Python::attach(|py| {
            py.check_signals()?;
            let bytes_given = PyBytes::new(py, bytes);
            let written = self.0.bind(py).call_method1("write", (bytes_given,))?;
            // A file that is not buffered may take a part; one without a count has taken all.
            match written.extract::<Option<usize>>()? {
                Some(count) if count > bytes.len() => Err(PyValueError::new_err(
                    "write() has taken more than it was given",
                )),
                count => Ok(count.unwrap_or(bytes.len())),
            }
        })
        .map_err(io::Error::other)
    }

    fn flush(&mut self) -> io::Result<()> {
        Python::attach(|py| match self.0.bind(py).hasattr("flush")? {
            true => self.0.bind(py).call_method0("flush").map(drop),
            false => Ok(()),
        })
        .map_err(io::Error::other)
    }
}

impl Read for PythonFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Python::attach(|py| {
            py.check_signals()?;
            let given = self.0.bind(py).call_method1("read", (buffer.len(),))?;
            let bytes = given.cast::<PyBytes>().map_err(|_| {
                PyTypeError::new_err(format!(
                    "read() gave {}, not bytes; open the file in binary mode",
                    type_name(&given)
                ))
            })?;
            let bytes = bytes.as_bytes();
            match buffer.get_mut(..bytes.len()) {
                Some(start) => start.copy_from_slice(bytes),
                None => return Err(PyValueError::new_err("read() gave more than was asked for")),
            }
            Ok(bytes.len())
        })
        .map_err(io::Error::other)
    }
}

/// Backs a store up.
pub fn backup(
    py: Python<'_>,
    store: &Store,
    to: &Bound<'_, PyAny>,
    watch: Watch,
) -> PyResult<BackupReport> {
    let path = expanded(to)?;
    watch.watched(py, |report| {
        store.backup(path, BackupOptions::new().progress(report))
    })
}

/// Salvages a store.
pub fn salvage(
    py: Python<'_>,
    store: &Bound<'_, PyAny>,
    to: &Bound<'_, PyAny>,
    watch: Watch,
) -> PyResult<SalvageReport> {
    let (store, target) = (expanded(store)?, expanded(to)?);
    watch.watched(py, |report| {
        eventstore::salvage(store, target, ExportOptions::new().progress(report))
    })
}

/// Exports a store.
pub fn export(
    py: Python<'_>,
    store: &Store,
    to: &Bound<'_, PyAny>,
    watch: Watch,
) -> PyResult<ExportReport> {
    let place = Target::of(to, "export", "write")?;
    let mut failed = None;
    let report = watch.watched(py, |report| {
        let options = ExportOptions::new().progress(report);
        match place {
            Target::Path(path) => store.export_to(path, options),
            Target::File(file) => store.export(Kept(file, &mut failed), options),
        }
    });
    failed.map_or(report, Err)
}

/// Imports an export into a store.
pub fn import(
    py: Python<'_>,
    store: &Store,
    from: &Bound<'_, PyAny>,
    watch: Watch,
) -> PyResult<Report> {
    let place = Target::of(from, "import_", "read")?;
    let mut failed = None;
    let report = watch.watched(py, |report| {
        let options = IngestOptions::new().progress(report);
        match place {
            Target::Path(path) => store.import_from(path, options),
            Target::File(file) => store.import(Kept(file, &mut failed), options),
        }
    });
    failed.map_or(report, Err)
}

/// A file whose exception is kept, to be raised in place of the error that it causes.
struct Kept<'a>(PythonFile, &'a mut Option<PyErr>);

impl Kept<'_> {
    fn kept<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        result.map_err(|error| {
            let kind = error.kind();
            if let Ok(inner) = error.downcast::<PyErr>() {
                *self.1 = Some(inner);
            }
            kind.into()
        })
    }
}

impl Write for Kept<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.0.write(bytes);
        self.kept(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.0.flush();
        self.kept(flushed)
    }
}

impl Read for Kept<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(buffer);
        self.kept(read)
    }
}
