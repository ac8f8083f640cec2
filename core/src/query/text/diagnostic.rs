//! What is wrong with a part of a query, before its offset in the whole text is known.

use crate::event::ParseError;

/// A message, a hint and an offset; [`Diagnostic::within`] makes the public error of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Diagnostic {
    pub message: String,
    pub hint: Option<String>,
    /// Bytes from the start of the text that was read so far; see [`Diagnostic::shift`].
    pub offset: usize,
    /// What a caller with a store at hand can look up, to say more.
    pub unknown: Option<UnknownField>,
}

/// A name before a colon that is like no field. Only the keys of a store explain it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnknownField {
    pub name: String,
    pub negated: bool,
}

impl Diagnostic {
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: None,
            offset: 0,
            unknown: None,
        }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds `by` bytes to the offset: the part that was read begins there in a larger text.
    pub fn shift(mut self, by: usize) -> Self {
        self.offset += by;
        self
    }

    pub fn shift_back(mut self, by: usize) -> Self {
        self.offset = self.offset.saturating_sub(by);
        self
    }

    /// The public error, for the whole text.
    pub fn within(self, text: &str) -> ParseError {
        ParseError::new(text, self.offset.min(text.len()), self.message, self.hint)
    }
}

/// An error of a part that was parsed by itself, such as an id.
impl From<ParseError> for Diagnostic {
    fn from(error: ParseError) -> Self {
        Self {
            message: error.message,
            hint: error.hint,
            offset: 0,
            unknown: None,
        }
    }
}
