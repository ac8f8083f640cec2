//! What is suggested for an argument that no command takes.

use std::borrow::Cow;
use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory, ValueEnum};
use eventstore::{By, Days, Facet, Query};

use super::arguments::{ASKING, Arguments};
use super::options::Amount;
use crate::format::Format;
use crate::path::is_store;

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

/// What was written as the value of an option: behind a `=`, or as the next word, unless that is a store.
fn value<'a>(option: &str, words: &'a [OsString]) -> Option<&'a str> {
    let mut words = words.iter().filter_map(|word| word.to_str());
    let beginning = format!("{option}=");
    let found = words.find_map(|word| match word.strip_prefix(&beginning) {
        Some(value) => Some(Some(value)),
        None => (word == option).then_some(None),
    })?;
    let value = found.or_else(|| words.next().filter(|word| !is_store(word)))?;
    (!value.is_empty() && !value.starts_with('-')).then_some(value)
}

/// What to write in place of an option that a command does not have. The word behind it is taken for its value
/// only where it can be one.
fn instead(command: &Command, option: &str, value: Option<&str>) -> Option<String> {
    let has = |name: &str| {
        let mut longs = command.get_arguments().filter_map(|one| one.get_long());
        longs.any(|long| long == name)
    };
    let asks = ASKING.contains(&command.get_name());
    let name = option.trim_start_matches('-');
    let with = |option: &str, value: Option<&str>, what: &str| {
        let option_exists = option.strip_prefix("--").is_some_and(has);
        option_exists.then(|| format!("{option} {}", value.map_or(what.into(), shell_word)))
    };
    let number = value.filter(|value| value.parse::<Amount>().is_ok());
    let time = value.filter(|value| value.parse::<Days>().is_ok());
    match name {
        "n" | "l" | "k" | "head" | "top" | "limit" | "max" | "first" | "take" | "number"
        | "num" => with("--limit", number, "N").or_else(|| with("--top", number, "N")),
        "tail" | "last" if has("reverse") => {
            Some(format!("--reverse --limit {}", number.unwrap_or("N")))
        }
        "since" | "from" | "after" | "start" if asks => {
            Some(format!("a time in the query: {}..", time.unwrap_or("2017")))
        }
        "until" | "to" | "before" | "end" if asks => {
            Some(format!("a time in the query: ..{}", time.unwrap_or("2017")))
        }
        "date" | "day" | "month" | "year" | "on" if asks => {
            let on = value.map(|value| format!("on:{value}"));
            Some(match on.filter(|on| on.parse::<Query>().is_ok()) {
                Some(on) => format!("a condition in the query: {on}"),
                None => format!("a time in the query: {}", time.unwrap_or("2017-03")),
            })
        }
        "q" | "query" | "words" if asks => {
            Some("the query behind the store, without an option".to_owned())
        }
        "title" | "summary" | "body" | "tag" | "category" | "author" | "source" | "domain"
        | "kind" | "lang"
            if asks =>
        {
            let condition = value.and_then(|value| condition(name, value));
            let condition = condition.unwrap_or_else(|| format!("{name}:…"));
            let condition = in_single_quotes(&condition);
            Some(format!("a condition in the query: {condition}"))
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
        "f" => {
            let format = value.filter(|value| Format::from_str(value, false).is_ok());
            with("--format", format, "FORMAT")
        }
        "o" | "out" | "file" => with("--output", value, "FILE"),
        "fields" | "select" | "column" | "cols" | "c" => with("--columns", value, "NAMES"),
        "relevance" | "rank" | "ranked" | "best" if has("order") => {
            Some("--order relevance".to_owned())
        }
        "newest" | "desc" | "r" if has("order") => Some("--order -date".to_owned()),
        "sort" | "sort-by" | "order-by" | "s" if has("order") => {
            Some("--order date, -date or relevance".to_owned())
        }
        "group-by" | "group" | "by" | "field" | "facet" => {
            let (is_one, usual) = match (command.get_name(), value) {
                ("timeline", value) => (value.is_some_and(|by| by.parse::<By>().is_ok()), "month"),
                (_, value) => (value.is_some_and(|by| by.parse::<Facet>().is_ok()), "tag"),
            };
            with("--by", value.filter(|_| is_one), usual)
        }
        "colour" | "colors" | "colours" => Some("--color".to_owned()),
        _ => None,
    }
}

/// The condition that a field has a value, as it is written in a query; `None` if the value can be none of the field.
fn condition(field: &str, value: &str) -> Option<String> {
    let plain = format!("{field}:{value}");
    let is_plain = !value.contains(char::is_whitespace) && plain.parse::<Query>().is_ok();
    if is_plain {
        return Some(plain);
    }
    let value = value.replace('\\', "\\\\").replace('"', "\\\"");
    let quoted = format!("{field}:\"{value}\"");
    quoted.parse::<Query>().is_ok().then_some(quoted)
}

/// A word as a shell reads it.
fn shell_word(word: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./,:=+@%".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => Cow::Borrowed(word),
        false => Cow::Owned(in_single_quotes(word)),
    }
}

/// A text as a shell reads it, whatever is in it.
fn in_single_quotes(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
