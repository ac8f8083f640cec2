//! What commands that answer have in common: a store and a query, a format, a list of events.

use std::path::PathBuf;

use clap::Args;

use super::options::{Amount, path};
use crate::format::Format;

pub(super) const QUERY_HELP: &str = "\
Queries:
  flood storm                both words, in title, summary or body
  \"flood warning\"            next to each other
  (flood, storm)  flood*     one of several; words that begin so
  title:flood  -summary:ice  in that field alone; not in it
  -\"n\"                       without a word of one letter; bare, -n is taken for an option
  tag:Syria                  a tag, in any case; quote what has spaces: tag:\"New York\"
  tag:(Syria, Iraq)          one of several
  tag:Syria category:Sport   both
  -source:Reuters            not
  2017-03  2016-11..2017     a day, month or year; a range, both ends included
  tag:syri*  domain:*        begins with; has any
  meta.series:ferries        a key of a page's front matter; meta.cover.alt:… lies in a map
  has:cover  -has:tag        has a value of that key, or of that field
  on:09-11                   that day in any year
  \"2017\"                     the word, where 2017 is the year
  fields                     title summary body tag category author source domain related refers
                             kind lang on has meta.KEY superseded draft undated
Put a query in single quotes, so that the shell leaves it alone: '\"flood warning\" 2017'. No query means all events.";

// A store and a query.
#[derive(Debug, Args)]
pub(crate) struct Question {
    /// The store's directory
    #[arg(value_parser = path())]
    pub store: PathBuf,
    /// What is asked; several words are one query
    #[arg(value_name = "QUERY", num_args = 0..)]
    words: Vec<String>,
}

impl Question {
    /// The words as they were given.
    pub(crate) fn words(&self) -> &[String] {
        &self.words
    }

    /// The query's text.
    pub(crate) fn text(&self) -> String {
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

// How an answer is printed.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct AnswerArgs {
    /// How it is printed
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: Format,
    /// In csv and tsv, leave cells as they are that a spreadsheet would run as formulas
    #[arg(long)]
    pub raw_cells: bool,
}

// Where an answer goes instead of being printed.
#[derive(Debug, Args)]
pub(crate) struct FileArgs {
    /// Write it into a file instead, in the format that its ending names: .csv .tsv .json .ndjson .parquet
    /// .arrow
    #[arg(long, value_name = "FILE", value_parser = path(), conflicts_with = "format")]
    pub output: Option<PathBuf>,
}

// How a list of events is printed.
#[derive(Debug, Args)]
pub(crate) struct ListingArgs {
    #[command(flatten)]
    pub answer: AnswerArgs,
    /// At most so many events, or `all` [default: 20 in a table on a terminal, else all]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub limit: Option<Amount>,
    /// In the table, each event's id and tags below its title, nothing cut
    #[arg(long)]
    pub long: bool,
    /// Print only how many events there are
    #[arg(long, conflicts_with_all = ["format", "raw_cells", "limit", "long", "ids", "pages"])]
    pub count: bool,
    /// Print only ids, one a line; all of them unless --limit is given
    #[arg(long, conflicts_with_all = ["format", "raw_cells", "long", "pages"])]
    pub ids: bool,
    /// Print the pages themselves, byte for byte, one after the other
    #[arg(long, conflicts_with_all = ["format", "raw_cells", "long"])]
    pub pages: bool,
}

impl ListingArgs {
    /// All of some events.
    pub(super) fn whole(answer: AnswerArgs) -> Self {
        Self {
            answer,
            limit: Some(Amount::All),
            long: false,
            count: false,
            ids: false,
            pages: false,
        }
    }
}
