//! What commands take that answer from what the store holds.

use std::path::PathBuf;

use clap::Args;

use super::options::{Amount, facet, path, word};
use super::question::{AnswerArgs, FileArgs, ListingArgs, QUERY_HELP, Question};
use crate::format::Format;
use eventstore::{By, Facet, Order};

#[derive(Debug, Args)]
#[command(after_help = [QUERY_HELP, "

Formats:
  table        date and title; on a terminal cut to its width, and the first 20 events
  json ndjson  all fields: an array, one object a line
  csv tsv md   id, date, lang, kind, categories, title, summary, tags, sources.url, superseded
--columns names others, `eventstore help columns` has all. `eventstore help formats` says more of
formats. --pages prints pages as they were read. By relevance each has a
score. The table marks the words that were asked for: red on a terminal, else [in brackets]. A
program that reads the table wants --no-highlight.

Examples:
  eventstore query news.store 'flood warning 2017-03'
  eventstore query news.store 'flood warning' --order relevance --snippets
  eventstore query news.store flood --no-highlight | grep -c 'flood warning'
  eventstore query news.store 'tag:Syria 2017-03'
  eventstore query news.store 'tag:Syria -source:Reuters' --reverse --limit 5 --long
  eventstore query news.store 2017 --format ndjson | jq -r .title
  eventstore query news.store 'tag:\"New York\"' --format csv > new-york.csv
  eventstore query news.store 2017 --columns date,title,sources.domain
  eventstore query news.store 2017 --output 2017.parquet
  eventstore query news.store 'related:2017/03/2/a-slug' --count"].concat())]
pub(crate) struct QueryArgs {
    #[command(flatten)]
    pub question: Question,
    #[command(flatten)]
    pub listing: ListingArgs,
    /// Write the events into a file instead, in the format that its ending names: .csv .tsv .json .ndjson .parquet
    /// .arrow
    #[arg(
        long,
        value_name = "FILE",
        value_parser = path(),
        conflicts_with_all = ["format", "long", "count", "ids", "pages"],
    )]
    pub output: Option<PathBuf>,
    /// Which columns are printed or written, separated by commas, such as date,title,sources.domain; * for all
    /// [default: of a file all but meta and body]
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        conflicts_with_all = ["long", "snippets", "count", "ids", "pages", "after"],
    )]
    pub columns: Vec<String>,
    /// Which come first: date is oldest first, -date newest first, relevance those that fit the words best
    /// [default: date]
    #[arg(
        long,
        value_name = "ORDER",
        value_parser = word(Order::ALL, Order::as_str),
        allow_hyphen_values = true,
    )]
    order: Option<Order>,
    /// Newest first: --order -date
    #[arg(long, conflicts_with = "order")]
    reverse: bool,
    /// The part of each text with the words that were asked for: in the table below the title, else a
    /// field or column `snippet`; none where only the title has the words
    #[arg(long, conflicts_with_all = ["count", "ids", "pages", "output"])]
    pub snippets: bool,
    /// In the table, do not mark the words that were asked for, as for grep
    #[arg(long)]
    pub no_highlight: bool,
    /// Go on behind a page of results: the token that the page before it ended with
    #[arg(long, value_name = "TOKEN", conflicts_with_all = ["count", "output"])]
    pub after: Option<String>,
    /// Only so many events of the answer, drawn at random
    #[arg(long, value_name = "N", conflicts_with_all = ["after", "explain", "count"])]
    pub sample: Option<u64>,
    /// Which events are drawn: the same number draws the same ones
    #[arg(long, value_name = "NUMBER", default_value_t = 0, requires = "sample")]
    pub seed: u64,
    /// Print how the answer is found
    #[arg(
        long,
        conflicts_with_all = [
            "format", "raw_cells", "limit", "after", "long", "snippets", "count", "ids", "pages", "output", "columns",
        ],
    )]
    pub explain: bool,
}

impl QueryArgs {
    pub(crate) fn order(&self) -> Order {
        match self.reverse {
            true => Order::NewestFirst,
            false => self.order.unwrap_or_default(),
        }
    }
}

#[derive(Debug, Args)]
#[command(after_help = "\
An id is written as in 2017/03/2/a-slug; a path, a link or a URL of the page will do.

Examples:
  eventstore show news.store 2017/03/2/a-slug
  eventstore show news.store 2017/03/2/a-slug --format json
  eventstore query news.store 2017-03-02 --ids | eventstore show news.store -")]
pub(crate) struct ShowArgs {
    /// The store's directory
    #[arg(value_parser = path())]
    pub store: PathBuf,
    /// The event's id; several print one page after the other; - reads ids from standard input
    #[arg(value_name = "ID", required = true)]
    pub ids: Vec<String>,
    /// Print the events as `query` does, instead of their pages
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// In csv and tsv, leave cells as they are that a spreadsheet would run as formulas
    #[arg(long, requires = "format")]
    pub raw_cells: bool,
}

impl ShowArgs {
    /// How its events are listed, where not as their pages.
    pub(crate) fn listing(&self) -> Option<ListingArgs> {
        self.format.map(|format| {
            ListingArgs::whole(AnswerArgs {
                format,
                raw_cells: self.raw_cells,
            })
        })
    }
}

#[derive(Debug, Args)]
#[command(after_help = "\
`related` lists what the event's page links to, in the order of the page, as far as the store holds
it; `referring` lists what links to the event, oldest first. In a query, refers:ID is the same as
`referring`, and related:ID is both directions.

