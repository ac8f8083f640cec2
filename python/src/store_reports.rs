//! What is told of a whole store: its archives, its links, whether it is sound, what an export wrote.

use eventstore::{ArchiveInfo, ExportReport, LinkCheck, VerifyReport};
use pyo3::prelude::*;

use crate::convert::Tuple;
use crate::record::record;
use crate::report::{FieldKeys, Named};

/// Adds the classes of this file.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<PyArchiveInfo>()?;
    m.add_class::<PyExportReport>()?;
    m.add_class::<PyLinkProblem>()?;
    m.add_class::<PyLinkCheck>()?;
    m.add_class::<PyFinding>()?;
    m.add_class::<PyVerifyReport>()
}

record! {
    PyArchiveInfo as "ArchiveInfo" {
        prefix: String,
        format: String,
        profile: String,
        map: FieldKeys,
        pages: u64,
    }
}

impl From<ArchiveInfo> for PyArchiveInfo {
    fn from(archive: ArchiveInfo) -> Self {
        let keys = |keys: &[String]| Tuple(keys.to_vec());
        let map = archive.map.iter();
        Self {
            format: archive.format().to_owned(),
            profile: archive.profile.to_string(),
            map: Named(
                map.map(|(field, of_field)| (field.to_string(), keys(of_field)))
                    .collect(),
            ),
            prefix: archive.prefix,
            pages: archive.pages,
        }
    }
}

record! {
    PyExportReport as "ExportReport" {
        pages: u64,
        events: u64,
        bytes: u64,
        written: u64,
        seconds: f64,
    }
}

impl From<ExportReport> for PyExportReport {
    fn from(report: ExportReport) -> Self {
        Self {
            pages: report.pages,
            events: report.events,
            bytes: report.bytes,
            written: report.written,
            seconds: report.seconds,
        }
    }
}

record! {
    PyLinkProblem as "LinkProblem" {
        page: String,
        target: String,
        candidates: Tuple<String>,
    }
}

record! {
    PyLinkCheck as "LinkCheck" {
        links: u64,
        dead: u64,
        ambiguous: u64,
        problems: Tuple<PyLinkProblem>,
    }
}

impl<'py> FromPyObject<'_, 'py> for PyLinkProblem {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        Ok(given.cast::<Self>()?.get().clone())
    }
}

impl From<LinkCheck> for PyLinkCheck {
    fn from(check: LinkCheck) -> Self {
        let problems = check.problems.into_iter().map(|problem| PyLinkProblem {
            page: problem.page.to_string(),
            target: problem.target,
            candidates: Tuple(problem.candidates.iter().map(ToString::to_string).collect()),
        });
        Self {
            links: check.links,
            dead: check.dead,
            ambiguous: check.ambiguous,
            problems: Tuple(problems.collect()),
        }
    }
}

record! {
    PyFinding as "Finding" {
        segment: Option<u32>,
        part: String,
        path: Option<String>,
        message: String,
    }
}

impl<'py> FromPyObject<'_, 'py> for PyFinding {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        Ok(given.cast::<Self>()?.get().clone())
    }
}

record! {
    PyVerifyReport as "VerifyReport" {
        is_sound: bool,
        is_complete: bool,
        is_resolved: bool,
        chunks: u64,
        bytes: u64,
        segments: u64,
        rows: u64,
        found: u64,
        findings: Tuple<PyFinding>,
        seconds: f64,
    }
}

impl From<VerifyReport> for PyVerifyReport {
    fn from(report: VerifyReport) -> Self {
        let findings = report.findings.iter().map(|finding| PyFinding {
            segment: finding.segment,
            part: finding.part.clone(),
            path: finding.path.clone(),
            message: finding.message.clone(),
        });
        Self {
            is_sound: report.is_sound(),
            is_complete: report.is_complete,
            is_resolved: report.is_resolved,
            chunks: report.chunks,
            bytes: report.bytes,
            segments: report.segments,
            rows: report.rows,
            found: report.found,
            findings: Tuple(findings.collect()),
            seconds: report.seconds,
        }
    }
}
