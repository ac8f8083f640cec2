//! Attributes that a class does not have: who types the name of another library is told ours.

use pyo3::exceptions::PyAttributeError;
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::convert::type_name;

/// The error for an attribute that an object does not have. What it says stands in `eventstore._other_names`.
pub fn no_attribute<T>(object: &Bound<'_, T>, name: &Bound<'_, PyString>) -> PyErr {
    let class = type_name(object.as_any());
    let message = || -> PyResult<String> {
        let names = object.py().import("eventstore._other_names")?;
        names.call_method1("of_class", (&class, name))?.extract()
    };
    // Nothing can be imported when the interpreter ends.
    let plain = |_| {
        format!(
            "'{class}' object has no attribute '{}'",
            name.to_string_lossy()
        )
    };
    PyAttributeError::new_err(message().unwrap_or_else(plain))
}
