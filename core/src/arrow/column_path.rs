//! What a stream has for a column: a column of events, a field of the records in one, or a key of `meta`.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

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

    /// What this path names in an array of its column.
    pub fn of(&self, array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
        Ok(match &self.part {
            ColumnPart::Whole => array.clone(),
            ColumnPart::Field(at) => {
                let lists = array.as_list::<i32>();
                let values = lists.values().as_struct().column(*at).clone();
                let item = item(values.data_type().clone());
                let lists = ListArray::try_new(item, lists.offsets().clone(), values, None)?;
                Arc::new(lists)
            }
            ColumnPart::Key(key) => Arc::new(values_of(array.as_string(), key)?),
        })
    }
}

/// The value of a key in each `meta`, which is JSON: a text as it is written, a list or a map as JSON.
fn values_of(metas: &StringArray, key: &str) -> Result<StringArray, ArrowError> {
    let value = |meta: Option<&str>| {
        let Some(meta) = meta else { return Ok(None) };
        let meta: Meta = serde_json::from_str(meta)
            .map_err(|error| ArrowError::ExternalError(Box::new(error)))?;
        Ok(match meta.get(key) {
            None | Some(MetaValue::Null) => None,
            Some(MetaValue::Text(text)) => Some(text.clone()),
            Some(value) => Some(value.to_string()),
        })
    };
    metas.iter().map(value).collect()
}
