//! The query as a value.

use std::ops::BitAnd;

use super::text::{Matcher, QueryField, Trait};
use crate::event::{Date, ParseError, words};

/// What is asked: a time range and clauses. An event matches if its day lies in the range and every
/// clause holds.
///
/// A clause is one field with values; it holds if the event has any of them, or, negated, if it has
/// none. A query is the same value whether it is built by calls ([`Query::tags_all`] and so on),
/// read from text or made by `&`. It prints as text that reads back as the same query.
///
/// Superseded events, drafts and undated pages do not match unless [`Query::superseded`],
/// [`Query::draft`] and [`Query::undated`] say otherwise.
///
/// A query knows no store and reads nothing. Its memory is that of its texts.
///
/// # The text form
///
/// Conditions stand side by side, with white space between them, and all of them hold:
///
/// ```text
/// query  = [ condition { space condition } ]
///
/// condition = time | [ "-" ] clause           "-" negates a clause
/// time   = date | date ".." | ".." date | date ".." date       both ends belong to it
/// date   = year | year "-" month | year "-" month "-" day      2017, 2017-03, 2017-3-2
/// clause = [ field ":" ] value                one value
///        | [ field ":" ] "(" [ value { "," value } ] ")"       any of several; of none: no event
/// field  = "title" | "summary" | "body" | "tag" | "category" | "author" | "source" | "domain"
///        | "related" | "refers" | "kind" | "lang" | "on" | "has"
///        | "superseded" | "draft" | "undated"
///        | "meta." key            the key of a page's front matter, nested ones with dots
/// key    = one or more texts       meta.cover.alt, meta."my key"
/// value  = text            the whole value, in any case; of words: these words, next to each other
///        | text "*"        values that begin with it; of words: the last one begins so
///        | "*"             any value: the event has the field at all
/// text   = characters without white space and without " ( ) , : * \
///        | '"' any characters, with \" for a quote and \\ for a backslash '"'
/// ```
///
/// | field | an event has it |
/// | --- | --- |
/// | none: `flood` | as words of its title, its summary or its body |
/// | `title`, `summary`, `body` | as words of that one |
/// | `tag`, `category`, `author` | as its tag, its category, its author |
/// | `source` | as the name of one of its publishers |
/// | `domain` | as the host of a publisher: `bbc.co.uk`, `www.bbc.co.uk`, or a whole URL |
/// | `related` | an id that it links to, or that links to it |
/// | `refers` | an id that it links to |
/// | `kind` | as its kind, such as `news` |
/// | `lang` | as its language, such as `en`; `pt` is `pt-BR` too |
/// | `on` | as its day in any year: `on:09-11` |
/// | `meta.KEY` | as a value under that key of its `meta` |
/// | `has` | as a key of its `meta` with any value, or as `tag`, `category`, `author`, `source` or `domain` if it has any |
/// | `superseded` | `no` (if nothing is said), `yes`: superseded events too, `only`: nothing else |
/// | `draft`, `undated` | the same of drafts, and of pages without a date |
///
/// **Words.** A text is cut into words where Unicode ends a word and at every character that is
/// neither letter, mark nor digit; case does not count, marks on letters do. So `covid-19` asks for
/// `covid` with `19` behind it, and `"covid 19"` is the same. Several words in quotes stand next to
/// each other in one title, summary or body; without quotes they are several conditions. Scripts
/// without spaces between words are found by any characters that stand next to each other: `洪水`.
/// There are no stop words, and no word is taken for another form of it. A space before a `*` ends the
/// word: `"flood "*` is `flood`. `title:*` holds where there is any word.
///
/// A year, a month or a day by itself is a time: the word is `"2017"`. Words in quotes are words
/// whatever they look like. Without quotes some are errors, since other query languages read them
/// otherwise: `AND`, `OR`, `NOT`, `+flood`, `!flood`, `flood~`, `/flood/`, `fl*od`, `fl?od`,
/// `tag=sea`, `2017/03`. An apostrophe within a word is none of syntax.
///
/// `related`, `refers`, `kind`, `lang`, `on`, `has`, `superseded`, `draft` and `undated` take whole
/// values, without `*`. A page without a date belongs to no time.
///
/// Keys of `meta` are found without case; they print in small letters. A list has each of its items as
/// a value, and `meta.cover:*`, which is `has:cover`, holds for a map with anything in it. A value of more
/// than 256 bytes is found by `has` alone. Null, empty texts and empty lists are no values. Events of
/// the Context have no `meta`.
///
/// # Equality
///
/// Two queries are equal if they ask the same: case and runs of white space in values do not count,
/// nor do order and repetition of values and clauses. A value keeps the spelling in which it was
/// first given, so equal queries may print in different spellings, but always in the same order.
///
/// # Errors
///
/// Reading a text fails with a [`ParseError`], which has the byte offset of the fault and a hint.
///
/// # Examples
///
/// ```
/// use eventstore::Query;
/// let built = Query::new()
///     .since(2017)?
///     .until("2018-03")?
///     .tags_all(["Syria", "New York"])?
///     .category_none("Sport")?;
/// assert_eq!(built.to_string(), r#"2017..2018-03 tag:"New York" tag:Syria -category:Sport"#);
/// assert_eq!(built, built.to_string().parse()?);
/// assert_eq!(built, "-category:sport tag:syria 2017..2018-03 tag:\"new york\"".parse()?);
/// # Ok::<(), eventstore::ParseError>(())
/// ```
///
/// ```
/// use eventstore::Query;
/// let words = Query::new().words("dam breaks")?.title(["flood", "storm"])?;
/// assert_eq!(words, "dam breaks title:(flood, storm)".parse()?);
/// assert_eq!(Query::new().phrase("dam breaks")?.to_string(), r#""dam breaks""#);
///
/// let error = "flood 2017/03".parse::<Query>().unwrap_err();
/// assert_eq!(error.offset, 6);
/// assert_eq!(error.hint.unwrap(), r#"did you mean 2017-03? In quotes it is text: "2017/03""#);
/// # Ok::<(), eventstore::ParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Default)]
#[must_use]
pub struct Query {
    pub(super) since: Option<Date>,
    pub(super) until: Option<Date>,
    /// Ascending, without repetition, and without negated clauses that have no value: such a clause
    /// always holds.
    pub(super) clauses: Vec<Clause>,
    pub(super) rule: AdmissionRule,
}

