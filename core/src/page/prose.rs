//! Prose, which is Markdown: its first paragraph as text, and a summary or a body as HTML.

use pulldown_cmark::{Event as Token, Options, Parser, Tag, TagEnd, html};

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
    /// It is safe to put on a page: raw HTML is shown as text, and an address has the scheme http, https
    /// or mailto, or none. Of a link to any other only its text is left, of an image the text that stands
    /// for it. Each call renders anew: one pass of the Markdown reader.
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
        self.summary
            .as_deref()
            .map(|summary| to_html(summary, Options::empty()))
    }

    /// The body as HTML, as safe as [`summary_html`](Self::summary_html); none if there is no body.
    ///
    /// Its Markdown is CommonMark with tables, footnotes, tasks and struck-out text. Addresses stay as the
    /// page writes them, and so do the tags of templates. Each call renders anew.
    ///
    /// ```
    /// use eventstore::Event;
    /// let mut event = Event::new("posts/a".parse()?, None, "A title");
    /// event.body = Some("See [this](javascript:run) and [that](/b/).".into());
    /// assert_eq!(event.body_html().unwrap(), "<p>See this and <a href=\"/b/\">that</a>.</p>\n");
    /// # Ok::<(), eventstore::ParseError>(())
    /// ```
    #[must_use]
    pub fn body_html(&self) -> Option<String> {
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_STRIKETHROUGH;
        self.body.as_deref().map(|body| to_html(body, options))
    }
}

/// Markdown as HTML without a raw tag, and without a link or an image of a scheme that may run something.
fn to_html(markdown: &str, options: Options) -> String {
    // Whether each link and image that is open is left out. They may stand within each other.
    let mut left_out = Vec::new();
    let safe = Parser::new_ext(markdown, options).filter_map(|token| match token {
        Token::Html(raw) | Token::InlineHtml(raw) => Some(Token::Text(raw)),
        Token::Start(Tag::Link { ref dest_url, .. } | Tag::Image { ref dest_url, .. }) => {
            let harmless = is_harmless(dest_url);
            left_out.push(!harmless);
            harmless.then_some(token)
        }
        Token::End(TagEnd::Link | TagEnd::Image) => {
            let is_left_out = left_out.pop().unwrap_or_default();
            (!is_left_out).then_some(token)
        }
        other => Some(other),
    });
    let mut out = String::with_capacity(markdown.len() + markdown.len() / 4 + 16);
    html::push_html(&mut out, safe);
    out
}

/// Whether an address has one of the known schemes, or none.
fn is_harmless(url: &str) -> bool {
    let scheme_end = url
        .find([':', '/', '?', '#'])
        .filter(|&at| url.as_bytes()[at] == b':');
    scheme_end.is_none_or(|end| {
        SCHEMES
            .iter()
            .any(|scheme| url[..=end].eq_ignore_ascii_case(scheme))
    })
}
