//! An event as a Markdown page with front matter.

use std::fmt::Write;

use super::archive_choice::ArchiveChoice;
use super::language;
use super::links::{LinkKeyKind, PageLink};
use super::model::MarkdownPage;
use super::prefix::local_id;
use super::read::{TEMPLATE, read_with};
use super::to_event::to_event;
use crate::error::{Error, Result};
use crate::event::{Event, EventId, Kind, Lang, MetaValue, fold, tidy};

/// The page of an event that a program adds, to an archive with some prefix. It is read back: an event
/// that it does not give back is refused.
///
/// # Errors
/// [`Error::InvalidEvent`] with the id and the field.
pub(crate) fn from_event(event: &Event, prefix: &str) -> Result<MarkdownPage> {
    let refuse = |field: &'static str, message: &str| {
        Err(Error::InvalidEvent {
            id: event.id.clone(),
            field,
            message: message.to_owned(),
        })
    };
    for (field, is_empty) in [
        ("changes", event.changes.is_empty()),
        ("cover_image", event.cover_image.is_none()),
    ] {
        if !is_empty {
            return refuse(
                field,
                "a Markdown page has no list for it; put the links into the body",
            );
        }
    }
    if event.date.is_none() && event.time.is_some()
        || event.time.is_none() && event.offset.is_some()
    {
        return refuse("time", "a time needs a date, and an offset a time");
    }
    let path = format!("{}.md", local_id(event.id.as_str(), prefix));
    let text = render(event, &path);
    if text.contains('\0') {
        return refuse("body", "it holds a NUL, which no page can have");
    }
    let choice = ArchiveChoice {
        prefix: prefix.to_owned(),
        ..ArchiveChoice::default()
    };
    let mut page = match read_with(&text, &path, event.id.as_str(), &choice) {
        Ok(read) => read.page,
        Err(fail) if fail.kind == "front_matter_too_large" => {
            return refuse(
                "page",
                "its front matter would be larger than an ingest reads",
            );
        }
        Err(fail) if fail.kind == TEMPLATE => {
            return refuse("title", "it is the mark of a template");
        }
        Err(_) => return refuse("meta", "its page could not be read back; look at its keys"),
    };
    let body = text.get(page.body as usize..).unwrap_or_default();
    let body = Some(body.to_owned()).filter(|body| !body.is_empty());
    let got = to_event(page.clone(), body, page.tags.clone());
    let mut meant = plain(event);
    if meant.summary.is_none() {
        // Its page has the first paragraph of the body.
        meant.summary.clone_from(&got.summary);
    }
    // Which pages its links lead to, only a store knows.
    let unlinked = unlinked(&page, event, &path);
    if unlinked > 0 {
        return refuse(
            "related",
            "related: the body has no link for an entry; put the link into the body",
        );
    }
    meant.related.clear();
    if meant.sources.is_empty() {
        // Its page has the links of the body.
        meant.sources.clone_from(&got.sources);
    }
    if got.sources != meant.sources {
        return refuse(
            "sources",
            "sources are not the links of the body; leave them empty, which takes these, or put the links \
             into the body",
        );
    }
    if got != meant {
        let message = "a page cannot say this event: read back, it is another; white space at the ends of \
             texts, tags that differ in case alone and keys that have a meaning of their own do that";
        return refuse(differing(&got, &meant), message);
    }
    page.text = text;
    Ok(page)
}

/// How many entries of the related list no link of the body can stand for. A link may lead to a page
/// under an alias or an address, so that one without a known target can stand for any entry.
fn unlinked(page: &MarkdownPage, event: &Event, path: &str) -> usize {
    let leads_to = |link: &PageLink, id: &EventId| {
        let id = local_id(id.as_str(), page.prefix());
        let folded = fold(id);
        let keys = page.keys_of(link, path);
        keys.iter().any(|key| match key.kind {
            LinkKeyKind::Path => key.text == id,
            _ => folded.rsplit('/').next() == key.text.rsplit('/').next(),
        })
    };
    let related = &event.related;
    let is_linked = |id: &EventId| page.links.iter().any(|link| leads_to(link, id));
    let is_known = |link: &&PageLink| related.iter().any(|entry| leads_to(link, &entry.id));
    let missing = related.iter().filter(|entry| !is_linked(&entry.id)).count();
    let other = page.links.len() - page.links.iter().filter(is_known).count();
    missing.saturating_sub(other)
}

/// The event with its texts as a page gives them back.
fn plain(event: &Event) -> Event {
    let mut event = event.clone();
    event.superseded = false;
    event.title = tidy(&event.title).into_owned();
    event.body = event.body.filter(|body| !body.is_empty());
    event
}

