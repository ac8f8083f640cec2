//! The specification of Markdown pages, `tests/pages/markdown/*.txt`: in every form, with the traps that real archives
//! hold.

use std::fmt::Write;

use super::super::links::Dialect;
use super::super::{ArchiveChoice, Profile};
use crate::event::EventId;
use crate::page::PageLimits;
use crate::page::read_kept;
use crate::page::tests::spec::{Case, check};

const LIMITS: PageLimits = PageLimits {
    bytes: 1 << 20,
    items: 1_000,
};

/// What a page says, as the specification writes it.
fn describe(case: &Case) -> String {
    let id = EventId::of_path(&case.path).unwrap();
    let bytes = case.bytes.clone();
    let choice = ArchiveChoice {
        profile: case.profile.parse().unwrap_or(Profile::None),
        ..ArchiveChoice::default()
    };
    let read = match read_kept(&case.path, &case.path, &id, bytes, &LIMITS, &choice) {
        Ok(read) => read,
        Err(error) => return format!("error {}:{}:{}\n", error.kind, error.line, error.column),
    };
    let page = read.page;
    let mut out = String::new();
    let mut put = |name: &str, value: String| writeln!(out, "{name} {value}").unwrap();
    put("id", page.id.clone());
    put("title", page.title.clone());
    if let Some(moment) = page.moment {
        let time = moment.time.map_or(String::new(), |time| format!(" {time}"));
        let offset = moment.offset;
        let offset = offset.map_or(String::new(), |minutes| format!(" {minutes:+}"));
        let rule = read.date_rule.unwrap();
        put("date", format!("{}{time}{offset}, by {rule}", moment.date));
    }
    for (name, list) in [
        ("tags", &page.tags),
        ("categories", &page.categories),
        ("authors", &page.authors),
    ] {
        if !list.is_empty() {
            put(name, list.join(" | "));
        }
    }
    for (name, word) in [("lang", &page.lang), ("kind", &page.kind)] {
        if !word.is_empty() {
            put(name, word.clone());
        }
    }
    if page.draft {
        put("draft", "yes".to_owned());
    }
    if let Some(summary) = &page.summary {
        put("summary", summary.clone());
    }
    if !page.meta.is_empty() {
        put("meta", page.meta.to_string());
    }
    for source in &page.sources {
        put("source", format!("{} | {}", source.name, source.url));
    }
    for link in &page.links {
        let dialect = match link.dialect {
            Dialect::Url => "url",
            Dialect::Wiki => "wiki",
            Dialect::PostUrl => "post_url",
            Dialect::LinkTag => "link",
            Dialect::Ref => "ref",
        };
        let keys: Vec<String> = page
            .keys_of(link, &case.path)
            .iter()
            .map(|key| key.text.clone())
            .collect();
        put(
            "link",
            format!(
                "{dialect} {} | {} | {}",
                link.target,
                link.text,
                keys.join(", ")
            ),
        );
    }
    for name in &page.names {
        put("called", name.text.clone());
    }
    for note in &read.notes {
        put("note", note.on(&case.path, &case.bytes));
    }
    out
}

#[test]
fn every_markdown_page_of_the_specification_says_what_stands_beside_it() {
    let (count, failing) = check("pages/markdown", describe);
    assert!(count >= 80 && failing >= 8, "{count} {failing}");
}
