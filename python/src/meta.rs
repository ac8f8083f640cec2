//! `Event.meta` between Python's values and the core's.

use eventstore::{Meta, MetaValue};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyMapping, PyString, PyTuple};

use crate::convert::type_name;
use crate::errors::invalid;

/// Levels that front matter may have.
const DEPTH_MAX: usize = 64;

/// A `dict` of what a page says: texts, `None`, lists and dicts.
pub fn to_dict<'py>(py: Python<'py>, meta: &Meta) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (key, value) in meta.iter() {
        dict.set_item(key, to_object(py, value)?)?;
    }
    Ok(dict)
}

fn to_object<'py>(py: Python<'py>, value: &MetaValue) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        MetaValue::Text(text) => PyString::new(py, text).into_any(),
        MetaValue::List(items) => {
            let items: PyResult<Vec<_>> = items.iter().map(|item| to_object(py, item)).collect();
            PyList::new(py, items?)?.into_any()
        }
        MetaValue::Map(map) => to_dict(py, map)?.into_any(),
        _ => py.None().into_bound(py),
    })
}

/// What a mapping says. Numbers and flags become their text, as a page writes them.
pub fn of_mapping(given: &Bound<'_, PyAny>) -> PyResult<Meta> {
    mapping_within(given, DEPTH_MAX)
}

fn mapping_within(given: &Bound<'_, PyAny>, depth: usize) -> PyResult<Meta> {
    let Some(depth) = depth.checked_sub(1) else {
        return Err(invalid(
            "meta",
            format!("meta nests deeper than {DEPTH_MAX} levels"),
        ));
    };
    let mapping = given.cast::<PyMapping>().map_err(|_| {
        let given = type_name(given);
        PyTypeError::new_err(format!(
            "meta takes a mapping of text to values, not {given}"
        ))
    })?;
    let mut entries = Vec::new();
    for item in mapping.items()? {
        let (key, value): (String, Bound<'_, PyAny>) = item.extract()?;
        entries.push((key, of_object(&value, depth)?));
    }
    Ok(entries.into_iter().collect())
}

fn of_object(value: &Bound<'_, PyAny>, depth: usize) -> PyResult<MetaValue> {
    if value.is_none() {
        return Ok(MetaValue::Null);
    }
    if let Ok(flag) = value.cast::<PyBool>() {
        return Ok(MetaValue::Text(flag.is_true().to_string()));
    }
    if value.is_instance_of::<PyString>()
        || value.is_instance_of::<PyInt>()
        || value.is_instance_of::<PyFloat>()
    {
        return Ok(MetaValue::Text(value.str()?.to_string()));
    }
    if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
        let Some(depth) = depth.checked_sub(1) else {
            return Err(invalid(
                "meta",
                format!("meta nests deeper than {DEPTH_MAX} levels"),
            ));
        };
        let items = value.try_iter()?.map(|item| of_object(&item?, depth));
        return Ok(MetaValue::List(items.collect::<PyResult<_>>()?));
    }
    if value.cast::<PyMapping>().is_ok() {
        return mapping_within(value, depth).map(MetaValue::Map);
    }
    let given = type_name(value);
    Err(PyTypeError::new_err(format!(
        "meta holds text, numbers, flags, lists and mappings, not {given}"
    )))
}
