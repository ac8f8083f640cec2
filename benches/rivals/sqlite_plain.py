"""SQLite as one writes it first: tables like the events, texts as keys, an index for each question.

Good practice, and no more: one transaction a load, prepared statements, analysed, a large cache, the file
mapped. What numbers for names and tables made for questions bring on top stands in `sqlite`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from . import settings
from .engine import NEWEST, PAGE, PAGES, TOP, Counts, Months, Whole
from .export import Event, Plan, Tags, some
from .sqlite_rows import SEPARATOR, Database, marks

EVENT = """SELECT e.id, e.date, e.title, e.kind, e.lang, e.superseded, e.category, e.summary, e.cover_image,
e.author FROM events e """
TAGS = "SELECT coalesce(x.written, x.tag) FROM event_tags x "
SOURCES = "SELECT x.name, x.url, x.domain, x.image FROM sources x "
RELATED = "SELECT x.target_id, x.title, x.tags FROM related x "
CHANGES = "SELECT x.id, x.title, x.at, x.kind FROM changes x "
BY_ID = EVENT + "WHERE e.id = ?"
# What belongs to one event, in its order.
OF_EVENT = (
    TAGS + "WHERE x.event_id = ?",
    *(f"{part} WHERE x.event_id = ? ORDER BY x.position" for part in (SOURCES, RELATED, CHANGES)),
)
# The events of some days, and what belongs to them: a statement for each part.
IN_DAYS = "WHERE e.superseded = 0 AND e.date BETWEEN ? AND ? ORDER BY e.date, e.id"
JOINED = f"JOIN events e ON e.id = x.event_id {IN_DAYS}"
OF_DAYS = (
    EVENT + IN_DAYS,
    TAGS + JOINED,
    *(f"{part} {JOINED}, x.position" for part in (SOURCES, RELATED, CHANGES)),
)
WITH_TAG = "FROM event_tags t JOIN events e ON e.id = t.event_id WHERE t.tag = ? AND e.superseded = 0"
TEXTS = ("kind", "lang", "category", "title", "summary", "cover_image", "author", "superseded")

Rows = dict[str, list[tuple[Any, ...]]]


def rows_of(events: Iterable[Event], tags: Tags) -> Rows:
    """Rows of each table. A tag is the spelling that it is shown in; another stands beside it."""
    rows: Rows = {table: [] for table in settings.PLAIN_COLUMNS}
    for event in events:
        id = event["id"]
        rows["events"].append((id, event["date"], *(event[name] for name in TEXTS)))
        for written in event["tags"]:
            shown = tags.shown(tags.number(written))
            rows["event_tags"].append((id, shown, None if written == shown else written))
        for position, source in enumerate(event["sources"]):
            names = (source[name] for name in ("name", "url", "domain", "image"))
            rows["sources"].append((id, position, *names))
        for position, link in enumerate(event["related"]):
            rows["related"].append((id, position, link["id"], link["title"], SEPARATOR.join(link["tags"])))
        for position, change in enumerate(event["changes"]):
            names = (change[name] for name in ("id", "title", "at", "kind"))
            rows["changes"].append((id, position, *names))
    return rows


def insert(database: sqlite3.Connection, rows: Rows, how: str = "INSERT") -> None:
    for table, values in rows.items():
        columns = marks(settings.PLAIN_COLUMNS[table])
        database.executemany(f"{how} INTO {table} VALUES ({columns})", values)


class SqlitePlain(Database):
    @staticmethod
    def prepare(events: Iterable[Event]) -> Rows:
        kept, tags = list(events), Tags()
        for event in kept:
            tags.take(event)
        return rows_of(kept, tags)

    @staticmethod
    def load(prepared: Rows, path: Path) -> None:
        def fill(database: sqlite3.Connection) -> None:
            insert(database, prepared)

        Database.make(path, settings.PLAIN_TABLES, fill, settings.PLAIN_INDEXES)

    def size(self) -> int:
        return self.one("SELECT count(*) FROM events")

    def second(self, prepared: Rows) -> None:
        """Whatever has a key that is there is passed over."""
        self.database.execute("BEGIN")
        insert(self.database, prepared, "INSERT OR IGNORE")
        self.database.execute("COMMIT")

    def update(self, events: list[Event]) -> None:
        """Tags keep the spelling that the load settled: the changed events have the tags that they had."""
        database = self.database
        tags = Tags()
        for event in events:
            tags.take(event)
        gone = [(event["id"],) for event in events]
        database.execute("BEGIN")
        shown = {
            written: tag
            for (id,) in gone
            for tag, written in self.rows(
                "SELECT tag, coalesce(written, tag) FROM event_tags WHERE event_id = ?", id
            )
        }
        rows = rows_of(events, tags)
        rows["event_tags"] = [
            (event["id"], shown[written], None if shown[written] == written else written)
            for event in events
            for written in event["tags"]
        ]
        for table, key in settings.PLAIN_KEYS.items():
            database.executemany(f"DELETE FROM {table} WHERE {key} = ?", gone)
        insert(database, rows)
        database.execute("COMMIT")

    def _whole(self, parts: Iterable[Iterable[Any]]) -> Whole:
        """Reads every string of events and of what belongs to them."""
        events, tags, sources, related, changes = parts
        total, ids = 0, []
        for id, date, title, kind, lang, superseded, *texts in events:
            total += len(id) + int(date[-2:]) + len(title) + len(kind) + len(lang) + superseded + some(*texts)
            ids.append(id)
        total += sum(len(tag) for (tag,) in tags)
        total += sum(some(*source) for source in sources)
        for other, name, shared in related:
            total += len(other) + len(name) + sum(map(len, shared.split(SEPARATOR)))
        total += sum(some(*change) for change in changes)
        return total, ids

    def gets(self, ids: Iterable[str]) -> Whole:
        execute = self.database.execute
        total, read = 0, []
        for id in ids:
            letters, [found] = self._whole(execute(part, (id,)) for part in (BY_ID, *OF_EVENT))
            total += letters
            read.append(found)
        return total, read

    # A statement run again costs no more than a list of ids.
    gets_batch = gets

    def month(self, plan: Plan) -> Whole:
        days = (f"{plan.month}-01", f"{plan.month}-31")
        return self._whole(self.database.execute(part, days) for part in OF_DAYS)

    def count(self, plan: Plan) -> int:
        return self.one(f"SELECT count(*) {WITH_TAG}", plan.tags[0])

    def newest(self, plan: Plan) -> Whole:
        found = self.rows(
            f"SELECT e.id {WITH_TAG} AND e.date BETWEEN ? AND ? AND EXISTS"
            " (SELECT 1 FROM event_tags o WHERE o.event_id = e.id AND o.tag = ?)"
            " ORDER BY e.date DESC, e.id DESC LIMIT ?",
            *(plan.tags[1], f"{plan.since}-01-01", f"{plan.year}-12-31", plan.tags[0], NEWEST),
        )
        return self.gets(id for (id,) in found)

    def any_of(self, plan: Plan) -> int:
        return self.one(
            "SELECT count(*) FROM events e WHERE e.superseded = 0 AND e.date BETWEEN ? AND ?"
            f" AND EXISTS (SELECT 1 FROM event_tags t WHERE t.event_id = e.id AND t.tag IN ({marks(10)}))"
            f" AND NOT EXISTS (SELECT 1 FROM event_tags t WHERE t.event_id = e.id AND t.tag IN ({marks(2)}))",
            *(f"{plan.year}-01-01", f"{plan.year}-12-31", *plan.tags[2:12], *plan.tags[:2]),
        )

    def timeline(self, plan: Plan) -> Months:
        return self.rows(
            f"SELECT substr(e.date, 1, 7), count(*) {WITH_TAG} GROUP BY 1 ORDER BY 1", plan.tags[0]
        )

    def facets_year(self, plan: Plan) -> Counts:
        return self.rows(
            "SELECT t.tag, count(*) AS n FROM events e JOIN event_tags t ON t.event_id = e.id"
            " WHERE e.superseded = 0 AND e.date BETWEEN ? AND ?"
            " GROUP BY t.tag ORDER BY n DESC, t.tag LIMIT ?",
            *(f"{plan.year}-01-01", f"{plan.year}-12-31", TOP),
        )

    def facets_tag(self, plan: Plan) -> Counts:
        return self.rows(
            "SELECT o.tag, count(*) AS n FROM event_tags t JOIN events e ON e.id = t.event_id"
            " JOIN event_tags o ON o.event_id = t.event_id WHERE t.tag = ? AND e.superseded = 0"
            " GROUP BY o.tag ORDER BY n DESC, o.tag LIMIT ?",
            *(plan.tags[0], TOP),
        )

    def pages(self, plan: Plan) -> Whole:
        """By key: the last date and id of a page are the next one's beginning."""
        last, total, ids = ("", ""), 0, []
        for _ in range(PAGES):
            found = self.rows(
                f"SELECT e.date, e.id {WITH_TAG} AND (e.date, e.id) > (?, ?) ORDER BY e.date, e.id LIMIT ?",
                *(plan.tags[0], *last, PAGE),
            )
            letters, read = self.gets(id for _, id in found)
            total += letters
            ids += read
            if len(found) < PAGE:
                break
            last = found[-1]
        return total, ids

    def links(self, ids: list[str]) -> int:
        statement = (
            "SELECT count(DISTINCT e.id) FROM related r JOIN events e ON e.id = r.event_id"
            " WHERE r.target_id = ? AND e.superseded = 0"
        )
        return sum(self.one(statement, id) for id in ids)

    links_batch = links

    def arrow(self) -> list[tuple[str, str, str, str | None, list[str]]]:
        """Rows, not Arrow: tags by event, then events in their order."""
        of_event: dict[str, list[str]] = {}
        for id, tag in self.database.execute("SELECT event_id, coalesce(written, tag) FROM event_tags"):
            of_event.setdefault(id, []).append(tag)
        events = self.database.execute(
            "SELECT id, date, title, category FROM events WHERE superseded = 0 ORDER BY date, id"
        )
        return [(id, *rest, of_event.get(id, [])) for id, *rest in events]
