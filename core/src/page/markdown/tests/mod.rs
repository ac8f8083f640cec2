//! The reader held against an independent reader's answers on three real archives.

mod spec;

use std::io::Read;
use std::path::Path;

use proptest::prelude::*;

use super::read;

/// The pages of an archive with their paths below its one top folder.
fn pages(archive: &Path) -> Vec<(String, Vec<u8>)> {
    let file = std::fs::File::open(archive).unwrap();
    let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(file));
    let mut pages = Vec::new();
    for entry in tar.entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().to_string_lossy().into_owned();
        if entry.header().entry_type().is_file() {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            pages.push((path.split_once('/').unwrap().1.to_owned(), bytes));
        }
    }
    pages
}

#[test]
fn real_archives_are_read_as_an_independent_reader_reads_them() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/front-matter");
    if !data.is_dir() {
        println!("SKIPPED: no real archives with front matter here");
        return;
    }
    let mut compared = 0;
    let mut wrong = Vec::new();
    for name in ["jekyll-docs", "react-native-blog", "hexo-site"] {
        let pages = pages(&data.join(format!("{name}.tar.gz")));
        let expected =
            std::fs::read_to_string(data.join(format!("{name}.expected.jsonl"))).unwrap();
        for line in expected.lines() {
            let expected: serde_json::Value = serde_json::from_str(line).unwrap();
            let path = expected["path"].as_str().unwrap();
            let Some((_, bytes)) = pages.iter().find(|(other, _)| other == path) else {
                wrong.push(format!("{name}/{path}: not in the archive"));
                continue;
            };
            let text = std::str::from_utf8(bytes).unwrap();
            let page = match read(text, path, path) {
                Ok(read) => read.page,
                Err(fail) => {
                    wrong.push(format!("{name}: {}", fail.on(path, bytes)));
                    continue;
                }
            };
            compared += 1;
            let date = page.moment.map(|moment| moment.date.to_string());
            let found = serde_json::json!({
                "path": path, "date": date, "title": page.title, "tags": page.tags,
                "categories": page.categories, "draft": page.draft,
            });
            if found != expected {
                wrong.push(format!("{name}\n  expected {expected}\n  found    {found}"));
            }
        }
    }
    println!("{compared} pages compared");
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert_eq!(compared, 767);
}

proptest! {
    #[test]
    fn no_text_stops_the_reader(
        pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..14),
        other in ".{0,6}",
        path in prop::sample::select(&["a.md", "_posts/2017-03-02-b.md", "c.rst", "d.org", "index.md"][..]),
    ) {
        let text = pieces.concat() + &other + &pieces.concat();
        match read(&text, path, "a") {
            Ok(read) => {
                prop_assert!(!read.page.title.is_empty());
                prop_assert!(text.is_char_boundary(read.page.body as usize));
                prop_assert!(read.notes.iter().all(|note| note.offset <= text.len()));
            }
            Err(fail) => prop_assert!(fail.offset <= text.len() && !fail.message.is_empty()),
        }
    }
}

/// What front matter is made of, and what breaks it.
const PIECES: [&str; 40] = [
    "---\n",
    "---",
    "...\n",
    "+++\n",
    "```toml\n",
    "```\n",
    ";;;\n",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "\n",
    "\r\n",
    "\r",
    "\u{feff}",
    "title: A\n",
    "title = \"A\"\n",
    "\"title\": \"A\",\n",
    ":date: 2017-03-02\n",
    "#+title: A\n",
    "date: 2017-03-02 10:00:00 +0100\n",
    "date: 2017-02-30\n",
    "date = 2017-03-02\n",
    "tags: [a, ~, \"\", 012, {name: b}]\n",
    "tags: a, b; c\n",
    "a: &x {b: *x}\n",
    "a: &x [1]\nb: *x\n",
    "<<: *x\n",
    "? [k]\n: v\n",
    "draft: maybe\n",
    "published: 2017-03-02\n",
    "  indented: yes\n",
    "# Heading\n",
    "{{ title }}",
    "<!-- more -->",
    "|\n  text\n",
    ":",
    "\t",
];

