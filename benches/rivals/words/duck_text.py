"""DuckDB's extension `fts`: BM25 alone, no phrases and no prefixes. Its rows are those with a score.

The extension comes as a package of the package index, and is loaded from where that lies: DuckDB's own
`INSTALL` would fetch it while the comparison runs, into the user's home.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb
import duckdb_extension_fts

from .plan import TOP, Plan, Text

EXTENSIONS = Path(duckdb_extension_fts.__file__).parent / "extensions"


class Duck:
    @staticmethod
    def connect(path: Path) -> duckdb.DuckDBPyConnection:
        base = duckdb.connect(path / "words.duckdb")
        base.execute(f"LOAD '{EXTENSIONS / f'v{duckdb.__version__}' / 'fts.duckdb_extension'}'")
        return base

    @classmethod
    def load(cls, events: Iterable[Text], path: Path) -> None:
        path.mkdir()
        rows = path / "rows.csv"
        with rows.open("w", encoding="utf-8") as out:
            for one in events:
                shown = one.shown_title.replace('"', '""')
                out.write(f'{one.number},"{one.id}","{shown}","{one.title}","{one.summary}","{one.body}"\n')
        base = cls.connect(path)
        base.execute(
            "CREATE TABLE events AS SELECT * FROM read_csv(?, header = false, columns = {event: 'INTEGER', "
            "id: 'VARCHAR', shown: 'VARCHAR', title: 'VARCHAR', summary: 'VARCHAR', body: 'VARCHAR'})",
            [str(rows)],
        )
        rows.unlink()
        base.execute(
            "PRAGMA create_fts_index('events', 'event', 'title', 'summary', 'body', stemmer = 'none', "
            "stopwords = 'none', ignore = ' ', strip_accents = 0, lower = 0)"
        )
        base.close()

    def __init__(self, path: Path) -> None:
        self.base = self.connect(path)

    def scored(self, plan: Plan) -> str:
        return f"SELECT *, fts_main_events.match_bm25(event, '{plan.word}') AS score FROM events"

    def count(self, plan: Plan) -> int:
        text = f"SELECT count(*) FROM ({self.scored(plan)}) WHERE score IS NOT NULL"
        return self.base.execute(text).fetchall()[0][0]

    def first_by(self, order: str, plan: Plan) -> list[tuple[str, str]]:
        having = f"({self.scored(plan)}) WHERE score IS NOT NULL"
        text = f"SELECT id, shown FROM {having} ORDER BY {order} DESC LIMIT {TOP}"
        return self.base.execute(text).fetchall()

    def newest(self, plan: Plan) -> list[tuple[str, str]]:
        return self.first_by("event", plan)

    def best(self, plan: Plan) -> list[tuple[str, str]]:
        return self.first_by("score", plan)
