//! A store of all kinds of pages in memory, copies of it, and writing a part of it anew.

use std::sync::Arc;

use roaring::RoaringBitmap;

use crate::event::{Date, Event};
use crate::ingest::{IngestOptions, PageFormat};
use crate::page::Profile;
use crate::segment::{BlockCache, Chunks, Codec, Part, PartContent, Segment, WrittenPart};
use crate::storage::{Storage, StorageBatch, open_memory};
use crate::store::{Manifest, open_on, try_open_on};
use crate::verify::{VerifyDepth, VerifyReport};

fn news(
    day: u8,
    name: &str,
    title: &str,
    category: &str,
    links: &[(&str, &str)],
) -> (String, Vec<u8>) {
    let mut text = format!(
        "### [2017-03-{day}](/news/2017/03/{day}/index.md)\n\n##### {category}\n# {title}. \n\n{title} is reported from \
         the coast.\n\n\n### Source:\n\n1. [The Post](https://post.example/{name})\n\n### Related:\n\n"
    );
    for (number, (id, context)) in (1..).zip(links) {
        text += &format!("{number}. [Linked {id}](/news/{id}.md) _Context: {context}_\n");
    }
    (format!("news/2017/03/{day}/{name}.md"), text.into_bytes())
}

fn day_page(day: u8, links: &[(&str, &str)]) -> (String, Vec<u8>) {
    let mut text = format!("## [2017-03-{day}](/news/2017/03/{day}/index.md)\n\n");
    for (id, context) in links {
        text += &format!("### [Linked ](/news/{id}.md)\n_Context: {context}_\n\n");
    }
    text += &format!("## [Previous Day...](/news/2017/03/{day}/index.md)\n\n");
    (format!("news/2017/03/{day}/index.md"), text.into_bytes())
}

/// Pages of the Context: events with links, a twin, an opinion, a page that is kept whole.
fn context() -> Vec<(String, Vec<u8>)> {
    let mut pages = vec![
        news(
            2,
            "flood",
            "A flood rises",
            "Weather",
            &[
                ("2017/03/3/dam", "Dams, Weather"),
                ("2016/1/2/gone", "Past"),
            ],
        ),
        news(
            3,
            "dam",
            "A dam breaks",
            "Weather",
            &[("2017/03/2/flood", "Rivers")],
        ),
        news(
            3,
            "ferry",
            "A ferry sails",
            "Ships",
            &[("2017/03/2/flood", "Rivers"), ("2017/03/3/dam", "Ships")],
        ),
    ];
    let mut twin = news(3, "dam", "A twin", "Twins", &[]);
    twin.0 = "news/2017/03/03/dam.md".to_owned();
    pages.push(twin);
    for n in 0..80_u32 {
        let name = format!("ship-{n}");
        let title = format!("Ship {n} of the fleet sails to port {}", n * 7 % 13);
        pages.push(news(
            4 + (n % 9) as u8,
            &name,
            &title,
            "Fleet",
            &[("2017/03/3/ferry", "Ships"), ("2017/03/2/flood", "Fleet")],
        ));
    }
    pages.push((
        "opinion/2017/03/5/on-tides/index.md".to_owned(),
        b"# On tides\n\n#### by Ida Tolland\n\nThey come and go.\n".to_vec(),
    ));
    let mut odd = news(6, "odd", "An odd page", "Odd", &[("2017/03/3/dam", "Odd")]);
    odd.1.extend_from_slice(b"\n\n\n");
    pages.push(odd);
    pages
}

fn posts() -> Vec<(String, Vec<u8>)> {
    [
        ("storm.md", "---\ntitle: A storm\ndate: 2017-03-09 06:30:05 +0100\ntags: [Storms]\nauthor: Ida Tolland\ntype: note\nlang: en\ncover: {alt: A pier}\n---\nIt *storms*, see [[Wreck]].\n"),
        ("wreck.md", "---\ndate: 2017-03-11\naliases: [Flotsam]\ncategories: [Sea]\n---\nAfter [[Storm|the storm]], says [The Post](https://post.example/storm).\n"),
        ("later.md", "---\ntitle: Later\ndate: 2017-03-10\ndraft: true\n---\nSoon.\n"),
        ("about.md", "# About\n"),
    ]
    .map(|(path, text)| (path.to_owned(), text.into()))
    .to_vec()
}

