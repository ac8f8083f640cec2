//! How an answer is found, as text for people.

use std::fmt::{self, Write};

use super::events::Events;
use super::model::Query;
use super::plan::{Plan, admitted};
use super::walk::Order;
use crate::error::Result;
use crate::segment::reads::{self, Reads};
use crate::store::Snapshot;

/// Events of a slice that are read to say what it takes.
const EVENTS_MAX: usize = 100;

pub(super) fn explain(
    snapshot: &Snapshot,
    query: &Query,
    order: Order,
    slice: Option<Events>,
) -> Result<String> {
    // First what a question does, by itself; what is read to tell of it comes after.
    reads::take();
    let plan = Plan::new(query, snapshot)?;
    let found: Vec<u64> = (0..snapshot.views.len())
        .map(|view| plan.count(view))
        .collect::<Result<_>>()?;
    let counted = reads::take();
    let mut events = 0;
    for event in slice.into_iter().flatten().take(EVENTS_MAX) {
        event?;
        events += 1;
    }
    let read = reads::take();

    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "query     {query}");
    let direction = match order {
        Order::Date => "date, oldest first",
        Order::MinusDate => "-date, newest first",
    };
    let _ = writeln!(text, "order     {direction}");
    let rule = query.rule();
    let standing = match (rule.current, rule.superseded) {
        (true, true) => "superseded events included",
        (true, false) => "superseded events left out",
        (false, true) => "superseded events only",
        (false, false) => "neither current nor superseded events: nothing can answer",
    };
    let _ = writeln!(text, "events    {standing}");
    for (i, view) in snapshot.views.iter().enumerate() {
        let range = view.segment.row_range(query.since, query.until)?;
        let base = admitted(view, rule);
        let _ = writeln!(
            text,
            "segment {}  {} events, {} of the query's time",
            i + 1,
            base.len(),
            base.range_cardinality(range),
        );
        for (number, clause) in query.clauses.iter().enumerate() {
            let rows = plan.clause(view, number, clause)?.intersection_len(&base);
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
    let _ = write!(text, "read      {}", Told(counted));
    if events > 0 {
        let _ = write!(text, "\nslice     {events} events: {}", Told(read));
    }
    Ok(text)
}

/// What was read, as a line of text.
struct Told(Reads);

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Reads {
            head_blocks,
            target_blocks,
            row_blocks,
            link_blocks,
            postings,
            chunks,
        } = self.0;
        write!(
            f,
            "{postings} postings; blocks: {head_blocks} of ids, {link_blocks} of links, {row_blocks} of rows"
        )?;
        if target_blocks > 0 {
            write!(f, ", {target_blocks} of linked titles")?;
        }
        write!(f, "; {chunks} chunks from storage")
    }
}
