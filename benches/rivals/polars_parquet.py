"""polars on Parquet: whole events in order of date, scanned lazily; small sorted tables, held as frames.

What questions about tags need is read once, when the files are opened: held in memory it answers faster than
scanned, so opening and memory have its price. Whole events stay in their file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import polars
import pyarrow
from polars import col

from . import settings
from .columns import EVENTS, Columns, columns, row
from .engine import NEWEST, PAGE, PAGES, TOP, Counts, Months, Whole
from .export import Event, Plan, fold, read_whole

TABLES = ("events", "postings", "links", "tags")
# What `letters` reads, under the names of an exported event.
WHOLE = [
    *("id", col("day").alias("date"), "title", "kind", "lang", "superseded", "category", "summary"),
    *("cover_image", "author", "tags", "sources", "related", "changes"),
]


def write(frame: polars.DataFrame, path: Path) -> None:
    """A new file in the place of the old, synced."""
    beside = path.with_suffix(".new")
    frame.write_parquet(beside, **settings.POLARS_PARQUET)
    with open(beside, "rb") as written:
        os.fsync(written.fileno())
    beside.rename(path)


class Polars:
    @staticmethod
    def prepare(events: Iterable[Event]) -> dict[str, polars.DataFrame]:
        found: Columns = columns(events)
        return {name: polars.DataFrame(getattr(found, name)) for name in TABLES}

    @staticmethod
    def load(prepared: dict[str, polars.DataFrame], path: Path) -> None:
        path.mkdir()
        for name, frame in prepared.items():
            write(frame, path / f"{name}.parquet")

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read()

    def _read(self) -> None:
        held = lambda name: polars.read_parquet(self.path / f"{name}.parquet")  # noqa: E731
        self.events = polars.scan_parquet(self.path / "events.parquet")
        self.postings = held("postings").with_columns(col("tag").set_sorted())
        self.links_table = held("links").with_columns(col("target").set_sorted())
        self.tags = held("tags")
        self.names = self.events.select("event", "id").collect()

    def close(self) -> None:
        pass

    def size(self) -> int:
        return self.events.select(polars.len()).collect().item()

    def second(self, prepared: dict[str, polars.DataFrame]) -> None:
        """Compares what is there with what comes, and writes what differs: nothing."""
        for name, frame in prepared.items():
            file = self.path / f"{name}.parquet"
            if not polars.read_parquet(file).equals(frame):
                raise ValueError(f"{name} differs")

    def update(self, events: list[Event]) -> None:
        """A Parquet file is written anew as a whole."""
        numbers = dict(
            self.names.filter(col("id").is_in([event["id"] for event in events])).select("id", "event").rows()
        )
        rows = [row(event, numbers[event["id"]]) for event in events]
        changed = polars.DataFrame(pyarrow.Table.from_pylist(rows, EVENTS))
        gone = changed.select("event")
        whole = self.events.collect().join(gone, on="event", how="anti")
        live = changed.filter(~col("superseded"))
        # The fold of a tag is Python's; a name for each spelling is enough.
        tags = live.select("event", "day", "tags").explode("tags", empty_as_null=False)
        folds = {text: fold(text) for text in tags["tags"].unique()}
        postings = (
            tags.with_columns(folded=col("tags").replace_strict(folds, return_dtype=polars.String))
            .join(self.tags, on="folded")
            .select("tag", "day", "event")
        )
        links = (
            live.select(
                "event", id=col("related").list.eval(polars.element().struct.field("id")).list.unique()
            )
            .explode("id", empty_as_null=False)
            .join(self.names.rename({"event": "target"}), on="id")
            .select("target", "event")
        )
        without = lambda frame: frame.join(gone, on="event", how="anti")  # noqa: E731
        # Joining a known number is enough: what a link leads to outside of the store is never asked for.
        write(polars.concat([whole, changed]).sort("event"), self.path / "events.parquet")
        write(
            polars.concat([without(self.postings), postings]).sort("tag", "day", "event"),
            self.path / "postings.parquet",
        )
        write(
            polars.concat([without(self.links_table), links]).sort("target", "event"),
            self.path / "links.parquet",
        )
        self._read()

    def _whole(self, scan: polars.LazyFrame) -> Whole:
        return read_whole(scan.collect().iter_rows(named=True))

    def gets_batch(self, ids: list[str]) -> Whole:
        return self._whole(self.events.filter(col("id").is_in(ids)).select(WHOLE))

    def month(self, plan: Plan) -> Whole:
        first, last = plan.month_days
        in_month = col("day").is_between(first, last) & ~col("superseded")
        return self._whole(self.events.filter(in_month).select(WHOLE))

    def tag(self, folded: str) -> int:
        return self.tags.filter(col("folded") == folded)["tag"].item()

    def with_tag(self, folded: str) -> polars.DataFrame:
        """The rows of a tag: two binary searches, as the table is sorted by it."""
        tag = self.tag(folded)
        start = self.postings["tag"].search_sorted(tag, "left")
        return self.postings.slice(start, self.postings["tag"].search_sorted(tag, "right") - start)

    def count(self, plan: Plan) -> int:
        return self.with_tag(plan.folded[0]).height

    def _chosen(self, found: polars.DataFrame, descending: bool = False) -> Whole:
        """Whole events by day and number; the days skip row groups."""
        days, events = found["day"], found["event"].implode()
        chosen = col("day").is_between(days.min(), days.max()) & col("event").is_in(events)
        return self._whole(
            self.events.filter(chosen).sort("day", "event", descending=descending).select(WHOLE)
        )

    def newest(self, plan: Plan) -> Whole:
        first, last = plan.range_days
        found = (
            self.with_tag(plan.folded[1])
            .filter(col("day").is_between(first, last))
            .join(self.with_tag(plan.folded[0]), on="event", how="semi")
            .top_k(NEWEST, by=["day", "event"])
        )
        return self._chosen(found, descending=True)

    def any_of(self, plan: Plan) -> int:
        in_year = col("day").is_between(*plan.year_days)
        parts = [self.with_tag(tag).filter(in_year) for tag in plan.folded]
        none = polars.concat(parts[:2])
        return polars.concat(parts[2:]).join(none, on="event", how="anti")["event"].n_unique()

    def timeline(self, plan: Plan) -> Months:
        found = self.with_tag(plan.folded[0]).group_by(month=col("day") // 100).len().sort("month")
        return [(f"{month // 100}-{month % 100:02}", count) for month, count in found.rows()]

    def _top(self, rows: polars.DataFrame) -> Counts:
        counts = rows.group_by("tag").len().join(self.tags, on="tag").select("shown", "len")
        return counts.sort(["len", "shown"], descending=[True, False]).head(TOP).rows()

    def facets_year(self, plan: Plan) -> Counts:
        return self._top(self.postings.filter(col("day").is_between(*plan.year_days)))

    def facets_tag(self, plan: Plan) -> Counts:
        return self._top(self.postings.join(self.with_tag(plan.folded[0]), on="event", how="semi"))

    def pages(self, plan: Plan) -> Whole:
        """By key: the last number of a page is the next one's beginning."""
        last, total, ids = 0, 0, []
        for _ in range(PAGES):
            found = self.with_tag(plan.folded[0]).filter(col("event") > last).head(PAGE)
            if found.is_empty():
                break
            letters, read = self._chosen(found)
            total += letters
            ids += read
            if found.height < PAGE:
                break
            last = found["event"][-1]
        return total, ids

    def links_batch(self, ids: list[str]) -> int:
        asked = self.names.filter(col("id").is_in(ids)).select(target="event")
        return self.links_table.join(asked, on="target", how="semi").height

    def arrow(self) -> pyarrow.Table:
        wanted = self.events.filter(~col("superseded")).select("id", "day", "title", "category", "tags")
        return wanted.collect().to_arrow()
