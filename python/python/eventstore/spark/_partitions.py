"""What the partitions of a read are: found by the driver, read by the executors."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyspark.sql.datasource import InputPartition

from .. import ArchivePart, Store, archive_parts, open, open_many
from ._options import Options


@dataclass
class ArchivePartition(InputPartition):  # type: ignore[misc]
    """A part of an archive."""

    path: str
    part: ArchivePart


@dataclass
class StorePartition(InputPartition):  # type: ignore[misc]
    """The events of a store from one day to another; of no day those without one."""

    path: str
    since: datetime.date | None
    until: datetime.date | None
    undated: bool


def opened(path: str) -> Store:
    """The store at a path, or the stores that are listed or lie there, for reading."""
    if os.path.isfile(os.path.join(path, "CURRENT")):
        return open(path, read_only=True)
    return open_many(path)


def archive_partitions(paths: list[str], options: Options) -> Iterator[ArchivePartition]:
    """The parts of archives, each with what has to be known of the whole."""
    for path in paths:
        reading = options.reading()
        cut = archive_parts(path, bytes=options.partition_bytes, files=options.partition_files, **reading)
        for part in cut:
            yield ArchivePartition(path, part)


def hits_of(store: Any, options: Options, since: object, until: object) -> Any:
    """The answer to the query of the options, between two days."""
    hits = store.query(options.query)
    if options.since is not None or options.until is not None:
        hits = hits.where(since=options.since, until=options.until)
    if since is not None or until is not None:
        hits = hits.where(since=since, until=until)
    return hits


def store_partitions(paths: list[str], options: Options) -> Iterator[StorePartition]:
    """Ranges of months with about as many events each."""
    for path in paths:
        with opened(path) as store:
            hits = hits_of(store, options, None, None)
            start, count, end = None, 0, None
            dated = 0
            for month in hits.timeline("month"):
                if count and count + month.count > options.partition_events:
                    yield StorePartition(path, start, end, False)
                    start, count = None, 0
                if month.count:
                    start = start or month.start
                    count += month.count
                    dated += month.count
                    end = month.end
            if count:
                yield StorePartition(path, start, end, False)
            if len(hits) > dated:
                yield StorePartition(path, None, None, True)
