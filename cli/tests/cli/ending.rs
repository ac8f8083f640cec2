//! How commands end: errors, exit codes, closed pipes, help.

use std::fs;
use std::process::Stdio;

use super::*;

#[test]
fn only_commands_that_put_something_in_make_a_store() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("missing.store");
    let path = store.to_str().unwrap();
    for words in COMMANDS
        .iter()
        .filter(|&&command| !matches!(command, "ingest" | "add" | "import"))
    {
        let mut words = vec![*words, path];
        if matches!(words[0], "show" | "related" | "referring" | "remove") {
            words.push(OPENING);
        }
        if words[0] == "export" {
            words.push("-");
        }
        let target = folder.path().join("target");
        if matches!(words[0], "backup" | "salvage") {
            words.push(target.to_str().unwrap());
        }
        let told = bad(1, &words);
        assert!(
            told.contains(&format!("{path}: no such file or directory")),
            "{told}"
        );
        // A directory of stores is no store.
        let hint = format!("`eventstore ingest {path} ARCHIVE`");
        assert!(
            told.contains(&hint) != (words[0] == "commit-stores"),
            "{told}"
        );
        assert!(!store.exists() && !target.exists(), "{words:?}");
    }
    let told = bad(1, &["stats", archive().to_str().unwrap()]);
    assert!(told.contains("is no store"), "{told}");
    assert!(
        told.ends_with("; give the directory that `eventstore ingest` made\n"),
        "{told}"
    );
}

#[test]
fn a_store_that_was_forgotten_or_does_not_come_first_is_asked_for() {
    let sample = Sample::new();
    let store = sample.store.as_str();
    for (words, usage) in [
        (&["query", "tag:Saltby"][..], "query STORE QUERY"),
        (&["query", "tag:Salt*"], "query STORE QUERY"),
        (&["query", "tag:Saltby", "2018"], "query STORE QUERY"),
        (&["query", "tag:Saltby", store], "query STORE QUERY"),
        (&["query", "saltby", store], "query STORE QUERY"),
        (&["timeline", "2018-03"], "timeline STORE QUERY"),
        (&["facets", "-tag:Saltby", store], "facets STORE QUERY"),
        (&["show", OPENING, store], "show STORE ID"),
        (&["related", OPENING, store], "related STORE ID"),
        (&["remove", OPENING, store], "remove STORE ID"),
    ] {
        let told = bad(1, words);
        let hint = format!("\nhint: the store comes first: eventstore {usage}\n");
        assert!(told.ends_with(&hint), "{words:?}: {told}");
    }
}

#[test]
fn what_to_do_about_a_missing_path_depends_on_which_one_is_missing() {
    let sample = Sample::new();
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let told = bad(1, &["add", &sample.store, &at("no.ndjson")]);
    assert!(
        told.ends_with("no.ndjson: no such file or directory\n"),
        "{told}"
    );
    let archive = archive();
    let archive = archive.to_str().unwrap();
    let told = bad(1, &["ingest", &at("ro/x.store"), archive]);
    let hint = format!("\nhint: make the folder first: mkdir {}\n", at("ro"));
    assert!(told.ends_with(&hint), "{told}");
    let told = bad(1, &["ingest", &at("ro/deep/x.store"), archive]);
    let hint = format!(
        "\nhint: make the folder first: mkdir -p {}\n",
        at("ro/deep")
    );
    assert!(told.ends_with(&hint), "{told}");
}

#[test]
fn a_bad_query_is_a_usage_error_with_a_caret_and_a_hint() {
    let sample = Sample::new();
    let told = bad(2, &["query", &sample.store, "tag:saltby +storm"]);
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines[1], "  tag:saltby +storm");
    assert_eq!(lines[2], "             ^");
    assert_eq!(lines[3], "hint: every word has to be there: write storm");
    // Also where there is no store that can be opened.
    let told = bad(2, &["query", archive().to_str().unwrap(), "fl*od"]);
    assert!(
        told.contains("hint: fl* finds words that begin so"),
        "{told}"
    );
    for command in ["timeline", "facets"] {
        assert!(
            bad(2, &[command, &sample.store, "colour:red"]).contains("hint: "),
            "{command}"
        );
    }
    // Under a wide character the caret has to move two columns.
    let told = bad(2, &["query", &sample.store, "tag:大桥 +storm"]);
    assert_eq!(told.lines().nth(2), Some("           ^"), "{told}");
    let told = bad(2, &["query", &sample.store, "--after", "nonsense"]);
    assert!(told.contains("page token"), "{told}");
}

