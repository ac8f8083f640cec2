//! `Event`, `Source`, `Related`, `Change`: the model as immutable Python values.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::sync::Arc;

use eventstore::{Change, ChangeKind, Event, Kind, Lang, Meta, Related, Source};
use pyo3::prelude::*;
use pyo3::types::{PyDate, PyDateTime, PyDict, PyTuple};

use crate::convert::{self, Clock, Day, GivenId, Number, Strings};
use crate::errors::{Fault, Result};
use crate::event_values;
use crate::highlight::{self, PySnippet};
use crate::meta;
use crate::notebook;
use crate::part::EventPart;
use crate::query::asked;
use crate::record::{new_arguments, record};

/// Adds the classes of this file.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<PyEvent>()?;
    m.add_class::<PySource>()?;
    m.add_class::<PyRelated>()?;
    m.add_class::<PyChange>()
}

/// The keywords that an event is made of.
const FIELDS: [&str; 19] = [
    "id",
    "date",
    "title",
    "categories",
    "summary",
    "body",
    "sources",
    "related",
    "tags",
    "cover_image",
    "changes",
    "authors",
    "kind",
    "lang",
    "time",
    "offset",
    "meta",
    "draft",
    "superseded",
];

#[doc = signed_docstring!(Event)]
#[pyclass(frozen, eq, name = "Event", module = "eventstore")]
#[derive(PartialEq)]
pub struct PyEvent(Arc<Event>);

impl From<Event> for PyEvent {
    fn from(event: Event) -> Self {
        Self(Arc::new(event))
    }
}

impl PyEvent {
    pub fn event(&self) -> &Event {
        &self.0
    }
}

