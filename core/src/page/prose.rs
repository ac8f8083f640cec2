//! Prose, which is Markdown: its first paragraph as text, and a summary as HTML.

use pulldown_cmark::{CowStr, Event as Token, Parser, Tag, TagEnd, html};

use crate::event::{Event, tidy};

/// Schemes that a link in rendered HTML may have. A link without a scheme stays within the site.
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
    let text = tidy(&out?).into_owned();
    Some(text).filter(|text| !text.is_empty())
}

impl Event {
    /// The summary as HTML, its Markdown rendered; none if there is no summary.
    ///
    /// It is safe to put on a page: raw HTML is shown as text, and a link has the scheme http, https
    /// or mailto, or none. Each call renders anew.
    ///
    /// ```
    /// use eventstore::{Event, EventId};
    /// let id: EventId = "2017/03/2/a".parse()?;
    /// let mut event = Event::new(id.clone(), id.day(), "A title");
    /// event.summary = Some("A *short* <b>text</b>.".into());
    /// assert_eq!(event.summary_html().unwrap(), "<p>A <em>short</em> &lt;b&gt;text&lt;/b&gt;.</p>\n");
    /// # Ok::<(), eventstore::ParseError>(())
    /// ```
    #[must_use]
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
