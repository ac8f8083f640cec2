//! The page of an event that a program adds.
use super::EventPage;
use crate::event::Event;
/// The page of an event that a program adds: the newest layout of its language; its tags become stated tags.
pub(crate) fn from_event(_event: &Event) -> crate::Result<EventPage> {
    todo!()
}
