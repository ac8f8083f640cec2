//! `ingest`: an archive into a store.

use std::io::{self, IsTerminal, Write};
use std::ops::ControlFlow;

use super::args::IngestArgs;
use super::failure::{Failure, say};
use super::interrupt;
use super::json;
use super::output::Output;
use super::width::{self, bytes, grouped, visible};
use crate::error::Error;
use crate::{IngestOptions, OpenOptions, Progress, Report};

/// Failed pages that are listed unless all are asked for.
const FAILURES: usize = 20;

pub(super) fn run(args: &IngestArgs, output: &mut Output) -> Result<(), Failure> {
    // Before the store is made: a misspelled archive should leave nothing behind.
    if !args.archive.exists() {
        let path = args.archive.clone();
        return Err(Error::PathNotFound { path }.into());
    }
    let store = OpenOptions::new().open(&args.store)?;
    let mut line = ProgressLine::of_terminal();
    let options = IngestOptions::new()
        .prune(args.prune)
        .on_error(args.on_error.into())
        .limits(args.limits.limits())
        .progress(|progress| {
            line.show(progress);
            match interrupt::asked() {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        });
    let ingested = store.ingest(args.archive.as_path(), options);
    line.clear();
    let closed = store.close();
    let report = ingested?;
    closed?;
    // The commit stands: a Ctrl-C that came too late must not keep its report back.
    output.insist();
    print(report, args, output)
}

fn print(mut report: Report, args: &IngestArgs, output: &mut Output) -> Result<(), Failure> {
    if args.json {
        return output.line(&json::pretty(&json::report(&report)));
    }
    let errors = std::mem::take(&mut report.errors);
    output.line(&visible(&report.to_string()))?;
    output.finish()?;
    if report.failed == 0 {
        return Ok(());
    }
    let shown = if args.all_failures {
        errors.len()
    } else {
        FAILURES.min(errors.len())
    };
    for error in &errors[..shown] {
        say(&visible(&error.to_string()));
    }
    let more = report.failed - shown as u64;
    let pages = if report.failed == 1 { "page" } else { "pages" };
    let rest = match more {
        0 => String::new(),
        _ if shown == errors.len() => format!("; {} more are not listed", grouped(more)),
        _ => format!("; {} more with --all-failures", grouped(more)),
    };
    say(&format!(
        "eventstore: {} {pages} failed and were left out{rest}",
        grouped(report.failed)
    ));
    Ok(())
}

/// One line on standard error that is written over and over, if that is a terminal that can.
struct ProgressLine {
    on: bool,
    /// Columns of what stands there.
    shown: usize,
}

impl ProgressLine {
    fn of_terminal() -> Self {
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self {
            on: io::stderr().is_terminal() && !dumb,
            shown: 0,
        }
    }

    fn show(&mut self, progress: &Progress) {
        if self.on {
            self.write(&told(progress));
        }
    }

    fn clear(&mut self) {
        if self.shown > 0 {
            self.write("");
            self.write("");
        }
    }

    fn write(&mut self, text: &str) {
        let padded = width::pad(text, self.shown);
        let mut stderr = io::stderr();
        let _ = write!(stderr, "\r{padded}").and_then(|()| stderr.flush());
        if text.is_empty() {
            let _ = write!(stderr, "\r").and_then(|()| stderr.flush());
        }
        self.shown = width::of(text);
    }
}

/// How far it is, in less than 80 columns.
fn told(progress: &Progress) -> String {
    let mut text = format!(
        "{} files, {}",
        grouped(progress.pages),
        bytes(progress.bytes)
    );
    if let Some(total) = progress.total_bytes.filter(|&total| total > 0) {
        let percent = progress.bytes.min(total) as f64 / total as f64 * 100.0;
        text.push_str(&format!(" of {} ({percent:.0} %)", bytes(total)));
        if progress.bytes >= total {
            text.push_str(", writing");
        }
    }
    if progress.failed > 0 {
        text.push_str(&format!(", {} failed", grouped(progress.failed)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_says_the_share_where_the_total_is_known() {
        let mut progress = Progress {
            pages: 12_345,
            bytes: 17_000_000,
            total_bytes: Some(34_000_000),
            failed: 0,
            ..Progress::default()
        };
        assert_eq!(told(&progress), "12,345 files, 17.0 MB of 34.0 MB (50 %)");
        progress.bytes = 34_000_000;
        progress.failed = 2;
        assert_eq!(
            told(&progress),
            "12,345 files, 34.0 MB of 34.0 MB (100 %), writing, 2 failed"
        );
        progress.total_bytes = None;
        assert_eq!(told(&progress), "12,345 files, 34.0 MB, 2 failed");
    }
}
