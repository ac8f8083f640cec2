//! The page of an event that a program adds.

use super::layout::Formats;
use super::locale::{self, LOCALES, Locale};
use super::model::{ChangeItem, EventPage, Page, RelatedItem, SourceItem, Span};
use super::{PageLimits, Place, clean::to_event, read, render, tags};
use crate::error::{Error, Result};
use crate::event::{Event, Kind, Lang, text};

const NO_LIMITS: PageLimits = PageLimits {
    bytes: usize::MAX,
    items: usize::MAX,
};

/// The page of an event that a program adds: the newest layout of its language; its tags become stated tags.
///
/// White space is made single, English contexts are sorted (the order that their pages have). What a page cannot say
/// is refused: the page is rendered and read back, and must give the same event.
///
/// # Errors
///
/// [`Error::InvalidEvent`] with the id and the field.
pub(crate) fn from_event(event: &Event) -> Result<EventPage> {
    let mut maker = Maker {
        event,
        text: String::new(),
    };
    let mut page = match event.kind {
        Kind::News => maker.news()?,
        Kind::Opinion => maker.opinion()?,
    };
    for tag in &event.tags {
        let tag = maker.line("tags", tag)?;
        if !tag.is_empty() {
            let span = maker.add(&tag);
            page.stated.push(span);
        }
    }
    page.text = maker.text;
    let mut again = read_back(event, &page)?;
    if again.lang != page.lang && page.kind == Kind::News {
        // Nothing tells the language but the folder in the heading's link.
        page.layout.day_folder = edition(page.lang);
        again = read_back(event, &page)?;
    }
    if again.lang != page.lang {
        return invalid(
            event,
            "lang",
            format!(
                "the page would be read as {}; its title needs letters of its language",
                again.lang
            ),
        );
    }
    let (meant, got) = (
        to_event(&page, Vec::new(), false),
        to_event(&again, Vec::new(), false),
    );
    if meant != got {
        return invalid(event, "event", "a page cannot say this event: read back, it is another; look for marks of the page format in its fields".to_owned());
    }
    Ok(page)
}

fn invalid<T>(event: &Event, field: &'static str, message: String) -> Result<T> {
    Err(Error::InvalidEvent {
        id: event.id.clone(),
        field,
        message,
    })
}

fn read_back(event: &Event, page: &EventPage) -> Result<EventPage> {
    let path = match page.kind {
        Kind::News => format!("news/{}.md", event.id),
        Kind::Opinion => format!("{}/index.md", event.id),
    };
    match read(
        &path,
        &Place::of(&path),
        render(page).into_bytes(),
        &NO_LIMITS,
    ) {
        Ok(Page::Event(page)) => Ok(page),
        Ok(_) => invalid(
            event,
            "event",
            "its page would not be read as an event".to_owned(),
        ),
        Err(error) => invalid(
            event,
            "event",
            format!("its page could not be read: {error}"),
        ),
    }
}

fn edition(lang: Lang) -> u8 {
    LOCALES
        .iter()
        .position(|locale| locale.lang == lang)
        .unwrap_or_default() as u8
}

struct Maker<'e> {
    event: &'e Event,
    text: String,
}

