//! `Report`: what an ingest did.

use std::collections::BTreeMap;

use eventstore::{PageError, PassedOver, Report};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::convert::Tuple;
use crate::display::visible;
use crate::errors::page_exception;
use crate::notebook;
use crate::record::record;

/// Adds the classes of this file.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<PyReport>()?;
    m.add_class::<PyPassedOver>()
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

    fn __getattr__(slf: &Bound<'_, Self>, name: &Bound<'_, pyo3::types::PyString>) -> PyResult<()> {
        Err(crate::other_names::no_attribute(slf, name))
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
        // The table has the counts; these lines say what they mean.
        let told = ["left out", "passed over", "profile", "dates from"];
        let lines = report.text.lines().map(str::trim_start);
        let told: Vec<&str> = lines
            .filter(|line| told.iter().any(|start| line.starts_with(start)))
            .collect();
        let told = notebook::notes("of the archive", told.into_iter());
        let failed = slf.as_any().getattr("errors")?;
        let failed = failed.try_iter()?.map(|error| Ok(error?.str()?.to_string()));
        let failed: Vec<String> = failed.collect::<PyResult<_>>()?;
        let failed = notebook::notes("failed", failed.iter().map(String::as_str));
        let notes = notebook::notes("notes", report.notes.0.iter().map(String::as_str));
        Ok(format!("<div>{table}{told}{failed}{notes}</div>"))
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

/// A `dict` of values by name.
#[derive(Clone, PartialEq)]
pub struct Named<T>(pub BTreeMap<String, T>);

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
