//! Differential tests against CommonMark: where a page is plain Markdown, pulldown-cmark finds the same
//! title and links.

use pulldown_cmark::{Event as Token, HeadingLevel, Parser, Tag, TagEnd};

use super::super::*;
use super::read;
use super::round_trips::LIMITS;

/// The text of the first heading of level 1, and the targets of all links below it.
pub(super) fn by_commonmark(text: &str) -> (String, Vec<String>) {
    let (mut title, mut links) = (String::new(), Vec::new());
    let (mut in_title, mut below) = (false, false);
    for token in Parser::new(text) {
        match token {
            Token::Start(Tag::Heading {
                level: HeadingLevel::H1,
                ..
            }) => in_title = !below,
            Token::End(TagEnd::Heading(HeadingLevel::H1)) => (in_title, below) = (false, true),
            Token::Text(part) | Token::Code(part) if in_title => title.push_str(&part),
            Token::Start(Tag::Link { dest_url, .. }) if below => links.push(dest_url.into_string()),
            _ => {}
        }
    }
    (title, links)
}

pub(super) fn by_grammar(page: &EventPage) -> (String, Vec<String>) {
    let event = to_event(page, Vec::new(), false);
    let mut links = Vec::new();
    for source in event.sources {
        links.push(source.url);
        links.extend(source.image);
    }
    links.extend(event.cover_image);
    let folder = context::LABELS[usize::from(page.layout.link_folder)].folder;
    let targets = event
        .changes
        .iter()
        .map(|change| &change.id)
        .chain(event.related.iter().map(|related| &related.id));
    links.extend(targets.map(|id| format!("{folder}/news/{id}.md")));
    (event.title, links)
}

#[test]
fn plain_pages_have_the_same_title_and_links_by_commonmark() {
    let mut count = 0;
    for case in super::spec::cases() {
        let Ok(Page::Event(page)) = read(
            &case.path,
            &LogicalPath::of(&case.path),
            case.bytes.clone(),
            &LIMITS,
        ) else {
            continue;
        };
        let title = page.get(page.title);
        let plain = !title.contains(['[', '*', '&', '\u{301}'])
            && page
                .summary
                .is_none_or(|span| !page.get(span).contains('['));
        if page.kind == PageKind::News
            && plain
            && render(&page).as_bytes() == case.bytes
            && page
                .sources
                .iter()
                .all(|source| !page.get(source.url).contains(['(', ' ']))
        {
            let text = String::from_utf8(case.bytes).unwrap();
            // The cover image mostly stands behind the sources, but may stand between them.
            let in_order = |(title, mut links): (String, Vec<String>)| {
                links.sort();
                (title, links)
            };
            let (one, other) = (by_commonmark(&text), by_grammar(&page));
            assert_eq!(in_order(one), in_order(other), "{}", case.name);
            count += 1;
        }
    }
    assert!(count >= 20, "{count}");
}