#[pymethods]
impl PyEvent {
    #[new]
    #[pyo3(text_signature = None, signature = (
        *, id, date=None, title, categories=None, summary=None, body=None, sources=Vec::new(),
        related=Vec::new(), tags=None, cover_image=None, changes=Vec::new(), authors=None,
        kind=None, lang=None, time=None, offset=None, meta=None, draft=false, superseded=false,
    ))]
    #[allow(clippy::too_many_arguments)] // As many as an event has fields.
    fn new(
        id: GivenId,
        date: Option<Day>,
        title: String,
        categories: Option<&Bound<'_, PyAny>>,
        summary: Option<String>,
        body: Option<String>,
        sources: Vec<PyRef<'_, PySource>>,
        related: Vec<PyRef<'_, PyRelated>>,
        tags: Option<&Bound<'_, PyAny>>,
        cover_image: Option<String>,
        changes: Vec<PyRef<'_, PyChange>>,
        authors: Option<&Bound<'_, PyAny>>,
        kind: Option<&str>,
        lang: Option<&str>,
        time: Option<Clock>,
        offset: Option<i16>,
        meta: Option<&Bound<'_, PyAny>>,
        draft: bool,
        superseded: bool,
    ) -> PyResult<Self> {
        let mut event = Event::new(id.0, date.map(|day| day.0), title);
        let texts = |given: Option<&Bound<'_, PyAny>>, name| {
            given.map_or(Ok(Vec::new()), |given| convert::strings(given, name))
        };
        event.categories = texts(categories, "categories")?;
        event.summary = summary;
        event.body = body;
        event.sources = sources
            .iter()
            .map(|source| source.0.get().clone())
            .collect();
        event.related = related
            .iter()
            .map(|related| related.0.get().clone())
            .collect();
        event.tags = texts(tags, "tags")?;
        event.cover_image = cover_image;
        event.changes = changes
            .iter()
            .map(|change| change.0.get().clone())
            .collect();
        event.authors = texts(authors, "authors")?;
        if let Some(kind) = kind {
            event.kind = Kind::from_str(kind).map_err(Fault::from)?;
        }
        if let Some(lang) = lang {
            event.lang = Lang::from_str(lang).map_err(Fault::from)?;
        }
        event.time = time.map(|time| time.0);
        event.offset = offset;
        event.meta = meta.map_or(Ok(Meta::default()), meta::of_mapping)?;
        event.draft = draft;
        event.superseded = superseded;
        Ok(event.into())
    }

    #[doc = docstring!(Event.id)]
    #[getter]
    fn id(&self) -> &str {
        self.0.id.as_str()
    }

    #[doc = docstring!(Event.date)]
    #[getter]
    fn date<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDate>>> {
        self.0.date.map(|date| convert::date(py, date)).transpose()
    }

    #[doc = docstring!(Event.categories)]
    #[getter]
    fn categories(&self) -> Strings<'_> {
        Strings(&self.0.categories)
    }

    #[doc = docstring!(Event.title)]
    #[getter]
    fn title(&self) -> &str {
        &self.0.title
    }

    #[doc = docstring!(Event.summary)]
    #[getter]
    fn summary(&self) -> Option<&str> {
        self.0.summary.as_deref()
    }

    #[doc = docstring!(Event.body)]
    #[getter]
    fn body(&self) -> Option<&str> {
        self.0.body.as_deref()
    }

    #[doc = docstring!(Event.sources)]
    #[getter]
    fn sources<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, EventPart::all_of(&self.0).map(PySource))
    }

    #[doc = docstring!(Event.related)]
    #[getter]
    fn related<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, EventPart::all_of(&self.0).map(PyRelated))
    }

    #[doc = docstring!(Event.tags)]
    #[getter]
    fn tags(&self) -> Strings<'_> {
        Strings(&self.0.tags)
    }

    #[doc = docstring!(Event.cover_image)]
    #[getter]
    fn cover_image(&self) -> Option<&str> {
        self.0.cover_image.as_deref()
    }

    #[doc = docstring!(Event.changes)]
    #[getter]
    fn changes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, EventPart::all_of(&self.0).map(PyChange))
    }

    #[doc = docstring!(Event.authors)]
    #[getter]
    fn authors(&self) -> Strings<'_> {
        Strings(&self.0.authors)
    }

    #[doc = docstring!(Event.kind)]
    #[getter]
    fn kind(&self) -> &str {
        self.0.kind.as_str()
    }

    #[doc = docstring!(Event.lang)]
    #[getter]
    fn lang(&self) -> &str {
        self.0.lang.as_str()
    }

    #[doc = docstring!(Event.time)]
    #[getter]
    fn time(&self) -> Option<Clock> {
        self.0.time.map(Clock)
    }

    #[doc = docstring!(Event.offset)]
    #[getter]
    fn offset(&self) -> Option<i16> {
        self.0.offset
    }

    #[doc = docstring!(Event.moment)]
    #[getter]
    fn moment<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDateTime>>> {
        convert::moment(py, &self.0)
    }

    #[doc = docstring!(Event.meta)]
    #[getter]
    fn meta<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        meta::to_dict(py, &self.0.meta)
    }

    #[doc = docstring!(Event.draft)]
    #[getter]
    fn draft(&self) -> bool {
        self.0.draft
    }

    #[doc = docstring!(Event.superseded)]
    #[getter]
    fn superseded(&self) -> bool {
        self.0.superseded
    }

    #[doc = docstring!(Event.body_text)]
    #[getter]
    fn body_text(&self, py: Python<'_>) -> Option<String> {
        py.detach(|| self.0.body_text())
    }

    #[doc = docstring!(Event.highlight)]
    fn highlight<'py>(
        &self,
        py: Python<'py>,
        query: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let query = asked(Some(query), None, |_| Ok(()))?;
        highlight::highlight(py, &self.0, &query)
    }

    #[doc = signed_docstring!(Event.snippet)]
    #[pyo3(signature = (query, chars=Number(160)), text_signature = None)]
    fn snippet(
        &self,
        py: Python<'_>,
        query: &Bound<'_, PyAny>,
        chars: Number,
    ) -> PyResult<PySnippet> {
        let query = asked(Some(query), None, |_| Ok(()))?;
        let chars = chars.size("chars")?;
        Ok(py.detach(|| self.0.snippet(&query, chars)).into())
    }

    #[doc = docstring!(Event.summary_html)]
    #[getter]
    fn summary_html(&self, py: Python<'_>) -> Option<String> {
        py.detach(|| self.0.summary_html())
    }

    #[doc = docstring!(Event.body_html)]
    #[getter]
    fn body_html(&self, py: Python<'_>) -> Option<String> {
        py.detach(|| self.0.body_html())
    }

    #[doc = docstring!(Event.url)]
    #[getter]
    fn url(&self) -> Option<String> {
        self.0.url()
    }

    #[doc = docstring!(Event.replace)]
    #[pyo3(signature = (**fields))]
    fn replace<'py>(
        slf: &Bound<'py, Self>,
        fields: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        event_values::replaced(slf, fields, &FIELDS)
    }

    #[doc = docstring!(Event.__replace__)]
    #[pyo3(signature = (**fields))]
    fn __replace__<'py>(
        slf: &Bound<'py, Self>,
        fields: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        event_values::replaced(slf, fields, &FIELDS)
    }

    #[doc = docstring!(Event.to_dict)]
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        event_values::to_dict(py, &self.0)
    }

    #[doc = docstring!(Event.to_json)]
    fn to_json(&self, py: Python<'_>) -> String {
        py.detach(|| self.0.to_json())
    }

    #[doc = docstring!(Event.to_markdown)]
    fn to_markdown(&self) -> Result<String> {
        Ok(self.0.to_markdown()?)
    }

    fn __hash__(&self) -> u64 {
        hash(self.0.id.as_str())
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let field = |name| slf.getattr(name)?.repr();
        Ok(format!(
            "Event(id={}, date={}, title={}, …)",
            field("id")?,
            field("date")?,
            field("title")?,
        ))
    }

    fn _repr_html_(&self) -> String {
        notebook::event(&self.0)
    }

    fn __getnewargs_ex__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        new_arguments(slf, &FIELDS)
    }
}

