"""An embedded store for archives of dated, tagged event pages.

>>> import eventstore as es
>>> event = es.Event(id="2017/03/2/a-slug", date="2017-03-02", title="A title", tags=["Weather"])
>>> event.tags
('Weather',)
"""

# Dates are made of it: the first event that is read would wait for it.
import datetime as _datetime  # noqa: F401

from ._eventstore import (
    ArchiveInfo,
    Bucket,
    Change,
    Count,
    Event,
    Facets,
    Hits,
    Limits,
    PassedOver,
    Prefix,
    Progress,
    Query,
    Reader,
    Related,
    Report,
    ResultPage,
    Snapshot,
    Source,
    Stats,
    Store,
    Timeline,
    memory,
    open,
    prefix,
)
from ._eventstore import __version__ as __version__
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
    ParseError,
    PathNotFoundError,
    StorageError,
    UnsupportedVersionError,
)

__all__ = [
    "ArchiveError",
    "ArchiveInfo",
    "Bucket",
    "Change",
    "ClosedError",
    "CorruptError",
    "Count",
    "Event",
    "EventStoreError",
    "Facets",
    "ForkedError",
    "Hits",
    "InvalidError",
    "Limits",
    "LockedError",
    "MissingDependencyError",
    "NotAStoreError",
    "NotFoundError",
    "PageError",
    "ParseError",
    "PassedOver",
    "PathNotFoundError",
    "Prefix",
    "Progress",
    "Query",
    "Reader",
    "Related",
    "Report",
    "ResultPage",
    "Snapshot",
    "Source",
    "Stats",
    "StorageError",
    "Store",
    "Timeline",
    "UnsupportedVersionError",
    "memory",
    "open",
    "prefix",
]
