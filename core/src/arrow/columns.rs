//! The columns of a stream: which are named, and which have to be read for them.

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_schema::{ArrowError, Field, Schema, SchemaRef};

use super::column::Column;
use super::column_path::{ColumnPath, arrays_of};
use crate::error::{Error, Result};

/// The name that stands for every column.
const EVERY: &str = "*";

/// The columns of a stream, each once.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    /// Those that are read.
    pub wanted: Vec<Column>,
    /// What the stream has, in its order.
    paths: Vec<ColumnPath>,
    pub schema: SchemaRef,
}

impl Columns {
    /// Checks that there is a column, and none twice.
    pub fn new(paths: impl IntoIterator<Item = impl Into<ColumnPath>>) -> Result<Self> {
        let invalid = |message: String| {
            Err(Error::InvalidArgument {
                what: "columns",
                message,
            })
        };
        let paths: Vec<ColumnPath> = paths.into_iter().map(Into::into).collect();
        if paths.is_empty() {
            return invalid("no column is named; name one, or * for all".into());
        }
        let mut wanted = Vec::new();
        for (i, path) in paths.iter().enumerate() {
            if paths[..i].contains(path) {
                return invalid(format!("column {path} is named twice"));
            }
            if !wanted.contains(&path.column) {
                wanted.push(path.column);
            }
        }
        let fields: Vec<Field> = paths.iter().map(ColumnPath::field).collect();
        Ok(Self {
            wanted,
            paths,
            schema: Arc::new(Schema::new(fields)),
        })
    }

    /// Reads names and paths, several of them between commas. `*` stands for every column, also `meta` and
    /// `body`.
    pub fn named(names: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self> {
        let mut paths: Vec<ColumnPath> = Vec::new();
        for name in names {
            for name in name.as_ref().split(',').map(str::trim) {
                match name {
                    EVERY => paths.extend(Column::ALL.map(ColumnPath::from)),
                    name => paths.push(name.parse()?),
                }
            }
        }
        Self::new(paths)
    }

    /// The arrays of the stream from those that were read, by their column.
    pub fn arrays(&self, read: &[(Column, ArrayRef)]) -> Result<Vec<ArrayRef>, ArrowError> {
        arrays_of(&self.paths, read)
    }
}

impl Column {
    /// The schema of record batches that have these columns.
    ///
    /// # Examples
    /// ```
    /// use eventstore::Column;
    /// let schema = Column::schema(&[Column::Id, Column::Tags])?;
    /// assert_eq!(schema.field(1).name(), "tags");
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if no column is named, or one twice.
    pub fn schema(columns: &[Self]) -> Result<SchemaRef> {
        Ok(Columns::new(columns.iter().copied())?.schema)
    }
}
