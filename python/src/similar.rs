//! `SimilarEvents` of `Similar`: the events that share most tags with one.

use eventstore::{Event, Similar, SimilarEvents, Table};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyCapsule, PyDict, PyList, PySlice, PyTuple};

use crate::arrow::{Answer, no_array};
use crate::convert::{Day, shown};
use crate::errors::Result;
use crate::ingest;
use crate::notebook;
use crate::record::{dataclass_fields, record};
use crate::remark::Remark;
use crate::sequence::sequence;
use crate::terminal;

/// Adds the classes of this file.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<PySimilar>()?;
    m.add_class::<PySimilarEvents>()
}

record! {
    PySimilar as "Similar" {
        id: String,
        date: Option<Day>,
        title: String,
        shared: Vec<String>,
    }

    #[getter]
    fn __dataclass_fields__(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        static FIELDS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let make = || dataclass_fields(py, "Similar", Self::FIELDS);
        Ok(FIELDS.get_or_try_init(py, make)?.clone_ref(py))
    }

    fn _repr_html_(&self) -> String {
        html(std::slice::from_ref(self))
    }
}

impl PySimilar {
    fn day(&self) -> String {
        shown(self.date.map(|day| day.0))
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

/// What is shown of each event.
const SHOWN: [&str; 3] = ["date", "title", "shared"];

fn html(items: &[PySimilar]) -> String {
    let mut table = notebook::HtmlTable::new(&SHOWN);
    for one in items.iter().take(notebook::EVENTS_SHOWN) {
        table.row(&[
            notebook::plain_cell(one.day()),
            notebook::text_cell(&one.title, notebook::TITLE_COLUMNS),
            notebook::text_cell(&one.shared.join(", "), notebook::TEXT_COLUMNS),
        ]);
    }
    let more = match items.len().saturating_sub(notebook::EVENTS_SHOWN) {
        0 => String::new(),
        _ => notebook::line(format!("{} of {}", notebook::EVENTS_SHOWN, items.len())),
    };
    format!("<div>{}{more}</div>", table.finish())
}

sequence! {
    PySimilarEvents as "SimilarEvents" of PySimilar by { of } with {}
}

impl PySimilarEvents {
    fn about(&self) -> String {
        format!("of {}", self.of)
    }

    fn lines(&self, width: usize) -> Vec<String> {
        if self.items.is_empty() {
            return Vec::new();
        }
        let first = self.items.iter().take(notebook::EVENTS_SHOWN);
        let rows: Vec<_> = first
            .map(|one| vec![one.day(), one.title.clone(), one.shared.join(", ")])
            .collect();
        let mut lines = terminal::rows(&SHOWN.map(str::to_owned), &rows, width);
        match self.items.len() - rows.len() {
            0 => {}
            more => lines.push(format!("… {more} more")),
        }
        lines
    }

    fn html(&self) -> String {
        html(&self.items)
    }

    fn table(&self) -> Result<Answer> {
        let similar = self.items.iter().map(|one| {
            let date = one.date.map(|day| day.0);
            let event = Event::new(one.id.parse()?, date, &*one.title);
            Ok(Similar::new(event.heading(), one.shared.clone()))
        });
        let similar = similar.collect::<Result<Vec<_>>>()?;
        let table = SimilarEvents::new(self.of.parse()?, similar);
        Ok(Answer::Table(table.record_batch()?))
    }
}

impl From<SimilarEvents> for PySimilarEvents {
    fn from(similar: SimilarEvents) -> Self {
        Self {
            of: similar.of.as_str().to_owned(),
            remark: match similar.events.is_empty() {
                true => Remark::of_no_similar(),
                false => Remark::default(),
            },
            items: similar.events.into_iter().map(PySimilar::from).collect(),
        }
    }
}
