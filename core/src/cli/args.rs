//! What can be said on the command line.
//!
//! No option but `-h` has a short form, because a query may begin with `-tag:…`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use super::choice::{
    Amount, BenchFormat, CountFormat, EventFormat, FacetField, OnBadPage, StatsFormat, Width, size,
};
use crate::Limits;

const QUERY_HELP: &str = "\
Queries:
  tag:Syria                  a tag, in any case; quote what has spaces: tag:\"New York\"
  tag:(Syria, Iraq)          one of several
  tag:Syria category:Sport   both
  -source:Reuters            not
  2017-03  2016-11..2017     a day, month or year; a range, both ends included
  tag:syri*  domain:*        begins with; has any
  fields                     tag category source domain related refers kind lang superseded
Put a query in single quotes, so that the shell leaves it alone. No query means all events.";

/// An embedded store for archives of dated, tagged event pages.
#[derive(Debug, Parser)]
#[command(
    name = "eventstore",
    bin_name = "eventstore",
    version,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    after_help = "\
Examples:
  eventstore ingest news.store context.tar.gz
  eventstore query news.store 'tag:Syria 2017-03'
  eventstore timeline news.store 'tag:Syria' --by year
`eventstore COMMAND --help` has more of them.

Exit codes: 0 done, 1 an error, 2 a command or query that cannot be read, 130 stopped by Ctrl-C."
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

/// The commands that take a query.
const ASKING: [&str; 3] = ["query", "timeline", "facets"];

