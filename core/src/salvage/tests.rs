//! Each chunk of a store damaged: every page that is not made from it is given. Which chunks a page is made from,
//! a storage tells that notes what is read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::{fs, io::Read};

use super::salvage;
use crate::error::Result;
use crate::event::{Date, Event};
use crate::ingest::{ExportOptions, ExportedRow, IngestOptions, PageFormat, page_of};
use crate::segment::{BlockCache, Segment, SegmentMeta};
use crate::storage::{RawRoot, RawStore, Storage, StorageBatch};
use crate::store::{Manifest, RowRef, Store};
use crate::{BackupOptions, OpenOptions, Profile};

type Key = Vec<u8>;

/// Notes which values are read.
struct NotingStorage {
    inner: Arc<dyn Storage>,
    read: Mutex<BTreeSet<Key>>,
}

impl Storage for NotingStorage {
    fn path(&self) -> &Path {
        self.inner.path()
    }
    fn check(&self) -> Result<()> {
        Ok(())
    }
    fn get_into(&self, key: &[u8], out: &mut Vec<u8>) -> Result<bool> {
        self.read.lock().unwrap().insert(key.to_vec());
        self.inner.get_into(key, out)
    }
    fn scan_keys(&self, from: &[u8], limit: usize) -> Result<Vec<Vec<u8>>> {
        self.inner.scan_keys(from, limit)
    }
    fn write(&self, batch: StorageBatch) -> Result<()> {
        self.inner.write(batch)
    }
    fn sync(&self) -> Result<()> {
        self.inner.sync()
    }
    fn root(&self) -> Result<Option<Vec<u8>>> {
        self.inner.root()
    }
    fn set_root(&self, payload: &[u8]) -> Result<()> {
        self.inner.set_root(payload)
    }
    fn fresh(&self) -> Result<Arc<dyn Storage>> {
        self.inner.fresh()
    }
    fn size(&self) -> Result<u64> {
        self.inner.size()
    }
    fn close(&self) -> Result<()> {
        Ok(())
    }
}

/// Texts that do not compress.
fn noise(number: u32, words: u32) -> String {
    let word = |word: u32| format!("{:x}", (number * 641 + word).wrapping_mul(2_654_435_761));
    (0..words).map(word).collect::<Vec<_>>().join(" ")
}

fn context_page(number: u32) -> (String, Vec<u8>) {
    let (month, day) = (1 + number % 12, 1 + number % 28);
    let other = (number + 7) % 300;
    let (other_month, other_day) = (1 + other % 12, 1 + other % 28);
    let end = if number % 10 == 3 { "\n\n\n" } else { "" };
    let base = format!("/news/2017/{month:02}/{day}/page-{number}");
    let text = format!(
        "\nFormats: [HTML]({base}.html)  [JSON]({base}.json)  [XML]({base}.xml)  \n\n\
         ### [2017-{month:02}-{day}](/news/2017/{month:02}/{day}/index.md)\n\n##### {}\n\
         # Page {number}. \n\n\n\n\n### Related:\n\n\
         1. [Page {other}. ](/news/2017/{other_month:02}/{other_day}/page-{other}.md) \
         _Context: {}, Tag {number}_\n\
         2. [Elsewhere. ](/news/2016/01/1/lost-{number}.md) _Context: Sea_\n{end}",
        noise(number % 30, 2),
        noise(number, 2),
    );
    let path = format!("news/2017/{month:02}/{day}/page-{number}.md");
    (path, text.into_bytes())
}

fn markdown_page(number: u32) -> (String, Vec<u8>) {
    let text = format!(
        "---\ntitle: Post {number}\ndate: 2018-03-{:02}\ntags: [T{}]\n---\n{}\n",
        1 + number % 28,
        number % 5,
        noise(number, 90)
    );
    (format!("posts/post-{number}.md"), text.into_bytes())
}

