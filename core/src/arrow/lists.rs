//! Columns of lists: the items of all rows, and where each row's items end.

use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::{ArrayRef, ListArray, StructArray};
use arrow_buffer::OffsetBufferBuilder;
use arrow_schema::{ArrowError, DataType, Fields};

use super::column::item;

/// A list of texts for each row.
pub(super) struct TextListColumn {
    items: StringBuilder,
    ends: ListEnds,
}

impl TextListColumn {
    pub fn new() -> Self {
        Self {
            items: StringBuilder::with_capacity(0, 0),
            ends: ListEnds::new(),
        }
    }

    /// Appends the list of the next row.
    pub fn push<'t>(&mut self, texts: impl Iterator<Item = &'t str>) {
        let mut count = 0;
        for text in texts {
            self.items.append_value(text);
            count += 1;
        }
        self.ends.0.push_length(count);
    }

    /// Bytes of the texts.
    pub fn bytes(&self) -> usize {
        self.items.values_slice().len()
    }

    pub fn finish(mut self) -> Result<ArrayRef, ArrowError> {
        let items: ArrayRef = Arc::new(self.items.finish());
        self.ends.list(DataType::Utf8, items)
    }
}

/// Where the list of each row ends, for items whose columns are built elsewhere.
pub(super) struct ListEnds(OffsetBufferBuilder<i32>);

impl ListEnds {
    pub fn new() -> Self {
        Self(OffsetBufferBuilder::new(0))
    }

    /// Appends the number of items of the next row.
    pub fn push(&mut self, count: usize) {
        self.0.push_length(count);
    }

    /// The lists of records that have these columns.
    pub fn records(self, fields: Fields, columns: Vec<ArrayRef>) -> Result<ArrayRef, ArrowError> {
        let records = StructArray::try_new(fields.clone(), columns, None)?;
        self.list(DataType::Struct(fields), Arc::new(records))
    }

    fn list(self, items: DataType, values: ArrayRef) -> Result<ArrayRef, ArrowError> {
        let lists = ListArray::try_new(item(items), self.0.finish(), values, None)?;
        Ok(Arc::new(lists))
    }
}