#[test]
fn a_second_process_that_writes_is_told_who_has_the_store() {
    let sample = Sample::new();
    let store = eventstore::OpenOptions::new()
        .exclusive(true)
        .open(&sample.store)
        .unwrap();
    for words in [vec!["compact"], vec!["reindex"], vec!["remove"]] {
        let mut words = words;
        words.push(&sample.store);
        if words[0] == "remove" {
            words.push(OPENING);
        }
        let told = bad(1, &words);
        assert!(
            told.contains(&format!(
                "{}: in use by process {} (",
                sample.store,
                std::process::id()
            )),
            "{told}"
        );
        assert!(told.contains("`--wait SECONDS`"), "{told}");
        assert!(!told.contains("read_only"), "{told}");
    }
    // One that waits goes on where the other one ends.
    let mut waiting = command(&["compact", &sample.store, "--wait", "60"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while !is_at_lock(&waiting) && waiting.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    assert!(waiting.try_wait().unwrap().is_none(), "it did not wait");
    store.close().unwrap();
    let output = waiting.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(out(&output).contains("before"), "{}", out(&output));
}

/// Whether a process tries to take the lock of a store: it has opened `LOCK` for writing.
#[cfg(target_os = "linux")]
fn is_at_lock(process: &std::process::Child) -> bool {
    let opened = std::fs::read_dir(format!("/proc/{}/fd", process.id()));
    opened.into_iter().flatten().flatten().any(|opened| {
        let info = opened.path().to_string_lossy().replace("/fd/", "/fdinfo/");
        let info = std::fs::read_to_string(info).unwrap_or_default();
        let flags = info.lines().find(|line| line.starts_with("flags:"));
        std::fs::read_link(opened.path()).is_ok_and(|file| file.ends_with("LOCK"))
            && flags.is_some_and(|flags| flags.ends_with(['1', '2']))
    })
}

/// Elsewhere nothing tells.
#[cfg(not(target_os = "linux"))]
fn is_at_lock(_: &std::process::Child) -> bool {
    true
}

#[test]
fn commands_that_read_answer_beside_a_writer_and_beside_each_other() {
    let sample = Sample::new();
    let alone = good(&["query", &sample.store, "tag:ennet*"]);
    let store = eventstore::Store::open(&sample.store).unwrap();
    for words in [
        vec!["stats", &sample.store],
        vec!["tags", &sample.store],
        vec!["words", &sample.store],
        vec!["facets", &sample.store],
        vec!["timeline", &sample.store],
        vec!["show", &sample.store, OPENING],
        vec!["related", &sample.store, OPENING],
        vec!["referring", &sample.store, OPENING],
        vec!["archives", &sample.store],
        vec!["check-links", &sample.store],
    ] {
        good(&words);
    }
    let spawn = |_| {
        command(&["query", &sample.store, "tag:ennet*"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let children: Vec<_> = (0..20).map(spawn).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        assert_eq!(out(&output), alone);
    }
    store.close().unwrap();
}

#[test]
fn a_closed_pipe_ends_a_command_quietly() {
    let sample = Sample::new();
    let opening = OPENING.to_owned();
    for words in [
        vec!["query", &sample.store, "--format", "ndjson"],
        vec!["query", &sample.store, "--format", "md"],
        vec!["query", &sample.store, "--pages"],
        vec!["show", &sample.store, &opening],
        vec!["tags", &sample.store, "--format", "csv"],
        vec!["--help"],
    ] {
        let mut child = command(&words)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{words:?}: {}", err(&output));
        assert_eq!(err(&output), "", "{words:?}");
    }
    // Nor does a closed standard error harm.
    let mut child = command(&["query", &sample.store])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stderr.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        (output.status.code(), out(&output).lines().count()),
        (Some(0), 69)
    );
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_cannot_be_written_is_an_error() {
    let sample = Sample::new();
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let output = command(&["query", &sample.store])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        err(&output).starts_with("eventstore: standard output: "),
        "{}",
        err(&output)
    );
}

#[test]
fn the_help_tells_every_command_with_examples() {
    let help = good(&["--help"]);
    for name in COMMANDS {
        assert!(help.contains(&format!("\n  {name} ")), "{name}: {help}");
        let own = good(&[name, "--help"]);
        assert!(own.contains("Examples:\n"), "{name}");
        assert!(
            own.contains(&format!("eventstore {name} news.store")),
            "{name}"
        );
    }
    for code in ["0 ", "1 ", "2 ", "130"] {
        let line = format!("\n  {code}");
        assert!(help.contains(&line), "{code}: {help}");
    }
    assert!(help.contains("130"), "{help}");
}

#[test]
fn a_command_line_that_cannot_be_read_is_a_usage_error() {
    for words in [
        &["no-such-command"][..],
        &["query"],
        &["query", "a.store", "--format", "xml"],
        &["query", "a.store", "--limit", "0"],
        &["query", "a.store", "--revers"],
        &["ingest", "a.store", "b", "--page-bytes", "big"],
        &["facets", "a.store", "--by", "colour"],
    ] {
        bad(2, words);
    }
    assert_eq!(run(&[]).status.code(), Some(2));
    // The words of an option are those of the library.
    let told = bad(2, &["facets", "a.store", "--by", "sorce"]);
    assert!(
        told.contains("tag, category, author, source, domain"),
        "{told}"
    );
    assert!(told.contains("'source'"), "{told}");
}
