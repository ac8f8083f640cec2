//! `ingest`: the report, failed pages, limits, pruning, Ctrl-C.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::*;

#[test]
fn ingest_reports_every_file_and_lists_failed_pages_on_standard_error() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("new.store");
    let (store, archive) = (store.to_str().unwrap(), archive());
    let first = run(&["ingest", store, archive.to_str().unwrap()]);
    assert_eq!(
        first.status.code(),
        Some(0),
        "pages that fail alone do not fail the command"
    );
    assert!(out(&first).starts_with("121 files, "), "{}", out(&first));
    assert!(
        out(&first).contains("73 added, 30 listings, 14 twins, 2 others, 2 failed"),
        "{}",
        out(&first)
    );
    let told = err(&first);
    assert!(
        told.contains("a-page-from-another-publishing-system.md:1:1: "),
        "{told}"
    );
    assert!(told.contains("the-day-that-never-was.md:4:6: "), "{told}");
    assert!(
        told.ends_with("eventstore: 2 pages failed and were left out\n"),
        "{told}"
    );
    assert!(
        !told.contains('\r'),
        "progress is for terminals only: {told:?}"
    );

    let report: Value = serde_json::from_str(&good(&[
        "ingest",
        store,
        archive.to_str().unwrap(),
        "--json",
    ]))
    .unwrap();
    assert_eq!(
        (&report["added"], &report["unchanged"], &report["parsed"]),
        (&0.into(), &119.into(), &0.into())
    );
    assert_eq!(report["errors"].as_array().unwrap().len(), 2);
    assert_eq!(report["errors"][1]["line"], 4);
}

#[test]
fn ingest_lists_twenty_failed_pages_unless_all_are_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("archive/news/2017/03/2");
    fs::create_dir_all(&pages).unwrap();
    for number in 0..25 {
        fs::write(pages.join(format!("bad-{number:02}.md")), "no event page\n").unwrap();
    }
    let good_page = "### [2017-03-2](/news/2017/03/2/index.md)\n\n# A lamp is lit. \n\n\n\n\n";
    fs::write(pages.join("a-lamp-is-lit.md"), good_page).unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();

    let some = run(&["ingest", &at("a.store"), &at("archive")]);
    assert_eq!(some.status.code(), Some(0));
    assert_eq!(err(&some).lines().count(), 21, "{}", err(&some));
    assert!(
        err(&some).contains("5 more with --all-failures"),
        "{}",
        err(&some)
    );
    let all = run(&["ingest", &at("b.store"), &at("archive"), "--all-failures"]);
    assert_eq!(err(&all).lines().count(), 26, "{}", err(&all));

    let raised = bad(
        1,
        &[
            "ingest",
            &at("c.store"),
            &at("archive"),
            "--on-error",
            "raise",
        ],
    );
    assert!(raised.contains(".md:1:1: "), "{raised}");
    assert!(raised.contains("nothing was committed"), "{raised}");
    assert!(!Path::new(&at("c.store")).exists());

    let small = run(&[
        "ingest",
        &at("d.store"),
        &at("archive"),
        "--page-bytes",
        "16",
    ]);
    assert!(
        out(&small).contains("26 failed"),
        "{}{}",
        out(&small),
        err(&small)
    );
}

#[test]
fn ingest_prunes_only_when_it_is_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("archive/news/2017/03/2");
    fs::create_dir_all(&pages).unwrap();
    for name in ["one", "two"] {
        let page = format!("### [2017-03-2](/news/2017/03/2/index.md)\n\n# {name}\n\n\n\n\n");
        fs::write(pages.join(format!("{name}.md")), page).unwrap();
    }
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (store, archive) = (at("a.store"), at("archive"));
    good(&["ingest", &store, &archive]);
    fs::remove_file(pages.join("two.md")).unwrap();
    good(&["ingest", &store, &archive]);
    assert_eq!(good(&["query", &store, "--count"]), "2\n");
    assert!(good(&["ingest", &store, &archive, "--prune"]).contains("1 removed"));
    assert_eq!(good(&["query", &store, "--ids"]), "2017/03/2/one\n");
}

#[test]
fn a_missing_archive_leaves_no_store_behind() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("new.store");
    let told = bad(1, &["ingest", store.to_str().unwrap(), "no/such/archive"]);
    assert!(told.contains("no/such/archive: no such file"), "{told}");
    assert!(told.contains("the store comes first"), "{told}");
    assert!(!store.exists());
}

/// Pages enough for some seconds of reading.
#[cfg(unix)]
fn large_archive(path: &Path) {
    let mut tar = tar::Builder::new(fs::File::create(path).unwrap());
    for number in 0..60_000 {
        let (month, day) = (1 + number / 28 % 12, 1 + number % 28);
        let page = format!(
            "### [2017-{month:02}-{day}](/news/2017/{month:02}/{day}/index.md)\n\n##### Ports\n# Ship {number} calls. \n\n\
             It carries grain.\n\n\n### Sources:\n\n1. [Courier](https://courier.example/{number})\n\n\n"
        );
        let mut header = tar::Header::new_gnu();
        header.set_size(page.len() as u64);
        header.set_mode(0o644);
        let name = format!("news/2017/{month:02}/{day}/ship-{number}-calls.md");
        tar.append_data(&mut header, name, page.as_bytes()).unwrap();
    }
    tar.finish().unwrap();
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_an_ingest_within_a_second_and_leaves_the_last_commit() {
    let sample = Sample::new();
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("large.tar");
    large_archive(&archive);
    // Right at the start, and in the middle.
    for pause in [20, 400] {
        let mut child = command(&["ingest", &sample.store, archive.to_str().unwrap()])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // The process that has the store has been listening for long.
        let lock = Path::new(&sample.store).join("LOCK");
        let holder = format!("{}\n", child.id());
        while !fs::read_to_string(&lock).is_ok_and(|text| text.starts_with(&holder)) {
            assert!(
                child.try_wait().unwrap().is_none(),
                "ended before the store was open"
            );
            std::thread::sleep(Duration::from_millis(5));
        }
        std::thread::sleep(Duration::from_millis(pause));
        assert!(
            child.try_wait().unwrap().is_none(),
            "over before it could be stopped; make the archive larger"
        );
        let asked = Instant::now();
        let pid = rustix::process::Pid::from_child(&child);
        rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
        let status = child.wait().unwrap();
        let took = asked.elapsed();
        let mut told = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut told)
            .unwrap();
        assert_eq!(status.code(), Some(130), "{told}");
        assert!(told.contains("eventstore: interrupted"), "{told}");
        // A second, and one for a machine that has other things to do.
        assert!(took < Duration::from_secs(2), "{took:?}");
        assert_eq!(
            good(&["query", &sample.store, "superseded:yes", "--count"]),
            "73\n"
        );
    }
}
