//! `check-links`: links between Markdown pages that lead nowhere, or may lead to several pages.

use super::open::open;
use crate::args::CheckLinksArgs;
use crate::error::{CommandError, say};
use crate::format::{self, Format, Records, counted, grouped};
use crate::terminal::{Output, visible};
use eventstore::{EventId, LinkProblem};

const COLUMNS: [&str; 3] = ["page", "target", "candidates"];

pub(super) fn run(args: &CheckLinksArgs, output: &mut Output) -> Result<(), CommandError> {
    let store = open(&args.store)?;
    let check = store.check_links()?;
    let answer = args.answer;
    match answer.format {
        Format::Table => {
            for problem in &check.problems {
                output.line(&line(problem))?;
            }
        }
        Format::Json => output.line(&format::pretty(&check))?,
        format => {
            let mut records = Records::begin(output, format, &COLUMNS, answer.raw_cells)?;
            for problem in &check.problems {
                let candidates: Vec<&str> =
                    problem.candidates.iter().map(EventId::as_str).collect();
                let candidates = format.list(&candidates);
                let cells = [problem.page.as_str(), &problem.target, &candidates];
                records.write(&cells, problem)?;
            }
            records.end()?;
        }
    }
    output.finish()?;
    if answer.format == Format::Table {
        say(&format!(
            "{}: {} dead, {} ambiguous",
            counted(check.links, "link", "links"),
            grouped(check.dead),
            grouped(check.ambiguous)
        ));
    }
    Ok(store.close()?)
}

fn line(problem: &LinkProblem) -> String {
    let (page, target) = (problem.page.as_str(), &problem.target);
    let line = match problem.candidates.as_slice() {
        [] => format!("{page}: {target}: no page"),
        candidates => format!("{page}: {target}: {}", ids(candidates)),
    };
    visible(&line).into_owned()
}

fn ids(ids: &[EventId]) -> String {
    let ids = ids.iter().map(EventId::as_str);
    ids.collect::<Vec<_>>().join(", ")
}
