//! What commands take that move a store.

use std::path::PathBuf;

use clap::Args;

use super::options::{LockArgs, path};

#[derive(Debug, Args)]
#[command(after_help = "\
The file is a tar of the pages at their paths, packed with zstd: `import` makes the store of it again, in
this version and in later ones. Pages of events are in it byte for byte; listings are written from their
links, and pages that are no events are empty, since a store holds no more of them. Equal stores give
equal files. What is at FILE is replaced once the new file is whole.

Examples:
  eventstore export news.store news.tar.zst
  eventstore export news.store - | ssh host eventstore import news.store -
  tar -tf news.tar.zst     # its pages")]
pub(crate) struct ExportArgs {
    /// The store's directory
    #[arg(value_parser = path())]
    pub store: PathBuf,
    /// The file to write, a name in .tar.zst or .tzst; - for standard output
    #[arg(value_parser = path())]
    pub file: PathBuf,
    /// Print the report as JSON; with a file alone
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The store may be read and written meanwhile: the backup holds its newest commit. Every chunk is verified
as it is copied. The backup is a store; TARGET must not be there yet. It is made beside TARGET, in
a directory .NAME.XXXXXXXX.backup-partial, and gets its name last. An error leaves nothing; a kill leaves
that directory, which may be removed.

Examples:
  eventstore backup news.store /backups/monday.store
  eventstore query /backups/monday.store 'tag:Syria'")]
pub(crate) struct BackupArgs {
    /// The store's directory
    #[arg(value_parser = path())]
    pub store: PathBuf,
    /// The directory to make
    #[arg(value_parser = path())]
    pub target: PathBuf,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Nothing is written to the store, and it need not open: its files are searched for chunks, each of which is
verified. FILE is what `export` writes, with every page whose chunks are whole; `import` makes a new store
of it. Pages that are lost are listed, and stand in the file's last member too. Close the store first, if it
is in use. The exit code is 1 if something is lost, or if it is not known whether something is.

Examples:
  eventstore salvage news.store news.tar.zst
  eventstore import new.store news.tar.zst
  eventstore salvage news.store news.tar.zst --json | jq .losses")]
pub(crate) struct SalvageArgs {
    /// The damaged store's directory
    #[arg(value_parser = path())]
    pub store: PathBuf,
    /// The file to write
    #[arg(value_parser = path())]
    pub file: PathBuf,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
A store that is new, or empty, then answers as the one that was exported; in any other the pages of the
export take the places of those under their paths. A file that was cut off or changed is an error, and
leaves no new store behind. `ingest` of an export does the same.

Examples:
  eventstore import news.store news.tar.zst
  eventstore export old.store - | eventstore import new.store -")]
pub(crate) struct ImportArgs {
    /// The store's directory; made if it is missing
    #[arg(value_parser = path())]
    pub store: PathBuf,
    /// A file that `export` wrote; - for standard input
    #[arg(value_parser = path())]
    pub file: PathBuf,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub lock: LockArgs,
}
