//! No text that comes from outside steers a terminal.

use super::*;

/// An escape sequence, a bell, and a character that turns text around.
const EVIL: &str = "a\u{1b}[31mb\u{7}c\u{202E}d";

#[track_caller]
fn assert_harmless(text: &str) {
    let steers = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t')) || ('\u{202A}'..='\u{202E}').contains(&c)
    };
    assert!(!text.contains(steers), "{text:?}");
    assert!(text.contains('\u{FFFD}'), "{text:?}");
}

#[test]
fn errors_show_the_control_characters_of_what_was_written() {
    let sample = Sample::new();
    let no_query = format!("+{EVIL}");
    for words in [
        vec!["query", sample.store.as_str(), &no_query],
        vec!["query", EVIL],
        vec!["ingest", sample.store.as_str(), EVIL],
        vec!["show", sample.store.as_str(), EVIL],
        vec!["show", sample.store.as_str(), "2017/03/2/a\u{202E}b"],
        vec!["remove", sample.store.as_str(), "2017/03/2/a\u{202E}b"],
        vec!["query", sample.store.as_str(), "--after", EVIL],
        vec!["query", sample.store.as_str(), "--format", EVIL],
        vec![EVIL],
        vec!["add", sample.store.as_str(), EVIL],
    ] {
        let output = run(&words);
        assert!(output.status.code() > Some(0), "{words:?}");
        assert_harmless(err(&output));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn ids_pages_and_records_are_harmless_on_a_terminal_and_whole_in_a_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let id = "2017/03/2/a\u{202E}b";
    let archive = folder.path().join(format!("one/news/{id}.md"));
    write(&archive, &page("A \u{202E}title"));
    write(
        &folder.path().join("one/news/2017/03/2/\u{202E}.md"),
        "no event page\n",
    );
    let report = run(&["ingest", &at("a.store"), &at("one")]);
    assert_eq!(report.status.code(), Some(0));
    // Names of an archive are escaped by the report itself.
    let failed = err(&report);
    assert!(!failed.contains('\u{202E}'), "{failed:?}");
    assert!(
        failed.contains(r"news/2017/03/2/\u{202e}.md:"),
        "{failed:?}"
    );

    let whole = good(&["query", &at("a.store"), "--ids"]);
    assert_eq!(
        whole,
        format!("{id}\n"),
        "the next program finds the event by it"
    );
    for words in [
        vec!["--ids"],
        vec!["--pages"],
        vec!["--long"],
        vec!["--format", "csv"],
        vec!["--format", "tsv"],
        vec!["--format", "ndjson"],
        vec!["--format", "json"],
        vec!["--format", "md"],
        vec!["--format", "table"],
    ] {
        let mut all = vec!["query", "a.store"];
        let store = at("a.store");
        all[1] = &store;
        all.extend(words);
        // What the styles are made of.
        all.extend(["--color", "never"]);
        let output = run_on_terminal(&all);
        assert_eq!(output.status.code(), Some(0), "{all:?}");
        assert_harmless(out(&output));
    }
    assert_harmless(out(&run_on_terminal(&["show", &at("a.store"), id])));
    write(
        &folder.path().join("one/news/2017/03/2/c.md"),
        &page("Another \u{202E}title"),
    );
    good(&["ingest", &at("a.store"), &at("one")]);
    let similar = ["similar", &at("a.store"), "2017/03/2/c"];
    let on_terminal = [&similar[..], &["--color", "never"]].concat();
    assert_harmless(out(&run_on_terminal(&on_terminal)));
    let table = good(&similar);
    assert_harmless(&table);
    assert_eq!(table, "2017-03-02  A \u{FFFD}title\n            Ports\n");
    let coloured = good(&["query", &at("a.store"), "--long", "--color", "always"]);
    assert!(coloured.contains("\u{1b}[2m"), "{coloured:?}");
    assert_harmless(&coloured.replace("\u{1b}[2m", "").replace("\u{1b}[0m", ""));
}
