//! What is suggested for an argument that no command takes.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory};

use super::arguments::{ASKING, Arguments};

/// What to write in place of an argument that cannot be read, where that is more than a slip. `words` are the
/// words of the command line.
pub(crate) fn suggestion(error: &clap::Error, words: &[OsString]) -> Option<String> {
    let argument = context(error, ContextKind::InvalidArg);
    match error.kind() {
        ErrorKind::UnknownArgument => {
            let mut root = Arguments::command();
            // Commands get their arguments only then.
            root.build();
            let mut names = words.iter().skip(1);
            let command = names.find_map(|word| root.find_subcommand(word))?;
            instead(command, argument, value(argument, words))
        }
        ErrorKind::InvalidSubcommand => {
            let name = context(error, ContextKind::InvalidSubcommand);
            Some(command_instead(name)?.to_owned())
        }
        _ => match (argument, context(error, ContextKind::InvalidValue)) {
            ("--format <FORMAT>", ending @ ("parquet" | "arrow")) => {
                Some(format!("--output FILE.{ending}"))
            }
            _ => None,
        },
    }
}

fn context(error: &clap::Error, kind: ContextKind) -> &str {
    match error.get(kind) {
        Some(ContextValue::String(given)) => given,
        _ => "",
    }
}

fn command_instead(name: &str) -> Option<&'static str> {
    Some(match name {
        "search" | "find" | "ask" | "grep" | "list" | "ls" => "query",
        "completion" | "complete" => "completions",
        _ => return None,
    })
}

/// What was written as the value of an option: behind a `=`, or as the next word.
fn value<'a>(option: &str, words: &'a [OsString]) -> Option<&'a str> {
    let mut words = words.iter().filter_map(|word| word.to_str());
    let beginning = format!("{option}=");
    let found = words.find_map(|word| match word.strip_prefix(&beginning) {
        Some(value) => Some(Some(value)),
        None => (word == option).then_some(None),
    })?;
    let value = found.or_else(|| words.next())?;
    (!value.is_empty() && !value.starts_with('-')).then_some(value)
}

/// What to write in place of an option that a command does not have.
fn instead(command: &Command, option: &str, value: Option<&str>) -> Option<String> {
    let has = |name: &str| {
        let mut longs = command.get_arguments().filter_map(|one| one.get_long());
        longs.any(|long| long == name)
    };
    let asks = ASKING.contains(&command.get_name());
    let name = option.trim_start_matches('-');
    let with = |option: &str, what: &str| {
        let option_exists = option.strip_prefix("--").is_some_and(has);
        option_exists.then(|| format!("{option} {}", value.unwrap_or(what)))
    };
    match name {
        "n" | "l" | "k" | "head" | "top" | "limit" | "max" | "first" | "take" | "number"
        | "num" => with("--limit", "N").or_else(|| with("--top", "N")),
        "tail" | "last" if has("reverse") => {
            let number = value.unwrap_or("N");
            Some(format!("--reverse --limit {number}"))
        }
        "since" | "from" | "after" | "start" if asks => Some(format!(
            "a time in the query: {}..",
            value.unwrap_or("2017")
        )),
        "until" | "to" | "before" | "end" if asks => Some(format!(
            "a time in the query: ..{}",
            value.unwrap_or("2017")
        )),
        "date" | "day" | "month" | "year" | "on" if asks => Some(format!(
            "a time in the query: {}",
            value.unwrap_or("2017-03")
        )),
        "q" | "query" | "words" if asks => {
            Some("the query behind the store, without an option".to_owned())
        }
        "title" | "summary" | "body" | "tag" | "category" | "author" | "source" | "domain"
        | "kind" | "lang"
            if asks =>
        {
            let value = match value {
                Some(value) if value.contains(char::is_whitespace) => format!("\"{value}\""),
                value => value.unwrap_or("…").to_owned(),
            };
            Some(format!("a condition in the query: '{name}:{value}'"))
        }
        "drafts" | "undated" | "superseded" | "draft" if asks => {
            Some(format!("{}:yes in the query", name.trim_end_matches('s')))
        }
        // How an answer is printed; these commands report.
        "format" if has("page-format") => {
            Some("--page-format for how pages are read, --json for the report as JSON".to_owned())
        }
        "format" if has("json") => Some("--json".to_owned()),
        "json" | "ndjson" | "csv" | "tsv" | "md" if has("format") => {
            Some(format!("--format {name}"))
        }
        "jsonl" if has("format") => Some("--format ndjson".to_owned()),
        "markdown" if has("format") => Some("--format md".to_owned()),
        "f" => with("--format", "FORMAT"),
        "o" | "out" | "file" => with("--output", "FILE"),
        "fields" | "select" | "column" | "cols" | "c" => with("--columns", "NAMES"),
        "relevance" | "rank" | "ranked" | "best" if has("order") => {
            Some("--order relevance".to_owned())
        }
        "newest" | "desc" | "r" if has("order") => Some("--order -date".to_owned()),
        "sort" | "sort-by" | "order-by" | "s" if has("order") => {
            Some("--order date, -date or relevance".to_owned())
        }
        "group-by" | "group" | "by" | "field" | "facet" => with(
            "--by",
            if command.get_name() == "timeline" {
                "month"
            } else {
                "tag"
            },
        ),
        "colour" | "colors" | "colours" => Some("--color".to_owned()),
        _ => None,
    }
}
