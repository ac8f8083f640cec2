//! An event read from the JSON that `query --format ndjson` writes.

use serde_json::{Map, Value};

use eventstore::Event;

/// The fields of an event. The last is worked out by the store, and passed over.
const FIELDS: [&str; 19] = [
    "id",
    "date",
    "time",
    "offset",
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
    "meta",
    "draft",
    "superseded",
];

/// What an event has in an answer by relevance, and in one with snippets. They are passed over.
const OF_ANSWER: [&str; 2] = ["score", "snippet"];

/// Reads the event of a line; id and title are needed.
///
/// # Errors
/// What is wrong with the line, in words.
pub(crate) fn read_event(line: &str) -> Result<Event, String> {
    let fields: Map<String, Value> = serde_json::from_str(line).map_err(not_an_object)?;
    // The model passes over what it does not know; a misspelled field would be lost silently.
    let is_known = |name: &str| FIELDS.contains(&name) || OF_ANSWER.contains(&name);
    if let Some(unknown) = fields.keys().find(|name| !is_known(name)) {
        let known = FIELDS.join(", ");
        return Err(format!("unknown field {unknown:?}; the fields are {known}"));
    }
    serde_json::from_value(Value::Object(fields.clone()))
        .map_err(|error| wrong_field(fields).unwrap_or_else(|| first_line(&error)))
}

/// Why a line is no JSON object.
fn not_an_object(error: serde_json::Error) -> String {
    if error.is_data() {
        return "not a JSON object".to_owned();
    }
    let text = error.to_string();
    let reason = text.split(" at line ").next().unwrap_or(&text);
    format!("not JSON at column {}: {reason}", error.column())
}

/// What is wrong with the first field that no event can have; `None` if each of them is good by
/// itself.
fn wrong_field(fields: Map<String, Value>) -> Option<String> {
    fields.into_iter().find_map(|(name, value)| {
        let mut event = Map::new();
        event.insert("id".to_owned(), "2017/03/2/a".into());
        event.insert("date".to_owned(), "2017-03-02".into());
        event.insert("title".to_owned(), "A".into());
        event.insert(name.clone(), value);
        let error = serde_json::from_value::<Event>(Value::Object(event)).err()?;
        let reason = first_line(&error);
        let found = reason
            .strip_prefix("invalid type: ")
            .and_then(|reason| reason.split(", expected").next());
        let found = found.map(|found| match found {
            "sequence" => "a list",
            "map" => "an object",
            other => other,
        });
        Some(match (found, shape(&name)) {
            (Some(found), Some(shape)) => format!("{name}: expected {shape}, not {found}"),
            (None, Some(shape)) => format!("{name}: {reason}; expected {shape}"),
            (_, None) => format!("{name}: {reason}"),
        })
    })
}

/// The first line of an error. The lines behind it show the text with a caret, which a line of JSON
/// has no room for; nor does "here" say anything without it.
fn first_line(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    line.strip_suffix(", here").unwrap_or(line).to_owned()
}

/// How a field is written; `None` where any JSON will do.
fn shape(field: &str) -> Option<&'static str> {
    Some(match field {
        "id" => "an id such as \"2017/03/2/slug\"",
        "date" => "a day such as \"2017-03-02\"",
        "time" => "a time such as \"23:30\"",
        "offset" => "minutes east of UTC",
        "meta" => "an object",
        "lang" => "a language such as \"en\"",
        "kind" => "a word such as \"news\"",
        "title" | "summary" | "body" | "cover_image" => "a string",
        "categories" | "authors" | "tags" => "a list of strings",
        "sources" => "a list of objects with `name` and `url`",
        "related" => "a list of objects with `id`, `title` and `tags`",
        "changes" => "a list of objects with `id`, `title`, `at` and `kind`",
        _ => return None,
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
        let error = read_event(r#"{"id":"../a","date":"2017-03-02","title":"A"}"#).unwrap_err();
        assert!(error.contains("no event id"), "{error}");
        assert_eq!(error.lines().count(), 1, "{error}");
    }

    #[test]
    fn what_is_wrong_is_named_by_its_field_and_the_shape_that_it_should_have() {
        let with = |field: &str| {
            let line = format!(r#"{{"id":"2017/03/2/a","title":"A",{field}}}"#);
            read_event(&line).unwrap_err()
        };
        for (field, expected) in [
            (
                r#""tags":5"#,
                "tags: expected a list of strings, not integer `5`",
            ),
            (
                r#""sources":[{"name":"Courier"}]"#,
                "sources: missing field `url`; expected a list of objects with `name` and `url`",
            ),
            (
                r#""summary":["A"]"#,
                "summary: expected a string, not a list",
            ),
        ] {
            assert_eq!(with(field), expected);
        }
        let told = with(r#""date":"2017-02-30""#);
        assert!(told.starts_with("date: "), "{told}");
        assert!(
            told.ends_with("expected a day such as \"2017-03-02\""),
            "{told}"
        );
        let told = read_event(r#"{"id":"../a","title":"A"}"#).unwrap_err();
        assert!(told.starts_with("id: \"../a\" is no event id"), "{told}");
        assert!(!told.contains(" here"), "{told}");
        assert_eq!(read_event("[1]").unwrap_err(), "not a JSON object");
        let told = read_event("not json").unwrap_err();
        assert!(told.starts_with("not JSON at column 2: "), "{told}");
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
        let line = event.to_json();
        let answered = format::line(&format::answered(&event, Some(1.5), Some(None)));
        assert_eq!(format::line(&format::answered(&event, None, None)), line);
        assert!(
            answered.ends_with(r#","score":1.5,"snippet":null}"#),
            "{answered}"
        );
        assert_eq!(read_event(&answered), Ok(event.clone()));
        assert_eq!(read_event(&line), Ok(event));
        let object: Map<String, Value> = serde_json::from_str(&line).unwrap();
        assert!(object.keys().all(|name| FIELDS.contains(&name.as_str())));
        assert_eq!(object.len(), FIELDS.len());
    }
}
