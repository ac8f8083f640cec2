//! What a person probably meant by a part of a query that cannot be read.

use super::days::{self, Days};
use super::field::{NAME_A_KEY, QueryField, Trait};
use super::quote::{is_plain, quoted};
use crate::event::closest;

pub(super) const FIELDS: &str = "fields are title, summary, body, tag, category, author, source, \
    domain, related, refers, kind, lang, on, has, meta.KEY, superseded, draft, undated";

/// The hint for a `*` that stands for all words.
pub(super) const ANY_WORD: &str = "an empty query asks for every event, title:*, summary:* and \
    body:* for those that have one; flood* for words that begin so";

/// The hint for a comma behind a word.
pub(super) const SEVERAL_WORDS: &str =
    "all of several words: one other; any of them: (one, other); in quotes it is text";

/// The hint for a `^` that is meant as a weight.
pub(super) const WEIGHTS: &str =
    "words weigh alike in a query; the order by relevance takes weights of title, summary and body";

/// How the values of a field are written.
pub(super) fn values_of(field: &QueryField) -> String {
    match field {
        QueryField::Kind => "kind is a word such as news or opinion".to_owned(),
        QueryField::Lang => "lang is a language such as en or zh".to_owned(),
        QueryField::On => "on is a day of any year: on:09-11".to_owned(),
        QueryField::Related | QueryField::Refers => format!("write an id: {field}:2017/03/2/slug"),
        QueryField::Has => {
            "write a key of meta, or tag, category, author, source, domain: has:cover".to_owned()
        }
        _ => format!("write {field}:value, {field}:\"two words\" or {field}:(one, other)"),
    }
}

/// For a name before a colon that is no field. `rest` is the value after the colon.
pub(super) fn field(name: &str, negated: bool, rest: &str) -> String {
    let lower = name.to_lowercase();
    let lower = lower.trim_start_matches(['-', '!']);
    // `!tag:x` and `--tag:x` mean "not" as `-tag:x` does.
    let negated = negated || name.starts_with(['-', '!']);
    let minus = if negated { "-" } else { "" };
    let range = match lower {
        "since" | "from" | "after" | "start" => Some((true, false)),
        "until" | "to" | "before" | "end" => Some((false, true)),
        "date" | "day" | "month" | "year" | "in" | "time" => Some((true, true)),
        _ => None,
    };
    if let Some((since, until)) = range {
        let days =
            Days::strict(rest).map_or_else(|_| "2017-03-02".to_owned(), |days| days.to_string());
        return match (since, until) {
            (true, false) => format!("a time stands by itself: write {days}.."),
            (false, true) => format!("a time stands by itself: write ..{days}"),
            _ => format!("a time stands by itself: write {days}"),
        };
    }
    match lower {
        "text" | "word" | "words" => {
            let word = if rest.is_empty() { "flood" } else { rest };
            format!("a word stands by itself: write {minus}{}", quoted(word))
        }
        "id" => "ask the store for one event by its id".to_owned(),
        "meta" => NAME_A_KEY.to_owned(),
        _ if lower.starts_with("meta.") => format!("did you mean {minus}{lower}:?"),
        _ => match known_field(lower) {
            Some(known) if name.starts_with('!') => format!("did you mean -{known}:{rest}?"),
            Some(known) => format!("did you mean {minus}{known}:?"),
            None => FIELDS.to_owned(),
        },
    }
}

/// The field that a lower-case name stands for: itself, a synonym, or the name with a slip.
fn known_field(name: &str) -> Option<&'static str> {
    Some(match name {
        "titles" | "headline" | "heading" => "title",
        "summaries" | "abstract" | "description" | "excerpt" => "summary",
        "content" | "article" => "body",
        "tags" | "topic" | "topics" | "keyword" | "keywords" | "label" | "context" | "消息"
        | "上下文" => "tag",
        "categories" | "cat" | "section" => "category",
        "authors" | "by" | "writer" | "writers" | "byline" => "author",
        "sources" | "publisher" | "publishers" | "name" => "source",
        "domains" | "host" | "site" | "url" => "domain",
        "related_to" | "link" | "links" | "linked" => "related",
        "referring" | "refers_to" | "referrers" | "links_to" => "refers",
        "type" | "kinds" => "kind",
        "language" | "locale" | "langs" => "lang",
        "stale" | "old" | "current" => "superseded",
        "drafts" | "unpublished" => "draft",
        "dateless" => "undated",
        _ => {
            let fields = QueryField::NAMED.iter().map(QueryField::as_str);
            let traits = Trait::ALL.into_iter().map(Trait::as_str);
            return closest(name, fields.chain(traits));
        }
    })
}

/// For `field=value`, `date>2017`, `>2017` and the like: the same in the words of a query.
pub(super) fn comparison(word: &str, negated: bool) -> Option<String> {
    let at = word.find(['=', '>', '<'])?;
    let (name, rest) = word.split_at(at);
    let operator = rest.chars().next()?;
    let value = rest[1..].trim_start_matches(['=', '>']);
    // `tag!=x` and `tag<>x` mean "not".
    let unequal = name.ends_with('!') || rest.starts_with("<>");
    let negated = negated || unequal || name.starts_with('!');
    let name = name.trim_matches('!').to_lowercase();
    let is_time = matches!(
        name.as_str(),
        "" | "date" | "day" | "month" | "year" | "time" | "since" | "until"
    );
    if is_time {
        return days::compared(operator, value).filter(|_| !negated);
    }
    let field = known_field(&name).filter(|_| operator == '=' || unequal)?;
    if value.is_empty() {
        return Some(format!("write {field}:value"));
    }
    let minus = if negated { "-" } else { "" };
    Some(format!("did you mean {minus}{field}:{}?", quoted(value)))
}

/// The hint for a value without letters and digits.
pub(super) fn no_word(text: &str) -> String {
    match text {
        "&" | "&&" | "+" => "conditions stand side by side and all hold: leave it out".to_owned(),
        "|" | "||" => "any of several: (one, other) or tag:(one, other)".to_owned(),
        "!" | "!!" => "put - before a condition: -tag:value".to_owned(),
        _ => "a word has a letter or a digit; title:* asks for any word of the title".to_owned(),
    }
}

/// The hint for a value without letters and digits that a call is given, as from a search box.
pub(in crate::query) const NO_WORD_GIVEN: &str = "a word has a letter or a digit; where nothing \
    was typed, ask without this condition, which finds every event, or do not ask";

/// For a word that lies within single quotes, which begin with the value before it, as in
/// `tag:'Storm Maren'`: the same with the quotes that a query has. `open` is where they begin.
pub(super) fn single_quotes(text: &str, open: usize, word_at: usize) -> Option<String> {
    let mut closing = text[word_at..].match_indices('\'');
    let closes = |rest: &str| !rest.starts_with(|c: char| is_plain(c) || c == '"');
    let (at, _) = closing.find(|(at, _)| closes(&text[word_at + at + 1..]))?;
    let value = quoted(&text[open + 1..word_at + at]);
    let condition = text[..open].rsplit(char::is_whitespace).next()?;
    Some(format!("quotes are double: {condition}{value}"))
}
