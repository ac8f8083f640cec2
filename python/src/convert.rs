//! Arguments and results between Python's types and the core's.

use std::str::FromStr;

use eventstore::{Date, EventId};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDate, PyTuple};

use crate::errors::{Fault, invalid};

/// A `datetime.date`.
pub fn date(py: Python<'_>, day: Date) -> PyResult<Bound<'_, PyDate>> {
    PyDate::new(py, day.year().into(), day.month() as u8, day.day() as u8)
}

/// A day as text; empty if there is none.
pub fn shown(date: Option<Date>) -> String {
    date.map_or_else(String::new, |date| date.to_string())
}

/// A day from a `datetime.date`, from a `datetime.datetime` (the day that it shows), or from text.
#[derive(Clone, Copy, PartialEq)]
pub struct Day(pub Date);

impl<'py> IntoPyObject<'py> for Day {
    type Target = PyDate;
    type Output = Bound<'py, PyDate>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyDate>> {
        date(py, self.0)
    }
}

impl<'py> FromPyObject<'_, 'py> for Day {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(text) = value.extract::<&str>() {
            return Ok(Self(Date::from_str(text).map_err(Fault::from)?));
        }
        let day = value.cast::<PyDate>().map_err(|_| {
            PyTypeError::new_err(format!(
                "expected datetime.date or a string such as '2017-03-02', not {}",
                type_name(&value)
            ))
        })?;
        let part = |name| day.getattr(name)?.extract::<i16>();
        let (year, month, day) = (part("year")?, part("month")?, part("day")?);
        Date::new(year, month as i8, day as i8)
            .map(Self)
            .ok_or_else(|| {
                invalid(
                    "date",
                    format!("{year}-{month}-{day} is no day of the calendar"),
                )
            })
    }
}

/// An id in any of its spellings.
pub struct Id(pub EventId);

impl<'py> FromPyObject<'_, 'py> for Id {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let text = value.extract::<&str>().map_err(|_| {
            PyTypeError::new_err(format!(
                "an id is a str such as '2017/03/2/slug', not {}",
                type_name(&value)
            ))
        })?;
        Ok(Self(EventId::from_str(text).map_err(Fault::from)?))
    }
}

/// A field that is a tuple in Python.
#[derive(Clone, PartialEq)]
pub struct Tuple<T>(pub Vec<T>);

impl<'py, T: IntoPyObject<'py>> IntoPyObject<'py> for Tuple<T> {
    type Target = PyTuple;
    type Output = Bound<'py, PyTuple>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0)
    }
}

impl<'py, T> FromPyObject<'_, 'py> for Tuple<T>
where
    T: for<'a> FromPyObject<'a, 'py, Error = PyErr>,
{
    type Error = PyErr;

    fn extract(items: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let items = items.try_iter()?.map(|item| item?.extract());
        Ok(Self(items.collect::<PyResult<_>>()?))
    }
}

/// The items of an iterable; a lone `str` is refused, because its letters are hardly meant.
pub fn strings(value: &Bound<'_, PyAny>, name: &str) -> PyResult<Vec<String>> {
    if value.is_instance_of::<pyo3::types::PyString>() {
        return Err(PyTypeError::new_err(format!(
            "{name} takes a sequence of str, not one str: write ({},)",
            value.repr()?
        )));
    }
    value.try_iter()?.map(|item| item?.extract()).collect()
}

/// The name of a value's type, for messages.
pub fn type_name(value: &Bound<'_, PyAny>) -> String {
    value
        .get_type()
        .qualname()
        .map_or_else(|_| "another type".to_owned(), |name| name.to_string())
}
