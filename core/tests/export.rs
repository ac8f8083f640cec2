//! A store goes into an archive and comes back as it was: every page, what was chosen and what programs stated.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read, Write};
use std::ops::ControlFlow;
use std::path::Path;

use eventstore::{
    Archive, Date, Error, Event, ExportOptions, IngestOptions, KeyMap, Limits, OpenOptions,
    PageFormat, Profile, Related, Store, Words,
};
use support::{
    all_answers, copy, day_page, event_page, exported, front_page, id, ids, link, moved, path,
    project, put,
};

const FERRY: &str = "2017/03/5/a-ferry-sails";

fn context_pages() -> Vec<(String, Vec<u8>)> {
    let links = [link(FERRY, "A ferry sails.", "Lake Ennet, Ships")];
    let mut twisted = event_page(false, "2017/03/2/twisted", "Twisted.", "Ropes", &[]);
    // A page that rendering does not give back.
    twisted.extend_from_slice(b"\n\n\n");
    let page = |name: &str, bytes| (format!("news/2017/03/{name}.md"), bytes);
    vec![
        page(
            "2/a-harbour",
            event_page(
                false,
                "2017/03/2/a-harbour",
                "A harbour.",
                "Harbours",
                &links,
            ),
        ),
        page("2/twisted", twisted),
        page(
            "5/a-ferry-sails",
            event_page(false, FERRY, "A ferry sails.", "Ships", &[]),
        ),
        page(
            "05/a-ferry-sails",
            event_page(false, FERRY, "A twin.", "Twins", &[]),
        ),
        page(
            "5/left-behind",
            event_page(false, "2017/03/5/left-behind", "Left.", "Roads", &[]),
        ),
        page(
            "5/港口",
            event_page(true, "2017/03/5/港口", "港口", "港口", &[]),
        ),
        page(
            "5/index",
            day_page(
                false,
                "2017/03/5",
                &[link(FERRY, "A ferry.", "Fleet, Lake Ennet")],
            ),
        ),
        page(
            "5/README",
            day_page(
                false,
                "2017/03/5",
                &[link(FERRY, "A ferry.", "Fleet, Lake Ennet")],
            ),
        ),
        (
            "zh/news/2017/03/5/index.md".to_owned(),
            day_page(true, "2017/03/5", &[link("2017/03/5/港口", "港口", "船")]),
        ),
        (
            "index.md".to_owned(),
            front_page(false, &[link(FERRY, "A ferry.", "Front")]),
        ),
        ("faq/two\nlines.md".to_owned(), b"# Questions\n".to_vec()),
        (
            "faq/index.md".to_owned(),
            b"# Questions\n\nWhat is this?\n".to_vec(),
        ),
    ]
}

fn vault() -> Vec<(String, Vec<u8>)> {
    let long = "a folder with spaces/".repeat(14);
    let pages: [(&str, &str); 6] = [
        (
            "day.md",
            "---\ndate: 2017-03-12\ntopic: x\n---\nAbout #tides, see [[Night]].\n",
        ),
        (
            "night.md",
            "---\ndate: 2017-03-13\ntags: [Dark]\n---\r\nDark.\r\n",
        ),
        (
            "later.md",
            "---\ndate: 2017-03-14\ndraft: true\n---\nLater.\n",
        ),
        ("about us.md", "# About\n\nNo day.\n"),
        ("港口/日记 ü.md", "---\ndate: 2017-03-15\n---\n港口\n"),
        (
            "news/2017/03/5/index.md",
            "---\ntitle: No day page\ndate: 2018-01-01\n---\n",
        ),
    ];
    let mut pages: Vec<_> = pages
        .map(|(path, text)| (path.to_owned(), text.into()))
        .into();
    let front = "---\ndate: 2017-03-16\n---\n".as_bytes();
    pages.push((format!("{long}a.md"), front.to_vec()));
    pages.push((format!("{}.md", "b".repeat(120)), front.to_vec()));
    pages
}

fn in_vault<'a>() -> IngestOptions<'a> {
    let options = IngestOptions::new().format(PageFormat::Markdown);
    options.prefix("vault/").profile(Profile::Obsidian)
}