Examples:
  eventstore related news.store 2017/03/2/a-slug
  eventstore referring news.store 2017/03/2/a-slug --format csv")]
pub(crate) struct LinksArgs {
    /// The store's directory
    #[arg(value_parser = path())]
    pub store: PathBuf,
    /// The event's id, as in 2017/03/2/a-slug; a path, a link or a URL of the page will do
    #[arg(value_name = "ID")]
    pub id: String,
    #[command(flatten)]
    pub listing: ListingArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The event itself is left out. Those that share most tags come first; of as many tags the newest, then by
id. Below each title stand the tags that both have; they are a column `shared` in csv, tsv and md.

Examples:
  eventstore similar news.store 2017/03/2/a-slug
  eventstore similar news.store 2017/03/2/a-slug --within '2017 -category:Sport' --format json")]
pub(crate) struct SimilarArgs {
    /// The store's directory
    #[arg(value_parser = path())]
    pub store: PathBuf,
    /// The event's id, as in 2017/03/2/a-slug; a path, a link or a URL of the page will do
    #[arg(value_name = "ID")]
    pub id: String,
    /// At most so many events, or `all`
    #[arg(
        long,
        value_name = "N",
        default_value = "10",
        allow_negative_numbers = true
    )]
    pub top: Amount,
    /// Only events that answer this query
    #[arg(
        long,
        value_name = "QUERY",
        default_value = "",
        hide_default_value = true
    )]
    pub within: String,
    #[command(flatten)]
    pub answer: AnswerArgs,
}

#[derive(Debug, Args)]
#[command(after_help = [QUERY_HELP, "

The columns are the bucket, the events that answer, and their share of all events of the bucket. With
--split they are the bucket and the events of each value; one that has several counts for each, and
(other) counts those that have none of them. In csv, tsv, md and files each value has a line of its own.

Examples:
  eventstore timeline news.store 'tag:Syria' --by year
  eventstore timeline news.store 2017 --split tag --top 5
  eventstore timeline news.store --by year --split domain --output domains.csv
  eventstore timeline news.store 'tag:Syria 2017' --by week --format csv"].concat())]
pub(crate) struct TimelineArgs {
    #[command(flatten)]
    pub question: Question,
    /// How long a bucket is; weeks are ISO weeks
    #[arg(
        long,
        value_name = "WIDTH",
        default_value = "month",
        value_parser = word(By::ALL, By::as_str),
    )]
    pub by: By,
    /// Count each of the most frequent values of a field for itself
    #[arg(long, value_name = "FIELD", value_parser = facet())]
    pub split: Option<Facet>,
    /// Of how many values, or `all`
    #[arg(
        long,
        value_name = "N",
        default_value = "5",
        allow_negative_numbers = true,
        requires = "split"
    )]
    pub top: Amount,
    #[command(flatten)]
    pub answer: AnswerArgs,
    #[command(flatten)]
    pub file: FileArgs,
}

#[derive(Debug, Args)]
#[command(after_help = [QUERY_HELP, "

What can be counted (--by FIELD): tag, category, author, source (publishers), domain (their hosts),
kind, lang, word (each word of title, summary and body), and meta.KEY, a key of the front matter.

Examples:
  eventstore facets news.store 'tag:Syria'              # tags that occur with it
  eventstore facets news.store 2017 --by source --top 5
  eventstore facets news.store 'tag:Syria' --by word --top 50
  eventstore facets news.store --by domain --top all --format csv
  eventstore facets blog.store --by meta.series         # a key of the pages' front matter"].concat())]
pub(crate) struct FacetsArgs {
    #[command(flatten)]
    pub question: Question,
    /// What is counted
    #[arg(
        long,
        value_name = "FIELD",
        default_value = "tag",
        value_parser = facet(),
    )]
    pub by: Facet,
    /// At most so many values, or `all` [default: 20 in a table on a terminal, else all]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub top: Option<Amount>,
    #[command(flatten)]
    pub answer: AnswerArgs,
    #[command(flatten)]
    pub file: FileArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  eventstore tags news.store --top 50
  eventstore tags news.store syri            # tags that begin with it, in any case
  eventstore tags news.store --format csv > tags.csv")]
pub(crate) struct TagsArgs {
    /// The store's directory
    #[arg(value_parser = path())]
    pub store: PathBuf,
    /// How the tags begin, in any case
    #[arg(default_value = "", hide_default_value = true)]
    pub prefix: String,
    /// At most so many tags, or `all` [default: 20 in a table on a terminal, else all]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub top: Option<Amount>,
    #[command(flatten)]
    pub answer: AnswerArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Words are shown as they are compared, in small letters. Scripts without spaces between words have
pairs of neighbours.

Examples:
  eventstore words news.store --top 50
  eventstore words news.store flo            # words that begin with it, in any case
  eventstore words news.store --format csv > words.csv")]
pub(crate) struct WordsArgs {
    /// The store's directory
    #[arg(value_parser = path())]
    pub store: PathBuf,
    /// How the words begin, in any case
    #[arg(default_value = "", hide_default_value = true)]
    pub prefix: String,
    /// At most so many words, or `all` [default: 20 in a table on a terminal, else all]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub top: Option<Amount>,
    #[command(flatten)]
    pub answer: AnswerArgs,
}
