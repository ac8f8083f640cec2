//! Writes a query as text that reads back as the same query.

use std::fmt;

use super::matcher::{MatchMode, Matcher};
use super::quote::write_quoted;
use super::time_range;
use crate::query::model::{Clause, Query, SupersededRule};

impl fmt::Display for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.mode != MatchMode::Any {
            write_quoted(&self.text, f)?;
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
        write!(f, "{}:", self.field)?;
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

impl fmt::Display for SupersededRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self.current, self.superseded) {
            (true, true) => "superseded:yes",
            (true, false) => "superseded:no",
            (false, true) => "superseded:only",
            (false, false) => "superseded:()",
        })
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = time_range::written(self.since, self.until);
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
