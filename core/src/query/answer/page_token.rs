//! Page tokens: the last event of a page as text, so that the next page can begin after it.

use std::fmt::Write;

use crate::event::{Date, ParseError};
use crate::query::model::Query;
use crate::query::run::{DateOrder, Weights, WithinDay};
use crate::query::text::Trait;
use crate::query::text::{Diagnostic, MatchMode};

/// The first byte of a token. Rises if the token's form or the fingerprint of a query changes.
const VERSION: u8 = 2;

/// Bytes of a token beside the id: version, fingerprint, day, time, checksum.
const FIXED: usize = 1 + 8 + 4 + 4 + 4;

/// The last event of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PageToken {
    /// In packed form; 0 for an event without a date.
    pub day: u32,
    /// The time of its day in milliseconds, if it has one, and its id.
    pub within_day: WithinDay,
}

impl PageToken {
    pub fn write(&self, query: &Query, order: DateOrder) -> String {
        let mut bytes = Vec::with_capacity(FIXED + self.within_day.1.len());
        bytes.push(VERSION);
        bytes.extend_from_slice(&fingerprint(query, order).to_le_bytes());
        bytes.extend_from_slice(&self.day.to_le_bytes());
        let (millis, id) = &self.within_day;
        // 0 for none: a day has fewer than 2^32 - 1 milliseconds.
        bytes.extend_from_slice(&millis.map_or(0, |millis| millis + 1).to_le_bytes());
        bytes.extend_from_slice(id.as_bytes());
        bytes.extend_from_slice(&crc32fast::hash(&bytes).to_le_bytes());
        encode(&bytes)
    }

    pub fn read(text: &str, query: &Query, order: DateOrder) -> Result<Self, ParseError> {
        let damaged = || {
            Diagnostic::new("this is no page token")
                .hint("pass the `next` of a page as it was given, or none for the first page")
                .within(text)
        };
        let bytes = decode(text).ok_or_else(damaged)?;
        let (&version, _) = bytes.split_first().ok_or_else(damaged)?;
        let (body, sum) = bytes.split_last_chunk::<4>().ok_or_else(damaged)?;
        if body.len() < FIXED - 4 || crc32fast::hash(body) != u32::from_le_bytes(*sum) {
            return Err(damaged());
        }
        if version == RANK_VERSION {
            return Err(Diagnostic::new("the page token belongs to another order")
                .hint("ask with the order that gave it, or begin from the first page")
                .within(text));
        }
        if version != VERSION {
            return Err(
                Diagnostic::new("the page token was made by another version")
                    .hint("begin again from the first page")
                    .within(text),
            );
        }
        let (print, rest) = body[1..].split_first_chunk::<8>().ok_or_else(damaged)?;
        let (day, rest) = rest.split_first_chunk::<4>().ok_or_else(damaged)?;
        let (millis, id) = rest.split_first_chunk::<4>().ok_or_else(damaged)?;
        if u64::from_le_bytes(*print) != fingerprint(query, order) {
            return Err(
                Diagnostic::new("the page token belongs to another query or order")
                    .hint("ask with the query and order that gave it, or begin from the first page")
                    .within(text),
            );
        }
        let day = u32::from_le_bytes(*day);
        let id = std::str::from_utf8(id).map_err(|_| damaged())?;
        if day != 0 {
            Date::from_packed(day).ok_or_else(damaged)?;
        }
        let millis = u32::from_le_bytes(*millis).checked_sub(1);
        Ok(Self {
            day,
            within_day: (millis, id.to_owned()),
        })
    }
}

/// The first byte of a token by relevance.
const RANK_VERSION: u8 = 3;

/// A position in an answer by relevance, for a state of a store.
pub(super) struct RankToken;

