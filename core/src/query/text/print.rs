//! Writes a query as text that reads back as the same query.

use std::fmt;

use super::bare_word::write_word;
use super::field::{QueryField, Trait};
use super::matcher::{MatchMode, Matcher};
use super::quote::write_quoted;
use super::time_range;
use crate::query::model::{Admission, Clause, Query};

impl fmt::Display for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.mode {
            MatchMode::Any => {}
            _ if self.pattern.is_some() => write_word(&self.text, f)?,
            _ => write_quoted(&self.text, f)?,
        }
        if self.mode != MatchMode::Exact {
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
        if self.field != QueryField::Text {
            write!(f, "{}:", self.field)?;
        }
        if let [matcher] = self.matchers.as_slice() {
            return matcher.fmt(f);
        }
        f.write_str("(")?;
        for (i, matcher) in self.matchers.iter().enumerate() {
            if i > 0 {
                f.write_str(",")?;
            }
            matcher.fmt(f)?;
        }
        f.write_str(")")
    }
}

/// A trait, and what a query says of it.
struct Said(Trait, Admission);

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match (self.1.without, self.1.with) {
            (true, true) => "yes",
            (true, false) => "no",
            (false, true) => "only",
            (false, false) => "()",
        };
        write!(f, "{}:{word}", self.0.as_str())
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = time_range::written(self.since, self.until);
        let clauses = self
            .clauses
            .iter()
            .map(|clause| clause as &dyn fmt::Display);
        let said = Trait::ALL
            .into_iter()
            .filter_map(|of| Some(Said(of, self.rule().said(of)?)));
        let said: Vec<Said> = said.collect();
        let parts = time
            .iter()
            .map(|time| time as &dyn fmt::Display)
            .chain(clauses)
            .chain(said.iter().map(|said| said as &dyn fmt::Display));
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