/// One field and its values, maybe negated.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Clause {
    pub field: QueryField,
    pub negated: bool,
    /// Ascending, without repetition.
    pub matchers: Vec<Matcher>,
}

/// Which events a query admits, by whether they have a trait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Admission {
    /// Events that do not have it.
    pub without: bool,
    /// Events that have it.
    pub with: bool,
}

impl Admission {
    pub const NONE: Self = Self {
        without: false,
        with: false,
    };
    pub const WITHOUT: Self = Self {
        without: true,
        with: false,
    };

    pub fn or(self, other: Self) -> Self {
        Self {
            without: self.without || other.without,
            with: self.with || other.with,
        }
    }

    pub fn and(self, other: Self) -> Self {
        Self {
            without: self.without && other.without,
            with: self.with && other.with,
        }
    }

    pub fn not(self) -> Self {
        Self {
            without: !self.without,
            with: !self.with,
        }
    }

    /// Whether it admits an event that has the trait or not.
    #[cfg(test)]
    pub fn admits(self, has: bool) -> bool {
        if has { self.with } else { self.without }
    }
}

/// What a query says of each [`Trait`], in their order.
///
/// `None` means [`Admission::WITHOUT`], until `&` brings a query that says more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct AdmissionRule([Option<Admission>; 3]);

impl AdmissionRule {
    /// What it says of a trait, if it does.
    pub fn said(&self, of: Trait) -> Option<Admission> {
        self.0[of as usize]
    }

    /// Which events it admits by a trait.
    pub fn of(&self, of: Trait) -> Admission {
        self.said(of).unwrap_or(Admission::WITHOUT)
    }

