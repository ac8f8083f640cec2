//! NDJSON: an object a line, with every column in each, so that readers see the same types in all lines.

use std::io::{self, Write};

use arrow_array::RecordBatch;

use super::cells::Cells;

pub(super) struct Ndjson<W> {
    output: W,
    lines: Vec<u8>,
}

impl<W: Write> Ndjson<W> {
    pub fn begin(output: W) -> Self {
        Self {
            output,
            lines: Vec::new(),
        }
    }

    pub fn write(&mut self, batch: &RecordBatch) -> io::Result<()> {
        let schema = batch.schema_ref();
        let mut columns = Vec::new();
        for (field, array) in schema.fields().iter().zip(batch.columns()) {
            columns.push((serde_json::to_vec(field.name())?, Cells::of(array)?));
        }
        for row in 0..batch.num_rows() {
            for (at, (name, cells)) in columns.iter().enumerate() {
                self.lines.push(if at == 0 { b'{' } else { b',' });
                self.lines.extend_from_slice(name);
                self.lines.push(b':');
                cells.write_json(row, &mut self.lines)?;
            }
            self.lines.extend_from_slice(b"}\n");
        }
        self.output.write_all(&self.lines)?;
        self.lines.clear();
        Ok(())
    }

    pub fn finish(self) -> W {
        self.output
    }
}
