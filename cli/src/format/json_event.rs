//! An event read from the JSON that `query --format ndjson` writes.

use serde::Deserialize;

use eventstore::{Change, ChangeKind, Error, Event, Related, Source};

/// The fields of an event. Only three are needed; what the store works out itself is passed over.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventFields {
    id: String,
    date: String,
    title: String,
    lang: Option<String>,
    kind: Option<String>,
    category: Option<String>,
    summary: Option<String>,
    author: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    sources: Vec<SourceFields>,
    #[serde(default)]
    related: Vec<RelatedFields>,
    #[serde(default)]
    changes: Vec<ChangeFields>,
    cover_image: Option<String>,
    #[serde(rename = "superseded")]
    _superseded: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceFields {
    name: String,
    url: String,
    image: Option<String>,
    #[serde(rename = "domain")]
    _domain: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RelatedFields {
    id: String,
    title: String,
    #[serde(default)]
    tags: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeFields {
    id: String,
    title: String,
    at: Option<String>,
    kind: ChangeWord,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum ChangeWord {
    First,
    Update,
    Current,
}

impl From<ChangeWord> for ChangeKind {
    fn from(word: ChangeWord) -> Self {
        match word {
            ChangeWord::First => Self::First,
            ChangeWord::Update => Self::Update,
            ChangeWord::Current => Self::Current,
        }
    }
}

/// Reads the event of a line.
///
/// # Errors
/// What is wrong with the line, in words.
pub(crate) fn read_event(line: &str) -> Result<Event, String> {
    let fields: EventFields = serde_json::from_str(line).map_err(|error| error.to_string())?;
    made(fields).map_err(|error| match error {
        Error::Parse(error) => error.message,
        error => error.to_string(),
    })
}

fn made(fields: EventFields) -> Result<Event, Error> {
    let mut event = Event::new(fields.id.parse()?, fields.date.parse()?, fields.title);
    if let Some(lang) = fields.lang {
        event.lang = lang.parse()?;
    }
    if let Some(kind) = fields.kind {
        event.kind = kind.parse()?;
    }
    event.category = fields.category;
    event.summary = fields.summary;
    event.author = fields.author;
    event.tags = fields.tags;
    event.cover_image = fields.cover_image;
    for source in fields.sources {
        event.sources.push(Source {
            name: source.name,
            url: source.url,
            image: source.image,
        });
    }
    for related in fields.related {
        event.related.push(Related {
            id: related.id.parse()?,
            title: related.title,
            tags: related.tags,
        });
    }
    for change in fields.changes {
        event.changes.push(Change {
            id: change.id.parse()?,
            title: change.title,
            at: change.at,
            kind: change.kind.into(),
        });
    }
    Ok(event)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_needs_an_id_a_date_and_a_title() {
        let event = read_event(r#"{"id":"2017/03/2/a","date":"2017-03-02","title":"A"}"#).unwrap();
        assert_eq!(event.id.as_str(), "2017/03/2/a");
        let error = read_event(r#"{"id":"2017/03/2/a","title":"A"}"#).unwrap_err();
        assert!(error.contains("missing field `date`"), "{error}");
        let error = read_event(r#"{"id":"2017/03/2/a","date":"2017-03-02","titel":"A"}"#);
        assert!(error.unwrap_err().contains("unknown field `titel`"));
        let error = read_event(r#"{"id":"a","date":"2017-03-02","title":"A"}"#).unwrap_err();
        assert!(error.contains("no event id"), "{error}");
    }
}
