//! The commands, and how the words of a command line are read.
//!
//! No option but `-h` has a short form, because a query may begin with `-tag:…`.

use std::ffi::OsString;
use std::path::Path;

use clap::{ColorChoice, Parser, Subcommand, ValueEnum};

use super::answering::{
    FacetsArgs, LinksArgs, QueryArgs, ShowArgs, SimilarArgs, TagsArgs, TimelineArgs, WordsArgs,
};
use super::helping::{CompletionsArgs, HelpArgs, ManArgs};
use super::maintaining::{
    ArchivesArgs, BenchArgs, CheckLinksArgs, CommitStoresArgs, CompactArgs, ReindexArgs, StatsArgs,
    VerifyArgs,
};
use super::moving::{BackupArgs, ExportArgs, ImportArgs, SalvageArgs};
use super::writing::{AddArgs, IngestArgs, RemoveArgs};
use crate::terminal::choose_colors;

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

`eventstore help TOPIC` explains: queries, formats, columns, ids, input, environment.

Exit codes:
  0    done; also when a query finds nothing or single pages of an archive fail
  1    an error; an ingest that found no event; a removal that found none of its events; a store in
       which verify finds something wrong; a salvage that is not of all pages
  2    a command line, a query or an id that cannot be read
  130  stopped by Ctrl-C; the last commit stands"
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub command: Command,
    /// Colours: auto is on a terminal that has them, unless NO_COLOR is set
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_default_value = true
    )]
    color: ColorChoice,
}

/// The commands that take a query.
pub(super) const ASKING: [&str; 3] = ["query", "timeline", "facets"];
/// Their options whose value may begin with a hyphen: an order does, and a number by mistake.
const WITH_HYPHEN: [&str; 3] = ["--limit", "--top", "--order"];

impl Arguments {
    /// Reads the arguments of a process, the program's name first.
    ///
    /// The parser can take words that begin with a hyphen as a part of a query, but then it takes `--limit`
    /// behind them, too. So a condition such as `-tag:x` is handed to it with a space in front, which
    /// [`Question::text`] removes. One letter, as in `-n 5`, gets no space: the parser refuses it as an option
    /// that no command has, and the error suggests one. A query without that word has it in quotes, `-"n"`.
    ///
    /// [`Question::text`]: super::Question::text
    pub(crate) fn read(args: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let mut args: Vec<OsString> = args.into_iter().collect();
        choose_colors(color(&args));
        let asks = |command: &OsString| ASKING.iter().any(|asking| command == asking);
        if args.get(1).is_some_and(asks) {
            for at in 2..args.len() {
                let is_value = WITH_HYPHEN.iter().any(|option| args[at - 1] == *option);
                if let Some(word) = args[at].to_str()
                    && word.len() > 1
                    && word.starts_with('-')
                    && !word.starts_with("--")
                    && !is_letter(&word[1..])
                    && !is_value
                {
                    args[at] = format!(" {word}").into();
                }
            }
        }
        Self::try_parse_from(args)
    }
}

/// Whether a word is one letter of those that options of other programs have.
fn is_letter(word: &str) -> bool {
    matches!(word.as_bytes(), [letter] if letter.is_ascii_alphabetic())
}

/// What `--color` says, before the arguments are read: what is wrong with them is coloured, too.
fn color(args: &[OsString]) -> ColorChoice {
    let given = args.iter().enumerate().find_map(|(at, word)| {
        let word = word.to_str()?;
        match word.strip_prefix("--color") {
            Some("") => args.get(at + 1)?.to_str(),
            Some(value) => value.strip_prefix('='),
            None => None,
        }
    });
    let choice = given.and_then(|word| ColorChoice::from_str(word, false).ok());
    choice.unwrap_or_default()
}

