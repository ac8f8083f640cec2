//! What a stream has for a column: a column of events, a field of the records in one, or a key of `meta`.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, ListArray, StringArray};
use arrow_schema::{ArrowError, DataType, Field};

use super::column::{Column, item};
use crate::event::{Meta, MetaValue, ParseError, closest};

/// A column of events, a field of the records in one (`sources.domain`), or a key of `meta` (`meta.series`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ColumnPath {
    pub column: Column,
    part: ColumnPart,
}

/// What a stream has of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
enum ColumnPart {
    Whole,
    /// Which field of the records.
    Field(usize),
    /// A key of `meta`.
    Key(String),
}

impl From<Column> for ColumnPath {
    fn from(column: Column) -> Self {
        Self {
            column,
            part: ColumnPart::Whole,
        }
    }
}

impl FromStr for ColumnPath {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let Some((name, field)) = text.split_once('.') else {
            return Ok(Column::from_str(text)?.into());
        };
        let column = Column::from_str(name).map_err(|error| ParseError {
            text: text.to_owned(),
            ..error
        })?;
        let unknown = |message: String, hint| {
            let place = name.len() + 1;
            Err(ParseError::new(text, place, message, hint))
        };
        if column == Column::Meta {
            return match field {
                "" => unknown(
                    format!("{text:?} names no key; write meta.KEY, or meta for all"),
                    None,
                ),
                key => Ok(Self {
                    column,
                    part: ColumnPart::Key(key.to_owned()),
                }),
            };
        }
        let fields = column.record_fields();
        if fields.is_empty() {
            let message = format!("{text:?} is no column: {column} has no fields; write {column}");
            return unknown(message, None);
        }
        let names = || fields.iter().map(|field| field.name().as_str());
        match names().position(|name| name == field) {
            Some(at) => Ok(Self {
                column,
                part: ColumnPart::Field(at),
            }),
            None => {
                let paths: Vec<_> = names().map(|name| format!("{column}.{name}")).collect();
                let hint = closest(field, names());
                let hint = hint.map(|near| format!("did you mean {column}.{near}?"));
                let paths = paths.join(", ");
                unknown(format!("{text:?} is no column; there are {paths}"), hint)
            }
        }
    }
}

impl fmt::Display for ColumnPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.column.as_str())?;
        match &self.part {
            ColumnPart::Whole => Ok(()),
            ColumnPart::Field(at) => write!(f, ".{}", self.column.record_fields()[*at].name()),
            ColumnPart::Key(key) => write!(f, ".{key}"),
        }
    }
}

impl ColumnPath {
    /// The field of the schema.
    pub fn field(&self) -> Field {
        match &self.part {
            ColumnPart::Whole => self.column.field(),
            ColumnPart::Field(at) => {
                let values = self.column.record_fields()[*at].data_type().clone();
                Field::new(self.to_string(), DataType::List(item(values)), false)
            }
            ColumnPart::Key(_) => Field::new(self.to_string(), DataType::Utf8, true),
        }
    }

    fn key(&self) -> Option<&str> {
        match &self.part {
            ColumnPart::Key(key) => Some(key),
            ColumnPart::Whole | ColumnPart::Field(_) => None,
        }
    }
}

/// What paths name in the arrays of their columns.
pub(super) fn arrays_of(
    paths: &[ColumnPath],
    columns: &[(Column, ArrayRef)],
) -> Result<Vec<ArrayRef>, ArrowError> {
    let array_of = |wanted: Column| columns.iter().find(|(column, _)| *column == wanted);
    let keys: Vec<&str> = paths.iter().filter_map(ColumnPath::key).collect();
    let mut values = match array_of(Column::Meta) {
        Some((_, metas)) if !keys.is_empty() => values_of_keys(metas.as_string(), &keys)?,
        _ => Vec::new(),
    }
    .into_iter();
    let of_path = |path: &ColumnPath| {
        let (_, array) = array_of(path.column)?;
        match path.part {
            ColumnPart::Whole => Some(Ok(array.clone())),
            ColumnPart::Field(at) => Some(field_of_records(array.as_list(), at)),
            ColumnPart::Key(_) => values.next().map(Ok),
        }
    };
    paths.iter().filter_map(of_path).collect()
}

/// A field of the records in each list, as a list.
fn field_of_records(lists: &ListArray, at: usize) -> Result<ArrayRef, ArrowError> {
    let values = lists.values().as_struct().column(at).clone();
    let item = item(values.data_type().clone());
    let lists = ListArray::try_new(item, lists.offsets().clone(), values, None)?;
    Ok(Arc::new(lists))
}

/// The value of some keys in each `meta`, which is JSON and read once: a text as it is written, a list or a map as
/// JSON. A column for each key.
fn values_of_keys(metas: &StringArray, keys: &[&str]) -> Result<Vec<ArrayRef>, ArrowError> {
    let mut columns: Vec<StringBuilder> = keys.iter().map(|_| StringBuilder::new()).collect();
    for meta in metas {
        let meta: Option<Meta> = meta
            .map(serde_json::from_str)
            .transpose()
            .map_err(|error| ArrowError::ExternalError(Box::new(error)))?;
        for (key, column) in keys.iter().zip(&mut columns) {
            match meta.as_ref().and_then(|meta| meta.get(key)) {
                None | Some(MetaValue::Null) => column.append_null(),
                Some(MetaValue::Text(text)) => column.append_value(text),
                Some(value) => column.append_value(value.to_string()),
            }
        }
    }
    let arrays = columns.into_iter();
    let arrays = arrays.map(|mut column| Arc::new(column.finish()) as ArrayRef);
    Ok(arrays.collect())
}