impl Arguments {
    /// Reads the arguments of a process, the program's name first.
    ///
    /// The parser either takes no `-tag:…` for a value or every `--option` behind one. So a negated filter goes past it
    /// with a space in front, which [`Question::text`] takes away again.
    pub fn read(args: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let mut args: Vec<OsString> = args.into_iter().collect();
        if args
            .get(1)
            .is_some_and(|command| ASKING.iter().any(|asking| command == asking))
        {
            for arg in &mut args[2..] {
                if let Some(word) = arg.to_str()
                    && word.len() > 1
                    && word.starts_with('-')
                    && !word.starts_with("--")
                    && word != "-h"
                {
                    *arg = format!(" {word}").into();
                }
            }
        }
        Self::try_parse_from(args)
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Read an archive into a store; once more later, it reads only what changed
    Ingest(IngestArgs),
    /// List the events that answer a query
    Query(QueryArgs),
    /// Print the page of an event, byte for byte
    Show(ShowArgs),
    /// Count the events of a query by year, month, week or day
    Timeline(TimelineArgs),
    /// Count the commonest tags, categories, publishers or domains of a query
    Facets(FacetsArgs),
    /// List the tags of a store, the commonest first
    Tags(TagsArgs),
    /// Sizes and counts of a store
    Stats(StatsArgs),
    /// Rewrite a store into a fresh file without what was deleted
    Compact(CompactArgs),
    /// Time the questions that are asked most, made of what the store holds
    Bench(BenchArgs),
}

impl Command {
    /// The store that it is about.
    pub fn store(&self) -> &PathBuf {
        match self {
            Self::Ingest(args) => &args.store,
            Self::Query(args) => &args.question.store,
            Self::Show(args) => &args.store,
            Self::Timeline(args) => &args.question.store,
            Self::Facets(args) => &args.question.store,
            Self::Tags(args) => &args.store,
            Self::Stats(args) => &args.store,
            Self::Compact(args) => &args.store,
            Self::Bench(args) => &args.store,
        }
    }
}

#[derive(Debug, Args)]
#[command(after_help = "\
Failed pages are listed on standard error; the others go in, and the exit code is 0, unless --on-error raise is given.
Ctrl-C stops within a second and leaves the last commit.

Examples:
  eventstore ingest news.store context.tar.gz
  eventstore ingest news.store checkout/ --prune        # removes events that the archive has no more
  eventstore ingest news.store checkout/news/2017 --prune    # only within that year
  eventstore ingest news.store context.zip --on-error raise --json")]
pub(super) struct IngestArgs {
    /// The store's directory; made if it is missing
    pub store: PathBuf,
    /// A directory, .tar, .tar.gz, .tar.zst, .zip, or one .md page
    pub archive: PathBuf,
    /// Remove events below the archive's root that it does not have any more
    #[arg(long)]
    pub prune: bool,
    /// What a page that cannot be read does: the others go in, or nothing is committed
    #[arg(long, value_name = "WHAT", default_value = "collect")]
    pub on_error: OnBadPage,
    /// List every failed page, not the first 20 only
    #[arg(long)]
    pub all_failures: bool,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub limits: LimitArgs,
}

/// [`Limits`], each as a flag; where none is given, its default.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits (sizes take K, M, G or T)")]
pub(super) struct LimitArgs {
    /// Largest page [default: 1M]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    page_bytes: Option<u64>,
    /// Most sources, links or items of one page [default: 100000]
    #[arg(long, value_name = "N")]
    page_items: Option<usize>,
    /// Longest path of a file in bytes [default: 4096]
    #[arg(long, value_name = "N")]
    path_bytes: Option<usize>,
    /// Most files in the archive [default: 50000000]
    #[arg(long, value_name = "N")]
    entries: Option<u64>,
    /// Most bytes of the archive when unpacked [default: 1T]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    total_bytes: Option<u64>,
    /// Most folders above each other [default: 64]
    #[arg(long, value_name = "N")]
    depth: Option<usize>,
    /// Memory that the pages of one commit take while they wait for it; an ingest takes about twice as much [default: 672M]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    commit_bytes: Option<u64>,
}

impl LimitArgs {
    pub fn limits(&self) -> Limits {
        let default = Limits::default();
        Limits::default()
            .page_bytes(self.page_bytes.unwrap_or(default.page_bytes))
            .page_items(self.page_items.unwrap_or(default.page_items))
            .path_bytes(self.path_bytes.unwrap_or(default.path_bytes))
            .entries(self.entries.unwrap_or(default.entries))
            .total_bytes(self.total_bytes.unwrap_or(default.total_bytes))
            .depth(self.depth.unwrap_or(default.depth))
            .commit_bytes(self.commit_bytes.unwrap_or(default.commit_bytes))
    }
}

/// A store and a query.
#[derive(Debug, Args)]
pub(super) struct Question {
    /// The store's directory
    pub store: PathBuf,
    /// What is asked; several words are one query
    #[arg(value_name = "QUERY", num_args = 0..)]
    words: Vec<String>,
}

impl Question {
    /// The query's text.
    pub fn text(&self) -> String {
        let words = self.words.iter().map(|word| {
            word.strip_prefix(" -")
                .map_or(word.clone(), |rest| format!("-{rest}"))
        });
        words
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }
}

#[derive(Debug, Args)]
#[command(after_help = [QUERY_HELP, "

Formats:
  table    date and title, cut to the terminal's width; the first 20 unless --limit says otherwise
  ndjson   one JSON object a line, with all fields
  csv      RFC 4180: id,date,lang,kind,category,title,summary,tags,sources,superseded
  md       the pages themselves, byte for byte
All but the table give every event unless --limit says otherwise.

Examples:
  eventstore query news.store 'tag:Syria 2017-03'
  eventstore query news.store 'tag:Syria -source:Reuters' --reverse --limit 5 --long
  eventstore query news.store 2017 --format ndjson | jq -r .title
  eventstore query news.store 'tag:\"New York\"' --format csv > new-york.csv
  eventstore query news.store 'related:2017/03/2/a-slug' --count"].concat())]
pub(super) struct QueryArgs {
    #[command(flatten)]
    pub question: Question,
    /// How the events are printed
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: EventFormat,
    /// Newest first
    #[arg(long)]
    pub reverse: bool,
    /// At most so many events, or `all` [default: 20 in a table, else all]
    #[arg(long, value_name = "N")]
    pub limit: Option<Amount>,
    /// Go on behind a page: the token that the page before it ended with
    #[arg(long, value_name = "TOKEN")]
    pub after: Option<String>,
    /// In the table, each event's id and tags below its title, nothing cut
    #[arg(long)]
    pub long: bool,
    /// Print only how many events there are
    #[arg(long, conflicts_with_all = ["format", "reverse", "limit", "after", "long", "ids", "explain"])]
    pub count: bool,
    /// Print only ids, one a line; all of them unless --limit says otherwise
    #[arg(long, conflicts_with_all = ["format", "long", "explain"])]
    pub ids: bool,
    /// Print how the answer is found
    #[arg(long, conflicts_with_all = ["format", "limit", "after", "long"])]
    pub explain: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
An id is written as in 2017/03/2/a-slug; a path, a link or a URL of the page will do.

Examples:
  eventstore show news.store 2017/03/2/a-slug
  eventstore show news.store 2017/03/2/a-slug --json
  eventstore query news.store 2017-03-02 --ids | xargs -d '\\n' eventstore show news.store")]
pub(super) struct ShowArgs {
    /// The store's directory
    pub store: PathBuf,
    /// The event's id; several print one page after the other
    #[arg(value_name = "ID", required = true)]
    pub ids: Vec<String>,
    /// Print the event's fields as JSON instead
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = [QUERY_HELP, "

The columns are the bucket, the events that answer, and their share of all events of the bucket.

Examples:
  eventstore timeline news.store 'tag:Syria' --by year
  eventstore timeline news.store 'tag:Syria 2017' --by week --format csv"].concat())]
pub(super) struct TimelineArgs {
    #[command(flatten)]
    pub question: Question,
    /// The width of a bucket; weeks are ISO weeks
    #[arg(long, value_name = "WIDTH", default_value = "month")]
    pub by: Width,
    /// How it is printed
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: CountFormat,
}

#[derive(Debug, Args)]
#[command(after_help = [QUERY_HELP, "

Examples:
  eventstore facets news.store 'tag:Syria'              # tags that occur with it
  eventstore facets news.store 2017 --by source --top 5
  eventstore facets news.store --by domain --top all --format csv"].concat())]
pub(super) struct FacetsArgs {
    #[command(flatten)]
    pub question: Question,
    /// What is counted
    #[arg(long, value_name = "FIELD", default_value = "tags")]
    pub by: FacetField,
    /// At most so many values, or `all` [default: 20 in a table, else all]
    #[arg(long, value_name = "N")]
    pub top: Option<Amount>,
    /// How it is printed
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: CountFormat,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  eventstore tags news.store --top 50
  eventstore tags news.store syri            # tags that begin with it, in any case
  eventstore tags news.store --format csv > tags.csv")]
pub(super) struct TagsArgs {
    /// The store's directory
    pub store: PathBuf,
    /// How the tags begin, in any case
    #[arg(default_value = "", hide_default_value = true)]
    pub prefix: String,
    /// At most so many tags, or `all` [default: 20 in a table, else all]
    #[arg(long, value_name = "N")]
    pub top: Option<Amount>,
    /// How it is printed
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: CountFormat,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  eventstore stats news.store
  eventstore stats news.store --format json | jq .events")]
pub(super) struct StatsArgs {
    /// The store's directory
    pub store: PathBuf,
    /// How it is printed
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: StatsFormat,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Needs room for a second copy. An ingest compacts by itself when it is worth it; this is for a store that is to be kept
or copied.

Examples:
  eventstore compact news.store")]
pub(super) struct CompactArgs {
    /// The store's directory
    pub store: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The questions are about the commonest tags, the busiest year and its busiest month, and up to 2,000 events spread evenly
over the store. Each is timed from its text to its whole answer; events come with every field. Before its first run the
store is closed and opened anew. Nothing is written.

Examples:
  eventstore bench news.store
  eventstore bench news.store --runs 101
  eventstore bench news.store --format ndjson | jq -r '[.row, .median_ms] | @tsv'")]
pub(super) struct BenchArgs {
    /// The store's directory
    pub store: PathBuf,
    /// Runs of each question after the first; the median of them is shown
    #[arg(long, value_name = "N", default_value_t = 21, value_parser = clap::value_parser!(u32).range(1..))]
    pub runs: u32,
    /// How it is printed
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: BenchFormat,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_query_may_begin_with_a_hyphen_and_stand_before_or_behind_options() {
        for words in [
            "eventstore query a.store -tag:x 2017 -lang:zh --reverse --limit 3",
            "eventstore query --reverse a.store -tag:x 2017 -lang:zh --limit 3",
            "eventstore query --reverse --limit 3 a.store -tag:x 2017 -lang:zh",
            "eventstore query a.store --reverse --limit 3 -tag:x 2017 -lang:zh",
        ] {
            let arguments = Arguments::read(words.split(' ').map(OsString::from)).unwrap();
            let Command::Query(args) = arguments.command else {
                panic!("{words}")
            };
            assert_eq!(args.question.text(), "-tag:x 2017 -lang:zh", "{words}");
            assert!(args.reverse, "{words}");
            assert_eq!(args.limit, Some(Amount::AtMost(3)), "{words}");
        }
    }

    #[test]
    fn a_misspelled_option_is_no_query() {
        for words in [
            "eventstore query a.store tag:x --revers",
            "eventstore query a.store --revers tag:x",
        ] {
            let error = Arguments::read(words.split(' ').map(OsString::from)).unwrap_err();
            assert!(error.to_string().contains("--reverse"), "{words}: {error}");
        }
    }
}