/// Their arguments are made when a command is asked for: all of them take half a millisecond.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub(crate) enum Command {
    /// Read an archive into a store; run again later, it reads only what changed
    Ingest(IngestArgs),
    /// Put events into a store, from lines of JSON, or a page
    Add(AddArgs),
    /// Take events out of a store
    Remove(RemoveArgs),
    /// List the events that answer a query
    Query(QueryArgs),
    /// Print the page of an event, byte for byte
    Show(ShowArgs),
    /// List the events that an event links to, as its page lists them
    Related(LinksArgs),
    /// List the events that link to an event
    Referring(LinksArgs),
    /// List the events that share most tags with an event
    Similar(SimilarArgs),
    /// Count the events of a query by year, month, week or day
    Timeline(TimelineArgs),
    /// Count the most frequent tags, categories, authors, publishers, domains, kinds, languages, words or
    /// values of a key of a query
    Facets(FacetsArgs),
    /// List the tags of a store, the most frequent first
    Tags(TagsArgs),
    /// List the words of titles, summaries and bodies, the most frequent first
    Words(WordsArgs),
    /// Sizes and counts of a store
    Stats(StatsArgs),
    /// The archives whose pages a store holds
    Archives(ArchivesArgs),
    /// Show the links between Markdown pages that lead nowhere, or to several pages
    CheckLinks(CheckLinksArgs),
    /// Look whether a store is whole, and say what is wrong with it
    Verify(VerifyArgs),
    /// Rewrite a store into a fresh file without what was deleted
    Compact(CompactArgs),
    /// Cut the texts of all events into words anew, or drop the words
    Reindex(ReindexArgs),
    /// List the stores of a directory, which are then read as one
    CommitStores(CommitStoresArgs),
    /// Copy a store into a new directory, also while others write
    Backup(BackupArgs),
    /// Write all of a store into one file, which every later version reads
    Export(ExportArgs),
    /// Make a store of a file that `export` wrote
    Import(ImportArgs),
    /// Write the pages that a damaged store still holds into such a file
    Salvage(SalvageArgs),
    /// Time the questions that are asked most, about what the store holds
    Bench(BenchArgs),
    /// Explain a command, or a topic such as queries or formats
    Help(HelpArgs),
    /// Print what a shell needs to complete commands and options
    Completions(CompletionsArgs),
    /// Print or write the pages for man
    Man(ManArgs),
}

