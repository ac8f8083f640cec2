//! How many columns of a terminal a text takes.
//!
//! Chinese titles take two columns a character; without that a table of them is twice as wide as
//! the terminal.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The columns of a text.
#[must_use]
pub fn columns_of(text: &str) -> usize {
    text.width()
}

/// The text, cut to some columns with `…` at its end if it is wider.
#[must_use]
pub fn cut(text: &str, columns: usize) -> Cow<'_, str> {
    if columns_of(text) <= columns {
        return Cow::Borrowed(text);
    }
    let room = columns.saturating_sub(1);
    let mut left = room;
    let fits = |character: &char| match left.checked_sub(character.width().unwrap_or(0)) {
        Some(rest) => {
            left = rest;
            true
        }
        None => false,
    };
    let mut kept: String = text.chars().take_while(fits).collect();
    // A sequence, such as a sign with the selector of its emoji, may be wider than its characters.
    while columns_of(&kept) > room && kept.pop().is_some() {}
    Cow::Owned(format!("{}…", kept.trim_end()))
}

/// The text with spaces behind it to fill some columns.
#[must_use]
pub fn pad(text: &str, columns: usize) -> String {
    let missing = columns.saturating_sub(columns_of(text));
    format!("{text}{}", " ".repeat(missing))
}

/// Takes columns of the terminal from the widest column of a table until all fit into the room.
pub fn fit(widths: &mut [usize], room: usize) {
    while widths.iter().sum::<usize>() > room {
        let Some(widest) = widths.iter().copied().max().filter(|&widest| widest > 1) else {
            return;
        };
        if let Some(width) = widths.iter_mut().rev().find(|width| **width == widest) {
            *width -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_takes_two_columns_and_marks_none() {
        assert_eq!(columns_of("bridge"), 6);
        assert_eq!(columns_of("恩内特大桥"), 10);
        assert_eq!(columns_of("（桥）"), 6);
        assert_eq!(columns_of("한국"), 4);
        assert_eq!(columns_of("Café"), 4);
        assert_eq!(columns_of("Cafe\u{301}"), 4);
        assert_eq!(columns_of("a\u{200D}b"), 2);
        assert_eq!(columns_of("— “…” €"), 7);
        assert_eq!(columns_of("🙂"), 2);
        assert_eq!(columns_of("👩\u{200D}🔬"), 2, "a sequence is one picture");
    }

    #[test]
    fn a_cut_text_never_exceeds_its_columns() {
        assert_eq!(cut("bridge", 6), "bridge");
        assert_eq!(cut("bridges", 6), "bridg…");
        assert_eq!(cut("恩内特大桥", 10), "恩内特大桥");
        assert_eq!(cut("恩内特大桥", 9), "恩内特大…");
        assert_eq!(cut("恩内特大桥", 8), "恩内特…", "half a character is none");
        assert_eq!(cut("a bridge", 3), "a…");
        for text in [
            "恩a内特b大桥",
            "☺\u{FE0F}☺\u{FE0F}☺\u{FE0F}",
            "👩\u{200D}🔬x👩\u{200D}🔬",
        ] {
            for columns in 1..12 {
                let width = columns_of(&cut(text, columns));
                assert!(width <= columns, "{text}: {width} of {columns}");
            }
        }
    }

    #[test]
    fn the_widest_columns_give_way() {
        let fitted = |widths: &[usize], room| {
            let mut widths = widths.to_vec();
            fit(&mut widths, room);
            widths
        };
        assert_eq!(fitted(&[10, 60, 30], 110), [10, 60, 30]);
        assert_eq!(fitted(&[10, 60, 30], 76), [10, 36, 30]);
        assert_eq!(fitted(&[10, 60, 30], 50), [10, 20, 20]);
        assert_eq!(
            fitted(&[10, 60, 30], 2),
            [1, 1, 1],
            "a column is never gone"
        );
    }
}
