//! Comparing answers, and showing times.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use crate::Result;
use crate::measure::{Row, Rows};

/// Rows in which engines differ by right.
const OWN: [&str; 1] = ["disk"];

/// Engines with what was measured of them.
pub type Found = [(&'static str, Rows)];

/// Fails if the answers of the last engine are not those of the first.
pub fn compare(found: &Found) -> Result<()> {
    let [(first, reference), .., (last, rows)] = found else {
        return Ok(());
    };
    let mut compared = 0;
    for (key, row) in rows {
        if OWN.contains(key) {
            continue;
        }
        let Some(answer) = &row.answer else {
            continue;
        };
        let expected = reference.get(key).and_then(|row| row.answer.as_ref());
        if expected != Some(answer) {
            let expected = expected.map_or("nothing".to_owned(), ToString::to_string);
            return Err(format!(
                "{key}: engines disagree\n  {first}: {expected}\n  {last}: {answer}"
            )
            .into());
        }
        compared += 1;
    }
    // A comparison that looks at nothing would agree with everything.
    match compared >= crate::engine::QUESTIONS.len() {
        true => Ok(()),
        false => Err(format!("{last}: only {compared} answers to compare").into()),
    }
}

/// All times and answers.
pub fn json(found: &Found, events: usize) -> Value {
    let row = |row: &Row| {
        let answer = row.answer.as_ref().map(|answer| answer.value.clone());
        json!({ "ms": row.ms, "answer": answer })
    };
    let engines: Map<String, Value> = found
        .iter()
        .map(|(name, rows)| {
            let rows = rows
                .iter()
                .map(|(key, found)| (key.to_string(), row(found)));
            (name.to_string(), Value::Object(rows.collect()))
        })
        .collect();
    json!({ "events": events, "sqlite": rusqlite::version(), "engines": engines })
}

/// Medians in milliseconds as a Markdown table.
pub fn draw(found: &Found) -> String {
    let names: Vec<&str> = found.iter().map(|(name, _)| *name).collect();
    let mut text = format!(
        "| ms | {} |\n| --- |{}\n",
        names.join(" | "),
        " ---: |".repeat(names.len())
    );
    let Some((_, rows)) = found.first() else {
        return text;
    };
    for key in rows.keys() {
        let cells: Vec<String> = found
            .iter()
            .map(|(_, rows)| rows.get(key).map_or("-".to_owned(), cell))
            .collect();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| {key} | {} |", cells.join(" | "));
    }
    text
}

fn cell(row: &Row) -> String {
    match (median(&row.ms), &row.answer) {
        (Some(ms), _) if ms >= 100.0 => format!("{ms:.0}"),
        (Some(ms), _) if ms >= 1.0 => format!("{ms:.2}"),
        (Some(ms), _) => format!("{ms:.4}"),
        (None, Some(answer)) => answer.to_string(),
        (None, None) => "-".to_owned(),
    }
}

fn median(ms: &[f64]) -> Option<f64> {
    let mut sorted = ms.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (low, high) = (sorted.len().checked_sub(1)? / 2, sorted.len() / 2);
    Some((sorted[low] + sorted[high]) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Answer;

    fn rows(count: u64) -> Rows {
        let keys = crate::engine::QUESTIONS.iter().map(|(key, _)| *key);
        let row = |key: &str| Row {
            ms: vec![1.0],
            answer: Some(Answer::from(if key == "count" { count } else { 7 })),
        };
        keys.map(|key| (key, row(key))).collect()
    }

    #[test]
    fn engines_that_disagree_are_named_with_the_row_and_both_answers() {
        assert!(compare(&[("a", rows(1)), ("b", rows(1))]).is_ok());
        let told = compare(&[("a", rows(1)), ("b", rows(2))])
            .unwrap_err()
            .to_string();
        assert_eq!(told, "count: engines disagree\n  a: 1\n  b: 2");
        assert!(compare(&[("a", Rows::new()), ("b", Rows::new())]).is_err());
    }

    #[test]
    fn the_median_lies_between_the_middle_two() {
        assert_eq!(median(&[3.0, 1.0]), Some(2.0));
        assert_eq!(median(&[3.0, 1.0, 9.0]), Some(3.0));
        assert_eq!(median(&[]), None);
    }
}
