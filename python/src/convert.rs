//! Arguments and results between Python's types and the core's.

use std::str::FromStr;

use eventstore::{Date, Days, Event, EventId, ParseError, Time};
use pyo3::exceptions::{PyOverflowError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDate, PyDateTime, PyDelta, PyString, PyTime, PyTuple, PyTzInfo};

use crate::errors::{Fault, invalid};

/// A `datetime.date`.
pub fn date(py: Python<'_>, day: Date) -> PyResult<Bound<'_, PyDate>> {
    PyDate::new(py, day.year().into(), day.month() as u8, day.day() as u8)
}

/// A day as text; empty if there is none.
pub fn shown(date: Option<Date>) -> String {
    date.map_or_else(String::new, |date| date.to_string())
}

/// A day from a `datetime.date`, from a `datetime.datetime` (the day that it shows), from a
/// `numpy.datetime64`, or from text.
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

/// A time of the day from a `datetime.time` or from text such as `23:30`.
#[derive(Clone, Copy, PartialEq)]
pub struct Clock(pub Time);

impl<'py> IntoPyObject<'py> for Clock {
    type Target = PyTime;
    type Output = Bound<'py, PyTime>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyTime>> {
        let time = self.0;
        let micros = u32::from(time.millisecond()) * 1000;
        PyTime::new(py, time.hour(), time.minute(), time.second(), micros, None)
    }
}

impl<'py> FromPyObject<'_, 'py> for Clock {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(text) = value.extract::<&str>() {
            return Ok(Self(Time::from_str(text).map_err(Fault::from)?));
        }
        let time = value.cast::<PyTime>().map_err(|_| {
            PyTypeError::new_err(format!(
                "expected datetime.time or a string such as '23:30', not {}",
                type_name(&value)
            ))
        })?;
        let part = |name| time.getattr(name)?.extract::<u32>();
        let (hour, minute, second) = (part("hour")?, part("minute")?, part("second")?);
        let millisecond = part("microsecond")? / 1000;
        Time::new(hour as u8, minute as u8, second as u8, millisecond as u16)
            .map(Self)
            .ok_or_else(|| invalid("time", "no day has this time".to_owned()))
    }
}

impl<'py> FromPyObject<'_, 'py> for Day {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Some(text) = time_text(&value)? {
            return Ok(Self(Date::from_str(&text).map_err(Fault::from)?));
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

/// The days of a time: those of [`Day`], a year as a number, or text such as `2017-03`.
pub fn days(given: &Bound<'_, PyAny>) -> PyResult<Days> {
    // A bool is an int in Python, and no year.
    if let Ok(year) = given.extract::<i32>()
        && !given.is_instance_of::<PyBool>()
    {
        return Ok(Days::try_from(year).map_err(Fault::from)?);
    }
    if let Some(text) = time_text(given)? {
        return Ok(Days::from_str(&text).map_err(Fault::from)?);
    }
    let Day(day) = given.extract().map_err(|_| {
        PyTypeError::new_err(format!(
            "a time is a datetime.date, a year as int, or a str such as '2017-03', not {}",
            type_name(given)
        ))
    })?;
    Ok(day.into())
}

/// A `str`, or a `numpy.datetime64` up to its day, month or year; `None` for any other type.
fn time_text(value: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    if let Ok(text) = value.extract::<String>() {
        return Ok(Some(text));
    }
    let class = value.get_type();
    // By name, so that numpy is not needed.
    if class.name()? != "datetime64" || class.module()? != "numpy" {
        return Ok(None);
    }
    let text: String = value.str()?.extract()?;
    // A time of day stands behind the day.
    Ok(Some(text.get(..10).unwrap_or(&text).to_owned()))
}

/// A whole number. A negative one and one beyond 64 bits are taken as well, the latter as the
/// nearest that fits, so that the message about it is ours.
#[derive(Clone, Copy)]
pub struct Number(pub i64);

impl Number {
    /// As a size or a count.
    ///
    /// # Errors
    /// `InvalidError` for a negative number, which names the argument.
    pub fn size<T: TryFrom<i64>>(self, name: &'static str) -> PyResult<T> {
        T::try_from(self.0)
            .map_err(|_| invalid(name, format!("{name} must be 0 or more, not {}", self.0)))
    }
}

