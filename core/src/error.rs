//! What can go wrong, as a caller would branch on it.

use std::path::PathBuf;
use std::{fmt, io};

use crate::event::{EventId, ParseError, escaped};

/// The result of every fallible call of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that a call can fail with.
///
/// It shows no type of a dependency. The operating system's own error is the `source()` of
/// [`Error::Storage`].
///
/// ```
/// use eventstore::{Error, Store};
/// match Store::open("no/such/folder/news.store") {
///     Err(Error::PathNotFound { path }) => assert!(path.starts_with("no")),
///     _ => unreachable!(),
/// }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The store holds no event of this id. Ask for the ids of its day by a query.
    #[error("no event {id} in the store")]
    NotFound {
        /// The id that was asked for.
        id: EventId,
    },
    /// Text that cannot be read: a query, a date, an id, a page token or a word. Show the error to
    /// whoever wrote the text: it says where, and often what was meant.
    #[error(transparent)]
    Parse(#[from] ParseError),
    /// A page that cannot be read, in an ingest that [`OnError`](crate::OnError) tells to fail.
    /// Mend the page, or collect such errors in the report.
    #[error(transparent)]
    Page(#[from] PageError),
    /// An archive that cannot be read to its end, is empty, or exceeds a limit. Fetch it anew, or
    /// raise the limit that the message names.
    #[error("{path}: {message}", path = path.display())]
    Archive {
        /// The archive.
        path: PathBuf,
        /// What is wrong, and what to do.
        message: String,
    },
    /// The path does not exist. Of a store to be made, it is the folder above it: make that first.
    #[error("{path}: no such file or directory", path = path.display())]
    PathNotFound {
        /// The missing path.
        path: PathBuf,
    },
    /// The path exists but holds no store. Give the directory that an ingest made, or an empty or a
    /// new one.
    #[error("{path}: {message}", path = path.display())]
    NotAStore {
        /// The path that was opened.
        path: PathBuf,
        /// What was found instead.
        message: String,
    },
    /// The store was written by a newer version of this library. Upgrade, or ingest the archive into
    /// a new store.
    #[error("{path}: store format {found}, this version reads up to {supported}; upgrade eventstore", path = path.display())]
    UnsupportedVersion {
        /// The store.
        path: PathBuf,
        /// The format version of the store.
        found: u32,
        /// The newest format version that this library reads.
        supported: u32,
    },
    /// Another process has the store open for writing. Close it there, try again later, or open it with
    /// [`read_only`](crate::OpenOptions::read_only) to read.
    #[error("{path}: in use by {holder}; close it there, wait for it, or open it with read_only to read", path = path.display())]
    Locked {
        /// The store.
        path: PathBuf,
        /// The process that has it.
        holder: LockHolder,
    },
    /// Stored bytes that fail their check. The data they held is not guessed: restore the store from
    /// a backup, or ingest the archive into a new store. [`salvage`](crate::salvage) gives back the pages
    /// that are whole.
    #[error("{path}: damaged {part}{}: {message}; {REMEDY}", of_chunk(*chunk), path = path.display())]
    Corrupt {
        /// The store.
        path: PathBuf,
        /// The part of the store, such as `segment 3 heads` or `CURRENT`.
        part: String,
        /// The chunk of the part, where one is at fault.
        chunk: Option<u32>,
        /// What was seen.
        message: String,
    },
    /// The operating system refused. The text says where and what; why stands in the `source()`.
    /// Mend that (free the disk, grant the permission) and try again: the last commit stands.
    #[error("{path}: cannot {operation}", path = path.display())]
    Storage {
        /// The file or directory.
        path: PathBuf,
        /// What was tried, as a verb, and what to do if that is not plain.
        operation: &'static str,
        /// The system's own error.
        source: io::Error,
    },
    /// An event that no page can say, so that it cannot be added. Change the field and add it again.
    #[error("{id}: {message}")]
    InvalidEvent {
        /// The event.
        id: EventId,
        /// The field that is at fault, such as `categories`; `page` if its page exceeds a limit of
        /// an ingest, `event` if no field alone keeps its page from being read as this event.
        field: &'static str,
        /// What is wrong, and what to do.
        message: String,
    },
    /// An argument that cannot be used as it is, or a call that is not allowed at this point: an
    /// error in the program that calls.
    #[error("{message}")]
    InvalidArgument {
        /// The argument or the call, such as `size`.
        what: &'static str,
        /// What is wrong, and what to do.
        message: String,
    },
    /// A question for words in a store, or in segments of it, that keeps none: one of versions 1 to 6, or
    /// one with `words` off. The texts of so many events are not read for a question. Call
    /// [`Store::reindex`](crate::Store::reindex).
    #[error(
        "{path}: {events} events have no stored words, and a question reads the texts of at most \
         {most}; call reindex()",
        path = path.display()
    )]
    NotIndexed {
        /// The store.
        path: PathBuf,
        /// Events of the segments without words that have events of the asked time.
        events: u64,
        /// How many would be read.
        most: u64,
    },
    /// A state that the library rules out: an error in it. The store is as the last commit left it.
    /// Report it.
    #[error("{message}")]
    Internal {
        /// What was seen.
        message: String,
    },
    /// The caller asked to stop (Ctrl-C, or a progress callback). The last commit stands; ingest
    /// again to go on.
    #[error("interrupted; what was committed before stands")]
    Interrupted,
    /// A write to a store that was opened with
    /// [`read_only`](crate::OpenOptions::read_only). Open it without.
    #[error("{path}: the store was opened for reading alone; open it without read_only to write", path = path.display())]
    ReadOnly {
        /// The store.
        path: PathBuf,
    },
    /// A call that a resolved store does not take: its tags, twins and superseded events were given with its
    /// pages and follow from pages that lie elsewhere. Write it anew from all pages.
    #[error(
        "{path}: a resolved store: what follows from the pages of its archive was given with them, so nothing can \
         {operation}; write it anew with the other stores of its set",
        path = path.display()
    )]
    Resolved {
        /// The store.
        path: PathBuf,
        /// What was asked, as a verb.
        operation: &'static str,
    },
    /// Something that is done to one store, asked of several that
    /// [`Store::open_many`](crate::Store::open_many) reads as one. Open the store alone.
    #[error("{path}: several stores are read as one here; {operation} each store by itself", path = path.display())]
    ManyStores {
        /// The directory of the stores, or how many they are.
        path: PathBuf,
        /// What was asked, as a verb.
        operation: &'static str,
    },
    /// A reader asked for what later commits of another process have replaced and removed. Call
    /// [`Store::refresh`](crate::Store::refresh) and ask again.
    #[error("{path}: later commits have replaced and removed what is read here; refresh() the store, or open it anew, and ask again", path = path.display())]
    SnapshotGone {
        /// The store.
        path: PathBuf,
    },
    /// The store was closed: open it again. A store in memory ends where it is closed.
    #[error("{path}: the store is closed; open it again", path = path.display())]
    Closed {
        /// The store.
        path: PathBuf,
    },
    /// A forked child cannot use what its parent opened or started. [`Forked`] says what to do
    /// instead.
    #[error("{path}: {what}", path = path.display())]
    Forked {
        /// The store.
        path: PathBuf,
        /// What the parent has, and so what to do.
        what: Forked,
    },
}

