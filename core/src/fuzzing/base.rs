//! Small stores that inputs are put into: one of all kinds of pages, and those of older format versions.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::event::{Date, Event};
use crate::ingest::{IngestOptions, PageFormat};
use crate::page::Profile;
use crate::segment::key_of_number;
use crate::storage::{RawRoot, RawStore, Storage, StorageBatch, open_memory};
use crate::store::{Manifest, Store};

/// Number of the stores: one of today, and one of each older format version.
pub(super) const BASES: usize = 9;

/// A store as its values and its root.
pub(super) struct Base {
    values: Vec<(Vec<u8>, Vec<u8>)>,
    root: Vec<u8>,
}

impl Base {
    /// A store by its number: 0 is of today, 1 to 8 are of that format version.
    pub fn numbered(number: usize) -> &'static Self {
        static MADE: [OnceLock<Base>; BASES] = [const { OnceLock::new() }; BASES];
        MADE[number % BASES].get_or_init(|| match number % BASES {
            0 => Self::of_today(),
            version => Self::of_version(version),
        })
    }

    /// A copy, to be damaged.
    pub fn storage(&self) -> Arc<dyn Storage> {
        let storage = open_memory();
        let batch = StorageBatch {
            set: self.values.clone(),
            remove: Vec::new(),
        };
        storage.write(batch).unwrap();
        storage.set_root(&self.root).unwrap();
        storage
    }

    fn of_today() -> Self {
        let store = filled(Store::memory().unwrap());
        let storage = store.snapshot().unwrap().storage.clone();
        let keys = storage.scan_keys(&[], usize::MAX).unwrap();
        let value = |key: Vec<u8>| {
            let value = storage.get(&key).unwrap().unwrap();
            (key, value)
        };
        Self {
            values: keys.into_iter().map(value).collect(),
            root: storage.root().unwrap().unwrap(),
        }
    }

    fn of_version(version: usize) -> Self {
        let path = project().join(format!("tests/golden/v{version}"));
        let files = RawRoot::read(&path).unwrap();
        let root = files.manifest.clone().unwrap();
        let manifest = Manifest::decode(&root).unwrap();
        let nonces: Vec<u64> = manifest
            .key_ranges()
            .iter()
            .map(|range| range.nonce)
            .collect();
        let found = RawStore::search(&path, &files, &nonces, &mut |_| Ok(())).unwrap();
        let mut values = Vec::new();
        for range in manifest.key_ranges() {
            let chunks = found.segment(range.segment, range.nonce);
            for chunk in range.first..range.first + range.chunks {
                let key = key_of_number(range.segment, range.part, chunk);
                let value = chunks.get(&key).unwrap().unwrap();
                values.push((key, value));
            }
        }
        Self { values, root }
    }
}

/// The root of the project, where its data lie.
fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

type Pages = Vec<(String, Vec<u8>)>;

/// Pages of the Context: events with links, a twin, an opinion, listings, a page that is kept whole, one that
/// is no event.
pub(super) fn context_pages() -> Pages {
    let news = |day: u8, name: &str, title: &str, related: &str| {
        let text = format!(
            "### [2017-03-{day}](/news/2017/03/{day}/index.md)\n\n##### Weather\n# {title}. \n\n{title} is \
             reported from the coast.\n\n\n### Source:\n\n1. [The Post](https://post.example/{name})\n\n### \
             Related:\n\n{related}"
        );
        (format!("news/2017/03/{day}/{name}.md"), text.into_bytes())
    };
    let flood = "1. [A flood](/news/2017/03/2/flood.md) _Context: Rivers, Weather_\n";
    let dam = "1. [A dam](/news/2017/03/3/dam.md) _Context: Dams_\n2. [Gone](/news/2016/1/2/gone.md) _Context: \
               Past_\n";
    let mut twin = news(3, "dam", "A twin", "");
    twin.0 = "news/2017/03/03/dam.md".to_owned();
    let mut odd = news(6, "odd", "An odd page", dam);
    odd.1.extend_from_slice(b"\n\n\n");
    let plain = [
        (
            "opinion/2017/03/5/on-tides/index.md",
            "# On tides\n\n#### by Ida Tolland\n\nThey come and go.\n",
        ),
        (
            "news/2017/03/2/index.md",
            "## [2017-03-2](/news/2017/03/2/index.md)\n\n### [Linked ](/news/2017/03/2/flood.md)\n_Context: \
             Listed_\n\n## [Previous Day...](/news/2017/03/1/index.md)\n\n",
        ),
        ("faq/index.md", "# Questions\n"),
    ];
    let mut pages = vec![
        news(2, "flood", "A flood rises", dam),
        news(3, "dam", "A dam breaks", flood),
        twin,
        odd,
        news(4, "港口", "港口 &amp; ferry", flood),
    ];
    pages.extend(plain.map(|(path, text)| (path.to_owned(), text.into())));
    pages
}

/// Markdown pages with front matter.
pub(super) fn posts() -> Pages {
    [
        (
            "storm.md",
            "---\ntitle: A storm\ndate: 2017-03-09 06:30:05 +0100\ntags: [Storms, \"New York\"]\nauthor: Ida \
             Tolland\ntype: note\nlang: en\ncover: {alt: A pier, n: 7}\n---\nIt *storms*, see [[Wreck]] #tides.\n",
        ),
        (
            "wreck.md",
            "---\ndate: 2017-03-11\naliases: [Flotsam]\ncategories: [Sea]\n---\nAfter [[Storm|the storm]], says \
             [The Post](https://post.example/storm).\n",
        ),
        (
            "later.md",
            "+++\ntitle = \"Later\"\ndate = 2017-03-10\ndraft = true\n[extra]\nn = 1.5\n+++\nSoon.\n",
        ),
        ("json.md", "{\"title\": \"Of JSON\", \"date\": \"2017-03-12\"}\nText.\n"),
        ("about.md", "# About\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n"),
    ]
    .map(|(path, text)| (path.to_owned(), text.into()))
    .to_vec()
}

/// Fills a store with all kinds of pages, and removes a row.
pub(super) fn filled(store: Store) -> Store {
    let of_context = IngestOptions::new().format(PageFormat::Context);
    store.ingest(context_pages(), of_context).unwrap();
    let vault = IngestOptions::new()
        .prefix("vault/")
        .profile(Profile::Obsidian);
    store.ingest(posts(), vault).unwrap();
    let day = Date::new(2017, 3, 7).unwrap();
    let mut added = Event::new("2017/03/7/added".parse().unwrap(), day, "An added event");
    added.summary = Some("Written by a program.".to_owned());
    store.add([added]).unwrap();
    store.compact().unwrap();
    store.remove(["2017/03/6/odd"]).unwrap();
    store
}

/// The pages above, and those that are specified.
pub(super) fn page_seeds() -> Vec<Vec<u8>> {
    let pages = context_pages().into_iter().chain(posts());
    pages.map(|(_, bytes)| bytes).collect()
}

/// A folder for the files of an input, empty. One body works in it at a time.
pub(super) fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("eventstore-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}
