//! What is wrong with a part of a query, before it is known where that part stands.

use crate::event::ParseError;

/// A message and a hint; [`Fault::at`] gives them their place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub message: String,
    pub hint: Option<String>,
    /// Bytes from the start of the part that is at fault.
    pub offset: usize,
}

impl Fault {
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: None,
            offset: 0,
        }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Moves the place, for a part that begins `by` bytes into a larger one.
    pub fn shift(mut self, by: usize) -> Self {
        self.offset += by;
        self
    }

    pub fn shift_back(mut self, by: usize) -> Self {
        self.offset = self.offset.saturating_sub(by);
        self
    }

    /// The error of the whole text.
    pub fn within(self, query: &str) -> ParseError {
        ParseError::new(query, self.offset.min(query.len()), self.message, self.hint)
    }
}
