//! What a body says of itself: its first heading, the text that stands for all of it, its links.

use pulldown_cmark::{Event as Token, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::links::{LinkCollector, WrittenLink};
use crate::event::tidy;

/// Marks that end the part of a page that stands for all of it.
const EXCERPT_ENDS: [&str; 2] = ["more", "truncate"];

/// What a body says. Its Markdown is read once for all of it.
pub(super) struct BodyParts {
    /// The text of the first heading that has one.
    pub heading: Option<String>,
    /// Whether that heading is of the first level.
    pub is_title: bool,
    /// The text of the first paragraph that has one.
    pub paragraph: Option<String>,
    /// In the order of the text.
    pub links: Vec<WrittenLink>,
}

impl BodyParts {
    pub fn read(body: &str) -> Self {
        let mut heading = FirstText::default();
        let mut is_title = false;
        let mut paragraph = FirstText::default();
        let mut links = LinkCollector::default();
        let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES;
        for (token, range) in Parser::new_ext(body, options).into_offset_iter() {
            if heading.found.is_none()
                && let Token::Start(Tag::Heading { level, .. }) = &token
            {
                is_title = *level == HeadingLevel::H1;
            }
            heading.push(&token, |tag| matches!(tag, TagEnd::Heading(_)));
            paragraph.push(&token, |tag| *tag == TagEnd::Paragraph);
            links.push(&token, body, range);
        }
        Self {
            heading: heading.found,
            is_title,
            paragraph: paragraph.found,
            links: links.finish(body),
        }
    }
}

/// The text of the first block of a kind that has text.
#[derive(Default)]
struct FirstText {
    found: Option<String>,
    open: Option<String>,
}

impl FirstText {
    fn push(&mut self, token: &Token<'_>, is_wanted: impl Fn(&TagEnd) -> bool) {
        if self.found.is_some() {
            return;
        }
        match (&mut self.open, token) {
            (None, Token::Start(tag)) if is_wanted(&tag.to_end()) => {
                self.open = Some(String::new())
            }
            (Some(text), Token::End(tag)) if is_wanted(tag) => {
                let text = tidy(text).into_owned();
                self.found = Some(text).filter(|text| !text.is_empty());
                self.open = None;
            }
            (Some(text), Token::Text(part) | Token::Code(part)) => text.push_str(part),
            (Some(text), Token::SoftBreak | Token::HardBreak) => text.push(' '),
            _ => {}
        }
    }
}

/// The text before a mark of the excerpt, `<!-- more -->`, `<!--more-->`, `<!-- truncate -->` or
/// `{/* truncate */}`; none if there is none.
pub(super) fn excerpt(body: &str) -> Option<&str> {
    let mut at = 0;
    while let Some(found) = memchr::memchr2(b'<', b'{', &body.as_bytes()[at..]) {
        let start = at + found;
        let rest = &body[start..];
        for (open, close) in [("<!--", "-->"), ("{/*", "*/}")] {
            if let Some(inside) = rest.strip_prefix(open)
                && EXCERPT_ENDS.iter().any(|word| {
                    let behind = inside.trim_start().strip_prefix(word);
                    behind.is_some_and(|behind| behind.trim_start().starts_with(close))
                })
            {
                return Some(&body[..start]);
            }
        }
        at = start + 1;
    }
    None
}

/// The text of all paragraphs, joined by spaces.
pub(super) fn paragraphs(markdown: &str) -> Option<String> {
    let mut text = String::new();
    let mut inside = false;
    for token in Parser::new(markdown) {
        match token {
            Token::Start(Tag::Paragraph) => {
                inside = true;
                text.push(' ');
            }
            Token::End(TagEnd::Paragraph) => inside = false,
            Token::Text(part) | Token::Code(part) if inside => text.push_str(&part),
            Token::SoftBreak | Token::HardBreak if inside => text.push(' '),
            _ => {}
        }
    }
    let text = tidy(&text).into_owned();
    Some(text).filter(|text| !text.is_empty())
}