fn in_copy<'a>() -> IngestOptions<'a> {
    let map = KeyMap::new().with("tags", ["topic"]).unwrap();
    let options = IngestOptions::new().format(PageFormat::Markdown);
    options.prefix("copy/").map(map)
}

/// A store with something of everything.
fn full() -> Store {
    let store = Store::memory().unwrap();
    put(&store, context_pages());
    store.ingest(vault(), in_vault()).unwrap();
    // The same paths under another prefix, with other choices.
    store.ingest(vault(), in_copy()).unwrap();
    // And under the first one again, read by another profile.
    let again = vec![(
        "extra.md".to_owned(),
        b"---\ndate: 2017-03-17\n---\n#no-tag\n".to_vec(),
    )];
    store
        .ingest(
            again,
            IngestOptions::new().prefix("vault/").profile(Profile::Hugo),
        )
        .unwrap();
    let date = Date::new(2017, 3, 20).unwrap();
    let mut added = Event::new(id("2017/03/20/added"), date, "An event of a program.");
    added.tags = vec!["Stated".into(), "a, b".into()];
    added.related = vec![Related::new(id(FERRY), "A ferry sails.")];
    added.summary = Some("Told.".into());
    let mut note = Event::new(id("vault/added"), date, "A note");
    note.tags = vec!["By hand".into()];
    note.body = Some("See [[Night]].\n".into());
    store.add([added, note]).unwrap();
    // In the place of a page of an archive, whose path it takes.
    let mut about = store.get("vault/about us").unwrap().unwrap();
    about.title = "About them".into();
    about.date = Some(date);
    store.add([about]).unwrap();
    store
}

#[test]
fn a_store_comes_back_as_it_was() {
    let store = full();
    let other = moved(&store);
    assert_eq!(ids(&other, "superseded:only"), ["2017/03/5/left-behind"]);
    assert_eq!(other.stats().unwrap().twins, 2);
    assert_eq!(other.archives().unwrap().len(), 4);
    let added = other.get("2017/03/20/added").unwrap().unwrap();
    assert_eq!(added.tags, ["a, b", "Stated"]);
    assert_eq!(ids(&other, "undated:only"), ["copy/about us"]);
    assert_eq!(ids(&other, "refers:vault/night"), ["vault/day"]);
}

#[test]
fn an_import_is_what_the_archives_would_have_given() {
    let other = moved(&full());
    // The archives bring nothing new: each page is known by its hash.
    let report = put(&other, context_pages());
    assert_eq!(
        (
            report.added,
            report.changed,
            report.listings,
            report.retagged
        ),
        (0, 0, 0, 0),
        "{report}"
    );
    let report = other.ingest(vault(), in_copy()).unwrap();
    assert_eq!((report.parsed, report.unchanged), (0, 8), "{report}");
    // Pruning leaves what a program added, as before.
    let one = vec![vault().remove(0)];
    let report = other.ingest(one, in_vault().prune(true)).unwrap();
    assert!(report.removed > 0);
    assert!(other.contains("vault/added").unwrap() && other.contains("vault/about us").unwrap());
}

#[test]
fn the_report_of_an_import_counts_superseded_events() {
    let archive = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/archive");
    let (store, other) = (Store::memory().unwrap(), Store::memory().unwrap());
    let read = store.ingest(&*archive, IngestOptions::new()).unwrap();
    assert_eq!(read.superseded, 4);
    let report = other
        .import(&*exported(&store), IngestOptions::new())
        .unwrap();
    assert_eq!(report.superseded, 4);
    assert_eq!(other.stats().unwrap().superseded, 4);
}

#[test]
fn the_order_of_commits_does_not_show_in_an_export() {
    let (store, other) = (full(), Store::memory().unwrap());
    let file = exported(&store);
    store.compact().unwrap();
    assert_eq!(exported(&store), file);
    // Commit by commit.
    let limits = Limits::default().commit_bytes(1);
    let mut many = context_pages();
    for n in 0..1500 {
        let name = format!("2016/03/9/page-{n}");
        many.push((
            format!("news/{name}.md"),
            event_page(false, &name, &format!("Page {n}."), "Many", &[]),
        ));
    }
    put(&store, many);
    let file = exported(&store);
    other
        .import(&*file, IngestOptions::new().limits(limits))
        .unwrap();
    assert!(other.stats().unwrap().commit > 1);
    assert_eq!(exported(&other), file);
    assert_eq!(all_answers(&other), all_answers(&store));
}

