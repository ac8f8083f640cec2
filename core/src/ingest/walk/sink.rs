//! What every reader does with an entry: check its name, count it, hand it over.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;

use super::path::{Place, place};
use crate::error::Error;
use crate::ingest::buffers::Buffers;
use crate::ingest::limits::Limits;
use crate::ingest::source::Entry;

/// Bytes of pages, and number of entries, after which a batch is handed over: few enough switches between threads, and
/// a caller that need not wait for its first page.
pub(super) const BATCH_BYTES: usize = 256 << 10;
const BATCH_ENTRIES: usize = 256;

/// Why a reader ends before its source does.
pub(super) enum Stop {
    /// The consumer wants no more.
    Asked,
    /// A limit is exceeded, or the source cannot be opened.
    Failed(Error),
}

pub(super) type Flow<T = ()> = Result<T, Stop>;

/// Entries with the bytes of the source read so far.
pub(super) type Handover = Vec<(Entry, u64)>;

pub(super) struct Sink<'a> {
    source: &'a Path,
    pub limits: &'a Limits,
    prefix: &'a str,
    pub buffers: &'a Buffers,
    sender: SyncSender<Handover>,
    pub stop: &'a AtomicBool,
    batch: Handover,
    batch_bytes: usize,
    entries: u64,
    total: u64,
    /// Bytes of the source read so far; readers of archives keep it, others let it follow the bytes counted.
    pub position: u64,
}

impl<'a> Sink<'a> {
    pub(super) fn new(
        source: &'a Path,
        limits: &'a Limits,
        prefix: &'a str,
        buffers: &'a Buffers,
        sender: SyncSender<Handover>,
        stop: &'a AtomicBool,
    ) -> Self {
        Self {
            source,
            limits,
            prefix,
            buffers,
            sender,
            stop,
            batch: Vec::new(),
            batch_bytes: 0,
            entries: 0,
            total: 0,
            position: 0,
        }
    }

    pub(super) fn entries(&self) -> u64 {
        self.entries
    }

    /// An error of the archive as a whole.
    pub(super) fn failed(&self, message: String) -> Stop {
        Stop::Failed(Error::Archive {
            path: self.source.to_path_buf(),
            message,
        })
    }

    fn exceeded(&self, what: &str, limit: u64, name: &str) -> Stop {
        self.failed(format!(
            "has more than {limit} {what}; if it is meant to, raise the limit `{name}`"
        ))
    }

    /// That the archive unpacks to more bytes than allowed.
    pub(super) fn too_many_bytes(&self) -> Stop {
        self.exceeded("bytes", self.limits.total_bytes, "total_bytes")
    }

    /// Judges a name as the archive has it. Gives the path of a page that is to be read; everything else is dealt with.
    pub(super) fn enter(&mut self, name: &str) -> Flow<Option<String>> {
        if self.stop.load(Ordering::Acquire) {
            return Err(Stop::Asked);
        }
        let place = place(name, self.limits.depth);
        if !matches!(place, Place::Hidden) {
            self.entries += 1;
            if self.entries > self.limits.entries {
                return Err(self.exceeded("files", self.limits.entries, "entries"));
            }
        }
        match place {
            Place::Hidden => Ok(None),
            Place::Refused(reason) => {
                self.push(Entry::Refused {
                    path: self.below_prefix(name.to_owned()),
                    reason: reason.to_owned(),
                })?;
                Ok(None)
            }
            Place::TooDeep => Err(self.exceeded(
                "folders above each other",
                self.limits.depth as u64,
                "depth",
            )),
            Place::Page(path) => Ok(Some(self.below_prefix(path))),
            Place::Other(path) => {
                let path = self.below_prefix(path);
                self.push(Entry::Other { path })?;
                Ok(None)
            }
        }
    }

    fn below_prefix(&self, path: String) -> String {
        if self.prefix.is_empty() {
            path
        } else {
            format!("{}/{path}", self.prefix)
        }
    }

    /// An entry whose name or kind is not taken; counts it.
    pub(super) fn refuse(&mut self, path: impl Into<String>, reason: &str) -> Flow {
        self.entries += 1;
        if self.entries > self.limits.entries {
            return Err(self.exceeded("files", self.limits.entries, "entries"));
        }
        self.push(Entry::Refused {
            path: self.below_prefix(path.into()),
            reason: reason.to_owned(),
        })
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

    /// Counts bytes that were unpacked; the position is the reader's affair.
    pub(super) fn count_unpacked(&mut self, bytes: u64) -> Flow {
        self.total = self.total.saturating_add(bytes);
        if self.total > self.limits.total_bytes {
            return Err(self.too_many_bytes());
        }
        Ok(())
    }

    fn push(&mut self, entry: Entry) -> Flow {
        if let Entry::File { bytes, .. } = &entry {
            self.batch_bytes += bytes.len();
        }
        self.batch.push((entry, self.position));
        if self.batch_bytes >= BATCH_BYTES || self.batch.len() >= BATCH_ENTRIES {
            self.flush()?;
        }
        Ok(())
    }

    /// Hands over what has gathered.
    pub(super) fn flush(&mut self) -> Flow {
        self.batch_bytes = 0;
        let batch = std::mem::take(&mut self.batch);
        if batch.is_empty() {
            return Ok(());
        }
        self.sender.send(batch).map_err(|_| Stop::Asked)
    }
}
