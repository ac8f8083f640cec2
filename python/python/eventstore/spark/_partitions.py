"""What the partitions of a read are: found by the driver, read by the executors."""

from __future__ import annotations

import datetime
import glob
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyspark.sql.datasource import InputPartition

from .. import ArchivePart, Store, archive_parts, open, open_many
from ._options import Options

MAGIC = "*?["


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


def is_store(path: str) -> bool:
    """Whether a path is a store, or a directory that lists stores."""
    return any(os.path.isfile(os.path.join(path, name)) for name in ("CURRENT", "STORES"))


def opened(path: str) -> Store:
    """The store at a path, or the stores that are listed there, for reading."""
    if os.path.isfile(os.path.join(path, "STORES")):
        return open_many(path)
    return open(path, read_only=True)


def sources(paths: list[str]) -> list[str]:
    """The archives or stores that paths and globs name, sorted, each once."""
    found: set[str] = set()
    for given in paths:
        path = given.removeprefix("file://") if given.startswith("file:///") else given.removeprefix("file:")
        if "://" in path:
            raise ValueError(
                f"{given} is no path that this machine sees: mount it, or read it by "
                'eventstore.spark.pages(spark.read.format("binaryFile").load(…))'
            )
        matching = (
            glob.glob(path) if any(mark in path for mark in MAGIC) and not os.path.exists(path) else [path]
        )
        if not matching:
            raise FileNotFoundError(f"nothing matches {given}")
        found.update(os.path.abspath(one) for one in matching)
    return sorted(found)


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