#[test]
fn an_empty_store_and_one_without_words_come_back() {
    moved(&Store::memory().unwrap());
    let off = OpenOptions::new().words(Words::Off).memory().unwrap();
    assert_eq!(moved(&off).stats().unwrap().words, Words::Off);
    put(&off, context_pages());
    let other = moved(&off);
    assert_eq!(other.stats().unwrap().words, Words::Off);
    assert!(other.stats().unwrap().without_words > 0);
    // A store that holds something keeps its words.
    let held = full();
    let report = held.import(&*exported(&off), IngestOptions::new()).unwrap();
    assert_eq!(held.stats().unwrap().words, Words::On);
    assert!(
        report
            .notes
            .iter()
            .any(|note| note.contains("words are off")),
        "{report}"
    );
}

#[test]
fn pages_beyond_the_limits_of_an_ingest_come_back() {
    let store = Store::memory().unwrap();
    let text = format!("---\ndate: 2017-03-12\n---\n{}\n", "tide ".repeat(300_000));
    let options = IngestOptions::new().limits(Limits::default().page_bytes(4 << 20));
    store
        .ingest(vec![("big.md".to_owned(), text.into_bytes())], options)
        .unwrap();
    moved(&store);
}

/// Name, comment and bytes of each member.
fn members(file: &[u8]) -> Vec<(String, Option<String>, Vec<u8>)> {
    let mut archive = tar::Archive::new(zstd::Decoder::new(file).unwrap());
    let entries = archive.entries().unwrap();
    entries
        .map(|entry| {
            let mut entry = entry.unwrap();
            let name = String::from_utf8(entry.path_bytes().into_owned()).unwrap();
            let records = entry.pax_extensions().unwrap().into_iter().flatten();
            let records: BTreeMap<String, String> = records
                .map(|record| {
                    let record = record.unwrap();
                    (
                        record.key().unwrap().to_owned(),
                        record.value().unwrap().to_owned(),
                    )
                })
                .collect();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            (name, records.get("comment").cloned(), bytes)
        })
        .collect()
}

#[test]
fn an_export_is_a_tar_of_the_pages_at_their_paths() {
    let store = full();
    let members = members(&exported(&store));
    let find = |name: &str| members.iter().find(|member| member.0 == name).unwrap();
    assert_eq!(members[0].0, "eventstore-export.json");
    assert_eq!(members.last().unwrap().0, "eventstore-export-end.json");
    let first: serde_json::Value = serde_json::from_slice(&members[0].2).unwrap();
    assert_eq!(
        (&first["format"], &first["words"]),
        (&1.into(), &true.into())
    );
    assert_eq!(
        first["stated"]["news/2017/03/20/added.md"],
        serde_json::json!(["Stated", "a, b"])
    );
    for (path, bytes) in context_pages().into_iter().take(6) {
        assert_eq!((&find(&path).1, &find(&path).2), (&None, &bytes), "{path}");
    }
    for (path, bytes) in vault()
        .into_iter()
        .filter(|(path, _)| path != "about us.md")
    {
        assert_eq!(find(&format!("vault/{path}")).2, bytes, "{path}");
    }
    let names: Vec<_> = members.iter().map(|member| member.0.as_str()).collect();
    assert!(names.contains(&"zh/news/2017/03/5/index.md"));
    let mut once = names.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), names.len());
}

/// The listings of an export are pages that any ingest reads.
#[test]
fn an_export_that_is_unpacked_can_be_ingested() {
    let store = Store::memory().unwrap();
    let mut pages = context_pages();
    // It stands empty in an export.
    pages.retain(|(path, _)| !path.starts_with("faq/"));
    put(&store, pages);
    let other = Store::memory().unwrap();
    let unpacked: Archive = members(&exported(&store))
        .into_iter()
        .map(|(name, _, bytes)| (name, bytes))
        .collect();
    other
        .ingest(unpacked, IngestOptions::new().format(PageFormat::Context))
        .unwrap();
    assert_eq!(all_answers(&other), all_answers(&store));
}

