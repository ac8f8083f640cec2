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
}

words!(Order, unknown_order; OldestFirst = "date", NewestFirst = "-date");

fn unknown_order(word: &str, _: &[&'static str]) -> ParseError {
    let hint = "order by date (oldest first) or -date (newest first)";
    ParseError::new(
        word,
        0,
        format!("{word:?} is no order"),
        Some(hint.to_owned()),
    )
}
