//! Text that must not steer a terminal.

use std::borrow::Cow;

use eventstore::steers_terminal;

/// The text with its control characters shown as `�`: neither a page nor a path may move the
/// cursor, change colours or turn around the text behind it. Ends of lines and tabs stay.
///
/// Hand-written: crates that strip escape sequences keep other control characters, and none shows
/// what it took away.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    let steers = |c: char| steers_terminal(c) && !matches!(c, '\n' | '\t');
    match text.contains(steers) {
        true => Cow::Owned(text.replace(steers, "\u{FFFD}")),
        false => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(
            visible("a\u{1b}[31mb\rc\u{202E}d\ne"),
            "a\u{FFFD}[31mb\u{FFFD}c\u{FFFD}d\ne"
        );
        assert_eq!(visible("\u{9b}2J"), "\u{FFFD}2J");
        assert_eq!(visible("\u{200F}\u{2067}\t"), "\u{FFFD}\u{FFFD}\t");
        assert!(matches!(visible("plain"), Cow::Borrowed(_)));
    }
}
