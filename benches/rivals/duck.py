"""DuckDB: whole events with lists in order of date, and sorted tables of tags and links.

The lists are read for whole events only: every question about tags is faster on the sorted table.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow

from . import settings
from .columns import EVENTS, Columns, columns, row
from .engine import NEWEST, PAGE, PAGES, TOP, Counts, Months, Whole
from .export import Event, Plan, fold, read_whole

WHOLE = ("id", "day", "title", "kind", "lang", "superseded", "category", "summary", "cover_image", "author")
LISTS = ("tags", "sources", "related", "changes")
COLUMNS = ", ".join(f"e.{name}" for name in (*WHOLE, *LISTS))
NAMES = ("id", "date", *WHOLE[2:], *LISTS)


def marks(count: int) -> str:
    return ",".join("?" * count)


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    database = duckdb.connect(config=settings.DUCKDB_CONFIG)
    options = ", ".join(f"{name} {value}" for name, value in settings.DUCKDB_FILE.items())
    database.execute(f"ATTACH '{path / 'events.duckdb'}' AS archive ({options}); USE archive")
    return database


class Duck:
    @staticmethod
    def prepare(events: Iterable[Event]) -> Columns:
        return columns(events)

    @staticmethod
    def load(prepared: Columns, path: Path) -> None:
        path.mkdir()
        database = connect(path)
        for name in ("events", "postings", "links", "tags"):
            database.register("given", getattr(prepared, name))
            database.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
            database.unregister("given")
        for statement in settings.DUCKDB_INDEXES:
            database.execute(statement)
        database.execute("ANALYZE")
        database.execute("CHECKPOINT")
        database.close()
        with open(path / "events.duckdb", "rb") as written:
            os.fsync(written.fileno())

    def __init__(self, path: Path) -> None:
        self.database = connect(path)
        self.rows("SELECT event FROM events LIMIT 1")

    def close(self) -> None:
        self.database.close()

    def rows(self, statement: str, *values: Any) -> list[Any]:
        return self.database.execute(statement, values).fetchall()

    def one(self, statement: str, *values: Any) -> Any:
        return self.rows(statement, *values)[0][0]

    def size(self) -> int:
        return self.one("SELECT count(*) FROM events")

    def second(self, prepared: Columns) -> None:
        """Puts in what is not there: nothing."""
        for name in ("events", "postings", "links", "tags"):
            self.database.register("given", getattr(prepared, name))
            keys = {"events": "id", "postings": "tag, event", "links": "target, event", "tags": "folded"}[
                name
            ]
            self.database.execute(f"INSERT INTO {name} SELECT * FROM given g ANTI JOIN {name} USING ({keys})")
            self.database.unregister("given")

    def update(self, events: list[Event]) -> None:
        ids = [event["id"] for event in events]
        execute = self.database.execute
        execute("BEGIN")
        numbers = dict(self.rows("SELECT id, event FROM events WHERE id IN (SELECT unnest(?))", ids))
        changed = pyarrow.Table.from_pylist([row(event, numbers[event["id"]]) for event in events], EVENTS)
        self.database.register("changed", changed)
        execute("DELETE FROM postings WHERE event IN (SELECT event FROM changed)")
        execute("DELETE FROM links WHERE event IN (SELECT event FROM changed)")
        execute("DELETE FROM events WHERE event IN (SELECT event FROM changed)")
        # What is deleted leaves the indexes at the commit.
        execute("COMMIT")
        execute("BEGIN")
        execute("INSERT INTO events SELECT * FROM changed")
        self.database.register(
            "links_of",
            pyarrow.table(
                {
                    "target": [
                        link["id"] for event in events if not event["superseded"] for link in event["related"]
                    ],
                    "event": [
                        numbers[event["id"]]
                        for event in events
                        if not event["superseded"]
                        for _ in event["related"]
                    ],
                }
            ),
        )
        self.database.register(
            "tags_of",
            pyarrow.table(
                {
                    "folded": [
                        fold(tag) for event in events if not event["superseded"] for tag in event["tags"]
                    ],
                    "event": [
                        numbers[event["id"]]
                        for event in events
                        if not event["superseded"]
                        for _ in event["tags"]
                    ],
                }
            ),
        )
        execute(
            "INSERT INTO postings SELECT tag, day, event FROM tags_of"
            " JOIN tags USING (folded) JOIN changed USING (event)"
        )
        execute(
            "INSERT INTO links SELECT DISTINCT e.event, l.event FROM links_of l"
            " JOIN events e ON e.id = l.target"
        )
        execute("COMMIT")
        execute("CHECKPOINT")

    def _whole(self, statement: str, *values: Any) -> Whole:
        return read_whole(dict(zip(NAMES, found, strict=True)) for found in self.rows(statement, *values))

    def gets(self, ids: list[str]) -> Whole:
        execute = self.database.execute
        statement = f"SELECT {COLUMNS} FROM events e WHERE id = ?"
        return read_whole(dict(zip(NAMES, execute(statement, (id,)).fetchone(), strict=True)) for id in ids)

    def gets_batch(self, ids: list[str]) -> Whole:
        statement = (
            f"SELECT {COLUMNS} FROM events e JOIN (SELECT unnest(?) AS id) USING (id) ORDER BY e.day, e.event"
        )
        return self._whole(statement, ids)

    def month(self, plan: Plan) -> Whole:
        statement = (
            f"SELECT {COLUMNS} FROM events e WHERE NOT superseded AND day BETWEEN ? AND ? ORDER BY day, event"
        )
        return self._whole(statement, *plan.month_days)

    def tags(self, folded: list[str]) -> list[int]:
        """Their numbers, in order. Two questions are faster than one: a known number skips row groups."""
        found = dict(
            self.rows(f"SELECT folded, tag FROM tags WHERE folded IN ({marks(len(folded))})", *folded)
        )
        return [found[tag] for tag in folded]

    def count(self, plan: Plan) -> int:
        return self.one("SELECT count(*) FROM postings WHERE tag = ?", *self.tags(plan.folded[:1]))

    def _chosen(self, found: list[tuple[int, int]], order: str = "") -> Whole:
        """Whole events by day and number; the days skip row groups."""
        days = [day for day, _ in found]
        return self._whole(
            f"SELECT {COLUMNS} FROM events e WHERE day BETWEEN ? AND ? AND event IN ({marks(len(found))})"
            f" ORDER BY day{order}, event{order}",
            *(min(days), max(days), *(event for _, event in found)),
        )

    def newest(self, plan: Plan) -> Whole:
        first, second = self.tags(plan.folded[:2])
        days = plan.range_days
        found = self.rows(
            "SELECT a.day, a.event FROM postings a SEMI JOIN"
            " (SELECT event FROM postings WHERE tag = ? AND day BETWEEN ? AND ?) b USING (event)"
            " WHERE tag = ? AND a.day BETWEEN ? AND ? ORDER BY a.day DESC, a.event DESC LIMIT ?",
            *(first, *days, second, *days, NEWEST),
        )
        return self._chosen(found, " DESC")

    def any_of(self, plan: Plan) -> int:
        tags, days = self.tags(plan.folded), plan.year_days
        return self.one(
            "SELECT count(DISTINCT event) FROM postings ANTI JOIN"
            f" (SELECT event FROM postings WHERE tag IN ({marks(2)}) AND day BETWEEN ? AND ?) USING (event)"
            f" WHERE tag IN ({marks(10)}) AND day BETWEEN ? AND ?",
            *(*tags[:2], *days, *tags[2:], *days),
        )

    def timeline(self, plan: Plan) -> Months:
        found = self.rows(
            "SELECT day // 100 AS month, count(*) FROM postings WHERE tag = ? GROUP BY 1 ORDER BY 1",
            *self.tags(plan.folded[:1]),
        )
        return [(f"{month // 100}-{month % 100:02}", count) for month, count in found]

    def facets_year(self, plan: Plan) -> Counts:
        return self.rows(
            "SELECT shown, n FROM"
            " (SELECT tag, count(*) AS n FROM postings WHERE day BETWEEN ? AND ? GROUP BY tag)"
            " JOIN tags USING (tag) ORDER BY n DESC, shown LIMIT ?",
            *(*plan.year_days, TOP),
        )

    def facets_tag(self, plan: Plan) -> Counts:
        return self.rows(
            "SELECT shown, n FROM (SELECT p.tag, count(*) AS n FROM postings p"
            " SEMI JOIN (SELECT event FROM postings WHERE tag = ?) USING (event) GROUP BY p.tag)"
            " JOIN tags USING (tag) ORDER BY n DESC, shown LIMIT ?",
            *(*self.tags(plan.folded[:1]), TOP),
        )

    def pages(self, plan: Plan) -> Whole:
        """By key: the last day and number of a page are the next one's beginning."""
        (day, event), total, ids = (0, 0), 0, []
        for _ in range(PAGES):
            [tag] = self.tags(plan.folded[:1])
            found = self.rows(
                "SELECT day, event FROM postings WHERE tag = ? AND day >= ? AND (day > ? OR event > ?)"
                " ORDER BY day, event LIMIT ?",
                *(tag, day, day, event, PAGE),
            )
            if not found:
                break
            letters, read = self._chosen(found)
            total += letters
            ids += read
            if len(found) < PAGE:
                break
            day, event = found[-1]
        return total, ids

    def links(self, ids: list[str]) -> int:
        execute = self.database.execute
        number, count = "SELECT event FROM events WHERE id = ?", "SELECT count(*) FROM links WHERE target = ?"
        return sum(execute(count, execute(number, (id,)).fetchone()).fetchone()[0] for id in ids)

    def links_batch(self, ids: list[str]) -> int:
        return self.one(
            "SELECT count(*) FROM links l JOIN events e ON e.event = l.target"
            " WHERE e.id IN (SELECT unnest(?))",
            ids,
        )

    def arrow(self) -> pyarrow.Table:
        return self.database.sql(
            "SELECT id, day, title, category, tags FROM events WHERE NOT superseded ORDER BY day, event"
        ).to_arrow_table()
