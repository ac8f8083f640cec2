//! From a command to the function that runs it.

use super::{
    archives, bench, check_links, counts, edit, helping, ingest, links, maintenance, moving, query,
    salvage, show, similar, verify,
};
use crate::args::Command;
use crate::error::CommandError;
use crate::terminal::Output;

/// Runs a command.
pub(crate) fn run(command: &Command, output: &mut Output) -> Result<(), CommandError> {
    match command {
        Command::Ingest(args) => ingest::run(args, output),
        Command::Add(args) => edit::add(args, output),
        Command::Remove(args) => edit::remove(args, output),
        Command::Query(args) => query::run(args, output),
        Command::Show(args) => show::run(args, output),
        Command::Related(args) => links::related(args, output),
        Command::Referring(args) => links::referring(args, output),
        Command::Similar(args) => similar::run(args, output),
        Command::Timeline(args) => counts::timeline(args, output),
        Command::Facets(args) => counts::facets(args, output),
        Command::Tags(args) => counts::tags(args, output),
        Command::Words(args) => counts::words(args, output),
        Command::Stats(args) => maintenance::stats(args, output),
        Command::Archives(args) => archives::run(args, output),
        Command::CheckLinks(args) => check_links::run(args, output),
        Command::Verify(args) => verify::run(args, output),
        Command::CommitStores(args) => maintenance::commit_stores(args, output),
        Command::Compact(args) => maintenance::compact(args, output),
        Command::Reindex(args) => maintenance::reindex(args, output),
        Command::Backup(args) => moving::backup(args, output),
        Command::Export(args) => moving::export(args, output),
        Command::Import(args) => moving::import(args, output),
        Command::Salvage(args) => salvage::run(args, output),
        Command::Bench(args) => bench::run(args, output),
        Command::Help(args) => helping::help(args, output),
        Command::Completions(args) => helping::completions(args, output),
        Command::Man(args) => helping::man(args, output),
    }
}
