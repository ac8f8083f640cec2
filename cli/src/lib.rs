//! The command `eventstore`, as a library: its binary and the console script of the Python package
//! run [`main`].
//!
//! | folder or file | question |
//! | --- | --- |
//! | `args` | what can be written on the command line, and the help |
//! | `command` | what each command does |
//! | `format` | how events, counts and numbers look as text |
//! | `terminal` | standard output that may close, its width, colours, and Ctrl-C |
//! | `path` | what a path means that the shell left as it was |
//! | `allocator` | how long freed memory is kept |
//! | `error` | how a command can fail, what is printed then, and the exit code |

// Library code returns an error where it cannot go on; tests may stop at once.
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)
)]

mod allocator;
mod args;
mod command;
mod error;
mod format;
mod path;
mod terminal;

/// How answers are fitted into lines of a terminal, here and in the Python package.
pub mod text {
    pub use crate::format::{OTHERS, bar, counted, crosstab, repeated_counts};
    pub use crate::terminal::{columns_of, cut, fit, pad};
}

use std::ffi::OsString;

pub use allocator::{give_memory_back_early, keep_memory_to_the_end};
use args::Arguments;
use terminal::{Output, listen_for_interrupts};

/// Runs the command `eventstore` with the arguments of a process (the program's name first) and
/// returns the exit code.
///
/// Answers go to standard output, all other messages to standard error.
///
/// | code | meaning |
/// | --- | --- |
/// | 0 | done; also when a query finds nothing, when pages fail that were only to be collected, and when the reader of the output goes away |
/// | 1 | an error; an ingest that found no event; a removal that found none of its events; a store in which `verify` finds something wrong; a `salvage` that is not of all pages |
/// | 2 | the command line, a query or an id cannot be read |
/// | 130 | stopped by Ctrl-C or another request to end; the last commit stands |
///
/// Takes over Ctrl-C of the process from its first call on: a command has 0.8 seconds to end in
/// good order, then the process exits with 130.
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
    let words: Vec<OsString> = args.into_iter().collect();
    let arguments = match Arguments::read(words.clone()) {
        Ok(arguments) => arguments,
        Err(error) => return error::usage(&error, &words),
    };
    listen_for_interrupts(arguments.command.interrupted());
    let mut output = Output::stdout();
    let done = command::run(&arguments.command, &mut output);
    match done.and_then(|()| output.finish()) {
        Ok(()) => 0,
        Err(error) => {
            // What was found before the error was asked for too; a second error would only hide
            // the first.
            let _ = output.finish();
            error.report(&arguments.command)
        }
    }
}
