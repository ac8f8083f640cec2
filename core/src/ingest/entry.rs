//! `Store::ingest` and `Store::add`: how a program puts pages and events into a store.

use super::{Archive, IngestOptions, Report, add, run};
use crate::error::Result;
use crate::event::Event;
use crate::store::Store;

impl Store {
    /// Reads an archive: a directory, `.tar`, `.tar.gz`, `.tar.zst` or `.zip`, one `.md` file, or
    /// pages in memory.
    ///
    /// Pages that the store holds unchanged are recognised by path and hash and are not parsed
    /// again. There is one commit; an archive beyond
    /// [`Limits::commit_bytes`](crate::Limits::commit_bytes) takes several, and running the ingest
    /// again skips what is in. The process takes at most about twice
    /// `commit_bytes` of memory, 200 MB, and half a KB for each page of the store.
    ///
    /// ```
    /// use eventstore::{IngestOptions, Store};
    ///
    /// let store = Store::memory()?;
    /// let page = "### [2017-03-2](/news/2017/03/2/index.md)\n\n# A lighthouse is lit. \n\n\n\n";
    /// let pages = vec![("news/2017/03/2/a-lighthouse-is-lit.md".to_owned(), page.as_bytes().to_vec())];
    /// let report = store.ingest(pages.clone(), IngestOptions::new())?;
    /// assert_eq!((report.added, report.unchanged), (1, 0));
    /// let report = store.ingest(pages, IngestOptions::new())?;
    /// assert_eq!((report.added, report.unchanged, report.parsed), (0, 1, 0));
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::PathNotFound`](crate::Error::PathNotFound);
    /// [`Error::Archive`](crate::Error::Archive) when it is no archive, holds nothing, is cut short
    /// or exceeds a limit; [`Error::Page`](crate::Error::Page) with
    /// [`OnError::Raise`](crate::OnError::Raise); [`Error::Interrupted`](crate::Error::Interrupted)
    /// when progress says so; and as reading and writing.
    ///
    /// After an error nothing of the commit that was under way is in the store, with one exception:
    /// where the very last step on the disk fails, which makes the commit survive a power cut, the
    /// commit is there and readers see it. The error is then
    /// [`Error::Storage`](crate::Error::Storage), as is every later write until the store is opened again;
    /// then running the ingest again finds its pages unchanged. An automatic compaction that fails is no
    /// error: the report notes it, and the next commit tries again.
    pub fn ingest(&self, source: impl Into<Archive>, options: IngestOptions<'_>) -> Result<Report> {
        run::run(self.shared()?, source.into(), options)
    }

    /// Puts events that a program made. One whose id the store holds replaces that one; of two with
    /// one id the later stays.
    ///
    /// Each becomes the page that [`Event::to_markdown`] renders, with its tags stated beside it.
    /// Pruning leaves it. Costs a commit, so many events in one call are cheaper than one call
    /// each.
    ///
    /// ```
    /// use eventstore::{Date, Event, Store};
    ///
    /// let store = Store::memory()?;
    /// let date = "2017-03-02".parse::<Date>()?;
    /// let report = store.add([Event::new("2017/03/2/a-lighthouse".parse()?, date, "A lighthouse is lit.")])?;
    /// assert_eq!((report.added, store.len()?), (1, 1));
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidEvent`](crate::Error::InvalidEvent) names the event and what is wrong with
    /// it, an excess of the default [`Limits`](crate::Limits) of a page included; then none is put.
    /// Else as [`Store::ingest`].
    pub fn add(&self, events: impl IntoIterator<Item = Event>) -> Result<Report> {
        add::add(self.shared()?, events.into_iter().collect())
    }
}
