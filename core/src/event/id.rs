//! The name of an event: its place in the tree.

use std::fmt;
use std::str::FromStr;

use super::Date;
use crate::error::QueryError;

/// The name of an event: its place in the tree, `2017/03/2/slug`, of an opinion `opinion/2017/04/4/slug`.
///
/// NFC, month with a leading zero, day without. Reads every spelling that a path, a link or a URL has.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(Box<str>);

impl EventId {
    /// Takes text that is canonical already (read back from a segment or made by `page`).
    pub(crate) fn from_canonical(text: &str) -> Self {
        Self(text.into())
    }

    /// The canonical spelling.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it lies in the opinion tree.
    pub fn is_opinion(&self) -> bool {
        self.0.starts_with("opinion/")
    }

    /// The day of its place in the tree.
    pub fn day(&self) -> Date {
        todo!()
    }

    /// The last part.
    pub fn slug(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }
}

impl FromStr for EventId {
    type Err = QueryError;

    fn from_str(_text: &str) -> Result<Self, QueryError> {
        todo!()
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
