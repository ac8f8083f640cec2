"""Events of SQLite's tables replaced by others of the same ids."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

from .export import Event
from .sqlite_rows import Numbering, insert


def one(database: sqlite3.Connection, statement: str, value: Any) -> Any:
    """The first column of the row that a statement finds; nothing if there is no row."""
    found = database.execute(statement, (value,)).fetchone()
    return found[0] if found else None


def numbered(database: sqlite3.Connection, events: list[Event]) -> Numbering:
    """Knows the numbers that the tables have for every name of some events."""
    numbering = Numbering()
    links = {link["id"] for event in events for link in event["related"]}
    sources = [source for event in events for source in event["sources"]]
    known: tuple[tuple[dict[str, int], str, str, str, Iterable[str | None]], ...] = (
        (numbering.pages, "pages", "page", "id", links | {event["id"] for event in events}),
        (numbering.categories, "categories", "category", "text", {event["category"] for event in events}),
        (numbering.publishers, "publishers", "publisher", "name", {source["name"] for source in sources}),
        (numbering.hosts, "hosts", "host", "name", {source["domain"] for source in sources}),
        (numbering.tags.spellings, "spellings", "spelling", "text", {t for e in events for t in e["tags"]}),
    )
    for numbers, table, key, name, values in known:
        for value in values:
            if value is None:
                continue
            found = one(database, f"SELECT {key} FROM {table} WHERE {name} = ?", value)
            if found is None:
                # The workload changes titles alone; new names would take numbers above the highest.
                raise ValueError(f"{table}: {value!r} is new")
            numbers[value] = found
    for spelling in numbering.tags.spellings:
        tag = one(database, "SELECT tag FROM spellings WHERE text = ?", spelling)
        numbering.tags.numbers[one(database, "SELECT folded FROM tags WHERE tag = ?", tag)] = tag
    for page in numbering.pages.values():
        numbering.titles[page] = one(database, "SELECT title FROM pages WHERE page = ?", page)
    return numbering


def replace(database: sqlite3.Connection, events: list[Event]) -> None:
    """Takes the rows of events away and puts in those of their new forms, in one transaction."""
    write = database.executemany
    database.execute("BEGIN")
    numbering = numbered(database, events)
    gone = [(numbering.pages[event["id"]],) for event in events]
    # A link that showed the old title by reference goes on showing it.
    write(
        "UPDATE related SET title = (SELECT title FROM pages WHERE page = target) WHERE title IS NULL"
        " AND (event, position) IN (SELECT l.event, r.position FROM links l JOIN related r"
        " ON r.event = l.event AND r.target = l.target WHERE l.target = ?)",
        gone,
    )
    titles = ((event["title"], numbering.pages[event["id"]]) for event in events)
    write("UPDATE pages SET title = ? WHERE page = ?", titles)
    for event in events:
        numbering.name(event)
    for event in events:
        numbering.take(event)
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
