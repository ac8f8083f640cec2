//! Rows of a table in Markdown.
//!
//! Hand-written: the Markdown crate of the library reads Markdown and does not write it.

use crate::terminal::visible;

/// One row of cells.
pub(crate) fn row(cells: &[&str]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| escaped(cell)).collect();
    format!("| {} |\n", cells.join(" | "))
}

/// The line between the head of a table and its rows.
pub(crate) fn rule(columns: usize) -> String {
    format!("|{}\n", " --- |".repeat(columns))
}

/// The text so that Markdown shows it as it is, on one line.
fn escaped(cell: &str) -> String {
    let cell = visible(cell).replace(['\n', '\t'], " ");
    let mut text = String::with_capacity(cell.len() + 8);
    let mut before = ' ';
    let mut rest = cell.chars().peekable();
    while let Some(c) = rest.next() {
        let after = rest.peek().copied().unwrap_or(' ');
        // Within a word, as in many addresses, an underscore is no mark.
        let is_mark = match c {
            '_' => !(before.is_alphanumeric() && after.is_alphanumeric()),
            _ => matches!(
                c,
                '\\' | '|' | '`' | '*' | '[' | ']' | '<' | '>' | '~' | '&'
            ),
        };
        if is_mark {
            text.push('\\');
        }
        text.push(c);
        before = c;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_shown_as_it_is() {
        assert_eq!(row(&["a", "b|c"]), "| a | b\\|c |\n");
        assert_eq!(row(&["x\ny\tz"]), "| x y z |\n");
        assert_eq!(row(&["*a* _b_ c_d"]), "| \\*a\\* \\_b\\_ c_d |\n");
        assert_eq!(
            row(&["[a](b) <i> `c` ~~d~~ \\| AT&T"]),
            "| \\[a\\](b) \\<i\\> \\`c\\` \\~\\~d\\~\\~ \\\\\\| AT\\&T |\n"
        );
        assert_eq!(row(&["a\u{1b}b"]), "| a\u{FFFD}b |\n");
        assert_eq!(rule(2), "| --- | --- |\n");
    }
}
