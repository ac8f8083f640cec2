//! The archives that a store holds, by what was chosen for them.

use std::collections::BTreeMap;

use roaring::RoaringBitmap;

use super::change::{RemovedRows, WriteBatch};
use super::segment_view::SegmentView;
use super::snapshot::{RowRef, Snapshot};
use super::store::Store;
use crate::error::{Error, Result};
use crate::page::{ArchiveChoice, KeyMap, Profile, prefix_of_stored};
use crate::segment::{Part, TermField};

/// Pages of a store that came from archives of one format, prefix, profile and map.
///
/// ```
/// use eventstore::{IngestOptions, Store};
/// let store = Store::memory()?;
/// let pages = vec![("_posts/2019-07-08-a.md".to_owned(), b"# A\n".to_vec())];
/// store.ingest(pages, IngestOptions::new().prefix("blog/"))?;
/// let archive = &store.archives()?[0];
/// assert_eq!((&*archive.prefix, archive.profile.as_str(), archive.pages), ("blog/", "jekyll", 1));
/// assert_eq!(store.remove_archive("blog/")?, 1);
/// # Ok::<(), eventstore::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ArchiveInfo {
    /// What the ids of its pages begin with; empty if nothing was asked for.
    pub prefix: String,
    /// Whether its pages are Markdown pages; else they are pages of the Context.
    pub is_markdown: bool,
    /// The profile by which they were read; [`Profile::None`] if no tool is known.
    pub profile: Profile,
    /// Keys that were named for fields.
    pub map: KeyMap,
    /// Its events, drafts and undated ones included. Events that a program added are in no archive.
    pub pages: u64,
}

impl ArchiveInfo {
    /// The format of its pages: `markdown` or `context`.
    #[must_use]
    pub fn format(&self) -> &'static str {
        match self.is_markdown {
            true => "markdown",
            false => "context",
        }
    }
}

impl SegmentView {
    /// The Markdown pages of a prefix that an archive brought, twins included.
    pub(crate) fn archive_pages(&self, prefix: &str) -> Result<RoaringBitmap> {
        let flags = self.segment.flags()?;
        let mut rows = &flags.markdown - &*self.deleted;
        rows -= &flags.added;
        if rows.is_empty() {
            return Ok(rows);
        }
        let terms = self.segment.postings(TermField::Archive)?;
        let mut of_prefix = RoaringBitmap::new();
        for term in 0..terms.len() {
            let stored = terms.spelling(term)?;
            match (prefix.is_empty(), prefix_of_stored(stored) == prefix) {
                (true, false) => rows -= &**terms.rows(term)?,
                (false, true) => of_prefix |= &**terms.rows(term)?,
                _ => {}
            }
        }
        match prefix.is_empty() {
            true => Ok(rows),
            false => Ok(rows & of_prefix),
        }
    }
}

impl Snapshot {
    /// The archives whose pages the store holds, in order of prefix: one for each prefix, format, profile
    /// and map. Reads the row sets of some terms, and no page.
    ///
    /// # Errors
    /// [`Corrupt`](Error::Corrupt) and [`Storage`](Error::Storage) when stored bytes cannot be read;
    /// [`Closed`](Error::Closed), [`Forked`](Error::Forked).
    pub fn archives(&self) -> Result<Vec<ArchiveInfo>> {
        self.check()?;
        let mut context = 0;
        let mut markdown: BTreeMap<String, u64> = BTreeMap::new();
        for view in &self.views {
            let flags = view.segment.flags()?;
            let of_archives = &*view.live - &flags.added;
            context += of_archives.difference_len(&flags.markdown);
            let mut unchosen = of_archives & &flags.markdown;
            let terms = view.segment.postings(TermField::Archive)?;
            for term in 0..terms.len() {
                let pages = unchosen.intersection_len(terms.rows(term)?);
                unchosen -= &**terms.rows(term)?;
                let stored = terms.spelling(term)?;
                *markdown.entry(stored.to_owned()).or_default() += pages;
            }
            *markdown.entry(String::new()).or_default() += unchosen.len();
        }
        let mut archives = Vec::new();
        if context > 0 {
            archives.push(ArchiveInfo {
                prefix: String::new(),
                is_markdown: false,
                profile: Profile::None,
                map: KeyMap::new(),
                pages: context,
            });
        }
        for (stored, pages) in markdown.into_iter().filter(|&(_, pages)| pages > 0) {
            let choice = ArchiveChoice::of_stored(&stored).ok_or_else(|| {
                let segment = &self.views[0].segment;
                let part = match segment.lacks_parts() {
                    true => Part::ArchiveTerms,
                    false => Part::Terms,
                };
                segment.malformed(part, "what was chosen for an archive cannot be read")
            })?;
            archives.push(ArchiveInfo {
                prefix: choice.prefix,
                is_markdown: true,
                profile: choice.profile,
                map: choice.map,
                pages,
            });
        }
        archives.sort_by(|a, b| a.prefix.cmp(&b.prefix));
        Ok(archives)
    }
}

impl Store {
    /// The archives whose pages the newest state holds: [`Snapshot::archives`].
    ///
    /// # Errors
    /// As [`Snapshot::archives`].
    pub fn archives(&self) -> Result<Vec<ArchiveInfo>> {
        self.snapshot()?.archives()
    }

    /// Takes all pages of a prefix away, and says how many events went. Events that a program added, and
    /// pages of other prefixes, stay. Costs a commit.
    ///
    /// # Errors
    /// [`InvalidArgument`](Error::InvalidArgument) if the prefix is empty; else as
    /// [`Store::remove`].
    pub fn remove_archive(&self, prefix: &str) -> Result<usize> {
        let prefix = prefix.strip_suffix('/').unwrap_or(prefix);
        if prefix.is_empty() {
            return Err(Error::InvalidArgument {
                what: "prefix",
                message: "the prefix of an archive is missing; archives() lists those of the store"
                    .to_owned(),
            });
        }
        let prefix = format!("{}/", crate::event::nfc(prefix));
        let shared = self.shared()?;
        let writer = shared.page_writer()?;
        let snapshot = shared.snapshot()?;
        let mut removed = RemovedRows::new(&snapshot);
        let mut events = 0;
        for (segment_index, view) in snapshot.views.iter().enumerate() {
            for row in view.archive_pages(&prefix)? {
                removed.insert(RowRef { segment_index, row });
                events += usize::from(view.live.contains(row));
            }
        }
        shared.commit(&writer, WriteBatch::removing(removed))?;
        Ok(events)
    }
}
