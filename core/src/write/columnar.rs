//! Parquet and Arrow files, by the reference implementation.

use std::io::{self, Write};

use arrow_array::RecordBatch;
use arrow_ipc::writer::FileWriter;
use arrow_schema::{ArrowError, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

/// Bytes of a row group that are kept in memory before it is written.
const ROW_GROUP_BYTES: usize = 16 << 20;

pub(super) struct Parquet<W: Write + Send>(ArrowWriter<W>);

impl<W: Write + Send> Parquet<W> {
    pub fn begin(output: W, schema: SchemaRef) -> io::Result<Self> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .build();
        let writer = ArrowWriter::try_new(output, schema, Some(properties));
        Ok(Self(writer.map_err(of_parquet)?))
    }

    pub fn write(&mut self, batch: &RecordBatch) -> io::Result<()> {
        self.0.write(batch).map_err(of_parquet)?;
        match self.0.memory_size() > ROW_GROUP_BYTES {
            true => self.0.flush().map_err(of_parquet),
            false => Ok(()),
        }
    }

    pub fn finish(self) -> io::Result<W> {
        self.0.into_inner().map_err(of_parquet)
    }
}

pub(super) struct ArrowFile<W: Write>(FileWriter<W>);

impl<W: Write> ArrowFile<W> {
    pub fn begin(output: W, schema: &SchemaRef) -> io::Result<Self> {
        Ok(Self(FileWriter::try_new(output, schema).map_err(of_arrow)?))
    }

    pub fn write(&mut self, batch: &RecordBatch) -> io::Result<()> {
        self.0.write(batch).map_err(of_arrow)
    }

    pub fn finish(mut self) -> io::Result<W> {
        self.0.finish().map_err(of_arrow)?;
        self.0.into_inner().map_err(of_arrow)
    }
}

/// The system's own error where it is one.
fn of_parquet(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(error) => io::Error::other(error),
        },
        other => io::Error::other(other),
    }
}

fn of_arrow(error: ArrowError) -> io::Error {
    match error {
        ArrowError::IoError(_, error) => error,
        other => io::Error::other(other),
    }
}
