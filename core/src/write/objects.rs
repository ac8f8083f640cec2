//! NDJSON and JSON: an object a line, with every column in each, so that readers see the same types in all
//! lines. In JSON they are the elements of an array.

use std::io::{self, Write};

use arrow_array::RecordBatch;

use super::cells::Cells;
use crate::arrow::is_json;

pub(super) struct Objects<W> {
    output: W,
    lines: Vec<u8>,
    is_array: bool,
    /// Whether no object was written yet.
    is_empty: bool,
}

impl<W: Write> Objects<W> {
    /// An object a line.
    pub fn lines(output: W) -> Self {
        Self {
            output,
            lines: Vec::new(),
            is_array: false,
            is_empty: true,
        }
    }

    /// One array.
    pub fn array(output: W) -> Self {
        Self {
            lines: b"[".to_vec(),
            is_array: true,
            ..Self::lines(output)
        }
    }

    pub fn write(&mut self, batch: &RecordBatch) -> io::Result<()> {
        let schema = batch.schema_ref();
        let mut columns = Vec::new();
        for (field, array) in schema.fields().iter().zip(batch.columns()) {
            let cells = match Cells::of(array)? {
                // An object here, as in `Event::to_json`.
                Cells::Text(texts) if is_json(field) => Cells::Json(texts),
                cells => cells,
            };
            columns.push((serde_json::to_vec(field.name())?, cells));
        }
        for row in 0..batch.num_rows() {
            if self.is_array {
                let before: &[u8] = if self.is_empty { b"\n" } else { b",\n" };
                self.lines.extend_from_slice(before);
            }
            self.is_empty = false;
            for (at, (name, cells)) in columns.iter().enumerate() {
                self.lines.push(if at == 0 { b'{' } else { b',' });
                self.lines.extend_from_slice(name);
                self.lines.push(b':');
                cells.write_json(row, &mut self.lines)?;
            }
            self.lines.push(b'}');
            if !self.is_array {
                self.lines.push(b'\n');
            }
        }
        self.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.write_all(&self.lines)?;
        self.lines.clear();
        Ok(())
    }

    pub fn finish(mut self) -> io::Result<W> {
        if self.is_array {
            let end: &[u8] = if self.is_empty { b"]\n" } else { b"\n]\n" };
            self.lines.extend_from_slice(end);
        }
        self.flush()?;
        Ok(self.output)
    }
}
