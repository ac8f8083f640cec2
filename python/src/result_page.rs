//! `ResultPage`: some events of an answer, and where the next ones begin.

use eventstore::ResultPage;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::event::PyEvent;
use crate::notebook;
use crate::terminal;

/// Adds the class of this file.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<PyResultPage>()
}

#[doc = docstring!(ResultPage)]
#[pyclass(frozen, get_all, name = "ResultPage", module = "eventstore")]
pub struct PyResultPage {
    #[doc = docstring!(ResultPage.events)]
    events: Py<PyTuple>,
    #[doc = docstring!(ResultPage.next)]
    next: Option<String>,
}

#[pymethods]
impl PyResultPage {
    #[new]
    fn new(events: Py<PyTuple>, next: Option<String>) -> Self {
        Self { events, next }
    }

    fn __eq__(&self, py: Python<'_>, other: PyRef<'_, Self>) -> PyResult<bool> {
        Ok(self.next == other.next && self.events.bind(py).eq(other.events.bind(py))?)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let events = self.first(py)?;
        let mut lines = vec![self.headline(py)];
        if !events.is_empty() {
            let width = terminal::width(py);
            let events = events.iter().map(|event| event.get().event());
            lines.extend(terminal::events(events, width));
        }
        match self.events.bind(py).len() - events.len() {
            0 => {}
            left => lines.push(format!("… {left} more")),
        }
        Ok(lines.join("\n"))
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        let events = self.first(py)?;
        let table = notebook::events(events.iter().map(|event| event.get().event()));
        let (shown, all) = (events.len(), self.events.bind(py).len());
        let next = match self.next {
            Some(_) => ", and a next page",
            None => ", the last page",
        };
        let about = match shown == all {
            true => format!("{all} events{next}"),
            false => format!("{shown} of {all} events{next}"),
        };
        Ok(format!("<div>{table}{}</div>", notebook::line(about)))
    }

    fn __getnewargs__(&self, py: Python<'_>) -> (Py<PyTuple>, Option<String>) {
        (self.events.clone_ref(py), self.next.clone())
    }
}

impl PyResultPage {
    pub fn of(py: Python<'_>, page: ResultPage) -> PyResult<Self> {
        let events = page.events.into_iter();
        let events = events.map(|event| Py::new(py, PyEvent::from(event)));
        Ok(Self {
            events: PyTuple::new(py, events.collect::<PyResult<Vec<_>>>()?)?.unbind(),
            next: page.next,
        })
    }

    fn headline(&self, py: Python<'_>) -> String {
        let next = self
            .next
            .as_ref()
            .map_or("None".to_owned(), |next| format!("'{next}'"));
        let events = self.events.bind(py).len();
        format!("<ResultPage of {events} events, next={next}>")
    }

    /// The events that are shown.
    fn first<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyEvent>>> {
        let events = self.events.bind(py).iter().take(notebook::EVENTS_SHOWN);
        events
            .map(|event| Ok(event.cast_into::<PyEvent>()?))
            .collect()
    }
}
