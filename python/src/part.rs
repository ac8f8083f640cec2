//! A part of an event: a source, a related entry, a change.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use eventstore::{Change, Event, Related, Source};

/// A part that stands alone, or one of an event that was read, by its place in it: reading a list of an event then
/// copies no string that nobody looks at (whole events by id, every string read: a tenth less time). A part that is
/// kept keeps its event in memory.
pub enum Part<T> {
    Alone(T),
    Of(Arc<Event>, usize),
}

/// Where an event holds parts of a kind.
pub trait InEvent: Sized {
    fn list(event: &Event) -> &[Self];
}

impl InEvent for Source {
    fn list(event: &Event) -> &[Self] {
        &event.sources
    }
}

impl InEvent for Related {
    fn list(event: &Event) -> &[Self] {
        &event.related
    }
}

impl InEvent for Change {
    fn list(event: &Event) -> &[Self] {
        &event.changes
    }
}

impl<T: InEvent> Part<T> {
    /// All parts of a kind that an event has.
    pub fn all_of(event: &Arc<Event>) -> impl ExactSizeIterator<Item = Self> {
        (0..T::list(event).len()).map(|place| Self::Of(event.clone(), place))
    }

    pub fn get(&self) -> &T {
        match self {
            Self::Alone(part) => part,
            Self::Of(event, place) => &T::list(event)[*place],
        }
    }
}

impl<T: InEvent + PartialEq> PartialEq for Part<T> {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl<T: InEvent + Hash> Hash for Part<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.get().hash(state);
    }
}
