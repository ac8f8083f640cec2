//! Paths that the shell left as they were.

use super::*;

#[test]
fn a_tilde_is_the_home_directory() {
    let home = tempfile::tempdir().unwrap();
    write(&home.path().join("one/news/2017/03/2/a.md"), &page("A"));
    let run = |words: &[&str]| {
        let mut command = command(words);
        command.env("HOME", home.path()).output().unwrap()
    };
    let output = run(&["ingest", "~/a.store", "~/one"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(home.path().join("a.store").is_dir());
    assert_eq!(out(&run(&["query", "~/a.store", "--count"])), "1\n");
}

#[test]
fn an_address_a_pattern_and_memory_are_no_paths() {
    let sample = Sample::new();
    for (archive, words) in [
        ("https://a.example/context.tar.gz", "an address, not a path"),
        (
            "no/such/*.tar.gz",
            "no file or directory matches this pattern",
        ),
    ] {
        let told = bad(1, &["ingest", &sample.store, archive]);
        assert!(
            told.starts_with(&format!("eventstore: {archive}: {words}")),
            "{told}"
        );
        assert!(told.contains("\nhint: "), "{told}");
        let told = bad(1, &["query", archive]);
        assert!(told.contains(words), "{told}");
    }
    let folder = tempfile::tempdir().unwrap();
    let archive = archive();
    for store in ["https://a.example/store", ":memory:"] {
        let output = command(&["ingest", store, archive.to_str().unwrap()])
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{store}");
        assert!(err(&output).contains("\nhint: "), "{}", err(&output));
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
