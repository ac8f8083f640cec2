//! `backup`, and `export` and `import`: a store into another, into a file, and back.

use std::io;
use std::ops::ControlFlow;

use super::ingest::{ProgressLine, print};
use super::new_store::NewStore;
use super::open::open;
use super::standard_input::is_standard;
use crate::args::{BackupArgs, ExportArgs, ImportArgs};
use crate::error::CommandError;
use crate::format::{self, bytes, counted};
use crate::path;
use crate::terminal::{Output, is_interrupted};
use eventstore::{BackupOptions, Error, ExportOptions, IngestOptions, Progress};

/// Shows progress and hears a Ctrl-C.
pub(super) fn watch(line: &mut ProgressLine) -> impl FnMut(&Progress) -> ControlFlow<()> {
    |progress| {
        line.show(progress);
        match is_interrupted() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }
}

pub(super) fn backup(args: &BackupArgs, output: &mut Output) -> Result<(), CommandError> {
    let store = open(&args.store)?;
    let mut line = ProgressLine::of_terminal();
    let copied = store.backup(
        &args.target,
        BackupOptions::new().progress(watch(&mut line)),
    );
    line.clear();
    let report = copied?;
    store.close()?;
    // The backup is there: a Ctrl-C that came too late must not keep that back.
    output.insist();
    match args.json {
        true => output.line(&format::pretty(&report))?,
        false => output.line(&format!(
            "{} of commit {}, {}",
            counted(report.events, "event", "events"),
            report.commit,
            bytes(report.bytes)
        ))?,
    }
    output.finish()
}

pub(super) fn export(args: &ExportArgs, output: &mut Output) -> Result<(), CommandError> {
    if is_standard(&args.file) && output.is_terminal() {
        return Err(CommandError::Refused {
            message: "standard output is a terminal, and an export is no text".to_owned(),
            hint: Some("name a file, or a program behind a `|`".to_owned()),
        });
    }
    let store = open(&args.store)?;
    let mut line = ProgressLine::of_terminal();
    let options = ExportOptions::new().progress(watch(&mut line));
    if is_standard(&args.file) {
        let exported = store.export(io::stdout().lock(), options);
        line.clear();
        exported.map_err(CommandError::of_output)?;
        return Ok(store.close()?);
    }
    let exported = store.export_to(&args.file, options);
    line.clear();
    let report = exported?;
    store.close()?;
    // The file is there: a Ctrl-C that came too late must not keep that back.
    output.insist();
    match args.json {
        true => output.line(&format::pretty(&report))?,
        false => output.line(&format!(
            "{} with {}, {} in {}",
            counted(report.pages, "page", "pages"),
            counted(report.events, "event", "events"),
            bytes(report.bytes),
            bytes(report.written)
        ))?,
    }
    output.finish()
}

pub(super) fn import(args: &ImportArgs, output: &mut Output) -> Result<(), CommandError> {
    path::check(&args.store)?;
    if !is_standard(&args.file) {
        path::check(&args.file)?;
        // Before the store is made: a misspelled file should leave nothing behind.
        if !args.file.exists() {
            let path = args.file.clone();
            return Err(Error::PathNotFound { path }.into());
        }
    }
    let new = NewStore::at(&args.store);
    let store = args.lock.options().open(&args.store)?;
    let mut line = ProgressLine::of_terminal();
    let options = IngestOptions::new().progress(watch(&mut line));
    let imported = match is_standard(&args.file) {
        true => store.import(io::stdin().lock(), options),
        false => store.import_from(&args.file, options),
    };
    line.clear();
    // An import that fails before its first commit leaves no store behind; that of an empty store does.
    let is_empty = store.is_empty()?;
    new.remove_if(is_empty && imported.is_err())?;
    let closed = store.close();
    let report = imported?;
    closed?;
    output.insist();
    print(report, args.json, true, output)
}
