//! `Event`, `Source`, `Related`, `Change`: the model as immutable Python values.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::sync::Arc;

use eventstore::{Change, ChangeKind, Event, Kind, Lang, Related, Source};
use pyo3::prelude::*;
use pyo3::types::{PyDate, PyTuple};

use crate::convert::{self, Day, Id};
use crate::errors::{Fault, Result, invalid};
use crate::html::Escaped;
use crate::part::Part;
use crate::record::{new_arguments, shown};

/// Adds the classes of this file.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<PyEvent>()?;
    m.add_class::<PySource>()?;
    m.add_class::<PyRelated>()?;
    m.add_class::<PyChange>()
}

/// One event, as clean text.
///
/// Immutable; equal by content, hashed by id. Missing is `None`, never an empty string.
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
    #[pyo3(signature = (
        *, id, date=None, title, categories=None, summary=None, body=None, sources=Vec::new(), related=Vec::new(),
        tags=None, cover_image=None, changes=Vec::new(), authors=None, kind=None, lang="en", superseded=false,
    ))]
    #[pyo3(
        text_signature = "(*, id, date=None, title, categories=(), summary=None, body=None, sources=(), related=(), tags=(), \
                          cover_image=None, changes=(), authors=(), kind=None, lang='en', superseded=False)"
    )]
    #[allow(clippy::too_many_arguments)] // Keywords all; this is the model's width.
    fn new(
        id: Id,
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
        lang: &str,
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
        event.lang = Lang::from_str(lang).map_err(Fault::from)?;
        event.superseded = superseded;
        Ok(event.into())
    }

    /// Its place in the tree, such as `2017/03/2/slug`.
    #[getter]
    fn id(&self) -> &str {
        self.0.id.as_str()
    }

    /// The day of its heading. Every page of the Context has one.
    #[getter]
    fn date<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDate>>> {
        self.0.date.map(|date| convert::date(py, date)).transpose()
    }

    /// Its categories. A page of the Context has at most one.
    #[getter]
    fn categories<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.0.categories)
    }

    /// The title.
    #[getter]
    fn title(&self) -> &str {
        &self.0.title
    }

    /// The summary; of an opinion, its first paragraph.
    #[getter]
    fn summary(&self) -> Option<&str> {
        self.0.summary.as_deref()
    }

    /// Of an opinion, its whole text as Markdown; else `None`.
    #[getter]
    fn body(&self) -> Option<&str> {
        self.0.body.as_deref()
    }

    /// The numbered sources, in page order.
    #[getter]
    fn sources<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, Part::all_of(&self.0).map(PySource))
    }

    /// The numbered related events, in page order.
    #[getter]
    fn related<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, Part::all_of(&self.0).map(PyRelated))
    }

    /// All tags that the store has evidence for, in order of their folded form.
    #[getter]
    fn tags<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.0.tags)
    }

    /// URL of the cover image.
    #[getter]
    fn cover_image(&self) -> Option<&str> {
        self.0.cover_image.as_deref()
    }

    /// Earlier and later versions that the page lists.
    #[getter]
    fn changes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, Part::all_of(&self.0).map(PyChange))
    }

    /// Its authors. An opinion of the Context has at most one, news have none.
    #[getter]
    fn authors<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.0.authors)
    }

    /// What kind of text it is, such as `news` or `opinion`.
    #[getter]
    fn kind(&self) -> &str {
        self.0.kind.as_str()
    }

    /// The language of its edition, such as `en` or `zh`.
    #[getter]
    fn lang(&self) -> &str {
        self.0.lang.as_str()
    }

    /// Whether the day page of its day is known and does not list it.
    #[getter]
    fn superseded(&self) -> bool {
        self.0.superseded
    }

    /// The page that renders it.
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
        let event = &self.0;
        let mut html = format!(
            "<article><b>{}</b><br><small>{} · {}",
            Escaped(&event.title),
            convert::shown(event.date),
            Escaped(event.id.as_str()),
        );
        for category in &event.categories {
            html += &format!(" · {}", Escaped(category));
        }
        html += "</small>";
        if let Some(summary) = &event.summary {
            html += &format!("<p>{}</p>", Escaped(summary));
        }
        if !event.tags.is_empty() {
            html += &format!("<p><small>{}</small></p>", Escaped(event.tags.join(" · ")));
        }
        html + "</article>"
    }

    fn __getnewargs_ex__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        new_arguments(
            slf,
            &[
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
                "superseded",
            ],
        )
    }
}