/// What to do about damage, whatever is damaged.
const REMEDY: &str = "restore the store from a backup, ingest the archive into a new one, or salvage the pages that are whole";

fn of_chunk(chunk: Option<u32>) -> String {
    chunk.map_or_else(String::new, |chunk| format!(", chunk {chunk}"))
}

/// The process that has a store open for writing, as a person would look for it: see [`Error::Locked`].
///
/// ```
/// use eventstore::LockHolder;
/// let mut holder = LockHolder::default();
/// assert_eq!(holder.to_string(), "another process");
/// holder.pid = 4711;
/// assert_eq!(holder.to_string(), "process 4711");
/// holder.program = "python load.py".to_owned();
/// assert_eq!(holder.to_string(), "process 4711 (python load.py)");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct LockHolder {
    /// Its id, 0 if unknown.
    pub pid: u32,
    /// Its program, empty if unknown.
    pub program: String,
}

impl fmt::Display for LockHolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.pid, self.program.as_str()) {
            (0, _) => f.write_str("another process"),
            (pid, "") => write!(f, "process {pid}"),
            (pid, program) => write!(f, "process {pid} ({program})"),
        }
    }
}

/// What a forked child cannot take over from its parent: the reason of [`Error::Forked`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Forked {
    /// The store was opened before the fork; the parent holds its lock and its threads.
    #[error(
        "opened before this process was forked, so it belongs to the parent; close it in the \
         parent before the fork and open it here, or open another store here"
    )]
    Store,
    /// The parent has written to a store on disk, or read one of format 7 or older. The threads of the
    /// engine are those of the process that used it first, and a fork does not copy them.
    #[error(
        "this process was forked from one that used the engine of a store on disk, so it can only \
         read stores of format 8 or newer; to write, start it by `spawn` or `forkserver` \
         instead of `fork`, or use a store in memory"
    )]
    Engine,
}

