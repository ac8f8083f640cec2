//! The specification: `tests/pages/*.txt`, page text and expected model side by side. The one of Markdown pages,
//! `tests/pages/markdown/*.txt`, has the same form.
//!
//! A case is `%% name`, `%% path`, `%% page` with the page's text, then `%% model` with what it means or `%% error` with
//! `kind:line:column`. In a page `␍ ␀ ␛ ␈` stand for a carriage return, a NUL, a byte that is no UTF-8 and a byte order mark, `␣` at the end
//! of a line for a space, `⏎` at the end of the text for "no line end here". `PAGES_BLESS=1` writes what is read in
//! place of what is expected; look at the difference before you believe it.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use super::super::*;
use super::read;
use super::round_trips::LIMITS;

pub(crate) struct Case {
    pub name: String,
    pub path: String,
    /// The tool of a Markdown page's archive; mostly empty.
    pub profile: String,
    pub bytes: Vec<u8>,
    pub expected: String,
}

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../tests")
        .join(folder);
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "txt"));
    files.sort();
    files
}

fn page_bytes(text: &str) -> Vec<u8> {
    let text = text
        .replace('␣', " ")
        .replace('␍', "\r")
        .replace('␀', "\0")
        .replace('␈', "\u{feff}");
    let text = text.strip_suffix("⏎\n").unwrap_or(&text);
    let mut bytes = Vec::new();
    for (i, part) in text.split('␛').enumerate() {
        if i > 0 {
            bytes.push(0xff);
        }
        bytes.extend_from_slice(part.as_bytes());
    }
    bytes
}

fn parse(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut part = "";
    let mut page = String::new();
    for line in text.split_inclusive('\n') {
        if let Some(head) = line.strip_prefix("%% ") {
            let (word, rest) = head
                .trim_end()
                .split_once(' ')
                .unwrap_or((head.trim_end(), ""));
            part = match word {
                "name" => {
                    cases.push(Case {
                        name: rest.into(),
                        path: String::new(),
                        profile: String::new(),
                        bytes: Vec::new(),
                        expected: String::new(),
                    });
                    ""
                }
                "path" => {
                    cases.last_mut().unwrap().path = rest.into();
                    ""
                }
                "profile" => {
                    cases.last_mut().unwrap().profile = rest.into();
                    ""
                }
                "page" => {
                    page.clear();
                    "page"
                }
                "model" => {
                    cases.last_mut().unwrap().bytes = page_bytes(&page);
                    "model"
                }
                "error" => {
                    let case = cases.last_mut().unwrap();
                    case.bytes = page_bytes(&page);
                    case.expected = format!("error {rest}\n");
                    ""
                }
                _ => panic!("unknown part {line:?}"),
            };
        } else if part == "page" {
            page.push_str(line);
        } else if part == "model" && !line.trim().is_empty() {
            cases.last_mut().unwrap().expected.push_str(line);
        }
    }
    cases
}

pub(super) fn cases() -> Vec<Case> {
    files("pages")
        .iter()
        .flat_map(|file| parse(&std::fs::read_to_string(file).unwrap()))
        .collect()
}

/// Paths and bytes of all pages of the specification.
pub(crate) fn specified() -> Vec<(String, Vec<u8>)> {
    let pages = cases().into_iter().map(|case| (case.path, case.bytes));
    pages.collect()
}

