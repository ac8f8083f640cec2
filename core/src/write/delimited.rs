//! CSV and TSV: rows as RFC 4180 has them, CRLF behind each, quotes where they are needed.
//!
//! A list or a record is a cell of JSON: a separator of our own could stand in a text as well, and JSON is what
//! every reader of tables has a function for. An empty text is `""`, a value that is not there an empty cell. In a
//! row of one cell it is `""`, too: readers pass over an empty line, and the rows behind it would move up.

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

/// An empty text.
const EMPTY_TEXT: &[u8] = b"\"\"";

/// A row of cells as CSV (`,`) or TSV (a tab) has it, as the files of [`Selection::write`](crate::Selection::write)
/// have theirs: quotes where they are needed, CRLF at its end. `None` is an empty cell, an empty text is `""`; alone in
/// its row `None` is `""`, too, since readers pass over empty lines. Unless cells are raw, one that a spreadsheet would
/// run as a formula gets an apostrophe.
///
/// # Examples
/// ```
/// use eventstore::delimited_row;
/// let row = delimited_row([Some("a,b"), Some("=1+1"), None, Some("")], b',', false);
/// assert_eq!(row, b"\"a,b\",'=1+1,,\"\"\r\n");
/// ```
#[must_use]
pub fn delimited_row<'a>(
    cells: impl IntoIterator<Item = Option<&'a str>>,
    delimiter: u8,
    raw_cells: bool,
) -> Vec<u8> {
    let mut row = Vec::new();
    for (at, cell) in cells.into_iter().enumerate() {
        if at > 0 {
            row.push(delimiter);
        }
        if let Some(cell) = cell {
            push_text(cell.as_bytes(), delimiter, raw_cells, &mut row);
        }
    }
    if row.is_empty() {
        row.extend_from_slice(EMPTY_TEXT);
    }
    row.extend_from_slice(b"\r\n");
    row
}

/// Appends the text of a cell. An apostrophe before it makes a spreadsheet read it as text, and shows the rest.
fn push_text(text: &[u8], delimiter: u8, is_raw: bool, row: &mut Vec<u8>) {
    let is_formula = !is_raw && FORMULA.iter().any(|sign| text.starts_with(sign));
    let quotes = |byte: &u8| matches!(byte, b'"' | b'\r' | b'\n') || *byte == delimiter;
    let is_quoted = text.is_empty() || text.iter().any(quotes);
    if is_quoted {
        row.push(b'"');
    }
    if is_formula {
        row.push(b'\'');
    }
    if !is_quoted {
        row.extend_from_slice(text);
        return;
    }
    for &byte in text {
        if byte == b'"' {
            row.push(b'"');
        }
        row.push(byte);
    }
    row.push(b'"');
}

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
                    if columns.len() == 1 {
                        self.rows.extend_from_slice(EMPTY_TEXT);
                    }
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

    /// Appends the text of the cell.
    fn end_text(&mut self) {
        push_text(&self.cell, self.delimiter, self.is_raw, &mut self.rows);
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

#[cfg(test)]
mod tests {
    use super::delimited_row;

    fn text(cells: &[&str], delimiter: u8, is_raw: bool) -> String {
        let cells = cells.iter().map(|cell| Some(*cell));
        String::from_utf8(delimited_row(cells, delimiter, is_raw)).unwrap()
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        assert_eq!(text(&["a", "", "桥"], b',', false), "a,\"\",桥\r\n");
        assert_eq!(
            text(&["a,b", "say \"x\"", "1\n2"], b',', false),
            "\"a,b\",\"say \"\"x\"\"\",\"1\n2\"\r\n"
        );
        assert_eq!(text(&["; ' space "], b',', false), "; ' space \r\n");
        assert_eq!(text(&["a,b", "c\td"], b'\t', false), "a,b\t\"c\td\"\r\n");
    }

    #[test]
    fn no_row_is_an_empty_line() {
        assert_eq!(delimited_row([None], b',', false), b"\"\"\r\n");
        assert_eq!(delimited_row([None, None], b'\t', true), b"\t\r\n");
    }

    #[test]
    fn no_cell_is_a_formula_unless_cells_are_raw() {
        for cell in [
            "=1+1",
            "+1",
            "-30 degrees",
            "@SUM(A1)",
            "\tx",
            "\rx",
            "\nx",
            "＝1+1",
            "＠SUM(A1)",
        ] {
            let escaped = text(&[cell, "b"], b',', false);
            let start = escaped.trim_start_matches('"');
            assert!(start.starts_with('\''), "{escaped:?}");
            let raw = text(&[cell, "b"], b',', true);
            assert!(!raw.contains('\''), "{raw:?}");
        }
        assert_eq!(text(&["a=b", "1-2"], b',', false), "a=b,1-2\r\n");
    }
}
