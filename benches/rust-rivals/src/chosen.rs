//! What the questions are about: tags, a year, a month and events, as `measures.py choose` finds them in a store.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::Result;

/// Parameters of the questions.
pub struct Chosen {
    /// The twelve commonest tags.
    pub tags: Vec<String>,
    /// The year with most events.
    pub year: u32,
    /// The year that begins the range of the newest.
    pub since: u32,
    /// The busiest month of that year, `201703`.
    pub month: u32,
    /// Events spread evenly over the store.
    pub ids: Vec<String>,
}

#[derive(Deserialize)]
struct File {
    names: BTreeMap<String, String>,
    ids: Vec<String>,
}

impl Chosen {
    /// Reads the file.
    pub fn read(path: &Path) -> Result<Self> {
        let at = |what: &dyn std::fmt::Display| format!("{}: {what}", path.display());
        let text = std::fs::read_to_string(path).map_err(|error| at(&error))?;
        let file: File = serde_json::from_str(&text).map_err(|error| at(&error))?;
        let name = |name: &str| {
            file.names
                .get(name)
                .ok_or_else(|| at(&format!("no {name}")))
        };
        let number = |text: &str| text.parse::<u32>().map_err(|error| at(&error));
        let tags = (0..12).map(|place| name(&format!("tag{place}")).map(|tag| bare(tag)));
        let (year, month) = name("month")?
            .split_once('-')
            .ok_or_else(|| at(&"the month is no month"))?;
        Ok(Self {
            tags: tags.collect::<Result<_, _>>()?,
            year: number(name("year")?)?,
            since: number(name("since")?)?,
            month: number(year)? * 100 + number(month)?,
            ids: file.ids,
        })
    }
}

/// The value that a query quotes.
fn bare(quoted: &str) -> String {
    let inner = quoted
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    let mut value = String::new();
    let mut escaped = false;
    for character in inner.unwrap_or(quoted).chars() {
        if character == '\\' && !escaped {
            escaped = true;
        } else {
            escaped = false;
            value.push(character);
        }
    }
    value
}

/// The value as a query quotes it.
pub fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::{bare, quoted};

    #[test]
    fn a_quoted_value_comes_back() {
        for value in ["Syria", "Reston, Virginia", r#"a "b" \c\\"#, "大桥", ""] {
            assert_eq!(bare(&quoted(value)), value);
        }
    }
}
