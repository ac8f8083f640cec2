//! The page of an event that a program adds.

use super::super::limits::PageLimits;
use super::super::logical_path::LogicalPath;
use super::super::markdown;
use super::super::model::{
    ChangeItem, Edition, EventPage, Page, PageKind, RelatedItem, SourceItem, Span,
};
use super::super::prose;
use super::super::read::{Reading, read};
use super::comma_rule::context_tags;
use super::labels::{self, LABELS, Labels};
use super::layout::Formats;
use super::render::render;
use super::to_event::to_event;
use crate::error::{Error, Result};
use crate::event::{Event, clean, clean_title, clean_url, tidy};

impl Event {
    /// The event as a page. Reading the page gives the same event.
    ///
    /// An event with an id of the Context is a page in the newest layout of its edition; any other has
    /// front matter in YAML before its body.
    ///
    /// Tags are not part of a page. A stored event's page, as it was written, is what the store's `raw`
    /// gives. Renders the page and reads it back, which takes some ten microseconds.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidEvent`] names the field that a page cannot hold. Of a page of the Context: no date, two
    /// categories or authors, another kind or language than the Context's, a line break in a field, an
    /// empty title, a tag with a comma that its related entry cannot show.
    ///
    /// # Examples
    ///
    /// ```
    /// use eventstore::{Event, EventId};
    /// let id: EventId = "2017/03/2/a-title".parse()?;
    /// let event = Event::new(id.clone(), id.day(), "A title");
    /// assert!(event.to_markdown()?.contains("### [2017-03-2](/news/2017/03/2/index.md)\n\n# A title\n"));
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn to_markdown(&self) -> Result<String> {
        match self.is_of_context() {
            true => from_event(self).map(|page| render(&page)),
            false => Ok(markdown::from_event(self, "")?.text),
        }
    }
}

/// The page of an event that a program adds, in the newest layout of its edition. The event's tags
/// become stated tags.
///
/// White space is made single, and English contexts are sorted, as those of the site's pages are. The
/// page is rendered and read back: an event that it does not give back is refused.
///
/// # Errors
///
/// [`Error::InvalidEvent`] with the id and the field.
pub(crate) fn from_event(event: &Event) -> Result<EventPage> {
    for (field, is_missing) in [
        ("time", event.time.is_none() && event.offset.is_none()),
        ("meta", event.meta.is_empty()),
        ("draft", !event.draft),
    ] {
        if !is_missing {
            let message = format!("a page of the Context has no {field}; leave it out");
            return invalid(event, field, message);
        }
    }
    let mut maker = Maker {
        event,
        text: String::new(),
    };
    let mut page = maker.page()?;
    match page.kind {
        PageKind::News => maker.news(&mut page)?,
        PageKind::Opinion => maker.opinion(&mut page)?,
    }
    for tag in &event.tags {
        let tag = maker.line("tags", tag)?;
        if !tag.is_empty() {
            let span = maker.add(&tag);
            page.stated.push(span);
        }
    }
    page.text = maker.text;
    let mut again = read_back(event, &page)?;
    if again.lang != page.lang && page.kind == PageKind::News {
        // Only the folder in the heading's link can show the edition.
        page.layout.day_folder = number(page.lang);
        again = read_back(event, &page)?;
    }
    if again.lang != page.lang {
        return invalid(
            event,
            "lang",
            format!(
                "the page would be read as {}; its title needs letters of its language",
                again.lang.as_str()
            ),
        );
    }
    let (meant, got) = (
        to_event(&page, Vec::new(), false),
        to_event(&again, Vec::new(), false),
    );
    if meant != got {
        return invalid(
            event,
            differing(&meant, &got),
            "a page cannot say this event: read back, it is another; look for marks of the page format in its fields".to_owned(),
        );
    }
    Ok(page)
}

/// The first field in which two events differ.
fn differing(one: &Event, other: &Event) -> &'static str {
    let same = [
        ("title", one.title == other.title),
        ("categories", one.categories == other.categories),
        ("summary", one.summary == other.summary),
        ("body", one.body == other.body),
        ("sources", one.sources == other.sources),
        ("related", one.related == other.related),
        ("cover_image", one.cover_image == other.cover_image),
        ("changes", one.changes == other.changes),
        ("authors", one.authors == other.authors),
    ];
    let found = same.iter().find(|(_, same)| !same);
    found.map_or("event", |(field, _)| field)
}

fn invalid<T>(event: &Event, field: &'static str, message: String) -> Result<T> {
    Err(Error::InvalidEvent {
        id: event.id.clone(),
        field,
        message,
    })
}

