//! `-` in place of an archive or a page.

use super::*;

/// Runs it with bytes on standard input.
fn with_input(input: &[u8], words: &[&str]) -> Output {
    let mut child = command(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that refuses its input does not read it.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn tarball() -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    tar.append_dir_all(".", archive()).unwrap();
    tar.into_inner().unwrap()
}

#[test]
fn an_archive_on_standard_input_is_read_as_one_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(folder.path().join("a.tar"), tarball()).unwrap();
    let from_file = good(&["ingest", &at("a.store"), &at("a.tar"), "--json"]);
    let mut command = command(&["ingest", &at("b.store"), "-", "--json"]);
    command.env("TMPDIR", folder.path());
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&tarball()).unwrap();
    let from_input = child.wait_with_output().unwrap();
    let report = |text: &str| {
        let mut report: serde_json::Value = serde_json::from_str(text).unwrap();
        report.as_object_mut().unwrap().remove("seconds");
        report
    };
    assert_eq!(report(out(&from_input)), report(&from_file));
    assert_eq!(
        good(&["query", &at("b.store"), "--ids"]),
        good(&["query", &at("a.store"), "--ids"])
    );
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 3, "the file in between is gone");

    // What an export prints is an archive, too, and so is what is compressed.
    let export = run(&["export", &at("a.store"), "-"]);
    let again = with_input(&export.stdout, &["ingest", &at("c.store"), "-"]);
    assert_eq!(again.status.code(), Some(0), "{}", err(&again));
    assert_eq!(
        good(&["query", &at("c.store"), "--ids"]),
        good(&["query", &at("a.store"), "--ids"])
    );
}

#[test]
fn what_is_no_archive_is_told_without_the_name_of_a_temporary_file() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("a.store");
    let store = store.to_str().unwrap();
    for (input, expected) in [
        ("", "standard input is empty"),
        ("# A page\n", "standard input: is no archive"),
        ("{\"id\": \"a\"}\n", "standard input: is no archive"),
    ] {
        let told = with_input(input.as_bytes(), &["ingest", store, "-"]);
        assert_eq!(told.status.code(), Some(1), "{input:?}");
        assert!(err(&told).contains(expected), "{}", err(&told));
        assert!(!err(&told).contains("/tmp"), "{}", err(&told));
        assert!(!Path::new(store).exists(), "{input:?}");
    }
    assert!(
        err(&with_input(b"# A page\n", &["ingest", store, "-"])).contains("add --path"),
        "a page goes another way"
    );
}

#[test]
fn a_page_is_added_at_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("a.store");
    let store = store.to_str().unwrap();
    let text = page("A flood");
    let path = "news/2017/03/2/a-flood.md";
    let added = run_with(&text, &["add", store, "-", "--path", path]);
    assert_eq!(added.status.code(), Some(0), "{}", err(&added));
    assert!(out(&added).contains("1 added"), "{}", out(&added));
    assert_eq!(good(&["show", store, "2017/03/2/a-flood"]), text);

    let file = folder.path().join("note.md");
    write(&file, "---\ndate: 2020-01-05\n---\n# A note\n");
    good(&["add", store, file.to_str().unwrap(), "--path", "notes/a.md"]);
    assert_eq!(good(&["query", store, "2020", "--ids"]), "notes/a\n");

    let no_event = run_with(
        "no event page\n",
        &["add", store, "-", "--path", "news/2017/03/2/b.md"],
    );
    assert_eq!(no_event.status.code(), Some(1), "{}", out(&no_event));
    let no_page = run_with("x", &["add", store, "-", "--path", "picture.png"]);
    assert_eq!(no_page.status.code(), Some(1), "{}", out(&no_page));
    assert!(
        err(&no_page).contains("picture.png: no event in 1 file"),
        "{}",
        err(&no_page)
    );
    assert_eq!(good(&["query", store, "--count"]), "2\n");
    // A new store is not left behind by what fails.
    let other = folder.path().join("b.store");
    let failed = run_with(
        "no event page\n",
        &[
            "add",
            other.to_str().unwrap(),
            "-",
            "--path",
            "news/2017/03/2/b.md",
        ],
    );
    assert_eq!(failed.status.code(), Some(1));
    assert!(!other.exists());
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_awaited_from_a_terminal_is_said_there_alone() {
    let sample = Sample::new();
    for (words, awaited) in [
        (
            &["show", &sample.store, "-"][..],
            "ids, one a line, on standard input",
        ),
        (&["remove", &sample.store, "-"], "ids, one a line,"),
        (&["add", &sample.store, "-"], "events as lines of JSON on"),
        (&["add", &sample.store, "-", "--path", "a.md"], "a page on"),
    ] {
        let (ours, theirs) = terminal();
        // Ctrl-D ends the input.
        std::fs::File::from(ours.try_clone().unwrap())
            .write_all(b"\x04")
            .unwrap();
        let output = command(words).stdin(theirs).output().unwrap();
        let told = err(&output);
        assert!(
            told.starts_with(&format!("waiting for {awaited}")),
            "{words:?}: {told}"
        );
        assert!(told.contains("; Ctrl-D ends it\n"), "{told}");
        let piped = run_with("", words);
        assert!(!err(&piped).contains("waiting"), "{}", err(&piped));
    }
}
