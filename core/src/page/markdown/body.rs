//! What a body says of itself: its first heading, and the text that stands for all of it.

use pulldown_cmark::{Event as Token, Parser, Tag, TagEnd};

use crate::event::tidy;

/// Marks that end the part of a page that stands for all of it.
const EXCERPT_ENDS: [&str; 2] = ["more", "truncate"];

/// The text of the first heading.
pub(super) fn first_heading(body: &str) -> Option<String> {
    let mut heading: Option<String> = None;
    for token in Parser::new(body) {
        match (&mut heading, token) {
            (None, Token::Start(Tag::Heading { .. })) => heading = Some(String::new()),
            (Some(text), Token::End(TagEnd::Heading(_))) => {
                let text = tidy(text).into_owned();
                if !text.is_empty() {
                    return Some(text);
                }
                heading = None;
            }
            (Some(text), Token::Text(part) | Token::Code(part)) => text.push_str(&part),
            (Some(text), Token::SoftBreak | Token::HardBreak) => text.push(' '),
            _ => {}
        }
    }
    None
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
