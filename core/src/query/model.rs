//! The query as a value.

use std::fmt;
use std::ops::BitAnd;
use std::str::FromStr;

use super::atom::Atom;
use super::fault::Fault;
use super::hint;
use crate::event::{Date, ParseError};
use crate::segment;

/// A question: a time range and clauses, all of which hold.
///
/// A clause is one field with values, any of which holds, maybe negated. A query is the same value whether it is built
/// by calls, read from text or made by `&`, and it prints to text that reads back as the same query.
///
/// Superseded events are left out unless [`Query::superseded`] says otherwise.
///
/// # Equality
///
/// Two queries are equal if they say the same: values are compared as they match (without regard to case and white
/// space), and the order and repetition of values and clauses does not count. Each value keeps the spelling in which
/// it was first given, so equal queries may print in different spellings, never in a different order.
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
pub struct Query {
    pub(super) since: Option<Date>,
    pub(super) until: Option<Date>,
    /// Ascending, each once; no negated clause without values, since that one always holds.
    pub(super) clauses: Vec<Clause>,
    /// `None`: not said, which means [`Rule::CURRENT`] until `&` brings a query that says it.
    pub(super) rule: Option<Rule>,
}

/// A field of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Field {
    Tag,
    Category,
    Source,
    Domain,
    Related,
    Refers,
    Kind,
    Lang,
}

impl Field {
    pub const ALL: [Self; 8] = [
        Self::Tag,
        Self::Category,
        Self::Source,
        Self::Domain,
        Self::Related,
        Self::Refers,
        Self::Kind,
        Self::Lang,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tag => "tag",
            Self::Category => "category",
            Self::Source => "source",
            Self::Domain => "domain",
            Self::Related => "related",
            Self::Refers => "refers",
            Self::Kind => "kind",
            Self::Lang => "lang",
        }
    }

    /// The dictionary that the field matches against; none for those that take whole values of their own.
    pub fn terms(self) -> Option<segment::Field> {
        match self {
            Self::Tag => Some(segment::Field::Tag),
            Self::Category => Some(segment::Field::Category),
            Self::Source => Some(segment::Field::Source),
            Self::Domain => Some(segment::Field::Domain),
            Self::Related | Self::Refers | Self::Kind | Self::Lang => None,
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One field, any of its values, maybe negated.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Clause {
    pub field: Field,
    pub negated: bool,
    /// Ascending, each once.
    pub atoms: Vec<Atom>,
}

/// Which events the rule of superseded pages admits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Rule {
    pub current: bool,
    pub superseded: bool,
}

impl Rule {
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

/// What to do with superseded events: earlier pages of an event that the day page of their day does not list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Superseded {
    /// Leave them out, as a query does that does not say: `superseded:no`.
    No,
    /// Take them like any other: `superseded:yes`.
    Yes,
    /// Take nothing else: `superseded:only`.
    Only,
}

impl From<Superseded> for Rule {
    fn from(word: Superseded) -> Self {
        Self {
            current: word != Superseded::Only,
            superseded: word != Superseded::No,
        }
    }
}

impl Superseded {
    pub(super) fn read(word: &str) -> Result<Self, Fault> {
        match word {
            "no" => Ok(Self::No),
            "yes" => Ok(Self::Yes),
            "only" => Ok(Self::Only),
            _ => Err(
                Fault::new(format!("{word:?} is none of yes, no, only")).hint(
                    match word.to_ascii_lowercase().as_str() {
                        "true" | "1" | "all" | "any" | "both" | "include" | "yes" => {
                            "did you mean superseded:yes?"
                        }
                        "false" | "0" | "none" | "exclude" | "no" => "did you mean superseded:no?",
                        "only" => "did you mean superseded:only?",
                        _ => hint::SUPERSEDED,
                    },
                ),
            ),
        }
    }
}

impl FromStr for Superseded {
    type Err = ParseError;

    fn from_str(word: &str) -> Result<Self, ParseError> {
        Self::read(word).map_err(|fault| fault.within(word))
    }
}

impl Query {
    /// The first day asked for, itself included.
    pub fn first_day(&self) -> Option<Date> {
        self.since
    }

    /// The last day asked for, itself included. It may lie before the first where `&` met two times that share no day.
    pub fn last_day(&self) -> Option<Date> {
        self.until
    }

    /// Which events the rule of superseded pages admits, where nothing is said the current ones.
    pub(crate) fn rule(&self) -> Rule {
        self.rule.unwrap_or(Rule::CURRENT)
    }

    /// Adds a clause in its place.
    pub(super) fn push(&mut self, mut clause: Clause) {
        // Stable, so of two spellings of a value the first given stays.
        clause.atoms.sort();
        clause.atoms.dedup();
        if clause.negated && clause.atoms.is_empty() {
            return;
        }
        if let Err(place) = self.clauses.binary_search(&clause) {
            self.clauses.insert(place, clause);
        }
    }

    pub(super) fn narrow(&mut self, since: Option<Date>, until: Option<Date>) {
        self.since = self.since.max(since);
        self.until = match (self.until, until) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }

    pub(super) fn admit(&mut self, rule: Rule) {
        self.rule = Some(self.rule.map_or(rule, |said| said.and(rule)));
    }

    fn and(mut self, other: &Self) -> Self {
        self.narrow(other.since, other.until);
        for clause in &other.clauses {
            self.push(clause.clone());
        }
        if let Some(rule) = other.rule {
            self.admit(rule);
        }
        self
    }
}

/// What both ask: the time both cover, the clauses of both. What one says of superseded events holds where the other
/// is silent.
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
