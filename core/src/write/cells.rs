//! The values of a column as text: as JSON, and bare.

use std::io::{self, Write};

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int16Type, Int64Type, Time64MicrosecondType};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Float64Array, Int16Array, Int64Array, ListArray,
    StringArray, StructArray, Time64MicrosecondArray,
};
use arrow_schema::{DataType, TimeUnit};

use crate::event::Date;

/// The values of a column, by its type.
pub(super) enum Cells<'a> {
    Text(&'a StringArray),
    /// Texts that are JSON themselves.
    Json(&'a StringArray),
    Date(&'a Date32Array),
    Time(&'a Time64MicrosecondArray),
    Bool(&'a BooleanArray),
    Short(&'a Int16Array),
    Long(&'a Int64Array),
    Float(&'a Float64Array),
    List(&'a ListArray, Box<Self>),
    /// With each field's name as JSON.
    Record(&'a StructArray, Vec<(Vec<u8>, Self)>),
}

impl<'a> Cells<'a> {
    /// # Errors
    /// A type that no column of an answer has.
    pub fn of(array: &'a ArrayRef) -> io::Result<Self> {
        Ok(match array.data_type() {
            DataType::Utf8 => Self::Text(array.as_string()),
            DataType::Date32 => Self::Date(array.as_primitive::<Date32Type>()),
            DataType::Time64(TimeUnit::Microsecond) => {
                Self::Time(array.as_primitive::<Time64MicrosecondType>())
            }
            DataType::Boolean => Self::Bool(array.as_boolean()),
            DataType::Int16 => Self::Short(array.as_primitive::<Int16Type>()),
            DataType::Int64 => Self::Long(array.as_primitive::<Int64Type>()),
            DataType::Float64 => Self::Float(array.as_primitive::<Float64Type>()),
            DataType::List(_) => {
                let lists = array.as_list::<i32>();
                Self::List(lists, Box::new(Self::of(lists.values())?))
            }
            DataType::Struct(fields) => {
                let records = array.as_struct();
                let named = fields.iter().zip(records.columns());
                let named = named.map(|(field, column)| {
                    Ok((serde_json::to_vec(field.name())?, Self::of(column)?))
                });
                Self::Record(records, named.collect::<io::Result<_>>()?)
            }
            other => return Err(io::Error::other(format!("a column of type {other}"))),
        })
    }

    pub fn is_null(&self, row: usize) -> bool {
        match self {
            Self::Text(array) | Self::Json(array) => array.is_null(row),
            Self::Date(array) => array.is_null(row),
            Self::Time(array) => array.is_null(row),
            Self::Bool(array) => array.is_null(row),
            Self::Short(array) => array.is_null(row),
            Self::Long(array) => array.is_null(row),
            Self::Float(array) => array.is_null(row),
            Self::List(array, _) => array.is_null(row),
            Self::Record(array, _) => array.is_null(row),
        }
    }

    /// Appends a value as JSON.
    pub fn write_json(&self, row: usize, out: &mut Vec<u8>) -> io::Result<()> {
        if self.is_null(row) {
            out.extend_from_slice(b"null");
            return Ok(());
        }
        match self {
            Self::Text(array) => serde_json::to_writer(out, array.value(row))?,
            Self::Json(array) => out.extend_from_slice(array.value(row).as_bytes()),
            Self::Date(_) | Self::Time(_) => {
                out.push(b'"');
                self.write_bare(row, out)?;
                out.push(b'"');
            }
            Self::Bool(_) | Self::Short(_) | Self::Long(_) => self.write_bare(row, out)?,
            Self::Float(array) => serde_json::to_writer(out, &array.value(row))?,
            Self::List(array, items) => {
                let ends = array.value_offsets();
                out.push(b'[');
                for item in ends[row]..ends[row + 1] {
                    if item > ends[row] {
                        out.push(b',');
                    }
                    items.write_json(item as usize, out)?;
                }
                out.push(b']');
            }
            Self::Record(_, fields) => {
                out.push(b'{');
                for (at, (name, values)) in fields.iter().enumerate() {
                    if at > 0 {
                        out.push(b',');
                    }
                    out.extend_from_slice(name);
                    out.push(b':');
                    values.write_json(row, out)?;
                }
                out.push(b'}');
            }
        }
        Ok(())
    }

    /// Appends a value for people: nothing where none is there, a list of texts with `; ` between them.
    pub fn write_shown(&self, row: usize, out: &mut Vec<u8>) -> io::Result<()> {
        if self.is_null(row) {
            return Ok(());
        }
        let Self::List(array, items) = self else {
            return self.write_bare(row, out);
        };
        let Self::Text(texts) = &**items else {
            return self.write_bare(row, out);
        };
        let ends = array.value_offsets();
        let items = (ends[row]..ends[row + 1]).map(|item| item as usize);
        for (at, item) in items.filter(|&item| texts.is_valid(item)).enumerate() {
            if at > 0 {
                out.extend_from_slice(b"; ");
            }
            out.extend_from_slice(texts.value(item).as_bytes());
        }
        Ok(())
    }

    /// Appends a value that is there: a text as it is, a list or a record as JSON.
    pub fn write_bare(&self, row: usize, out: &mut Vec<u8>) -> io::Result<()> {
        match self {
            Self::Text(array) | Self::Json(array) => {
                out.extend_from_slice(array.value(row).as_bytes())
            }
            Self::Date(array) => write!(out, "{}", Date::from_unix_days(array.value(row)))?,
            Self::Time(array) => write_time(array.value(row), out)?,
            Self::Bool(array) => write!(out, "{}", array.value(row))?,
            Self::Short(array) => write!(out, "{}", array.value(row))?,
            Self::Long(array) => write!(out, "{}", array.value(row))?,
            Self::Float(_) | Self::List(..) | Self::Record(..) => self.write_json(row, out)?,
        }
        Ok(())
    }
}

/// Seconds always stand, since readers guess the type from the first rows.
fn write_time(micros: i64, out: &mut Vec<u8>) -> io::Result<()> {
    let (seconds, micros) = (micros / 1_000_000, micros % 1_000_000);
    let (hour, minute) = (seconds / 3600, seconds / 60 % 60);
    write!(out, "{hour:02}:{minute:02}:{:02}", seconds % 60)?;
    match micros {
        0 => Ok(()),
        _ => write!(out, ".{:03}", micros / 1000),
    }
}
