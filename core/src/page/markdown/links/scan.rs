//! A body → its links, in the order of the text.
//!
//! Links of CommonMark come from pulldown-cmark. Wiki links and tags of templates are no Markdown, and
//! are looked for in the text itself, outside of code and comments.

use std::ops::Range;

use pulldown_cmark::{Event as Token, Tag, TagEnd};

use super::model::Dialect;
use super::skipped::{Skipped, find};
use crate::event::{clean, tidy};

/// A link as it stands in a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::page::markdown) struct WrittenLink {
    /// Offset in the body.
    pub at: usize,
    pub dialect: Dialect,
    pub target: String,
    /// Clean; may be empty.
    pub text: String,
}

/// Longest target that is read. Longer ones are data.
const TARGET_MAX: usize = 2000;

/// Whether a body has a sign that any link has: a quick test for plain text.
pub(in crate::page::markdown) fn may_link(body: &str) -> bool {
    memchr::memchr3(b'[', b'{', b'<', body.as_bytes()).is_some()
}

/// Collects the links of a body while its tokens are read.
#[derive(Default)]
pub(in crate::page::markdown) struct LinkCollector {
    links: Vec<WrittenLink>,
    /// Links do not nest, and an image may stand in one.
    open: Option<WrittenLink>,
    /// The places of code and comments.
    skipped: Skipped,
}

impl LinkCollector {
    /// Takes the next token of CommonMark, and where it stands in the body.
    pub fn push(&mut self, token: &Token<'_>, body: &str, range: Range<usize>) {
        match token {
            Token::Start(Tag::CodeBlock(_)) | Token::Code(_) => {
                if let (Token::Code(code), Some(link)) = (token, &mut self.open) {
                    link.text.push_str(code);
                }
                self.skipped.add(range);
            }
            Token::Start(Tag::Link { dest_url, .. }) => {
                self.open = Some(url_link(range.start, dest_url.to_string()));
            }
            Token::End(TagEnd::Link) => {
                if let Some(mut link) = self.open.take() {
                    link.text = tidy(&link.text).into_owned();
                    self.links.push(link);
                }
            }
            Token::Start(Tag::HtmlBlock) => self.skipped.add_comments(body, range),
            Token::Html(html) => push_hrefs(html, range, &mut self.links),
            Token::InlineHtml(html) => match html.starts_with("<!--") {
                true => self.skipped.add(range),
                false => push_hrefs(html, range, &mut self.links),
            },
            Token::Text(text) => {
                if let Some(link) = &mut self.open {
                    link.text.push_str(text);
                }
            }
            Token::SoftBreak | Token::HardBreak => {
                if let Some(link) = &mut self.open {
                    link.text.push(' ');
                }
            }
            _ => {}
        }
    }

    /// The links of the body, in its order, with those that are no CommonMark.
    pub fn finish(mut self, body: &str) -> Vec<WrittenLink> {
        self.skipped.add_tags(body);
        let (mut links, skipped) = (self.links, self.skipped.in_order());
        let is_link = |link: &WrittenLink| {
            link.target.len() <= TARGET_MAX && skipped.end_around(link.at).is_none()
        };
        links.retain(is_link);
        let mut at = 0;
        while let Some(found) = memchr::memchr2(b'[', b'{', &body.as_bytes()[at..]) {
            let start = at + found;
            if let Some(end) = skipped.end_around(start) {
                at = end;
                continue;
            }
            let rest = &body[start..];
            let read = match rest.as_bytes().get(1) {
                Some(b'[') => wiki_link(body, start),
                Some(b'%') => tag(body, start),
                Some(b'{') => shortcode(body, start),
                _ => None,
            };
            match read {
                Some((link, end)) => {
                    links.extend(link);
                    at = end;
                }
                None => at = start + 1,
            }
        }
        links.sort_by_key(|link| link.at);
        links
    }
}

fn url_link(at: usize, target: String) -> WrittenLink {
    WrittenLink {
        at,
        dialect: Dialect::Url,
        target,
        text: String::new(),
    }
}

/// The text from a place on, as far as a target may reach: a sign that ends one is looked for no
/// farther, so that many signs that begin one cost no more than the text is long.
fn near(body: &str, at: usize) -> &str {
    let end = at.saturating_add(TARGET_MAX + 2);
    &body[at..boundary(body, end).max(at)]
}

/// The last place of a text, at most this one, where a character begins.
fn boundary(body: &str, at: usize) -> usize {
    let mut places = (0..=at.min(body.len())).rev();
    places.find(|&at| body.is_char_boundary(at)).unwrap_or(0)
}

