//! `similar`: the events that share most tags with one.

use super::open::{check, open, read_id};
use super::table;
use crate::args::{Amount, SimilarArgs};
use crate::error::{CommandError, say};
use crate::format::{Format, counted};
use crate::terminal::{Marked, Output};
use eventstore::Query;

/// Columns of a day and what follows it.
const INDENT: usize = 12;

pub(super) fn run(args: &SimilarArgs, output: &mut Output) -> Result<(), CommandError> {
    check(&args.store)?;
    let id = read_id(&args.id, &args.store)?;
    let query: Query = args.within.parse().map_err(eventstore::Error::from)?;
    let store = open(&args.store)?;
    let top = Amount::or_screen(Some(args.top), false).unwrap_or(usize::MAX);
    let found = store.query(query)?.similar(&id, top)?;
    match args.answer.format {
        Format::Table => {
            let columns = output.columns();
            let fitted = |line: Marked| match columns {
                Some(columns) => line.cut(columns),
                None => line,
            };
            for one in &found {
                let day = one.heading.date.map(|date| date.to_string());
                let day = format!("{:INDENT$}", day.unwrap_or_default());
                let title = Marked::new(&one.heading.title, &[]).behind(&day);
                output.marked(&fitted(title))?;
                let shared = Marked::new(&one.shared.join("; "), &[]);
                output.aside(fitted(shared.behind(&" ".repeat(INDENT))).text())?;
            }
            output.finish()?;
            let shown = counted(found.len() as u64, "event", "events");
            say(&format!("{shown} shown, by the number of tags shared"));
        }
        _ => table::print(&found, args.answer, output)?,
    }
    output.finish()?;
    Ok(store.close()?)
}
