//! What a program gets that reads standard output: everything, whole.

use super::*;

const LONG: &str = "A title that goes on and on until no terminal of eighty columns has room for the \
                    whole of it and a table has to cut it";

fn store_of_many() -> Sample {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("archive/news/2017/03/2");
    for number in 0..30 {
        let title = format!("{LONG} {number:02}");
        write(&pages.join(format!("page-{number:02}.md")), &page(&title));
    }
    let store = folder.path().join("many.store");
    let store = store.to_str().unwrap().to_owned();
    good(&[
        "ingest",
        &store,
        folder.path().join("archive").to_str().unwrap(),
    ]);
    Sample {
        _folder: folder,
        store,
    }
}

#[test]
fn nothing_is_cut_and_nothing_left_out_in_a_pipe() {
    let sample = store_of_many();
    let text = good(&["query", &sample.store]);
    assert_eq!(text.lines().count(), 30);
    for (number, line) in text.lines().enumerate() {
        assert_eq!(line, format!("2017-03-02  {LONG} {number:02}"));
    }
    let tags = good(&["tags", &sample.store]);
    assert!(tags.starts_with("Ports  30  █"), "{tags}");

    let sample = Sample::new();
    for words in [vec!["tags"], vec!["facets"]] {
        let all = good(&[words[0], &sample.store, "--top", "all"]);
        assert!(all.lines().count() > 20);
        assert_eq!(good(&[words[0], &sample.store]), all);
        assert!(!all.contains('…'), "{all}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_gets_lines_that_fit_and_as_many_as_a_screen_has() {
    let sample = store_of_many();
    let text = run_on_terminal(&["query", &sample.store]);
    assert_eq!(out(&text).lines().count(), 20, "{}", out(&text));
    for line in out(&text).lines() {
        assert_eq!(line.chars().count(), 80, "{line}");
        assert!(line.ends_with('…'), "{line}");
    }
    assert!(err(&text).starts_with("20 of 30\n"), "{}", err(&text));
    let all = run_on_terminal(&["query", &sample.store, "--limit", "all"]);
    assert_eq!(out(&all).lines().count(), 30);
    let tags = run_on_terminal(&["tags", &Sample::new().store]);
    assert_eq!(out(&tags).lines().count(), 20);
    for format in ["json", "ndjson", "csv", "tsv", "md"] {
        let words = ["query", &sample.store, "--format", format];
        let shown = run_on_terminal(&words);
        assert!(out(&shown).lines().count() >= 30, "{format}");
        assert_eq!(out(&shown), good(&words).replace("\r\n", "\n"));
    }
}