record! {
    PySource as "Source" of Source {
        name: &str = |source| &source.name,
        url: &str = |source| &source.url,
        image: Option<&str> = |source| source.image.as_deref(),
    }

    #[new]
    #[pyo3(signature = (name, url, image=None), text_signature = None)]
    fn new(name: String, url: String, image: Option<String>) -> Self {
        let mut source = Source::new(name, url);
        source.image = image;
        Self(EventPart::Alone(source))
    }

    #[doc = docstring!(Source.domain)]
    #[getter]
    fn domain(&self) -> Option<String> {
        self.0.get().domain()
    }
}

record! {
    PyRelated as "Related" of Related {
        id: &str = |related| related.id.as_str(),
        title: &str = |related| &related.title,
        tags: Strings<'_> = |related| Strings(&related.tags),
    }

    #[new]
    #[pyo3(signature = (id, title, tags=None), text_signature = None)]
    fn new(id: GivenId, title: String, tags: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let tags = tags.map_or(Ok(Vec::new()), |tags| convert::strings(tags, "tags"))?;
        let mut related = Related::new(id.0, title);
        related.tags = tags;
        Ok(Self(EventPart::Alone(related)))
    }
}

record! {
    PyChange as "Change" of Change {
        id: &str = |change| change.id.as_str(),
        title: &str = |change| &change.title,
        at: Option<&str> = |change| change.at.as_deref(),
        kind: &'static str = |change| change.kind.as_str(),
    }

    #[new]
    #[pyo3(signature = (id, title, at=None, kind="update"), text_signature = None)]
    fn new(id: GivenId, title: String, at: Option<String>, kind: &str) -> PyResult<Self> {
        let kind = ChangeKind::from_str(kind).map_err(Fault::from)?;
        let mut change = Change::new(id.0, title, kind);
        change.at = at;
        Ok(Self(EventPart::Alone(change)))
    }
}

/// A hash of text for `__hash__`.
pub fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