impl RankToken {
    /// A hash of a query and its weights.
    pub fn fingerprint(query: &Query, weights: &Weights) -> u64 {
        let Weights {
            title,
            summary,
            body,
            k1,
            b,
        } = *weights;
        let mut text = fingerprint_text(query, "Relevance");
        for weight in [title, summary, body, k1, b] {
            // Writing to a string cannot fail.
            let _ = write!(text, "\n{:x}", weight.to_bits());
        }
        twox_hash::XxHash3_64::oneshot(text.as_bytes())
    }

    pub fn write(fingerprint: u64, commit: u64, position: u64) -> String {
        let mut bytes = vec![RANK_VERSION];
        for number in [fingerprint, commit, position] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(&crc32fast::hash(&bytes).to_le_bytes());
        encode(&bytes)
    }

    /// The position of a token for this query and state.
    pub fn read(text: &str, fingerprint: u64, commit: u64) -> Result<u64, ParseError> {
        let error = |message: &str, hint: &str| Diagnostic::new(message).hint(hint).within(text);
        let damaged = || {
            error(
                "this is no page token by relevance",
                "pass the `next` of a page as it was given, or none for the first page",
            )
        };
        let bytes = decode(text).ok_or_else(damaged)?;
        let (body, sum) = bytes.split_last_chunk::<4>().ok_or_else(damaged)?;
        if crc32fast::hash(body) != u32::from_le_bytes(*sum) {
            return Err(damaged());
        }
        let (&version, numbers) = body.split_first().ok_or_else(damaged)?;
        let (numbers, rest) = numbers.as_chunks::<8>();
        let &[of_query, of_commit, position] = numbers else {
            return Err(damaged());
        };
        if version != RANK_VERSION || !rest.is_empty() {
            return Err(damaged());
        }
        if u64::from_le_bytes(of_query) != fingerprint {
            return Err(error(
                "the page token belongs to another query or order",
                "ask with the query and order that gave it, or begin from the first page",
            ));
        }
        if u64::from_le_bytes(of_commit) != commit {
            return Err(error(
                "the store has changed since this page, and with it the relevance of events",
                "page through the same hits, or begin again from the first page",
            ));
        }
        Ok(u64::from_le_bytes(position))
    }
}

/// A hash of a query and an order: equal for equal queries, on every machine and in every version.
fn fingerprint(query: &Query, order: DateOrder) -> u64 {
    // Words of the token's form. They stay as they are when a type is renamed, since a change would
    // refuse tokens that are in use.
    let order = match order {
        DateOrder::OldestFirst => "Date",
        DateOrder::NewestFirst => "MinusDate",
    };
    twox_hash::XxHash3_64::oneshot(fingerprint_text(query, order).as_bytes())
}

fn fingerprint_text(query: &Query, order: &str) -> String {
    let day = |day: Option<Date>| day.map_or("None".to_owned(), |day| format!("Some({day})"));
    let (since, until) = (day(query.since), day(query.until));
    let rule = query.rule();
    let mut text = String::new();
    // A length stands before each value: no two queries write the same text. Writing to a string
    // cannot fail.
    let _ = write!(
        text,
        "{order} {since} {until} Rule {{ current: {}, superseded: {} }}",
        rule.of(Trait::Superseded).without,
        rule.of(Trait::Superseded).with
    );
    for of in [Trait::Draft, Trait::Undated] {
        if let Some(admission) = rule.said(of) {
            let (without, with) = (admission.without, admission.with);
            let _ = write!(text, " {} {without} {with}", of.as_str());
        }
    }
    for clause in &query.clauses {
        let _ = write!(text, "\n{} {}", clause.field, clause.negated);
        for matcher in &clause.matchers {
            let (folded, mode) = matcher.key();
            let mode = match mode {
                MatchMode::Exact => '=',
                MatchMode::Prefix => '^',
                MatchMode::Any => '*',
            };
            let _ = write!(text, " {mode}{} {folded}", folded.len());
        }
    }
    text
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Six bits a character. Every one of the characters may stand in a URL.
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
