//! How a command can end badly.

use std::io::{self, Write};

use super::args::Command;
use super::width::{self, visible};
use eventstore::{Error, ParseError};

/// What ended a command before its end.
#[derive(Debug)]
pub(super) enum Failure {
    Store(Error),
    /// Standard output cannot be written, or nobody reads it any more.
    Output(io::Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

impl From<ParseError> for Failure {
    fn from(error: ParseError) -> Self {
        Self::Store(error.into())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl Failure {
    /// Prints it on standard error and returns the exit code.
    pub fn report(&self, command: &Command) -> i32 {
        let (text, code) = match self {
            // Whoever closed the pipe has what they wanted.
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => return 0,
            Self::Output(error) => (format!("standard output: {error}"), 1),
            Self::Store(Error::Parse(error)) => (question(error), 2),
            Self::Store(error @ Error::Interrupted) => (error.to_string(), 130),
            Self::Store(error) => (visible(&chain(error)).into_owned(), 1),
        };
        say(&format!("eventstore: {text}"));
        if let Self::Store(error) = self
            && let Some(hint) = hint(error, command)
        {
            say(&format!("hint: {hint}"));
        }
        code
    }
}

/// Prints what is wrong with a command line, or the help or version that was asked for, and returns the exit code.
pub(super) fn usage(error: &clap::Error) -> i32 {
    let text = error.to_string();
    match text.strip_prefix("error: ") {
        Some(text) => say(&format!("eventstore: {}", text.trim_end())),
        // A closed pipe behind `--help` is no error of the user's.
        None => drop(error.print()),
    }
    error.exit_code()
}

/// Says a line on standard error. It may be closed, and there is nobody left to tell.
pub(super) fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// The error and what caused it: why the operating system refused stands in the source alone.
fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    if let Error::Storage { source, .. } = error {
        text.push_str(": ");
        text.push_str(&source.to_string());
    }
    text
}

/// The error with its caret under the place, by the width that a terminal gives the text before it.
fn question(error: &ParseError) -> String {
    let before = error.text.get(..error.offset).unwrap_or(&error.text);
    let caret = " ".repeat(width::of(&visible(before)));
    let mut text = format!("{}\n  {}\n  {caret}^", error.message, visible(&error.text));
    if let Some(hint) = &error.hint {
        text.push_str("\nhint: ");
        text.push_str(hint);
    }
    text
}

/// What to do, where the error itself cannot know the command.
fn hint(error: &Error, command: &Command) -> Option<String> {
    let store = command.store().display();
    match (error, command) {
        (Error::PathNotFound { path }, Command::Ingest(args)) if *path == args.archive => {
            Some("the store comes first, then the archive: eventstore ingest STORE ARCHIVE".into())
        }
        (Error::NotAStore { .. }, Command::Ingest(_)) => {
            Some("the store comes first, then the archive: eventstore ingest STORE ARCHIVE".into())
        }
        (Error::PathNotFound { .. }, _) => Some(format!(
            "`eventstore ingest {store} ARCHIVE` makes a store of an archive"
        )),
        (Error::NotFound { id }, _) => Some(format!(
            "`eventstore query {store} '{} superseded:yes' --ids` lists the ids of that day",
            id.day()
        )),
        (Error::Page(_), Command::Ingest(_)) => {
            Some("nothing was committed; without `--on-error raise` the other pages go in".into())
        }
        _ => None,
    }
}
