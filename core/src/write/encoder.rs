//! Record batches → bytes of a format.

use std::io::{self, Write};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

#[cfg(feature = "parquet")]
use super::columnar::{ArrowFile, Parquet};
use super::delimited::Delimited;
use super::format::TableFormat;
use super::ndjson::Ndjson;
use crate::error::{Error, Result};

/// A file under way.
pub(super) enum Encoder<W: Write + Send> {
    Delimited(Delimited<W>),
    Ndjson(Ndjson<W>),
    #[cfg(feature = "parquet")]
    Parquet(Box<Parquet<W>>),
    #[cfg(feature = "parquet")]
    Arrow(Box<ArrowFile<W>>),
}

/// Whether a format can be written by what was built.
pub(super) fn check_built(format: TableFormat) -> Result<()> {
    match format {
        TableFormat::Parquet | TableFormat::Arrow if !cfg!(feature = "parquet") => {
            Err(Error::InvalidArgument {
                what: "path",
                message: format!(
                    ".{format} is written with the feature `parquet`, which this program is built without"
                ),
            })
        }
        _ => Ok(()),
    }
}

impl<W: Write + Send> Encoder<W> {
    /// Writes what stands before the first row.
    pub fn begin(
        format: TableFormat,
        output: W,
        schema: &SchemaRef,
        is_raw: bool,
    ) -> io::Result<Self> {
        Ok(match format {
            TableFormat::Csv => Self::Delimited(Delimited::begin(output, b',', is_raw, schema)?),
            TableFormat::Tsv => Self::Delimited(Delimited::begin(output, b'\t', is_raw, schema)?),
            TableFormat::Ndjson => Self::Ndjson(Ndjson::begin(output)),
            #[cfg(feature = "parquet")]
            TableFormat::Parquet => {
                Self::Parquet(Box::new(Parquet::begin(output, schema.clone())?))
            }
            #[cfg(feature = "parquet")]
            TableFormat::Arrow => Self::Arrow(Box::new(ArrowFile::begin(output, schema)?)),
            #[cfg(not(feature = "parquet"))]
            _ => return Err(io::ErrorKind::Unsupported.into()),
        })
    }

    pub fn write(&mut self, batch: &RecordBatch) -> io::Result<()> {
        match self {
            Self::Delimited(rows) => rows.write(batch),
            Self::Ndjson(lines) => lines.write(batch),
            #[cfg(feature = "parquet")]
            Self::Parquet(file) => file.write(batch),
            #[cfg(feature = "parquet")]
            Self::Arrow(file) => file.write(batch),
        }
    }

    /// Writes what stands behind the last row.
    pub fn finish(self) -> io::Result<W> {
        match self {
            Self::Delimited(rows) => rows.finish(),
            Self::Ndjson(lines) => Ok(lines.finish()),
            #[cfg(feature = "parquet")]
            Self::Parquet(file) => file.finish(),
            #[cfg(feature = "parquet")]
            Self::Arrow(file) => file.finish(),
        }
    }
}
