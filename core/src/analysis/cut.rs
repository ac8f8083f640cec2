//! Normalized text, cut into tokens.

use unicode_segmentation::UnicodeSegmentation;

use super::script::{CharClass, is_common_letter};

/// What a token is of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TokenKind {
    /// A word.
    Word,
    /// A word with the signs behind it, as in `c++`. It has the word's position.
    Signed,
    /// Two neighbours in a run of a script without spaces.
    Pair,
    /// The last character of such a run.
    Last,
    /// A run of one character.
    Alone,
    /// A run of one character with a letter or digit directly behind it.
    AloneBeforeWord,
}

/// A token as a part of normalized text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    pub kind: TokenKind,
    pub start: usize,
    pub end: usize,
    pub position: u32,
}

/// Hands on each token of normalized text, from a position on. Gives the position behind the last.
///
/// Of a run of a script without spaces each character has a position: there stands the pair that it
/// begins, and at the end of the run the last character alone.
pub(super) fn cut(text: &str, mut position: u32, mut take: impl FnMut(Piece)) -> u32 {
    let mut start = 0;
    while let Some(c) = text[start..].chars().next() {
        match CharClass::of(c) {
            CharClass::Other | CharClass::Mark => start += c.len_utf8(),
            CharClass::Word => {
                let end = start + len_of(&text[start..], CharClass::Word);
                position = words(text, start, end, position, &mut take);
                start = end;
            }
            CharClass::Unspaced => {
                let end = start + len_of(&text[start..], CharClass::Unspaced);
                position = run(text, start, end, position, &mut take);
                start = end;
            }
        }
    }
    position
}

/// The length of what the text begins with: characters of a class, and marks.
fn len_of(text: &str, class: CharClass) -> usize {
    let end = text.find(|c| {
        let found = CharClass::of(c);
        found != class && found != CharClass::Mark
    });
    end.unwrap_or(text.len())
}

fn run(
    text: &str,
    start: usize,
    end: usize,
    mut position: u32,
    take: &mut impl FnMut(Piece),
) -> u32 {
    // A character with the marks behind it is one.
    let is_unit = |&(_, c): &(usize, char)| CharClass::of(c) == CharClass::Unspaced;
    let units = text[start..end].char_indices().filter(is_unit);
    let mut units = units.map(|(at, _)| start + at).skip(1).peekable();
    let mut unit = start;
    while let Some(next) = units.next() {
        take(Piece {
            kind: TokenKind::Pair,
            start: unit,
            end: units.peek().copied().unwrap_or(end),
            position,
        });
        position += 1;
        unit = next;
    }
    let kind = match unit == start {
        true if starts_with_word(&text[end..]) => TokenKind::AloneBeforeWord,
        true => TokenKind::Alone,
        false => TokenKind::Last,
    };
    take(Piece {
        kind,
        start: unit,
        end,
        position,
    });
    position + 1
}

fn words(
    text: &str,
    start: usize,
    end: usize,
    mut position: u32,
    take: &mut impl FnMut(Piece),
) -> u32 {
    let mut piece = |start, end| {
        take(Piece {
            kind: TokenKind::Word,
            start,
            end,
            position,
        });
        let signs = signs(&text[end..]);
        if signs > 0 {
            take(Piece {
                kind: TokenKind::Signed,
                start,
                end: end + signs,
                position,
            });
        }
        position += 1;
    };
    let letters = &text[start..end];
    if letters.chars().all(joins) {
        piece(start, end);
        return position;
    }
    for (at, word) in letters.split_word_bound_indices() {
        if word.contains(|c| CharClass::of(c) == CharClass::Word) {
            piece(start + at, start + at + word.len());
        }
    }
    position
}

/// Some of the letters, marks and digits between which UAX #29 never ends a word.
fn joins(c: char) -> bool {
    let is_marked = matches!(c, '\u{300}'..='\u{36F}');
    c.is_ascii() || is_common_letter(c) || is_marked || (c < '\u{E00}' && c.is_alphabetic())
}

/// The length of the signs that a text behind a word begins with and that make another word of it: one
/// or two `+`, or one `#`, with no letter or digit behind. So `C++` is more than `C`, and `a+b` is not.
/// Characters without spaces may follow, as they do in Chinese.
fn signs(text: &str) -> usize {
    let count = |sign| text.bytes().take_while(|&b| b == sign).count();
    let signs = match count(b'+') {
        0 if count(b'#') == 1 => 1,
        pluses @ 1..=2 => pluses,
        _ => return 0,
    };
    match starts_with_word(&text[signs..]) {
        true => 0,
        false => signs,
    }
}

fn starts_with_word(text: &str) -> bool {
    let first = text.chars().next();
    first.is_some_and(|c| CharClass::of(c) == CharClass::Word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_join_make_one_word() {
        for c in '\0'..='\u{E00}' {
            let class = CharClass::of(c);
            if joins(c) && class != CharClass::Other {
                for text in [format!("a{c}b"), format!("1{c}1"), format!("ا{c}א")] {
                    assert_eq!(text.split_word_bounds().count(), 1, "{c:?}");
                }
            }
        }
    }

    #[test]
    fn signs_end_a_word_only_where_no_letter_follows() {
        for (text, expected) in [
            ("", 0),
            ("+", 1),
            ("++ ", 2),
            ("+++", 0),
            ("#", 1),
            ("##", 0),
            ("+b", 0),
            ("++11", 0),
            ("++语言", 2),
            ("#.", 1),
            ("+#", 1),
            ("-", 0),
        ] {
            assert_eq!(signs(text), expected, "{text:?}");
        }
    }
}