    /// Whether events without any trait are all that it admits, as a query does that says nothing.
    pub fn is_default(&self) -> bool {
        Trait::ALL
            .iter()
            .all(|&each| self.of(each) == Admission::WITHOUT)
    }

    fn admit(&mut self, of: Trait, admission: Admission) {
        let said = &mut self.0[of as usize];
        *said = Some(said.map_or(admission, |other| other.and(admission)));
    }
}

/// Whether a query matches events that it leaves out unless it says so: superseded events, drafts,
/// undated pages.
///
/// # Examples
///
/// ```
/// use eventstore::{Include, Query};
/// assert_eq!("only".parse::<Include>()?, Include::Only);
/// assert_eq!(Query::new().superseded(Include::Yes), "superseded:yes".parse()?);
/// assert_eq!(Query::new().draft(Include::Only), "draft:only".parse()?);
/// # Ok::<(), eventstore::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Include {
    /// They do not match, which is the default. Its word is `no`.
    No,
    /// They match like any other event. Its word is `yes`.
    Yes,
    /// Nothing else matches. Its word is `only`.
    Only,
}

words!(Include, unknown_include; No = "no", Yes = "yes", Only = "only");

fn unknown_include(word: &str, words: &[&'static str]) -> ParseError {
    let hint = match word.to_ascii_lowercase().as_str() {
        "true" | "1" | "all" | "any" | "both" | "include" | "yes" => "did you mean yes?",
        "false" | "0" | "none" | "exclude" | "no" => "did you mean no?",
        "only" => "did you mean only?",
        _ => "write yes, no or only",
    };
    let message = format!("{word:?} is none of {}", words.join(", "));
    ParseError::new(word, 0, message, Some(hint.to_owned()))
}

impl From<Include> for Admission {
    fn from(word: Include) -> Self {
        Self {
            without: word != Include::Only,
            with: word != Include::No,
        }
    }
}

impl Query {
    /// The first day that is asked for. `None` if the time has no beginning.
    #[must_use]
    pub fn first_day(&self) -> Option<Date> {
        self.since
    }

    /// The last day that is asked for. `None` if the time has no end.
    ///
    /// It lies before the first day if `&` was used on two times that share no day.
    #[must_use]
    pub fn last_day(&self) -> Option<Date> {
        self.until
    }

    /// Which events it admits.
    pub(crate) fn rule(&self) -> AdmissionRule {
        self.rule
    }

    /// Adds a clause, at its place in the order.
    pub(super) fn push(&mut self, mut clause: Clause) {
        // The sort is stable: of equal values the spelling that was given first stays.
        clause.matchers.sort();
        clause.matchers.dedup();
        if clause.negated && clause.matchers.is_empty() {
            return;
        }
        if let Err(at) = self.clauses.binary_search(&clause) {
            self.clauses.insert(at, clause);
        }
    }

    pub(super) fn restrict_time(&mut self, since: Option<Date>, until: Option<Date>) {
        self.since = self.since.max(since);
        self.until = match (self.until, until) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }

    pub(super) fn admit(&mut self, of: Trait, admission: Admission) {
        self.rule.admit(of, admission);
    }

    fn and(mut self, other: &Self) -> Self {
        self.restrict_time(other.since, other.until);
        for clause in &other.clauses {
            self.push(clause.clone());
        }
        for of in Trait::ALL {
            if let Some(admission) = other.rule.said(of) {
                self.admit(of, admission);
            }
        }
        self
    }
}

/// Both queries: the time that both cover and the clauses of both. What only one says of superseded
/// events, of drafts or of undated pages holds.
///
/// Never fails: two times that share no day make a query that matches nothing.
impl BitAnd for Query {
    type Output = Query;

    fn bitand(self, other: Query) -> Query {
        self.and(&other)
    }
}

impl BitAnd<&Query> for &Query {
    type Output = Query;

    fn bitand(self, other: &Query) -> Query {
        self.clone().and(other)
    }
}

impl From<&Query> for Query {
    fn from(query: &Query) -> Self {
        query.clone()
    }
}
