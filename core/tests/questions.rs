//! Runs `tests/questions.txt`, the file of questions that Python runs too.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use eventstore::{IngestOptions, Query, Store};

/// One question of the file with its lines, each a mark and the rest.
struct Question {
    line: usize,
    /// The archive that it is about.
    archive: String,
    mark: char,
    text: String,
    answer: Vec<(char, String)>,
}

fn questions() -> Vec<Question> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/questions.txt");
    let file =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut all: Vec<Question> = Vec::new();
    let mut archive = String::new();
    for (i, line) in file.lines().enumerate() {
        let mut chars = line.chars();
        let Some(mark) = chars.next() else { continue };
        let text = line[mark.len_utf8()..]
            .strip_prefix(' ')
            .unwrap_or_default()
            .to_owned();
        match mark {
            '#' => {}
            '%' => archive = text,
            '?' | '!' => all.push(Question {
                line: i + 1,
                archive: archive.clone(),
                mark,
                text,
                answer: Vec::new(),
            }),
            '=' | '>' | '@' | '~' => all
                .last_mut()
                .unwrap_or_else(|| panic!("line {}: an answer before any question", i + 1))
                .answer
                .push((mark, text)),
            _ => panic!("line {}: no line begins with {mark:?}", i + 1),
        }
    }
    all
}

#[test]
fn every_bad_question_fails_at_its_place_with_its_hint() {
    let all = questions();
    let bad: Vec<&Question> = all.iter().filter(|question| question.mark == '!').collect();
    let mut wrong = Vec::new();
    for question in &bad {
        let expected: Vec<(char, String)> = question.answer.clone();
        let found = match question.text.parse::<Query>() {
            Ok(query) => vec![('?', format!("read as {query}"))],
            Err(error) => vec![
                ('@', error.offset.to_string()),
                ('~', error.hint.unwrap_or_default()),
            ],
        };
        if found != expected {
            wrong.push(format!(
                "line {}: {}\n  expected {expected:?}\n  found    {found:?}",
                question.line, question.text
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(bad.len() >= 120, "only {} bad questions", bad.len());
    println!("questions: {} that cannot be read", bad.len());
}

#[test]
fn every_question_about_the_sample_archives_has_its_answer() {
    let store = |name: &str| {
        let store = Store::memory().expect("a store");
        let archive = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
        let archive = archive.join(name);
        store
            .ingest(archive, IngestOptions::default())
            .expect("the sample archive");
        (name.to_owned(), store)
    };
    let stores = BTreeMap::from(["archive", "blog"].map(store));
    let all = questions();
    let good: Vec<&Question> = all.iter().filter(|question| question.mark == '?').collect();
    let mut wrong = Vec::new();
    for question in &good {
        let query: Query = question
            .text
            .parse()
            .unwrap_or_else(|error| panic!("line {}: {error}", question.line));
        assert_eq!(query.to_string().parse::<Query>().as_ref(), Ok(&query));
        let hits = stores[&question.archive].query(query).expect("hits");
        let ids = hits.ids().expect("ids");
        assert_eq!(hits.count().expect("a count"), ids.len() as u64);
        let mut found = vec![('=', ids.len().to_string())];
        if question.answer.len() > 1 {
            found.extend(ids.iter().map(|id| ('>', id.to_string())));
        }
        if found != question.answer {
            let expected = &question.answer;
            wrong.push(format!(
                "line {}: {}\n  expected {expected:?}\n  found    {found:?}",
                question.line, question.text
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(good.len() >= 380, "only {} questions", good.len());
    println!("questions: {} with answers", good.len());
}
