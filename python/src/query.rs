//! `Query`, `Prefix` and `prefix`: a question as a value.

use std::str::FromStr;

use eventstore::{Include, ParseError, Query, Value};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyMapping, PyString};

use crate::convert::{days, text, type_name};
use crate::errors::{Fault, Result};
use crate::key::Key;

/// Adds the names of this file.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<PyQuery>()?;
    m.add_class::<PyPrefix>()?;
    m.add_function(wrap_pyfunction!(prefix, m)?)
}

#[doc = signed_docstring!(Query)]
#[pyclass(frozen, eq, hash, name = "Query", module = "eventstore")]
#[derive(PartialEq, Hash)]
pub struct PyQuery(pub Query);

#[pymethods]
impl PyQuery {
    #[new]
    #[pyo3(signature = (string = None, /, **keywords), text_signature = None)]
    fn new(
        string: Option<&Bound<'_, PyAny>>,
        keywords: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        asked(string, keywords, |_| Ok(())).map(Self)
    }

    fn __and__(&self, other: PyRef<'_, Self>) -> Self {
        Self(&self.0 & &other.0)
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    pub(crate) fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let text = PyString::new(py, &self.0.to_string()).repr()?;
        Ok(format!("Query({text})"))
    }

    fn __getnewargs__(&self) -> (String,) {
        (self.0.to_string(),)
    }
}

#[doc = docstring!(Prefix)]
#[pyclass(frozen, eq, hash, name = "Prefix", module = "eventstore")]
#[derive(PartialEq, Hash)]
pub struct PyPrefix(String);

#[pymethods]
impl PyPrefix {
    #[new]
    #[pyo3(signature = (text, /))]
    fn new(text: String) -> Self {
        Self(text)
    }

    #[doc = docstring!(Prefix.text)]
    #[getter]
    fn text(&self) -> &str {
        &self.0
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("prefix({})", PyString::new(py, &self.0).repr()?))
    }

    fn __getnewargs__(&self) -> (&str,) {
        (&self.0,)
    }
}

#[doc = docstring!(prefix)]
#[pyfunction]
#[pyo3(signature = (text, /))]
fn prefix(text: String) -> PyPrefix {
    PyPrefix(text)
}

/// The query that `Query()`, `Store.query` and `Hits.where` are given: text or a `Query`, narrowed
/// by keywords.
///
/// A text that cannot be read is handed to `store`, which reads it with a store at hand: the hint of
/// its error names tags that the store has.
pub fn asked(
    string: Option<&Bound<'_, PyAny>>,
    keywords: Option<&Bound<'_, PyDict>>,
    store: impl FnOnce(&str) -> Result<()>,
) -> PyResult<Query> {
    let mut query = match string {
        None => Query::new(),
        Some(given) => match given.cast::<PyQuery>() {
            Ok(query) => query.get().0.clone(),
            Err(_) => match text(given, "the question")? {
                Some(text) => match Query::from_str(text) {
                    Ok(query) => query,
                    Err(error) => {
                        store(text)?;
                        return Err(Fault::from(error).into());
                    }
                },
                None => {
                    return Err(PyTypeError::new_err(format!(
                        "a question is a str or a Query, not {}",
                        type_name(given)
                    )));
                }
            },
        },
    };
    for (name, value) in keywords.into_iter().flatten() {
        let name = name.extract::<&str>()?.to_owned();
        let value = if value.is_none() { None } else { Some(value) };
        query = narrowed(query, &name, value)?;
    }
    Ok(query)
}

type Narrow = fn(Query, Vec<Value>) -> Result<Query, ParseError>;

/// The keywords that take values, each with the call of the core that it stands for.
const OF_VALUES: [(&str, Narrow); 28] = [
    ("words", Query::words),
    ("words_any", Query::words_any),
    ("words_none", Query::words_none),
    ("phrase", Query::phrase),
    ("title", Query::title),
    ("title_none", Query::title_none),
    ("summary", Query::summary),
    ("summary_none", Query::summary_none),
    ("body", Query::body),
    ("body_none", Query::body_none),
    ("tags_all", Query::tags_all),
    ("tags_any", Query::tags_any),
    ("tags_none", Query::tags_none),
    ("category", Query::category),
    ("category_none", Query::category_none),
    ("author", Query::author),
    ("author_none", Query::author_none),
    ("source", Query::source),
    ("source_none", Query::source_none),
    ("domain", Query::domain),
    ("domain_none", Query::domain_none),
    ("related_to", Query::related_to),
    ("refers_to", Query::refers_to),
    ("kind", Query::kind),
    ("lang", Query::lang),
    ("on", Query::on),
    ("has", Query::has),
    ("has_none", Query::has_none),
];

type NarrowKey = fn(Query, &str, Vec<Value>) -> Result<Query, ParseError>;

/// The keywords that take a mapping of keys to values.
const OF_KEYS: [(&str, NarrowKey); 2] = [("meta", Query::meta), ("meta_none", Query::meta_none)];

