//! What every reader does with an entry: check its name, count it, hand it over.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;

use super::path::EntryName;
use super::scope::Scope;
use crate::error::Error;
use crate::ingest::buffers::Buffers;
use crate::ingest::limits::Limits;
use crate::ingest::source::Entry;

/// Bytes of entries, and number of entries, after which they are handed over: few switches between
/// threads, and a caller that need not wait for its first page.
pub(super) const HANDOVER_BYTES: usize = 256 << 10;
const HANDOVER_ENTRIES: usize = 256;

/// Why a reader ends before its source does.
pub(super) enum WalkEnd {
    /// The consumer wants no more.
    Asked,
    /// A limit is exceeded, or the source cannot be opened.
    Failed(Error),
}

pub(super) type Flow<T = ()> = Result<T, WalkEnd>;

/// Entries with the bytes of the source read so far.
pub(super) type Handover = Vec<(Entry, u64)>;

pub(super) struct Sink<'a> {
    source: &'a Path,
    /// What is read.
    pub scope: Scope,
    pub limits: &'a Limits,
    prefix: &'a str,
    pub buffers: &'a Buffers,
    sender: SyncSender<Handover>,
    pub stop: &'a AtomicBool,
    handover: Handover,
    handover_bytes: usize,
    entries: u64,
    /// Files in hidden folders, which are no content of the archive but count against its limit.
    hidden: u64,
    total: u64,
    /// Bytes of the source read so far. Readers of archives set it; for others it follows the bytes
    /// counted.
    pub position: u64,
    /// What a person may want to know about the archive.
    pub notes: Vec<String>,
    /// The archive has bytes that were not read as files.
    pub unread: bool,
}

impl<'a> Sink<'a> {
    pub(super) fn new(
        (source, scope): (&'a Path, Scope),
        limits: &'a Limits,
        prefix: &'a str,
        buffers: &'a Buffers,
        sender: SyncSender<Handover>,
        stop: &'a AtomicBool,
    ) -> Self {
        Self {
            source,
            scope,
            limits,
            prefix,
            buffers,
            sender,
            stop,
            handover: Vec::new(),
            handover_bytes: 0,
            entries: 0,
            hidden: 0,
            total: 0,
            position: 0,
            notes: Vec::new(),
            unread: false,
        }
    }

    pub(super) fn entries(&self) -> u64 {
        self.entries
    }

    /// An error of the archive as a whole.
    pub(super) fn failed(&self, message: String) -> WalkEnd {
        WalkEnd::Failed(Error::Archive {
            path: self.source.to_path_buf(),
            message,
        })
    }

    fn exceeded(&self, what: &str, limit: u64, name: &str) -> WalkEnd {
        self.failed(format!(
            "has more than {limit} {what}; if it is meant to, raise the limit `{name}`"
        ))
    }

    /// `WalkEnd::Asked` once the consumer wants no more.
    pub(super) fn go_on(&self) -> Flow {
        match self.stop.load(Ordering::Acquire) {
            true => Err(WalkEnd::Asked),
            false => Ok(()),
        }
    }

    /// Judges a name as the archive has it. Gives the path of a page, which the caller reads and
    /// hands over by [`Sink::page`]; everything else is dealt with here.
    pub(super) fn enter(&mut self, name: &[u8]) -> Flow<Option<String>> {
        self.judged(EntryName::judge(name, self.limits), None)
    }

    /// An entry that is no plain file, such as a link: a page of that name fails, another file
    /// counts as one of the others, with a note.
    pub(super) fn refuse(&mut self, name: &[u8], reason: &str) -> Flow {
        let judged = match EntryName::judge(name, self.limits) {
            EntryName::Page(path) => EntryName::Refused(path, reason.to_owned()),
            other => other,
        };
        self.judged(judged, Some(reason)).map(|_| ())
    }

    fn judged(&mut self, name: EntryName, note: Option<&str>) -> Flow<Option<String>> {
        self.go_on()?;
        match name {
            EntryName::Hidden(_) => self.hidden += 1,
            _ => self.entries += 1,
        }
        if self.entries + self.hidden > self.limits.entries {
            return Err(self.exceeded("files", self.limits.entries, "entries"));
        }
        let entry = match name {
            EntryName::Hidden(path) => Entry::Hidden {
                path: self.below_prefix(path),
            },
            EntryName::TooDeep => {
                let depth = self.limits.depth as u64;
                return Err(self.exceeded("folders above each other", depth, "depth"));
            }
            EntryName::Page(path) if matches!(self.scope, Scope::Names(_)) => Entry::Other {
                path: self.below_prefix(path),
                note: None,
            },
            EntryName::Page(path) => return Ok(Some(self.below_prefix(path))),
            EntryName::Refused(path, reason) => Entry::Refused {
                path: self.below_prefix(path),
                reason,
            },
            EntryName::Other(path) => Entry::Other {
                path: self.below_prefix(path),
                note: note.map(str::to_owned),
            },
        };
        self.push(entry)?;
        Ok(None)
    }

    fn below_prefix(&self, path: String) -> String {
        if self.prefix.is_empty() {
            path
        } else {
            format!("{}/{path}", self.prefix)
        }
    }

    /// Hands over a page that was entered; `read` gives its bytes or says why it cannot.
    pub(super) fn page(
        &mut self,
        path: String,
        size: u64,
        read: impl FnOnce() -> Result<Vec<u8>, String>,
    ) -> Flow {
        let entry = if size > self.limits.page_bytes {
            Entry::TooLarge { path, size }
        } else {
            match read() {
                // The size that an archive states is no promise.
                Ok(bytes) if bytes.len() as u64 > self.limits.page_bytes => {
                    let size = bytes.len() as u64;
                    Entry::TooLarge { path, size }
                }
                Ok(bytes) => Entry::File { path, bytes },
                Err(reason) => Entry::Refused { path, reason },
            }
        };
        self.push(entry)
    }

    /// Counts bytes that were unpacked and moves the position along.
    pub(super) fn count_bytes(&mut self, bytes: u64) -> Flow {
        self.position += bytes;
        self.count_unpacked(bytes)
    }

    /// Counts bytes that were unpacked; the reader keeps the position.
    pub(super) fn count_unpacked(&mut self, bytes: u64) -> Flow {
        self.total = self.total.saturating_add(bytes);
        if self.total > self.limits.total_bytes {
            return Err(self.exceeded("bytes", self.limits.total_bytes, "total_bytes"));
        }
        Ok(())
    }

    fn push(&mut self, entry: Entry) -> Flow {
        self.handover_bytes += entry.held_bytes();
        self.handover.push((entry, self.position));
        if self.handover_bytes >= HANDOVER_BYTES || self.handover.len() >= HANDOVER_ENTRIES {
            self.flush()?;
        }
        Ok(())
    }

    /// Hands over what has gathered.
    pub(super) fn flush(&mut self) -> Flow {
        self.handover_bytes = 0;
        let handover = std::mem::take(&mut self.handover);
        if handover.is_empty() {
            return Ok(());
        }
        self.sender.send(handover).map_err(|_| WalkEnd::Asked)
    }
}
