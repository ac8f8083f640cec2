//! What a character is to a word, and which scripts are written without spaces.

use unicode_normalization::char::is_combining_mark;

/// What a character of normalized text is to a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CharClass {
    /// It separates words.
    Other,
    /// A letter or digit of a script that is written with spaces.
    Word,
    /// A mark, which belongs to what stands before it.
    Mark,
    /// A character of a script that is written without spaces.
    Unspaced,
}

impl CharClass {
    pub fn of(c: char) -> Self {
        if c.is_ascii() {
            return match c.is_ascii_alphanumeric() {
                true => Self::Word,
                false => Self::Other,
            };
        }
        // Most letters are found here: a look into each table below is slow.
        if is_common_letter(c) {
            return Self::Word;
        }
        if is_unspaced(c) {
            Self::Unspaced
        } else if is_combining_mark(c) {
            Self::Mark
        } else if c.is_alphanumeric() {
            Self::Word
        } else {
            Self::Other
        }
    }
}

/// Some of the letters outside ASCII of scripts that are written with spaces: Latin, Greek, Cyrillic,
/// Hebrew, Arabic.
pub(super) fn is_common_letter(c: char) -> bool {
    matches!(c,
        '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{24F}' | '\u{3AC}'..='\u{3CE}' | '\u{400}'..='\u{481}'
        | '\u{5D0}'..='\u{5EA}' | '\u{620}'..='\u{64A}')
}

/// The characters of Han, Hiragana, Katakana, Hangul, Thai, Lao, Khmer and Myanmar that normalization
/// leaves, by the property `Script` of Unicode 17.0 (`Scripts.txt`), without digits and punctuation; and
/// the signs that repeat or lengthen a kana, which several scripts share. Planes 2 and 3 are reserved
/// for ideographs, so they are whole.
const UNSPACED: [(char, char); 55] = [
    ('\u{0E01}', '\u{0E3A}'),
    ('\u{0E40}', '\u{0E4E}'),
    ('\u{0E81}', '\u{0EBD}'),
    ('\u{0EC0}', '\u{0ECE}'),
    ('\u{0EDC}', '\u{0EDF}'),
    ('\u{1000}', '\u{103F}'),
    ('\u{1050}', '\u{108F}'),
    ('\u{109A}', '\u{109D}'),
    ('\u{1100}', '\u{11FF}'),
    ('\u{1780}', '\u{17D3}'),
    ('\u{17D7}', '\u{17D7}'),
    ('\u{17DC}', '\u{17DD}'),
    ('\u{2E80}', '\u{2E99}'),
    ('\u{2E9B}', '\u{2EF3}'),
    ('\u{2F00}', '\u{2FD5}'),
    ('\u{3005}', '\u{3007}'),
    ('\u{3021}', '\u{3029}'),
    ('\u{302E}', '\u{302F}'),
    ('\u{3031}', '\u{3035}'),
    ('\u{3038}', '\u{303C}'),
    ('\u{3041}', '\u{3096}'),
    ('\u{309D}', '\u{309F}'),
    ('\u{30A1}', '\u{30FA}'),
    ('\u{30FC}', '\u{30FF}'),
    ('\u{31F0}', '\u{31FF}'),
    ('\u{3400}', '\u{4DBF}'),
    ('\u{4E00}', '\u{9FFF}'),
    ('\u{A960}', '\u{A97C}'),
    ('\u{A9E0}', '\u{A9EF}'),
    ('\u{A9FA}', '\u{A9FE}'),
    ('\u{AA60}', '\u{AA76}'),
    ('\u{AA7A}', '\u{AA7F}'),
    ('\u{AC00}', '\u{D7A3}'),
    ('\u{D7B0}', '\u{D7C6}'),
    ('\u{D7CB}', '\u{D7FB}'),
    ('\u{F900}', '\u{FA6D}'),
    ('\u{FA70}', '\u{FAD9}'),
    ('\u{16FE3}', '\u{16FE3}'),
    ('\u{16FF0}', '\u{16FF1}'),
    ('\u{1AFF0}', '\u{1AFF3}'),
    ('\u{1AFF5}', '\u{1AFFB}'),
    ('\u{1AFFD}', '\u{1AFFE}'),
    ('\u{1B000}', '\u{1B000}'),
    ('\u{1B001}', '\u{1B11F}'),
    ('\u{1B120}', '\u{1B122}'),
    ('\u{1B132}', '\u{1B132}'),
    ('\u{1B150}', '\u{1B152}'),
    ('\u{1B155}', '\u{1B155}'),
    ('\u{1B164}', '\u{1B167}'),
    ('\u{20000}', '\u{2A6DF}'),
    ('\u{2A700}', '\u{2EBE0}'),
    ('\u{2EBF0}', '\u{2EE5D}'),
    ('\u{2F800}', '\u{2FA1D}'),
    ('\u{30000}', '\u{3347B}'),
    ('\u{33480}', '\u{3FFFD}'),
];

pub(super) fn is_unspaced(c: char) -> bool {
    if matches!(c, '\u{4E00}'..='\u{9FFF}') {
        return true;
    }
    if c < UNSPACED[0].0 {
        return false;
    }
    let behind = UNSPACED.partition_point(|&(first, _)| first <= c);
    UNSPACED
        .get(behind.wrapping_sub(1))
        .is_some_and(|&(_, last)| c <= last)
}

/// Whether the character has no shape of its own: `Default_Ignorable_Code_Point` of Unicode 17.0. Soft
/// hyphens, joiners and selectors of variants are such.
pub(super) fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFF8}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_ascends_and_holds_no_digits_nor_punctuation() {
        assert!(
            UNSPACED
                .windows(2)
                .all(|pair| pair[0].0 <= pair[0].1 && pair[0].1 < pair[1].0)
        );
        for c in '\0'..='\u{1FFFF}' {
            // Radicals are symbols, and the tables of the standard library may be older than ours.
            if is_unspaced(c) && !matches!(c, '\u{2E80}'..='\u{2FD5}') {
                let is_assigned = c.is_alphanumeric() || is_combining_mark(c);
                assert!(
                    is_assigned || c > '\u{16000}' || matches!(c, '\u{0E81}'..='\u{0ECE}'),
                    "{c:?} {:x}",
                    c as u32
                );
            }
        }
        for c in "๐๙໐០၀0〜・。ๆ฿".chars() {
            assert_eq!(is_unspaced(c), c == 'ๆ', "{c}");
        }
    }

    #[test]
    fn common_letters_are_letters_with_spaces() {
        for c in ('\0'..=char::MAX).filter(|&c| is_common_letter(c)) {
            assert!(
                c.is_alphabetic() && !is_unspaced(c) && !is_combining_mark(c),
                "{c:?}"
            );
        }
    }

    #[test]
    fn characters_have_their_class() {
        for (text, class) in [
            ("aé4ыא١ⴰ", CharClass::Word),
            ("漢々〇ーかカ가กกำกາខမ㐀𠀀ำ", CharClass::Unspaced),
            ("\u{301}\u{64E}\u{5B0}\u{3099}", CharClass::Mark),
            (" _-'’·、。😀+#", CharClass::Other),
        ] {
            for c in text.chars() {
                assert_eq!(CharClass::of(c), class, "{c:?}");
            }
        }
    }
}
