//! What commands take that are about the store itself.

use std::path::PathBuf;

use clap::Args;

use eventstore::Words;

use super::options::{LockArgs, number, path, word};
use super::question::AnswerArgs;

#[derive(Debug, Args)]
#[command(after_help = "\
Rows:
  events        events, superseded ones included
    superseded  events that the day page of their day does not list; queries leave them out
    undated     events of pages without a date; queries leave them out unless they say undated:yes
    drafts      drafts; queries leave them out unless they say draft:yes
    opinions    opinions among the events
    English, Chinese  the events of these languages, variants such as en-GB included
  days          the first and the last day of an event that has one
  tags          different tags, spellings that differ in case counted once; categories, sources
                (publishers) and domains (their hosts) likewise
  listings      day pages, front pages and lists of opinions
  twins         pages that add nothing: event pages whose id another page owns, and a README.md that
                says what the index.md beside it says
  kept pages    events whose pages are stored whole as well, since they have a form of their own
  on disk       the files of the store; at least half a MB, the piece in which sled takes room
    live        what of it is not replaced or deleted
  segments      parts in which the events lie; an ingest merges them
  deleted rows  events and listings that were replaced or removed and still take room
  commit        number of the last commit
  words         whether the store keeps the words of texts: on or off
    without     events whose words are not stored; `eventstore reindex` gives them to all

Examples:
  eventstore stats news.store
  eventstore stats news.store --format json | jq .events")]
pub(crate) struct StatsArgs {
    /// The store's directory
    #[arg(value_parser = path())]
    pub store: PathBuf,
    #[command(flatten)]
    pub answer: AnswerArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Looks up every link between Markdown pages, and shows those that lead nowhere and those for which
several pages have the name, at most a thousand. A link to a page that only the tool makes, such as
a list of tags, leads nowhere, too.

Examples:
  eventstore check-links blog.store
  eventstore check-links blog.store --format csv")]
pub(crate) struct CheckLinksArgs {
    /// The store's directory
    #[arg(value_parser = path())]
    pub store: PathBuf,
    #[command(flatten)]
    pub answer: AnswerArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
A line for each prefix, format, profile and map: what `ingest` was asked for, or found. The profile is
that of the tool the pages are made for; `none` where no tool was asked for or found, as in an archive of
the Context. Events that `add` put in are in no archive.

Examples:
  eventstore archives news.store
  eventstore archives news.store --format csv")]
pub(crate) struct ArchivesArgs {
    /// The store's directory
    #[arg(value_parser = path())]
    pub store: PathBuf,
    #[command(flatten)]
    pub answer: AnswerArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Writes everything into one segment, as compact does. Stores that an older version made have no words:
a query for one reads the texts of all events there, at most 20,000.

Examples:
  eventstore reindex old.store
  eventstore reindex big.store --words off")]
pub(crate) struct ReindexArgs {
    /// The store's directory
    #[arg(value_parser = path())]
    pub store: PathBuf,
    /// Whether the store keeps words from now on
    #[arg(
        long,
        value_name = "WHETHER",
        default_value = "on",
        value_parser = word(Words::ALL, Words::as_str),
    )]
    pub words: Words,
    #[command(flatten)]
    pub lock: LockArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Needs room for a second copy. No store gets smaller than half a MB, the piece in which sled takes
room. An ingest compacts by itself when it is worth it; this is for a store
that is to be kept or copied.

Examples:
  eventstore compact news.store")]
pub(crate) struct CompactArgs {
    /// The store's directory
    #[arg(value_parser = path())]
    pub store: PathBuf,
    #[command(flatten)]
    pub lock: LockArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Every command that reads takes the directory in the place of a store, and answers as one store of all their
events would. The list has the days of each store, so that a question about some days opens only the
stores that have them. When a listed store has changed, list the stores anew: without STORE, those that
are listed. No id may stand in two of them.

Examples:
  eventstore commit-stores news.stores news.stores/2016 news.stores/2017
  eventstore query news.stores 2017
  eventstore ingest news.stores/2017 more.tar.gz && eventstore commit-stores news.stores")]
pub(crate) struct CommitStoresArgs {
    /// The directory in which the stores lie
    #[arg(value_parser = path())]
    pub directory: PathBuf,
    /// The stores; those that are listed already if none is given
    #[arg(value_name = "STORE", value_parser = path())]
    pub stores: Vec<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The questions are about the most frequent tags, the busiest year and its busiest month, and up to
2,000 events spread evenly over the store. Each is timed from its text to its whole answer; events
come with every field. Before its first run the store is closed and opened anew. Nothing is written.

Examples:
  eventstore bench news.store
  eventstore bench news.store --runs 101
  eventstore bench news.store --format ndjson | jq -r '[.row, .median_ms] | @tsv'")]
pub(crate) struct BenchArgs {
    /// The store's directory
    #[arg(value_parser = path())]
    pub store: PathBuf,
    /// Runs of each question after the first; the median of them is shown
    #[arg(
        long,
        value_name = "N",
        default_value_t = 21,
        value_parser = number::<u32>,
        allow_negative_numbers = true,
    )]
    pub runs: u32,
    #[command(flatten)]
    pub answer: AnswerArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Without --full every chunk is read, and its checksum compared. With it the rows are read too, and each
page is rendered and its hash compared; all indexes are made anew from the rows, and twins, tags and
superseded events from the pages. That takes about two thirds of the time of an ingest, and a KB of memory a page.
Nothing is written. The exit code is 1 if something is wrong.

Columns: what was looked at, how many of these, seconds. Behind them the first hundred findings.

Examples:
  eventstore verify news.store
  eventstore verify news.store --full
  eventstore verify news.store --full --format json | jq .findings")]
pub(crate) struct VerifyArgs {
    /// The store's directory
    #[arg(value_parser = path())]
    pub store: PathBuf,
    /// Also look at what the bytes say
    #[arg(long)]
    pub full: bool,
    #[command(flatten)]
    pub answer: AnswerArgs,
}
