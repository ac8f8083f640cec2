//! What may be wrong with a query that matches nothing.

use std::sync::Arc;

use super::hits::Hits;
use super::suggest::{exists, nearest, shortened};
use super::word_hints::nearest_to_words;
use crate::error::{Error, Result};
use crate::query::Include;
use crate::query::model::{AdmissionRule, Clause};
use crate::query::text::Trait;
use crate::store::Snapshot;

impl Hits {
    /// What may be wrong with a query that matches nothing: a value that no event has, and the
    /// nearest value that some event has.
    ///
    /// A word that no event has may be a slip for one that some events have: `did you mean flood?` Words
    /// next to each other may stand apart. It may be a tag, a category, an author or a publisher, or a part of one:
    /// `tag:new york` may mean `tag:"new york"`. A time may be meant as a word, and a word in quotes as
    /// a time.
    ///
    /// Where events match that are left out because they have no date, are drafts or superseded, it says
    /// how many, and what to add. `None` if an event matches, or if every value of the query exists. Suggested values always
    /// exist. Reads no event; compares a value with at most 20,000 values of each segment that
    /// begin with the same letter, a word with at most 40,000 in all, which takes milliseconds.
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
        match self.meant() {
            // What the query asks was answered; what it may mean would read too many texts.
            Err(Error::NotIndexed { .. }) => Ok(None),
            meant => meant,
        }
    }

    fn meant(&self) -> Result<Option<String>> {
        if let Some(hint) = self.left_out()? {
            return Ok(Some(hint));
        }
        if let Some(hint) = self.words_meant()? {
            return Ok(Some(hint));
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

/// What a query leaves out without saying so: how a hint calls it, and what admits it.
const LEFT_OUT: [(Trait, &str, &str); 3] = [
    (Trait::Undated, "without a date", "undated:yes"),
    (Trait::Draft, "among the drafts", "draft:yes"),
    (
        Trait::Superseded,
        "among the superseded ones",
        "superseded:yes",
    ),
];

impl Hits {
    /// The hint where events would match that the query leaves out.
    fn left_out(&self) -> Result<Option<String>> {
        // Each alone, then two together, then all.
        for chosen in [&[0][..], &[1], &[2], &[0, 1], &[0, 2], &[1, 2], &[0, 1, 2]] {
            let chosen: Vec<_> = chosen.iter().map(|&i| LEFT_OUT[i]).collect();
            let mut query = (*self.query).clone();
            if chosen
                .iter()
                .any(|&(of, ..)| query.rule().said(of).is_some())
            {
                continue;
            }
            for (of, ..) in &chosen {
                query = match of {
                    Trait::Undated => query.undated(Include::Yes),
                    Trait::Draft => query.draft(Include::Yes),
                    Trait::Superseded => query.superseded(Include::Yes),
                };
            }
            let (events, matches) = match Self::new(self.snapshot.clone(), query).total()? {
                0 => continue,
                1 => ("1 event".to_owned(), "matches"),
                count => (format!("{count} events"), "match"),
            };
            let kinds: Vec<&str> = chosen.iter().map(|&(_, kind, _)| kind).collect();
            let words: Vec<&str> = chosen.iter().map(|&(.., word)| word).collect();
            let (kinds, words) = (kinds.join(" or "), words.join(" "));
            return Ok(Some(format!("{events} {kinds} {matches}; add {words}")));
        }
        Ok(None)
    }
}

/// The hint for a clause none of whose values exists.
fn hint_of(
    snapshot: &Arc<Snapshot>,
    rule: AdmissionRule,
    clause: &Clause,
) -> Result<Option<String>> {
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
        let near = match clause.field.has_words() {
            true => nearest_to_words(snapshot, rule, &clause.field, matcher)?,
            false => Vec::from_iter(nearest(snapshot, rule, &clause.field, matcher)?),
        };
        for near in near {
            if !meant.contains(&near) {
                meant.push(near);
            }
        }
    }
    let asked = shortened(&clause.to_string());
    Ok(Some(if meant.is_empty() {
        format!("no event has {asked}")
    } else {
        format!("no event has {asked}; did you mean {}?", meant.join(" or "))
    }))
}
