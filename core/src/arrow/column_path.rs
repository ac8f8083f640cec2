//! What a stream has for a column: a column of events, or a field of the records in one.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, ListArray};
use arrow_schema::{ArrowError, DataType, Field, Fields};

use super::column::{Column, item};
use crate::event::{ParseError, closest};

/// A column of events, or a field of the records in one: `sources.domain`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ColumnPath {
    pub column: Column,
    /// Which field of the records.
    field: Option<usize>,
}

impl From<Column> for ColumnPath {
    fn from(column: Column) -> Self {
        Self {
            column,
            field: None,
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
        let fields = column.record_fields();
        if fields.is_empty() {
            let message = format!("{text:?} is no column: {column} has no fields; write {column}");
            return unknown(message, None);
        }
        let names = || fields.iter().map(|field| field.name().as_str());
        match names().position(|name| name == field) {
            Some(at) => Ok(Self {
                column,
                field: Some(at),
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
        match self.record_field() {
            Some(field) => write!(f, ".{}", field.name()),
            None => Ok(()),
        }
    }
}

impl ColumnPath {
    fn record_field(&self) -> Option<Arc<Field>> {
        let fields: Fields = self.column.record_fields();
        self.field.and_then(|at| fields.get(at).cloned())
    }

    /// The field of the schema.
    pub fn field(&self) -> Field {
        match self.record_field() {
            Some(field) => {
                let lists = DataType::List(item(field.data_type().clone()));
                Field::new(self.to_string(), lists, false)
            }
            None => self.column.field(),
        }
    }

    /// What this path names in an array of its column.
    pub fn of(&self, array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
        let Some(at) = self.field else {
            return Ok(array.clone());
        };
        let lists = array.as_list::<i32>();
        let values = lists.values().as_struct().column(at).clone();
        let item = item(values.data_type().clone());
        let lists = ListArray::try_new(item, lists.offsets().clone(), values, None)?;
        Ok(Arc::new(lists))
    }
}
