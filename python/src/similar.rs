//! `Similar`: an event that shares tags with another.

use eventstore::Similar;
use pyo3::prelude::*;

use crate::convert::{Day, shown};
use crate::notebook;
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

    fn _repr_html_(&self) -> String {
        let mut table = notebook::HtmlTable::new(&["date", "title", "shared"]);
        table.row(&[
            notebook::plain_cell(shown(self.date.map(|day| day.0))),
            notebook::text_cell(&self.title, notebook::TITLE_COLUMNS),
            notebook::text_cell(&self.shared.join(", "), notebook::TEXT_COLUMNS),
        ]);
        format!("<div>{}</div>", table.finish())
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
