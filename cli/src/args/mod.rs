//! What can be written on the command line, and the help.
//!
//! | question | answer |
//! | --- | --- |
//! | which commands are there? | [`Arguments`], [`Command`] |
//! | what do commands take that answer? | [`QueryArgs`], [`LinksArgs`], [`ShowArgs`], … |
//! | what do commands take that write? | [`IngestArgs`], [`AddArgs`], [`RemoveArgs`] |
//! | … that are about the store itself? | [`StatsArgs`], [`ArchivesArgs`], [`CheckLinksArgs`], [`VerifyArgs`], [`CompactArgs`], [`CommitStoresArgs`], [`BenchArgs`] |
//! | … that move it? | [`BackupArgs`], [`ExportArgs`], [`ImportArgs`], [`SalvageArgs`] |
//! | … that explain the command line itself? | [`HelpArgs`], [`CompletionsArgs`], [`ManArgs`] |
//! | what does `help` say of a topic? | `topics` |
//! | what is suggested for an option that no command has? | [`suggestion`] |
//! | what do options mean? | [`Amount`], [`LockArgs`], … |
//!
//! Structs of arguments have no documentation: the parser would take it for that of the command.

mod answering;
mod arguments;
mod helping;
mod maintaining;
mod moving;
mod options;
mod question;
mod suggestion;
mod topics;
mod writing;

pub(crate) use answering::{
    FacetsArgs, LinksArgs, QueryArgs, ShowArgs, SimilarArgs, TagsArgs, TimelineArgs, WordsArgs,
};
pub(crate) use arguments::{Arguments, Command};
pub(crate) use helping::{CompletionsArgs, HelpArgs, ManArgs};
pub(crate) use maintaining::{
    ArchivesArgs, BenchArgs, CheckLinksArgs, CommitStoresArgs, CompactArgs, ReindexArgs, StatsArgs,
    VerifyArgs,
};
pub(crate) use moving::{BackupArgs, ExportArgs, ImportArgs, SalvageArgs};
pub(crate) use options::{Amount, LockArgs};
pub(crate) use question::{AnswerArgs, ListingArgs, Question};
pub(crate) use suggestion::suggestion;
pub(crate) use topics::Topic;
pub(crate) use writing::{AddArgs, IngestArgs, RemoveArgs};
