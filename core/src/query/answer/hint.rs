//! What may be wrong with a query that matches nothing.

use super::hits::Hits;
use super::suggest::{exists, nearest};
use crate::error::Result;
use crate::query::model::{AdmissionRule, Clause};
use crate::store::Snapshot;

impl Hits {
    /// What may be wrong with a query that matches nothing: a value that no event has, and the
    /// nearest value that some event has.
    ///
    /// `None` if an event matches, or if every value of the query exists. Suggested values always
    /// exist. Reads no event; compares a value with at most 20,000 values of each segment that
    /// begin with the same letter, which takes milliseconds.
    ///
    /// # Errors
    /// As [`Hits::count`].
    ///
    /// # Examples
    ///
    /// ```
    #[doc = include_str!("../example_store.txt")]
    /// let hint = store.query("tag:Lnad")?.hint()?;
    /// assert_eq!(hint.unwrap(), "no event has tag:Lnad; did you mean tag:Land?");
    /// assert_eq!(store.query("tag:Land")?.hint()?, None);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn hint(&self) -> Result<Option<String>> {
        if self.total()? > 0 {
            return Ok(None);
        }
        let rule = self.query.rule();
        for clause in &self.query.clauses {
            if !clause.negated
                && let Some(hint) = hint_of(&self.snapshot, rule, clause)?
            {
                return Ok(Some(hint));
            }
        }
        Ok(None)
    }
}

/// The hint for a clause none of whose values exists.
fn hint_of(snapshot: &Snapshot, rule: AdmissionRule, clause: &Clause) -> Result<Option<String>> {
    if clause.matchers.is_empty() {
        return Ok(None);
    }
    for matcher in &clause.matchers {
        if exists(snapshot, &clause.field, matcher)? {
            return Ok(None);
        }
    }
    let mut meant = Vec::new();
    for matcher in &clause.matchers {
        if let Some(near) = nearest(snapshot, rule, &clause.field, matcher)?
            && !meant.contains(&near)
        {
            meant.push(near);
        }
    }
    Ok(Some(if meant.is_empty() {
        format!("no event has {clause}")
    } else {
        format!(
            "no event has {clause}; did you mean {}?",
            meant.join(" or ")
        )
    }))
}
