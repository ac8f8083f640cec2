//! `Report`, what an ingest did; `Progress`, how far it is; `Limits`, how much is too much.

use eventstore::{Limits, PageError, Progress, Report};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::convert::Tuple;
use crate::errors::page_exception;
use crate::record::{new_arguments, record, shown};

/// Adds the classes of this file.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<PyReport>()?;
    m.add_class::<PyProgress>()?;
    m.add_class::<PyLimits>()
}

record! {
    /// What an ingest did: every file of the archive is counted in exactly one place.
    ///
    /// `files` = `added` + `changed` + `relinked` + `rewritten` + `unchanged` + `listings` + `twins` + `others` +
    /// `failed`. `str()` gives a few lines for a person.
    PyReport as "Report" {
        /// Files in the archive.
        files: u64,
        /// Events that the store did not have.
        added: u64,
        /// Events whose date, title, category, summary or sources differ.
        changed: u64,
        /// Events of which only the related list differs.
        relinked: u64,
        /// Events of other bytes that say the same.
        rewritten: u64,
        /// Files whose bytes the store has.
        unchanged: u64,
        /// Day pages, front pages and lists of opinions, new or changed.
        listings: u64,
        /// Files that repeat another page.
        twins: u64,
        /// Files that are no such page: free pages, images, everything that is not Markdown.
        others: u64,
        /// Pages that cannot be read, and entries that are refused.
        failed: u64,
        /// Of each failed page a `PageError` with place and reason; the first thousand.
        errors: Tuple<Failure>,
        /// Events that were removed because the archive does not have them any more (`prune`).
        removed: u64,
        /// Events whose own pages did not change, but whose tags or `superseded` did.
        retagged: u64,
        /// Pages that were parsed: 0 if nothing changed.
        parsed: u64,
        /// Bytes of all pages read.
        bytes: u64,
        /// Seconds that it took.
        seconds: f64,
        /// What a person may want to know, such as a heading's date that differs from the path's; the first thousand.
        notes: Tuple<String>,
        /// Number of all notes.
        noted: u64,
        /// All this in a few lines for a person.
        text: String,
    }
    fn __str__(&self) -> &str {
        &self.text
    }
}

impl From<Report> for PyReport {
    fn from(report: Report) -> Self {
        Self {
            text: report.to_string(),
            files: report.files,
            added: report.added,
            changed: report.changed,
            relinked: report.relinked,
            rewritten: report.rewritten,
            unchanged: report.unchanged,
            listings: report.listings,
            twins: report.twins,
            others: report.others,
            failed: report.failed,
            errors: Tuple(report.errors.iter().map(Failure::from).collect()),
            removed: report.removed,
            retagged: report.retagged,
            parsed: report.parsed,
            bytes: report.bytes,
            seconds: report.seconds,
            notes: Tuple(report.notes),
            noted: report.noted,
        }
    }
}

/// A failed page of a report: in Python a `PageError` that was not raised.
#[derive(Clone, PartialEq)]
pub struct Failure {
    sentence: String,
    path: String,
    line: u32,
    column: u32,
    offset: usize,
    kind: String,
}

impl From<&PageError> for Failure {
    fn from(error: &PageError) -> Self {
        Self {
            sentence: error.to_string(),
            path: error.path.clone(),
            line: error.line,
            column: error.column,
            offset: error.offset,
            kind: error.kind.to_owned(),
        }
    }
}

impl<'py> IntoPyObject<'py> for Failure {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let fields = PyDict::new(py);
        fields.set_item("path", self.path)?;
        fields.set_item("line", self.line)?;
        fields.set_item("column", self.column)?;
        fields.set_item("offset", self.offset)?;
        fields.set_item("kind", self.kind)?;
        Ok(page_exception(py, &self.sentence, &fields)?
            .into_value(py)
            .into_bound(py)
            .into_any())
    }
}

impl<'py> FromPyObject<'_, 'py> for Failure {
    type Error = PyErr;

    fn extract(error: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        Ok(Self {
            sentence: error.str()?.extract()?,
            path: error.getattr("path")?.extract()?,
            line: error.getattr("line")?.extract()?,
            column: error.getattr("column")?.extract()?,
            offset: error.getattr("offset")?.extract()?,
            kind: error.getattr("kind")?.extract()?,
        })
    }
}

record! {
    /// How far an ingest is.
    PyProgress as "Progress" {
        /// Files seen so far.
        pages: u64,
        /// Bytes of the source read so far: of the archive file as it lies on disk, of the files of a directory.
        bytes: u64,
        /// Bytes of the source, where they are known beforehand: not of a directory.
        total_bytes: Option<u64>,
        /// Pages that failed so far.
        failed: u64,
    }
}

impl From<&Progress> for PyProgress {
    fn from(progress: &Progress) -> Self {
        Self {
            pages: progress.pages,
            bytes: progress.bytes,
            total_bytes: progress.total_bytes,
            failed: progress.failed,
        }
    }
}

/// Bounds of an ingest. Each is far above what real archives hold, and each failure says how to raise it.
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
        page_bytes: Option<u64>,
        page_items: Option<usize>,
        path_bytes: Option<usize>,
        entries: Option<u64>,
        total_bytes: Option<u64>,
        depth: Option<usize>,
        commit_bytes: Option<u64>,
    ) -> Self {
        let usual = Limits::default();
        Self(
            Limits::default()
                .page_bytes(page_bytes.unwrap_or(usual.page_bytes))
                .page_items(page_items.unwrap_or(usual.page_items))
                .path_bytes(path_bytes.unwrap_or(usual.path_bytes))
                .entries(entries.unwrap_or(usual.entries))
                .total_bytes(total_bytes.unwrap_or(usual.total_bytes))
                .depth(depth.unwrap_or(usual.depth))
                .commit_bytes(commit_bytes.unwrap_or(usual.commit_bytes)),
        )
    }

    /// Largest page in bytes; 1 MiB. A larger one fails alone.
    #[getter]
    fn page_bytes(&self) -> u64 {
        self.0.page_bytes
    }

    /// Most sources, related entries, changes or listed items of one page; 100,000. A page with more fails alone.
    #[getter]
    fn page_items(&self) -> usize {
        self.0.page_items
    }

    /// Longest path of a file in bytes; 4 KiB. A page with a longer one fails alone.
    #[getter]
    fn path_bytes(&self) -> usize {
        self.0.path_bytes
    }

    /// Most files in an archive; 50 million.
    #[getter]
    fn entries(&self) -> u64 {
        self.0.entries
    }

    /// Most bytes of an archive after decompression; 1 TiB.
    #[getter]
    fn total_bytes(&self) -> u64 {
        self.0.total_bytes
    }

    /// Most folders above each other; 64.
    #[getter]
    fn depth(&self) -> usize {
        self.0.depth
    }

    /// About how many bytes of memory the pages of one commit may take while they wait for it; 672 MiB, which some
    /// 550,000 pages fit into. An ingest takes about twice this much.
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
