//! Which characters a value may hold without quotes, and writing the quotes.

use std::fmt;

/// Whether a value may hold the character without quotes.
pub(super) fn is_plain(c: char) -> bool {
    !c.is_whitespace()
        && !matches!(c, '"' | '(' | ')' | ',' | ':' | '*' | '\\')
        && plain_form(c).is_none()
}

/// The ASCII character that a typographic or full-width one stands for.
///
/// An input method writes such characters by itself. So without quotes they are an error with a
/// hint, and never a silent part of a value.
pub(super) fn plain_form(c: char) -> Option<char> {
    Some(match c {
        '“' | '”' | '„' | '‘' | '’' => '"',
        '：' => ':',
        '（' => '(',
        '）' => ')',
        '，' => ',',
        '＊' => '*',
        _ => return None,
    })
}

/// Writes a value, with quotes where it needs them.
pub(super) fn write_quoted(text: &str, out: &mut impl fmt::Write) -> fmt::Result {
    let bare = !text.is_empty()
        && !text.starts_with(['-', '\''])
        && text.chars().all(|c| is_plain(c) && !c.is_control());
    if bare {
        return out.write_str(text);
    }
    write_in_quotes(text, out)
}

/// Writes a value in quotes.
pub(super) fn write_in_quotes(text: &str, out: &mut impl fmt::Write) -> fmt::Result {
    out.write_char('"')?;
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            out.write_char('\\')?;
        }
        out.write_char(c)?;
    }
    out.write_char('"')
}

/// [`write_quoted`] as a string.
pub(in crate::query) fn quoted(text: &str) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write_quoted(text, &mut out);
    out
}
