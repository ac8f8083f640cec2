//! The table "What a word is" of the guide, line by line.

use super::super::{Analyzer, WordPattern};
use super::occurrences;

const GUIDE: &str = include_str!("../../../../docs/guide.md");

/// What stands between backticks in a cell.
fn values(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// A value as a query writes it: in quotes or not, and with a `*` behind it or not.
fn pattern(value: &str) -> WordPattern {
    let bare = value.strip_suffix('*');
    let text = bare.unwrap_or(value);
    let quoted = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    WordPattern::new(quoted.unwrap_or(text), bare.is_some())
}

#[test]
fn the_guides_table_of_words_is_true() {
    let section = GUIDE.split("### What a word is\n").nth(1);
    let section = section
        .and_then(|text| text.split("\n#").next())
        .expect("the section");
    let rows = section
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains('`'));
    let mut count = 0;
    for row in rows {
        let cells: Vec<_> = row.trim_matches('|').split('|').collect();
        let [_, texts, words, found, missed] = cells[..] else {
            panic!("five cells: {row}");
        };
        let texts = values(texts);
        assert!(!texts.is_empty() && !values(found).is_empty(), "{row}");
        for text in texts {
            let mut terms = Vec::new();
            Analyzer::default().tokens(text, |term, _| terms.push(term.to_owned()));
            assert_eq!(terms, values(words), "{text}");
            let count = |value| occurrences(text, &pattern(value)).len();
            for value in values(found) {
                assert_eq!(count(value), 1, "{value} finds {text}");
            }
            for value in values(missed) {
                assert_eq!(count(value), 0, "{value} misses {text}");
            }
        }
        count += 1;
    }
    assert!(count >= 20, "{count}");
}
