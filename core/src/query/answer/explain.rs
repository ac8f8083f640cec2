//! How an answer is found, as text for people.

use std::fmt::{self, Write};
use std::sync::Arc;

use super::hits::Hits;
use crate::error::Result;
use crate::query::model::AdmissionRule;
use crate::query::run::{Order, QueryPlan, admitted};
use crate::query::text::Trait;
use crate::segment::ReadCounts;

/// How many events of a slice are read to measure what reading them takes.
const EVENTS_MAX: usize = 100;

impl Hits {
    /// How the answer is found, and what was read for it, as text for people.
    ///
    /// Finds and counts the answer anew. For a slice it also reads the events, at most 100, and
    /// says what that took. The wording may change between versions.
    ///
    /// # Errors
    /// As [`Hits::count`].
    ///
    /// # Examples
    ///
    /// ```
    /// # let store = eventstore::Store::memory()?;
    /// assert!(store.query("tag:sea")?.explain()?.starts_with("query     tag:sea\n"));
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn explain(&self) -> Result<String> {
        self.snapshot.check()?;
        let (snapshot, query) = (&self.snapshot, &self.query);
        // First what the query itself reads. The lines below read more to describe it.
        ReadCounts::take();
        let plan = QueryPlan::new(query, snapshot)?;
        let found: Vec<u64> = (0..snapshot.views.len())
            .map(|view| plan.count(view))
            .collect::<Result<_>>()?;
        let counted = ReadCounts::take();
        let mut events = 0;
        if self.slice.is_some() {
            let anew = Self {
                cached: Arc::default(),
                ..self.clone()
            };
            for event in anew.iter().take(EVENTS_MAX) {
                event?;
                events += 1;
            }
        }
        let read = ReadCounts::take();

        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "query     {query}");
        let direction = match self.order {
            Order::OldestFirst => "date, oldest first",
            Order::NewestFirst => "-date, newest first",
            Order::Relevance => "relevance, best first",
        };
        let _ = writeln!(text, "order     {direction}");
        let rule = query.rule();
        let _ = writeln!(text, "events    {}", standing(rule));
        for (i, view) in snapshot.views.iter().enumerate() {
            let range = view.segment.row_range(query.since, query.until)?;
            let base = admitted(view, rule);
            let _ = writeln!(
                text,
                "segment {}  {} events, {} of the query's time",
                i + 1,
                base.len(),
                base.range_cardinality(range.clone()),
            );
            let asks_words = query.clauses.iter().any(|clause| clause.field.has_words());
            if asks_words && !range.is_empty() && !view.segment.has_words() {
                let events = view.live.len();
                let _ = writeln!(
                    text,
                    "  no words stored; the texts of {events} events are cut"
                );
            }
            // A segment without events of the time is not looked at, which may take reading all its texts.
            let clauses = query.clauses.iter().filter(|_| !range.is_empty());
            for (number, clause) in clauses.enumerate() {
                let rows = plan.clause(i, number, clause)?.intersection_len(&base);
                let terms = match plan.terms(view, clause)? {
                    Some(1) => "1 term, ".to_owned(),
                    Some(terms) => format!("{terms} terms, "),
                    None => String::new(),
                };
                let _ = writeln!(text, "  {clause}  {terms}{rows} events");
            }
            let _ = writeln!(text, "  answers  {}", found[i]);
        }
        let _ = writeln!(text, "answers   {}", found.iter().sum::<u64>());
        let _ = write!(text, "read      {}", ReadsText(counted));
        if events > 0 {
            let _ = write!(text, "\nslice     {events} events: {}", ReadsText(read));
        }
        Ok(text)
    }
}

/// Which events a rule admits.
fn standing(rule: AdmissionRule) -> String {
    let mut parts = Vec::new();
    for of in Trait::ALL {
        let (events, others) = match of {
            Trait::Superseded => ("superseded events", "current"),
            Trait::Draft => ("drafts", "published"),
            Trait::Undated => ("undated pages", "dated"),
        };
        let admission = rule.of(of);
        parts.push(match (admission.without, admission.with) {
            (true, true) => format!("{events} included"),
            (true, false) => format!("{events} left out"),
            (false, true) => format!("{events} only"),
            (false, false) => format!("neither {others} nor {events}: nothing can answer"),
        });
    }
    parts.join(", ")
}

/// What was read, as a line of text.
struct ReadsText(ReadCounts);

impl fmt::Display for ReadsText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ReadCounts {
            head_blocks,
            target_blocks,
            row_blocks,
            link_blocks,
            postings,
            chunks,
            meta_rows,
            text_rows,
            ..
        } = self.0;
        write!(
            f,
            "{postings} postings; blocks: {head_blocks} of ids, {link_blocks} of links, {row_blocks} of rows"
        )?;
        if target_blocks > 0 {
            write!(f, ", {target_blocks} of linked titles")?;
        }
        write!(f, "; {chunks} chunks from storage")?;
        if meta_rows > 0 {
            write!(
                f,
                "; {meta_rows} pages read for their meta, which older segments lack"
            )?;
        }
        if text_rows > 0 {
            write!(
                f,
                "; {text_rows} texts cut into words, which their segments lack"
            )?;
        }
        Ok(())
    }
}
