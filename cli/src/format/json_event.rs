//! An event read from the JSON that `query --format ndjson` writes.

use serde_json::{Map, Value};

use eventstore::Event;

/// The fields of an event. The last is worked out by the store, and passed over.
const FIELDS: [&str; 15] = [
    "id",
    "date",
    "lang",
    "kind",
    "categories",
    "title",
    "summary",
    "body",
    "authors",
    "tags",
    "sources",
    "related",
    "changes",
    "cover_image",
    "superseded",
];

/// Reads the event of a line; id and title are needed.
///
/// # Errors
/// What is wrong with the line, in words.
pub(crate) fn read_event(line: &str) -> Result<Event, String> {
    let fields: Map<String, Value> = serde_json::from_str(line).map_err(|e| e.to_string())?;
    // The model passes over what it does not know; a misspelled field would be lost silently.
    if let Some(unknown) = fields.keys().find(|name| !FIELDS.contains(&name.as_str())) {
        let known = FIELDS.join(", ");
        return Err(format!("unknown field {unknown:?}; the fields are {known}"));
    }
    let event = serde_json::from_value(Value::Object(fields));
    // The lines behind the first show the text with a caret, which a line of JSON has no room for.
    event.map_err(|error| {
        let text = error.to_string();
        text.lines().next().unwrap_or_default().to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format;

    #[test]
    fn an_event_needs_an_id_and_a_title_and_no_field_is_misspelled() {
        let event = read_event(r#"{"id":"2017/03/2/a","date":"2017-03-02","title":"A"}"#).unwrap();
        assert_eq!(event.id.as_str(), "2017/03/2/a");
        let error = read_event(r#"{"id":"2017/03/2/a"}"#).unwrap_err();
        assert!(error.contains("missing field `title`"), "{error}");
        let error = read_event(r#"{"id":"2017/03/2/a","title":"A","tag":["x"]}"#).unwrap_err();
        assert!(
            error.contains("unknown field \"tag\"; the fields are id, date,"),
            "{error}"
        );
        let error = read_event(r#"{"id":"a","date":"2017-03-02","title":"A"}"#).unwrap_err();
        assert!(error.contains("no event id"), "{error}");
        assert_eq!(error.lines().count(), 1, "{error}");
    }

    #[test]
    fn what_is_written_is_read_as_the_same_event() {
        let id: eventstore::EventId = "2017/03/2/a".parse().unwrap();
        let mut event = Event::new(id.clone(), id.day(), "A");
        event.categories = vec!["Ports".to_owned()];
        event.sources = vec![eventstore::Source::new(
            "Courier",
            "https://courier.example/a",
        )];
        let line = format::line(&format::event(&event));
        assert_eq!(read_event(&line), Ok(event));
        let object: Map<String, Value> = serde_json::from_str(&line).unwrap();
        assert!(object.keys().all(|name| FIELDS.contains(&name.as_str())));
        assert_eq!(object.len(), FIELDS.len());
    }
}