/// Where an event was reported.
#[pyclass(frozen, eq, hash, name = "Source", module = "eventstore")]
#[derive(PartialEq, Hash)]
pub struct PySource(Part<Source>);

#[pymethods]
impl PySource {
    #[new]
    #[pyo3(signature = (name, url, image=None))]
    fn new(name: String, url: String, image: Option<String>) -> Self {
        let mut source = Source::new(name, url);
        source.image = image;
        Self(Part::Alone(source))
    }

    /// The publisher's name.
    #[getter]
    fn name(&self) -> &str {
        &self.0.get().name
    }

    /// The report.
    #[getter]
    fn url(&self) -> &str {
        &self.0.get().url
    }

    /// An image of the report.
    #[getter]
    fn image(&self) -> Option<&str> {
        self.0.get().image.as_deref()
    }

    /// The publisher's host in lower case, of an archived copy the archived host; `None` if the URL is not http(s).
    #[getter]
    fn domain(&self) -> Option<String> {
        self.0.get().domain()
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        shown(slf, "Source", &["name", "url", "image"])
    }

    fn __getnewargs_ex__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        new_arguments(slf, &["name", "url", "image"])
    }
}

/// An entry of the related list.
#[pyclass(frozen, eq, hash, name = "Related", module = "eventstore")]
#[derive(PartialEq, Hash)]
pub struct PyRelated(Part<Related>);

#[pymethods]
impl PyRelated {
    #[new]
    #[pyo3(signature = (id, title, tags=None), text_signature = "(id, title, tags=())")]
    fn new(id: Id, title: String, tags: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let tags = tags.map_or(Ok(Vec::new()), |tags| convert::strings(tags, "tags"))?;
        let mut related = Related::new(id.0, title);
        related.tags = tags;
        Ok(Self(Part::Alone(related)))
    }

    /// The event that is linked to; it may be absent from the store.
    #[getter]
    fn id(&self) -> &str {
        self.0.get().id.as_str()
    }

    /// The link's text.
    #[getter]
    fn title(&self) -> &str {
        &self.0.get().title
    }

    /// The tags that both events share.
    #[getter]
    fn tags<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.0.get().tags)
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        shown(slf, "Related", &["id", "title", "tags"])
    }

    fn __getnewargs_ex__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        new_arguments(slf, &["id", "title", "tags"])
    }
}

/// An entry of the list of changes.
#[pyclass(frozen, eq, hash, name = "Change", module = "eventstore")]
#[derive(PartialEq, Hash)]
pub struct PyChange(Part<Change>);

#[pymethods]
impl PyChange {
    #[new]
    #[pyo3(signature = (id, title, at=None, kind="update"))]
    fn new(id: Id, title: String, at: Option<String>, kind: &str) -> PyResult<Self> {
        let kinds = [ChangeKind::First, ChangeKind::Update, ChangeKind::Current];
        let kind = kinds
            .into_iter()
            .find(|known| known.as_str() == kind)
            .ok_or_else(|| {
                invalid(
                    "kind",
                    format!("{kind:?} is none of first, update, current"),
                )
            })?;
        let mut change = Change::new(id.0, title, kind);
        change.at = at;
        Ok(Self(Part::Alone(change)))
    }

    /// The version's own id.
    #[getter]
    fn id(&self) -> &str {
        self.0.get().id.as_str()
    }

    /// The title it had.
    #[getter]
    fn title(&self) -> &str {
        &self.0.get().title
    }

    /// The time as the page writes it, `YYYY-MM-DD HH:MM:SS`; `None` for the current version.
    #[getter]
    fn at(&self) -> Option<&str> {
        self.0.get().at.as_deref()
    }

    /// `first`, `update` or `current`.
    #[getter]
    fn kind(&self) -> &'static str {
        self.0.get().kind.as_str()
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        shown(slf, "Change", &["id", "title", "at", "kind"])
    }

    fn __getnewargs_ex__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        new_arguments(slf, &["id", "title", "at", "kind"])
    }
}

/// A hash of text for `__hash__`.
pub fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