/// A page that cannot be read: where, and why.
///
/// # Kinds
///
/// [`kind`](PageError::kind) is one of these words; a later version may have more.
///
/// | word | what is wrong |
/// | --- | --- |
/// | `too_large`, `too_many_items` | the page exceeds a limit of the ingest |
/// | `bad_utf8`, `nul_byte`, `carriage_return`, `byte_order_mark` | bytes that no page has |
/// | `front_matter` | the page begins with `---` or the like |
/// | `not_an_event_page` | it lacks the heading or the category line of an event |
/// | `bad_date` | the day of the heading is no day of the calendar |
/// | `bad_link` | a heading links to no day page |
/// | `no_id` | neither heading nor path give an id |
/// | `no_title` | the title is missing or empty |
/// | `bad_item` | an entry of a list cannot be read |
/// | `unexpected_line`, `repeated_section` | a line, or a list, that does not belong there |
/// | `refused` | the file was not read; the message says why |
///
/// # Examples
///
/// ```
/// use eventstore::{IngestOptions, Store};
/// let page = b"### [2017-2-30](/news/2017/02/28/index.md)\n\n# A flood\n\n\n\n\n".to_vec();
/// let pages = vec![("news/2017/02/28/flood.md".to_owned(), page)];
/// let report = Store::memory()?.ingest(pages, IngestOptions::new())?;
/// let error = &report.errors[0];
/// assert_eq!((error.kind, error.line, error.column), ("bad_date", 1, 6));
/// assert_eq!(error.path, "news/2017/02/28/flood.md");
/// # Ok::<(), eventstore::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[error("{}:{line}:{column}: {}", escaped(path), escaped(message))]
#[non_exhaustive]
pub struct PageError {
    /// The page's path in its archive.
    pub path: String,
    /// 1-based line.
    pub line: u32,
    /// 1-based column in characters.
    pub column: u32,
    /// 0-based byte offset in the page.
    pub offset: usize,
    /// A stable word for the reason, such as `front_matter` or `bad_date`.
    pub kind: &'static str,
    /// What is wrong, and what to do.
    pub message: String,
}

impl PageError {
    /// What is wrong with a page as a whole: it stands at the page's start.
    pub(crate) fn of_whole_page(
        path: impl Into<String>,
        kind: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self {
            path: path.into(),
            line: 1,
            column: 1,
            offset: 0,
            kind,
            message: message.into(),
        }
    }
}
