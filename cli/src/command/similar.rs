//! `similar`: the events that share most tags with one.

use super::open::{check, open, read_id};
use crate::args::{Amount, SimilarArgs};
use crate::error::{CommandError, say};
use crate::format::{self, Format, Records, counted};
use crate::terminal::{Output, cut, visible};
use eventstore::{Query, Similar};
use serde::Serialize;

const COLUMNS: [&str; 4] = ["id", "date", "title", "shared"];

/// An event that shares tags, as an object of JSON.
#[derive(Serialize)]
struct SimilarObject<'a> {
    id: &'a str,
    date: Option<String>,
    title: &'a str,
    shared: &'a [String],
}

impl<'a> SimilarObject<'a> {
    fn of(similar: &'a Similar) -> Self {
        let heading = &similar.heading;
        Self {
            id: heading.id.as_str(),
            date: heading.date.map(|date| date.to_string()),
            title: &heading.title,
            shared: &similar.shared,
        }
    }
}

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
            let fitted = |line: String| match columns {
                Some(columns) => cut(&visible(&line), columns).into_owned(),
                None => line,
            };
            for one in &found {
                let day = one.heading.date.map(|date| date.to_string());
                let title = visible(&one.heading.title);
                output.line(&fitted(format!("{:10}  {title}", day.unwrap_or_default())))?;
                output.aside(&fitted(format!("            {}", one.shared.join("; "))))?;
            }
            output.finish()?;
            let shown = counted(found.len() as u64, "event", "events");
            say(&format!("{shown} shown, by the number of tags shared"));
        }
        Format::Json => {
            let objects: Vec<_> = found.iter().map(SimilarObject::of).collect();
            output.line(&format::pretty(&objects))?;
        }
        format => {
            let mut records = Records::begin(output, format, &COLUMNS, args.answer.raw_cells)?;
            for one in &found {
                let object = SimilarObject::of(one);
                let day = object.date.clone().unwrap_or_default();
                let shared = format.list(&one.shared);
                records.write(&[object.id, &day, object.title, &shared], &object)?;
            }
            records.end()?;
        }
    }
    output.finish()?;
    Ok(store.close()?)
}
