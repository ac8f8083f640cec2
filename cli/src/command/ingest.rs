//! `ingest`: an archive into a store.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};
use std::ops::ControlFlow;
use std::path::Path;

use super::new_store::NewStore;
use super::standard_input::{ReceivedArchive, STANDARD_INPUT, is_standard};
use crate::args::IngestArgs;
use crate::error::{CommandError, say, say_error};
use crate::format::{self, bytes, counted, grouped};
use crate::path;
use crate::terminal::{Output, columns_of, cut, is_interrupted, pad, visible};
use eventstore::{Error, IngestOptions, Progress, Report, Store};

/// Failed pages that are listed unless all are asked for.
const FAILURES: usize = 20;

/// How a report begins a line of what was noted.
const NOTE: &str = "  note: ";

/// Decoded blocks kept during an ingest: it reads a block of the store once, if at all.
const CACHE_BYTES: usize = 4 << 20;

pub(super) fn run(args: &IngestArgs, output: &mut Output) -> Result<(), CommandError> {
    path::check(&args.store)?;
    // Before the store is made: a misspelled archive should leave nothing behind.
    let received = match is_standard(&args.archive) {
        true => Some(ReceivedArchive::receive()?),
        false => {
            path::check(&args.archive)?;
            if !args.archive.exists() {
                let path = args.archive.clone();
                return Err(Error::PathNotFound { path }.into());
            }
            None
        }
    };
    let new = NewStore::at(&args.store);
    let mut options = args.lock.options().cache_bytes(CACHE_BYTES);
    if let Some(words) = args.words {
        options = options.words(words);
    }
    let store = options.open(&args.store)?;
    let ingested = match &received {
        Some(received) => {
            ingest(args, received.path(), &store).map_err(|error| received.named(error))
        }
        None => ingest(args, &args.archive, &store),
    };
    let is_empty = store.is_empty();
    // An ingest that brings nothing, or fails before its first commit, leaves no store behind.
    new.remove_if(*is_empty.as_ref().unwrap_or(&false))?;
    let closed = store.close();
    let report = ingested?;
    let is_empty = is_empty?;
    closed?;
    // The commit stands: a Ctrl-C that came too late must not keep its report back.
    output.insist();
    let name = match received {
        Some(_) => STANDARD_INPUT.into(),
        None => args.archive.to_string_lossy(),
    };
    let nothing = nothing_found(&report, is_empty, &name);
    print(report, args.json, args.all_failures, output)?;
    match nothing {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

fn ingest(args: &IngestArgs, archive: &Path, store: &Store) -> Result<Report, Error> {
    let mut line = ProgressLine::of_terminal();
    let options = IngestOptions::new()
        .prune(args.prune)
        .on_error(args.on_error)
        .format(args.page_format)
        .prefix(&*args.prefix)
        .profile(args.profile)
        .map(args.key_map())
        .limits(args.limits.limits())
        .progress(|progress| {
            line.show(progress);
            match is_interrupted() {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        });
    let ingested = store.ingest(archive, options);
    line.clear();
    ingested
}

/// The error that an archive is in which there was no event, and of which the store has none.
pub(super) fn nothing_found(report: &Report, is_empty: bool, name: &str) -> Option<CommandError> {
    let new = report.added + report.undated;
    let events = new + report.changed + report.relinked + report.rewritten;
    let known = report.unchanged + report.twins;
    let effects = report.removed + report.retagged;
    let brought = match is_empty {
        true => report.removed > 0,
        false => events + known + effects + report.listings > 0,
    };
    (!brought).then(|| CommandError::Refused {
        message: format!(
            "{name}: no event in {}",
            counted(report.files, "file", "files")
        ),
        hint: Some(
            "an event is a page whose name ends in .md, .mdx, .markdown, .rst or .org; pages of the \
             Context lie at news/YEAR/MONTH/DAY/NAME.md or opinion/YEAR/MONTH/DAY/NAME/"
                .to_owned(),
        ),
    })
}

pub(super) fn print(
    mut report: Report,
    json: bool,
    all_failures: bool,
    output: &mut Output,
) -> Result<(), CommandError> {
    if json {
        output.line(&format::pretty(&report))?;
        return output.finish();
    }
    let errors = std::mem::take(&mut report.errors);
    for line in visible(&report.to_string()).lines() {
        match output.columns() {
            Some(columns) => output.line(&fitted(line, columns))?,
            None => output.line(line)?,
        }
    }
    output.finish()?;
    if report.failed == 0 {
        return Ok(());
    }
    let shown = if all_failures {
        errors.len()
    } else {
        FAILURES.min(errors.len())
    };
    for error in &errors[..shown] {
        say(&error.to_string());
    }
    let more = report.failed - shown as u64;
    let rest = match more {
        0 => String::new(),
        _ if shown == errors.len() => format!("; {} more are not listed", grouped(more)),
        _ => format!("; {} more with --all-failures", grouped(more)),
    };
    let verb = if report.failed == 1 { "was" } else { "were" };
    say_error(&format!(
        "{} failed and {verb} left out{rest}",
        counted(report.failed, "page", "pages")
    ));
    Ok(())
}

/// A line of a report, cut to some columns: of a note about a page its path, since what is noted stands behind that;
/// of any other line its end.
fn fitted(line: &str, columns: usize) -> Cow<'_, str> {
    /// Columns that a path needs to be known.
    const PATH_LEAST: usize = 20;
    let note = line
        .strip_prefix(NOTE)
        .and_then(|note| note.split_once(": "))
        .filter(|(before, _)| is_of_page(before));
    if let (Some((path, noted)), true) = (note, columns_of(line) > columns) {
        let room = columns.saturating_sub(columns_of(NOTE) + columns_of(noted) + 2);
        let line = format!("{NOTE}{}: {noted}", cut(path, room.max(PATH_LEAST)));
        return cut(&line, columns).into_owned().into();
    }
    cut(line, columns)
}

/// Whether a text is the path of a page or the id of an event, and no beginning of a sentence.
fn is_of_page(text: &str) -> bool {
    const ENDINGS: [&str; 5] = [".md", ".mdx", ".markdown", ".rst", ".org"];
    let text = text.to_lowercase();
    !text.contains(' ') || ENDINGS.iter().any(|ending| text.ends_with(ending))
}

/// One line on standard error that is written over and over, if that is a terminal that can.
pub(super) struct ProgressLine {
    on: bool,
    /// Columns of what stands there.
    shown: usize,
}

impl ProgressLine {
    pub(super) fn of_terminal() -> Self {
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self {
            on: io::stderr().is_terminal() && !dumb,
            shown: 0,
        }
    }

    pub(super) fn show(&mut self, progress: &Progress) {
        if self.on {
            self.write(&progress_text(progress));
        }
    }

    pub(super) fn clear(&mut self) {
        if self.shown > 0 {
            self.write("");
            self.write("");
        }
    }

    fn write(&mut self, text: &str) {
        let padded = pad(text, self.shown);
        let mut stderr = io::stderr();
        let _ = write!(stderr, "\r{padded}").and_then(|()| stderr.flush());
        if text.is_empty() {
            let _ = write!(stderr, "\r").and_then(|()| stderr.flush());
        }
        self.shown = columns_of(text);
    }
}

/// What it is doing and how far it is, in less than 80 columns.
fn progress_text(progress: &Progress) -> String {
    let mut text = format!(
        "{}: {}, {}",
        progress.phase,
        counted(progress.pages, "file", "files"),
        bytes(progress.bytes)
    );
    if let Some(total) = progress.total_bytes.filter(|&total| total > 0) {
        text.push_str(&format!(" of {}", bytes(total)));
    }
    if let Some(fraction) = progress.fraction {
        // 100 % is the end and nothing else.
        text.push_str(&format!(", {:.0} %", (fraction * 100.0).floor()));
    }
    if progress.failed > 0 {
        text.push_str(&format!(", {} failed", grouped(progress.failed)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use eventstore::Phase;

    #[test]
    fn of_a_note_the_path_is_cut_and_a_sentence_at_its_end() {
        let note = "  note: news/2017/09/3/the-telescope-of-the-observatory.md: the heading says 2017-09-02";
        assert_eq!(fitted(note, 200), note);
        assert_eq!(
            fitted(note, 64),
            "  note: news/2017/09/3/the-telesco…: the heading says 2017-09-02"
        );
        assert_eq!(
            fitted(note, 45),
            "  note: news/2017/09/3/the-…: the heading sa…"
        );
        let of_vault = "  note: Daily notes/2017-09-03.md: the heading says 2017-09-02";
        assert_eq!(
            fitted(of_vault, 57),
            "  note: Daily notes/2017-09…: the heading says 2017-09-02"
        );
        let sentence = "  note: 2 names are not marked as UTF-8 and were read as such, which may be wrong: Caf\u{e9}.md";
        assert_eq!(
            fitted(sentence, 40),
            "  note: 2 names are not marked as UTF-8…"
        );
        assert_eq!(
            fitted("  passed over, free page (2): a", 24),
            "  passed over, free pag…"
        );
        for columns in 10..100 {
            for line in [note, of_vault, sentence] {
                assert!(columns_of(&fitted(line, columns)) <= columns, "{columns}");
            }
        }
    }

    #[test]
    fn progress_says_the_phase_and_how_much_is_done_where_that_is_known() {
        let mut progress = Progress::default();
        progress.pages = 12_345;
        progress.bytes = 17_000_000;
        progress.total_bytes = Some(34_000_000);
        progress.fraction = Some(0.3);
        assert_eq!(
            progress_text(&progress),
            "reading: 12,345 files, 17.0 MB of 34.0 MB, 30 %"
        );
        progress.bytes = 34_000_000;
        progress.phase = Phase::Writing;
        progress.fraction = Some(0.999);
        progress.failed = 2;
        assert_eq!(
            progress_text(&progress),
            "writing: 12,345 files, 34.0 MB of 34.0 MB, 99 %, 2 failed"
        );
        (progress.total_bytes, progress.fraction) = (None, None);
        progress.phase = Phase::Indexing;
        assert_eq!(
            progress_text(&progress),
            "indexing: 12,345 files, 34.0 MB, 2 failed"
        );
    }
}
