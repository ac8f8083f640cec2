//! Building a query of words by calls.

use super::model::Query;
use super::text::{QueryField, Value, Values};
use crate::event::ParseError;

/// # Words
///
/// Which words a text has stands at [`Query`]. [`Query::words`], [`Query::words_any`] and
/// [`Query::words_none`] take each value apart at white space; everywhere else the words of a value
/// stand next to each other. A [`prefix`](super::prefix) is the beginning of its last word.
impl Query {
    /// Events that have all of these words, each in the title, the summary or the body.
    ///
    /// # Errors
    /// A [`ParseError`] if a value has no word.
    ///
    /// # Examples
    ///
    /// ```
    /// use eventstore::{Query, prefix};
    /// let q = Query::new().words("Dam breaks")?.words(prefix("flo"))?;
    /// assert_eq!(q, "dam breaks flo*".parse()?);
    /// assert_eq!(Query::new().words("rock & roll")?, "rock roll".parse()?);
    /// # Ok::<(), eventstore::ParseError>(())
    /// ```
    pub fn words(mut self, values: impl Values) -> Result<Self, ParseError> {
        for word in single_words(values) {
            self = self.clause(QueryField::Text, false, word)?;
        }
        Ok(self)
    }

    /// Events that have at least one of these words.
    ///
    /// # Errors
    /// As [`Query::words`].
    ///
    /// # Examples
    ///
    /// ```
    /// use eventstore::Query;
    /// let q = Query::new().words_any(["flood", "storm"])?;
    /// assert_eq!(q, "(flood, storm)".parse()?);
    /// # Ok::<(), eventstore::ParseError>(())
    /// ```
    pub fn words_any(self, values: impl Values) -> Result<Self, ParseError> {
        self.clause(QueryField::Text, false, single_words(values))
    }

    /// Events that have none of these words.
    ///
    /// # Errors
    /// As [`Query::words`].
    pub fn words_none(self, values: impl Values) -> Result<Self, ParseError> {
        self.clause(QueryField::Text, true, single_words(values))
    }

    /// Events that have the words of a text next to each other, in the title, the summary or the body;
    /// of several texts those of each.
    ///
    /// # Errors
    /// A [`ParseError`] if a text has no word.
    ///
    /// # Examples
    ///
    /// ```
    /// use eventstore::{Query, prefix};
    /// let q = Query::new().phrase("flood warning")?.phrase(prefix("high wat"))?;
    /// assert_eq!(q, r#""flood warning" "high wat"*"#.parse()?);
    /// # Ok::<(), eventstore::ParseError>(())
    /// ```
    pub fn phrase(mut self, texts: impl Values) -> Result<Self, ParseError> {
        for text in texts.into_values() {
            self = self.clause(QueryField::Text, false, text)?;
        }
        Ok(self)
    }

    /// Events that have the words of one of these texts next to each other in the title.
    ///
    /// # Errors
    /// A [`ParseError`] if a text has no word.
    ///
    /// # Examples
    ///
    /// ```
    /// use eventstore::Query;
    /// let q = Query::new().title(["flood", "high water"])?.body_none("2017")?;
    /// assert_eq!(q, r#"title:(flood, "high water") -body:2017"#.parse()?);
    /// # Ok::<(), eventstore::ParseError>(())
    /// ```
    pub fn title(self, texts: impl Values) -> Result<Self, ParseError> {
        self.clause(QueryField::Title, false, texts)
    }

    /// Events that have the words of none of these texts in the title.
    ///
    /// # Errors
    /// As [`Query::title`].
    pub fn title_none(self, texts: impl Values) -> Result<Self, ParseError> {
        self.clause(QueryField::Title, true, texts)
    }

    /// [`Query::title`] of the summary.
    ///
    /// # Errors
    /// As [`Query::title`].
    pub fn summary(self, texts: impl Values) -> Result<Self, ParseError> {
        self.clause(QueryField::Summary, false, texts)
    }

    /// [`Query::title_none`] of the summary. Events without a summary are among them.
    ///
    /// # Errors
    /// As [`Query::title`].
    pub fn summary_none(self, texts: impl Values) -> Result<Self, ParseError> {
        self.clause(QueryField::Summary, true, texts)
    }

    /// [`Query::title`] of the body. News of the Context have none.
    ///
    /// # Errors
    /// As [`Query::title`].
    pub fn body(self, texts: impl Values) -> Result<Self, ParseError> {
        self.clause(QueryField::Body, false, texts)
    }

    /// [`Query::title_none`] of the body. Events without a body are among them.
    ///
    /// # Errors
    /// As [`Query::title`].
    pub fn body_none(self, texts: impl Values) -> Result<Self, ParseError> {
        self.clause(QueryField::Body, true, texts)
    }
}

/// Each word of some values. What has neither letters nor digits is left out beside words.
fn single_words(values: impl Values) -> Vec<Value> {
    let mut words = Vec::new();
    for value in values.into_values() {
        let parts = value.words();
        // A value without any word is refused as a whole.
        words.extend(if parts.is_empty() { vec![value] } else { parts });
    }
    words
}
