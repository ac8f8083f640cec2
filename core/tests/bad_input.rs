//! Every kind of bad input has its own error, with the path in it, and changes neither the answers nor `CURRENT`.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use eventstore::{
    Date, Error, Event, EventId, IngestOptions, Limits, OnError, OpenOptions, Store, VerifyDepth,
};
use support::{event_page, path};

const HARBOUR: &str = "2017/03/2/a-harbour-opens";

struct Kept {
    folder: tempfile::TempDir,
    store: Store,
    current: Vec<u8>,
}

/// A store of one event, and what must not change.
fn kept() -> Kept {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path().join("news.store")).unwrap();
    let page = (
        path(HARBOUR),
        event_page(false, HARBOUR, "A harbour opens.", "Harbours", &[]),
    );
    store.ingest(vec![page], IngestOptions::default()).unwrap();
    let current = fs::read(folder.path().join("news.store/CURRENT")).unwrap();
    Kept {
        folder,
        store,
        current,
    }
}

impl Kept {
    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    /// Ingests, wants an error that names the path, and hands it on.
    fn refuses(&self, source: &Path) -> Error {
        let error = self
            .store
            .ingest(source, IngestOptions::default())
            .unwrap_err();
        assert!(
            error.to_string().contains(&*source.to_string_lossy()),
            "{error}"
        );
        self.is_as_before();
        error
    }

    /// Ingests one page, wants it to fail with this kind, and hands on the message.
    fn fails(&self, bytes: &[u8], kind: &str) -> String {
        let pages = || vec![("news/2017/03/4/bad.md".to_owned(), bytes.to_vec())];
        let report = self
            .store
            .ingest(pages(), IngestOptions::default())
            .unwrap();
        assert_eq!(
            (report.failed, report.errors[0].kind),
            (1, kind),
            "{:?}",
            report.errors
        );
        assert_eq!(report.errors[0].path, "news/2017/03/4/bad.md");
        let strict = IngestOptions::new().on_error(OnError::Raise);
        let error = self.store.ingest(pages(), strict).unwrap_err();
        assert!(
            matches!(error, Error::Page(_))
                && error.to_string().starts_with("news/2017/03/4/bad.md:"),
            "{error}"
        );
        self.is_as_before();
        report.errors[0].message.clone()
    }

    fn is_as_before(&self) {
        assert_eq!(
            fs::read(self.folder.path().join("news.store/CURRENT")).unwrap(),
            self.current
        );
        let ids: Vec<EventId> = self.store.query("").unwrap().ids().unwrap();
        assert_eq!(ids, [HARBOUR.parse().unwrap()]);
    }
}

#[test]
fn archives_that_cannot_be_read() {
    let kept = kept();
    let missing = kept.folder.path().join("missing.tar.gz");
    assert!(matches!(kept.refuses(&missing), Error::PathNotFound { .. }));
    let empty = kept.folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    assert!(matches!(kept.refuses(&empty), Error::Archive { .. }));
    let other = kept.file("photo.jpg", &[0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);
    assert!(matches!(kept.refuses(&other), Error::Archive { .. }));
    let broken = kept.file(
        "broken.tar.gz",
        &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xde, 0xad, 0xbe, 0xef],
    );
    assert!(matches!(kept.refuses(&broken), Error::Archive { .. }));
    let cut = kept.file("cut.zip", b"PK\x03\x04 and no more");
    assert!(matches!(kept.refuses(&cut), Error::Archive { .. }));
}

#[test]
fn pages_that_cannot_be_read() {
    let kept = kept();
    assert!(
        kept.fails(b"---\ntitle: [A harbour\n---\n\nText\n", "front_matter")
            .contains("front matter")
    );
    kept.fails(
        b"\xef\xbb\xbf### [2017-03-4](/news/2017/03/4/index.md)\n",
        "byte_order_mark",
    );
    kept.fails(
        b"### [2017-03-4](/news/2017/03/4/index.md)\r\n\r\n# A\r\n",
        "carriage_return",
    );
    kept.fails(
        b"### [2017-03-4](/news/2017/03/4/index.md)\n\n# A \xff\xfe\n",
        "bad_utf8",
    );
    kept.fails(b"# Just a page\n\nSome text.\n", "not_an_event_page");
    kept.fails(
        b"### [2017-02-31](/news/2017/02/31/index.md)\n\n# A\n\n\n\n",
        "bad_date",
    );
}

#[test]
fn limits_name_themselves() {
    let kept = kept();
    let pages = vec![
        (path(HARBOUR), vec![b'x'; 2000]),
        ("news/2017/03/4/b.md".to_owned(), vec![b'x'; 2000]),
    ];
    let ingest = |limits: Limits| {
        let options = IngestOptions::new().limits(limits);
        kept.store.ingest(pages.clone(), options)
    };
    let report = ingest(Limits::default().page_bytes(1000)).unwrap();
    assert_eq!((report.failed, report.errors[0].kind), (2, "too_large"));
    for (limits, name) in [
        (Limits::default().entries(1), "entries"),
        (Limits::default().total_bytes(3000), "total_bytes"),
        (Limits::default().depth(2), "depth"),
    ] {
        let error = ingest(limits).unwrap_err();
        assert!(
            matches!(error, Error::Archive { .. }) && error.to_string().contains(name),
            "{error}"
        );
        kept.is_as_before();
    }
}

