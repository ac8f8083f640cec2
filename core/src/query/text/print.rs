//! Query → text that reads back as the same query.

use std::fmt;

use super::atom::{Atom, Mode};
use super::days::Days;
use super::model::{Clause, Query, Rule};
use crate::event::Date;

/// A character that a value may hold without quotes.
pub(super) fn is_plain(c: char) -> bool {
    !c.is_whitespace() && !matches!(c, '"' | '(' | ')' | ',' | ':' | '*' | '\\') && !is_lookalike(c)
}

/// Typographic and full-width relatives of the characters that have a meaning: an input method writes them by itself,
/// so unquoted they are an error with a hint, never a silent part of a value.
pub(super) fn is_lookalike(c: char) -> bool {
    matches!(
        c,
        '“' | '”' | '„' | '‘' | '’' | '：' | '（' | '）' | '，' | '＊'
    )
}

/// A value with quotes where it needs them.
pub(super) fn quoted(text: &str, out: &mut impl fmt::Write) -> fmt::Result {
    let bare = !text.is_empty()
        && !text.starts_with('-')
        && text.chars().all(|c| is_plain(c) && !c.is_control());
    if bare {
        return out.write_str(text);
    }
    out.write_char('"')?;
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            out.write_char('\\')?;
        }
        out.write_char(c)?;
    }
    out.write_char('"')
}

/// [`quoted`] as a string.
pub(super) fn value(text: &str) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = quoted(text, &mut out);
    out
}

impl fmt::Display for Atom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.mode != Mode::Any {
            quoted(&self.text, f)?;
        }
        if self.mode != Mode::Exact {
            f.write_str("*")?;
        }
        Ok(())
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negated {
            f.write_str("-")?;
        }
        write!(f, "{}:", self.field)?;
        if let [atom] = self.atoms.as_slice() {
            return atom.fmt(f);
        }
        f.write_str("(")?;
        for (i, atom) in self.atoms.iter().enumerate() {
            if i > 0 {
                f.write_str(",")?;
            }
            atom.fmt(f)?;
        }
        f.write_str(")")
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self.current, self.superseded) {
            (true, true) => "superseded:yes",
            (true, false) => "superseded:no",
            (false, true) => "superseded:only",
            (false, false) => "superseded:()",
        })
    }
}

/// A time range, each end as coarse as it allows.
pub(super) fn time(since: Option<Date>, until: Option<Date>) -> Option<String> {
    // The widest period that begins (or ends) on the day.
    let begin = |day: Date| {
        periods(day)
            .into_iter()
            .find(|days| days.first() == day)
            .map_or_else(|| day.to_string(), |days| days.to_string())
    };
    let end = |day: Date| {
        periods(day)
            .into_iter()
            .find(|days| days.last() == day)
            .map_or_else(|| day.to_string(), |days| days.to_string())
    };
    Some(match (since, until) {
        (None, None) => return None,
        (Some(since), None) => format!("{}..", begin(since)),
        (None, Some(until)) => format!("..{}", end(until)),
        // What `&` leaves of two times that share no day.
        (Some(since), Some(until)) if since > until => {
            format!("{}.. ..{}", begin(since), end(until))
        }
        (Some(since), Some(until)) => periods(since)
            .into_iter()
            .find(|days| (days.first(), days.last()) == (since, until))
            .map_or_else(
                || format!("{}..{}", begin(since), end(until)),
                |days| days.to_string(),
            ),
    })
}

/// The year, the month and the day of a day.
fn periods(day: Date) -> impl IntoIterator<Item = Days> {
    [
        Days::year(day.year()),
        Days::month(day.year(), day.month()),
        Some(Days::from(day)),
    ]
    .into_iter()
    .flatten()
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = time(self.since, self.until);
        let clauses = self
            .clauses
            .iter()
            .map(|clause| clause as &dyn fmt::Display);
        let parts = time
            .iter()
            .map(|time| time as &dyn fmt::Display)
            .chain(clauses)
            .chain(self.rule.iter().map(|rule| rule as &dyn fmt::Display));
        for (i, part) in parts.enumerate() {
            if i > 0 {
                f.write_str(" ")?;
            }
            part.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Query({:?})", self.to_string())
    }
}
