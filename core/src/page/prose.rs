//! Prose: what is Markdown for its own sake.

use pulldown_cmark::{CowStr, Event as Token, Parser, Tag, TagEnd, html};

use crate::event::{Event, text};

/// Schemes that a link in rendered HTML may have; one without a scheme stays in the site.
const SCHEMES: [&str; 3] = ["http:", "https:", "mailto:"];

/// The text of the first paragraph, clean; none if there is no paragraph with text.
pub(super) fn first_paragraph(markdown: &str) -> Option<String> {
    let mut out: Option<String> = None;
    for token in Parser::new(markdown) {
        match (&mut out, token) {
            (None, Token::Start(Tag::Paragraph)) => out = Some(String::new()),
            (Some(text), Token::End(TagEnd::Paragraph)) => {
                if !text.trim().is_empty() {
                    break;
                }
                out = None;
            }
            (Some(text), Token::Text(part) | Token::Code(part)) => text.push_str(&part),
            (Some(text), Token::SoftBreak | Token::HardBreak) => text.push(' '),
            _ => {}
        }
    }
    let tidy = text::tidy(&out?).into_owned();
    Some(tidy).filter(|text| !text.is_empty())
}

impl Event {
    /// The summary as HTML, its Markdown rendered; none if there is no summary.
    ///
    /// Safe to put on a page: raw HTML is shown as text, links have http, https, mailto or no scheme. Renders anew at
    /// each call.
    ///
    /// ```
    /// # use eventstore::Event;
    /// # let id: eventstore::EventId = "2017/03/2/a".parse()?;
    /// let mut event = Event::new(id.clone(), id.day(), "A title");
    /// event.summary = Some("A *short* <b>text</b>.".into());
    /// assert_eq!(event.summary_html().unwrap(), "<p>A <em>short</em> &lt;b&gt;text&lt;/b&gt;.</p>\n");
    /// # Ok::<(), eventstore::ParseError>(())
    /// ```
    pub fn summary_html(&self) -> Option<String> {
        let summary = self.summary.as_deref()?;
        let safe = Parser::new(summary).map(|token| match token {
            Token::Html(raw) | Token::InlineHtml(raw) => Token::Text(raw),
            Token::Start(Tag::Link {
                link_type,
                dest_url,
                title,
                id,
            }) => Token::Start(Tag::Link {
                link_type,
                dest_url: harmless(dest_url),
                title,
                id,
            }),
            Token::Start(Tag::Image {
                link_type,
                dest_url,
                title,
                id,
            }) => Token::Start(Tag::Image {
                link_type,
                dest_url: harmless(dest_url),
                title,
                id,
            }),
            other => other,
        });
        let mut out = String::with_capacity(summary.len() + 16);
        html::push_html(&mut out, safe);
        Some(out)
    }

    /// The event as a page: Markdown in its edition's newest layout, which reading gives the same event back.
    ///
    /// Tags are not part of a page; of an opinion the page holds the summary only. A stored event's page as it was
    /// written is the store's `raw`.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidEvent`](crate::Error::InvalidEvent) if a page cannot say the event: a line break in a field, an empty
    /// title, a tag with a comma that its related entry cannot show.
    ///
    /// ```
    /// # use eventstore::Event;
    /// let id: eventstore::EventId = "2017/03/2/a-title".parse()?;
    /// let event = Event::new(id.clone(), id.day(), "A title");
    /// assert!(event.to_markdown()?.contains("### [2017-03-2](/news/2017/03/2/index.md)\n\n# A title\n"));
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn to_markdown(&self) -> crate::Result<String> {
        super::from_event(self).map(|page| super::render(&page))
    }
}

fn harmless(url: CowStr<'_>) -> CowStr<'_> {
    let scheme_end = url
        .find([':', '/', '?', '#'])
        .filter(|&at| url.as_bytes()[at] == b':');
    let known = |end: usize| {
        SCHEMES
            .iter()
            .any(|scheme| url[..=end].eq_ignore_ascii_case(scheme))
    };
    if scheme_end.is_none_or(known) {
        url
    } else {
        CowStr::Borrowed("")
    }
}
