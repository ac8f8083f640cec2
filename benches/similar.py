#!/usr/bin/env python3
"""The events that share most tags with one, beside SQLite's best statement for it.

python benches/similar.py STORE [--calls 2000] [--sqlite-calls 100]

STORE is a store of generated pages. SQLite gets the same events and tags, indexed both ways. Answers are
compared; each engine is asked for the same events, drawn with a fixed seed.
"""

from __future__ import annotations

import argparse
import sqlite3
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import eventstore as es

TOP = 10
STATEMENTS = {
    # Counts first, and looks up what is shown last.
    "grouped": """
        SELECT event.id, counted.shared FROM (
            SELECT other.event AS event, count(*) AS shared
            FROM tagged AS own JOIN tagged AS other USING (tag)
            WHERE own.event = :event AND other.event <> :event GROUP BY other.event
        ) AS counted JOIN event ON event.number = counted.event
        ORDER BY counted.shared DESC, event.date DESC, event.id LIMIT 10""",
    "joined": """
        SELECT event.id, count(*) AS shared
        FROM tagged AS own JOIN tagged AS other USING (tag) JOIN event ON event.number = other.event
        WHERE own.event = :event AND other.event <> :event
        GROUP BY event.number ORDER BY shared DESC, event.date DESC, event.id LIMIT 10""",
}


def database(hits: es.Hits) -> tuple[sqlite3.Connection, dict[str, int]]:
    """Events and tags in SQLite, in memory: without a disk, the best that it can do."""
    found = sqlite3.connect(":memory:")
    found.execute("CREATE TABLE event (number INTEGER PRIMARY KEY, id TEXT, date TEXT)")
    found.execute("CREATE TABLE tagged (tag INTEGER, event INTEGER, PRIMARY KEY (tag, event)) WITHOUT ROWID")
    tags: dict[str, int] = {}
    numbers = {}
    for number, event in enumerate(hits):
        numbers[event.id] = number
        found.execute("INSERT INTO event VALUES (?, ?, ?)", (number, event.id, str(event.date)))
        own = {tags.setdefault(tag.casefold(), len(tags)) for tag in event.tags}
        found.executemany("INSERT INTO tagged VALUES (?, ?)", [(tag, number) for tag in own])
    found.execute("CREATE INDEX tags_of ON tagged (event, tag)")
    found.execute("ANALYZE")
    return found, numbers


def timed(calls: list[str], ask: Callable[[str], Any]) -> tuple[float, list[Any]]:
    """Milliseconds of the median call, and the answers."""
    times, answers = [], []
    for asked in calls:
        start = time.perf_counter()
        answers.append(ask(asked))
        times.append((time.perf_counter() - start) * 1000)
    return median(times), answers


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("store")
    parser.add_argument("--calls", type=int, default=2000)
    parser.add_argument("--sqlite-calls", type=int, default=100)
    given = parser.parse_args()
    store = es.open(given.store, read_only=True)
    calls = store.query("").sample(given.calls, seed=1).ids()

    def ask(asked: str) -> list[tuple[str, int]]:
        return [(one.id, len(one.shared)) for one in store.similar(asked, TOP)]

    ours, answers = timed(calls, ask)
    total = len(store)
    print(f"{total:,} events, median ms a call: eventstore {ours:.3f} of {len(calls)}")
    rows, numbers = database(store.query(""))
    best = float("inf")
    for name, statement in STATEMENTS.items():
        # Each nth of the same events.
        some = calls[:: max(1, len(calls) // given.sqlite_calls)]

        def select(asked: str, statement: str = statement) -> list[tuple[str, int]]:
            return rows.execute(statement, {"event": numbers[asked]}).fetchall()

        theirs, found = timed(some, select)
        expected = answers[:: max(1, len(calls) // given.sqlite_calls)]
        same = sum(a == b for a, b in zip(found, expected, strict=True))
        print(f"SQLite {name}: {theirs:.3f} of {len(some)}, {same} answers equal")
        best = min(best, theirs)
    print(f"{ours / best:.4f} of SQLite's best")


if __name__ == "__main__":
    main()
