//! `Similar`: an event that shares tags with another.

use eventstore::Similar;
use pyo3::prelude::*;

use crate::convert::Day;
use crate::record::record;

/// Adds the class of this file.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<PySimilar>()
}

record! {
    PySimilar as "Similar" {
        id: String,
        date: Option<Day>,
        title: String,
        shared: Vec<String>,
    }
}

impl From<Similar> for PySimilar {
    fn from(similar: Similar) -> Self {
        Self {
            id: similar.heading.id.as_str().to_owned(),
            date: similar.heading.date.map(Day),
            title: similar.heading.title,
            shared: similar.shared,
        }
    }
}

/// The list that Python gets.
pub fn listed(similar: Vec<Similar>) -> Vec<PySimilar> {
    similar.into_iter().map(PySimilar::from).collect()
}