/// Pages of the Context, some kept as they are, and of a blog; some that were removed; in several segments.
fn fill(store: &Store) {
    let context: Vec<_> = (0..300).map(context_page).collect();
    let report = store.ingest(context, IngestOptions::new()).unwrap();
    assert_eq!((report.added, report.failed), (300, 0));
    let snapshot = store.snapshot().unwrap();
    let kept = snapshot.views[0].segment.flags().unwrap().raw.len();
    assert_eq!(kept, 30, "the others are rendered");
    let options = IngestOptions::new().format(PageFormat::Markdown);
    let options = options.prefix("vault/").profile(Profile::Obsidian);
    let blog: Vec<_> = (0..60).map(markdown_page).collect();
    store.ingest(blog, options).unwrap();
    let date = Date::new(2017, 3, 2).unwrap();
    let mut added = Event::new("2017/03/2/added".parse().unwrap(), date, "Added.");
    added.tags = vec!["Stated".to_owned()];
    store.add([added]).unwrap();
    let gone = ["2017/02/2/page-85", "vault/posts/post-7"];
    assert_eq!(store.remove(gone).unwrap(), 2);
}

/// The chunks that each page is made from, by path.
fn chunks_of_pages(place: &Path) -> BTreeMap<String, BTreeSet<Key>> {
    let root = RawRoot::read(place).unwrap();
    let manifest = Manifest::decode(root.manifest.as_deref().unwrap()).unwrap();
    let nonces: Vec<u64> = manifest
        .key_ranges()
        .iter()
        .map(|range| range.nonce)
        .collect();
    let raw = RawStore::search(place, &root, &nonces, &mut |_| Ok(())).unwrap();
    let store = OpenOptions::new().read_only(true).open(place).unwrap();
    let mut of_pages = BTreeMap::new();
    for (segment_index, view) in store.snapshot().unwrap().views.iter().enumerate() {
        let meta: SegmentMeta = view.entry.meta.clone();
        let noting = Arc::new(NotingStorage {
            inner: Arc::new(raw.segment(meta.id, meta.nonce)),
            read: Mutex::default(),
        });
        for row in view.rows() {
            let cache = Arc::new(BlockCache::new(0));
            let segment = Segment::new(noting.clone(), cache, meta.clone());
            let exported = ExportedRow {
                path: segment.path_of(row).unwrap().into(),
                is_zh: false,
                choice: None,
                at: RowRef { segment_index, row },
            };
            page_of(&segment, &exported).unwrap();
            let read = std::mem::take(&mut *noting.read.lock().unwrap());
            assert!(read.len() > 4);
            of_pages.insert(exported.path.to_string(), read);
        }
    }
    of_pages
}

/// The members of an archive, its own two left out.
fn members(file: &Path) -> BTreeMap<String, Vec<u8>> {
    let unpacked = zstd::decode_all(&*fs::read(file).unwrap()).unwrap();
    let mut archive = tar::Archive::new(&*unpacked);
    let entries = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let name = String::from_utf8(entry.path_bytes().into_owned()).unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        (name, bytes)
    });
    let pages = entries.filter(|(name, _)| !name.starts_with("eventstore-export"));
    pages.collect()
}

/// Where the chunks of a file lie, by key.
fn chunk_places(db: &[u8]) -> BTreeMap<Key, Vec<usize>> {
    let mut places: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
    for at in memchr::memmem::find_iter(db, b"eS\x01") {
        let mut key = db[at + 4..at + 13].to_vec();
        key[..4].reverse();
        key[5..].reverse();
        places.entry(key).or_default().push(at);
    }
    places
}

