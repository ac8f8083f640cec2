//! Several archives in one store: `ingest --prefix`, `archives`, `remove --prefix`; profiles and maps.

use serde_json::Value;

use super::*;

/// A folder with two archives, and a path for a store.
fn two_archives() -> (TempDir, String, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (store, blog, notes) = (at("all.store"), at("blog"), at("notes"));
    let page = "---\ntitle: A page\ndate: 2017-03-02\ntopic: [sea]\n---\n";
    write(&Path::new(&blog).join("hugo.toml"), "");
    write(&Path::new(&blog).join("content/a.md"), page);
    write(
        &Path::new(&notes).join("a.md"),
        "---\ncreated: 2018-01-01\n---\nText #sea\n",
    );
    (folder, store, blog, notes)
}

#[test]
fn archives_with_a_prefix_are_listed_and_taken_away() {
    let (_folder, store, blog, notes) = two_archives();
    let told = good(&["ingest", &store, &blog, "--prefix", "blog/"]);
    assert!(told.contains("\n  profile hugo, by hugo.toml\n"), "{told}");
    let words = [
        "ingest",
        &store,
        &notes,
        "--prefix",
        "notes",
        "--profile",
        "obsidian",
    ];
    let map = ["--map", "date=created", "--map", "tags=topic,labels"];
    good(&[&words[..], &map[..]].concat());
    let ids = good(&["query", &store, "--ids"]);
    assert_eq!(ids, "blog/content/a\nnotes/a\n");
    assert_eq!(
        good(&["archives", &store]),
        format!(
            "blog/   markdown  hugo      {:30}  1\n\
             notes/  markdown  obsidian  date=created tags=topic,labels  1\n",
            ""
        )
    );
    let json: Value =
        serde_json::from_str(&good(&["archives", &store, "--format", "json"])).unwrap();
    assert_eq!(
        json[1]["map"]["tags"],
        serde_json::json!(["topic", "labels"])
    );
    assert_eq!(json[0]["pages"], 1);
    let csv = good(&["archives", &store, "--format", "csv"]);
    assert!(
        csv.starts_with("prefix,format,profile,map,pages\r\nblog/,markdown,hugo,,1\r\n"),
        "{csv}"
    );

    assert_eq!(
        good(&["remove", &store, "--prefix", "blog"]),
        "1 event removed\n"
    );
    let again = run(&["remove", &store, "--prefix", "blog"]);
    assert_eq!(again.status.code(), Some(1));
    assert!(
        err(&again).contains("eventstore archives "),
        "{}",
        err(&again)
    );
    assert_eq!(good(&["query", &store, "--ids"]), "notes/a\n");
}

#[test]
fn what_cannot_be_chosen_is_told_with_what_to_write() {
    let (_folder, store, blog, _) = two_archives();
    for (words, told) in [
        (
            ["--map", "date"],
            "write a field and its keys, as in date=created",
        ),
        (["--map", "tgas=topic"], "did you mean tags?"),
        (["--map", "date="], "is no key of front matter"),
        (["--profile", "jekyl"], "'jekyll'"),
    ] {
        let output = run(&[&["ingest", &store, &blog][..], &words[..]].concat());
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        assert!(err(&output).contains(told), "{words:?}: {}", err(&output));
    }
    let output = run(&["ingest", &store, &blog, "--prefix", "../x"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("as in blog/"), "{}", err(&output));
    assert!(!Path::new(&store).exists());
    bad(2, &["remove", &store]);
    bad(2, &["remove", &store, "a", "--prefix", "b"]);
}

#[test]
fn links_that_lead_nowhere_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (store, vault) = (at("v.store"), at("vault"));
    write(
        &Path::new(&vault).join("a.md"),
        "See [[b]], [[gone]] and [[c]].\n",
    );
    write(&Path::new(&vault).join("b.md"), "B\n");
    write(&Path::new(&vault).join("one/c.md"), "C\n");
    write(&Path::new(&vault).join("two/c.md"), "C\n");
    good(&["ingest", &store, &vault]);
    assert_eq!(
        good(&["check-links", &store]),
        "a: gone: no page\na: c: one/c, two/c\n"
    );
    let csv = good(&["check-links", &store, "--format", "csv"]);
    assert_eq!(
        csv,
        "page,target,candidates\r\na,gone,[]\r\na,c,\"[\"\"one/c\"\",\"\"two/c\"\"]\"\r\n"
    );
    let json: Value =
        serde_json::from_str(&good(&["check-links", &store, "--format", "json"])).unwrap();
    assert_eq!(
        (&json["links"], &json["dead"], &json["ambiguous"]),
        (&3.into(), &1.into(), &1.into())
    );
}
