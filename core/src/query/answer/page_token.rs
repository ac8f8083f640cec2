//! Page tokens: where a page ended, as text.

use std::fmt::Write;

use super::atom::Mode;
use super::fault::Fault;
use super::model::Query;
use super::walk::Order;
use crate::event::{Date, ParseError};

/// The first byte of a token. Rises when its form or the fingerprint of a query changes.
const VERSION: u8 = 1;

/// Version, fingerprint, day, checksum.
const FIXED: usize = 1 + 8 + 4 + 4;

/// The last event of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// Packed.
    pub day: u32,
    pub id: String,
}

impl Token {
    pub fn write(&self, query: &Query, order: Order) -> String {
        let mut bytes = Vec::with_capacity(FIXED + self.id.len());
        bytes.push(VERSION);
        bytes.extend_from_slice(&fingerprint(query, order).to_le_bytes());
        bytes.extend_from_slice(&self.day.to_le_bytes());
        bytes.extend_from_slice(self.id.as_bytes());
        bytes.extend_from_slice(&crc32fast::hash(&bytes).to_le_bytes());
        encode(&bytes)
    }

    pub fn read(text: &str, query: &Query, order: Order) -> Result<Self, ParseError> {
        let damaged = || {
            Fault::new("this is no page token")
                .hint("pass the `next` of a page as it was given, or none for the first page")
                .within(text)
        };
        let bytes = decode(text).ok_or_else(damaged)?;
        let (&version, _) = bytes.split_first().ok_or_else(damaged)?;
        let (body, sum) = bytes.split_last_chunk::<4>().ok_or_else(damaged)?;
        if body.len() < FIXED - 4 || crc32fast::hash(body) != u32::from_le_bytes(*sum) {
            return Err(damaged());
        }
        if version != VERSION {
            return Err(Fault::new("the page token was made by another version")
                .hint("begin again from the first page")
                .within(text));
        }
        let (print, rest) = body[1..].split_first_chunk::<8>().ok_or_else(damaged)?;
        let (day, id) = rest.split_first_chunk::<4>().ok_or_else(damaged)?;
        if u64::from_le_bytes(*print) != fingerprint(query, order) {
            return Err(
                Fault::new("the page token belongs to another query or order")
                    .hint("ask with the query and order that gave it, or begin from the first page")
                    .within(text),
            );
        }
        let day = u32::from_le_bytes(*day);
        let id = std::str::from_utf8(id).map_err(|_| damaged())?;
        Date::from_packed(day).ok_or_else(damaged)?;
        Ok(Self {
            day,
            id: id.to_owned(),
        })
    }
}

/// Equal for equal queries, on every machine and in every process.
fn fingerprint(query: &Query, order: Order) -> u64 {
    let mut text = String::new();
    // Lengths stand before texts, so that no two queries write the same. Writing to a string cannot fail.
    let _ = write!(text, "{order:?} {:?} {:?}", query.since, query.until);
    let _ = write!(text, " {:?}", query.rule());
    for clause in &query.clauses {
        let _ = write!(text, "\n{} {}", clause.field, clause.negated);
        for atom in &clause.atoms {
            let mode = match atom.mode {
                Mode::Exact => '=',
                Mode::Prefix => '^',
                Mode::Any => '*',
            };
            let _ = write!(text, " {mode}{} {}", atom.folded().len(), atom.folded());
        }
    }
    twox_hash::XxHash3_64::oneshot(text.as_bytes())
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Six bits a character, all of which may stand in a URL.
fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let word = (0..3).fold(0, |word, i| {
            word << 8 | u32::from(three.get(i).copied().unwrap_or(0))
        });
        for i in 0..=three.len() {
            text.push(char::from(DIGITS[(word >> (18 - 6 * i) & 63) as usize]));
        }
    }
    text
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    for four in text.as_bytes().chunks(4) {
        let mut word = 0;
        for i in 0..4 {
            let digit = match four.get(i) {
                Some(c) => DIGITS.iter().position(|digit| digit == c)? as u32,
                None => 0,
            };
            word = word << 6 | digit;
        }
        let whole = four.len().checked_sub(1).filter(|&whole| whole > 0)?;
        bytes.extend_from_slice(&word.to_be_bytes()[1..=whole]);
    }
    Some(bytes)
}