/// The targets of `href="…"` in a piece of HTML that is a tag `<a`.
fn push_hrefs(html: &str, range: Range<usize>, links: &mut Vec<WrittenLink>) {
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'<', &html.as_bytes()[at..]) {
        let tag = at + found;
        if !matches!(html.as_bytes()[tag..], [_, b'a' | b'A', b' ', ..]) {
            at = tag + 1;
            continue;
        }
        let end = html[tag..].find('>').map_or(html.len(), |end| tag + end);
        let inside = &html[tag..end];
        if let Some(value) = find(inside, "href=").map(|found| &inside[found + 5..]) {
            let quoted = value.strip_prefix(['"', '\'']);
            let target = match quoted {
                Some(rest) => rest.split(['"', '\'']).next(),
                None => value.split_ascii_whitespace().next(),
            };
            let target = target.unwrap_or_default();
            links.push(url_link(range.start + tag, clean(target).into_owned()));
        }
        at = end;
    }
}

/// What a place of the text is: a link or none, and where the text goes on.
type Read = Option<(Option<WrittenLink>, usize)>;

/// `[[target]]`, `[[target|text]]`. An embed `![[target]]` is read, and is no link.
fn wiki_link(body: &str, start: usize) -> Read {
    if body[..start].ends_with('\\') {
        return None;
    }
    let inside = near(body, start + 2);
    let length = find(inside, "]]")?;
    let inside = &inside[..length];
    let end = start + 2 + length + 2;
    if inside.contains(['[', '\n']) {
        return None;
    }
    let (target, text) = inside.split_once('|').unwrap_or((inside, ""));
    // In a table the sign between target and text is escaped.
    let target = target.strip_suffix('\\').unwrap_or(target);
    let is_embed = body[..start].ends_with('!');
    let link = WrittenLink {
        at: start,
        dialect: Dialect::Wiki,
        target: clean(target).into_owned(),
        text: clean(text).into_owned(),
    };
    Some(((!is_embed).then_some(link), end))
}

/// `{% post_url target %}`, `{% link target %}`.
fn tag(body: &str, start: usize) -> Read {
    let inside = near(body, start + 2);
    let length = find(inside, "%}")?;
    let end = start + 2 + length + 2;
    let mut words = inside[..length].trim_matches(['-', ' ']).split_whitespace();
    let dialect = match words.next() {
        Some("post_url") => Dialect::PostUrl,
        Some("link") => Dialect::LinkTag,
        _ => return Some((None, end)),
    };
    let target = unquoted(words.next()?).to_owned();
    let link = WrittenLink {
        at: start,
        dialect,
        target,
        text: text_before(body, start),
    };
    Some((Some(link), end))
}

/// `{{< ref "target" >}}`, `{{% relref … %}}`, `{{ '/target' | relative_url }}`, and an address behind
/// `{{ site.baseurl }}`.
fn shortcode(body: &str, start: usize) -> Read {
    let inside = near(body, start + 2);
    let length = find(inside, "}}")?;
    let end = start + 2 + length + 2;
    let inside = inside[..length].trim_matches(['<', '>', '%', '-', ' ']);
    let mut words = inside.split_whitespace();
    let (dialect, target) = match words.next() {
        Some("ref" | "relref") => {
            let target = words.next()?;
            (Dialect::Ref, target.strip_prefix("path=").unwrap_or(target))
        }
        Some("site.baseurl" | "site.url") if inside.split_whitespace().count() == 1 => {
            // Without spaces it stands in a link of CommonMark, which was read.
            let known = !body[start..end].contains(' ');
            let rest = near(body, end);
            let length = rest.find([')', '"', '\'', ' ', '\n', '<']).unwrap_or(0);
            match !known && rest.starts_with('/') {
                true => (Dialect::Url, &rest[..length]),
                false => return Some((None, end)),
            }
        }
        Some(first) if first.starts_with(['"', '\'']) && inside.contains("_url") => {
            (Dialect::Url, first)
        }
        _ => return Some((None, end)),
    };
    let link = WrittenLink {
        at: start,
        dialect,
        target: unquoted(target).to_owned(),
        text: text_before(body, start),
    };
    Some((Some(link), end))
}

fn unquoted(word: &str) -> &str {
    word.trim_matches(['"', '\'', '`', '“', '”'])
}

/// The text of a link whose target begins here: `[text](` stands before it.
fn text_before(body: &str, at: usize) -> String {
    let near = boundary(body, at.saturating_sub(TARGET_MAX));
    let before = &body[near..at];
    let before = before.rsplit('\n').next().unwrap_or(before);
    let Some(close) = before.rfind("](") else {
        return String::new();
    };
    // Only a base address may stand between.
    if before[close + 2..].contains(')') {
        return String::new();
    }
    match before[..close].rfind('[') {
        Some(open) => clean(&before[open + 1..close]).into_owned(),
        None => String::new(),
    }
}
