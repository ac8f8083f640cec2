//! `Report`, what an ingest did; `Progress`, how far it is; `Limits`, how much is too much.

use std::collections::BTreeMap;

use eventstore::{
    ArchiveInfo, ExportReport, Limits, LinkCheck, PageError, PassedOver, Progress, Report,
    VerifyReport,
};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::convert::{Number, Tuple};
use crate::display::visible;
use crate::errors::page_exception;
use crate::notebook;
use crate::record::{new_arguments, record, shown};

/// Adds the classes of this file.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<PyReport>()?;
    m.add_class::<PyPassedOver>()?;
    m.add_class::<PyArchiveInfo>()?;
    m.add_class::<PyExportReport>()?;
    m.add_class::<PyLinkProblem>()?;
    m.add_class::<PyLinkCheck>()?;
    m.add_class::<PyFinding>()?;
    m.add_class::<PyVerifyReport>()?;
    m.add_class::<PyProgress>()?;
    m.add_class::<PyLimits>()
}

record! {
    PyReport as "Report" shown by block {
        files: u64,
        added: u64,
        undated: u64,
        changed: u64,
        relinked: u64,
        rewritten: u64,
        unchanged: u64,
        listings: u64,
        twins: u64,
        others: u64,
        passed_over: PassedOverFiles,
        failed: u64,
        errors: Tuple<Failure>,
        removed: u64,
        profile: Option<String>,
        drafts: u64,
        dated_by: Counts,
        retagged: u64,
        superseded: u64,
        events: u64,
        parsed: u64,
        bytes: u64,
        seconds: f64,
        notes: Tuple<String>,
        noted: u64,
        text: String,
    }
    fn __str__(&self) -> &str {
        &self.text
    }

    fn _repr_html_(slf: &Bound<'_, Self>) -> PyResult<String> {
        let lists = ["passed_over", "errors", "dated_by", "notes", "text"];
        let names: Vec<_> = Self::FIELDS
            .iter()
            .copied()
            .filter(|name| !lists.contains(name))
            .collect();
        let report = slf.get();
        let table = notebook::fields(slf, &names, true)?;
        let failed = slf.as_any().getattr("errors")?;
        let failed = failed.try_iter()?.map(|error| Ok(error?.str()?.to_string()));
        let failed: Vec<String> = failed.collect::<PyResult<_>>()?;
        let failed = notebook::notes("failed", failed.iter().map(String::as_str));
        let notes = notebook::notes("notes", report.notes.0.iter().map(String::as_str));
        Ok(format!("<div>{table}{failed}{notes}</div>"))
    }
}

impl PyReport {
    /// Its text below its class. The call that makes it has 26 fields, most of them 0.
    fn block(&self) -> String {
        let (head, rest) = self.text.split_once('\n').unwrap_or((&self.text, ""));
        format!("<Report: {head}>\n{rest}").trim_end().to_owned()
    }
}

impl From<Report> for PyReport {
    fn from(report: Report) -> Self {
        Self {
            text: visible(&report.to_string()).into_owned(),
            files: report.files,
            added: report.added,
            undated: report.undated,
            changed: report.changed,
            relinked: report.relinked,
            rewritten: report.rewritten,
            unchanged: report.unchanged,
            listings: report.listings,
            twins: report.twins,
            others: report.others,
            passed_over: PassedOverFiles::from(&report.passed_over),
            failed: report.failed,
            errors: Tuple(report.errors.iter().map(Failure::from).collect()),
            removed: report.removed,
            profile: report.profile.map(|profile| visible(&profile).into_owned()),
            drafts: report.drafts,
            dated_by: Named(report.dated_by.clone()),
            retagged: report.retagged,
            superseded: report.superseded,
            events: report.events,
            parsed: report.parsed,
            bytes: report.bytes,
            seconds: report.seconds,
            notes: Tuple(
                report
                    .notes
                    .iter()
                    .map(|note| visible(note).into_owned())
                    .collect(),
            ),
            noted: report.noted,
        }
    }
}

record! {
    PyPassedOver as "PassedOver" {
        count: u64,
        examples: Tuple<String>,
    }
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

/// A `dict` of values by name.
#[derive(Clone, PartialEq)]
pub struct Named<T>(BTreeMap<String, T>);

/// Counts by name.
pub type Counts = Named<u64>;

/// The keys that give a field, by its name.
pub type FieldKeys = Named<Tuple<String>>;

impl<'py, T: IntoPyObject<'py>> IntoPyObject<'py> for Named<T> {
    type Target = PyDict;
    type Output = Bound<'py, PyDict>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (name, value) in self.0 {
            dict.set_item(name, value)?;
        }
        Ok(dict)
    }
}

impl<'py, T> FromPyObject<'_, 'py> for Named<T>
where
    BTreeMap<String, T>: for<'a> FromPyObject<'a, 'py, Error = PyErr>,
{
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        given.extract().map(Self)
    }
}

/// A `dict` of the files that were passed over, by reason.
#[derive(Clone, PartialEq)]
pub struct PassedOverFiles(BTreeMap<String, PyPassedOver>);

impl From<&BTreeMap<String, PassedOver>> for PassedOverFiles {
    fn from(files: &BTreeMap<String, PassedOver>) -> Self {
        let of_reason = |(reason, files): (&String, &PassedOver)| {
            let files = PyPassedOver {
                count: files.count,
                examples: Tuple(files.examples.clone()),
            };
            (reason.clone(), files)
        };
        Self(files.iter().map(of_reason).collect())
    }
}

impl<'py> IntoPyObject<'py> for PassedOverFiles {
    type Target = PyDict;
    type Output = Bound<'py, PyDict>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (reason, files) in self.0 {
            dict.set_item(reason, Py::new(py, files)?)?;
        }
        Ok(dict)
    }
}

impl<'py> FromPyObject<'_, 'py> for PassedOverFiles {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let files: BTreeMap<String, Py<PyPassedOver>> = given.extract()?;
        let files = files.into_iter();
        Ok(Self(
            files
                .map(|(reason, files)| (reason, files.get().clone()))
                .collect(),
        ))
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
            sentence: visible(&error.to_string()).into_owned(),
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