fn refused(file: &[u8]) -> String {
    let store = Store::memory().unwrap();
    let error = store.import(file, IngestOptions::new()).unwrap_err();
    assert!(matches!(error, Error::Archive { .. }), "{error:?}");
    assert!(store.is_empty().unwrap() && store.stats().unwrap().listings == 0);
    error.to_string()
}

fn packed(members: &[(String, Option<String>, Vec<u8>)]) -> Vec<u8> {
    let mut out = tar::Builder::new(zstd::Encoder::new(Vec::new(), 1).unwrap());
    for (name, comment, bytes) in members {
        let comment = comment
            .as_deref()
            .map(|comment| ("comment", comment.as_bytes()));
        out.append_pax_extensions(comment).unwrap();
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        out.append_data(&mut header, name, &**bytes).unwrap();
    }
    out.into_inner().unwrap().finish().unwrap()
}

#[test]
fn a_file_that_was_cut_off_or_changed_is_refused_as_a_whole() {
    let file = exported(&full());
    for end in (0..file.len()).step_by(97).chain([file.len() - 1]) {
        refused(&file[..end]);
    }
    for at in (0..file.len()).step_by(37) {
        let mut changed = file.clone();
        changed[at] ^= 0x20;
        let store = Store::memory().unwrap();
        assert!(
            store.import(&*changed, IngestOptions::new()).is_err(),
            "byte {at}"
        );
        assert!(store.is_empty().unwrap());
    }
    let all = members(&file);
    assert!(refused(&packed(&all[..all.len() - 1])).contains("ends too early"));
    let without = [&all[..3], &all[4..]].concat();
    assert!(refused(&packed(&without)).contains("it was changed"));
    assert!(refused(&packed(&all[1..])).contains("is no export of a store"));
    let behind = [&all[..], &all[1..2]].concat();
    assert!(refused(&packed(&behind)).contains("holds a member behind"));
    let mut newer = all.clone();
    newer[0].2 = br#"{"format":2,"eventstore":"9.1","more":[]}"#.to_vec();
    let message = refused(&packed(&newer));
    assert!(
        message.contains("written by eventstore 9.1") && message.contains("upgrade"),
        "{message}"
    );
    // A record that cannot be is a failed page, which the report names.
    let mut odd = all.clone();
    let at = odd.iter().position(|member| member.1.is_some()).unwrap();
    odd[at].1 = Some(r#"eventstore {"kind":"markdown","choice":99}"#.to_owned());
    let store = Store::memory().unwrap();
    let report = store.import(&*packed(&odd), IngestOptions::new()).unwrap();
    assert_eq!(
        (report.failed, report.errors[0].path.as_str()),
        (1, odd[at].0.as_str())
    );
}

/// A header before a member may state any size: it is not read into memory.
#[test]
fn a_header_that_unpacks_without_end_is_refused() {
    for kind in [tar::EntryType::XHeader, tar::EntryType::GNULongName] {
        let mut header = tar::Header::new_ustar();
        header.set_entry_type(kind);
        header.set_size(4 << 20);
        header.set_cksum();
        let mut bytes = header.as_bytes().to_vec();
        bytes.resize(bytes.len() + (4 << 20), b'a');
        let message = refused(&zstd::encode_all(&*bytes, 1).unwrap());
        assert!(message.contains("a member of 4194304 bytes"), "{message}");
    }
}

#[test]
fn an_error_says_how_much_of_a_large_export_came_in() {
    let store = full();
    let pages = (0..1500).map(|n| {
        let name = format!("2016/03/9/page-{n}");
        (
            format!("news/{name}.md"),
            event_page(false, &name, &format!("Page {n}."), "Many", &[]),
        )
    });
    put(&store, pages.collect());
    let all = members(&exported(&store));
    let cut = packed(&all[..all.len() - 1]);
    let other = Store::memory().unwrap();
    let limits = Limits::default().commit_bytes(1);
    let error = other
        .import(&*cut, IngestOptions::new().limits(limits))
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("its first 1,024 pages are in the store"),
        "{error}"
    );
    // The whole export then completes it.
    other
        .import(&*exported(&store), IngestOptions::new())
        .unwrap();
    assert_eq!(all_answers(&other), all_answers(&store));
}

