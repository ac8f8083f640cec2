//! The command `eventstore`, as a library: its binary and the console script of the Python package run [`main`].
//!
//! | file | question |
//! | --- | --- |
//! | `args`, `choice` | what can be said on the command line, and the help |
//! | `ingest`, `query`, `counts`, `show`, `upkeep`, `bench` | the commands |
//! | `json`, `csv`, `width` | how events and counts look as text |
//! | `output`, `interrupt` | standard output that may close, and Ctrl-C |
//! | `failure` | how a command can end badly, what is printed then, and the exit code |

mod args;
mod bench;
mod choice;
mod counts;
mod csv;
mod failure;
mod ingest;
mod interrupt;
mod json;
mod output;
mod query;
mod show;
mod upkeep;
mod width;

use std::ffi::OsString;

use args::{Arguments, Command};
use failure::Failure;
use output::Output;

/// Runs the command `eventstore` with the arguments of a process (the program's name first) and returns the exit code.
///
/// Answers go to standard output, everything said about them to standard error.
///
/// | code | meaning |
/// | --- | --- |
/// | 0 | done; also when pages failed that were only to be collected, and when the reader of the output went away |
/// | 1 | an error |
/// | 2 | the command line, a query or an id cannot be read |
/// | 130 | stopped by Ctrl-C or another request to end; the last commit stands |
///
/// Takes over Ctrl-C of the process from its first call on: a command has 0.8 seconds to end in good order, then the
/// process exits with 130.
///
/// # Examples
///
/// ```
/// let run = |words: &[&str]| eventstore_cli::main(words.iter().map(Into::into));
/// assert_eq!(run(&["eventstore", "stats", "no/such.store"]), 1);
/// assert_eq!(run(&["eventstore", "no-such-command"]), 2);
/// assert_eq!(run(&["eventstore", "--version"]), 0);
/// ```
pub fn main(args: impl IntoIterator<Item = OsString>) -> i32 {
    let arguments = match Arguments::read(args) {
        Ok(arguments) => arguments,
        Err(error) => return failure::usage(&error),
    };
    interrupt::listen();
    let mut output = Output::stdout();
    let done = run(&arguments.command, &mut output);
    match done.and_then(|()| output.finish()) {
        Ok(()) => 0,
        Err(failure) => {
            // What was found before the failure was asked for too; a second failure would only hide the first.
            let _ = output.finish();
            failure.report(&arguments.command)
        }
    }
}

fn run(command: &Command, output: &mut Output) -> Result<(), Failure> {
    match command {
        Command::Ingest(args) => ingest::run(args, output),
        Command::Query(args) => query::run(args, output),
        Command::Show(args) => show::run(args, output),
        Command::Timeline(args) => counts::timeline(args, output),
        Command::Facets(args) => counts::facets(args, output),
        Command::Tags(args) => counts::tags(args, output),
        Command::Stats(args) => upkeep::stats(args, output),
        Command::Compact(args) => upkeep::compact(args, output),
        Command::Bench(args) => bench::run(args, output),
    }
}
