//! `Snippet`, and where the words of a query stand: places of text in code points, as Python counts.

use eventstore::{Event, Query, Snippet};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::convert::Tuple;
use crate::display::{Escaped, visible};
use crate::record::record;

/// Adds the class of this file.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<PySnippet>()
}

/// How a notebook shows a word that was asked for.
const MARK: (&str, &str) = (
    "<span style=\"background-color: #ffe680; color: #000\">",
    "</span>",
);

/// The start and the end of a part of a text in code points.
type Span = (usize, usize);

record! {
    PySnippet as "Snippet" {
        field: String,
        text: String,
        spans: Tuple<Span>,
    }

    fn __str__(&self) -> String {
        self.in_brackets()
    }

    fn _repr_html_(&self) -> String {
        self.html()
    }
}

impl PySnippet {
    /// The text with the words in brackets.
    pub fn in_brackets(&self) -> String {
        self.marked(("[", "]"), str::to_owned)
    }

    /// The text with the words marked, as HTML.
    pub fn html(&self) -> String {
        let html = self.marked(MARK, |part| Escaped(visible(part)).to_string());
        format!("<span>{html}</span>")
    }

    /// The text with something around each span, and each part of it as `shown` says.
    fn marked(&self, (before, behind): (&str, &str), shown: impl Fn(&str) -> String) -> String {
        let mut bytes: Vec<usize> = self.text.char_indices().map(|(at, _)| at).collect();
        bytes.push(self.text.len());
        let byte = |at: usize| bytes.get(at).copied().unwrap_or(self.text.len());
        let mut out = String::new();
        let mut last = 0;
        for &(start, end) in &self.spans.0 {
            // A snippet that a program made may say anything.
            let start = byte(start).max(last);
            let end = byte(end).max(start);
            out += &shown(&self.text[last..start]);
            out += before;
            out += &shown(&self.text[start..end]);
            out += behind;
            last = end;
        }
        out + &shown(&self.text[last..])
    }
}

impl From<Snippet> for PySnippet {
    fn from(snippet: Snippet) -> Self {
        Self {
            field: snippet.field.to_string(),
            spans: Tuple(in_code_points(&snippet.text, &snippet.spans)),
            text: snippet.text,
        }
    }
}

/// Where the words of a query stand in the texts of an event, by field.
pub fn highlight<'py>(
    py: Python<'py>,
    event: &Event,
    query: &Query,
) -> PyResult<Bound<'py, PyDict>> {
    let (found, body) = py.detach(|| {
        let found = event.highlight(query);
        let body = (!found.body.is_empty()).then(|| event.body_text());
        (found, body.flatten())
    });
    let fields = PyDict::new(py);
    let summary = event.summary.as_deref().unwrap_or_default();
    for (field, text, spans) in [
        ("title", event.title.as_str(), &found.title),
        ("summary", summary, &found.summary),
        ("body", body.as_deref().unwrap_or_default(), &found.body),
    ] {
        fields.set_item(field, PyList::new(py, in_code_points(text, spans))?)?;
    }
    Ok(fields)
}

/// Spans of bytes, which ascend, as spans of code points.
fn in_code_points(text: &str, spans: &[std::ops::Range<usize>]) -> Vec<Span> {
    let (mut at, mut count) = (0, 0);
    let mut point = |byte: usize| {
        count += text.get(at..byte).map_or(0, |part| part.chars().count());
        at = byte;
        count
    };
    spans
        .iter()
        .map(|span| (point(span.start), point(span.end)))
        .collect()
}