impl<'py> FromPyObject<'_, 'py> for Number {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match value.extract::<i64>() {
            Err(error) if error.is_instance_of::<PyOverflowError>(value.py()) => {
                Ok(Self(if value.lt(0)? { i64::MIN } else { i64::MAX }))
            }
            Err(_) => Err(PyTypeError::new_err(format!(
                "expected an int, not {}",
                type_name(&value)
            ))),
            Ok(number) => Ok(Self(number)),
        }
    }
}

/// An id as text, in any of its spellings.
pub struct GivenId(pub EventId);

impl<'py> FromPyObject<'_, 'py> for GivenId {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let text = text(&value, "the id")?.ok_or_else(|| {
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

/// A list of texts that is a tuple in Python.
pub struct Strings<'a>(pub &'a [String]);

impl<'py> IntoPyObject<'py> for Strings<'_> {
    type Target = PyTuple;
    type Output = Bound<'py, PyTuple>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0)
    }
}

/// The items of an iterable; a lone `str` is refused, because its letters are hardly meant.
pub fn strings(value: &Bound<'_, PyAny>, name: &str) -> PyResult<Vec<String>> {
    if value.is_instance_of::<PyString>() {
        return Err(PyTypeError::new_err(format!(
            "{name} takes a sequence of str, not one str: write ({},)",
            value.repr()?
        )));
    }
    let items = value.try_iter().map_err(|_| {
        PyTypeError::new_err(format!(
            "{name} takes a sequence of str, not {}",
            type_name(value)
        ))
    })?;
    let one = |item: Bound<'_, PyAny>| {
        text(&item, name)?.map(str::to_owned).ok_or_else(|| {
            PyTypeError::new_err(format!(
                "{name} takes a sequence of str; one of them is {}",
                type_name(&item)
            ))
        })
    };
    items.map(|item| one(item?)).collect()
}

/// The value of an option that is one of some words, which `words` lists.
///
/// # Errors
/// As [`word`]; `TypeError` for what is no `str`.
pub fn word_of<T: FromStr<Err = ParseError>>(
    given: &Bound<'_, PyAny>,
    option: &str,
    words: &str,
) -> PyResult<T> {
    let text = text(given, option)?.ok_or_else(|| {
        PyTypeError::new_err(format!("{option} is {words}, not {}", type_name(given)))
    })?;
    word(text, option)
}

/// The value of an option that is one of some words.
///
/// # Errors
/// `ParseError`, which names the option.
pub fn word<T: FromStr<Err = ParseError>>(text: &str, option: &str) -> PyResult<T> {
    text.parse().map_err(|mut error: ParseError| {
        error.message = format!("{option}: {}", error.message);
        Fault::from(error).into()
    })
}

/// A `str` as text of the core, which has no halves of surrogate pairs, as Python makes of bytes that are
/// no UTF-8. `None` for another type. `what` names it in the error.
///
/// # Errors
/// `InvalidError` for such a half.
pub fn text<'a>(given: &'a Bound<'_, PyAny>, what: &str) -> PyResult<Option<&'a str>> {
    let Ok(given) = given.cast::<PyString>() else {
        return Ok(None);
    };
    given.to_str().map(Some).map_err(|_| {
        let message = "is not valid Unicode: it holds half of a surrogate pair, such as '\\udc80'";
        invalid("text", format!("{what} {message}"))
    })
}

/// The name of a value's type, for messages.
pub fn type_name(value: &Bound<'_, PyAny>) -> String {
    value
        .get_type()
        .qualname()
        .map_or_else(|_| "another type".to_owned(), |name| name.to_string())
}

/// The moment of an event whose page writes day, time and offset. Python has no offset of a day or more.
pub fn moment<'py>(py: Python<'py>, event: &Event) -> PyResult<Option<Bound<'py, PyDateTime>>> {
    const MINUTES_OF_A_DAY: i16 = 24 * 60;
    let (Some(date), Some(time), Some(offset)) = (event.date, event.time, event.offset) else {
        return Ok(None);
    };
    if offset.abs() >= MINUTES_OF_A_DAY {
        return Ok(None);
    }
    let zone = PyTzInfo::fixed_offset(py, PyDelta::new(py, 0, i32::from(offset) * 60, 0, true)?)?;
    PyDateTime::new(
        py,
        i32::from(date.year()),
        date.month().unsigned_abs(),
        date.day().unsigned_abs(),
        time.hour(),
        time.minute(),
        time.second(),
        u32::from(time.millisecond()) * 1000,
        Some(&zone),
    )
    .map(Some)
}
