//! One walk through an archive, whatever it is: a thread reads and decompresses ahead, the caller
//! works on what came.
//!
//! | file | question |
//! | --- | --- |
//! | `format` | what is this file |
//! | `path` | what does this name stand for, and which part of the tree is this directory |
//! | `scope` | all of it, a range, or names alone |
//! | `directory`, `tarball`, `zipped` | one reader per kind |
//! | `blocks`, `tar_entry`, `hard_links` | the bytes of a tar archive, unpacked; its entries; its links |
//! | `sink` | what each reader does with an entry: check, count, hand over |
//!
//! Memory: at most [`READ_AHEAD`] handovers of [`sink::HANDOVER_BYTES`] and one page each wait to
//! be taken.

mod blocks;
mod directory;
mod format;
mod hard_links;
mod path;
mod scope;
mod sink;
mod tar_entry;
mod tarball;
#[cfg(test)]
mod tests;
mod zipped;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use self::format::ArchiveFormat;
#[cfg(feature = "arrow")]
pub(crate) use self::scope::PartRange;
pub(crate) use self::scope::{Cutter, Scope};
use self::sink::{Flow, Handover, Sink, WalkEnd};
use self::tarball::Tarball;
use super::buffers::Buffers;
use super::limits::Limits;
use super::source::{Archive, End, Entry, Walked};
use crate::error::{Error, Result};

/// Handovers that the reader may be ahead.
const READ_AHEAD: usize = 8;

/// After this long without an entry the consumer is asked whether to go on.
const PATIENCE: Duration = Duration::from_millis(200);

/// Gives `each` every file of a source in the order in which they lie there (a directory's sorted
/// by path), with the bytes of the source read so far. Of folders whose names begin with a dot the
/// names alone are read. Pages come in `buffers`, if there are any. A scope of names gives every file as one
/// that is not read.
///
/// # Errors
/// [`Error::PathNotFound`]; [`Error::Archive`] where the source is of no known kind, holds no files
/// or exceeds a limit; [`Error::Storage`] where it cannot be opened. An archive that is cut short
/// or damaged is none: see [`End`].
pub(crate) fn walk(
    source: Archive,
    scope: Scope,
    limits: &Limits,
    buffers: &Buffers,
    each: &mut dyn FnMut(Entry, u64) -> ControlFlow<()>,
) -> Result<Walked> {
    let name = source.name();
    let is_part = matches!(scope, Scope::Range(_));
    let reader = Reader::of(source)?;
    let mut walked = Walked {
        end: End::Stopped,
        prefix: reader.prefix(),
        one_page: matches!(reader, Reader::Page(_)),
        files: 0,
        notes: Vec::new(),
        unread: false,
        cuts: None,
    };
    let prefix = walked.prefix.clone();
    let stop = AtomicBool::new(false);
    let (sender, receiver) = mpsc::sync_channel(READ_AHEAD);
    let mut sink = Sink::new((&name, scope), limits, &prefix, buffers, sender, &stop);

    let (read, stopped) = thread::scope(|scope| {
        // The sink ends with the thread's work, and with it the channel, which the consumer waits
        // for.
        let thread = scope.spawn(move || {
            let gap = reader.read(&mut sink)?;
            sink.flush()?;
            let end = gap.map_or(End::Whole, |message| End::Truncated { message });
            Ok((end, sink.entries(), sink.notes, sink.unread, sink.scope))
        });
        let stopped = consume(receiver, each);
        stop.store(stopped, Ordering::Release);
        (thread.join(), stopped)
    });
    match read {
        Ok(Ok((end, files, notes, unread, scope))) => {
            (walked.end, walked.files) = (end, files);
            (walked.notes, walked.unread) = (notes, unread);
            if let Scope::Names(cuts) = scope {
                walked.cuts = Some(cuts);
            }
        }
        Ok(Err(WalkEnd::Failed(error))) => return Err(error),
        Ok(Err(WalkEnd::Asked)) => {}
        // A decoder met something that its author did not think of.
        Err(_) => {
            let message = "the reader of this kind of archive gave up on it".to_owned();
            walked.end = End::Truncated { message };
        }
    }
    if stopped {
        walked.end = End::Stopped;
    }
    if walked.end == End::Whole && walked.files == 0 && !is_part {
        return Err(Error::Archive {
            path: name,
            message: "holds no files; give the folder or archive that holds the pages".into(),
        });
    }
    Ok(walked)
}

