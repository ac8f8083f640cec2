//! Every page of the real archives is read, and rendered from its fields to the same bytes. The
//! archives are not part of the project; without them these tests print that they are skipped.

use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::super::*;
use super::read;

pub(super) const LIMITS: PageLimits = PageLimits {
    bytes: 1 << 20,
    items: 1000,
};

pub(super) fn data(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/data")
        .join(name);
    if !path.exists() {
        eprintln!("SKIPPED: {} is not there", path.display());
        return None;
    }
    Some(path)
}

pub(super) fn tar(path: &Path) -> Vec<(String, Vec<u8>)> {
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
        let place = LogicalPath::of(&path);
        let page =
            read(&path, &place, bytes.clone(), &LIMITS).unwrap_or_else(|error| panic!("{error}"));
        match page {
            Page::Event(page) => {
                events += 1;
                *layouts.entry(page.layout.clone()).or_default() += 1;
                rendered += usize::from(render(&page).as_bytes() == bytes);
                assert_eq!(page.lang, Edition::Zh, "{path}");
            }
            Page::Listing(page) => {
                assert_eq!(page.lang, Edition::Zh, "{path}");
                let kind = match page.kind {
                    ListingKind::Day(_) => "day",
                    ListingKind::Front => "front",
                    ListingKind::Opinions => "opinions",
                };
                *kinds.entry(kind.to_owned()).or_default() += 1;
            }
            Page::Markdown(_) | Page::Other => *kinds.entry("other".to_owned()).or_default() += 1,
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
pub(super) fn tree(root: &Path) -> Vec<(String, Vec<u8>)> {
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
fn every_english_page_is_recognised() {
    let Some(root) = data("context-en") else {
        return;
    };
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut rendered, mut joined) = (0, Vec::new());
    for (path, bytes) in tree(&root) {
        let place = LogicalPath::of(&path);
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
        let kind = match page {
            Page::Event(page) => {
                assert_eq!(page.lang, Edition::En, "{path}");
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
                assert_eq!(page.lang, Edition::En, "{path}");
                match page.kind {
                    ListingKind::Day(day) => {
                        assert_eq!(Some(day), place.day);
                        "day"
                    }
                    ListingKind::Front => "front",
                    ListingKind::Opinions => "opinions",
                }
            }
            Page::Markdown(_) | Page::Other => "other",
        };
        assert_eq!(kind, expected, "{path}");
        *kinds.entry(kind).or_default() += 1;
    }
    eprintln!("{kinds:?}, {rendered} rendered, joined {joined:?}");
    assert_eq!(kinds["event"], 41, "40 events and an opinion");
    assert!(rendered >= 39);
    assert!(
        !joined.is_empty() && joined.iter().all(|tag| tag == "Reston, Virginia"),
        "{joined:?}"
    );
}

/// `cargo test --release -p context-eventstore --lib -- --ignored --nocapture speed` prints the figures.
#[test]
#[ignore = "a measurement, not a check"]
fn speed_of_reading_and_rendering_the_chinese_archive() {
    use rayon::prelude::*;
    let Some(path) = data("context-zh.tar.gz") else {
        return;
    };
    let pages: Vec<_> = tar(&path)
        .into_iter()
        .filter(|(path, _)| !path.ends_with("index.md") && !path.ends_with("README.md"))
        .collect();
    let bytes: usize = pages.iter().map(|(_, bytes)| bytes.len()).sum();
    let work = |pages: &[(String, Vec<u8>)]| {
        pages.par_iter().for_each(|(path, bytes)| {
            let len = bytes.len();
            let Ok(Page::Event(page)) = read(path, &LogicalPath::of(path), bytes.clone(), &LIMITS)
            else {
                panic!()
            };
            assert_eq!(render(&page).as_bytes(), &page.text.as_bytes()[..len]);
        });
    };
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let mut best = f64::MAX;
        for _ in 0..7 {
            let start = std::time::Instant::now();
            pool.install(|| work(&pages));
            best = best.min(start.elapsed().as_secs_f64());
        }
        let rate = pages.len() as f64 / best;
        eprintln!(
            "{threads} threads: {rate:.0} pages/s, {:.0} MB/s",
            bytes as f64 / best / 1e6
        );
    }
    let start = std::time::Instant::now();
    let mut chars = 0;
    for (path, bytes) in &pages {
        let Ok(Page::Event(page)) = read(path, &LogicalPath::of(path), bytes.clone(), &LIMITS)
        else {
            panic!()
        };
        chars += to_event(&page, Vec::new(), false).title.len();
    }
    eprintln!(
        "read + to_event, 1 thread: {:.0} pages/s ({chars})",
        pages.len() as f64 / start.elapsed().as_secs_f64()
    );
}

#[test]
fn slugs_are_guessed_from_titles() {
    let mut guessed = BTreeMap::new();
    for (lang, pages) in [
        (
            Edition::Zh,
            data("context-zh.tar.gz").map(|path| tar(&path)),
        ),
        (Edition::En, data("context-en").map(|path| tree(&path))),
    ] {
        let Some(pages) = pages else { return };
        let (mut right, mut all) = (0, 0);
        for (path, bytes) in pages {
            let Ok(Page::Event(page)) = read(&path, &LogicalPath::of(&path), bytes, &LIMITS) else {
                continue;
            };
            let id = crate::EventId::from_canonical(page.get(page.id));
            all += 1;
            right += usize::from(guess_slug(page.get(page.title), lang) == id.slug());
        }
        guessed.insert(lang.as_str(), (right, all));
    }
    eprintln!("slugs guessed: {guessed:?}");
    assert!(
        guessed["zh"].0 > 8900 && guessed["en"].0 > 30,
        "{guessed:?}"
    );
}

#[test]
fn a_page_of_a_fresh_text_renders_to_the_same_bytes() {
    for pages in [
        data("context-zh.tar.gz").map(|path| tar(&path)),
        data("context-en").map(|path| tree(&path)),
    ] {
        for (path, bytes) in pages.into_iter().flatten().step_by(3) {
            let Ok(Page::Event(page)) =
                read(&path, &LogicalPath::of(&path), bytes.clone(), &LIMITS)
            else {
                continue;
            };
            let again = super::moved::moved(&page);
            assert_eq!(render(&again).as_bytes(), bytes, "{path}");
            assert_eq!(
                to_event(&again, Vec::new(), false),
                to_event(&page, Vec::new(), false)
            );
        }
    }
}

#[test]
fn every_real_event_can_be_added_again_as_a_page_of_its_newest_layout() {
    let mut count = 0;
    for pages in [
        data("context-zh.tar.gz").map(|path| tar(&path)),
        data("context-en").map(|path| tree(&path)),
    ] {
        for (path, bytes) in pages.into_iter().flatten() {
            let Ok(Page::Event(page)) = read(&path, &LogicalPath::of(&path), bytes, &LIMITS) else {
                continue;
            };
            let event = to_event(&page, vec!["a tag".to_owned()], false);
            let made = from_event(&event).unwrap_or_else(|error| panic!("{path}: {error}"));
            assert_eq!(to_event(&made, vec!["a tag".to_owned()], false), event);
            count += 1;
        }
    }
    eprintln!("{count} events made to pages");
}

#[test]
fn the_seed_page_and_the_older_version_are_rendered_from_their_fields() {
    let older = data("context-en-older").map(|path| tree(&path));
    let seed = data("seed-page.md")
        .map(|path| vec![("seed-page.md".to_owned(), std::fs::read(path).unwrap())]);
    for (path, bytes) in older.into_iter().chain(seed).flatten() {
        let Ok(Page::Event(page)) = read(&path, &LogicalPath::of(&path), bytes.clone(), &LIMITS)
        else {
            panic!("{path}")
        };
        assert_eq!(render(&page).as_bytes(), bytes);
    }
}

#[test]
fn commonmark_sees_other_links_only_where_titles_hold_brackets() {
    use super::second_opinion::{by_commonmark, by_grammar};
    let Some(path) = data("context-zh.tar.gz") else {
        return;
    };
    let (mut all, mut other) = (0, 0);
    for (path, bytes) in tar(&path) {
        let text = String::from_utf8(bytes.clone()).unwrap();
        let Ok(Page::Event(page)) = read(&path, &LogicalPath::of(&path), bytes, &LIMITS) else {
            continue;
        };
        all += 1;
        if by_commonmark(&text)
            .1
            .iter()
            .filter(|link| link.contains("/news/2"))
            .ne(by_grammar(&page)
                .1
                .iter()
                .filter(|link| link.contains("/news/2")))
        {
            other += 1;
        }
    }
    eprintln!("{other} of {all} pages have other links by CommonMark");
    assert!(other <= 177, "{other}");
}
