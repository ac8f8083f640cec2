//! Parts of an archive that are read apart, by several readers at a time.

use std::ops::ControlFlow;

use super::archive_names::ArchiveNames;
use super::buffers::Buffers;
use super::page_names::{PageNames, top_of};
use super::read_options::ReadOptions;
use super::walk::{self, Cutter, PartRange, Scope};
use super::{Archive, End, walk as walk_archive};
use crate::error::{Error, Result};
use crate::page::Profile;

/// A part of an archive, and what has to be known of the whole to read it: [`Archive::parts`] makes them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ArchivePart {
    /// The number of its first file among all.
    pub position: u64,
    /// Of a plain tar archive the bytes where its members begin; none for all.
    pub bytes: Option<(u64, u64)>,
    /// Of a directory two paths below it, between which its files lie; an empty end is that of all.
    pub paths: Option<(String, String)>,
    /// The tool that the archive was written for; none where the reader of the part finds it out.
    pub profile: Option<Profile>,
    /// What no path of a Markdown page begins with: the one folder that a packed archive lies in.
    pub top: String,
    /// What stands before the trees of the Context.
    pub context_roots: Vec<String>,
}

impl ArchivePart {
    pub(super) fn scope(&self) -> Scope {
        match (&self.bytes, &self.paths) {
            (Some((start, end)), _) => Scope::Range(PartRange::Members {
                start: *start,
                end: *end,
                first: self.position,
            }),
            (None, Some((from, to))) => Scope::Range(PartRange::Paths {
                from: from.clone(),
                to: to.clone(),
            }),
            (None, None) => Scope::Whole,
        }
    }
}

impl Archive {
    /// Cuts an archive into parts that can be read apart: a plain tar archive every so many bytes, a directory every so
    /// many files. Anything else is one part, since it can only be read from its start.
    ///
    /// Reads the names of a directory, or once through a tar archive of more bytes; anything else costs nothing.
    ///
    /// # Errors
    /// As [`Store::ingest`](crate::Store::ingest).
    ///
    /// # Examples
    /// ```
    /// use eventstore::{Archive, ReadOptions};
    /// let archive = Archive::from(vec![("a.md".to_owned(), b"# A".to_vec())]);
    /// assert_eq!(archive.parts(64 << 20, 10_000, &ReadOptions::new())?.len(), 1);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn parts(&self, bytes: u64, files: u64, options: &ReadOptions) -> Result<Vec<ArchivePart>> {
        let choice = options.choice()?;
        let is_cut = match self {
            Self::Path(path) => walk::can_be_cut(path, bytes)?,
            Self::Pages(_) => false,
        };
        if !is_cut {
            return Ok(vec![ArchivePart::default()]);
        }
        let mut names = ArchiveNames::default();
        let scope = Scope::Names(Cutter::new(bytes, files));
        let walked = walk_archive(
            self.clone(),
            scope,
            &options.limits,
            &Buffers::default(),
            &mut |entry, _| {
                entry.path().into_iter().for_each(|path| names.see(path));
                ControlFlow::Continue(())
            },
        )?;
        if let End::Truncated { message } = walked.end {
            return Err(Error::Archive {
                path: self.name(),
                message,
            });
        }
        let top = top_of(self, &names);
        let names = PageNames::new(names, top, &choice);
        let whole = ArchivePart {
            profile: Some(names.choice.profile),
            top: names.top().to_owned(),
            context_roots: names.archive.context_roots().to_vec(),
            ..ArchivePart::default()
        };
        let cuts = walked.cuts.unwrap_or_default();
        let mut parts = Vec::new();
        let starts = [(0, 0)].into_iter().chain(cuts.members.iter().copied());
        let ends = cuts.members.iter().map(|&(offset, _)| offset);
        if !cuts.members.is_empty() {
            for ((start, position), end) in starts.zip(ends.chain([u64::MAX])) {
                parts.push(ArchivePart {
                    position,
                    bytes: Some((start, end)),
                    ..whole.clone()
                });
            }
        }
        if !cuts.paths.is_empty() {
            let starts = [(String::new(), 0)].into_iter().chain(cuts.paths.clone());
            let ends = cuts.paths.iter().map(|(path, _)| path.clone());
            for ((from, position), to) in starts.zip(ends.chain([String::new()])) {
                parts.push(ArchivePart {
                    position,
                    paths: Some((from, to)),
                    ..whole.clone()
                });
            }
        }
        if parts.is_empty() {
            parts.push(whole);
        }
        Ok(parts)
    }
}
