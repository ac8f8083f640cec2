//! Each chunk of a store damaged: every page that is not made from it is given. Which chunks a page is made from,
//! a storage tells that notes what is read.

#[path = "../../tests/support/dice.rs"]
mod dice;
#[allow(
    clippy::duplicate_mod,
    reason = "two layers' tests share it with those of core/tests"
)]
#[path = "../../tests/support/lengths.rs"]
mod lengths;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::{fs, io::Read};

use dice::Dice;
use lengths::{seed, sweep};

use super::days::days_of_rows;
use super::mend::mend;
use super::report::SalvageReport;
use super::salvage;
use super::segments::{FoundSegments, known_nonces};
use crate::error::Result;
use crate::event::{Date, Event};
use crate::ingest::{ExportOptions, ExportedRow, IngestOptions, PageFormat, page_of};
use crate::segment::{BlockCache, Part, ReadCounts, Segment, SegmentMeta};
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

/// A store whose chunks are damaged.
struct DamagedStore {
    home: tempfile::TempDir,
    place: PathBuf,
    /// The file with the chunks, and its bytes as they were.
    db: PathBuf,
    bytes: Vec<u8>,
    /// The members of its export.
    expected: BTreeMap<String, Vec<u8>>,
}

impl DamagedStore {
    /// Nothing is damaged yet.
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path().join("first")).unwrap();
        fill(&store);
        // A backup has each chunk once, and nothing of earlier segments.
        let place = home.path().join("s");
        store.backup(&place, BackupOptions::new()).unwrap();
        store.close().unwrap();
        let db = place.join("data-000001/db");
        let mut new = Self {
            bytes: fs::read(&db).unwrap(),
            home,
            place,
            db,
            expected: BTreeMap::new(),
        };
        let (report, expected) = new.salvaged();
        assert!(report.is_whole());
        new.expected = expected;
        new
    }

    /// Writes the file anew with the chunks damaged that begin at some places.
    fn damage<'a>(&self, starts: impl Iterator<Item = &'a usize>) {
        let mut damaged = self.bytes.clone();
        starts.for_each(|start| damaged[start + 20] ^= 1);
        fs::write(&self.db, damaged).unwrap();
    }

    /// What a salvage gives.
    fn salvaged(&self) -> (SalvageReport, BTreeMap<String, Vec<u8>>) {
        let target = self.home.path().join("t");
        let report = salvage(&self.place, &target, ExportOptions::new()).unwrap();
        (report, members(&target))
    }

    fn manifest(&self) -> Manifest {
        let root = RawRoot::read(&self.place).unwrap();
        Manifest::decode(root.manifest.as_deref().unwrap()).unwrap()
    }

    /// Writes another manifest into `CURRENT`.
    fn forge(&self, manifest: &Manifest) {
        let current = self.place.join("CURRENT");
        let bytes = fs::read(&current).unwrap();
        let lines = bytes.split(|&byte| byte == b'\n').take(2);
        let payload = manifest.encode();
        let mut forged = lines.collect::<Vec<_>>().join(&b'\n');
        forged.extend(format!("\npayload {}\n", payload.len()).bytes());
        forged.extend(payload);
        let crc = crc32fast::hash(&forged);
        forged.extend(format!("\ncrc32 {crc:08x}\n").bytes());
        fs::write(current, forged).unwrap();
    }
}

