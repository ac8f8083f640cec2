"""SQLite through Python's `sqlite3`: normalised tables, integer keys, covering indexes, prepared statements.

An event's number follows its date and id, so that a table's own order is the order of answers. A link's
target has a number whether or not it is in the store, and its title stands at the link only where it differs
from the target's.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from . import settings
from .engine import NEWEST, PAGE, PAGES, TOP, Counts, Months, Whole
from .export import Event, Plan, some
from .sqlite_rows import EVENT_COLUMN, SEPARATOR, Database, Numbering, Tables, insert, marks
from .sqlite_update import replace

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
# For many events it is the other way round: five statements in all take half the time.
EVENTS = """SELECT p.id, e.day, p.title, e.kind, e.lang, e.superseded, e.summary, e.cover_image,
e.author, c.text FROM {} CROSS JOIN pages p ON p.page = e.event
LEFT JOIN categories c USING (category) WHERE {}"""
TAGS = """SELECT s.text FROM {} CROSS JOIN event_tags x USING (event)
CROSS JOIN spellings s USING (spelling) WHERE {}"""
SOURCES = """SELECT x.url, x.image, p.name, h.name FROM {} CROSS JOIN sources x USING (event)
CROSS JOIN publishers p USING (publisher) LEFT JOIN hosts h USING (host) WHERE {}, x.position"""
RELATED = """SELECT q.id, coalesce(x.title, q.title), x.tags FROM {} CROSS JOIN related x USING (event)
CROSS JOIN pages q ON q.page = x.target WHERE {}, x.position"""
CHANGES = "SELECT x.id, x.title, x.at, x.kind FROM {} CROSS JOIN changes x USING (event) WHERE {}, x.position"
PARTS = (EVENTS, TAGS, SOURCES, RELATED, CHANGES)
OF_DAYS = tuple(
    part.format(
        "events e INDEXED BY events_by_day",
        "e.superseded = 0 AND e.day BETWEEN ? AND ? ORDER BY e.day, e.event",
    )
    for part in PARTS
)
TAG = "(SELECT tag FROM tags WHERE folded = ?)"


class Sqlite(Database):
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
        def fill(database: sqlite3.Connection) -> None:
            insert(database, prepared)

        Database.make(path, settings.SQLITE_TABLES, fill, settings.SQLITE_INDEXES)

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
        replace(self.database, events)

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

    def _many(self, statements: Iterable[str], values: Sequence[int]) -> Whole:
        """Whole events by a statement for each of their parts."""
        events, tags, sources, related, changes = (
            self.database.execute(statement, values) for statement in statements
        )
        total, ids = 0, []
        for id, date, title, kind, lang, superseded, *texts in events:
            total += len(id) + date % 100 + len(title) + len(kind) + len(lang) + superseded + some(*texts)
            ids.append(id)
        total += sum(len(tag) for (tag,) in tags)
        total += sum(some(*source) for source in sources)
        for other, name, shared in related:
            total += len(other) + len(name) + sum(map(len, shared.split(SEPARATOR)))
        total += sum(some(*change) for change in changes)
        return total, ids

    def _numbered(self, numbers: Sequence[int], order: str = "") -> Whole:
        """Whole events in the order of their numbers, which is that of date and id."""
        chosen = f"e.event IN ({marks(len(numbers))}) ORDER BY e.event{order}"
        return self._many((part.format("events e", chosen) for part in PARTS), numbers)

    def gets_batch(self, ids: list[str]) -> Whole:
        found = self.rows(f"SELECT page FROM pages WHERE id IN ({marks(len(ids))})", *ids)
        return self._numbered([page for (page,) in found])

    def month(self, plan: Plan) -> Whole:
        return self._many(OF_DAYS, plan.month_days)

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
        return self._numbered([number for (number,) in numbers], " DESC")

    def any_of(self, plan: Plan) -> int:
        # Both halves walk over neighbouring rows of each tag; asking of each event whether it has another tag
        # takes twice as long.
        rows = "FROM tag_events WHERE tag IN (SELECT tag FROM tags WHERE folded IN ({}))"
        rows += " AND superseded = 0 AND day BETWEEN ? AND ?"
        return self.one(
            f"SELECT count(DISTINCT event) {rows.format(marks(10))}"
            f" AND event NOT IN (SELECT event {rows.format(marks(2))})",
            *(*plan.folded[2:12], *plan.year_days, *plan.folded[:2], *plan.year_days),
        )

    def timeline(self, plan: Plan) -> Months:
        found = self.rows(
            f"SELECT day / 100, count(*) FROM tag_events WHERE tag = {TAG} AND superseded = 0"
            " GROUP BY 1 ORDER BY 1",
            plan.folded[0],
        )
        return [(f"{month // 100}-{month % 100:02}", count) for month, count in found]

    def _top(self, statement: str, *values: Any) -> Counts:
        """Of a statement that gives all tags as one text. Counting them here takes half of the time of
        `GROUP BY`, which sorts; a row each would be as slow.
        """
        text = self.one(statement, *values)
        counts = Counter(text.split(",") if text else ()).most_common()
        least = counts[min(TOP, len(counts)) - 1][1] if counts else 0
        shown = "SELECT shown FROM tags WHERE tag = ?"
        found = [(self.one(shown, int(tag)), count) for tag, count in counts if count >= least]
        return sorted(found, key=lambda entry: (-entry[1], entry[0]))[:TOP]

    def facets_year(self, plan: Plan) -> Counts:
        return self._top(
            "SELECT group_concat(tag) FROM tag_events INDEXED BY tag_events_by_day"
            " WHERE superseded = 0 AND day BETWEEN ? AND ?",
            *plan.year_days,
        )

    def facets_tag(self, plan: Plan) -> Counts:
        return self._top(
            "SELECT group_concat(t.tag) FROM tag_events a CROSS JOIN event_tags t USING (event)"
            f" WHERE a.tag = {TAG} AND a.superseded = 0",
            plan.folded[0],
        )

    def pages(self, plan: Plan) -> Whole:
        """By key: the last day and number of a page are the next one's beginning."""
        last, total, ids = (0, 0), 0, []
        for _ in range(PAGES):
            found = self.rows(
                f"SELECT day, event FROM tag_events WHERE tag = {TAG} AND superseded = 0"
                " AND (day, event) > (?, ?) ORDER BY day, event LIMIT ?",
                *(plan.folded[0], *last, PAGE),
            )
            letters, read = self._numbered([event for _, event in found])
            total += letters
            ids += read
            if len(found) < PAGE:
                break
            last = found[-1]
        return total, ids

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
