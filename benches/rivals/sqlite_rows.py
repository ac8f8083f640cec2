"""Events as SQLite's rows: names, pages and tags by number, a link's title only where it differs."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import settings
from .export import Event, Numbers, Tags, day

# Between the tags of one link: no tag holds a line break, as white space in clean text is one space.
SEPARATOR = "\n"
# The one file of a database.
FILE = "events.sqlite"
# Where a row says whose it is; tables of names have no such place.
EVENT_COLUMN = {
    **dict.fromkeys(("events", "event_tags", "sources", "related", "changes"), 0),
    "tag_events": 3,
    "links": 2,
}


def marks(count: int) -> str:
    return ",".join("?" * count)


def connect(path: Path, pragmas: dict[str, str | int]) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None, cached_statements=256)
    for name, value in pragmas.items():
        database.execute(f"PRAGMA {name} = {value}")
    return database


class Database:
    """A SQLite file: what both designs do alike."""

    @staticmethod
    def make(
        path: Path, tables: str, fill: Callable[[sqlite3.Connection], None], indexes: Iterable[str]
    ) -> None:
        """Tables, rows in one transaction, indexes, statistics; every byte synced."""
        path.mkdir()
        file = path / FILE
        database = connect(file, settings.SQLITE_LOADING)
        database.executescript(tables)
        database.execute("BEGIN")
        fill(database)
        for statement in indexes:
            database.execute(statement)
        database.execute("COMMIT")
        database.execute("ANALYZE")
        database.close()
        with open(file, "rb") as written:
            os.fsync(written.fileno())

    def __init__(self, path: Path) -> None:
        self.database = connect(path / FILE, settings.SQLITE_ASKING)
        self.database.execute("SELECT 1 FROM events LIMIT 1").fetchone()

    def close(self) -> None:
        self.database.close()

    def rows(self, statement: str, *values: Any) -> list[Any]:
        return self.database.execute(statement, values).fetchall()

    def one(self, statement: str, *values: Any) -> Any:
        return self.database.execute(statement, values).fetchone()[0]


@dataclass
class Tables:
    """Rows of each table, in the order of its key."""

    rows: dict[str, list[tuple[Any, ...]]] = field(
        default_factory=lambda: {table: [] for table in settings.SQLITE_COLUMNS}
    )


class Numbering:
    """Turns events into rows; numbers that a database has already are given beforehand."""

    def __init__(self) -> None:
        self.pages, self.categories = Numbers(), Numbers()
        self.publishers, self.hosts, self.tags = Numbers(), Numbers(), Tags()
        self.titles: dict[int, str] = {}
        self.tables = Tables()

    def name(self, event: Event) -> None:
        self.titles[self.pages[event["id"]]] = event["title"]

    def take(self, event: Event) -> None:
        rows, number = self.tables.rows, self.pages[event["id"]]
        superseded, date = event["superseded"], day(event)
        rows["events"].append(
            (
                *(number, date, superseded, event["kind"], event["lang"]),
                self.categories.of(event["category"]),
                *(event["summary"], event["cover_image"], event["author"]),
            )
        )
        for tag, spelling, _ in self.tags.take(event):
            rows["event_tags"].append((number, spelling, tag))
            rows["tag_events"].append((tag, superseded, date, number))
        for position, source in enumerate(event["sources"]):
            publisher, host = self.publishers[source["name"]], self.hosts.of(source["domain"])
            rows["sources"].append((number, position, publisher, source["url"], source["image"], host))
        targets = set()
        for position, related in enumerate(event["related"]):
            target = self.pages[related["id"]]
            title = self.titles.setdefault(target, related["title"])
            own = None if title == related["title"] else related["title"]
            rows["related"].append((number, position, target, own, SEPARATOR.join(related["tags"])))
            targets.add(target)
        rows["links"].extend((target, superseded, number) for target in targets)
        for position, change in enumerate(event["changes"]):
            rows["changes"].append(
                (number, position, *(change[name] for name in ("id", "title", "at", "kind")))
            )

    def finish(self) -> Tables:
        rows = self.tables.rows
        rows["pages"] = [(number, id, self.titles[number]) for id, number in self.pages.items()]
        rows["categories"], rows["publishers"] = self.categories.rows(), self.publishers.rows()
        rows["hosts"], rows["tags"] = self.hosts.rows(), self.tags.rows()
        spellings = self.tags.spellings.items()
        rows["spellings"] = [(number, self.tags.number(text), text) for text, number in spellings]
        for table in ("tag_events", "links", "event_tags"):
            rows[table].sort()
        return self.tables


def insert(database: sqlite3.Connection, tables: Tables, how: str = "INSERT") -> None:
    for table, rows in tables.rows.items():
        columns = settings.SQLITE_COLUMNS[table]
        database.executemany(f"{how} INTO {table} VALUES ({marks(columns)})", rows)
