//! How a command can fail, what is printed then, and the exit code.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;

use clap::error::ErrorKind;

use crate::args::{Command, Topic, suggestion};
use crate::path::{day, is_condition, is_id, is_store, make_folder};
use crate::terminal::{ERROR, HINT, columns_of, has_colors, styled, visible};
use eventstore::{Error, ParseError};

/// What ended a command before its end.
#[derive(Debug)]
pub(crate) enum CommandError {
    Store(Error),
    /// Standard output cannot be written, or nobody reads it any more.
    Output(io::Error),
    /// The command itself cannot do what is asked, or found nothing to do it with.
    Refused {
        message: String,
        hint: Option<String>,
    },
    /// Help that was asked for, or what is wrong with the name of a command.
    Usage(clap::Error),
}

impl From<Error> for CommandError {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

impl From<ParseError> for CommandError {
    fn from(error: ParseError) -> Self {
        Self::Store(error.into())
    }
}

impl From<io::Error> for CommandError {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl CommandError {
    /// The error of what is written to standard output as it is read: what the store says is its own, and of the
    /// rest a reader that has gone is none.
    pub(crate) fn of_output(error: Error) -> Self {
        /// How the library names a stream, in answers and in an export.
        const STREAMS: [&str; 2] = ["<output>", "<export>"];
        match error {
            Error::Storage { path, source, .. }
                if STREAMS.iter().any(|name| path == Path::new(name)) =>
            {
                Self::Output(source)
            }
            other => other.into(),
        }
    }

