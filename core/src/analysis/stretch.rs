//! The stretches of a text: what stands between separators.
//!
//! ASCII's separators and some others stand between words whatever is beside them. So each stretch can be
//! normalized and cut for itself, and most stretches are ASCII words, which need neither.

use std::ops::Range;

use super::normalize::{is_inert, is_separator, small_letter};
use super::variant::VariantMark;

/// What a stretch needs before its tokens are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// It is a token: small ASCII letters and digits.
    Token,
    /// It must be cut, and is normalized already.
    Normal,
    /// It must be cut, and is normalized once its capital letters are small.
    Capitals,
    /// It must be normalized and cut.
    Wide,
    /// It has marks of variants.
    Variants,
}

/// Goes through the stretches of a text.
pub(super) struct Stretches<'a> {
    text: &'a str,
    at: usize,
}

// What a byte is to a stretch; several make the shape.
const SEPARATOR: u8 = 0;
const SMALL: u8 = 1;
const CAPITAL: u8 = 2;
const SIGN: u8 = 4;
const HYPHEN: u8 = 8;
const HIGH: u8 = 16;
const NOT_INERT: u8 = 32;
const MARK: u8 = 64;

const BYTES: [u8; 256] = {
    let mut table = [SEPARATOR; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'a'..=b'z' | b'0'..=b'9' => SMALL,
            b'A'..=b'Z' => CAPITAL,
            b'+' | b'#' => SIGN,
            b'-' => HYPHEN,
            0x80.. => HIGH,
            _ => SEPARATOR,
        };
        byte += 1;
    }
    table
};

impl<'a> Stretches<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// What the character at a byte outside ASCII is, and its length.
    fn wide(&self, at: usize) -> (u8, usize) {
        let Some(c) = self.text[at..].chars().next() else {
            return (SEPARATOR, 1);
        };
        let class = match c {
            c if is_inert(c) => HIGH,
            c if small_letter(c).is_some() => HIGH | CAPITAL,
            c if is_separator(c) => SEPARATOR,
            _ => HIGH | NOT_INERT,
        };
        (class, c.len_utf8())
    }

    /// What stands at a byte, and its length.
    fn class(&self, at: usize, byte: u8) -> (u8, usize) {
        match BYTES[usize::from(byte)] {
            HYPHEN => match VariantMark::read(self.text, at) {
                Some(mark) => (MARK, mark.range.len()),
                None => (SEPARATOR, 1),
            },
            HIGH => self.wide(at),
            class => (class, 1),
        }
    }
}

impl Iterator for Stretches<'_> {
    type Item = (Range<usize>, Shape);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let bytes = self.text.as_bytes();
        let mut at = self.at;
        let mut seen = loop {
            let (class, len) = self.class(at, *bytes.get(at)?);
            at += len;
            if class != SEPARATOR {
                self.at = at - len;
                break class;
            }
        };
        while let Some(&byte) = bytes.get(at) {
            let class = BYTES[usize::from(byte)];
            if class & (SMALL | CAPITAL | SIGN) != 0 {
                seen |= class;
                at += 1;
                continue;
            }
            if class == SEPARATOR {
                break;
            }
            let (class, len) = self.class(at, byte);
            if class == SEPARATOR {
                break;
            }
            seen |= class;
            at += len;
        }
        let shape = match seen {
            SMALL => Shape::Token,
            seen if seen & MARK != 0 => Shape::Variants,
            seen if seen & NOT_INERT != 0 => Shape::Wide,
            seen if seen & CAPITAL != 0 => Shape::Capitals,
            _ => Shape::Normal,
        };
        let start = std::mem::replace(&mut self.at, at);
        Some((start..at, shape))
    }
}