fn read_back(event: &Event, page: &EventPage) -> Result<EventPage> {
    let path = event.id.path();
    match read(
        &path,
        &LogicalPath::of(&path),
        render(page).into_bytes(),
        &PageLimits::NONE,
    ) {
        Ok(Reading::Page(Page::Event(page))) => Ok(page),
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

/// The number of an edition in the table of labels.
fn number(edition: Edition) -> u8 {
    let found = LABELS.iter().position(|labels| labels.edition == edition);
    found.unwrap_or_default() as u8
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
        Ok(tidy(value).into_owned())
    }

    /// That text as a page has it, where `&` may begin an entity.
    fn written(&self, field: &'static str, value: &str) -> Result<String> {
        let line = self.line(field, value)?;
        if clean(&line) == line {
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
        if clean_url(&url) != url {
            url = url.replace('&', "&amp;");
        }
        if url.starts_with('<') && url.ends_with('>') {
            url.replace_range(..1, "&lt;");
        }
        Ok(self.add(&url.replace(") [IMG](", "&#41; [IMG](")))
    }

    /// A title, in which brackets may begin a mark that is not shown.
    fn title(&mut self, field: &'static str, value: &str) -> Result<Span> {
        let mut written = self.written(field, value)?;
        if clean_title(&written) != clean(&written) {
            written = written.replace('[', "&#91;").replace("-{", "-&#123;");
        }
        Ok(self.add(&written))
    }

    /// What pages of both kinds have.
    fn page(&mut self) -> Result<EventPage> {
        let event = self.event;
        let Some(kind) = PageKind::of(&event.kind) else {
            return self.refuse(
                "kind",
                format!(
                    "kind {} is none that a page of the Context has: news, opinion",
                    event.kind
                ),
            );
        };
        let Some(lang) = Edition::of(&event.lang) else {
            return self.refuse(
                "lang",
                format!(
                    "lang {} is none that a page of the Context has: en, zh",
                    event.lang
                ),
            );
        };
        let Some(date) = event.date else {
            return self.refuse("date", "the date is missing; a page of the Context has one");
        };
        for (field, values) in [
            ("categories", &event.categories),
            ("authors", &event.authors),
        ] {
            if values.len() > 1 {
                return self.refuse(
                    field,
                    format!(
                        "there are {} {field}; a page of the Context has at most one",
                        values.len()
                    ),
                );
            }
        }
        if event.id.is_opinion() != (kind == PageKind::Opinion) {
            return self.refuse("kind", format!("kind {} does not fit the id; opinions, and only they, have ids that begin with opinion/", event.kind));
        }
        let mut page = EventPage::blank(date, lang, kind);
        page.id = self.add(event.id.as_str());
        page.title = self.title("title", &event.title)?;
        if page.title.start == page.title.end {
            return self.refuse("title", "the title is empty; every event has one");
        }
        page.layout.link_folder = number(lang);
        Ok(page)
    }

    fn news(&mut self, page: &mut EventPage) -> Result<()> {
        let event = self.event;
        if !event.authors.is_empty() {
            return self.refuse("authors", "an author is given; only opinions have one");
        }
        if event.body.is_some() {
            return self.refuse("body", "a body is given; only opinions have one");
        }
        if Labels::of(page.lang).formats.is_some() {
            page.layout.formats = Formats::Folder(page.layout.link_folder);
        }
        page.category = match event.categories.first() {
            Some(category) => Some(self.put("categories", category)?),
            // Chinese pages have the line also where it is empty.
            None if page.lang == Edition::Zh => Some(self.add("")),
            None => None,
        };
        if let Some(summary) = &event.summary {
            let mut summary = self.written("summary", summary)?;
            if labels::section(&summary).is_some() {
                summary.replace_range(..1, "&#35;");
            }
            page.summary = Some(self.add(&summary)).filter(|_| !summary.is_empty());
        }
        self.sources(page)?;
        for change in &event.changes {
            let target = self.add(change.id.as_str());
            let title = self.title("changes", &change.title)?;
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
        self.related(page)
    }

    fn sources(&mut self, page: &mut EventPage) -> Result<()> {
        let event = self.event;
        for source in &event.sources {
            let mut name = self
                .written("sources", &source.name)?
                .replace("](", "&#93;(");
            if labels::is_cover(&name) && source.image.is_none() {
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
                tags.push(self.written("related", tag)?.replace("](", "&#93;("));
            }
            tags.retain(|tag| !tag.is_empty());
            if page.lang != Edition::Zh {
                tags.sort();
            }
            let target = self.add(related.id.as_str());
            let title = self.title("related", &related.title)?;
            let context = (!tags.is_empty()).then(|| self.add(&tags.join(", ")));
            page.related.push(RelatedItem {
                title,
                target,
                context,
            });
            // The comma rule reads title, summary and link, so the page needs its text for a moment.
            page.text = std::mem::take(&mut self.text);
            let mut read = Vec::new();
            context_tags(page, page.related.len() - 1, &mut read);
            let same = read.into_iter().eq(tags.iter().map(|tag| clean(tag)));
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

    fn opinion(&mut self, page: &mut EventPage) -> Result<()> {
        let event = self.event;
        if Some(page.date) != event.id.day() {
            return self.refuse(
                "date",
                format!(
                    "the date {} is not that of the id; an opinion's page says no day itself",
                    page.date
                ),
            );
        }
        let others = [
            ("categories", "a category", !event.categories.is_empty()),
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
        let author = event.authors.first().map_or("", String::as_str);
        page.author = Some(self.put("authors", author)?);
        let body = match &event.body {
            Some(body) => self.body(body)?,
            None => self.paragraph(event.summary.as_deref().unwrap_or_default())?,
        };
        page.body = Some(self.add(&body));
        Ok(())
    }

    /// The text of an opinion, which has to begin with the summary.
    fn body(&self, body: &str) -> Result<String> {
        if body.contains(['\r', '\0']) {
            return self.refuse("body", "body holds a carriage return or NUL");
        }
        if let Some(summary) = &self.event.summary
            && prose::first_paragraph(body).as_deref() != Some(&*tidy(summary))
        {
            return self.refuse(
                "summary",
                "the summary is not the first paragraph of the body; leave one of them away",
            );
        }
        Ok(body.to_owned())
    }

    /// A summary as a paragraph of Markdown.
    fn paragraph(&self, summary: &str) -> Result<String> {
        let mut paragraph = String::new();
        for c in self.line("summary", summary)?.chars() {
            if c.is_ascii_punctuation() {
                paragraph.push('\\');
            }
            paragraph.push(c);
        }
        if !paragraph.is_empty() {
            paragraph.push('\n');
        }
        Ok(paragraph)
    }
}
