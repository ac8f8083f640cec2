//! The error of text that cannot be read: a query, a date, an id, a page token, a word.

/// Text that cannot be read, with the offset at which reading failed and, where one is known, a hint.
///
/// Every `FromStr` of this crate fails with it. Its `Display` shows the text with a caret under
/// the place.
///
/// ```
/// use eventstore::Date;
/// let error = "2017-02-30".parse::<Date>().unwrap_err();
/// assert_eq!(error.text, "2017-02-30");
/// assert_eq!(error.hint.as_deref(), Some("write a day as 2017-03-02"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}\n  {text}\n  {caret}{hint_line}", caret = self.caret(), hint_line = self.hint_line())]
#[non_exhaustive]
pub struct ParseError {
    /// The text as it was given.
    pub text: String,
    /// The byte offset in `text` at which reading failed.
    pub offset: usize,
    /// What is wrong.
    pub message: String,
    /// What was probably meant, or how to write it.
    pub hint: Option<String>,
}

impl ParseError {
    pub(crate) fn new(
        text: impl Into<String>,
        offset: usize,
        message: impl Into<String>,
        hint: Option<String>,
    ) -> Self {
        Self {
            text: text.into(),
            offset,
            message: message.into(),
            hint,
        }
    }

    fn caret(&self) -> String {
        let before = self.text.get(..self.offset).unwrap_or(&self.text);
        format!("{}^", " ".repeat(before.chars().count()))
    }

    fn hint_line(&self) -> String {
        self.hint
            .as_ref()
            .map_or(String::new(), |hint| format!("\nhint: {hint}"))
    }
}
