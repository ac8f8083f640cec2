//! CSV and TSV: rows as RFC 4180 has them, CRLF behind each, quotes where they are needed.
//!
//! A list or a record is a cell of JSON: a separator of our own could stand in a text as well, and JSON is what
//! every reader of tables has a function for. An empty text is `""`, a value that is not there an empty cell.

use std::io::{self, Write};

use arrow_array::RecordBatch;
use arrow_schema::Schema;

use super::cells::Cells;

/// With what a spreadsheet takes a cell for a formula; the wide signs are those of East Asian keyboards.
const FORMULA: [&[u8]; 11] = [
    b"=",
    b"+",
    b"-",
    b"@",
    b"\t",
    b"\r",
    b"\n",
    "＝".as_bytes(),
    "＋".as_bytes(),
    "－".as_bytes(),
    "＠".as_bytes(),
];

/// Writes rows of cells between `delimiter`s.
pub(super) struct Delimited<W> {
    output: W,
    delimiter: u8,
    /// Whether cells stand as they are, also where a spreadsheet would run them.
    is_raw: bool,
    /// The rows of a batch.
    rows: Vec<u8>,
    cell: Vec<u8>,
}

impl<W: Write> Delimited<W> {
    /// Writes the names of the columns.
    pub fn begin(output: W, delimiter: u8, is_raw: bool, schema: &Schema) -> io::Result<Self> {
        let mut this = Self {
            output,
            delimiter,
            is_raw,
            rows: Vec::new(),
            cell: Vec::new(),
        };
        for (at, field) in schema.fields().iter().enumerate() {
            this.begin_cell(at);
            this.cell.extend_from_slice(field.name().as_bytes());
            this.end_text();
        }
        this.rows.extend_from_slice(b"\r\n");
        Ok(this)
    }

    pub fn write(&mut self, batch: &RecordBatch) -> io::Result<()> {
        let columns: Vec<Cells<'_>> = batch
            .columns()
            .iter()
            .map(Cells::of)
            .collect::<io::Result<_>>()?;
        for row in 0..batch.num_rows() {
            for (at, column) in columns.iter().enumerate() {
                self.begin_cell(at);
                if column.is_null(row) {
                    continue;
                }
                match column {
                    Cells::Text(_) | Cells::List(..) | Cells::Record(..) => {
                        column.write_bare(row, &mut self.cell)?;
                        self.end_text();
                    }
                    // Days, times and numbers are no formulas, and no reader takes them for text.
                    _ => column.write_bare(row, &mut self.rows)?,
                }
            }
            self.rows.extend_from_slice(b"\r\n");
        }
        self.flush()
    }

    fn begin_cell(&mut self, at: usize) {
        if at > 0 {
            self.rows.push(self.delimiter);
        }
        self.cell.clear();
    }

    /// Appends the text of the cell. An apostrophe before it makes a spreadsheet read it as text.
    fn end_text(&mut self) {
        let is_formula = FORMULA.iter().any(|sign| self.cell.starts_with(sign));
        if is_formula && !self.is_raw {
            self.cell.insert(0, b'\'');
        }
        let quotes = |byte: &u8| matches!(byte, b'"' | b'\r' | b'\n') || *byte == self.delimiter;
        if !self.cell.is_empty() && !self.cell.iter().any(quotes) {
            self.rows.extend_from_slice(&self.cell);
            return;
        }
        self.rows.push(b'"');
        for &byte in &self.cell {
            if byte == b'"' {
                self.rows.push(b'"');
            }
            self.rows.push(byte);
        }
        self.rows.push(b'"');
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.write_all(&self.rows)?;
        self.rows.clear();
        Ok(())
    }

    pub fn finish(mut self) -> io::Result<W> {
        self.flush()?;
        Ok(self.output)
    }
}
