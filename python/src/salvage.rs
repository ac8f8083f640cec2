//! `salvage`, what it gave, and what a backup holds.

use std::path::PathBuf;

use eventstore::{BackupReport, LostPage, SalvageReport};
use pyo3::prelude::*;

use crate::convert::Tuple;
use crate::ingest;
use crate::moving;
use crate::record::record;

/// Adds the names of this file.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<PyBackupReport>()?;
    m.add_class::<PyLostPage>()?;
    m.add_class::<PySalvageReport>()?;
    m.add_function(wrap_pyfunction!(salvage, m)?)
}

#[doc = signed_docstring!(salvage)]
#[pyfunction]
#[pyo3(signature = (path, target, *, progress=None))]
#[pyo3(text_signature = None)]
fn salvage(
    py: Python<'_>,
    path: &Bound<'_, PyAny>,
    target: &Bound<'_, PyAny>,
    progress: Option<Bound<'_, PyAny>>,
) -> PyResult<PySalvageReport> {
    let watch = ingest::watch(py, progress)?;
    Ok(moving::salvage(py, path, target, watch)?.into())
}

record! {
    PyBackupReport as "BackupReport" {
        path: PathBuf,
        commit: u64,
        events: u64,
        bytes: u64,
        seconds: f64,
    }
}

impl From<BackupReport> for PyBackupReport {
    fn from(report: BackupReport) -> Self {
        Self {
            path: report.path,
            commit: report.commit,
            events: report.events,
            bytes: report.bytes,
            seconds: report.seconds,
        }
    }
}

record! {
    PyLostPage as "LostPage" {
        segment: u32,
        row: u32,
        path: Option<String>,
        message: String,
    }
}

impl<'py> FromPyObject<'_, 'py> for PyLostPage {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        Ok(given.cast::<Self>()?.get().clone())
    }
}

record! {
    PySalvageReport as "SalvageReport" {
        is_whole: bool,
        pages: u64,
        events: u64,
        bytes: u64,
        written: u64,
        lost: u64,
        losses: Tuple<PyLostPage>,
        older: u64,
        older_paths: Tuple<String>,
        basis: String,
        damaged_chunks: u64,
        without_deletes: u64,
        without_choice: u64,
        is_resolved: bool,
        searched: u64,
        unreadable: u64,
        seconds: f64,
    }
}

impl From<SalvageReport> for PySalvageReport {
    fn from(report: SalvageReport) -> Self {
        let is_whole = report.is_whole();
        let losses = report.losses.into_iter().map(|lost: LostPage| PyLostPage {
            segment: lost.segment,
            row: lost.row,
            path: lost.path,
            message: lost.message,
        });
        Self {
            is_whole,
            pages: report.pages,
            events: report.events,
            bytes: report.bytes,
            written: report.written,
            lost: report.lost,
            losses: Tuple(losses.collect()),
            older: report.older,
            older_paths: Tuple(report.older_paths),
            basis: report.basis.to_string(),
            damaged_chunks: report.damaged_chunks,
            without_deletes: report.without_deletes,
            without_choice: report.without_choice,
            is_resolved: report.is_resolved,
            searched: report.searched,
            unreadable: report.unreadable,
            seconds: report.seconds,
        }
    }
}
