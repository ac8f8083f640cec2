//! The query as a value.

use std::ops::BitAnd;

use super::text::{Matcher, QueryField, SUPERSEDED};
use crate::event::{Date, ParseError, words};

/// What is asked: a time range and clauses. An event matches if its day lies in the range and every
/// clause holds.
///
/// A clause is one field with values; it holds if the event has any of them, or, negated, if it has
/// none. A query is the same value whether it is built by calls ([`Query::tags_all`] and so on),
/// read from text or made by `&`. It prints as text that reads back as the same query.
///
/// Superseded events do not match unless [`Query::superseded`] says otherwise.
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
/// clause = field ":" value                    one value
///        | field ":" "(" [ value { "," value } ] ")"           any of several; of none: no event
/// field  = "tag" | "category" | "author" | "source" | "domain"
///        | "related" | "refers" | "kind" | "lang" | "superseded"
/// value  = text            the whole value, in any case
///        | text "*"        values that begin with it
///        | "*"             any value: the event has the field at all
/// text   = characters without white space and without " ( ) , : * \
///        | '"' any characters, with \" for a quote and \\ for a backslash '"'
/// ```
///
/// | field | an event has it |
/// | --- | --- |
/// | `tag`, `category`, `author` | as its tag, its category, its author |
/// | `source` | as the name of one of its publishers |
/// | `domain` | as the host of a publisher: `bbc.co.uk`, `www.bbc.co.uk`, or a whole URL |
/// | `related` | an id that it links to, or that links to it |
/// | `refers` | an id that it links to |
/// | `kind`, `lang` | `news`, `opinion`; `en`, `zh` |
/// | `superseded` | `no` (if nothing is said), `yes`: superseded events too, `only`: nothing else |
///
/// `related`, `refers`, `kind`, `lang` and `superseded` take whole values, without `*`.
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
/// let error = "tag:syria trump".parse::<eventstore::Query>().unwrap_err();
/// assert_eq!(error.offset, 10);
/// assert_eq!(error.hint.unwrap(), r#"did you mean tag:"syria trump" or tag:trump?"#);
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Default)]
#[must_use]
pub struct Query {
    pub(super) since: Option<Date>,
    pub(super) until: Option<Date>,
    /// Ascending, without repetition, and without negated clauses that have no value: such a clause
    /// always holds.
    pub(super) clauses: Vec<Clause>,
    /// `None` means [`SupersededRule::CURRENT`], until `&` brings a query that names a rule.
    pub(super) rule: Option<SupersededRule>,
}

/// One field and its values, maybe negated.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Clause {
    pub field: QueryField,
    pub negated: bool,
    /// Ascending, without repetition.
    pub matchers: Vec<Matcher>,
}

/// Which events a query admits, by whether they are superseded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct SupersededRule {
    pub current: bool,
    pub superseded: bool,
}

impl SupersededRule {
    pub const NONE: Self = Self {
        current: false,
        superseded: false,
    };
    pub const CURRENT: Self = Self {
        current: true,
        superseded: false,
    };

    pub fn or(self, other: Self) -> Self {
        Self {
            current: self.current || other.current,
            superseded: self.superseded || other.superseded,
        }
    }

    pub fn and(self, other: Self) -> Self {
        Self {
            current: self.current && other.current,
            superseded: self.superseded && other.superseded,
        }
    }

    pub fn not(self) -> Self {
        Self {
            current: !self.current,
            superseded: !self.superseded,
        }
    }
}

/// Whether a query matches superseded events: earlier pages of an event that the day page of their
/// day does not list.
///
/// # Examples
///
/// ```
/// use eventstore::{Query, Superseded};
/// assert_eq!("only".parse::<Superseded>()?, Superseded::Only);
/// assert_eq!(Query::new().superseded(Superseded::Yes), "superseded:yes".parse()?);
/// # Ok::<(), eventstore::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Superseded {
    /// They do not match, which is the default. Its word is `no`.
    No,
    /// They match like any other event. Its word is `yes`.
    Yes,
    /// Nothing else matches. Its word is `only`.
    Only,
}

words!(Superseded, unknown_superseded; No = "no", Yes = "yes", Only = "only");

fn unknown_superseded(word: &str, words: &[&'static str]) -> ParseError {
    let hint = match word.to_ascii_lowercase().as_str() {
        "true" | "1" | "all" | "any" | "both" | "include" | "yes" => "did you mean superseded:yes?",
        "false" | "0" | "none" | "exclude" | "no" => "did you mean superseded:no?",
        "only" => "did you mean superseded:only?",
        _ => SUPERSEDED,
    };
    let message = format!("{word:?} is none of {}", words.join(", "));
    ParseError::new(word, 0, message, Some(hint.to_owned()))
}

impl From<Superseded> for SupersededRule {
    fn from(word: Superseded) -> Self {
        Self {
            current: word != Superseded::Only,
            superseded: word != Superseded::No,
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

    /// The rule for superseded events, [`SupersededRule::CURRENT`] if the query names none.
    pub(crate) fn rule(&self) -> SupersededRule {
        self.rule.unwrap_or(SupersededRule::CURRENT)
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

    pub(super) fn admit(&mut self, rule: SupersededRule) {
        self.rule = Some(self.rule.map_or(rule, |other| other.and(rule)));
    }

    fn and(mut self, other: &Self) -> Self {
        self.restrict_time(other.since, other.until);
        for clause in &other.clauses {
            self.push(clause.clone());
        }
        if let Some(rule) = other.rule {
            self.admit(rule);
        }
        self
    }
}

/// Both queries: the time that both cover and the clauses of both. If only one names a rule for
/// superseded events, that rule holds.
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
