//! The iterator over hits.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use eventstore::{Event, Events, Store};
use pyo3::prelude::*;

use crate::errors::Result;
use crate::event::PyEvent;

/// Events that an iteration reads at once: few at first, for a caller who stops soon, then many.
const FIRST_BATCH: usize = 8;
const NEXT_BATCHES: usize = 256;

/// An iterator over hits. It reads a batch at a time, so that most steps do not touch the store.
#[pyclass(frozen, name = "HitsIterator", module = "eventstore._eventstore")]
pub struct PyHitsIterator(Mutex<EventsAhead>);

struct EventsAhead {
    events: Events,
    _store: Arc<Store>,
    /// Events that were read and not yet given out.
    read: VecDeque<Event>,
    /// How many events are read next.
    batch: usize,
}

impl PyHitsIterator {
    pub fn new(events: Events, store: Arc<Store>) -> Self {
        Self(Mutex::new(EventsAhead {
            events,
            _store: store,
            read: VecDeque::new(),
            batch: FIRST_BATCH,
        }))
    }
}

#[pymethods]
impl PyHitsIterator {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<PyEvent>> {
        // Detached before locking: two threads may share an iterator, and the one that waits for
        // the lock must not keep the other from the interpreter.
        let ahead = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (event, has_read) = py.detach(|| -> Result<_> {
            let mut ahead = ahead();
            let has_read = ahead.read.is_empty();
            if has_read {
                let batch = std::mem::replace(&mut ahead.batch, NEXT_BATCHES);
                ahead.read = ahead.events.next_batch(batch)?.into();
            }
            Ok((ahead.read.pop_front(), has_read))
        })?;
        // `list(hits)` runs no line of Python, so nothing else would look for a Ctrl-C.
        if has_read && let Err(raised) = py.check_signals() {
            // A handler may raise and the program go on with this iterator.
            if let Some(event) = event {
                ahead().read.push_front(event);
            }
            return Err(raised);
        }
        Ok(event.map(PyEvent::from))
    }
}
