//! How far an ingest is, for a caller that shows it, and whether it shall go on.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use crate::event::{unknown, words};

/// Least time between two calls, but for the first and the last.
const PAUSE: Duration = Duration::from_millis(100);

/// What an ingest is doing. It reads, then computes an index of what is new and writes both; an
/// archive beyond [`Limits::commit_bytes`](crate::Limits::commit_bytes) goes through the three
/// again.
///
/// ```
/// assert_eq!(eventstore::Phase::Indexing.to_string(), "indexing");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// Reading the archive and parsing its pages: `reading`.
    #[default]
    Reading,
    /// Computing tags, links and the index of a commit: `indexing`.
    Indexing,
    /// Writing a commit to the disk: `writing`.
    Writing,
}

words!(Phase, unknown; Reading = "reading", Indexing = "indexing", Writing = "writing");

/// How far an ingest is.
///
/// ```
/// use std::ops::ControlFlow;
/// use eventstore::{IngestOptions, Store};
/// let store = Store::memory()?;
/// let page = b"### [2017-3-2](/news/2017/03/2/index.md)\n\n# A flood\n\n\n\n\n".to_vec();
/// let pages = vec![("news/2017/03/2/flood.md".to_owned(), page)];
/// let mut seen = 0;
/// let options = IngestOptions::new().progress(|progress| {
///     println!("{}: {} files", progress.phase, progress.pages);
///     seen = progress.pages;
///     ControlFlow::Continue(())
/// });
/// store.ingest(pages, options)?;
/// assert_eq!(seen, 1);
/// # Ok::<(), eventstore::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Progress {
    /// What it is doing. Reading takes some 60 % of the time of an archive that is new.
    pub phase: Phase,
    /// Files seen so far.
    pub pages: u64,
    /// Bytes of the source read so far: of the archive file as it lies on disk, of the files of a
    /// directory.
    pub bytes: u64,
    /// Bytes of the source, where they are known beforehand: not of a directory.
    pub total_bytes: Option<u64>,
    /// Pages that failed so far.
    pub failed: u64,
}

/// A callback for progress; [`ControlFlow::Break`] ends the ingest with
/// [`Error::Interrupted`](crate::Error::Interrupted).
pub type OnProgress<'a> = dyn FnMut(&Progress) -> ControlFlow<()> + 'a;

/// Calls at most ten times a second, but always the first time and the last.
pub(crate) struct Throttle<'a> {
    call: Option<Box<OnProgress<'a>>>,
    next: Option<Instant>,
}

impl<'a> Throttle<'a> {
    pub(crate) fn new(call: Option<Box<OnProgress<'a>>>) -> Self {
        Self { call, next: None }
    }

    /// Calls if it is time to.
    pub(crate) fn call(&mut self, progress: &Progress) -> ControlFlow<()> {
        self.call_at(progress, Instant::now())
    }

    fn call_at(&mut self, progress: &Progress, now: Instant) -> ControlFlow<()> {
        if self.next.is_some_and(|next| now < next) {
            return ControlFlow::Continue(());
        }
        self.next = Some(now + PAUSE);
        self.call_last(progress)
    }

    /// Calls whatever the time: the end of the run.
    pub(crate) fn call_last(&mut self, progress: &Progress) -> ControlFlow<()> {
        match &mut self.call {
            Some(call) => call(progress),
            None => ControlFlow::Continue(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_calls_a_second_at_most_and_the_first_and_the_last_always() {
        let mut seen = Vec::new();
        let mut throttle = Throttle::new(Some(Box::new(|progress: &Progress| {
            seen.push(progress.pages);
            ControlFlow::Continue(())
        })));
        let start = Instant::now();
        for pages in 0..1000 {
            let progress = Progress {
                pages,
                ..Progress::default()
            };
            let now = start + Duration::from_millis(pages);
            assert!(throttle.call_at(&progress, now).is_continue());
        }
        let last = Progress {
            pages: 1000,
            ..Progress::default()
        };
        assert!(throttle.call_last(&last).is_continue());
        drop(throttle);
        assert_eq!(seen, [0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]);
    }

    #[test]
    fn a_break_is_passed_on_and_nobody_listening_never_breaks() {
        let mut throttle = Throttle::new(Some(Box::new(|_| ControlFlow::Break(()))));
        assert!(throttle.call(&Progress::default()).is_break());
        assert!(Throttle::new(None).call(&Progress::default()).is_continue());
    }
}
