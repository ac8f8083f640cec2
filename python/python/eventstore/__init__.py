"""An embedded store for archives of dated, tagged event pages.

>>> import eventstore as es
>>> event = es.Event(id="2017/03/2/a-slug", date="2017-03-02", title="A title", tags=["Weather"])
>>> event.tags
('Weather',)
"""

from ._eventstore import (
    Change,
    Event,
    Prefix,
    Query,
    Reader,
    Related,
    Snapshot,
    Source,
    Stats,
    Store,
    memory,
    open,
    prefix,
)
from .errors import (
    ArchiveError,
    ClosedError,
    CorruptError,
    EventStoreError,
    ForkedError,
    InvalidError,
    LockedError,
    MissingDependencyError,
    NotAStoreError,
    NotFoundError,
    PageError,
    PathNotFoundError,
    QueryError,
    StorageError,
    UnsupportedVersionError,
)

__all__ = [
    "ArchiveError",
    "Change",
    "ClosedError",
    "CorruptError",
    "Event",
    "EventStoreError",
    "ForkedError",
    "InvalidError",
    "LockedError",
    "MissingDependencyError",
    "NotAStoreError",
    "NotFoundError",
    "PageError",
    "PathNotFoundError",
    "Prefix",
    "Query",
    "QueryError",
    "Reader",
    "Related",
    "Snapshot",
    "Source",
    "Stats",
    "StorageError",
    "Store",
    "UnsupportedVersionError",
    "memory",
    "open",
    "prefix",
]
