//! An event as plain values of Python, and a changed copy of one.

use eventstore::{Change, Event, Related, Source};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::convert::{self, Clock};
use crate::meta;

/// All fields, by the names and in the order of the JSON of the command line.
pub fn to_dict<'py>(py: Python<'py>, event: &Event) -> PyResult<Bound<'py, PyDict>> {
    let date = event.date.map(|date| convert::date(py, date)).transpose()?;
    let dict = PyDict::new(py);
    dict.set_item("id", event.id.as_str())?;
    dict.set_item("date", date)?;
    dict.set_item("time", event.time.map(Clock))?;
    dict.set_item("offset", event.offset)?;
    dict.set_item("lang", event.lang.as_str())?;
    dict.set_item("kind", event.kind.as_str())?;
    dict.set_item("categories", &event.categories)?;
    dict.set_item("title", &event.title)?;
    dict.set_item("summary", &event.summary)?;
    dict.set_item("body", &event.body)?;
    dict.set_item("authors", &event.authors)?;
    dict.set_item("tags", &event.tags)?;
    dict.set_item("sources", dicts(py, &event.sources, source)?)?;
    dict.set_item("related", dicts(py, &event.related, related)?)?;
    dict.set_item("changes", dicts(py, &event.changes, change)?)?;
    dict.set_item("cover_image", &event.cover_image)?;
    dict.set_item("meta", meta::to_dict(py, &event.meta)?)?;
    dict.set_item("draft", event.draft)?;
    dict.set_item("superseded", event.superseded)?;
    Ok(dict)
}

/// A list with a dict for each part of an event.
fn dicts<'py, T>(
    py: Python<'py>,
    parts: &[T],
    fill: impl Fn(&T, &Bound<'py, PyDict>) -> PyResult<()>,
) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    for part in parts {
        let dict = PyDict::new(py);
        fill(part, &dict)?;
        list.append(dict)?;
    }
    Ok(list)
}

fn source(source: &Source, dict: &Bound<'_, PyDict>) -> PyResult<()> {
    dict.set_item("name", &source.name)?;
    dict.set_item("url", &source.url)?;
    dict.set_item("image", &source.image)?;
    dict.set_item("domain", source.domain())
}

fn related(related: &Related, dict: &Bound<'_, PyDict>) -> PyResult<()> {
    dict.set_item("id", related.id.as_str())?;
    dict.set_item("title", &related.title)?;
    dict.set_item("tags", &related.tags)
}

fn change(change: &Change, dict: &Bound<'_, PyDict>) -> PyResult<()> {
    dict.set_item("id", change.id.as_str())?;
    dict.set_item("title", &change.title)?;
    dict.set_item("at", &change.at)?;
    dict.set_item("kind", change.kind.as_str())
}

/// A value of the same class with some of its keywords given anew.
///
/// # Errors
/// `TypeError` for a name that is no field, which names the fields; else as the class.
pub fn replaced<'py, T>(
    value: &Bound<'py, T>,
    changed: Option<&Bound<'py, PyDict>>,
    fields: &[&str],
) -> PyResult<Bound<'py, PyAny>> {
    let py = value.py();
    let keywords = PyDict::new(py);
    for field in fields {
        keywords.set_item(field, value.as_any().getattr(*field)?)?;
    }
    for (name, given) in changed.into_iter().flatten() {
        if !keywords.contains(&name)? {
            return Err(PyTypeError::new_err(format!(
                "an Event has no field {}; its fields are {}",
                name.repr()?,
                fields.join(", ")
            )));
        }
        keywords.set_item(name, given)?;
    }
    value.as_any().get_type().call((), Some(&keywords))
}