/// Damages each chunk of a store and counts which pages are given. Without `CURRENT` and `PLACES` too.
fn damage_each_chunk(has_root: bool) {
    let damaged_store = DamagedStore::new();
    let DamagedStore {
        place,
        db,
        bytes,
        expected,
        ..
    } = &damaged_store;
    let of_pages = chunks_of_pages(place);
    assert_eq!(expected.len(), of_pages.len());
    if !has_root {
        fs::remove_file(place.join("CURRENT")).unwrap();
        fs::remove_file(place.join("PLACES")).unwrap();
    }
    let (mut whole, mut also, mut lost) = (0u64, 0, 0);
    let mut lost_by_part: BTreeMap<u8, u64> = BTreeMap::new();
    let places = chunk_places(bytes);
    for (number, (key, starts)) in places.iter().enumerate() {
        let mut damaged = bytes.clone();
        for &start in starts {
            // Mark, segment, number, length, checksum, payload.
            let length = u16::from_le_bytes([bytes[start + 17], bytes[start + 18]]);
            let length = 23 + usize::from(length);
            let within = [0, 4, 9, 14, 18, 20, length / 2 + 12, length - 1][number % 8];
            damaged[start + within.min(length - 1)] ^= 1;
        }
        fs::write(db, damaged).unwrap();
        let (report, given) = damaged_store.salvaged();
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
    let damaged_store = DamagedStore::new();
    let DamagedStore {
        place,
        db,
        bytes,
        expected,
        ..
    } = &damaged_store;
    let of_pages = chunks_of_pages(place);
    let places: Vec<_> = chunk_places(bytes).into_iter().collect();
    let mut dice = Dice::new(seed());
    let (mut whole, mut given_pages) = (0, 0);
    for _ in 0..sweep(40, 1000) {
        let mut damaged = bytes.clone();
        let mut keys = BTreeSet::new();
        for _ in 0..2 + dice.below(12) {
            let (key, starts) = dice.pick(&places);
            starts.iter().for_each(|&start| damaged[start + 20] ^= 1);
            keys.insert(key);
        }
        fs::write(db, damaged).unwrap();
        let (report, given) = damaged_store.salvaged();
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
    println!("{given_pages} pages given, {whole} of them whole");
    assert!(given_pages > whole && whole > 100);
}

/// Where a block of headers is lost, its index and the days of the external ids, it is not known how many entries
/// the block had: none behind it is taken for another one's.
#[test]
fn a_header_behind_a_lost_block_is_no_other_rows() {
    let damaged_store = DamagedStore::new();
    let places = chunk_places(&damaged_store.bytes);
    let of_part = |key: &Key, part: Part| key[4] == part as u8;
    let mut tried = 0;
    for header in places.keys().filter(|key| of_part(key, Part::Headers)) {
        let of_segment = places.keys().filter(|key| key[..4] == header[..4]);
        let lost = of_segment.filter(|key| {
            let parts = [Part::HeadersIndex, Part::ExternalDays];
            *key == header || parts.iter().any(|&part| of_part(key, part))
        });
        damaged_store.damage(lost.flat_map(|key| &places[key]));
        let (_, given) = damaged_store.salvaged();
        for (name, page) in &given {
            assert!(damaged_store.expected.get(name) == Some(page), "{name}");
        }
        tried += 1;
    }
    println!("{tried} blocks of headers");
    assert!(tried > 3);
}

/// A page that is kept as it was has no layout: it is given also where no hash tells that it is right.
#[test]
fn a_kept_page_needs_no_layout_and_no_hash() {
    let damaged_store = DamagedStore::new();
    let of_pages = chunks_of_pages(&damaged_store.place);
    let places = chunk_places(&damaged_store.bytes);
    let is_lost = |key: &Key| [Part::Hashes as u8, Part::Layouts as u8].contains(&key[4]);
    let lost = places.iter().filter(|(key, _)| is_lost(key));
    damaged_store.damage(lost.flat_map(|(_, starts)| starts));
    let (_, given) = damaged_store.salvaged();
    let whole = of_pages
        .iter()
        .filter(|(_, chunks)| !chunks.iter().any(is_lost));
    let whole: Vec<_> = whole.map(|(path, _)| path).collect();
    assert!(whole.len() >= 30, "{}", whole.len());
    for path in whole {
        let expected = damaged_store.expected.get(path);
        assert!(expected.is_some() && given.get(path) == expected, "{path}");
    }
}

/// A manifest with right checksums may say anything. What was found bounds what is looked at, and all pages are
/// given that are there.
#[test]
fn a_manifest_that_names_more_rows_than_chunks_can_hold_is_not_believed() {
    let damaged = DamagedStore::new();
    let whole = damaged.manifest();
    let of_rows = |set: &dyn Fn(&mut Manifest)| {
        let mut forged = whole.clone();
        set(&mut forged);
        damaged.forge(&forged);
        let root = RawRoot::read(&damaged.place).unwrap();
        let nonces = known_nonces(Some(&forged), &root);
        let raw = RawStore::search(&damaged.place, &root, &nonces, &mut |_| Ok(())).unwrap();
        for found in FoundSegments::of(Some(&forged), &root, &raw).live {
            let bytes = raw.bytes_of(found.meta.id, found.meta.nonce);
            let mended = mend(&raw, &found, &Arc::new(BlockCache::new(1 << 20)));
            let mended = mended.unwrap().unwrap();
            let rows = mended.view.segment.rows();
            assert!(u64::from(rows) <= bytes, "{rows} rows of {bytes} bytes");
            assert!(rows + mended.unheld <= found.meta.rows);
        }
        damaged.salvaged()
    };
    for rows in [1 << 24, u32::MAX] {
        let (report, given) = of_rows(&|forged| {
            let segments = &mut forged.segments;
            segments.iter_mut().for_each(|entry| entry.meta.rows = rows);
        });
        assert!(given == damaged.expected);
        assert!(report.lost >= u64::from(rows) - 400, "{}", report.lost);
    }
    // Of parts without end the whole ones, such as the hashes, cannot be read.
    let (report, given) = of_rows(&|forged| {
        let segments = forged.segments.iter_mut();
        let chunks = segments.flat_map(|entry| &mut entry.meta.chunks);
        chunks.for_each(|(_, chunks)| *chunks = u32::MAX);
        let segments = forged.segments.iter_mut();
        segments.for_each(|entry| entry.deletes_chunks = u32::MAX);
    });
    assert!(!report.is_whole());
    let right = |(name, page): (&String, &Vec<u8>)| match damaged.expected.get(name) {
        Some(expected) => expected == page,
        None => report.without_deletes > 0,
    };
    assert!(given.iter().all(right));
}

/// A removal counts where a manifest or the list of a clean close names it. What was found besides may never have
/// been committed.
#[test]
fn a_removal_that_nothing_names_does_not_count() {
    let damaged = DamagedStore::new();
    let whole = damaged.manifest();
    let removing = whole.segments.iter().filter(|entry| entry.deletes > 0);
    let removing = removing.count() as u64;
    assert!(removing > 0);
    fs::remove_file(damaged.place.join("CURRENT")).unwrap();
    let (report, given) = damaged.salvaged();
    assert!(given == damaged.expected, "the list of the close names it");
    assert_eq!(report.without_deletes, 0);
    fs::remove_file(damaged.place.join("PLACES")).unwrap();
    let (report, given) = damaged.salvaged();
    assert_eq!(report.without_deletes, removing);
    let back: Vec<&str> = given
        .keys()
        .filter(|name| !damaged.expected.contains_key(*name))
        .map(String::as_str)
        .collect();
    let removed = ["news/2017/02/2/page-85.md", "vault/posts/post-7.md"];
    assert!(removed.iter().any(|name| back.contains(name)), "{back:?}");
    assert!(back.iter().all(|name| removed.contains(name)), "{back:?}");
}

/// Where nothing tells one day from another, no days are tried.
#[test]
fn days_are_not_searched_for_where_no_fingerprint_is_left() {
    let damaged = DamagedStore::new();
    let manifest = damaged.manifest();
    let root = RawRoot::read(&damaged.place).unwrap();
    let nonces = known_nonces(Some(&manifest), &root);
    let raw = RawStore::search(&damaged.place, &root, &nonces, &mut |_| Ok(())).unwrap();
    let meta = &manifest.segments[0].meta;
    let reads_without = |part: Option<Part>| {
        let mut meta = meta.clone();
        // With a chunk that was not found.
        let chunks = meta.chunks.iter_mut();
        let lost = chunks.filter(|(number, _)| part.is_some_and(|part| *number == part as u8));
        lost.for_each(|(_, chunks)| *chunks += 1);
        let storage = Arc::new(raw.segment(meta.id, meta.nonce));
        let cache = Arc::new(BlockCache::new(1 << 20));
        let segment = Segment::new(storage, cache, meta);
        let (days, read) = ReadCounts::of(|| days_of_rows(&segment));
        (days.iter().any(|day| *day > 0), read.chunks)
    };
    let (has_days, reads) = reads_without(None);
    assert!(has_days);
    let (_, without) = reads_without(Some(Part::Fingerprints));
    assert!(without <= reads + 100, "{without} and {reads}");
}