impl Command {
    /// The order of its arguments, where another one follows the store.
    pub(crate) fn usage(&self) -> Option<&'static str> {
        Some(match self {
            Self::Ingest(_) => "eventstore ingest STORE ARCHIVE",
            Self::Add(_) => "eventstore add STORE FILE",
            Self::Remove(_) => "eventstore remove STORE ID",
            Self::Query(_) => "eventstore query STORE QUERY",
            Self::Show(_) => "eventstore show STORE ID",
            Self::Related(_) => "eventstore related STORE ID",
            Self::Referring(_) => "eventstore referring STORE ID",
            Self::Similar(_) => "eventstore similar STORE ID",
            Self::Timeline(_) => "eventstore timeline STORE QUERY",
            Self::Facets(_) => "eventstore facets STORE QUERY",
            Self::CommitStores(_) => "eventstore commit-stores DIRECTORY STORE",
            Self::Backup(_) => "eventstore backup STORE TARGET",
            Self::Export(_) => "eventstore export STORE FILE",
            Self::Import(_) => "eventstore import STORE FILE",
            Self::Salvage(_) => "eventstore salvage STORE FILE",
            Self::Tags(_)
            | Self::Words(_)
            | Self::Stats(_)
            | Self::Archives(_)
            | Self::CheckLinks(_)
            | Self::Verify(_)
            | Self::Compact(_)
            | Self::Reindex(_)
            | Self::Bench(_)
            | Self::Help(_)
            | Self::Completions(_)
            | Self::Man(_) => return None,
        })
    }

    /// What is said where Ctrl-C ended it.
    pub(crate) fn interrupted(&self) -> &'static str {
        match self {
            Self::Ingest(_) | Self::Import(_) => {
                "interrupted; what was committed before stands, and the same command goes on from there"
            }
            Self::Add(_) | Self::Remove(_) | Self::Compact(_) | Self::Reindex(_) => {
                "interrupted; what was committed before stands"
            }
            _ => "interrupted",
        }
    }

    /// The words behind the store: of a query, or ids.
    pub(crate) fn words(&self) -> &[String] {
        match self {
            Self::Query(args) => args.question.words(),
            Self::Timeline(args) => args.question.words(),
            Self::Facets(args) => args.question.words(),
            Self::Show(args) => &args.ids,
            Self::Remove(args) => &args.ids,
            Self::Similar(args) => std::slice::from_ref(&args.id),
            Self::Related(args) | Self::Referring(args) => std::slice::from_ref(&args.id),
            _ => &[],
        }
    }

    /// The store that it is about, if it is about one.
    pub(crate) fn store(&self) -> Option<&Path> {
        Some(match self {
            Self::Ingest(args) => &args.store,
            Self::Add(args) => &args.store,
            Self::Remove(args) => &args.store,
            Self::Query(args) => &args.question.store,
            Self::Show(args) => &args.store,
            Self::Related(args) | Self::Referring(args) => &args.store,
            Self::Similar(args) => &args.store,
            Self::Timeline(args) => &args.question.store,
            Self::Facets(args) => &args.question.store,
            Self::Tags(args) => &args.store,
            Self::Words(args) => &args.store,
            Self::Stats(args) => &args.store,
            Self::Archives(args) => &args.store,
            Self::CheckLinks(args) => &args.store,
            Self::Verify(args) => &args.store,
            Self::Compact(args) => &args.store,
            Self::Reindex(args) => &args.store,
            Self::CommitStores(args) => &args.directory,
            Self::Backup(args) => &args.store,
            Self::Export(args) => &args.store,
            Self::Import(args) => &args.store,
            Self::Salvage(args) => &args.store,
            Self::Bench(args) => &args.store,
            Self::Help(_) | Self::Completions(_) | Self::Man(_) => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;
    use eventstore::Order;

    use super::*;
    use crate::args::Amount;

    #[test]
    fn the_command_line_is_sound() {
        let mut command = Arguments::command();
        // Makes the arguments of each command too, which then are looked at.
        command.build();
        command.debug_assert();
    }

    #[test]
    fn colours_are_chosen_wherever_the_option_stands() {
        for (words, expected) in [
            ("eventstore tags a.store", ColorChoice::Auto),
            ("eventstore --color never tags a.store", ColorChoice::Never),
            (
                "eventstore tags a.store --color=always",
                ColorChoice::Always,
            ),
            ("eventstore tags a.store --color", ColorChoice::Auto),
            ("eventstore tags a.store --color red", ColorChoice::Auto),
        ] {
            let words: Vec<OsString> = words.split(' ').map(OsString::from).collect();
            assert_eq!(color(&words), expected, "{words:?}");
            if let Ok(arguments) = Arguments::read(words) {
                assert_eq!(arguments.color, expected);
            }
        }
    }

    #[test]
    fn a_query_may_begin_with_a_hyphen_and_stand_before_or_behind_options() {
        for words in [
            "eventstore query a.store -tag:x 2017 -lang:zh --reverse --limit 3",
            "eventstore query --reverse a.store -tag:x 2017 -lang:zh --limit 3",
            "eventstore query --reverse --limit 3 a.store -tag:x 2017 -lang:zh",
            "eventstore query a.store --reverse --limit 3 -tag:x 2017 -lang:zh",
            "eventstore query a.store --order -date --limit 3 -tag:x 2017 -lang:zh",
            "eventstore query a.store -tag:x --order=-date 2017 -lang:zh --limit 3",
        ] {
            let arguments = Arguments::read(words.split(' ').map(OsString::from)).unwrap();
            let Command::Query(args) = arguments.command else {
                panic!("{words}")
            };
            assert_eq!(args.question.text(), "-tag:x 2017 -lang:zh", "{words}");
            assert_eq!(args.order(), Order::NewestFirst, "{words}");
            assert_eq!(args.listing.limit, Some(Amount::AtMost(3)), "{words}");
        }
    }

    #[test]
    fn a_negative_number_is_answered_with_what_to_write() {
        for words in [
            "eventstore query a.store --limit -1",
            "eventstore facets a.store --top -1",
            "eventstore tags a.store --top -1",
            "eventstore related a.store 2017/03/2/a --limit -1",
            "eventstore bench a.store --runs -1",
            "eventstore ingest a.store b --page-items -1",
            "eventstore ingest a.store b --page-bytes -1",
        ] {
            let error = Arguments::read(words.split(' ').map(OsString::from)).unwrap_err();
            let text = error.to_string();
            assert!(text.contains("invalid value '-1'"), "{words}: {text}");
            assert!(text.contains("write a number"), "{words}: {text}");
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
