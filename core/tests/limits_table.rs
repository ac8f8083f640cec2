//! The table of limits in `docs/guide.md` says what the code does.

mod support;

use std::fs;

use eventstore::Limits;
use support::project;

/// A number as the table writes it: `64 KiB`, `50 million`, `100,000`.
fn number(text: &str) -> u64 {
    let (digits, unit) = text.split_once(' ').unwrap_or((text, ""));
    let digits: u64 = digits.replace(',', "").parse().unwrap();
    digits
        * match unit {
            "" => 1,
            "KiB" => 1 << 10,
            "MiB" => 1 << 20,
            "GiB" => 1 << 30,
            "TiB" => 1 << 40,
            "million" => 1_000_000,
            other => panic!("an unknown unit: {other}"),
        }
}

/// The value of a number in the code: `64 << 10`, `4_096`.
fn value(text: &str) -> u64 {
    let digits = |text: &str| text.trim().replace('_', "").parse::<u64>().unwrap();
    match text.split_once("<<") {
        Some((base, shift)) => digits(base) << digits(shift),
        None => digits(text),
    }
}

/// The value of `const NAME: type = value;`, or of the field `name: value,`, in a file.
fn in_code(file: &str, name: &str) -> u64 {
    let code = fs::read_to_string(project().join(file)).unwrap();
    let line = code.lines().find_map(|line| {
        let (named, value) = match line.split_once(" = ") {
            Some((declared, value)) => (declared.split(':').next()?, value.strip_suffix(';')?),
            None => {
                let (field, value) = line.split_once(": ")?;
                (field, value.strip_suffix(',')?)
            }
        };
        let is_number = value.starts_with(|c: char| c.is_ascii_digit());
        (named.split(' ').next_back()? == name && is_number).then(|| value.to_owned())
    });
    value(&line.unwrap_or_else(|| panic!("{file} has no {name}")))
}

#[test]
fn each_limit_of_the_table_is_that_of_the_code() {
    let guide = fs::read_to_string(project().join("docs/guide.md")).unwrap();
    let table = guide.split("\n## Limits\n").nth(1).unwrap();
    let table = table.split("\n## ").next().unwrap();
    let limits = Limits::default();
    let of_limits = [
        ("page_bytes", limits.page_bytes),
        ("page_items", limits.page_items as u64),
        ("path_bytes", limits.path_bytes as u64),
        ("entries", limits.entries),
        ("total_bytes", limits.total_bytes),
        ("depth", limits.depth as u64),
        ("commit_bytes", limits.commit_bytes),
    ];
    let (mut rows, mut fields) = (0, 0);
    for row in table.lines().filter(|line| line.starts_with("| ")).skip(2) {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let [what, default, set_by, _, _, code] = cells[..] else {
            panic!("a row of other cells: {row}");
        };
        let expected = match code.trim_matches('`').split_once(": ") {
            Some((file, name)) => in_code(file, name),
            None => {
                fields += 1;
                let field = set_by.trim_matches('`');
                of_limits.iter().find(|(name, _)| *name == field).unwrap().1
            }
        };
        assert_eq!(number(default), expected, "{what}");
        rows += 1;
    }
    eprintln!("{rows} limits, {fields} of them fields of Limits");
    assert_eq!(fields, of_limits.len());
    assert!(rows > 20);
}
