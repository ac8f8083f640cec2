"""SQLite FTS5: with its content in a table beside it, and without content. detail=full, optimised."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .. import settings
from .plan import TOP, Plan, Text

# https://sqlite.org/fts5.html#external_content_tables and #contentless_tables; a prefix index for the
# question by prefix (#prefix_indexes); `optimize` at the end (#the_optimize_command).
TABLES = """
CREATE TABLE events (event INTEGER PRIMARY KEY, id TEXT NOT NULL, shown TEXT NOT NULL, title TEXT NOT NULL,
    summary TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE event_tags (tag TEXT NOT NULL, event INTEGER NOT NULL, PRIMARY KEY (tag, event)) WITHOUT ROWID;
CREATE TABLE tags_of (event INTEGER NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (event, tag)) WITHOUT ROWID;
"""
FTS = (
    "CREATE VIRTUAL TABLE words USING fts5(title, summary, body, {content}, tokenize='ascii', prefix='2 3 4')"
)


class External:
    CONTENT = "content='events', content_rowid='event'"

    @classmethod
    def load(cls, events: Iterable[Text], path: Path) -> None:
        path.mkdir()
        base = sqlite3.connect(path / "words.db")
        for name, value in settings.SQLITE_LOADING.items():
            base.execute(f"PRAGMA {name} = {value}")
        base.executescript(TABLES)
        base.execute(FTS.format(content=cls.CONTENT))
        for event in events:
            row = (event.number, event.id, event.shown_title, *event.fields)
            base.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)", row)
            row = (event.number, *event.fields)
            base.execute("INSERT INTO words (rowid, title, summary, body) VALUES (?, ?, ?, ?)", row)
            for tag in event.tags:
                base.execute("INSERT OR IGNORE INTO event_tags VALUES (?, ?)", (tag, event.number))
                base.execute("INSERT OR IGNORE INTO tags_of VALUES (?, ?)", (event.number, tag))
        base.execute("INSERT INTO words (words) VALUES ('optimize')")
        base.execute("ANALYZE")
        base.commit()
        base.close()

    def __init__(self, path: Path) -> None:
        self.base = sqlite3.connect(path / "words.db")
        for name, value in settings.SQLITE_ASKING.items():
            self.base.execute(f"PRAGMA {name} = {value}")

    def all(self, text: str, *values: Any) -> list[Any]:
        return self.base.execute(text, values).fetchall()

    def number_of(self, match: str) -> int:
        return self.all("SELECT count(*) FROM words WHERE words MATCH ?", match)[0][0]

    def newest_of(self, match: str) -> list[tuple[str, str]]:
        return self.all(
            "SELECT id, shown FROM (SELECT rowid AS found FROM words WHERE words MATCH ? ORDER BY rowid DESC "
            "LIMIT ?) JOIN events ON event = found ORDER BY event DESC",
            match,
            TOP,
        )

    def count(self, plan: Plan) -> int:
        return self.number_of(plan.word)

    def newest(self, plan: Plan) -> list[tuple[str, str]]:
        return self.newest_of(plan.word)

    def two_and_tag(self, plan: Plan) -> list[tuple[str, str]]:
        return self.all(
            "SELECT id, shown FROM event_tags JOIN words ON words.rowid = event_tags.event JOIN events USING "
            "(event) WHERE tag = ? AND words MATCH ? ORDER BY event_tags.event DESC LIMIT ?",
            plan.tag,
            f"{plan.word} {plan.other}",
            TOP,
        )

    def best_of(self, match: str) -> list[tuple[str, str]]:
        return self.all(
            "SELECT id, shown FROM (SELECT rowid AS found FROM words WHERE words MATCH ? AND rank MATCH "
            "'bm25(3.0, 1.0, 1.0)' ORDER BY rank LIMIT ?) JOIN events ON event = found",
            match,
            TOP,
        )

    def best(self, plan: Plan) -> list[tuple[str, str]]:
        return self.best_of(plan.word)

    def best_of_two(self, plan: Plan) -> list[tuple[str, str]]:
        return self.best_of(f"{plan.word} {plan.other}")

    def phrase(self, plan: Plan) -> int:
        return self.number_of('"' + " ".join(plan.phrase) + '"')

    def facets(self, plan: Plan) -> list[tuple[str, int]]:
        return self.all(
            "SELECT tag, count(*) AS many FROM words JOIN tags_of ON event = words.rowid WHERE words MATCH ? "
            "GROUP BY tag ORDER BY many DESC, tag LIMIT ?",
            plan.word,
            TOP,
        )

    def prefix(self, plan: Plan) -> int:
        return self.number_of(f"{plan.prefix}*")


class Contentless(External):
    CONTENT = "content=''"


class Chinese:
    """For a script without spaces: trigrams, which find nothing shorter than three characters by MATCH, so
    that two are asked by LIKE; and LIKE over a plain table.
    """

    @staticmethod
    def load(events: Iterable[Text], path: Path) -> None:
        path.mkdir()
        base = sqlite3.connect(path / "words.db")
        base.execute("CREATE TABLE events (event INTEGER PRIMARY KEY, title TEXT, summary TEXT)")
        base.execute("CREATE VIRTUAL TABLE words USING fts5(title, summary, tokenize='trigram')")
        for event in events:
            row = (event.number, event.title, event.summary)
            base.execute("INSERT INTO events VALUES (?, ?, ?)", row)
            base.execute("INSERT INTO words (rowid, title, summary) VALUES (?, ?, ?)", row)
        base.execute("INSERT INTO words (words) VALUES ('optimize')")
        base.commit()
        base.close()

    TABLE = "words"

    def __init__(self, path: Path) -> None:
        self.base = sqlite3.connect(path / "words.db")
        for name, value in settings.SQLITE_ASKING.items():
            self.base.execute(f"PRAGMA {name} = {value}")

    def pair(self, plan: Plan) -> int:
        like = f"%{plan.pair}%"
        text = f"SELECT count(*) FROM {self.TABLE} WHERE title LIKE ? OR summary LIKE ?"
        return self.base.execute(text, (like, like)).fetchone()[0]


class PlainChinese(Chinese):
    TABLE = "events"
