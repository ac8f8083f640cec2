//! Acceptance over real archives, which stand beside the project and not in it. Without them these tests skip, loudly.

use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::super::*;

pub(super) const LIMITS: PageLimits = PageLimits {
    bytes: 1 << 20,
    items: 1000,
};

fn data(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/data")
        .join(name);
    if !path.exists() {
        eprintln!("SKIPPED: {} is not there", path.display());
        return None;
    }
    Some(path)
}

fn tar(path: &Path) -> Vec<(String, Vec<u8>)> {
    let file = std::fs::File::open(path).unwrap();
    let mut archive = ::tar::Archive::new(flate2::read::GzDecoder::new(file));
    let mut pages = Vec::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        if entry.header().entry_type().is_file() {
            let path = entry.path().unwrap().to_str().unwrap().to_owned();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            pages.push((path, bytes));
        }
    }
    pages
}

#[test]
fn the_chinese_archive_is_read_whole_and_rendered_from_its_fields() {
    let Some(path) = data("context-zh.tar.gz") else {
        return;
    };
    let mut events = 0;
    let mut rendered = 0;
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let mut layouts: HashMap<Layout, usize> = HashMap::new();
    for (path, bytes) in tar(&path) {
        let place = Place::of(&path);
        let page =
            read(&path, &place, bytes.clone(), &LIMITS).unwrap_or_else(|error| panic!("{error}"));
        match page {
            Page::Event(page) => {
                events += 1;
                *layouts.entry(page.layout.clone()).or_default() += 1;
                rendered += usize::from(render(&page).as_bytes() == bytes);
                assert_eq!(page.lang, crate::Lang::Zh, "{path}");
            }
            Page::Listing(page) => {
                assert_eq!(page.lang, crate::Lang::Zh, "{path}");
                let kind = match page.kind {
                    ListingKind::Day(_) => "day",
                    ListingKind::Front => "front",
                    ListingKind::Opinions => "opinions",
                };
                *kinds.entry(kind.to_owned()).or_default() += 1;
            }
            Page::Other => *kinds.entry("other".to_owned()).or_default() += 1,
        }
    }
    eprintln!(
        "{events} events, {rendered} rendered, {kinds:?}, {} layouts: {layouts:?}",
        layouts.len()
    );
    assert_eq!(events, 8984);
    assert!(rendered >= 8980);
    assert_eq!(kinds["day"], 2 * 3414);
    assert_eq!(kinds["front"], 2);
    assert!(layouts.len() <= 40);
}

/// All files below a directory, with their paths from it.
fn tree(root: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path
                    .strip_prefix(root)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned();
                found.push((name, std::fs::read(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn every_english_page_is_told_for_what_it_is() {
    let Some(root) = data("context-en") else {
        return;
    };
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut rendered, mut joined) = (0, Vec::new());
    for (path, bytes) in tree(&root) {
        let place = Place::of(&path);
        let page =
            read(&path, &place, bytes.clone(), &LIMITS).unwrap_or_else(|error| panic!("{error}"));
        let index = path.ends_with("index.md") || path.ends_with("README.md");
        let expected = match path.split('/').collect::<Vec<_>>()[..] {
            ["news", .., "index.md" | "README.md"] => "day",
            ["news", ..] | ["opinion", _, ..] if !index || path.matches('/').count() > 1 => "event",
            ["opinion", _] => "opinions",
            ["index.md" | "README.md"] => "front",
            _ => "other",
        };
        let told = match page {
            Page::Event(page) => {
                assert_eq!(page.lang, crate::Lang::En, "{path}");
                if render(&page).as_bytes() == bytes {
                    rendered += 1;
                } else {
                    eprintln!("{path}: rendered otherwise");
                }
                for i in 0..page.related.len() {
                    let mut tags = Vec::new();
                    context_tags(&page, i, &mut tags);
                    joined.extend(
                        tags.iter()
                            .filter(|tag| tag.contains(", "))
                            .map(|tag| tag.to_string()),
                    );
                }
                "event"
            }
            Page::Listing(page) => {
                assert_eq!(page.lang, crate::Lang::En, "{path}");
                match page.kind {
                    ListingKind::Day(day) => {
                        assert_eq!(Some(day), place.day);
                        "day"
                    }
                    ListingKind::Front => "front",
                    ListingKind::Opinions => "opinions",
                }
            }
            Page::Other => "other",
        };
        assert_eq!(told, expected, "{path}");
        *kinds.entry(told).or_default() += 1;
    }
    eprintln!("{kinds:?}, {rendered} rendered, joined {joined:?}");
    assert_eq!(kinds["event"], 41, "40 events and an opinion");
    assert!(rendered >= 39);
    assert!(
        !joined.is_empty() && joined.iter().all(|tag| tag == "Reston, Virginia"),
        "{joined:?}"
    );
}