#[test]
fn questions_that_cannot_be_asked() {
    let kept = kept();
    for bad in ["2017-13", "tag:(a", "colour:red", "AND"] {
        assert!(
            matches!(kept.store.query(bad), Err(Error::Parse(_))),
            "{bad}"
        );
    }
    assert!("no//such id".parse::<EventId>().is_err());
    let unknown: EventId = "2017/03/2/unknown".parse().unwrap();
    assert!(kept.store.get(&unknown).unwrap().is_none());
    let error = kept.store.raw(&unknown).unwrap_err();
    assert!(
        matches!(error, Error::NotFound { .. }) && error.to_string().contains("2017/03/2/unknown"),
        "{error}"
    );
    assert_eq!(kept.store.remove([&unknown]).unwrap(), 0);
    kept.is_as_before();
}

#[test]
fn a_closed_store_says_so_and_so_do_its_hits() {
    let kept = kept();
    let hits = kept.store.query("").unwrap();
    assert_eq!(hits.count().unwrap(), 1);
    kept.store.close().unwrap();
    kept.store.close().unwrap();
    for error in [
        kept.store.query("").unwrap_err(),
        kept.store.len().unwrap_err(),
        kept.store.compact().unwrap_err(),
    ] {
        assert!(
            matches!(error, Error::Closed { .. }) && error.to_string().contains("news.store"),
            "{error}"
        );
    }
    // Whatever they have in memory: which answers that would be depends on what was asked before.
    assert!(matches!(hits.count(), Err(Error::Closed { .. })));
    assert!(matches!(
        hits.iter().next(),
        Some(Err(Error::Closed { .. }))
    ));
}

#[test]
fn paths_that_hold_no_store() {
    let kept = kept();
    let closed = OpenOptions::new().create(false);
    let missing = kept.folder.path().join("missing.store");
    let error = closed.open(&missing).unwrap_err();
    assert!(
        matches!(error, Error::PathNotFound { .. }) && error.to_string().contains("missing.store"),
        "{error}"
    );
    assert!(!missing.exists());
    let folder = kept
        .file("photos/one.jpg", b"x")
        .parent()
        .unwrap()
        .to_owned();
    let error = Store::open(&folder).unwrap_err();
    assert!(
        matches!(error, Error::NotAStore { .. }) && error.to_string().contains("photos"),
        "{error}"
    );
    assert_eq!(
        fs::read_dir(&folder).unwrap().count(),
        1,
        "nothing was put there"
    );
    let error = Store::open(folder.join("one.jpg")).unwrap_err();
    assert!(matches!(error, Error::NotAStore { .. }), "{error}");
}

#[test]
fn two_handles_of_one_process_are_one_store() {
    let kept = kept();
    let second = Store::open(kept.folder.path().join("news.store")).unwrap();
    let page = (
        "news/2017/03/5/b.md".to_owned(),
        event_page(false, "2017/03/5/b", "B.", "", &[]),
    );
    second.ingest(vec![page], IngestOptions::default()).unwrap();
    assert_eq!(kept.store.len().unwrap(), 2);
    kept.store.close().unwrap();
    assert_eq!(second.len().unwrap(), 2, "the other handle is open");
    second.close().unwrap();
    let again = Store::open(kept.folder.path().join("news.store")).unwrap();
    assert_eq!(again.len().unwrap(), 2);
}

#[test]
fn damage_is_said_and_never_read_over() {
    let kept = kept();
    kept.store.close().unwrap();
    let place = kept.folder.path().join("news.store");
    let mut current = kept.current.clone();
    let last = current.len() - 1;
    current[last] ^= 1;
    fs::write(place.join("CURRENT"), &current).unwrap();
    let error = Store::open(&place).unwrap_err();
    assert!(
        matches!(error, Error::Corrupt { .. }) && error.to_string().contains("CURRENT"),
        "{error}"
    );
    fs::write(place.join("CURRENT"), &kept.current).unwrap();
    let data = place.join("data-000001/db");
    let whole = fs::read(&data).unwrap();
    let mut seen = 0;
    for at in (0..whole.len()).step_by(whole.len() / 40) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x20;
        fs::write(&data, &damaged).unwrap();
        // Damage in what nobody asked for is seen before the first write, and by `verify`.
        let asked = Store::open(&place).and_then(|store| {
            let report = store.verify(VerifyDepth::Quick)?;
            assert!(!report.is_sound(), "byte {at}");
            let date = Date::new(2017, 3, 2).unwrap();
            store.add([Event::new("2017/03/2/other".parse()?, date, "Another")])
        });
        let error = asked.unwrap_err();
        assert!(matches!(error, Error::Corrupt { .. }), "byte {at}: {error}");
        assert!(
            fs::read(&data).unwrap() == damaged,
            "opening changed the damaged file"
        );
        seen += 1;
    }
    assert!(seen >= 40, "only {seen} flips");
    fs::write(&data, &whole).unwrap();
    assert_eq!(Store::open(&place).unwrap().len().unwrap(), 1);
}
