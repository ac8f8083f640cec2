//! The order of an answer.

use crate::event::{ParseError, words};

/// The order in which [`Hits`](crate::Hits) come.
///
/// # Examples
///
/// ```
/// use eventstore::Order;
/// assert_eq!("-date".parse::<Order>()?, Order::NewestFirst);
/// assert_eq!(Order::default().to_string(), "date");
/// # Ok::<(), eventstore::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Order {
    /// By date and then by id, ascending. Its word is `date`.
    #[default]
    OldestFirst,
    /// The exact reverse. Its word is `-date`.
    NewestFirst,
    /// By how well the words of the query fit, the best first, and newest first among equals
    /// ([`Hits::scores`](crate::Hits::scores)). Its word is `relevance`.
    Relevance,
}

words!(Order, unknown_order; OldestFirst = "date", NewestFirst = "-date", Relevance = "relevance");

fn unknown_order(word: &str, _: &[&'static str]) -> ParseError {
    let hint = "order by date (oldest first), -date (newest first) or relevance (best first)";
    ParseError::new(
        word,
        0,
        format!("{word:?} is no order"),
        Some(hint.to_owned()),
    )
}

/// An order by date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DateOrder {
    OldestFirst,
    NewestFirst,
}

impl Order {
    /// The order by date that it is; none of relevance.
    pub(in crate::query) fn by_date(self) -> Option<DateOrder> {
        match self {
            Self::OldestFirst => Some(DateOrder::OldestFirst),
            Self::NewestFirst => Some(DateOrder::NewestFirst),
            Self::Relevance => None,
        }
    }
}
