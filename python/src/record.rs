//! Classes that are plain fields, such as a bucket of a timeline or a source of an event.

/// A frozen class of fields: equal by content, shown as the call that makes it, and pickled.
///
/// The first form owns its fields and is built by position or keyword; `shown by` names what shows it otherwise. The second form is a part of
/// an event (`EventPart`): each field says how it is read, and the constructor follows.
macro_rules! record {
    (
        $name:ident as $python:tt $(shown by $shown:ident)? {
            $( $field:ident: $type:ty, )+
        }
        $($more:tt)*
    ) => {
        #[doc = docstring!($python)]
        #[pyo3::pyclass(frozen, eq, get_all, name = $python, module = "eventstore")]
        #[derive(Clone, PartialEq)]
        pub struct $name {
            $( #[doc = docstring!($python.$field)] pub $field: $type, )+
        }

        impl $name {
            const FIELDS: &'static [&'static str] = &[$(stringify!($field)),+];
        }

        #[pyo3::pymethods]
        impl $name {
            #[new]
            #[allow(clippy::too_many_arguments)] // As many as there are fields.
            fn new($($field: $type),+) -> Self {
                Self { $($field),+ }
            }

            fn __getnewargs_ex__<'py>(
                slf: &pyo3::Bound<'py, Self>,
            ) -> pyo3::PyResult<pyo3::Bound<'py, pyo3::types::PyTuple>> {
                crate::record::new_arguments(slf, Self::FIELDS)
            }

            fn __repr__(slf: &pyo3::Bound<'_, Self>) -> pyo3::PyResult<String> {
                crate::record::representation!(slf, $python, Self::FIELDS $(, $shown)?)
            }

            $($more)*
        }
    };
    (
        $name:ident as $python:tt of $part:ty {
            $( $field:ident: $type:ty = $read:expr, )+
        }
        $($more:tt)*
    ) => {
        #[doc = signed_docstring!($python)]
        #[pyo3::pyclass(frozen, eq, hash, name = $python, module = "eventstore")]
        #[derive(PartialEq, Hash)]
        pub struct $name(pub crate::part::EventPart<$part>);

        #[pyo3::pymethods]
        impl $name {
            $($more)*

            $(
                #[doc = docstring!($python.$field)]
                #[getter]
                fn $field(&self) -> $type {
                    let read: fn(&$part) -> $type = $read;
                    read(self.0.get())
                }
            )+

            fn __getnewargs_ex__<'py>(
                slf: &pyo3::Bound<'py, Self>,
            ) -> pyo3::PyResult<pyo3::Bound<'py, pyo3::types::PyTuple>> {
                crate::record::new_arguments(slf, &[$(stringify!($field)),+])
            }

            fn __repr__(slf: &pyo3::Bound<'_, Self>) -> pyo3::PyResult<String> {
                crate::record::shown(slf, $python, &[$(stringify!($field)),+])
            }
        }
    };
}

/// How a record shows itself: as the call that makes it, or as the class says.
macro_rules! representation {
    ($slf:ident, $python:tt, $fields:expr) => {
        crate::record::shown($slf, $python, $fields)
    };
    ($slf:ident, $python:tt, $fields:expr, $shown:ident) => {
        Ok($slf.get().$shown())
    };
}

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

pub(crate) use {record, representation};

/// A value as the call that makes it.
pub fn shown<T>(value: &Bound<'_, T>, class: &str, fields: &[&str]) -> PyResult<String> {
    let mut parts = Vec::with_capacity(fields.len());
    for field in fields {
        parts.push(format!(
            "{field}={}",
            value.as_any().getattr(*field)?.repr()?
        ));
    }
    Ok(format!("{class}({})", parts.join(", ")))
}

/// The fields as the module `dataclasses` has them, so that `asdict` works, and a list of such values makes a frame.
pub fn dataclass_fields(py: Python<'_>, class: &str, fields: &[&str]) -> PyResult<Py<PyAny>> {
    let make = py.import("dataclasses")?.getattr("make_dataclass")?;
    let made = make.call1((class, fields.to_vec()))?;
    Ok(made.getattr("__dataclass_fields__")?.unbind())
}

/// What pickle and copy pass to the constructor: every field by keyword.
pub fn new_arguments<'py, T>(
    value: &Bound<'py, T>,
    fields: &[&str],
) -> PyResult<Bound<'py, PyTuple>> {
    let py = value.py();
    let keywords = PyDict::new(py);
    for field in fields {
        keywords.set_item(field, value.as_any().getattr(*field)?)?;
    }
    (PyTuple::empty(py), keywords).into_pyobject(py)
}
