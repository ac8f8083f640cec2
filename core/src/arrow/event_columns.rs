//! Record batches → events: what a program gives back of what a selection gave it, or has made itself.

use std::str::FromStr;

use arrow_array::cast::AsArray;
use arrow_array::types::{ArrowPrimitiveType, Date32Type, Int16Type, Time64MicrosecondType};
use arrow_array::{Array, ArrayRef, RecordBatch, StructArray};
use arrow_schema::Schema;

use super::column::Column;
use crate::error::{Error, Result};
use crate::event::{Change, Date, Event, EventId, Related, Source, Time};

/// The columns of a stream of events.
#[derive(Debug, Clone)]
pub(super) struct EventColumns {
    /// Which columns there are, in the order of the stream.
    named: Vec<Column>,
}

fn invalid(message: String) -> Error {
    Error::InvalidArgument {
        what: "columns",
        message,
    }
}

impl EventColumns {
    /// # Errors
    /// A name that no column has, one that stands twice, no `id`.
    pub fn of(schema: &Schema) -> Result<Self> {
        let mut named = Vec::new();
        for field in schema.fields() {
            let column = Column::from_str(field.name())?;
            if named.contains(&column) {
                return Err(invalid(format!("column {column} is there twice")));
            }
            named.push(column);
        }
        match named.contains(&Column::Id) {
            true => Ok(Self { named }),
            false => Err(invalid(
                "the stream has no column id, so that nothing says which events it has".to_owned(),
            )),
        }
    }

    /// Whether the stream has a column.
    pub fn has(&self, column: Column) -> bool {
        self.named.contains(&column)
    }

    /// The columns that the stream does not have.
    pub fn missing(&self) -> impl Iterator<Item = Column> {
        Column::ALL.into_iter().filter(|column| !self.has(*column))
    }

    /// The events of a batch; what no column has is as `Event::new` makes it.
    pub fn read(&self, batch: &RecordBatch) -> Result<Vec<Event>> {
        let ids = self.named.iter().position(|&column| column == Column::Id);
        let ids = batch.column(ids.unwrap_or_default());
        (0..batch.num_rows())
            .map(|row| {
                let id = text(Column::Id, ids, row)?;
                let id = id.ok_or_else(|| invalid(format!("row {row} of a batch has no id")))?;
                let mut event = Event::new(id.parse()?, None, "");
                for (&column, array) in self.named.iter().zip(batch.columns()) {
                    set(&mut event, column, array, row)?;
                }
                Ok(event)
            })
            .collect()
    }
}

/// Takes over what a column has for an event.
fn set(event: &mut Event, column: Column, array: &ArrayRef, row: usize) -> Result<()> {
    let owned = || Ok::<_, Error>(text(column, array, row)?.map(str::to_owned));
    match column {
        Column::Id => {}
        Column::Date => {
            let days = number::<Date32Type>(column, array, row)?;
            event.date = days.map(|days| day(event, days)).transpose()?;
        }
        Column::Categories => event.categories = texts(column, array, row)?,
        Column::Title => event.title = owned()?.unwrap_or_default(),
        Column::Summary => event.summary = owned()?,
        Column::Tags => event.tags = texts(column, array, row)?,
        Column::Sources => {
            let records = RowRecords::of(column, array, row)?;
            event.sources = records.each(|at| {
                let mut source = Source::new(records.whole("name", at)?, records.whole("url", at)?);
                source.image = records.text("image", at)?;
                Ok(source)
            })?;
        }
        Column::Related => {
            let records = RowRecords::of(column, array, row)?;
            event.related = records.each(|at| {
                let id = records.whole("id", at)?.parse()?;
                let mut related = Related::new(id, records.whole("title", at)?);
                if let Some(tags) = records.column("tags") {
                    related.tags = texts(column, tags, at)?;
                }
                Ok(related)
            })?;
        }
        Column::CoverImage => event.cover_image = owned()?,
        Column::Changes => {
            let records = RowRecords::of(column, array, row)?;
            event.changes = records.each(|at| {
                let id: EventId = records.whole("id", at)?.parse()?;
                let kind = records.whole("kind", at)?.parse()?;
                let mut change = Change::new(id, records.whole("title", at)?, kind);
                change.at = records.text("at", at)?;
                Ok(change)
            })?;
        }
        Column::Authors => event.authors = texts(column, array, row)?,
        Column::Kind => {
            if let Some(kind) = text(column, array, row)? {
                event.kind = kind.parse()?;
            }
        }
        Column::Lang => {
            if let Some(lang) = text(column, array, row)? {
                event.lang = lang.parse()?;
            }
        }
        Column::Superseded => event.superseded = flag(column, array, row)?,
        Column::Draft => event.draft = flag(column, array, row)?,
        Column::Time => {
            let micros = number::<Time64MicrosecondType>(column, array, row)?;
            event.time = micros.map(|micros| time(event, micros)).transpose()?;
        }
        Column::Offset => event.offset = number::<Int16Type>(column, array, row)?,
        Column::Meta => {
            if let Some(json) = text(column, array, row)? {
                event.meta = serde_json::from_str(json).map_err(|error| {
                    let message = format!("{json:?} is no JSON object: {error}");
                    refused(event, column, message)
                })?;
            }
        }
        Column::Body => event.body = owned()?,
    }
    Ok(())
}

