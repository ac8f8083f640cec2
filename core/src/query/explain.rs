//! How an answer is found, as text for people.

use std::fmt::Write;

use super::model::Query;
use super::plan::{Plan, admitted};
use super::walk::Order;
use crate::error::Result;
use crate::segment::reads;
use crate::store::Snapshot;

pub(super) fn explain(snapshot: &Snapshot, query: &Query, order: Order) -> Result<String> {
    reads::take();
    let plan = Plan::new(query, snapshot)?;
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
    let mut answers = 0;
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
        let found = plan.count(i)?;
        let _ = writeln!(text, "  answers  {found}");
        answers += found;
    }
    let read = reads::take();
    let _ = writeln!(text, "answers   {answers}");
    let _ = write!(
        text,
        "read      {} postings; blocks: {} of ids, {} of links, {} of rows; {} chunks from storage",
        read.postings, read.head_blocks, read.link_blocks, read.row_blocks, read.chunks,
    );
    Ok(text)
}