/// What stands before each path of a source, with its slash: the part of the Context's tree that a
/// directory is. Empty of any other source.
pub(super) fn part_of_tree(source: &Archive) -> String {
    let part = match source {
        Archive::Path(path) if path.is_dir() => path::part_of_tree(path),
        Archive::Path(path)
            if format::of(path).is_ok_and(|format| format == ArchiveFormat::Page) =>
        {
            path.parent().map(path::part_of_tree).unwrap_or_default()
        }
        _ => String::new(),
    };
    match part.is_empty() {
        true => part,
        false => format!("{part}/"),
    }
}

/// Refuses a path that is no source, or is not there.
#[cfg(feature = "arrow")]
pub(super) fn check(path: &Path) -> Result<()> {
    format::of(path).map(|_| ())
}

/// Whether a path is a source that can be read in parts, and more than one of so many bytes.
#[cfg(feature = "arrow")]
pub(super) fn can_be_cut(path: &Path, bytes: u64) -> Result<bool> {
    Ok(match format::of(path)? {
        ArchiveFormat::Directory => true,
        ArchiveFormat::Tar => path.metadata().is_ok_and(|file| file.len() > bytes),
        _ => false,
    })
}

/// Gives the consumer what the reader hands over. Says whether the consumer ended it; the reader,
/// which may wait for room in the channel, then wakes up, since the receiver is gone.
fn consume(
    receiver: Receiver<Handover>,
    each: &mut dyn FnMut(Entry, u64) -> ControlFlow<()>,
) -> bool {
    let mut position = 0;
    loop {
        let handover = match receiver.recv_timeout(PATIENCE) {
            Ok(handover) => handover,
            Err(RecvTimeoutError::Timeout) => vec![(Entry::Waiting, position)],
            Err(RecvTimeoutError::Disconnected) => return false,
        };
        for (entry, at) in handover {
            position = at;
            if each(entry, at).is_break() {
                return true;
            }
        }
    }
}

/// A source that is known for what it is.
enum Reader {
    Directory(PathBuf),
    Page(PathBuf),
    Archive(PathBuf, ArchiveFormat),
    Pages(Vec<(String, Vec<u8>)>),
}

impl Reader {
    fn of(source: Archive) -> Result<Self> {
        match source {
            Archive::Pages(pages) => Ok(Self::Pages(pages)),
            Archive::Path(path) => match format::of(&path)? {
                ArchiveFormat::Directory => Ok(Self::Directory(path)),
                ArchiveFormat::Page => Ok(Self::Page(path)),
                format => Ok(Self::Archive(path, format)),
            },
        }
    }

    fn prefix(&self) -> String {
        match self {
            Self::Directory(directory) => path::part_of_tree(directory),
            Self::Page(page) => page.parent().map(path::part_of_tree).unwrap_or_default(),
            Self::Archive(..) | Self::Pages(_) => String::new(),
        }
    }

    /// Reads to the end. Gives a message where there is more that could not be read.
    fn read(self, sink: &mut Sink<'_>) -> Flow<Option<String>> {
        match self {
            Self::Directory(path) => directory::read(&path, sink),
            Self::Page(path) => page(&path, sink),
            Self::Archive(path, ArchiveFormat::Zip) => zipped::read(&path, sink),
            Self::Archive(path, format) => Tarball::new(&path, format).read(sink),
            Self::Pages(pages) => {
                for (path, bytes) in pages {
                    let size = bytes.len() as u64;
                    sink.count_bytes(size)?;
                    if let Some(path) = sink.enter(path.as_bytes())? {
                        sink.page(path, size, || Ok(bytes))?;
                    }
                }
                Ok(None)
            }
        }
    }
}

/// One page on disk: an archive of one.
fn page(path: &Path, sink: &mut Sink<'_>) -> Flow<Option<String>> {
    let name = path.file_name().unwrap_or_default();
    if let Some(name) = sink.enter(name.as_encoded_bytes())? {
        directory::file(path, name, sink)?;
    }
    Ok(None)
}
