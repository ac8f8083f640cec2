//! One walk through an archive, whatever it is: a thread reads and decompresses ahead, the caller works on what came.
//!
//! | file | question |
//! | --- | --- |
//! | `format` | what is this file |
//! | `path` | is this name safe, and which part of the tree is this directory |
//! | `directory`, `tarball`, `zipped` | one reader per kind |
//! | `sink` | what each reader does with an entry: check, count, hand over |
//!
//! Memory: at most [`BATCHES`] batches of [`sink::BATCH_BYTES`] and one page each wait to be taken.

mod directory;
mod format;
mod path;
mod sink;
mod tarball;
#[cfg(test)]
mod tests;
mod zipped;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use self::format::Format;
use self::sink::{Flow, Sink, Stop};
use super::buffers::Buffers;
use super::limits::Limits;
use super::source::{Archive, End, Entry, Walked};
use crate::error::{Error, Result};

/// Batches that the reader may be ahead.
const BATCHES: usize = 8;

/// After this long without an entry the consumer is asked whether to go on.
const PATIENCE: Duration = Duration::from_millis(200);

/// Tells `each` every file of a source in the order in which they lie there (a directory's sorted by path), with the
/// bytes of the source read so far. Folders whose names begin with a dot are passed over. Pages come in `buffers`, if
/// there are any.
///
/// # Errors
/// [`Error::PathNotFound`]; [`Error::Archive`] where the source is of no known kind, holds no files or exceeds a limit;
/// [`Error::Storage`] where it cannot be opened. An archive that is cut short or damaged is none: see [`End`].
pub(crate) fn walk(
    source: Archive,
    limits: &Limits,
    buffers: &Buffers,
    each: &mut dyn FnMut(Entry, u64) -> ControlFlow<()>,
) -> Result<Walked> {
    let name = source.name();
    let reader = Reader::of(source)?;
    let prefix = reader.prefix();
    let one_page = matches!(reader, Reader::Page(_));
    let stop = AtomicBool::new(false);
    let (sender, receiver) = mpsc::sync_channel(BATCHES);
    let mut sink = Sink::new(&name, limits, &prefix, buffers, sender, &stop);

    let (outcome, stopped) = thread::scope(|scope| {
        let thread = scope.spawn(move || {
            let outcome = reader.read(&mut sink).and_then(|end| {
                sink.flush()?;
                Ok((end, sink.entries()))
            });
            // The channel must close before the scope waits for this thread.
            drop(sink);
            outcome
        });
        let mut position = 0;
        let mut stopped = false;
        while !stopped {
            match receiver.recv_timeout(PATIENCE) {
                Ok(batch) => {
                    for (entry, at) in batch {
                        position = at;
                        if each(entry, at).is_break() {
                            stopped = true;
                            break;
                        }
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    stopped = each(Entry::Waiting, position).is_break()
                }
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        stop.store(stopped, Ordering::Release);
        // A reader that waits for room in the channel wakes up.
        drop(receiver);
        (thread.join(), stopped)
    });

    let (end, files) = match outcome {
        Ok(Ok((truncated, files))) => {
            let end = truncated.map_or(End::Whole, |message| End::Truncated { message });
            (end, files)
        }
        Ok(Err(Stop::Failed(error))) => return Err(error),
        Ok(Err(Stop::Asked)) => (End::Stopped, 0),
        // A decoder met something that its author did not think of.
        Err(_) => {
            let message = "the reader of this kind of archive gave up on it".to_owned();
            (End::Truncated { message }, 0)
        }
    };
    let end = if stopped { End::Stopped } else { end };
    if end == End::Whole && files == 0 {
        return Err(Error::Archive {
            path: name,
            message: "holds no files; give the folder or archive that holds the pages".into(),
        });
    }
    Ok(Walked {
        end,
        prefix,
        one_page,
        files,
    })
}

/// A source that is known for what it is.
enum Reader {
    Directory(PathBuf),
    Page(PathBuf),
    Archive(PathBuf, Format),
    Pages(Vec<(String, Vec<u8>)>),
}

impl Reader {
    fn of(source: Archive) -> Result<Self> {
        match source {
            Archive::Pages(pages) => Ok(Self::Pages(pages)),
            Archive::Path(path) => match format::of(&path)? {
                Format::Directory => Ok(Self::Directory(path)),
                Format::Page => Ok(Self::Page(path)),
                format => Ok(Self::Archive(path, format)),
            },
        }
    }

    fn prefix(&self) -> String {
        match self {
            Self::Directory(directory) => path::tail(directory),
            Self::Page(page) => page.parent().map(path::tail).unwrap_or_default(),
            Self::Archive(..) | Self::Pages(_) => String::new(),
        }
    }

    /// Reads to the end; a message tells why there is more that could not be read.
    fn read(self, sink: &mut Sink<'_>) -> Flow<Option<String>> {
        match self {
            Self::Directory(path) => directory::read(&path, sink),
            Self::Page(path) => page(&path, sink),
            Self::Archive(path, Format::Zip) => zipped::read(&path, sink),
            Self::Archive(path, format) => tarball::read(&path, format, sink),
            Self::Pages(pages) => {
                for (path, bytes) in pages {
                    let size = bytes.len() as u64;
                    sink.count_bytes(size)?;
                    if let Some(path) = sink.enter(&path)? {
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
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
        sink.refuse(path.to_string_lossy(), "its name is not UTF-8")?;
        return Ok(None);
    };
    if let Some(name) = sink.enter(name)? {
        directory::file(path, name, sink)?;
    }
    Ok(None)
}
