//! Text that must not steer a terminal.

use std::borrow::Cow;

/// The text with its control characters shown as `�`: neither a page nor a path may move the
/// cursor, change colours or turn around the text behind it. Ends of lines and tabs stay.
///
/// Hand-written: crates that strip escape sequences keep other control characters, and none shows
/// what it took away.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    match text.contains(steers) {
        true => Cow::Owned(text.replace(steers, "\u{FFFD}")),
        false => Cow::Borrowed(text),
    }
}

/// A control character, or one of those with the property `Bidi_Control`.
fn steers(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}')
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
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
