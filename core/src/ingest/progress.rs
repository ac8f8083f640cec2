//! How far an ingest is, for a caller that shows it, and whether it shall go on.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use crate::event::{unknown, words};

/// Least time between two calls, but for the first and the last.
const PAUSE: Duration = Duration::from_millis(100);

/// The part of an ingest's time in which it reads an archive that is new; the rest are commits. As for
/// the steps of a commit it was measured with 200,000 pages.
const READING: f64 = 0.6;

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
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub struct Progress {
    /// What it is doing.
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
    /// How much of the work is done, from 0 to 1, as far as that can be told: reading takes some 60 % of the
    /// time of an archive that is new. It never falls, and it is 1 at the end alone. `None` where the bytes
    /// of the source are not known beforehand, and in a salvage.
    pub fraction: Option<f64>,
}

impl Progress {
    /// Of an ingest: so many of its bytes were committed before, and of the commit of what was read since
    /// then so much is done.
    pub(super) fn set_fraction(&mut self, committed: u64, done: f64) {
        let Some(total) = self.total_bytes.filter(|&total| total > 0) else {
            return;
        };
        let part = |bytes: u64| bytes.min(total) as f64 / total as f64;
        let (read, committed) = (part(self.bytes), part(committed));
        let commits = committed + (read - committed).max(0.0) * done;
        self.fraction = Some(READING * read + (1.0 - READING) * commits);
    }

    /// The work is done, all of its bytes were read.
    pub(super) fn finish(&mut self) {
        self.phase = Phase::Writing;
        self.bytes = self.total_bytes.unwrap_or(self.bytes);
        self.fraction = self.total_bytes.map(|_| 1.0);
    }
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
    fn the_fraction_of_an_ingest_rises_through_its_commits_and_is_1_at_the_end_alone() {
        let mut progress = Progress {
            total_bytes: Some(1000),
            ..Progress::default()
        };
        let mut fractions = Vec::new();
        // Two commits: bytes read, bytes committed before, part of the commit.
        for (bytes, committed, done) in [
            (0, 0, 0.0),
            (500, 0, 0.0),
            (500, 0, 0.9),
            (600, 500, 0.0),
            (1000, 500, 0.0),
            (1000, 500, 0.5),
            (1000, 500, 0.98),
        ] {
            progress.bytes = bytes;
            progress.set_fraction(committed, done);
            fractions.extend(progress.fraction);
        }
        progress.finish();
        fractions.extend(progress.fraction);
        assert!(
            fractions.is_sorted() && fractions.len() == 8,
            "{fractions:?}"
        );
        assert_eq!((fractions[0], fractions[1]), (0.0, 0.3));
        assert!(fractions[6] < 1.0);
        assert_eq!(fractions[7], 1.0);
        let mut unknown = Progress::default();
        unknown.set_fraction(0, 0.5);
        unknown.finish();
        assert_eq!(unknown.fraction, None);
    }

    #[test]
    fn a_break_is_passed_on_and_nobody_listening_never_breaks() {
        let mut throttle = Throttle::new(Some(Box::new(|_| ControlFlow::Break(()))));
        assert!(throttle.call(&Progress::default()).is_break());
        assert!(Throttle::new(None).call(&Progress::default()).is_continue());
    }
}
