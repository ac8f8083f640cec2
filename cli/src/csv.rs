//! CSV as RFC 4180 has it: CRLF behind each row, quotes where they are needed.

/// One row.
pub(super) fn row<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let mut row = String::new();
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            row.push(',');
        }
        match cell.contains(['"', ',', '\r', '\n']) {
            true => {
                row.push('"');
                row.push_str(&cell.replace('"', "\"\""));
                row.push('"');
            }
            false => row.push_str(cell),
        }
    }
    row.push_str("\r\n");
    row
}

#[cfg(test)]
mod tests {
    use super::row;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        assert_eq!(row(["a", "", "桥"]), "a,,桥\r\n");
        assert_eq!(
            row(["a,b", "say \"x\"", "1\n2"]),
            "\"a,b\",\"say \"\"x\"\"\",\"1\n2\"\r\n"
        );
        assert_eq!(row(["; ' space "]), "; ' space \r\n");
    }
}