impl Maker<'_> {
    fn add(&mut self, text: &str) -> Span {
        let start = self.text.len() as u32;
        self.text.push_str(text);
        Span {
            start,
            end: self.text.len() as u32,
        }
    }

    fn refuse<T>(&self, field: &'static str, message: impl Into<String>) -> Result<T> {
        invalid(self.event, field, message.into())
    }

    /// Text of one line with single spaces, as the model holds it.
    fn line(&self, field: &'static str, value: &str) -> Result<String> {
        if value.contains(['\n', '\r', '\0']) {
            return self.refuse(
                field,
                format!("{field} holds a line break or NUL; a page has one line for it"),
            );
        }
        Ok(text::tidy(value).into_owned())
    }

    /// That text as it is written on a page, where `&` may begin an entity.
    fn written(&self, field: &'static str, value: &str) -> Result<String> {
        let line = self.line(field, value)?;
        if text::clean(&line) == line {
            return Ok(line);
        }
        Ok(line.replace('&', "&amp;"))
    }

    fn put(&mut self, field: &'static str, value: &str) -> Result<Span> {
        let written = self.written(field, value)?;
        Ok(self.add(&written))
    }

    fn url(&mut self, field: &'static str, value: &str) -> Result<Span> {
        if value.contains(['\n', '\r', '\0']) {
            return self.refuse(field, format!("{field} holds a line break or NUL"));
        }
        let mut url = value.trim().to_owned();
        if text::clean_url(&url) != url {
            url = url.replace('&', "&amp;");
        }
        Ok(self.add(&url.replace(") [IMG](", "&#41; [IMG](")))
    }

    fn title(&mut self) -> Result<Span> {
        let title = self.put("title", &self.event.title)?;
        if title.start == title.end {
            return self.refuse("title", "the title is empty; every event has one");
        }
        Ok(title)
    }

    fn page(&mut self) -> Result<EventPage> {
        let event = self.event;
        if event.id.is_opinion() != (event.kind == Kind::Opinion) {
            return self.refuse("kind", format!("kind {} does not fit the id; opinions, and only they, have ids that begin with opinion/", event.kind));
        }
        let mut page = EventPage::blank(event.date, event.lang, event.kind);
        page.id = self.add(event.id.as_str());
        page.title = self.title()?;
        page.layout.link_folder = edition(event.lang);
        Ok(page)
    }

    fn news(&mut self) -> Result<EventPage> {
        let event = self.event;
        if event.author.is_some() {
            return self.refuse("authors", "an author is given; only opinions have one");
        }
        let mut page = self.page()?;
        if Locale::of(event.lang).formats.is_some() {
            page.layout.formats = Formats::Folder(page.layout.link_folder);
        }
        page.category = match &event.category {
            Some(category) => Some(self.put("category", category)?),
            // Chinese pages have the line also where it is empty.
            None if event.lang == Lang::Zh => Some(self.add("")),
            None => None,
        };
        if let Some(summary) = &event.summary {
            let mut summary = self.written("summary", summary)?;
            if locale::section(&summary).is_some() {
                summary.replace_range(..1, "&#35;");
            }
            page.summary = Some(self.add(&summary)).filter(|_| !summary.is_empty());
        }
        self.sources(&mut page)?;
        for change in &event.changes {
            let target = self.add(change.id.as_str());
            let title = self.put("changes", &change.title)?;
            let at = change
                .at
                .as_deref()
                .map(|at| self.put("changes", at))
                .transpose()?;
            page.changes.push(ChangeItem {
                title,
                target,
                at: at.filter(|at| at.start < at.end),
                kind: change.kind,
            });
        }
        self.related(&mut page)?;
        Ok(page)
    }

    fn sources(&mut self, page: &mut EventPage) -> Result<()> {
        let event = self.event;
        for source in &event.sources {
            let mut name = self
                .written("sources", &source.name)?
                .replace("](", "&#93;(");
            if locale::is_cover(&name) && source.image.is_none() {
                // The name of a publisher here, not the mark of the cover image.
                name.replace_range(..1, &format!("&#{};", name.as_bytes()[0]));
            }
            let name = self.add(&name);
            let url = self.url("sources", &source.url)?;
            let image = source
                .image
                .as_deref()
                .map(|image| self.url("sources", image))
                .transpose()?;
            page.sources.push(SourceItem { name, url, image });
        }
        page.cover_image = event
            .cover_image
            .as_deref()
            .map(|url| self.url("cover_image", url))
            .transpose()?;
        Ok(())
    }

    fn related(&mut self, page: &mut EventPage) -> Result<()> {
        let event = self.event;
        for related in &event.related {
            let mut tags = Vec::with_capacity(related.tags.len());
            for tag in &related.tags {
                tags.push(self.written("related tags", tag)?.replace("](", "&#93;("));
            }
            tags.retain(|tag| !tag.is_empty());
            if event.lang != Lang::Zh {
                tags.sort();
            }
            let target = self.add(related.id.as_str());
            let title = self.put("related title", &related.title)?;
            let context = (!tags.is_empty()).then(|| self.add(&tags.join(", ")));
            page.related.push(RelatedItem {
                title,
                target,
                context,
            });
            // Lent to the page for a moment: the comma rule looks at title, summary and link.
            page.text = std::mem::take(&mut self.text);
            let mut read = Vec::new();
            tags::context_tags(page, page.related.len() - 1, &mut read);
            let same = read.iter().eq(tags
                .iter()
                .map(|tag| text::clean(tag))
                .collect::<Vec<_>>()
                .iter());
            drop(read);
            self.text = std::mem::take(&mut page.text);
            if !same {
                return self.refuse("related", format!(
                    "the tags {:?} of a related event cannot be told apart in one line; a tag with a comma must stand in this title or summary and in the related title",
                    related.tags
                ));
            }
        }
        Ok(())
    }

    fn opinion(&mut self) -> Result<EventPage> {
        let event = self.event;
        let mut page = self.page()?;
        if event.date != event.id.day() {
            return self.refuse(
                "date",
                format!(
                    "the date {} is not that of the id; an opinion's page says no day itself",
                    event.date
                ),
            );
        }
        let others = [
            ("categories", "a category", event.category.is_some()),
            ("sources", "sources", !event.sources.is_empty()),
            ("related", "related events", !event.related.is_empty()),
            ("changes", "changes", !event.changes.is_empty()),
            ("cover_image", "a cover image", event.cover_image.is_some()),
        ];
        if let Some((field, what, _)) = others.iter().find(|(_, _, given)| *given) {
            return self.refuse(
                field,
                format!("{what} given, which an opinion's page cannot say"),
            );
        }
        let author = self.put("author", event.author.as_deref().unwrap_or_default())?;
        page.author = Some(author);
        let mut body = String::new();
        for c in self
            .line("summary", event.summary.as_deref().unwrap_or_default())?
            .chars()
        {
            if c.is_ascii_punctuation() {
                body.push('\\');
            }
            body.push(c);
        }
        if !body.is_empty() {
            body.push('\n');
        }
        page.body = Some(self.add(&body));
        Ok(page)
    }
}
