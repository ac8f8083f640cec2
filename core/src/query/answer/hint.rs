//! What may be wrong with a query that matches nothing.

use std::sync::Arc;

use super::hits::Hits;
use super::suggest::{exists, nearest, shortened};
use super::word_hints::nearest_to_words;
use crate::error::{Error, Result};
use crate::event::EventId;
use crate::query::Include;
use crate::query::model::{AdmissionRule, Clause, Query};
use crate::query::run::check_indexed;
use crate::query::text::{Matcher, QueryField, Trait, apart};
use crate::store::Snapshot;

impl Hits {
    /// What may be wrong with a query that matches nothing: a value that no event has, and the
    /// nearest value that some event has.
    ///
    /// A word that no event has may be a slip for one that some events have: `did you mean flood?` Words
    /// next to each other may stand apart. It may be a tag, a category, an author or a publisher, or a part of one:
    /// `tag:new york` may mean `tag:"new york"`. A time may be meant as a word, and a word in quotes as
    /// a time. Several times may share no day, as `2017 2018`.
    ///
    /// Where events match that are left out because they have no date, are drafts or superseded, it says
    /// how many, and what to add. `None` if an event matches, or if every value of the query exists. Suggested values always
    /// exist. Compares a value with at most 20,000 values of each segment that begin with the same letter,
    /// a word with at most 40,000 in all, which takes milliseconds. Reads no event; of words it says
    /// nothing where the texts of too many events would be read for it.
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
        if let Some(hint) = apart(self.query.since, self.query.until) {
            return Ok(Some(hint));
        }
        if let Some(hint) = self.left_out()? {
            return Ok(Some(hint));
        }
        if let Some(hint) = self.words_meant()? {
            return Ok(Some(hint));
        }
        let rule = self.query.rule();
        // Values are looked for in events of all times, whatever time the query asks for.
        let indexed = is_indexed(&self.snapshot, &Query::new())?;
        for clause in &self.query.clauses {
            if !clause.negated
                && (indexed || !clause.field.has_words())
                && let Some(hint) = hint_of(&self.snapshot, rule, clause)?
            {
                return Ok(Some(hint));
            }
        }
        Ok(None)
    }
}

/// Whether the words of a query's time may be asked for: not where segments without words have too many
/// events of it.
fn is_indexed(snapshot: &Snapshot, query: &Query) -> Result<bool> {
    match check_indexed(query, snapshot) {
        Ok(()) => Ok(true),
        Err(Error::NotIndexed { .. }) => Ok(false),
        Err(error) => Err(error),
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
    /// How many events match a query that was probably meant; 0 where too many texts would be read for it.
    pub(super) fn matches_of(&self, meant: Query) -> Result<u64> {
        let words = meant.clauses.iter().any(|clause| clause.field.has_words());
        match !words || is_indexed(&self.snapshot, &meant)? {
            true => Self::new(self.snapshot.clone(), meant).total(),
            false => Ok(0),
        }
    }

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
            let (events, matches) = match self.matches_of(query)? {
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
    if matches!(clause.field, QueryField::Related | QueryField::Refers) {
        let of_id = |matcher: &Matcher| matcher.text.parse::<EventId>().ok();
        for id in clause.matchers.iter().filter_map(of_id) {
            if snapshot.contains(&id)? {
                return Ok(Some(format!("no event has {asked}")));
            }
        }
        return Ok(Some(format!(
            "no event has {asked}; the store has no event of that id"
        )));
    }
    Ok(Some(if meant.is_empty() {
        format!("no event has {asked}")
    } else {
        format!("no event has {asked}; did you mean {}?", meant.join(" or "))
    }))
}

#[cfg(test)]
mod tests {
    use crate::{Date, Event, Store};

    #[test]
    fn times_that_share_no_day_are_told_with_the_range_that_holds_both() {
        let store = Store::memory().unwrap();
        let id = "2017/01/9/a".parse().unwrap();
        store
            .add([Event::new(id, Date::new(2017, 1, 9), "A book")])
            .unwrap();
        for (query, hint) in [
            (
                "2017 2018",
                Some("2018.. and in ..2017; the days of both and between are 2017..2018"),
            ),
            (
                "2018-03 book 2017-01-09",
                Some(
                    "2018-03.. and in ..2017-01-09; the days of both and between are 2017-01-09..2018-03",
                ),
            ),
            (
                "..2016 2019..",
                Some("2019.. and in ..2016; the days of both and between are 2016..2019"),
            ),
            ("2018", None),
            ("2018 tag:x", Some("no event has tag:x")),
        ] {
            let told = store.query(query).unwrap().hint().unwrap();
            let hint = hint.map(|hint| match hint.starts_with("no") {
                true => hint.to_owned(),
                false => format!("no day lies both in {hint}"),
            });
            assert_eq!(told, hint, "{query}");
        }
    }
}
