//! What an ingest makes of archives as people have them, and what its report says.

mod support;

use std::fs;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::PathBuf;

use eventstore::{
    Error, Event, IngestOptions, Limits, OnError, PageFormat, Phase, Related, Report, Store,
};
use support::{
    day_page, english, event_page, exported, front_page, id, link, page, path, put, tar_of,
};

const A: &str = "2017/03/2/a-harbour-opens";
const B: &str = "2017/03/2/a-bridge-closes";

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }
}

fn ingest(store: &Store, source: PathBuf) -> Report {
    let report = store.ingest(source, IngestOptions::new()).unwrap();
    assert!(report.partition_holds(), "{report}");
    report
}

#[test]
fn a_name_that_stands_twice_in_an_archive_is_one_file() {
    let folder = Folder::new();
    let pages = [
        english(A, "First.", "Harbours", &[]),
        ("notes.txt".to_owned(), b"1".to_vec()),
        english(A, "Second.", "Harbours", &[]),
        ("notes.txt".to_owned(), b"2".to_vec()),
    ];
    // The zip crate writes no name twice: the second is renamed to one of the same length, and back.
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (number, (path, bytes)) in pages.iter().enumerate() {
        let name = match number {
            0 | 1 => path.clone(),
            _ => path.replace("harbour", "HARBOUR").replace("notes", "NOTES"),
        };
        zip.start_file(name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    let mut zip = zip.finish().unwrap().into_inner();
    for (from, to) in [
        (&b"a-HARBOUR-"[..], &b"a-harbour-"[..]),
        (b"NOTES", b"notes"),
    ] {
        for at in 0..zip.len() {
            if zip[at..].starts_with(from) {
                zip[at..at + to.len()].copy_from_slice(to);
            }
        }
    }
    for source in [
        folder.file("a.tar", &tar_of(&pages)),
        folder.file("a.zip", &zip),
    ] {
        let store = Store::memory().unwrap();
        let report = ingest(&store, source);
        let counts = (report.files, report.added, report.others, report.twins);
        assert_eq!(counts, (2, 1, 1, 0));
        assert_eq!(store.get(id(A)).unwrap().unwrap().title, "Second.");
    }
}

#[test]
fn of_a_name_that_comes_twice_the_later_file_counts_also_where_one_of_them_is_bad() {
    let folder = Folder::new();
    let good = page(A);
    let bad = (path(A), b"no event page".to_vec());
    let other = page(B);
    // Whether the last file of the name is good.
    for (order, is_good) in [
        (vec![&bad, &good], true),
        (vec![&good, &bad], false),
        (vec![&bad, &good, &bad, &bad], false),
        (vec![&good, &bad, &bad, &good], true),
    ] {
        let pages: Vec<_> = order.into_iter().chain([&other]).cloned().collect();
        let tar = folder.file("a.tar", &tar_of(&pages));
        let store = Store::memory().unwrap();
        let report = ingest(&store, tar.clone());
        let good = u64::from(is_good);
        let counts = (report.files, report.added, report.failed, report.twins);
        assert_eq!(counts, (2, 1 + good, 1 - good, 0));
        assert_eq!(report.errors.len() as u64, 1 - good);
        assert_eq!(store.len().unwrap() as u64, 1 + good);
        // Pruning leaves what a failed page stands for, and finds nothing else to do.
        let prune = IngestOptions::new().prune(true);
        let report = store.ingest(tar.clone(), prune).unwrap();
        assert_eq!((report.unchanged, report.removed), (1 + good, 0));
        let strict = IngestOptions::new().on_error(OnError::Raise);
        let store = Store::memory().unwrap();
        match store.ingest(tar, strict) {
            Ok(report) => assert!(is_good && report.added == 2),
            Err(Error::Page(error)) => assert!(!is_good && error.path == path(A)),
            Err(other) => panic!("{other}"),
        }
        assert_eq!(store.len().unwrap() as u64, 2 * good);
    }
}

#[test]
fn joined_archives_are_both_read_and_what_else_follows_prunes_nothing() {
    let folder = Folder::new();
    let (a, b) = (tar_of(&[page(A)]), tar_of(&[page(B)]));
    let store = Store::memory().unwrap();
    ingest(&store, folder.file("both.tar", &[&a[..], &b].concat()));
    assert_eq!(store.len().unwrap(), 2);
    let prune = || IngestOptions::new().prune(true);
    let both = folder.file("both.tar", &[&a[..], &b].concat());
    assert_eq!(store.ingest(both, prune()).unwrap().removed, 0);
    let garbage = folder.file("garbage.tar", &[&a[..], b"something else"].concat());
    let report = store.ingest(garbage, prune()).unwrap();
    assert_eq!((report.removed, store.len().unwrap()), (0, 2));
    let notes = report.notes.join("\n");
    assert!(
        notes.contains("end mark") && notes.contains("nothing was pruned"),
        "{notes}"
    );
    let report = store.ingest(folder.file("a.tar", &a), prune()).unwrap();
    assert_eq!((report.removed, store.len().unwrap()), (1, 1));
}

#[cfg(unix)]
#[test]
fn a_link_beside_the_pages_is_noted_and_fails_nothing() {
    let folder = Folder::new();
    folder.file(&format!("tree/{}", path(A)), &page(A).1);
    let tree = folder.0.path().join("tree");
    std::os::unix::fs::symlink("LICENSE", tree.join("COPYING")).unwrap();
    std::os::unix::fs::symlink("news/2017", tree.join("latest")).unwrap();
    let store = Store::memory().unwrap();
    let strict = IngestOptions::new().on_error(OnError::Raise);
    let report = store.ingest(&tree, strict).unwrap();
    assert_eq!((report.added, report.others, report.failed), (1, 2, 0));
    assert_eq!(
        report.notes,
        [
            "COPYING: it is a symbolic link; links are not followed",
            "latest: it is a symbolic link; links are not followed",
        ]
    );
    std::os::unix::fs::symlink("a.md", tree.join("page.md")).unwrap();
    let strict = IngestOptions::new().on_error(OnError::Raise);
    assert!(matches!(store.ingest(&tree, strict), Err(Error::Page(_))));
}

#[test]
fn a_report_without_events_says_what_was_found() {
    let store = Store::memory().unwrap();
    let pages = || {
        vec![
            ("blog/a.md".to_owned(), b"# A\n\nText.\n".to_vec()),
            ("blog/b.md".to_owned(), b"# Text\n".to_vec()),
            ("blog/c.png".to_owned(), b"".to_vec()),
        ]
    };
    let context = IngestOptions::new().format(PageFormat::Context);
    let report = store.ingest(pages(), context).unwrap();
    assert_eq!((report.events, report.others), (0, 3));
    assert_eq!(
        report.notes,
        [
            "no event page was found, but 2 files passed over (free page), such as blog/a.md; 1 file passed over \
             (not Markdown), such as blog/c.png"
        ]
    );
    // As Markdown they are events without a date.
    let report = put(&Store::memory().unwrap(), pages());
    assert_eq!((report.events, report.undated, report.others), (2, 2, 1));
    let report = put(&store, vec![page(A)]);
    assert_eq!(report.events, 1);
    let report = put(&store, vec![page(A)]);
    assert_eq!((report.events, report.unchanged), (1, 1));
}

#[test]
fn control_characters_of_names_are_shown_and_never_sent() {
    let store = Store::memory().unwrap();
    let pages = vec![
        (
            "blog/x\u{1b}[2J\u{202e}.md".to_owned(),
            b"---\n: [\n---\n".to_vec(),
        ),
        ("news/2017/03/5/\u{7}.md".to_owned(), page(A).1),
    ];
    let report = put(&store, pages);
    let texts = [
        report.to_string(),
        report.errors[0].to_string(),
        report.errors[1].to_string(),
        report.notes.join("\n"),
    ];
    for text in texts {
        let sent = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!text.contains(sent), "{text:?}");
    }
    let errors = report.errors.iter().map(ToString::to_string);
    let error = errors.collect::<Vec<_>>().join("\n");
    assert!(error.contains(r"blog/x\u{1b}[2J\u{202e}.md:1:1"), "{error}");
}

#[test]
fn an_event_whose_id_names_another_day_is_noted() {
    let store = Store::memory().unwrap();
    let date = eventstore::Date::new(2021, 5, 5).unwrap();
    let report = store
        .add([Event::new(id("2020/01/1/x"), date, "T.")])
        .unwrap();
    assert_eq!(
        report.notes,
        ["2020/01/1/x: the event says 2021-05-05, its id 2020-01-01"]
    );
    let date = eventstore::Date::new(2020, 1, 1).unwrap();
    let report = store
        .add([Event::new(id("2020/01/1/y"), date, "T.")])
        .unwrap();
    assert_eq!(report.notes, [""; 0]);
}

#[test]
fn what_is_added_can_be_ingested_at_the_default_limits() {
    let store = Store::memory().unwrap();
    let date = eventstore::Date::new(2018, 1, 1).unwrap();
    let related = |count: usize| -> Vec<Related> {
        (0..count)
            .map(|n| {
                let mut related = Related::new(id(&format!("2017/01/1/e{n}")), "t");
                related.tags = vec!["T".to_owned()];
                related
            })
            .collect()
    };
    let mut event = Event::new(id("2018/01/1/big"), date, "big");
    event.related = related(10_001);
    store.add([event.clone()]).unwrap();
    let raw = store.raw(&event.id).unwrap();
    let other = Store::memory().unwrap();
    let report = put(&other, vec![(path("2018/01/1/big"), raw)]);
    assert_eq!((report.added, report.failed), (1, 0), "{report}");
    event.summary = Some("x".repeat(1 << 20));
    match store.add([event]) {
        Err(Error::InvalidEvent { message, .. }) => {
            assert!(message.contains("limits.page_bytes"), "{message}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn progress_says_what_an_ingest_is_doing() {
    let store = Store::memory().unwrap();
    let mut phases = Vec::new();
    let options = IngestOptions::new().progress(|progress| {
        phases.push(progress.phase);
        ControlFlow::Continue(())
    });
    store.ingest(vec![page(A)], options).unwrap();
    assert_eq!(phases.first(), Some(&Phase::Reading));
    assert_eq!(phases.last(), Some(&Phase::Writing));
    let words = [Phase::Reading, Phase::Indexing, Phase::Writing].map(Phase::as_str);
    assert_eq!(words, ["reading", "indexing", "writing"]);
}

#[test]
fn a_commit_merges_no_more_than_its_memory_allows() {
    let store = Store::memory().unwrap();
    // 40 MB of pages in commits of 4 MB; segments of up to 16 MB are merged.
    let limits = Limits::default().commit_bytes(4 << 20);
    let text = "word ".repeat(100_000);
    let pages = (0..80).map(|n| {
        let id = format!("2017/03/{}/large-{n}", n % 28 + 1);
        let mut page = String::from_utf8(page(&id).1).unwrap();
        page = page.replacen("A title.", &format!("Large {n}."), 1);
        page = page.replacen(
            &format!("# Large {n}. \n"),
            &format!("# Large {n}. \n\n{text}\n"),
            1,
        );
        (path(&id), page.into_bytes())
    });
    let options = IngestOptions::new().limits(limits);
    let report = store.ingest(pages.collect::<Vec<_>>(), options).unwrap();
    assert_eq!((report.added, report.failed), (80, 0), "{report}");
    let stats = store.stats().unwrap();
    assert!((3..=10).contains(&stats.segments), "{}", stats.segments);
    assert_eq!(store.len().unwrap(), 80);
}

#[test]
fn archives_are_named_by_the_habits_of_std() {
    let folder = Folder::new();
    let tar = folder.file("a.tar", &tar_of(&[page(A)]));
    let store = Store::memory().unwrap();
    let text = tar.to_string_lossy().into_owned();
    let options = IngestOptions::new;
    store.ingest(&tar, options()).unwrap();
    store.ingest(tar.as_path(), options()).unwrap();
    store.ingest(&text, options()).unwrap();
    store.ingest(text.as_str(), options()).unwrap();
    store.ingest(text, options()).unwrap();
    store.ingest(tar, options()).unwrap();
    let pages = eventstore::Archive::from_iter([page(B)]);
    assert_eq!(store.ingest(pages, options()).unwrap().added, 1);
}

/// What is no export is for ingest, and the error says so.
#[test]
fn what_is_no_export_is_for_ingest() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("folder")).unwrap();
    let page = event_page(false, "2017/03/2/a", "A.", "B", &[]);
    fs::write(at("a.md"), &page).unwrap();
    fs::write(at("a.tar"), tar_of(&[(path("2017/03/2/a"), page)])).unwrap();
    fs::write(at("a.zip"), b"PK\x03\x04 and so on").unwrap();
    let store = Store::memory().unwrap();
    for name in ["folder", "a.md", "a.tar", "a.zip"] {
        let error = store
            .import_from(at(name), IngestOptions::new())
            .unwrap_err();
        let text = error.to_string();
        assert!(matches!(error, Error::Archive { .. }), "{text}");
        assert!(text.contains(name) && text.contains("use ingest"), "{text}");
    }
}

/// The report of an import counts listings and their twins as that of the ingest did.
#[test]
fn an_import_counts_listings_and_twins_as_the_ingest_did() {
    let listed = [link("2017/03/2/a", "A.", "Sea")];
    let mut pages = vec![
        (
            path("2017/03/2/a"),
            event_page(false, "2017/03/2/a", "A.", "Sea", &[]),
        ),
        (
            "news/2017/03/02/a.md".to_owned(),
            event_page(false, "2017/03/2/a", "A.", "Sea", &[]),
        ),
    ];
    for name in ["index.md", "README.md"] {
        pages.push((name.to_owned(), front_page(false, &listed)));
        pages.push((
            format!("news/2017/03/2/{name}"),
            day_page(false, "2017/03/2", &listed),
        ));
    }
    // No twin of the index beside it.
    pages.push((
        "news/2017/03/3/index.md".to_owned(),
        day_page(false, "2017/03/3", &listed),
    ));
    pages.push((
        "news/2017/03/3/README.md".to_owned(),
        day_page(false, "2017/03/3", &[]),
    ));
    let store = Store::memory().unwrap();
    let report = put(&store, pages);
    let other = Store::memory().unwrap();
    let imported = other
        .import(&*exported(&store), IngestOptions::new())
        .unwrap();
    let counts = |report: &Report| (report.files, report.added, report.listings, report.twins);
    assert_eq!(counts(&imported), counts(&report));
    assert_eq!((report.listings, report.twins), (4, 3), "{report}");
}
