//! What may be wrong with a query that matches nothing.

use std::sync::Arc;

use super::hits::Hits;
use super::suggest::{exists, nearest, shortened};
use super::timeline::first_and_last_day;
use super::word_hints::nearest_to_words;
use crate::error::{Error, Result};
use crate::event::EventId;
use crate::query::Include;
use crate::query::model::{AdmissionRule, Clause, Query};
use crate::query::run::{check_indexed, having};
use crate::query::text::{Matcher, QueryField, Trait, apart, written};
use crate::store::Snapshot;

impl Hits {
    /// What may be wrong with a query that matches nothing: a value that no event has, and the
    /// nearest value that some event has.
    ///
    /// A word that no event has may be a slip for one that some events have: `did you mean flood?` Words
    /// next to each other may stand apart. It may be a tag, a category, an author or a publisher, or a part of one:
    /// `tag:new york` may mean `tag:"new york"`. A time may be meant as a word, and a word in quotes as
    /// a time. Several times may share no day, as `2017 2018`. A time may lie before the first event or after the
    /// last.
    ///
    /// Where events match that are left out because they have no date, are drafts or superseded, it says
    /// how many, and what to add. Of a store without any event it says that. `None` if an event matches, or if every value of the query exists and its time is not outside
    /// the days of the store. Suggested values always
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
        // Values are looked for in events of all times.
        self.of_all_stores()?.hint_of_no_hits()
    }

    fn hint_of_no_hits(&self) -> Result<Option<String>> {
        if let Some(hint) = apart(self.query.since, self.query.until) {
            return Ok(Some(hint));
        }
        if self.snapshot.is_empty() {
            return Ok(Some("the store has no event".to_owned()));
        }
        if let Some(hint) = self.only_left_out()? {
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
        self.outside_of_days()
    }

    /// The hint for a time before the first event of the store or after the last, whatever the query admits.
    fn outside_of_days(&self) -> Result<Option<String>> {
        let (since, until) = (self.query.since, self.query.until);
        let Some(time) = written(since, until) else {
            return Ok(None);
        };
        let all = Query::new().superseded(Include::Yes).draft(Include::Yes);
        let days = first_and_last_day(&self.snapshot, all.rule())?;
        let outside = days.filter(|&(first, last)| {
            since.is_some_and(|since| since > last) || until.is_some_and(|until| until < first)
        });
        Ok(outside.map(|(first, last)| match first == last {
            true => format!("no event is of {time}; all are of {first}"),
            false => format!("no event is of {time}; all are of {first} to {last}"),
        }))
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

/// The query with a rule for events that have a trait.
fn admitting(query: Query, of: Trait, include: Include) -> Query {
    match of {
        Trait::Undated => query.undated(include),
        Trait::Draft => query.draft(include),
        Trait::Superseded => query.superseded(include),
    }
}

impl Hits {
    /// How many events match a query that was probably meant; 0 where too many texts would be read for it.
    pub(super) fn matches_of(&self, meant: Query) -> Result<u64> {
        let words = meant.clauses.iter().any(|clause| clause.field.has_words());
        match !words || is_indexed(&self.snapshot, &meant)? {
            true => Self::new(self.snapshot.clone(), meant).total(),
            false => Ok(0),
        }
    }

    /// How many events match that the query leaves out without saying so, because they have no date, are
    /// drafts or superseded, and what to add to the query: `2 undated, 1 superseded are left out; undated:yes
    /// superseded:yes adds them`. `None` where there are none.
    ///
    /// An event that is left out for two reasons counts under both. Costs a count among the events that have
    /// one of these traits, which are few in most stores; nothing where there are none.
    ///
    /// # Errors
    /// As [`Hits::count`].
    ///
    /// # Examples
    /// ```
    #[doc = include_str!("../example_store.txt")]
    /// use eventstore::Event;
    /// store.add([Event::new("notes/a".parse()?, None, "A note")])?;
    /// let hits = store.query("")?;
    /// assert_eq!(hits.left_out()?.unwrap(), "1 undated is left out; undated:yes adds it");
    /// assert_eq!(hits.narrow("undated:yes")?.left_out()?, None);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn left_out(&self) -> Result<Option<String>> {
        self.snapshot.check()?;
        let rule = self.query.rule();
        let unsaid = LEFT_OUT.map(|(of, ..)| rule.said(of).is_none());
        let views = &self.snapshot.views;
        let is_there = |of| views.iter().any(|view| !having(view, of).is_empty());
        let (mut counts, mut words, mut all) = (Vec::new(), Vec::new(), 0);
        for (at, (of, _, word)) in LEFT_OUT.into_iter().enumerate() {
            if !unsaid[at] || !is_there(of) {
                continue;
            }
            let mut query = (*self.query).clone();
            for (at, (other, ..)) in LEFT_OUT.into_iter().enumerate() {
                if unsaid[at] {
                    let include = if of == other {
                        Include::Only
                    } else {
                        Include::Yes
                    };
                    query = admitting(query, other, include);
                }
            }
            let count = self.matches_of(query)?;
            if count > 0 {
                let (name, _) = word.split_once(':').unwrap_or((word, ""));
                let ending = if of == Trait::Draft && count > 1 {
                    "s"
                } else {
                    ""
                };
                counts.push(format!("{count} {name}{ending}"));
                words.push(word);
                all += count;
            }
        }
        let (is, them) = if all == 1 {
            ("is", "it")
        } else {
            ("are", "them")
        };
        let (adds, counts, words) = (
            if words.len() > 1 { "add" } else { "adds" },
            counts.join(", "),
            words.join(" "),
        );
        Ok((all > 0).then(|| format!("{counts} {is} left out; {words} {adds} {them}")))
    }

    /// The hint where events would match that the query leaves out.
    fn only_left_out(&self) -> Result<Option<String>> {
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
                query = admitting(query, *of, Include::Yes);
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
    use crate::{Date, Event, IngestOptions, Store};

    #[test]
    fn what_an_answer_leaves_out_is_counted_and_how_to_ask_for_it() {
        let page = |name: &str, keys: &str| {
            let page = format!("---\ntitle: T\ntags: [a]\n{keys}\n---\nA flood.\n");
            (name.to_owned(), page.into_bytes())
        };
        let pages = vec![
            page("a.md", "date: 2017-03-02"),
            page("b.md", "x: 1"),
            page("c.md", "date: 2017-03-02\ndraft: true"),
            page("d.md", "draft: true"),
        ];
        let store = Store::memory().unwrap();
        assert_eq!(store.query("").unwrap().left_out().unwrap(), None);
        store.ingest(pages, IngestOptions::new()).unwrap();
        for (query, told) in [
            (
                "",
                "2 undated, 2 drafts are left out; undated:yes draft:yes add them",
            ),
            (
                "tag:a flood",
                "2 undated, 2 drafts are left out; undated:yes draft:yes add them",
            ),
            ("2017", "1 draft is left out; draft:yes adds it"),
            ("undated:yes", "2 drafts are left out; draft:yes adds them"),
            ("undated:yes draft:yes", ""),
            ("undated:no draft:no", ""),
            ("tag:b", ""),
        ] {
            let hits = store.query(query).unwrap();
            let told = Some(told.to_owned()).filter(|told| !told.is_empty());
            assert_eq!(hits.left_out().unwrap(), told, "{query}");
        }
    }

    #[test]
    fn an_empty_store_is_told_before_what_it_does_not_have() {
        let store = Store::memory().unwrap();
        let hits = store.query("flood 2017").unwrap();
        assert_eq!(
            hits.hint().unwrap().as_deref(),
            Some("the store has no event")
        );
    }

    #[test]
    fn times_that_share_no_day_are_told_with_how_a_range_is_written() {
        let store = Store::memory().unwrap();
        let id = "2017/01/9/a".parse().unwrap();
        store
            .add([Event::new(id, Date::new(2017, 1, 9), "A book")])
            .unwrap();
        for (query, hint) in [
            (
                "2017 2018",
                Some("2018.. and in ..2017; one range is FIRST..LAST"),
            ),
            (
                "2018-03 book 2017-01-09",
                Some("2018-03.. and in ..2017-01-09; one range is FIRST..LAST"),
            ),
            (
                "2017-12 2018-01",
                Some("2018.. and in ..2017; one range is FIRST..LAST"),
            ),
            (
                "..2016 2019..",
                Some("2019.. and in ..2016; one range is FIRST..LAST"),
            ),
            ("2018", Some("no event is of 2018; all are of 2017-01-09")),
            (
                "..2016",
                Some("no event is of ..2016; all are of 2017-01-09"),
            ),
            ("2017-01", None),
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
