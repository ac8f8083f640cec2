//! CSV and TSV: rows as RFC 4180 has them, CRLF behind each, quotes where they are needed.

use std::borrow::Cow;
use std::io;

use csv::{Terminator, WriterBuilder};

/// One row of cells.
pub(crate) fn row(cells: &[&str], delimiter: u8, is_raw: bool) -> io::Result<Vec<u8>> {
    let mut writer = WriterBuilder::new()
        .delimiter(delimiter)
        .terminator(Terminator::CRLF)
        .buffer_capacity(512)
        .from_writer(Vec::new());
    for cell in cells {
        match is_raw {
            true => writer.write_field(cell)?,
            false => writer.write_field(as_text(cell).as_bytes())?,
        }
    }
    writer.write_record(None::<&[u8]>)?;
    writer.into_inner().map_err(|error| error.into_error())
}

/// The cell, with an apostrophe before a character that makes a spreadsheet read it as a formula.
/// The apostrophe makes it text; spreadsheets then show the rest.
fn as_text(cell: &str) -> Cow<'_, str> {
    match cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        true => Cow::Owned(format!("'{cell}")),
        false => Cow::Borrowed(cell),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(cells: &[&str], delimiter: u8, is_raw: bool) -> String {
        String::from_utf8(row(cells, delimiter, is_raw).unwrap()).unwrap()
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        assert_eq!(text(&["a", "", "桥"], b',', false), "a,,桥\r\n");
        assert_eq!(
            text(&["a,b", "say \"x\"", "1\n2"], b',', false),
            "\"a,b\",\"say \"\"x\"\"\",\"1\n2\"\r\n"
        );
        assert_eq!(text(&["; ' space "], b',', false), "; ' space \r\n");
        assert_eq!(text(&["a,b", "c\td"], b'\t', false), "a,b\t\"c\td\"\r\n");
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
