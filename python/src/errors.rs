//! Errors of the core as the classes of `eventstore.errors`.

use std::path::Path;

use eventstore::{Error, ParseError};
use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::display::visible;
use crate::report::Failure;

/// A core error on its way to Python.
///
/// Calls of the core run detached from the interpreter, where no Python object can be made. So
/// their error is passed on as it is, and becomes an exception only when it reaches Python.
#[derive(Debug)]
pub struct Fault(Error);

impl<E: Into<Error>> From<E> for Fault {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl Fault {
    /// What a `repr` shows in place of what cannot be read.
    pub fn state(&self) -> &'static str {
        match &self.0 {
            Error::Closed { .. } => "closed",
            Error::Forked { .. } => "opened in another process",
            _ => "unreadable",
        }
    }
}

/// The result of a call into the core.
pub type Result<T, E = Fault> = std::result::Result<T, E>;

impl From<Fault> for PyErr {
    fn from(fault: Fault) -> Self {
        Python::attach(|py| exception(py, &fault.0).unwrap_or_else(|failure| failure))
    }
}

/// An argument that cannot be used as it is.
pub fn invalid(what: &'static str, message: impl Into<String>) -> PyErr {
    Fault(Error::InvalidArgument {
        what,
        message: message.into(),
    })
    .into()
}

/// A key that a mapping does not hold.
pub fn no_event(key: &Bound<'_, PyAny>) -> PyErr {
    let make = || {
        let sentence = format!("no event {} in the store", key.repr()?);
        let arguments = (sentence,).into_pyobject(key.py())?;
        raised(key.py(), "NotFoundError", arguments, &PyDict::new(key.py()))
    };
    make().unwrap_or_else(|failure| failure)
}

/// A package that is not installed, and what needs it.
pub fn missing(py: Python<'_>, package: &str, what: &str) -> PyErr {
    let make = || {
        let fields = PyDict::new(py);
        fields.set_item("name", package)?;
        let sentence = format!("{what}; install it: pip install {package}");
        raised(
            py,
            "MissingDependencyError",
            (sentence,).into_pyobject(py)?,
            &fields,
        )
    };
    make().unwrap_or_else(|failure| failure)
}

/// The exception of a failed page.
pub fn page_exception(py: Python<'_>, text: &str, fields: &Bound<'_, PyDict>) -> PyResult<PyErr> {
    sentence(py, "PageError", &text, fields)
}

fn exception(py: Python<'_>, error: &Error) -> PyResult<PyErr> {
    let fields = PyDict::new(py);
    let class = match error {
        Error::NotFound { .. } => "NotFoundError",
        Error::Parse(error) => return parse_exception(py, error),
        Error::Page(error) => {
            return Ok(PyErr::from_value(Failure::from(error).into_pyobject(py)?));
        }
        Error::Archive { path, .. } => {
            fields.set_item("path", text(path))?;
            "ArchiveError"
        }
        Error::PathNotFound { path } => {
            return system(py, "PathNotFoundError", "ENOENT", None, path);
        }
        Error::NotAStore { path, .. } => {
            fields.set_item("path", text(path))?;
            "NotAStoreError"
        }
        Error::UnsupportedVersion {
            path,
            found,
            supported,
        } => {
            fields.set_item("path", text(path))?;
            fields.set_item("found", found)?;
            fields.set_item("supported", supported)?;
            "UnsupportedVersionError"
        }
        Error::Locked { path, holder } => {
            let message = format!(
                "in use by {holder}; close it there, wait for it with open(…, wait=seconds), or open it with read_only=True to read"
            );
            let locked = system(py, "LockedError", "EWOULDBLOCK", Some(&message), path)?;
            let value = locked.value(py);
            value.setattr("pid", holder.pid)?;
            value.setattr("program", &holder.program)?;
            return Ok(locked);
        }
        Error::Corrupt {
            path, part, chunk, ..
        } => {
            fields.set_item("path", text(path))?;
            fields.set_item("part", part)?;
            fields.set_item("chunk", chunk)?;
            "CorruptError"
        }
        Error::Storage {
            path,
            operation,
            source,
        } => {
            let Some(number) = source.raw_os_error() else {
                let sentence = format!("{source} (cannot {operation})");
                let arguments = (py.None(), sentence, text(path));
                return raised(py, "StorageError", arguments.into_pyobject(py)?, &fields);
            };
            let words = py.import("os")?.call_method1("strerror", (number,))?;
            let words = format!("{words} (cannot {operation})");
            let arguments = (number, words, text(path)).into_pyobject(py)?;
            return raised(py, "StorageError", arguments, &fields);
        }
        Error::NotIndexed { path, events, most } => {
            fields.set_item("path", text(path))?;
            fields.set_item("events", events)?;
            fields.set_item("most", most)?;
            "NotIndexedError"
        }
        Error::Closed { .. } => "ClosedError",
        Error::Forked { .. } => "ForkedError",
        Error::ReadOnly { .. } => "ReadOnlyError",
        Error::ManyStores { .. } => "ManyStoresError",
        Error::Resolved { .. } => "ResolvedStoreError",
        Error::SnapshotGone { .. } => "SnapshotGoneError",
        Error::InvalidEvent { .. } | Error::InvalidArgument { .. } => "InvalidError",
        // Where it waits for a lock. What else stops a run is raised in its place (`ingest`).
        Error::Interrupted => return Ok(PyKeyboardInterrupt::new_err(())),
        _ => "EventStoreError",
    };
    sentence(py, class, error, &fields)
}

fn parse_exception(py: Python<'_>, error: &ParseError) -> PyResult<PyErr> {
    let fields = PyDict::new(py);
    fields.set_item("text", &error.text)?;
    fields.set_item("offset", error.offset)?;
    fields.set_item("hint", error.hint.as_deref())?;
    sentence(py, "ParseError", error, &fields)
}

/// An exception whose one argument is the error's sentence.
fn sentence(
    py: Python<'_>,
    class: &str,
    error: &dyn std::fmt::Display,
    fields: &Bound<'_, PyDict>,
) -> PyResult<PyErr> {
    let arguments = (visible(&error.to_string()),).into_pyobject(py)?;
    raised(py, class, arguments, fields)
}

/// An `OSError` with number, sentence and file name, as the interpreter itself raises them.
fn system(
    py: Python<'_>,
    class: &str,
    name: &str,
    sentence: Option<&str>,
    path: &Path,
) -> PyResult<PyErr> {
    let number = py.import("errno")?.getattr(name)?;
    let sentence = match sentence {
        Some(sentence) => sentence.into_pyobject(py)?.into_any(),
        None => py.import("os")?.call_method1("strerror", (&number,))?,
    };
    let arguments = (number, sentence, text(path)).into_pyobject(py)?;
    raised(py, class, arguments, &PyDict::new(py))
}

fn raised<'py>(
    py: Python<'py>,
    class: &str,
    arguments: Bound<'py, PyTuple>,
    fields: &Bound<'py, PyDict>,
) -> PyResult<PyErr> {
    let class = py.import("eventstore.errors")?.getattr(class)?;
    Ok(PyErr::from_value(class.call(arguments, Some(fields))?))
}

/// A path as an attribute: a `str`, as `OSError.filename` is.
fn text(path: &Path) -> &std::ffi::OsStr {
    path.as_os_str()
}
