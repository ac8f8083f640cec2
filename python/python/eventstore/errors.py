"""What can go wrong. Every class is an `EventStoreError` and the built-in error that fits it.

They are raised by the native module; they are written here because an error that is two kinds of
error at once needs two base classes.
"""

from __future__ import annotations

__all__ = [
    "ArchiveError",
    "ClosedError",
    "CorruptError",
    "EventStoreError",
    "ForkedError",
    "InvalidError",
    "LockedError",
    "ManyStoresError",
    "MissingDependencyError",
    "NotAStoreError",
    "NotFoundError",
    "NotIndexedError",
    "PageError",
    "ParseError",
    "PathNotFoundError",
    "ReadOnlyError",
    "ResolvedStoreError",
    "SnapshotGoneError",
    "StorageError",
    "UnsupportedVersionError",
]


class EventStoreError(Exception):
    """Base of every error of this package."""


class NotFoundError(EventStoreError, KeyError):
    """The store holds no event of this id."""

    # A KeyError shows the repr of its key; this one has a sentence to say.
    __str__ = Exception.__str__


class ParseError(EventStoreError, ValueError):
    """A query, date, id, page token or word that cannot be read.

    `text` is the text as it was given, `offset` the byte offset in it (in UTF-8) at which reading
    failed, `hint` what was probably meant, or `None`.
    """

    def __init__(self, message: str, *, text: str = "", offset: int = 0, hint: str | None = None) -> None:
        super().__init__(message)
        self.text = text
        self.offset = offset
        self.hint = hint


class PageError(EventStoreError, ValueError):
    """A page that cannot be read.

    `path` is the page's path in its archive, `line` and `column` count from 1, `offset` is the byte
    offset in the page, `kind` a stable word for the reason, such as `"front_matter"`.
    """

    def __init__(
        self,
        message: str,
        *,
        path: str = "",
        line: int = 1,
        column: int = 1,
        offset: int = 0,
        kind: str = "",
    ) -> None:
        super().__init__(message)
        self.path = path
        self.line = line
        self.column = column
        self.offset = offset
        self.kind = kind

    # Equal by content, because a report holds them as values.
    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and (self.args, vars(self)) == (other.args, vars(other))

    def __hash__(self) -> int:
        return hash((self.args, self.path, self.offset))


class ArchiveError(EventStoreError, ValueError):
    """An archive that cannot be read to its end, is empty, or exceeds a limit. It is at `path`."""

    def __init__(self, message: str, *, path: str = "") -> None:
        super().__init__(message)
        self.path = path


class PathNotFoundError(EventStoreError, FileNotFoundError):
    """The path does not exist. As of any `FileNotFoundError`, it is the `filename`."""


class NotAStoreError(EventStoreError, ValueError):
    """The path exists but holds no store. It is at `path`."""

    def __init__(self, message: str, *, path: str = "") -> None:
        super().__init__(message)
        self.path = path


class UnsupportedVersionError(EventStoreError):
    """The store was written by a newer version of this package.

    `found` is the format version of the store, `supported` the newest that this package reads.
    """

    def __init__(self, message: str, *, path: str = "", found: int = 0, supported: int = 0) -> None:
        super().__init__(message)
        self.path = path
        self.found = found
        self.supported = supported


class NotIndexedError(EventStoreError, RuntimeError):
    """A question for words in a store that keeps none, whose answer would read the texts of too many events.

    `events` is how many, `most` how many are read. Call `store.reindex()`.
    """

    def __init__(self, message: str, *, path: str = "", events: int = 0, most: int = 0) -> None:
        super().__init__(message)
        self.path = path
        self.events = events
        self.most = most


class LockedError(EventStoreError, BlockingIOError):
    """Another process has the store open: `pid`, 0 if unknown, running `program`, "" if unknown."""

    pid: int = 0
    program: str = ""


class CorruptError(EventStoreError):
    """Stored bytes that fail their check: of the `part`, and of its `chunk` where one is at fault.

    What they held is not guessed.
    """

    def __init__(self, message: str, *, path: str = "", part: str = "", chunk: int | None = None) -> None:
        super().__init__(message)
        self.path = path
        self.part = part
        self.chunk = chunk


class StorageError(EventStoreError, OSError):
    """The operating system refused. `errno` and `filename` say what and where."""


class InvalidError(EventStoreError, ValueError):
    """An event or an argument that cannot be stored or used as it is."""


class ClosedError(EventStoreError, ValueError):
    """The store was closed."""


class ForkedError(EventStoreError, RuntimeError):
    """A forked child uses what belongs to its parent, such as a store opened before the fork.

    The message says what works: close the store in the parent first, or start the child by `spawn`.
    """


class ReadOnlyError(EventStoreError, RuntimeError):
    """A write to a store that was opened with `read_only=True`."""


class ManyStoresError(EventStoreError, RuntimeError):
    """Something that is done to one store, asked of several that `open_many` reads as one."""


class ResolvedStoreError(EventStoreError, RuntimeError):
    """A call that a resolved store does not take, as an ingest: what follows was given with its pages."""


class SnapshotGoneError(EventStoreError, RuntimeError):
    """A reader asked for what later commits of another process have replaced and removed.

    Call `store.refresh()` and ask again.
    """


class MissingDependencyError(EventStoreError, ImportError):
    """A method needs a package that is not installed. As of any `ImportError`, it is the `name`."""