/// Damages each chunk of a store and counts which pages are given. Without `CURRENT` and `PLACES` too.
fn damage_each_chunk(has_root: bool) {
    let home = tempfile::tempdir().unwrap();
    let at = |name: &str| -> PathBuf { home.path().join(name) };
    let store = Store::open(at("first")).unwrap();
    fill(&store);
    // A backup has each chunk once, and nothing of earlier segments.
    let place = at("s");
    store.backup(&place, BackupOptions::new()).unwrap();
    store.close().unwrap();
    let of_pages = chunks_of_pages(&place);
    let run = || salvage(&place, at("t"), ExportOptions::new()).unwrap();
    assert!(run().is_whole());
    let expected = members(&at("t"));
    assert_eq!(expected.len(), of_pages.len());
    if !has_root {
        fs::remove_file(place.join("CURRENT")).unwrap();
        fs::remove_file(place.join("PLACES")).unwrap();
    }
    let db = place.join("data-000001/db");
    let bytes = fs::read(&db).unwrap();
    let (mut whole, mut also, mut lost) = (0u64, 0, 0);
    let mut lost_by_part: BTreeMap<u8, u64> = BTreeMap::new();
    let places = chunk_places(&bytes);
    for (number, (key, starts)) in places.iter().enumerate() {
        let mut damaged = bytes.clone();
        for &start in starts {
            // Mark, segment, number, length, checksum, payload.
            let length = u16::from_le_bytes([bytes[start + 17], bytes[start + 18]]);
            let length = 23 + usize::from(length);
            let within = [0, 4, 9, 14, 18, 20, length / 2 + 12, length - 1][number % 8];
            damaged[start + within.min(length - 1)] ^= 1;
        }
        fs::write(&db, damaged).unwrap();
        let report = run();
        let given = members(&at("t"));
        for (path, chunks) in &of_pages {
            match (chunks.contains(key), given.contains_key(path)) {
                (false, false) => panic!("{path} is lost by {key:?}: {:#?}", report.losses),
                (false, true) => whole += 1,
                (true, true) => also += 1,
                (true, false) => {
                    lost += 1;
                    *lost_by_part.entry(key[4]).or_default() += 1;
                }
            }
        }
        let mut kept = 0;
        for (name, page) in &given {
            match expected.get(name) {
                Some(expected) => assert!(expected == page, "{name}"),
                None => assert!(report.without_deletes > 0 || !has_root, "{name}"),
            }
            kept += u64::from(expected.contains_key(name));
        }
        if has_root {
            assert_eq!(kept + report.lost, expected.len() as u64);
        }
    }
    println!(
        "root: {has_root}; {} chunks of {} pages damaged: {whole} times a page was whole, and given; of the \
         others {also} were given too, and {lost} lost, by part {lost_by_part:?}",
        places.len(),
        expected.len()
    );
    assert!(places.len() > 100 && whole > 20_000);
}

#[test]
fn every_page_whose_chunks_are_whole_is_given_whichever_chunk_is_damaged() {
    damage_each_chunk(true);
}

#[test]
fn the_same_where_nothing_tells_which_segments_are_live() {
    damage_each_chunk(false);
}

/// Several chunks damaged at once: what is given is never wrong, and every whole page is given.
#[test]
fn several_damaged_chunks_give_no_wrong_page() {
    let home = tempfile::tempdir().unwrap();
    let at = |name: &str| -> PathBuf { home.path().join(name) };
    let store = Store::open(at("first")).unwrap();
    fill(&store);
    let place = at("s");
    store.backup(&place, BackupOptions::new()).unwrap();
    store.close().unwrap();
    let of_pages = chunks_of_pages(&place);
    salvage(&place, at("t"), ExportOptions::new()).unwrap();
    let expected = members(&at("t"));
    let db = place.join("data-000001/db");
    let bytes = fs::read(&db).unwrap();
    let places: Vec<_> = chunk_places(&bytes).into_iter().collect();
    let seed = std::env::var("SALVAGE_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let seed: u64 = seed.unwrap_or(1);
    let mut state = seed;
    let mut draw = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as usize % below
    };
    let (mut whole, mut given_pages) = (0, 0);
    for _ in 0..40 {
        let mut damaged = bytes.clone();
        let mut keys = BTreeSet::new();
        for _ in 0..2 + draw(12) {
            let (key, starts) = &places[draw(places.len())];
            starts.iter().for_each(|&start| damaged[start + 20] ^= 1);
            keys.insert(key);
        }
        fs::write(&db, damaged).unwrap();
        let report = salvage(&place, at("t"), ExportOptions::new()).unwrap();
        let given = members(&at("t"));
        for (path, chunks) in &of_pages {
            if keys.iter().all(|key| !chunks.contains(*key)) {
                assert!(given.contains_key(path), "{path} is lost by {keys:?}");
                whole += 1;
            }
        }
        for (name, page) in &given {
            let is_removed = report.without_deletes > 0 && !expected.contains_key(name);
            assert!(
                expected.get(name) == Some(page) || is_removed,
                "{name} by {keys:?}"
            );
        }
        given_pages += given.len();
    }
    println!("seed {seed}: {given_pages} pages given, {whole} of them whole");
    assert!(given_pages > whole && whole > 100);
}