    /// Prints it on standard error and returns the exit code.
    pub(crate) fn report(&self, command: &Command) -> i32 {
        let (text, code) = match self {
            // Whoever closed the pipe has what they wanted.
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => return 0,
            Self::Output(error) => (format!("standard output: {error}"), 1),
            Self::Store(Error::Parse(error)) => (with_caret(error), 2),
            Self::Store(Error::Interrupted) => (command.interrupted().to_owned(), 130),
            Self::Store(error) => (with_source(error), 1),
            Self::Refused { message, .. } => (message.clone(), 1),
            Self::Usage(error) => {
                let code = usage(error, &[]);
                if error.kind() == ErrorKind::InvalidSubcommand {
                    say_hint(&format!("topics are {}", Topic::names()));
                }
                return code;
            }
        };
        say_error(&text);
        let hint = match self {
            Self::Store(Error::Parse(error)) => error.hint.clone(),
            Self::Store(error) => hint(error, command),
            Self::Refused { hint, .. } => hint.clone(),
            Self::Output(_) | Self::Usage(_) => None,
        };
        if let Some(hint) = hint {
            say_hint(&hint);
        }
        code
    }
}

/// Prints what is wrong with a command line, or the help or version that was asked for, and returns
/// the exit code. `words` are those of the command line.
pub(crate) fn usage(error: &clap::Error, words: &[OsString]) -> i32 {
    let text = error.to_string();
    match text.strip_prefix("error: ") {
        Some(text) => say_error(&match suggestion(error, words) {
            Some(suggestion) => with_tip(text.trim_end(), &suggestion),
            None => text.trim_end().to_owned(),
        }),
        // A closed pipe behind `--help` is no error of the user's.
        None => drop(error.print()),
    }
    error.exit_code()
}

/// The text with a tip of ours in place of the parser's.
fn with_tip(text: &str, suggestion: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with("  tip:")) {
        // Where a tip was, two empty lines would follow each other.
        if !(line.is_empty() && lines.last().is_some_and(String::is_empty)) {
            lines.push(line.to_owned());
        }
    }
    lines.insert(1.min(lines.len()), format!("\n  tip: write {suggestion}"));
    lines.join("\n")
}

/// Prints what is wrong, on standard error.
pub(crate) fn say_error(text: &str) {
    let has_colors = has_colors(&io::stderr());
    let text = visible(text);
    // What a usage error suggests.
    let tip = format!("\n  {} ", styled("tip:", HINT, has_colors));
    let text = text.replace("\n  tip: ", &tip);
    print(&format!(
        "{} {text}",
        styled("eventstore:", ERROR, has_colors)
    ));
}

/// Prints what to do, on standard error.
pub(crate) fn say_hint(text: &str) {
    let has_colors = has_colors(&io::stderr());
    print(&format!(
        "{} {}",
        styled("hint:", HINT, has_colors),
        visible(text)
    ));
}

/// Prints a line on standard error, its control characters shown.
pub(crate) fn say(text: &str) {
    print(&visible(text));
}

/// Standard error may be closed, and then nobody is left to read it.
fn print(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// The error and what caused it: why the operating system refused stands in its source alone.
fn with_source(error: &Error) -> String {
    match error {
        Error::Storage { source, .. } => format!("{error}: {source}"),
        // These two name calls of the library; the hint says what the command has.
        Error::Locked { path, holder } => format!("{}: in use by {holder}", path.display()),
        Error::SnapshotGone { path } => format!(
            "{}: another process has replaced and removed what is read here",
            path.display()
        ),
        _ => error.to_string(),
    }
}

/// The error with a caret under the place where reading failed, by the columns that a terminal
/// gives the text before it.
fn with_caret(error: &ParseError) -> String {
    let query = visible(&error.text);
    let before = error.text.get(..error.offset).unwrap_or(&error.text);
    let caret = " ".repeat(columns_of(&visible(before)));
    format!("{}\n  {query}\n  {caret}^", error.message)
}

/// What to do, where the error itself cannot know the command.
fn hint(error: &Error, command: &Command) -> Option<String> {
    let path_of_store = command.store()?;
    let store = path_of_store.display();
    match (error, command) {
        (Error::PathNotFound { path }, Command::Ingest(args)) if *path == args.archive => {
            Some("the store comes first, then the archive: eventstore ingest STORE ARCHIVE".into())
        }
        (Error::NotAStore { .. }, Command::Ingest(_)) => {
            Some("the store comes first, then the archive: eventstore ingest STORE ARCHIVE".into())
        }
        (Error::PathNotFound { .. } | Error::NotAStore { .. }, _)
            if is_misplaced(command, path_of_store) =>
        {
            let usage = command.usage()?;
            Some(format!("the store comes first: {usage}"))
        }
        (Error::PathNotFound { path }, Command::Import(args)) if *path == args.file => {
            Some("the store comes first, then the file: eventstore import STORE FILE".into())
        }
        (
            Error::PathNotFound { path },
            Command::Ingest(_) | Command::Add(_) | Command::Import(_),
        ) if path_of_store.parent() == Some(path) => Some(make_folder(path)),
        (Error::PathNotFound { .. }, Command::CommitStores(_)) => None,
        (Error::PathNotFound { path }, _) if path == path_of_store => Some(format!(
            "`eventstore ingest {store} ARCHIVE` makes a store of an archive"
        )),
        // A page of notes may be called as its day is: only one that is not there is a day.
        (Error::NotFound { id }, _) => Some(match id.day().or_else(|| day(id.as_str())) {
            Some(day) => format!(
                "`eventstore query {store} '{day} superseded:yes' --ids` lists the ids of that day"
            ),
            None => {
                format!(
                    "`eventstore query {store} 'superseded:yes draft:yes undated:yes' --ids` lists all ids"
                )
            }
        }),
        (Error::Page(_), Command::Ingest(_)) => {
            Some("nothing was committed; without `--on-error raise` the other pages go in".into())
        }
        // The library names its own call.
        (Error::InvalidArgument { message, .. }, _) if message.ends_with("commit_stores()") => {
            Some(format!(
                "list the stores anew: eventstore commit-stores {store}"
            ))
        }
        (Error::Locked { .. }, _) => Some("`--wait SECONDS` waits until it is free".into()),
        (Error::SnapshotGone { .. }, _) => Some("run the command again".into()),
        (Error::Corrupt { .. }, command) if !matches!(command, Command::Salvage(_)) => Some(
            format!("`eventstore salvage {store} FILE` gives back the pages that are whole"),
        ),
        _ => None,
    }
}

/// Whether the store's place was given to what belongs behind it: a query or an id stands there, or
/// a store stands among the words behind it.
fn is_misplaced(command: &Command, store: &Path) -> bool {
    let in_its_place = !store.exists()
        && match command {
            Command::Query(_) | Command::Timeline(_) | Command::Facets(_) => is_condition(store),
            Command::Show(_) | Command::Related(_) | Command::Referring(_) | Command::Remove(_) => {
                is_id(store)
            }
            _ => false,
        };
    in_its_place || command.words().iter().any(|word| is_store(word))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use eventstore::{ExportOptions, Store};

    use super::*;

    /// A stream whose reader has gone.
    struct Gone;

    impl Write for Gone {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn of_an_export_into_a_pipe_the_errors_of_the_store_are_no_errors_of_the_pipe() {
        let store = Store::memory().unwrap();
        let error = store.export(Gone, ExportOptions::new()).unwrap_err();
        let of_pipe = CommandError::of_output(error);
        assert!(matches!(of_pipe, CommandError::Output(_)), "{of_pipe:?}");
        let of_store = CommandError::of_output(Error::Storage {
            path: PathBuf::from("news.store/data"),
            operation: "read",
            source: io::ErrorKind::BrokenPipe.into(),
        });
        assert!(matches!(of_store, CommandError::Store(_)), "{of_store:?}");
    }
}
