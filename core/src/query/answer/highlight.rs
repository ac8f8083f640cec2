//! Where the words of a query stand in an event's texts.

use std::ops::Range;

use crate::analysis::{WordPattern, occurrences_in, spanned_tokens};
use crate::event::{Event, unknown, words};
use crate::query::model::Query;
use crate::query::text::QueryField;

/// A text of an event that has words.
///
/// # Examples
///
/// ```
/// use eventstore::TextField;
/// assert_eq!(TextField::Summary.as_str(), "summary");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TextField {
    /// [`Event::title`]. Its word is `title`.
    Title,
    /// [`Event::summary`]. Its word is `summary`.
    Summary,
    /// [`Event::body_text`]. Its word is `body`.
    Body,
}

words!(TextField, unknown; Title = "title", Summary = "summary", Body = "body");

impl TextField {
    /// Whether a condition of a field of words means this text.
    fn is_meant(self, by: &QueryField) -> bool {
        let own = match self {
            Self::Title => QueryField::Title,
            Self::Summary => QueryField::Summary,
            Self::Body => QueryField::Body,
        };
        *by == QueryField::Text || *by == own
    }
}

/// Where the words of a query stand in the texts of an event: bytes of each text, ascending, apart from
/// each other.
///
/// # Examples
///
/// ```
/// use eventstore::{Event, Query};
/// let id: eventstore::EventId = "2017/03/2/flood".parse()?;
/// let event = Event::new(id.clone(), id.day(), "Flood warning: the Ouse floods");
/// let spans = event.highlight(&"flood* title:warning -storm".parse::<Query>()?).title;
/// let words: Vec<_> = spans.into_iter().map(|span| &event.title[span]).collect();
/// assert_eq!(words, ["Flood", "warning", "floods"]);
/// # Ok::<(), eventstore::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Highlights {
    /// Bytes of [`Event::title`].
    pub title: Vec<Range<usize>>,
    /// Bytes of [`Event::summary`]; none if the event has no summary.
    pub summary: Vec<Range<usize>>,
    /// Bytes of [`Event::body_text`]; none if the event has no body.
    pub body: Vec<Range<usize>>,
}

impl Event {
    /// Where the words of a query stand in title, summary and body: whole words where the query has the
    /// beginning of one, all of a phrase, and the characters that were asked for in a script without
    /// spaces.
    ///
    /// Conditions with a `-` before them and those of other fields, such as `tag:sea`, stand nowhere. An
    /// event of a wiki with a title in several variants of Chinese is found by each of them; the places
    /// are those of the one that is shown. Nothing is asked of a store, and the event need not match.
    ///
    /// Costs one pass over the three texts, some 70 ns a byte, and the reading of the body's Markdown.
    ///
    /// # Examples
    ///
    /// See [`Highlights`].
    #[must_use]
    pub fn highlight(&self, query: &Query) -> Highlights {
        let words = QueryWords::new(query);
        let spans = |field, text: Option<&str>| {
            let found = text.map(|text| words.places(field, text));
            let spans = found.into_iter().flatten().map(|place| place.span);
            merged(spans.collect())
        };
        let body = words.asks(TextField::Body).then(|| self.body_text());
        Highlights {
            title: spans(TextField::Title, Some(&self.title)),
            summary: spans(TextField::Summary, self.summary.as_deref()),
            body: spans(TextField::Body, body.flatten().as_deref()),
        }
    }
}

/// A text with something before and behind each of some spans of it, which ascend.
///
/// A span that the text does not have leaves out text.
///
/// # Examples
///
/// ```
/// use eventstore::{Event, Query, mark_spans};
/// let id: eventstore::EventId = "2017/03/2/flood".parse()?;
/// let event = Event::new(id.clone(), id.day(), "A river floods");
/// let found = event.highlight(&"river flood*".parse::<Query>()?);
/// assert_eq!(mark_spans(&event.title, &found.title, "<b>", "</b>"), "A <b>river</b> <b>floods</b>");
/// # Ok::<(), eventstore::ParseError>(())
/// ```
#[must_use]
pub fn mark_spans(text: &str, spans: &[Range<usize>], before: &str, behind: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for span in spans {
        out.push_str(text.get(at..span.start).unwrap_or_default());
        out.push_str(before);
        out.push_str(text.get(span.clone()).unwrap_or_default());
        out.push_str(behind);
        at = span.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// The words that a query asks for, each with the field in which.
pub(super) struct QueryWords<'q>(Vec<(&'q QueryField, &'q WordPattern)>);

/// A place of a text where a word of a query stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FoundWord {
    pub span: Range<usize>,
    /// Which of the query's words.
    pub word: usize,
}

impl<'q> QueryWords<'q> {
    pub fn new(query: &'q Query) -> Self {
        let clauses = query.clauses.iter().filter(|clause| !clause.negated);
        let words = clauses.flat_map(|clause| {
            let patterns = clause
                .matchers
                .iter()
                .filter_map(|one| one.pattern.as_ref());
            patterns.map(|pattern| (&clause.field, pattern))
        });
        Self(words.collect())
    }

    /// Whether any may stand in a field.
    pub fn asks(&self, field: TextField) -> bool {
        self.0.iter().any(|(by, _)| field.is_meant(by))
    }

    /// Where they stand in the text of a field, in order of their beginnings. Those of one word do not
    /// overlap.
    pub fn places(&self, field: TextField, text: &str) -> Vec<FoundWord> {
        if !self.asks(field) {
            return Vec::new();
        }
        let tokens = spanned_tokens(text);
        let mut places = Vec::new();
        for (word, (by, pattern)) in self.0.iter().enumerate() {
            if field.is_meant(by) {
                let spans = merged(occurrences_in(&tokens, pattern));
                places.extend(spans.into_iter().map(|span| FoundWord { span, word }));
            }
        }
        places.sort_by_key(|place| (place.span.start, place.span.end));
        places
    }
}

/// Spans in order, joined where they overlap or touch.
pub(super) fn merged(mut spans: Vec<Range<usize>>) -> Vec<Range<usize>> {
    spans.sort_by_key(|span| (span.start, span.end));
    let mut apart: Vec<Range<usize>> = Vec::with_capacity(spans.len());
    for span in spans {
        match apart.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => apart.push(span),
        }
    }
    apart
}
