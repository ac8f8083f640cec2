//! What an event is asked for by: its id as text, the event itself, or an entry that links to it.

use eventstore::EventId;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::convert::{Id, type_name};
use crate::event::{PyEvent, PyRelated};

/// The id that an argument leads to.
pub struct Key(pub EventId);

impl Key {
    /// The id of an event or of an entry of a related list; `None` for any other type.
    pub fn of_object(value: &Bound<'_, PyAny>) -> Option<EventId> {
        if let Ok(event) = value.cast::<PyEvent>() {
            return Some(event.get().event().id.clone());
        }
        let entry = value.cast::<PyRelated>().ok()?;
        Some(entry.get().0.get().id.clone())
    }
}

impl<'py> FromPyObject<'_, 'py> for Key {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Some(id) = Self::of_object(&value) {
            return Ok(Self(id));
        }
        if !value.is_instance_of::<PyString>() {
            return Err(PyTypeError::new_err(format!(
                "an event is asked for by an id such as '2017/03/2/slug' or by an Event, not by {}",
                type_name(&value)
            )));
        }
        let Id(id) = value.extract()?;
        Ok(Self(id))
    }
}

/// One key, or the keys of an iterable.
pub fn several(keys: &Bound<'_, PyAny>) -> PyResult<Vec<EventId>> {
    let one = keys.is_instance_of::<PyString>() || Key::of_object(keys).is_some();
    if one {
        return Ok(vec![keys.extract::<Key>()?.0]);
    }
    keys.try_iter()?
        .map(|key| Ok(key?.extract::<Key>()?.0))
        .collect()
}
