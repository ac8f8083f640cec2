//! How many columns of a terminal a text takes.
//!
//! Chinese titles take two columns a character; without that a table of them is twice as wide as the terminal.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;

/// Ranges of characters that take two columns: East Asian wide and fullwidth, and pictures.
const WIDE: [(char, char); 20] = [
    ('\u{1100}', '\u{115F}'),
    ('\u{231A}', '\u{231B}'),
    ('\u{2329}', '\u{232A}'),
    ('\u{23E9}', '\u{23EC}'),
    ('\u{2614}', '\u{2615}'),
    ('\u{2E80}', '\u{303E}'),
    ('\u{3041}', '\u{4DBF}'),
    ('\u{4E00}', '\u{A4CF}'),
    ('\u{A960}', '\u{A97F}'),
    ('\u{AC00}', '\u{D7A3}'),
    ('\u{F900}', '\u{FAFF}'),
    ('\u{FE10}', '\u{FE19}'),
    ('\u{FE30}', '\u{FE6F}'),
    ('\u{FF01}', '\u{FF60}'),
    ('\u{FFE0}', '\u{FFE6}'),
    ('\u{1B000}', '\u{1B2FF}'),
    ('\u{1F300}', '\u{1F64F}'),
    ('\u{1F680}', '\u{1F6FF}'),
    ('\u{1F900}', '\u{1FAFF}'),
    ('\u{20000}', '\u{3FFFD}'),
];

/// What takes no column, beside combining marks: joiners, direction marks, the second half of Korean syllables.
const NONE: [(char, char); 4] = [
    ('\u{1160}', '\u{11FF}'),
    ('\u{200B}', '\u{200F}'),
    ('\u{2060}', '\u{2064}'),
    ('\u{FEFF}', '\u{FEFF}'),
];

fn of_char(character: char) -> usize {
    let within = |ranges: &[(char, char)]| {
        ranges
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&character))
    };
    match character {
        ' '..='\u{2FF}' => 1,
        _ if is_combining_mark(character) || within(&NONE) => 0,
        _ if within(&WIDE) => 2,
        _ => 1,
    }
}

/// The columns of a text.
pub(super) fn of(text: &str) -> usize {
    text.chars().map(of_char).sum()
}

/// The text, cut to some columns with `…` at its end if it is wider.
pub(super) fn cut(text: &str, columns: usize) -> Cow<'_, str> {
    if of(text) <= columns {
        return Cow::Borrowed(text);
    }
    let mut room = columns.saturating_sub(1);
    let fits = |character: &char| match room.checked_sub(of_char(*character)) {
        Some(left) => {
            room = left;
            true
        }
        None => false,
    };
    let kept: String = text.chars().take_while(fits).collect();
    Cow::Owned(format!("{}…", kept.trim_end()))
}

/// The text with spaces behind it to fill some columns.
pub(super) fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(of(text))))
}

/// The text with its control characters shown as `�`: a page must not steer a person's terminal. Line ends stay.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    // Direction overrides would turn around what stands behind them.
    let hidden = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    match text.contains(hidden) {
        true => Cow::Owned(text.replace(hidden, "\u{FFFD}")),
        false => Cow::Borrowed(text),
    }
}

/// 15814 → `15,814`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// 4519000 → `4.5 MB`.
pub(super) fn bytes(number: u64) -> String {
    match number {
        0..1_000 => format!("{number} B"),
        1_000..1_000_000 => format!("{:.1} kB", number as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", number as f64 / 1e6),
        _ => format!("{:.2} GB", number as f64 / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_takes_two_columns_and_marks_none() {
        assert_eq!(of("bridge"), 6);
        assert_eq!(of("恩内特大桥"), 10);
        assert_eq!(of("（桥）"), 6);
        assert_eq!(of("한국"), 4);
        assert_eq!(of("Café"), 4);
        assert_eq!(of("Cafe\u{301}"), 4);
        assert_eq!(of("a\u{200D}b"), 2);
        assert_eq!(of("— “…” €"), 7);
        assert_eq!(of("🙂"), 2);
    }

    #[test]
    fn a_cut_text_never_exceeds_its_columns() {
        assert_eq!(cut("bridge", 6), "bridge");
        assert_eq!(cut("bridges", 6), "bridg…");
        assert_eq!(cut("恩内特大桥", 10), "恩内特大桥");
        assert_eq!(cut("恩内特大桥", 9), "恩内特大…");
        assert_eq!(cut("恩内特大桥", 8), "恩内特…", "half a character is none");
        assert_eq!(cut("a bridge", 3), "a…");
        for columns in 1..12 {
            assert!(of(&cut("恩a内特b大桥", columns)) <= columns, "{columns}");
        }
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(visible("a\u{1b}[31mb\rc\u{202E}d\ne"), "a�[31mb�c�d\ne");
        assert_eq!(visible("\u{9b}2J"), "�2J");
        assert!(matches!(visible("plain"), Cow::Borrowed(_)));
    }

    #[test]
    fn numbers_are_grouped_and_sizes_short() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(15_814), "15,814");
        assert_eq!(grouped(1_000_000), "1,000,000");
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(4_519_000), "4.5 MB");
    }
}
