//! An event as JSON, in the form of the command line: names as the fields of the model have them, days
//! as `2017-03-02`, missing values as `null`. Every field is always there, so that a table made of such
//! objects has the same columns whatever the events.

use serde::Serialize;

use super::{Change, Date, Event, EventId, Kind, Lang, Meta, Related, Source, Time};

/// An event in the order of its fields that people read it in, with the domain of each source.
#[derive(Serialize)]
struct EventObject<'a> {
    id: &'a EventId,
    date: Option<Date>,
    time: Option<Time>,
    offset: Option<i16>,
    lang: &'a Lang,
    kind: &'a Kind,
    categories: &'a [String],
    title: &'a str,
    summary: Option<&'a str>,
    body: Option<&'a str>,
    authors: &'a [String],
    tags: &'a [String],
    sources: Vec<SourceObject<'a>>,
    related: &'a [Related],
    changes: &'a [Change],
    cover_image: Option<&'a str>,
    meta: &'a Meta,
    draft: bool,
    superseded: bool,
}

#[derive(Serialize)]
struct SourceObject<'a> {
    #[serde(flatten)]
    source: &'a Source,
    domain: Option<String>,
}

impl Event {
    /// All fields as one line of JSON, as `eventstore query --format ndjson` writes them.
    ///
    /// It costs one pass over the texts, and the domain of each source is worked out.
    ///
    /// ```
    /// use eventstore::{Date, Event};
    /// let event = Event::new("2017/03/2/flood".parse()?, Date::new(2017, 3, 2), "A river floods");
    /// assert!(event.to_json().starts_with(r#"{"id":"2017/03/2/flood","date":"2017-03-02","#));
    /// # Ok::<(), eventstore::ParseError>(())
    /// ```
    #[must_use]
    pub fn to_json(&self) -> String {
        // No event fails to be written: its keys are text, and it has no numbers but whole ones.
        serde_json::to_string(&self.json_object()).unwrap_or_default()
    }

    /// The object that [`to_json`](Self::to_json) writes, to stand in a larger document.
    #[must_use]
    pub fn json_object(&self) -> impl Serialize + '_ {
        let sources = self.sources.iter().map(|source| SourceObject {
            source,
            domain: source.domain(),
        });
        EventObject {
            id: &self.id,
            date: self.date,
            time: self.time,
            offset: self.offset,
            lang: &self.lang,
            kind: &self.kind,
            categories: &self.categories,
            title: &self.title,
            summary: self.summary.as_deref(),
            body: self.body.as_deref(),
            authors: &self.authors,
            tags: &self.tags,
            sources: sources.collect(),
            related: &self.related,
            changes: &self.changes,
            cover_image: self.cover_image.as_deref(),
            meta: &self.meta,
            draft: self.draft,
            superseded: self.superseded,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_has_every_field_and_is_read_back_as_the_event() {
        let id: EventId = "2017/03/2/a".parse().unwrap();
        let mut event = Event::new(id.clone(), id.day(), "A \"title\"");
        event.sources = vec![Source::new("Courier", "https://www.courier.example/a")];
        let text = event.to_json();
        assert!(
            text.contains(r#""title":"A \"title\"","summary":null"#),
            "{text}"
        );
        assert!(
            text.contains(r#""image":null,"domain":"courier.example"}"#),
            "{text}"
        );
        assert_eq!(text.lines().count(), 1);
        assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), event);
        // A field that the model gains has to be written too.
        let model = serde_json::to_value(&event).unwrap();
        let written: serde_json::Value = serde_json::from_str(&text).unwrap();
        let names = |value: &serde_json::Value| -> Vec<String> {
            let mut names: Vec<_> = value.as_object().unwrap().keys().cloned().collect();
            names.sort();
            names
        };
        assert_eq!(names(&written), names(&model));
    }
}
