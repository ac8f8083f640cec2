//! Differential tests against an independent reader in Python
//! (`tests/oracle/independent_reader.py`), which has to agree on every field of every event page.

use std::path::Path;

use super::super::*;
use super::read;
use super::round_trips::{LIMITS, data, tar, tree};

fn json(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out + "\""
}

fn json_event(event: &crate::Event) -> String {
    let some = |text: &Option<String>| text.as_deref().map_or("null".to_owned(), json);
    let list = |items: Vec<String>| format!("[{}]", items.join(","));
    let sources = event.sources.iter().map(|source| {
        format!(
            "{{\"name\":{},\"url\":{},\"image\":{}}}",
            json(&source.name),
            json(&source.url),
            some(&source.image)
        )
    });
    let related = event.related.iter().map(|related| {
        let tags = related.tags.iter().map(|tag| json(tag)).collect();
        format!(
            "{{\"id\":{},\"title\":{},\"tags\":{}}}",
            json(related.id.as_str()),
            json(&related.title),
            list(tags)
        )
    });
    let changes = event.changes.iter().map(|change| {
        let (id, title, kind) = (
            json(change.id.as_str()),
            json(&change.title),
            json(change.kind.as_str()),
        );
        format!(
            "{{\"id\":{id},\"title\":{title},\"at\":{},\"kind\":{kind}}}",
            some(&change.at)
        )
    });
    format!(
        "{{\"id\":{},\"date\":\"{}\",\"category\":{},\"title\":{},\"summary\":{},\"sources\":{},\"cover_image\":{},\"changes\":{},\"related\":{},\"kind\":\"{}\",\"lang\":\"{}\"}}",
        json(event.id.as_str()),
        event.date.unwrap(),
        some(&event.categories.first().cloned()),
        json(&event.title),
        some(&event.summary),
        list(sources.collect()),
        some(&event.cover_image),
        list(changes.collect()),
        list(related.collect()),
        event.kind,
        event.lang,
    )
}

const COMPARE: &str = "
import json, sys
import independent_reader
count = 0
for line in sys.stdin:
    path, text, ours = json.loads(line)
    theirs = independent_reader.read(path, text)
    assert ours == theirs, (path, [(k, ours[k], theirs[k]) for k in ours if ours[k] != theirs[k]])
    count += 1
print(count)
";

#[test]
fn the_independent_reader_agrees_on_every_field_of_every_event() {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/oracle");
    let started = Command::new("python3")
        .args(["-X", "utf8", "-B", "-c", COMPARE])
        .env("PYTHONPATH", folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut child) = started else {
        eprintln!("SKIPPED: python3 is not there");
        return;
    };
    let mut input = child.stdin.take().unwrap();
    let mut count = 0;
    for pages in [
        data("context-zh.tar.gz").map(|path| tar(&path)),
        data("context-en").map(|path| tree(&path)),
    ] {
        for (path, bytes) in pages.into_iter().flatten() {
            let text = String::from_utf8(bytes.clone()).unwrap();
            let Ok(Page::Event(page)) = read(&path, &LogicalPath::of(&path), bytes, &LIMITS) else {
                continue;
            };
            if page.kind == PageKind::News {
                let event = json_event(&to_event(&page, Vec::new(), false));
                writeln!(input, "[{},{},{event}]", json(&path), json(&text)).unwrap();
                count += 1;
            }
        }
    }
    for case in super::spec::cases() {
        let Ok(Page::Event(page)) = read(
            &case.path,
            &LogicalPath::of(&case.path),
            case.bytes.clone(),
            &LIMITS,
        ) else {
            continue;
        };
        // The second reader is strict: it reads what follows the grammar to the letter, at a whole path.
        let exact = render(&page).as_bytes() == case.bytes;
        if exact && page.kind == PageKind::News && case.path.contains('/') {
            let event = json_event(&to_event(&page, Vec::new(), false));
            let text = String::from_utf8(case.bytes).unwrap();
            writeln!(input, "[{},{},{event}]", json(&case.path), json(&text)).unwrap();
            count += 1;
        }
    }
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert!(count >= 20);
    assert_eq!(
        String::from_utf8(output.stdout).unwrap().trim(),
        count.to_string()
    );
    eprintln!("{count} events compared");
}
