//! What may stand where a call wants the id of an event.

use std::borrow::Cow;

use super::id::EventId;
use super::model::{Event, Related};
use super::parse_error::ParseError;

/// Whatever names an event: an [`EventId`], text in any spelling of an id, the [`Event`] itself, a
/// [`Related`] entry of another event, a [`Similar`](crate::Similar) or a [`Heading`](crate::Heading) of an answer.
///
/// Calls such as [`Store::get`](crate::Store::get) take it. Text is read at each call, some 100 ns;
/// the others cost nothing.
///
/// # Examples
/// ```
/// use eventstore::{AsId, EventId, Related};
///
/// let id: EventId = "2017/03/2/flood".parse()?;
/// assert_eq!(id.as_id()?.as_str(), "2017/03/2/flood");
/// assert_eq!("/news/2017/03/2/flood.md".as_id()?.as_str(), "2017/03/2/flood");
/// assert_eq!(Related::new(id, "A flood").as_id()?.as_str(), "2017/03/2/flood");
/// assert!("../flood".as_id().is_err());
/// # Ok::<(), eventstore::ParseError>(())
/// ```
pub trait AsId {
    /// The id.
    ///
    /// # Errors
    /// A [`ParseError`] for text that is no id.
    fn as_id(&self) -> Result<Cow<'_, EventId>, ParseError>;
}

impl AsId for EventId {
    fn as_id(&self) -> Result<Cow<'_, EventId>, ParseError> {
        Ok(Cow::Borrowed(self))
    }
}

impl AsId for Event {
    fn as_id(&self) -> Result<Cow<'_, EventId>, ParseError> {
        Ok(Cow::Borrowed(&self.id))
    }
}

impl AsId for Related {
    fn as_id(&self) -> Result<Cow<'_, EventId>, ParseError> {
        Ok(Cow::Borrowed(&self.id))
    }
}

impl AsId for str {
    fn as_id(&self) -> Result<Cow<'_, EventId>, ParseError> {
        self.parse().map(Cow::Owned)
    }
}

impl AsId for String {
    fn as_id(&self) -> Result<Cow<'_, EventId>, ParseError> {
        self.as_str().as_id()
    }
}

impl<T: AsId + ?Sized> AsId for &T {
    fn as_id(&self) -> Result<Cow<'_, EventId>, ParseError> {
        (**self).as_id()
    }
}
