//! Record batches → bytes of a format.

use std::io::{self, Write};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

#[cfg(feature = "parquet")]
use super::columnar::{ArrowFile, Parquet};
use super::delimited::Delimited;
use super::format::TableFormat;
use super::objects::Objects;
use crate::error::{Error, Result};

/// A file or stream under way.
pub(super) enum Encoder<W: Write + Send> {
    Delimited(Delimited<W>),
    Objects(Objects<W>),
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
            TableFormat::Json => Self::Objects(Objects::array(output)),
            TableFormat::Ndjson => Self::Objects(Objects::lines(output)),
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
            Self::Objects(objects) => objects.write(batch),
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
            Self::Objects(objects) => objects.finish(),
            #[cfg(feature = "parquet")]
            Self::Parquet(file) => file.finish(),
            #[cfg(feature = "parquet")]
            Self::Arrow(file) => file.finish(),
        }
    }
}