/// What a page means, as the specification writes it.
fn describe(case: &Case) -> String {
    let place = LogicalPath::of(&case.path);
    let mut out = String::new();
    match read(&case.path, &place, case.bytes.clone(), &LIMITS) {
        Err(error) => {
            assert_eq!(error.path, case.path);
            writeln!(out, "error {}:{}:{}", error.kind, error.line, error.column).unwrap();
        }
        Ok(Page::Markdown(_) | Page::Other) => out.push_str("other\n"),
        Ok(Page::Listing(page)) => {
            match page.kind {
                ListingKind::Day(day) => writeln!(out, "day {day} {}", page.lang.as_str()),
                ListingKind::Front => writeln!(out, "front {}", page.lang.as_str()),
                ListingKind::Opinions => writeln!(out, "opinions {}", page.lang.as_str()),
            }
            .unwrap();
            for item in &page.items {
                let mut tags = Vec::new();
                if let Some(context) = item.context {
                    line_pieces(page.get(context), &mut tags);
                }
                let title = crate::event::clean_title(page.get(item.title));
                writeln!(
                    out,
                    "item {} | {title} | {}",
                    page.get(item.target),
                    tags.join("; ")
                )
                .unwrap();
            }
        }
        Ok(Page::Event(page)) => {
            let event = to_event(&page, Vec::new(), false);
            writeln!(out, "event {} {} {}", event.id, event.lang, event.kind).unwrap();
            writeln!(out, "date {}", event.date.unwrap()).unwrap();
            writeln!(out, "title {}", event.title).unwrap();
            for (name, value) in [
                ("category", &event.categories.first().cloned()),
                ("summary", &event.summary),
                ("author", &event.authors.first().cloned()),
                ("cover", &event.cover_image),
            ] {
                if let Some(value) = value {
                    writeln!(out, "{name} {value}").unwrap();
                }
            }
            for source in &event.sources {
                let image = source
                    .image
                    .as_ref()
                    .map_or(String::new(), |image| format!(" | {image}"));
                writeln!(out, "source {} | {}{image}", source.name, source.url).unwrap();
            }
            for change in &event.changes {
                let at = change.at.as_deref().unwrap_or("-");
                writeln!(
                    out,
                    "change {} | {at} | {} | {}",
                    change.kind.as_str(),
                    change.id,
                    change.title
                )
                .unwrap();
            }
            for related in &event.related {
                writeln!(
                    out,
                    "related {} | {} | {}",
                    related.id,
                    related.title,
                    related.tags.join("; ")
                )
                .unwrap();
            }
            if render(&page).as_bytes() != case.bytes {
                out.push_str("rendered otherwise\n");
            }
            let moved = super::moved::moved(&page);
            assert_eq!(render(&moved), render(&page), "{}", case.name);
            assert_eq!(to_event(&moved, Vec::new(), false), event, "{}", case.name);
        }
    }
    out
}

#[test]
fn every_page_of_the_specification_means_what_stands_beside_it() {
    let (count, failing) = check("pages", describe);
    assert!(count >= 40 && failing >= 15, "{count} {failing}");
}

/// Holds each case of a folder against what is read of it. Returns how many there are, and how many fail on purpose.
pub(crate) fn check(folder: &str, describe: impl Fn(&Case) -> String) -> (usize, usize) {
    let (mut count, mut failing) = (0, 0);
    for file in files(folder) {
        let text = std::fs::read_to_string(&file).unwrap();
        let mut wrong = Vec::new();
        let mut blessed = text.clone();
        for case in parse(&text) {
            count += 1;
            let got = describe(&case);
            failing += usize::from(got.starts_with("error "));
            if got != case.expected {
                wrong.push(format!(
                    "{}\nexpected:\n{}got:\n{got}",
                    case.name, case.expected
                ));
                let start = blessed.find(&format!("%% name {}\n", case.name)).unwrap();
                let end = blessed[start + 3..]
                    .find("%% name")
                    .map_or(blessed.len(), |at| start + 3 + at);
                let old = blessed[start..end].to_owned();
                let cut = old.find("%% model").or(old.find("%% error")).unwrap();
                let new = match got.strip_prefix("error ") {
                    Some(error) => format!("{}%% error {error}\n", &old[..cut]),
                    None => format!("{}%% model\n{got}\n", &old[..cut]),
                };
                blessed.replace_range(start..end, &new);
            }
        }
        if std::env::var_os("PAGES_BLESS").is_some() {
            std::fs::write(&file, blessed).unwrap();
        } else {
            assert!(
                wrong.is_empty(),
                "{}:\n{}",
                file.display(),
                wrong.join("\n")
            );
        }
    }
    eprintln!("{count} pages, {failing} of them failing on purpose");
    (count, failing)
}
