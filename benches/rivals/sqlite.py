"""SQLite through Python's `sqlite3`: normalised tables, integer keys, covering indexes, prepared statements.

An event's number follows its date and id, so that a table's own order is the order of answers. A link's
target has a number whether or not it is in the store, and its title stands at the link only where it differs
from the target's.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import settings
from .engine import NEWEST, PAGE, TOP, Counts, Months, Whole
from .export import Event, Numbers, Plan, Tags, day, some

# Between the tags of one link: no tag holds a line break, as white space in clean text is one space.
SEPARATOR = "\n"

# One statement for a whole event: its parts come as JSON, in the order of their keys. Five statements an
# event take half as long again.
WHOLE = """SELECT p.id, e.day, p.title, e.kind, e.lang, e.superseded, e.summary, e.cover_image, e.author,
(SELECT c.text FROM categories c WHERE c.category = e.category),
(SELECT group_concat(s.text, char(10)) FROM event_tags t CROSS JOIN spellings s USING (spelling)
    WHERE t.event = e.event),
(SELECT json_group_array(json_array(s.url, s.image, p.name, h.name)) FROM sources s
    CROSS JOIN publishers p USING (publisher) LEFT JOIN hosts h USING (host) WHERE s.event = e.event),
(SELECT json_group_array(json_array(q.id, coalesce(r.title, q.title), r.tags)) FROM related r
    CROSS JOIN pages q ON q.page = r.target WHERE r.event = e.event),
