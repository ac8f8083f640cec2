"""An embedded store for archives of dated, tagged event pages.

>>> import eventstore as es
>>> event = es.Event(id="2017/03/2/a-slug", date="2017-03-02", title="A title", tags=["Weather"])
>>> event.tags
('Weather',)
"""

from ._eventstore import Change, Event, Prefix, Query, Related, Source, prefix
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
    "Related",
    "Source",
    "StorageError",
    "UnsupportedVersionError",
    "prefix",
]
