//! `help`, `completions` and `man`: what the command line says of itself.

use std::fs;
use std::io;
use std::path::Path;

use clap::builder::Resettable;
use clap::{CommandFactory, Parser};
use clap_mangen::Man;

use crate::args::{Arguments, CompletionsArgs, HelpArgs, ManArgs, Topic};
use crate::error::CommandError;
use crate::terminal::Output;
use eventstore::Error;

/// The name of the program, in completions and pages.
const NAME: &str = "eventstore";

pub(super) fn help(args: &HelpArgs, output: &mut Output) -> Result<(), CommandError> {
    let subject = args.subject.as_deref();
    if let Some(topic) = subject.and_then(Topic::named) {
        output.line(topic.text)?;
        return output.finish();
    }
    // The parser prints the help of a command, and knows what is meant by a name that no command has.
    let words = [NAME].into_iter().chain(subject).chain(["--help"]);
    match Arguments::try_parse_from(words) {
        Err(error) => Err(CommandError::Usage(error)),
        Ok(_) => Ok(()),
    }
}

pub(super) fn completions(args: &CompletionsArgs, output: &mut Output) -> Result<(), CommandError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Arguments::command(), NAME, &mut script);
    output.bytes(&script)?;
    output.finish()
}

pub(super) fn man(args: &ManArgs, output: &mut Output) -> Result<(), CommandError> {
    let Some(folder) = &args.folder else {
        output.bytes(&page(Arguments::command())?)?;
        return output.finish();
    };
    fs::create_dir_all(folder).map_err(|error| refused(folder, error))?;
    let mut command = Arguments::command();
    command.build();
    let mut written = 0;
    for command in command.get_subcommands().chain([&command]) {
        let page = page(command.clone())?;
        let name = command.get_display_name().unwrap_or(NAME);
        let path = folder.join(format!("{name}.1"));
        fs::write(&path, page).map_err(|error| refused(&path, error))?;
        written += 1;
    }
    output.line(&format!("{written} pages in {}", folder.display()))?;
    output.finish()
}

fn refused(path: &Path, source: io::Error) -> CommandError {
    Error::Storage {
        operation: "write",
        path: path.to_owned(),
        source,
    }
    .into()
}

/// The page of a command, in roff.
fn page(command: clap::Command) -> Result<Vec<u8>, CommandError> {
    let behind = command.get_after_help().map(ToString::to_string);
    // Its lines would be filled up, tables and examples among them.
    let man = Man::new(command.after_help(Resettable::Reset));
    let mut page = Vec::new();
    man.render(&mut page)?;
    if let Some(behind) = behind {
        page.extend_from_slice(verbatim(&behind).as_bytes());
    }
    Ok(page)
}

/// A section of lines that stay as they are.
fn verbatim(text: &str) -> String {
    let mut section = String::from(".SH NOTES\n.nf\n");
    for line in text.lines() {
        let line = line.replace('\\', "\\e").replace('-', "\\-");
        // A line that begins so would be a request.
        if line.starts_with(['.', '\'']) {
            section.push_str("\\&");
        }
        section.push_str(&line);
        section.push('\n');
    }
    section.push_str(".fi\n");
    section
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_page_are_no_requests() {
        assert_eq!(
            verbatim(".csv is\n'x' \\ --a"),
            ".SH NOTES\n.nf\n\\&.csv is\n\\&'x' \\e \\-\\-a\n.fi\n"
        );
    }
}
