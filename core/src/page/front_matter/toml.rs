//! TOML.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::super::lines::{Fail, Step};
use super::tree::{Map, Scalar, TreeBuilder, check_length, into_map};

/// Reads a block that lies at an offset of its page.
pub(super) fn parse(content: &str, at: usize) -> Step<Map> {
    check_length(content, at)?;
    let table = DeTable::parse(content).map_err(|error| Fail {
        kind: "front_matter",
        offset: at + error.span().map_or(0, |span| span.start),
        message: format!("the front matter cannot be read: {}", error.message()),
    })?;
    let mut reader = TomlReader {
        content,
        at,
        tree: TreeBuilder::new(),
    };
    reader.table(table.get_ref(), at)?;
    into_map(reader.tree.finish(), at)
}

struct TomlReader<'t> {
    content: &'t str,
    at: usize,
    tree: TreeBuilder,
}

impl TomlReader<'_> {
    /// The keys of a table, in the order of the page: the parser gives them in order of their text.
    fn table(&mut self, table: &DeTable<'_>, offset: usize) -> Step<()> {
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        self.tree.begin_map(offset)?;
        for (key, value) in entries {
            self.tree.scalar(Scalar {
                text: key.get_ref().clone().into_owned(),
                offset: self.at + key.span().start,
                quoted: true,
            })?;
            self.value(value)?;
        }
        self.tree.end(false);
        Ok(())
    }

    /// A value. What is no string stays as it is written. The parser bounds how deep values nest.
    fn value(&mut self, value: &Spanned<DeValue<'_>>) -> Step<()> {
        let span = value.span();
        let offset = self.at + span.start;
        match value.get_ref() {
            DeValue::Table(table) => self.table(table, offset),
            DeValue::Array(items) => {
                self.tree.begin_list(offset)?;
                for item in items {
                    self.value(item)?;
                }
                self.tree.end(false);
                Ok(())
            }
            DeValue::String(text) => self.tree.scalar(Scalar {
                text: text.clone().into_owned(),
                offset,
                quoted: true,
            }),
            _ => self.tree.scalar(Scalar {
                text: self.content.get(span).unwrap_or_default().to_owned(),
                offset,
                quoted: false,
            }),
        }
    }
}