/// A store of one segment with all kinds of pages, and of deleted rows.
pub(super) fn whole() -> Arc<dyn Storage> {
    let storage = open_memory();
    let store = open_on(storage.clone());
    let of_context = || IngestOptions::new().format(PageFormat::Context);
    let report = store.ingest(context(), of_context()).unwrap();
    assert_eq!(
        (report.failed, report.others),
        (0, 0),
        "{:?}",
        report.errors
    );
    assert_eq!(report.twins, 1);
    let options = IngestOptions::new()
        .prefix("vault/")
        .profile(Profile::Obsidian);
    assert_eq!(store.ingest(posts(), options).unwrap().failed, 0);
    let listings = vec![
        day_page(2, &[("2017/03/2/flood", "Listed")]),
        day_page(
            3,
            &[
                ("2017/03/3/ferry", "Boats"),
                ("2017/03/2/flood", "Rivers, Lakes"),
            ],
        ),
    ];
    assert_eq!(store.ingest(listings, of_context()).unwrap().listings, 2);
    let mut added = Event::new(
        "2017/03/7/added".parse().unwrap(),
        Date::new(2017, 3, 7).unwrap(),
        "An added event",
    );
    added.summary = Some("Written by a program.".to_owned());
    store.add([added]).unwrap();
    store.compact().unwrap();
    // The compaction made a new storage.
    let storage = store.snapshot().unwrap().storage.clone();
    assert_eq!(store.remove(["2017/03/6/odd"]).unwrap(), 1);
    let snapshot = store.snapshot().unwrap();
    assert_eq!(
        snapshot
            .views
            .iter()
            .filter(|view| !view.deleted.is_empty())
            .count(),
        1
    );
    drop(snapshot);
    copy(&*storage)
}

/// A copy of a storage, to be damaged.
pub(super) fn copy(from: &dyn Storage) -> Arc<dyn Storage> {
    let to = open_memory();
    let keys = from.scan_keys(&[], usize::MAX).unwrap();
    let set = keys.into_iter().map(|key| {
        let value = from.get(&key).unwrap().unwrap();
        (key, value)
    });
    let batch = StorageBatch {
        set: set.collect(),
        remove: Vec::new(),
    };
    to.write(batch).unwrap();
    to.set_root(&from.root().unwrap().unwrap()).unwrap();
    to
}

/// What a quick and a full look at a storage say; `None` where it cannot even be opened.
pub(super) fn look(storage: Arc<dyn Storage>) -> Option<(VerifyReport, VerifyReport)> {
    let store = try_open_on(storage).ok()?;
    let look = |depth| store.verify(depth).unwrap();
    Some((look(VerifyDepth::Quick), look(VerifyDepth::Full)))
}

/// The segments of a storage.
pub(super) fn segments(storage: &Arc<dyn Storage>) -> Vec<Segment> {
    let cache = Arc::new(BlockCache::new(1 << 20));
    let entries = Manifest::read(&**storage).unwrap().segments.into_iter();
    let open = |meta| Segment::new(storage.clone(), cache.clone(), meta);
    entries.map(|entry| open(entry.meta)).collect()
}

/// Writes a part of a segment anew, as whole chunks with right checksums, and the manifest that names
/// them.
pub(super) fn rewrite(storage: &dyn Storage, segment: &Segment, part: Part, content: PartContent) {
    let mut manifest = Manifest::read(storage).unwrap();
    let entry = manifest
        .segments
        .iter_mut()
        .find(|entry| entry.meta.id == segment.meta.id)
        .unwrap();
    let WrittenPart { chunks, counts } = content.write(segment.meta.id, segment.meta.nonce, part);
    let mut remove = Vec::new();
    for &(number, count) in &counts {
        let named = entry
            .meta
            .chunks
            .iter_mut()
            .find(|(part, _)| *part == number)
            .unwrap();
        for chunk in 0..named.1 {
            let key = crate::segment::key_of_number(segment.meta.id, number, chunk);
            entry.meta.bytes -= storage.get(&key).unwrap().unwrap().len() as u64;
            remove.push(key);
        }
        named.1 = count;
    }
    entry.meta.bytes += chunks.bytes;
    storage
        .write(StorageBatch {
            set: Vec::new(),
            remove,
        })
        .unwrap();
    storage
        .write(StorageBatch {
            set: chunks.list,
            remove: Vec::new(),
        })
        .unwrap();
    storage.set_root(&manifest.encode()).unwrap();
}

/// Writes the set of deleted rows of the segment that has one anew.
pub(super) fn put_deleted(storage: &dyn Storage, rows: &RoaringBitmap) {
    let mut manifest = Manifest::read(storage).unwrap();
    let entry = manifest
        .segments
        .iter_mut()
        .find(|entry| entry.deletes_chunks > 0)
        .unwrap();
    let mut bytes = Vec::new();
    rows.serialize_into(&mut bytes).unwrap();
    let mut chunks = Chunks::new(entry.deletes_nonce);
    let first = entry.deletes_first();
    entry.deletes_chunks = chunks.put(entry.meta.id, Part::Deletes, first, &bytes, Codec::Zstd);
    storage
        .write(StorageBatch {
            set: chunks.list,
            remove: Vec::new(),
        })
        .unwrap();
    storage.set_root(&manifest.encode()).unwrap();
}
