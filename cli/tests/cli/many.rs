//! A directory of stores in the place of a store.

use eventstore::{Date, Event, IngestOptions, OpenOptions, ResolvedPage, Store, commit_stores};

use super::*;

/// A directory with two listed stores.
fn stores() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for year in [2016, 2017] {
        let store = Store::open(folder.path().join(year.to_string())).unwrap();
        let id = format!("{year}/03/2/a-flood").parse().unwrap();
        let mut event = Event::new(id, Date::new(year, 3, 2), "A flood");
        event.tags = vec!["River".to_owned()];
        store.add([event]).unwrap();
    }
    commit_stores(folder.path(), ["2016", "2017"], None).unwrap();
    folder
}

#[test]
fn commands_that_read_take_a_directory_of_stores() {
    let folder = stores();
    let path = folder.path().to_str().unwrap();
    for (words, expected) in [
        (
            &["query", path, "tag:river", "--ids"][..],
            "2016/03/2/a-flood\n2017/03/2/a-flood\n",
        ),
        (&["query", path, "2017", "--ids"], "2017/03/2/a-flood\n"),
        (&["query", path, "flood", "--count"], "2\n"),
    ] {
        assert_eq!(good(words), expected, "{words:?}");
    }
    assert!(good(&["show", path, "2016/03/2/a-flood"]).contains("A flood"));
    assert!(good(&["stats", path]).contains('2'));
    let told = bad(1, &["verify", path]);
    assert!(told.contains("verify each store by itself"), "{told}");
    let told = bad(1, &["remove", path, "2016/03/2/a-flood"]);
    assert!(
        told.contains("open_many") || told.contains("by itself"),
        "{told}"
    );
    // Without the list the stores in it are taken; where there is none, it says so.
    std::fs::remove_file(folder.path().join("STORES")).unwrap();
    assert_eq!(good(&["query", path, "--count"]), "2\n");
}

#[test]
fn stores_of_a_directory_are_listed_and_listed_anew() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (years, first, second) = (at(""), at("2016"), at("2017"));
    let line = |day: &str| {
        let date = day.replace('/', "-");
        format!(r#"{{"id":"{day}/a-flood","date":"{date}","title":"A flood"}}"#)
    };
    let add = |store: &str, day: &str| {
        let file = at("lines.ndjson");
        std::fs::write(&file, line(day)).unwrap();
        good(&["add", store, &file]);
    };
    add(&first, "2016/03/2");
    add(&second, "2017/03/2");
    let told = bad(1, &["commit-stores", &years]);
    assert!(told.contains("lists no store\nhint: name them: "), "{told}");
    let told = bad(1, &["commit-stores", &years, &first, &second, &at("2018")]);
    assert!(told.contains("2018: no such file or directory"), "{told}");
    assert_eq!(
        good(&["commit-stores", &years, &first, "2017"]),
        "2 events in 2 stores\n"
    );
    assert_eq!(
        good(&["query", &years, "2017", "--ids"]),
        "2017/03/2/a-flood\n"
    );
    // However its path is written.
    let dotted = format!("{years}/./2016");
    for words in [[&*dotted, &*second], ["2016", &*second]] {
        let told = good(&["commit-stores", &years, words[0], words[1]]);
        assert_eq!(told, "2 events in 2 stores\n");
    }
    for elsewhere in [&years, env!("CARGO_MANIFEST_DIR")] {
        let told = bad(1, &["commit-stores", &years, elsewhere]);
        assert!(
            told.contains(&format!("is no store within {years}\n")),
            "{told}"
        );
    }
    add(&second, "2017/03/9");
    let told = bad(1, &["query", &years, "2017"]);
    let hint = format!("hint: list the stores anew: eventstore commit-stores {years}\n");
    assert!(
        told.contains("has changed since") && told.ends_with(&hint),
        "{told}"
    );
    assert_eq!(good(&["commit-stores", &years]), "3 events in 2 stores\n");
    assert_eq!(good(&["query", &years, "2017", "--count"]), "2\n");
}

#[test]
fn an_archive_in_the_place_of_a_store_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("news.tar.gz");
    std::fs::write(&file, "").unwrap();
    let told = bad(1, &["query", file.to_str().unwrap(), "2017"]);
    assert!(told.contains("is a file"), "{told}");
    assert!(!told.contains("os error"), "{told}");
}

#[test]
fn verify_says_what_a_resolved_store_does_not_derive() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("2017");
    let store = OpenOptions::new().resolved(true).open(&path).unwrap();
    let text = "### [2017-3-2](/news/2017/03/2/index.md)\n\n# A lighthouse is lit. \n\n\n\n";
    let page = ResolvedPage::new("news/2017/03/2/a-lighthouse-is-lit.md", text);
    store.put_resolved([page], IngestOptions::new()).unwrap();
    store.close().unwrap();
    let path = path.to_str().unwrap();
    let told = good(&["verify", path, "--full"]);
    assert!(told.contains("a resolved store"), "{told}");
    assert!(!told.contains("law"), "{told}");
    assert!(bad(1, &["export", path, "-"]).contains("a resolved store"));
    assert!(bad(1, &["ingest", path, archive().to_str().unwrap()]).contains("a resolved store"));
}