pub(super) fn refused(event: &Event, column: Column, message: String) -> Error {
    Error::InvalidEvent {
        id: event.id.clone(),
        field: column.as_str(),
        message,
    }
}

fn day(event: &Event, days: i32) -> Result<Date> {
    let date = Date::from_unix_days(days);
    match date.unix_days() == days {
        true => Ok(date),
        false => {
            let message = format!("{days} days from 1970 on is no day of the years 1 to 9999");
            Err(refused(event, Column::Date, message))
        }
    }
}

fn time(event: &Event, micros: i64) -> Result<Time> {
    if micros % 1_000 != 0 {
        let message = format!("{micros} microseconds: a time is kept to the millisecond; round it");
        return Err(refused(event, Column::Time, message));
    }
    let millis = u32::try_from(micros / 1_000).ok();
    millis.and_then(Time::from_millis).ok_or_else(|| {
        let message = format!("{micros} microseconds are no time of a day");
        refused(event, Column::Time, message)
    })
}

/// The error of a column of another type.
fn other_type(column: Column, array: &ArrayRef) -> Error {
    let (found, expected) = (array.data_type(), column.field());
    let expected = expected.data_type();
    invalid(format!(
        "column {column} is {found}, not {expected}; cast it"
    ))
}

fn text(column: Column, array: &ArrayRef, row: usize) -> Result<Option<&str>> {
    let texts = array.as_string_opt::<i32>();
    let texts = texts.ok_or_else(|| other_type(column, array))?;
    Ok(texts.is_valid(row).then(|| texts.value(row)))
}

fn number<T: ArrowPrimitiveType>(
    column: Column,
    array: &ArrayRef,
    row: usize,
) -> Result<Option<T::Native>> {
    let numbers = array.as_primitive_opt::<T>();
    let numbers = numbers.ok_or_else(|| other_type(column, array))?;
    Ok(numbers.is_valid(row).then(|| numbers.value(row)))
}

fn flag(column: Column, array: &ArrayRef, row: usize) -> Result<bool> {
    let flags = array.as_boolean_opt();
    let flags = flags.ok_or_else(|| other_type(column, array))?;
    Ok(flags.is_valid(row) && flags.value(row))
}

/// The items of a row's list; none where it is null.
fn items(column: Column, array: &ArrayRef, row: usize) -> Result<Option<ArrayRef>> {
    let lists = array.as_list_opt::<i32>();
    let lists = lists.ok_or_else(|| other_type(column, array))?;
    Ok(lists.is_valid(row).then(|| lists.value(row)))
}

fn texts(column: Column, array: &ArrayRef, row: usize) -> Result<Vec<String>> {
    let Some(items) = items(column, array, row)? else {
        return Ok(Vec::new());
    };
    let texts = (0..items.len()).map(|at| text(column, &items, at));
    let texts = texts.filter_map(|text| text.map(|text| text.map(str::to_owned)).transpose());
    texts.collect()
}

/// The records in a row's list.
struct RowRecords {
    column: Column,
    records: Option<StructArray>,
}

impl RowRecords {
    fn of(column: Column, array: &ArrayRef, row: usize) -> Result<Self> {
        let records = match items(column, array, row)? {
            Some(items) => match items.as_struct_opt() {
                Some(records) => Some(records.clone()),
                None => return Err(other_type(column, array)),
            },
            None => None,
        };
        Ok(Self { column, records })
    }

    fn each<T>(&self, read: impl FnMut(usize) -> Result<T>) -> Result<Vec<T>> {
        let count = self.records.as_ref().map_or(0, StructArray::len);
        (0..count).map(read).collect()
    }

    fn column(&self, field: &str) -> Option<&ArrayRef> {
        self.records.as_ref()?.column_by_name(field)
    }

    fn text(&self, field: &str, at: usize) -> Result<Option<String>> {
        let Some(array) = self.column(field) else {
            return Ok(None);
        };
        Ok(text(self.column, array, at)?.map(str::to_owned))
    }

    /// A text that no record lacks.
    fn whole(&self, field: &str, at: usize) -> Result<String> {
        let text = self.text(field, at)?;
        text.ok_or_else(|| {
            let column = self.column;
            invalid(format!("a record of column {column} has no {field}"))
        })
    }
}