#[test]
fn ingest_recognises_an_export() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("moved.tar.zst");
    let store = full();
    let report = store.export_to(&path, ExportOptions::new()).unwrap();
    assert_eq!(fs::read(&path).unwrap(), exported(&store));
    assert_eq!(fs::metadata(&path).unwrap().len(), report.written);
    // Nothing is left beside it.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    let other = Store::memory().unwrap();
    other.ingest(&path, IngestOptions::new()).unwrap();
    assert_eq!(all_answers(&other), all_answers(&store));
    // However it is packed.
    let tar = folder.path().join("moved.tar");
    fs::write(
        &tar,
        zstd::decode_all(fs::File::open(&path).unwrap()).unwrap(),
    )
    .unwrap();
    let other = Store::memory().unwrap();
    other.ingest(&tar, IngestOptions::new()).unwrap();
    assert_eq!(exported(&other), exported(&store));
    for options in [
        IngestOptions::new().prune(true),
        IngestOptions::new().prefix("a/"),
    ] {
        let error = other.ingest(&path, options).unwrap_err();
        assert!(matches!(error, Error::InvalidArgument { .. }), "{error:?}");
    }
}

#[test]
fn an_export_that_fails_leaves_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("moved.tar.zst");
    fs::write(&path, "old").unwrap();
    let store = full();
    let stop = || ExportOptions::new().progress(|_| ControlFlow::Break(()));
    assert!(matches!(
        store.export_to(&path, stop()),
        Err(Error::Interrupted)
    ));
    assert_eq!(fs::read(&path).unwrap(), b"old");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    let missing = folder.path().join("none/moved.tar.zst");
    let error = store.export_to(&missing, ExportOptions::new()).unwrap_err();
    assert!(matches!(error, Error::PathNotFound { .. }), "{error:?}");
    let error = store
        .export_to(folder.path(), ExportOptions::new())
        .unwrap_err();
    assert!(matches!(error, Error::InvalidArgument { .. }), "{error:?}");

    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    assert!(matches!(
        store.export(Full, ExportOptions::new()),
        Err(Error::Storage { .. })
    ));
    let import = IngestOptions::new().progress(|_| ControlFlow::Break(()));
    let other = Store::memory().unwrap();
    assert!(matches!(
        other.import(&*exported(&store), import),
        Err(Error::Interrupted)
    ));
    assert!(other.is_empty().unwrap());
}

/// Stores of older versions have a Markdown page and one that is no event under one path.
#[test]
fn whoever_unpacks_an_export_gets_every_markdown_page() {
    let (mut doubled, mut files) = (0, 0);
    for version in 1..=8 {
        let folder = tempfile::tempdir().unwrap();
        copy(
            &project().join(format!("tests/golden/v{version}")),
            folder.path(),
        );
        let store = Store::open(folder.path()).unwrap();
        let tar = zstd::decode_all(&*exported(&store)).unwrap();
        let mut unpacked: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
        let mut archive = tar::Archive::new(&*tar);
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            files += 1;
            if let Some(before) = unpacked.insert(entry.path_bytes().into_owned(), bytes) {
                doubled += 1;
                let last = &unpacked[&*entry.path_bytes()];
                assert!(before.is_empty() && !last.is_empty(), "{:?}", entry.path());
            }
        }
    }
    eprintln!("{files} files of 8 stores, {doubled} of them under the name of another");
    assert!(doubled > 0);
}

/// A name that promises another kind of archive is refused, before anything is written.
#[test]
fn an_export_has_the_ending_of_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let store = Store::memory().unwrap();
    put(
        &store,
        vec![(
            path("2017/03/2/a"),
            event_page(false, "2017/03/2/a", "A.", "B", &[]),
        )],
    );
    for name in [
        "news.zip",
        "news.tar",
        "news.tar.gz",
        "news.zst",
        "news.store",
    ] {
        let error = store.export_to(at(name), ExportOptions::new()).unwrap_err();
        assert!(matches!(error, Error::InvalidArgument { what: "path", .. }));
        let text = error.to_string();
        assert!(
            text.contains(name) && text.contains(".tar.zst or .tzst"),
            "{text}"
        );
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    for name in ["news.tar.zst", "a.TZST", "news"] {
        store.export_to(at(name), ExportOptions::new()).unwrap();
        assert!(at(name).is_file());
    }
}
