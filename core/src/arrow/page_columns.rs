//! The columns of pages that are read without a store.

use std::sync::Arc;

use arrow_schema::{DataType, Field, Fields, Schema, SchemaRef};

use super::column::{Column, item};
use crate::error::{Error, Result};
use crate::event::closest;

/// A column of pages: one of an event, or one beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PageColumn {
    Event(Column),
    /// By its place in [`BESIDE`].
    Beside(usize),
}

/// The columns beside those of events, in their order. The last one has the page's bytes.
const BESIDE: [&str; 18] = [
    "page_kind",
    "archive",
    "path",
    "folders",
    "position",
    "stored_path",
    "hash",
    "error",
    "error_kind",
    "page_format",
    "is_usual_path",
    "listing_day",
    "tag_forms",
    "links",
    "choice",
    "names",
    "page_links",
    "page",
];

/// Columns that events have and pages alone do not: what follows from all pages.
const DERIVED: [Column; 1] = [Column::Superseded];

/// The columns of a stream of pages.
#[derive(Debug, Clone)]
pub(super) struct PageColumns {
    pub columns: Vec<PageColumn>,
    pub schema: SchemaRef,
}

impl PageColumns {
    /// The named ones, or all but `page` where none is named.
    pub fn named(names: &[String]) -> Result<Self> {
        let all: Vec<PageColumn> = Column::ALL
            .into_iter()
            .filter(|column| !DERIVED.contains(column))
            .map(PageColumn::Event)
            .chain((0..BESIDE.len()).map(PageColumn::Beside))
            .collect();
        let mut columns = Vec::new();
        if names.is_empty() {
            columns.extend_from_slice(&all[..all.len() - 1]);
        }
        for name in names {
            let found = all.iter().find(|column| column.name() == name);
            let Some(&column) = found else {
                let known = all.iter().map(PageColumn::name);
                let hint = closest(name, known).map(|near| format!("; did you mean {near}?"));
                return Err(invalid(format!(
                    "{name:?} is no column of pages{}",
                    hint.unwrap_or_default()
                )));
            };
            if columns.contains(&column) {
                return Err(invalid(format!("column {name} is named twice")));
            }
            columns.push(column);
        }
        let fields: Vec<Field> = columns.iter().map(PageColumn::field).collect();
        Ok(Self {
            columns,
            schema: Arc::new(Schema::new(fields)),
        })
    }

    /// Whether the stream has a column.
    pub fn has(&self, name: &str) -> bool {
        self.columns.iter().any(|column| column.name() == name)
    }
}

fn invalid(message: String) -> Error {
    Error::InvalidArgument {
        what: "columns",
        message,
    }
}

impl PageColumn {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Event(column) => column.as_str(),
            Self::Beside(at) => BESIDE[*at],
        }
    }

    /// Every column may be null: rows are no events alone.
    fn field(&self) -> Field {
        let data_type = match self {
            Self::Event(column) => column.field().data_type().clone(),
            Self::Beside(_) => match self.name() {
                "position" | "hash" => DataType::Int64,
                "is_usual_path" => DataType::Boolean,
                "listing_day" => DataType::Date32,
                "tag_forms" => list(tag_form()),
                "links" => list(link()),
                "names" => list(page_name()),
                "page_links" => list(page_link()),
                "page" => DataType::Binary,
                _ => DataType::Utf8,
            },
        };
        Field::new(self.name(), data_type, true)
    }
}

fn list(fields: Fields) -> DataType {
    DataType::List(item(DataType::Struct(fields)))
}

fn texts(names: &[&str]) -> Vec<Field> {
    let text = |&name: &&str| Field::new(name, DataType::Utf8, true);
    names.iter().map(text).collect()
}

/// A tag: the form by which it is one with other spellings, and this spelling.
pub(super) fn tag_form() -> Fields {
    texts(&["form", "tag"]).into()
}

/// A link of a page of the Context: its target, and the tags beside it.
pub(super) fn link() -> Fields {
    let mut fields = texts(&["id"]);
    fields.push(Field::new("tags", list(tag_form()), true));
    fields.into()
}

/// What a Markdown page can be called: the last part of the name, by which it is found, and all of it.
pub(super) fn page_name() -> Fields {
    texts(&["kind", "last", "name"]).into()
}

/// A link of a Markdown page: its text, and what it may call its target, the best first.
pub(super) fn page_link() -> Fields {
    let mut fields = texts(&["title"]);
    fields.push(Field::new("keys", list(page_name()), true));
    fields.into()
}
