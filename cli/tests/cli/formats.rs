//! Every command that answers knows every format. `cli/tests/snapshots` has what each prints of the
//! sample archive; `CLI_BLESS=1` writes it anew.

use super::*;

const FORMATS: [&str; 6] = ["table", "json", "ndjson", "csv", "tsv", "md"];

#[test]
fn each_command_prints_each_format_as_its_snapshot_has_it() {
    let sample = Sample::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    let bless = std::env::var_os("CLI_BLESS").is_some();
    let mut compared = 0;
    for (name, words) in [
        ("query", vec!["2018-06"]),
        ("referring", vec![OPENING]),
        ("related", vec![OPENING]),
        ("timeline", vec!["tag:Saltby", "--by", "year"]),
        ("facets", vec!["2018", "--top", "4"]),
        ("tags", vec!["s"]),
        ("words", vec!["fl"]),
    ] {
        for format in FORMATS {
            let mut all = vec![name, &sample.store];
            all.extend(&words);
            all.extend(["--format", format]);
            let text = good(&all);
            let file = folder.join(format!("{name}.{format}.txt"));
            if bless {
                write(&file, &text);
            }
            let expected = std::fs::read_to_string(&file).unwrap_or_default();
            assert_eq!(
                text,
                expected,
                "{}; CLI_BLESS=1 writes it anew",
                file.display()
            );
            compared += 1;
        }
    }
    assert_eq!(compared, 42);
}

#[test]
fn json_is_a_document_and_ndjson_a_document_a_line() {
    let sample = Sample::new();
    let parsed = |text: &str| serde_json::from_str::<serde_json::Value>(text).is_ok();
    for words in [
        vec!["query", "1999"],
        vec!["query", "2018"],
        vec!["timeline", "1999"],
        vec!["facets", "1999"],
        vec!["tags", "nosuchtag"],
        vec!["stats"],
        vec!["bench", "--runs", "1"],
    ] {
        for format in FORMATS {
            let mut all = vec![words[0], sample.store.as_str()];
            all.extend(&words[1..]);
            all.extend(["--format", format]);
            let text = good(&all);
            match format {
                "json" => assert!(parsed(&text), "{words:?}: {text}"),
                "ndjson" => assert!(text.lines().all(parsed), "{words:?}: {text}"),
                _ => {}
            }
        }
    }
    assert_eq!(
        good(&["query", &sample.store, "1999", "--format", "json"]),
        "[]\n"
    );
}

#[test]
fn a_table_in_markdown_shows_text_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    write(
        &folder.path().join("events.ndjson"),
        r#"{"id":"2017/03/2/a","date":"2017-03-02","title":"A | B *c* [d](e) <f>","tags":["x|y"]}"#,
    );
    good(&["add", &at("a.store"), &at("events.ndjson")]);
    let text = good(&["query", &at("a.store"), "--format", "md"]);
    assert!(text.contains(r"| A \| B \*c\* \[d\](e) \<f\> |"), "{text}");
    let text = good(&["tags", &at("a.store"), "--format", "md"]);
    assert_eq!(text, "| value | count |\n| --- | --- |\n| x\\|y | 1 |\n");
}
