//! Files that an ingest passes over: which, and what the report says of them.

mod support;

use std::collections::BTreeMap;

use eventstore::{Archive, IngestOptions, Report, Store};
use support::{ids, tar_of};

const PAGE: &str = "---\ntitle: A page\ndate: 2017-03-02\n---\n";

fn ingest(store: &Store, source: impl Into<Archive>) -> Report {
    let report = store.ingest(source, IngestOptions::new()).unwrap();
    assert!(report.partition_holds(), "{report}");
    report
}

/// Each reason with its count and its examples.
fn passed_over(report: &Report) -> BTreeMap<&str, (u64, String)> {
    let reasons = report.passed_over.iter();
    let said = reasons.map(|(reason, files)| (&**reason, (files.count, files.examples.join(" "))));
    said.collect()
}

fn site() -> Vec<(String, Vec<u8>)> {
    let template = "---\ntitle: {{ title }}\ndate: {{ date }}\n---\n";
    let files = [
        ("posts/a.md", PAGE),
        ("posts/templates/b.md", PAGE),
        ("content/scaffolds/c.md", PAGE),
        (".obsidian/app.json", "{}"),
        (".trash/old.md", PAGE),
        ("posts/.cache/1/2/x.md", "not \u{0} read"),
        (".git/HEAD", ""),
        ("node_modules/x/README.md", "# X\n"),
        ("themes/t/node_modules/y/index.js", ""),
        ("archetypes/default.md", "+++\ntitle = '{{ .Name }}'\n+++\n"),
        ("scaffolds/post.md", template),
        ("posts/_draft.md", template),
        ("posts/note.md", "---\ncreated: <% tp.date.now() %>\n---\n"),
        ("static/a.png", ""),
        ("index.html", ""),
    ];
    let files = files.into_iter();
    files
        .map(|(path, text)| (path.to_owned(), text.into()))
        .collect()
}

#[test]
fn what_is_passed_over_is_counted_by_reason_with_three_examples() {
    let store = Store::memory().unwrap();
    let report = ingest(&store, site());
    let found = ids(&store, "");
    assert_eq!(
        found,
        ["content/scaffolds/c", "posts/a", "posts/templates/b"]
    );
    assert_eq!((report.files, report.added, report.others), (15, 3, 12));
    assert_eq!(report.failed, 0);
    let expected = BTreeMap::from([
        (
            "hidden folder",
            (4, ".git/HEAD .obsidian/app.json .trash/old.md".to_owned()),
        ),
        (
            "node_modules",
            (
                2,
                "node_modules/x/README.md themes/t/node_modules/y/index.js".to_owned(),
            ),
        ),
        ("not Markdown", (2, "index.html static/a.png".to_owned())),
        (
            "scaffold",
            (2, "archetypes/default.md scaffolds/post.md".to_owned()),
        ),
        ("template", (2, "posts/_draft.md posts/note.md".to_owned())),
    ]);
    assert_eq!(passed_over(&report), expected);
    let line =
        "\n  passed over, hidden folder (4): .git/HEAD, .obsidian/app.json, .trash/old.md, …\n";
    assert!(report.to_string().contains(line), "{report}");
    // The same in any order, from a folder and from a tar.
    let mut backwards = site();
    backwards.reverse();
    let again = ingest(&store, backwards);
    assert_eq!(
        (again.unchanged, again.parsed),
        (3, 0),
        "a template is no page"
    );
    assert_eq!(passed_over(&again), expected);
    let folder = tempfile::tempdir().unwrap();
    let tree = folder.path().join("tree");
    for (path, bytes) in site() {
        let path = tree.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let tar = folder.path().join("site.tar");
    std::fs::write(&tar, tar_of(&site())).unwrap();
    for source in [tree, tar] {
        let store = Store::memory().unwrap();
        assert_eq!(passed_over(&ingest(&store, source)), expected);
        assert_eq!(ids(&store, ""), found);
    }
}

#[test]
fn a_page_that_becomes_a_template_is_no_event_any_more() {
    let store = Store::memory().unwrap();
    let file = |text: &str| ("posts/a.md".to_owned(), text.as_bytes().to_vec());
    let template = "---\ntitle: \"{{ title }}\"\n---\n";
    ingest(&store, vec![file(PAGE)]);
    assert_eq!(ingest(&store, vec![file(template)]).others, 1);
    assert_eq!(store.len().unwrap(), 0);
    assert_eq!(ingest(&store, vec![file(PAGE)]).added, 1);
    // Of a name that comes twice the later file counts.
    let folder = tempfile::tempdir().unwrap();
    let tar = folder.path().join("a.tar");
    for (texts, events) in [([PAGE, template], 0), ([template, PAGE], 1)] {
        std::fs::write(&tar, tar_of(&texts.map(file))).unwrap();
        let store = Store::memory().unwrap();
        let report = ingest(&store, &tar);
        assert_eq!((report.files, report.added), (1, events));
        assert_eq!(passed_over(&report).len() as u64, 1 - events);
        assert_eq!(store.len().unwrap() as u64, events);
    }
}

#[test]
fn an_archive_of_a_published_site_is_told_as_that() {
    let store = Store::memory().unwrap();
    let file = |path: &str| (path.to_owned(), b"<h1>A</h1>".to_vec());
    let report = ingest(
        &store,
        vec![file("index.html"), file("2017/a.html"), file("a.css")],
    );
    assert_eq!(
        report.notes,
        [
            "no event page was found, but 3 files passed over (not Markdown), such as 2017/a.html; it looks like a \
          published site: give the Markdown files that it was made from"
        ]
    );
    let report = ingest(
        &store,
        vec![file("index.html"), ("a.md".to_owned(), PAGE.into())],
    );
    assert_eq!(report.notes, [""; 0]);
}