/// The query with one keyword more; `None` as its value is no condition.
fn narrowed(query: Query, name: &str, value: Option<Bound<'_, PyAny>>) -> PyResult<Query> {
    let of_values = OF_VALUES.iter().find(|(known, _)| *known == name);
    let of_keys = OF_KEYS.iter().find(|(known, _)| *known == name);
    let others = ["since", "until", "superseded", "draft", "undated"];
    if of_values.is_none() && of_keys.is_none() && !others.contains(&name) {
        return Err(unknown(name));
    }
    let Some(value) = value else { return Ok(query) };
    if let Some((_, narrow)) = of_keys {
        return narrowed_by_keys(query, name, &value, *narrow);
    }
    let narrowed = match (of_values, name) {
        (Some((_, narrow)), _) => narrow(query, values(&value, name)?),
        (None, "since") => query.since(days(&value)?),
        (None, "until") => query.until(days(&value)?),
        (None, "draft") => Ok(query.draft(include(&value, name)?)),
        (None, "undated") => Ok(query.undated(include(&value, name)?)),
        (None, _) => Ok(query.superseded(include(&value, name)?)),
    };
    Ok(narrowed.map_err(Fault::from)?)
}

/// The query with the conditions of a mapping, one for each key; `None` as a value is no condition.
fn narrowed_by_keys(
    mut query: Query,
    name: &str,
    given: &Bound<'_, PyAny>,
    narrow: NarrowKey,
) -> PyResult<Query> {
    let refuse = |given: &Bound<'_, PyAny>| {
        PyTypeError::new_err(format!(
            "{name} takes a dict of keys and values, not {}",
            type_name(given)
        ))
    };
    let mapping = given.cast::<PyMapping>().map_err(|_| refuse(given))?;
    for item in mapping.items()?.iter() {
        let (key, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = item.extract()?;
        let key = text(&key, name)?.ok_or_else(|| refuse(&key))?;
        if !value.is_none() {
            let values = values(&value, name)?;
            query = narrow(query, key, values).map_err(Fault::from)?;
        }
    }
    Ok(query)
}

fn unknown(name: &str) -> PyErr {
    // People write the field names of query texts.
    let meant = match name {
        "tag" | "tags" => "; did you mean tags_any, tags_all or tags_none?",
        "word" | "text" | "search" | "q" => "; did you mean words, words_any or phrase?",
        "phrases" => "; did you mean phrase?",
        "related" => "; did you mean related_to?",
        "date" | "from" | "start" => "; did you mean since or until?",
        "publisher" | "sources" => "; did you mean source?",
        _ if name.starts_with("meta") => "; did you mean meta={\"key\": \"value\"}?",
        "limit" => "; take a slice of the answer instead, as in hits[:20]",
        "order" => "; did you mean .order(…) of the answer?",
        _ => "",
    };
    // `title_any`, as `tags_any`: of one field any of several values is what it takes.
    let field = ["_any", "_all"]
        .iter()
        .find_map(|end| name.strip_suffix(end));
    let field = field.filter(|field| OF_VALUES.iter().any(|(known, _)| known == field));
    if let Some(field) = field {
        let meant = match (field, name.ends_with("_any")) {
            ("phrase", _) | (_, false) => field.to_owned(),
            _ => format!("{field}, which takes several values, one of which is enough"),
        };
        return PyTypeError::new_err(format!(
            "unexpected keyword {name:?} of a query; did you mean {meant}?"
        ));
    }
    PyTypeError::new_err(format!("unexpected keyword {name:?} of a query{meant}"))
}

/// One value or several. A `str`, a `Prefix` or an event is one; it is never taken apart.
fn values(given: &Bound<'_, PyAny>, name: &str) -> PyResult<Vec<Value>> {
    let takes_events = ["related_to", "refers_to"].contains(&name);
    let value = |given: &Bound<'_, PyAny>| match Key::of_object(given) {
        Some(id) if takes_events => Ok(Some(Value::from(id.as_str()))),
        _ => value(given, name),
    };
    if let Some(one) = value(given)? {
        return Ok(vec![one]);
    }
    let kinds = match takes_events {
        true => "an id, an Event",
        false => "str, prefix(…)",
    };
    let refuse = |given: &Bound<'_, PyAny>| {
        PyTypeError::new_err(format!(
            "{name} takes {kinds} or a sequence of them, not {}",
            type_name(given)
        ))
    };
    let items = given.try_iter().map_err(|_| refuse(given))?;
    items
        .map(|item| {
            let item = item?;
            value(&item)?.ok_or_else(|| refuse(&item))
        })
        .collect()
}

fn value(given: &Bound<'_, PyAny>, name: &str) -> PyResult<Option<Value>> {
    if let Ok(prefix) = given.cast::<PyPrefix>() {
        return Ok(Some(eventstore::prefix(prefix.get().0.as_str())));
    }
    Ok(text(given, name)?.map(Value::from))
}

/// `True`, `False`, or a word.
fn include(given: &Bound<'_, PyAny>, name: &str) -> PyResult<Include> {
    if let Ok(flag) = given.cast::<PyBool>() {
        return Ok(if flag.is_true() {
            Include::Yes
        } else {
            Include::No
        });
    }
    let word = text(given, name)?.ok_or_else(|| {
        PyTypeError::new_err(format!(
            "{name} takes True, False or 'only', not {}",
            type_name(given)
        ))
    })?;
    Ok(Include::from_str(word).map_err(Fault::from)?)
}
