//! What commands take that explain the command line itself.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

use super::options::path;

#[derive(Debug, Args)]
#[command(after_help = "\
Topics: queries, formats, columns, ids, input, environment.

Examples:
  eventstore help query       # the command, and the language of queries
  eventstore help formats")]
pub(crate) struct HelpArgs {
    /// A command or a topic; all commands without it
    #[arg(value_name = "COMMAND|TOPIC")]
    pub subject: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Where a shell looks for them:
  bash   eventstore completions bash > ~/.local/share/bash-completion/completions/eventstore
  zsh    eventstore completions zsh > ~/.zfunc/_eventstore, with `fpath+=~/.zfunc` before `compinit` in ~/.zshrc
  fish   eventstore completions fish > ~/.config/fish/completions/eventstore.fish
A new shell knows them. For the one that is open:
  source <(eventstore completions bash)")]
pub(crate) struct CompletionsArgs {
    /// The shell
    pub shell: Shell,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Without DIR the page of eventstore is printed; with it that page and one for each command are written
there, as eventstore-query.1.

Examples:
  eventstore man | man -l -
  eventstore man ~/.local/share/man/man1     # then: man eventstore-query")]
pub(crate) struct ManArgs {
    /// The directory to write to; made if it is missing
    #[arg(value_name = "DIR", value_parser = path())]
    pub folder: Option<PathBuf>,
}