(SELECT json_group_array(json_array(c.id, c.title, c.at, c.kind)) FROM changes c WHERE c.event = e.event)
FROM """
BY_ID = WHOLE + "pages p CROSS JOIN events e ON e.event = p.page WHERE p.id = ?"
BY_NUMBER = WHOLE + "events e CROSS JOIN pages p ON p.page = e.event WHERE e.event = ?"
# For the events of a span of days it is the other way round: five statements in all take two thirds of the
# time.
DAYS = "FROM events e INDEXED BY events_by_day"
IN_DAYS = "WHERE e.superseded = 0 AND e.day BETWEEN ? AND ? ORDER BY e.day, e.event"
EVENTS_OF_DAYS = f"""SELECT p.id, e.day, p.title, e.kind, e.lang, e.superseded, e.summary, e.cover_image,
e.author, c.text {DAYS} JOIN pages p ON p.page = e.event LEFT JOIN categories c USING (category) {IN_DAYS}"""
TAGS_OF_DAYS = f"""SELECT s.text {DAYS} JOIN event_tags t USING (event) JOIN spellings s USING (spelling)
{IN_DAYS}, t.spelling"""
SOURCES_OF_DAYS = f"""SELECT s.url, s.image, p.name, h.name {DAYS} JOIN sources s USING (event)
JOIN publishers p USING (publisher) LEFT JOIN hosts h USING (host) {IN_DAYS}, s.position"""
RELATED_OF_DAYS = f"""SELECT q.id, coalesce(r.title, q.title), r.tags {DAYS} JOIN related r USING (event)
JOIN pages q ON q.page = r.target {IN_DAYS}, r.position"""
CHANGES_OF_DAYS = (
    f"""SELECT c.id, c.title, c.at, c.kind {DAYS} JOIN changes c USING (event) {IN_DAYS}, c.position"""
)
TAG = "(SELECT tag FROM tags WHERE folded = ?)"


# Where a row says whose it is; tables of names have no such place.
EVENT_COLUMN = {
    **dict.fromkeys(("events", "event_tags", "sources", "related", "changes"), 0),
    "tag_events": 3,
    "links": 2,
}


def marks(count: int) -> str:
    return ",".join("?" * count)


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


def connect(path: Path, pragmas: dict[str, str | int]) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None, cached_statements=256)
    for name, value in pragmas.items():
        database.execute(f"PRAGMA {name} = {value}")
    return database


def insert(database: sqlite3.Connection, tables: Tables, how: str = "INSERT") -> None:
    for table, rows in tables.rows.items():
        columns = settings.SQLITE_COLUMNS[table]
        database.executemany(f"{how} INTO {table} VALUES ({marks(columns)})", rows)


class Sqlite:
    @staticmethod
    def prepare(events: Iterable[Event]) -> Tables:
        numbering = Numbering()
        kept = list(events)
        for event in kept:
            numbering.name(event)
        for event in kept:
            numbering.take(event)
        return numbering.finish()

    @staticmethod
    def load(prepared: Tables, path: Path) -> None:
        path.mkdir()
        file = path / "events.sqlite"
        database = connect(file, settings.SQLITE_LOADING)
        database.executescript(settings.SQLITE_TABLES)
        database.execute("BEGIN")
        insert(database, prepared)
        for statement in settings.SQLITE_INDEXES:
            database.execute(statement)
        database.execute("COMMIT")
        database.execute("ANALYZE")
        database.close()
        with open(file, "rb") as written:
            os.fsync(written.fileno())

    def __init__(self, path: Path) -> None:
        self.database = connect(path / "events.sqlite", settings.SQLITE_ASKING)
        self.database.execute("SELECT event FROM events LIMIT 1").fetchone()

    def close(self) -> None:
        self.database.close()

    def rows(self, statement: str, *values: Any) -> list[Any]:
        return self.database.execute(statement, values).fetchall()

    def one(self, statement: str, *values: Any) -> Any:
        return self.database.execute(statement, values).fetchone()[0]

    def second(self, prepared: Tables) -> None:
        """Puts in what belongs to events that are not there: nothing."""
        known = {id for (id,) in self.rows("SELECT p.id FROM events e JOIN pages p ON p.page = e.event")}
        rows = prepared.rows
        numbers = {number: id for number, id, _ in rows["pages"]}
        new = {row[0] for row in rows["events"] if numbers[row[0]] not in known}
        if not new:
            return
        self.database.execute("BEGIN")
        kept = {table: [row for row in rows[table] if row[at] in new] for table, at in EVENT_COLUMN.items()}
        insert(self.database, Tables({**rows, **kept}), "INSERT OR IGNORE")
        self.database.execute("COMMIT")

    def size(self) -> int:
        return self.one("SELECT count(*) FROM events")

    def update(self, events: list[Event]) -> None:
        """Numbers of what is known are looked up; names that are new get the next ones."""
        database, write = self.database, self.database.executemany
        database.execute("BEGIN")

        def number(table: str, key: str, name: str, value: str | None) -> int | None:
            if value is None:
                return None
            found = database.execute(f"SELECT {key} FROM {table} WHERE {name} = ?", (value,)).fetchone()
            return found[0] if found else None

        numbering = Numbering()
        ids = {event["id"] for event in events} | {
            link["id"] for event in events for link in event["related"]
        }
        known = (
            (numbering.pages, "pages", "page", "id", ids),
            (numbering.categories, "categories", "category", "text", {event["category"] for event in events}),
            (numbering.publishers, "publishers", "publisher", "name", self._named(events, "name")),
            (numbering.hosts, "hosts", "host", "name", self._named(events, "domain")),
            (
                numbering.tags.spellings,
                "spellings",
                "spelling",
                "text",
                {t for e in events for t in e["tags"]},
            ),
        )
        for numbers, table, key, name, values in known:
            for value in values:
                found = number(table, key, name, value)
                if value is not None and found is None:
                    # The workload changes titles alone; new names would take numbers above the highest.
                    raise ValueError(f"{table}: {value!r} is new")
                if value is not None:
                    numbers[value] = found
        for spelling in numbering.tags.spellings:
            tag = self.one("SELECT tag FROM spellings WHERE text = ?", spelling)
            folded = self.one("SELECT folded FROM tags WHERE tag = ?", tag)
            numbering.tags.numbers[folded] = tag
        for page in numbering.pages.values():
            numbering.titles[page] = self.one("SELECT title FROM pages WHERE page = ?", page)
        new_titles = []
        for event in events:
            page = numbering.pages[event["id"]]
            new_titles.append((event["title"], page))
        # A link that showed the old title by reference goes on showing it.
        write(
            "UPDATE related SET title = (SELECT title FROM pages WHERE page = target) WHERE title IS NULL"
            " AND (event, position) IN (SELECT l.event, r.position FROM links l JOIN related r"
            " ON r.event = l.event AND r.target = l.target WHERE l.target = ?)",
            [(page,) for _, page in new_titles],
        )
        write("UPDATE pages SET title = ? WHERE page = ?", new_titles)
        for event in events:
            numbering.name(event)
        for event in events:
            numbering.take(event)
        gone = [(page,) for _, page in new_titles]
        write(
            "DELETE FROM links WHERE (target, superseded, event) IN (SELECT r.target, e.superseded, e.event"
            " FROM events e JOIN related r USING (event) WHERE e.event = ?)",
            gone,
        )
        write(
            "DELETE FROM tag_events WHERE (tag, superseded, day, event) IN"
            " (SELECT t.tag, e.superseded, e.day, e.event"
            " FROM events e JOIN event_tags t USING (event) WHERE e.event = ?)",
            gone,
        )
        for table in ("event_tags", "sources", "related", "changes", "events"):
            write(f"DELETE FROM {table} WHERE event = ?", gone)
        insert(database, numbering.tables)
        database.execute("COMMIT")

    @staticmethod
    def _named(events: list[Event], what: str) -> set[str]:
        return {source[what] for event in events for source in event["sources"]}

    def _whole(self, rows: Iterable[Any]) -> Whole:
        total, ids = 0, []
        for id, date, title, kind, lang, superseded, *texts, tags, sources, related, changes in rows:
            total += len(id) + date % 100 + len(title) + len(kind) + len(lang) + superseded + some(*texts)
            if tags:
                total += sum(map(len, tags.split(SEPARATOR)))
            for source in json.loads(sources):
                total += some(*source)
            for other, name, shared in json.loads(related):
                total += len(other) + len(name) + sum(map(len, shared.split(SEPARATOR)))
            for change in json.loads(changes):
                total += some(*change)
            ids.append(id)
        return total, ids

    def gets(self, ids: list[str]) -> Whole:
        execute = self.database.execute
        return self._whole(execute(BY_ID, (id,)).fetchone() for id in ids)

    # A statement run again costs less than a table of ids to join with.
    gets_batch = gets

    def month(self, plan: Plan) -> Whole:
        def rows(statement: str) -> sqlite3.Cursor:
            return self.database.execute(statement, plan.month_days)

        total, ids = 0, []
        for id, date, title, kind, lang, superseded, *texts in rows(EVENTS_OF_DAYS):
            total += len(id) + date % 100 + len(title) + len(kind) + len(lang) + superseded + some(*texts)
            ids.append(id)
        total += sum(len(tag) for (tag,) in rows(TAGS_OF_DAYS))
        total += sum(some(*source) for source in rows(SOURCES_OF_DAYS))
        for other, name, shared in rows(RELATED_OF_DAYS):
            total += len(other) + len(name) + sum(map(len, shared.split(SEPARATOR)))
        total += sum(some(*change) for change in rows(CHANGES_OF_DAYS))
        return total, ids

    def count(self, plan: Plan) -> int:
        return self.one(
            f"SELECT count(*) FROM tag_events WHERE tag = {TAG} AND superseded = 0", plan.folded[0]
        )

    def newest(self, plan: Plan) -> Whole:
        numbers = self.rows(
            f"SELECT a.event FROM tag_events a WHERE a.tag = {TAG} AND a.superseded = 0"
            f" AND a.day BETWEEN ? AND ? AND EXISTS (SELECT 1 FROM tag_events b WHERE b.tag = {TAG}"
            " AND b.superseded = 0 AND b.day = a.day AND b.event = a.event)"
            " ORDER BY a.day DESC, a.event DESC LIMIT ?",
            plan.folded[1],
            *plan.range_days,
            plan.folded[0],
            NEWEST,
        )
        return self._whole(self.database.execute(BY_NUMBER, number).fetchone() for number in numbers)

    def any_of(self, plan: Plan) -> int:
        tags = f"(SELECT tag FROM tags WHERE folded IN ({marks(10)}))"
        none = f"(SELECT tag FROM tags WHERE folded IN ({marks(2)}))"
        return self.one(
            f"SELECT count(DISTINCT a.event) FROM tag_events a WHERE a.tag IN {tags} AND a.superseded = 0"
            f" AND a.day BETWEEN ? AND ? AND NOT EXISTS (SELECT 1 FROM tag_events b WHERE b.tag IN {none}"
            " AND b.superseded = 0 AND b.day = a.day AND b.event = a.event)",
            *plan.folded[2:12],
            *plan.year_days,
            *plan.folded[:2],
        )

    def timeline(self, plan: Plan) -> Months:
        found = self.rows(
            f"SELECT day / 100, count(*) FROM tag_events WHERE tag = {TAG} AND superseded = 0"
            " GROUP BY 1 ORDER BY 1",
            plan.folded[0],
        )
        return [(f"{month // 100}-{month % 100:02}", count) for month, count in found]

    def facets_year(self, plan: Plan) -> Counts:
        return self.rows(
            "SELECT shown, n FROM (SELECT tag, count(*) AS n FROM tag_events INDEXED BY tag_events_by_day"
            " WHERE superseded = 0 AND day BETWEEN ? AND ? GROUP BY tag) JOIN tags USING (tag)"
            " ORDER BY n DESC, shown LIMIT ?",
            *plan.year_days,
            TOP,
        )

    def facets_tag(self, plan: Plan) -> Counts:
        return self.rows(
            "SELECT shown, n FROM (SELECT t.tag, count(*) AS n"
            " FROM tag_events a CROSS JOIN event_tags t USING (event)"
            f" WHERE a.tag = {TAG} AND a.superseded = 0 GROUP BY t.tag) JOIN tags USING (tag)"
            " ORDER BY n DESC, shown LIMIT ?",
            plan.folded[0],
            TOP,
        )

    def pages(self, plan: Plan) -> list[str]:
        """By key: the last day and number of a page are the next one's beginning."""
        tag = self.one("SELECT tag FROM tags WHERE folded = ?", plan.folded[0])
        last, ids = (0, 0), []
        while True:
            found = self.rows(
                "SELECT t.day, t.event, p.id FROM tag_events t CROSS JOIN pages p ON p.page = t.event"
                " WHERE t.tag = ? AND t.superseded = 0 AND (t.day, t.event) > (?, ?)"
                " ORDER BY t.day, t.event LIMIT ?",
                tag,
                *last,
                PAGE,
            )
            ids.extend(id for _, _, id in found)
            if len(found) < PAGE:
                return ids
            last = found[-1][:2]

    def links(self, ids: list[str]) -> int:
        statement = (
            "SELECT count(*) FROM links"
            " WHERE target = (SELECT page FROM pages WHERE id = ?) AND superseded = 0"
        )
        execute = self.database.execute
        return sum(execute(statement, (id,)).fetchone()[0] for id in ids)

    links_batch = links

    def arrow(self) -> list[tuple[str, int, str, str | None, list[str]]]:
        """Rows, not Arrow: two passes in the order of events, merged."""
        tags = self.database.execute(
            "SELECT t.event, s.text FROM event_tags t JOIN spellings s USING (spelling) ORDER BY t.event"
        )
        events = self.database.execute(
            "SELECT e.event, p.id, e.day, p.title, c.text FROM events e JOIN pages p ON p.page = e.event"
            " LEFT JOIN categories c USING (category) WHERE e.superseded = 0 ORDER BY e.event"
        )
        of_event: dict[int, list[str]] = {}
        for event, tag in tags:
            of_event.setdefault(event, []).append(tag)
        return [(id, date, title, text, of_event.get(event, [])) for event, id, date, title, text in events]