fn differing(one: &Event, other: &Event) -> &'static str {
    let same = [
        ("title", one.title == other.title),
        ("date", one.date == other.date),
        ("time", one.time == other.time && one.offset == other.offset),
        ("summary", one.summary == other.summary),
        ("tags", one.tags == other.tags),
        ("categories", one.categories == other.categories),
        ("authors", one.authors == other.authors),
        ("lang", one.lang == other.lang),
        ("kind", one.kind == other.kind),
        ("meta", one.meta == other.meta),
        ("draft", one.draft == other.draft),
        ("body", one.body == other.body),
    ];
    let found = same.iter().find(|(_, same)| !same);
    found.map_or("event", |(field, _)| field)
}

/// The path of the page of an event that a program adds.
pub(crate) fn path_of(id: &EventId) -> String {
    format!("{id}.md")
}

/// The page: front matter in YAML, whose texts are quoted as JSON quotes them, and the body.
fn render(event: &Event, path: &str) -> String {
    let mut out = String::from("---\n");
    // Writing to a string cannot fail.
    let mut put = |key: &str, value: &dyn std::fmt::Display| {
        let _ = writeln!(out, "{key}: {value}");
    };
    put("title", &text(&event.title));
    if let Some(date) = event.date {
        let mut moment = date.to_string();
        if let Some(time) = event.time {
            let _ = write!(moment, " {time}");
        }
        if let Some(offset) = event.offset {
            let (sign, minutes) = (if offset < 0 { '-' } else { '+' }, offset.unsigned_abs());
            let _ = write!(moment, " {sign}{:02}:{:02}", minutes / 60, minutes % 60);
        }
        put("date", &moment);
    }
    for (key, list) in [
        ("tags", &event.tags),
        ("categories", &event.categories),
        ("authors", &event.authors),
    ] {
        if !list.is_empty() {
            let list = list.iter().map(|item| MetaValue::from(item.as_str()));
            put(key, &MetaValue::List(list.collect()));
        }
    }
    if event.lang != Lang::UNKNOWN || language::of_path(path).is_some() {
        put("lang", &text(event.lang.as_str()));
    }
    if event.kind != Kind::PAGE {
        put("type", &text(event.kind.as_str()));
    }
    if let Some(summary) = &event.summary {
        put("summary", &text(summary));
    }
    if event.draft {
        put("draft", &"true");
    }
    for (key, value) in event.meta.iter() {
        put(&text(key).to_string(), value);
    }
    out.push_str("---\n");
    out.push_str(event.body.as_deref().unwrap_or_default());
    out
}

/// A text in quotes.
fn text(text: &str) -> MetaValue {
    MetaValue::from(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Date, Meta, Time};

    fn event(id: &str) -> Event {
        Event::new(
            id.parse().unwrap(),
            Date::new(2020, 1, 2),
            "A \"quoted\" title: it's",
        )
    }

    #[test]
    fn an_event_is_read_back_from_its_page() {
        let mut event = event("posts/a");
        assert!(from_event(&event, "").is_ok());
        event.time = Time::new(6, 30, 1, 20);
        event.offset = Some(-330);
        event.tags = vec!["no".into(), "012".into(), "a, b".into(), "#x y".into()];
        event.categories = vec!["A".into()];
        event.authors = vec!["Tolland, Ida".into()];
        event.lang = Lang::new("pt-BR").unwrap();
        event.kind = Kind::new("note").unwrap();
        event.summary = Some("One \\ two".into());
        event.draft = true;
        event.body = Some("---\nText\r\n".into());
        let cover = Meta::from_iter([("alt", MetaValue::from("x")), ("n", MetaValue::Null)]);
        event.meta = Meta::from_iter([
            ("weight", MetaValue::from("3")),
            (
                "a b",
                MetaValue::List(vec![MetaValue::from("~"), MetaValue::Map(cover)]),
            ),
        ]);
        let page = from_event(&event, "");
        let error = page.unwrap_err().to_string();
        assert!(
            error.starts_with("posts/a: "),
            "a tag without its #: {error}"
        );
        event.tags[3] = "x y".into();
        let page = from_event(&event, "").unwrap();
        let head =
            "---\ntitle: \"A \\\"quoted\\\" title: it's\"\ndate: 2020-01-02 06:30:01.020 -05:30\n";
        assert!(page.text.starts_with(head), "{}", page.text);
        let undated = Event::new("a".parse().unwrap(), None, "T");
        assert_eq!(from_event(&undated, "").unwrap().moment, None);
    }

    #[test]
    fn what_a_page_cannot_say_is_refused_with_its_field() {
        let mut late = event("posts/a");
        late.date = None;
        late.time = Time::new(1, 0, 0, 0);
        let mut linked = event("posts/a");
        linked.sources = vec![crate::Source::new("A", "http://a.example/")];
        let mut spaced = event("posts/a");
        spaced.categories = vec![" a ".into()];
        let dated = Event::new("2020-01-02-a".parse().unwrap(), None, "T");
        for (event, wanted) in [
            (late, "time"),
            (linked, "sources"),
            (spaced, "categories"),
            (dated, "date"),
        ] {
            match from_event(&event, "") {
                Err(Error::InvalidEvent { field, .. }) => assert_eq!(field, wanted),
                other => panic!("{other:?}"),
            }
        }
    }
}