#[test]
fn what_a_block_may_hold_is_bounded() {
    let deep = format!("---\na: {}{}\n---\n", "[".repeat(200), "]".repeat(200));
    let nested: String = (0..100).map(|n| format!("{}k:\n", " ".repeat(n))).collect();
    let many = format!("---\na: [{}]\n---\n", "1,".repeat(5_000));
    let long = format!("---\na: {}\n---\n", "x".repeat(70_000));
    let aliases = format!("---\na: &x [1]\nb: [{}]\n---\n", "*x,".repeat(200));
    let bomb = "---\na: &a [1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\n\
                c: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\n\
                e: [*d,*d,*d,*d,*d,*d,*d,*d]\n---\n";
    for text in [
        deep,
        format!("---\n{nested}---\n"),
        many,
        long,
        aliases,
        bomb.to_owned(),
    ] {
        let fail = read(&text, "a.md", "a").unwrap_err();
        assert!(fail.kind.starts_with("front_matter"), "{fail:?}");
    }
}

#[test]
fn hostile_front_matter_takes_no_time_and_no_memory() {
    let words: String = (0..9_000).map(|n| format!("{n:x}, ")).collect();
    let page = read(
        &format!("---\ntitle: T\ntags: {words}x\n---\n"),
        "a.md",
        "a",
    )
    .unwrap()
    .page;
    assert_eq!(page.tags.len(), 9_001);
    let lines: String = (0..5_000).map(|n| format!("k{n}:\n")).collect();
    assert!(read(&format!("title: T\n{lines}\n"), "a.md", "a").is_err());
    let long = "x".repeat(30_000);
    let copies = "*a,".repeat(20);
    let bomb = format!("---\na: &a {long}\nb: [{copies}]\n---\n");
    assert_eq!(
        read(&bomb, "a.md", "a").unwrap_err().kind,
        "front_matter_too_large"
    );
}

/// Signs that begin something without an end, over and over: reading them takes time that grows with the page.
#[test]
fn hostile_bodies_take_no_longer_than_they_are_long() {
    for sign in [
        "[[",
        "[[x",
        "{% ",
        "{{ ",
        "{% raw ",
        "{{< highlight ",
        "<A ",
        "<a ",
        "{% link a.md %} ",
        "`a` %% ",
        "`a` #b ",
        "{{ site.baseurl }} /",
    ] {
        let body = sign.repeat((1 << 18) / sign.len());
        for end in ["", "]] %} }} >"] {
            let text = format!("<div>\n{body}{end}\n</div>\n\n{body}{end}\n");
            assert_eq!(read(&text, "a.md", "a").unwrap().page.title, "a", "{sign}");
        }
    }
    let aliases: String = (0..4_000).map(|n| format!("n{n}, ")).collect();
    let page = read(&format!("---\naliases: [{aliases}]\n---\n"), "a.md", "a");
    assert_eq!(page.unwrap().page.names.len(), 4_001);
}

#[test]
fn what_no_field_takes_stays_in_meta() {
    for (text, meta) in [
        ("title: T\nweight: 3\n", r#"{"weight":"3"}"#),
        (
            "date: {created: 2020-01-02, updated: 2021-01-01}\n",
            r#"{"date":{"updated":"2021-01-01"}}"#,
        ),
        (
            "author: {name: X, url: Y}\n",
            r#"{"author":{"name":"X","url":"Y"}}"#,
        ),
        ("tags: {a: b}\n", r#"{"tags":{"a":"b"}}"#),
        ("taxonomies: {tags: [a]}\n", "{}"),
        ("a: 1\na: 2\n", r#"{"a":"2"}"#),
        (
            "cover: ~\nlist: [1, ~]\n",
            r#"{"cover":null,"list":["1",null]}"#,
        ),
    ] {
        let page = read(&format!("---\n{text}---\n"), "a.md", "a")
            .unwrap()
            .page;
        assert_eq!(page.meta.to_string(), meta, "{text}");
    }
}
