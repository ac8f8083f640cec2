//! What a person probably meant by a part of a query that cannot be read.

use super::days::{self, Days};
use super::field::{NAME_A_KEY, QueryField, Trait};
use super::quote::quoted;
use crate::event::closest;

pub(in crate::query) const FIELDS: &str = "fields are tag, category, author, source, domain, \
    related, refers, kind, lang, has, meta.KEY, superseded, draft, undated";

/// How the values of a field are written.
pub(super) fn values_of(field: &QueryField) -> String {
    match field {
        QueryField::Kind => "kind is a word such as news or opinion".to_owned(),
        QueryField::Lang => "lang is a language such as en or zh".to_owned(),
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
        "date" | "day" | "month" | "year" | "on" | "in" | "time" => Some((true, true)),
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
        "title" | "summary" | "text" | "body" | "word" | "words" => {
            format!("text cannot be searched yet; {FIELDS}")
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

/// What a word means that stands where a condition should.
pub(super) enum WordMeaning {
    /// It is no value: the hint says what to write.
    Syntax(String),
    /// It may be a tag that lacks its field.
    Tag,
}

/// For a word that stands by itself.
pub(super) fn word(word: &str, negated: bool) -> WordMeaning {
    WordMeaning::Syntax(match word {
        "AND" | "and" | "&" | "&&" | "+" => format!(
            "conditions stand side by side and all hold: leave the word out, or write tag:{}",
            quoted(word)
        ),
        "OR" | "or" | "|" | "||" => {
            "any of several values of one field: tag:(one, other)".to_owned()
        }
        "NOT" | "not" | "!" => "put - before a condition: -tag:value".to_owned(),
        _ => match date_word(word, negated).or_else(|| comparison(word, negated)) {
            Some(hint) => hint,
            None => return WordMeaning::Tag,
        },
    })
}

fn date_word(word: &str, negated: bool) -> Option<String> {
    let begins = word.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    if begins && !negated {
        days::meant(word)
    } else {
        None
    }
}

/// For `field=value`, `date>2017`, `>2017` and the like: the same in the words of a query.
fn comparison(word: &str, negated: bool) -> Option<String> {
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

/// A hint that suggests a word as a tag. `before` is the tag before it, if that was written without
/// quotes.
pub(super) fn as_tag(word: &str, negated: bool, before: Option<&str>) -> String {
    let minus = if negated { "-" } else { "" };
    let tag = quoted(word);
    match before {
        Some(before) if !negated => {
            let both = quoted(&format!("{before} {word}"));
            format!("did you mean tag:{both} or tag:{tag}?")
        }
        _ => format!("did you mean {minus}tag:{tag}?"),
    }
}

/// For a word that lies within single quotes, which begin with the value before it, as in
/// `tag:'Storm Maren'`: the same with the quotes that a query has.
pub(super) fn single_quotes(text: &str, word_at: usize) -> Option<String> {
    let before = text[..word_at].trim_end_matches('-').trim_end();
    let condition = before.rsplit(char::is_whitespace).next()?;
    let (field, _) = condition.split_once(":'")?;
    let value_at = before.len() - condition.len() + field.len() + ":'".len();
    let value = text[value_at..].split('\'').next()?;
    Some(format!("quotes are double: {field}:{}", quoted(value)))
}
