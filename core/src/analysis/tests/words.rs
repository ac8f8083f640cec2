//! The table `tests/words.txt`, and that of the guide, line by line.

use super::super::{Analyzer, spanned_tokens};

const TABLE: &str = include_str!("../../../../tests/words.txt");

/// The tokens of a text, as `flood@0 warning@1`.
pub(super) fn tokens(text: &str) -> String {
    let mut tokens = Vec::new();
    Analyzer::default().tokens(text, |term, position| {
        tokens.push(format!("{term}@{position}"));
    });
    tokens.join(" ")
}

/// The text with `\u{…}` read.
fn read(written: &str) -> String {
    let mut parts = written.split("\\u{");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (number, rest) = part.split_once('}').expect("an escape ends");
        let number = u32::from_str_radix(number, 16).expect("a number");
        text.push(char::from_u32(number).expect("a character"));
        text.push_str(rest);
    }
    text
}

#[test]
fn texts_have_the_words_of_the_table() {
    let mut lines = TABLE
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut count = 0;
    let mut wrong = Vec::new();
    while let Some(line) = lines.next() {
        let text = read(line.strip_prefix("text: ").expect("a text"));
        let words = lines.next().and_then(|line| line.strip_prefix("words:"));
        let words = read(words.expect("its words").trim());
        let found = tokens(&text);
        if found != words {
            wrong.push(format!("{line}\n  expected {words}\n  found    {found}"));
        }
        let spanned = spanned_tokens(&text);
        let spanned = spanned
            .iter()
            .map(|token| format!("{}@{}", token.term, token.position));
        assert_eq!(spanned.collect::<Vec<_>>().join(" "), found, "{line}");
        count += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 40, "{count}");
}

/// How fast texts are cut, which no test checks:
/// `cargo test --release -p context-eventstore --lib -- --ignored --nocapture speed_of`.
#[test]
#[ignore = "measures"]
fn speed_of_cutting_texts() {
    for (name, text) in [
        (
            "ascii",
            "The river rose by 3 metres in 2017, and flooded Saltby again. ",
        ),
        (
            "mixed",
            "The river – “Elbe” – rose by 3 metres; the café’s owner fled to Besançon. ",
        ),
        (
            "accents",
            "Überall häuften sich später Schäden, und die Flüsse stiegen höher. ",
        ),
        (
            "chinese",
            "敘利亞首都附近發生爆炸，造成至少3人死亡、20人受傷。",
        ),
        (
            "cyrillic",
            "Река поднялась на три метра, и город Солтби снова затопило. ",
        ),
    ] {
        let text = text.repeat(20_000_000 / text.len());
        let mut analyzer = Analyzer::default();
        let (mut count, mut bytes) = (0_u64, 0);
        let start = std::time::Instant::now();
        analyzer.tokens(&text, |term, _| {
            count += 1;
            bytes += term.len();
        });
        let took = start.elapsed().as_secs_f64();
        let speed = text.len() as f64 / took / 1e6;
        println!("{name}: {speed:.0} MB/s, {count} tokens, {bytes} bytes");
    }
}
