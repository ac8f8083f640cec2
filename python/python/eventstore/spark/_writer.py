"""Events into resolved stores: a task writes under a name of its own, and the driver makes all visible at
once.

A directory lists its stores in the file `STORES`, which is written last. So what a task has left that failed,
was killed or ran twice is in no list, and nobody reads it.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pyspark.sql.datasource import DataSourceArrowWriter, WriterCommitMessage

from .. import EventStoreError, InvalidError, commit_stores, listed_stores, open
from ._paths import local_path
from ._threads import use_threads

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

#: Columns of events that a store is made of. `resolve` gives them, of pages that were read with the option
#: `page`.
NEEDED = ("path", "page", "tags", "superseded", "twin")
READING = ("stored_path", "page_format", "choice")
#: What stores may be cut by, and the digits of a day that name it.
CUTS = {"year": 4, "month": 7}
UNDATED = "undated"
#: What else stores are made with, the first if nothing is said.
CHOICES = {"words": ("on", "off"), "durability": ("sync", "flush")}
#: How often the list is read again because another driver has changed it.
TRIES = 20
#: Bytes of pages that a task holds before it puts some of them.
BUFFER_BYTES = 64 << 20
#: What a directory of stores under way begins with.
UNDER_WAY = ".writing-"


@dataclass(frozen=True)
class WriteOptions:
    """The options of `df.write.format("eventstore")`."""

    path: str
    by: str | None
    words: str
    durability: str
    buffer_bytes: int

    @classmethod
    def of(cls, given: Mapping[str, str]) -> WriteOptions:
        low = {name.lower(): value for name, value in given.items()}
        known = ("path", "by", "words", "durability", "bufferbytes")
        unknown = sorted(set(low) - set(known))
        if unknown:
            raise ValueError(
                f"writing the format eventstore has no option {unknown[0]}; there are {', '.join(known)}"
            )
        if not low.get("path"):
            raise ValueError("name the directory of the stores: save(path)")
        by = low.get("by")
        if by is not None and by not in CUTS:
            raise ValueError(f"the option by is {' or '.join(CUTS)}, not {by!r}")
        for name, choices in CHOICES.items():
            if name in low and low[name] not in choices:
                raise ValueError(f"the option {name} is {' or '.join(choices)}, not {low[name]!r}")
        buffer_bytes = low.get("bufferbytes", str(BUFFER_BYTES))
        if not buffer_bytes.isdigit():
            raise ValueError(f"the option bufferBytes is a number of bytes, not {buffer_bytes!r}")
        words, durability = (low.get(name, choices[0]) for name, choices in CHOICES.items())
        return cls(local_path(low["path"]), by, words, durability, int(buffer_bytes))


@dataclass
class StoresWritten(WriterCommitMessage):  # type: ignore[misc]
    """What a task has written: of each store what names it, and where it lies."""

    stores: list[tuple[str, str]]


class StoresWriter(DataSourceArrowWriter):  # type: ignore[misc]
    """Writes resolved stores into a directory."""

    def __init__(self, options: WriteOptions, columns: list[str], overwrite: bool) -> None:
        needed = [*NEEDED, *(["date"] if options.by else [])]
        missing = [name for name in needed if name not in columns]
        if missing:
            raise ValueError(
                f"a store needs the column {missing[0]}; write what eventstore.spark.resolve gives of "
                'pages that were read with .option("page", "true")'
            )
        self.options = options
        self.overwrite = overwrite
        self.job = uuid.uuid4().hex[:12]

    @property
    def _under_way(self) -> str:
        return os.path.join(self.options.path, UNDER_WAY + self.job)

    def write(self, iterator: Iterator[Any]) -> WriterCommitMessage:
        use_threads(1)
        folder = os.path.join(self._under_way, uuid.uuid4().hex)
        buffers = Buffers(self.options, folder)
        for batch in iterator:
            buffers.take(batch)
        return StoresWritten(buffers.finish())

    def commit(self, messages: list[WriterCommitMessage | None]) -> None:
        directory = self.options.path
        made: list[str] = []
        try:
            # A list that cannot be read is told before anything is moved.
            listed_stores(directory)
            for cut, path in _stores_of(messages):
                folder = f"{self.options.by}={cut}" if self.options.by else "all"
                os.makedirs(os.path.join(directory, folder), exist_ok=True)
                made.append(f"{folder}/{self.job}-{len(made):05}")
                os.rename(path, os.path.join(directory, made[-1]))
                sync(os.path.join(directory, folder))
            os.makedirs(directory, exist_ok=True)
            replaced = self._list(made)
        except BaseException:
            self._remove_unlisted(made)
            self.abort([])
            raise
        self._remove(replaced)
        self.abort([])

    def _list(self, made: list[str]) -> list[str]:
        """Makes stores visible, and gives those that are so no longer.

        Where another driver has changed the list since it was read, it is read again.
        """
        directory = self.options.path
        before, left = listed_stores(directory), TRIES
        while True:
            kept = [] if self.overwrite else before
            try:
                commit_stores(directory, [*kept, *made], replaces=before)
            except InvalidError:
                now, left = listed_stores(directory), left - 1
                if now == before or left == 0:
                    raise
                before = now
            else:
                return [name for name in before if name not in kept]

    def _remove_unlisted(self, made: list[str]) -> None:
        """Removes stores after a failure, which may have come when the list named them already."""
        try:
            kept = set(listed_stores(self.options.path))
        except EventStoreError:
            return
        self._remove([name for name in made if name not in kept])

    def _remove(self, names: list[str]) -> None:
        for name in names:
            shutil.rmtree(os.path.join(self.options.path, name), ignore_errors=True)

    def abort(self, messages: list[WriterCommitMessage | None]) -> None:
        shutil.rmtree(self._under_way, ignore_errors=True)


def _stores_of(messages: list[WriterCommitMessage | None]) -> list[tuple[str, str]]:
    stores: list[tuple[str, str]] = []
    for message in messages:
        if not isinstance(message, StoresWritten):
            raise TypeError(f"a task has not said what it wrote, but {message!r}: nothing was made visible")
        stores += message.stores
    return stores


class Buffers:
    """Pages of a task by the store that they go into."""

    def __init__(self, options: WriteOptions, folder: str) -> None:
        self.options = options
        self.folder = folder
        self.batches: dict[str, list[Any]] = {}
        self.bytes: dict[str, int] = {}
        self.paths: dict[str, str] = {}

    def take(self, batch: Any) -> None:
        import pyarrow.compute as compute

        # A resolved store holds events alone.
        if "page_kind" in batch.schema.names:
            batch = batch.filter(compute.equal(batch.column("page_kind"), "event"))
        kept = [name for name in NEEDED + READING if name in batch.schema.names]
        for cut, part in self._cuts(batch):
            part = part.select(kept)
            self.batches.setdefault(cut, []).append(part)
            self.bytes[cut] = self.bytes.get(cut, 0) + part.nbytes
        while sum(self.bytes.values()) > self.options.buffer_bytes:
            self._put(max(self.bytes, key=lambda cut: self.bytes[cut]))

    def _cuts(self, batch: Any) -> Iterator[tuple[str, Any]]:
        import pyarrow.compute as compute

        if self.options.by is None:
            yield "all", batch
            return
        days = compute.strftime(batch.column("date"), format="%Y-%m-%d")
        cuts = compute.fill_null(compute.utf8_slice_codeunits(days, 0, CUTS[self.options.by]), UNDATED)
        names = compute.unique(cuts).to_pylist()
        for name in names:
            yield name, batch if len(names) == 1 else batch.filter(compute.equal(cuts, name))

    def _put(self, cut: str) -> None:
        import pyarrow

        path = self.paths.setdefault(cut, os.path.join(self.folder, cut))
        os.makedirs(self.folder, exist_ok=True)
        table = pyarrow.Table.from_batches(self.batches.pop(cut))
        del self.bytes[cut]
        durability: Any = self.options.durability
        words: Any = self.options.words
        with open(path, resolved=True, durability=durability, words=words, cache_bytes=1 << 20) as store:
            store.put_resolved(table)

    def finish(self) -> list[tuple[str, str]]:
        for cut in list(self.batches):
            self._put(cut)
        return sorted(self.paths.items())


def sync(folder: str) -> None:
    """Makes the names of a folder last."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def write_stores(
    events: DataFrame,
    path: str,
    *,
    by: Literal["year", "month"] = "year",
    mode: Literal["append", "overwrite"] = "append",
    words: Literal["on", "off"] = "on",
    durability: Literal["sync", "flush"] = "sync",
) -> None:
    """Writes what `resolve` gives into a directory of resolved stores, one for each year or month.

    `eventstore.open_many(path)` answers over them. Rows that are no events, which `resolve` gives with
    `other_pages`, are left out. Events are moved so that those of one year are in one task, which writes one
    store; then it is `events.write.format("eventstore").option("by", by).mode(mode).save(path)`.
    """
    from pyspark.sql import functions as f

    if "page_kind" in events.columns:
        events = events.where("page_kind = 'event'")
    kept = [name for name in (*NEEDED, *READING) if name in events.columns]
    cut = f.date_format("date", {"year": "yyyy", "month": "yyyy-MM"}[by])
    frame = events.select("date", *kept).repartition(cut)
    writer = frame.write.format("eventstore").mode(mode).option("by", by)
    writer.option("words", words).option("durability", durability).save(local_path(path))
