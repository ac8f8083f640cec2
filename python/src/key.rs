//! What an event is asked for by: its id as text, the event itself, an entry that links to it, or one of
//! a list of similar events.

use eventstore::EventId;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::convert::{GivenId, type_name};
use crate::event::{PyEvent, PyRelated};
use crate::similar::PySimilar;

/// The id that an argument leads to.
pub struct Key(pub EventId);

impl Key {
    /// The id of an event, of an entry of a related list or of a similar event; `None` for any other type.
    pub fn of_object(value: &Bound<'_, PyAny>) -> Option<EventId> {
        if let Ok(event) = value.cast::<PyEvent>() {
            return Some(event.get().event().id.clone());
        }
        if let Ok(similar) = value.cast::<PySimilar>() {
            // A program may make one of any text, which then is no key.
            return similar.get().id.parse().ok();
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
        let GivenId(id) = value.extract()?;
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
