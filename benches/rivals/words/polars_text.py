"""polars: texts as columns in memory, searched by `str.contains`. It knows no words and no relevance."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from .plan import TOP, Plan, Text


class Polars:
    @staticmethod
    def load(events: Iterable[Text], path: Path) -> None:
        path.mkdir()
        rows = [(one.id, one.shown_title, *one.fields, one.tags) for one in events]
        names = ["id", "shown", "title", "summary", "body", "tags"]
        pl.DataFrame(rows, schema=names, orient="row").write_parquet(path / "events.parquet")

    def __init__(self, path: Path) -> None:
        self.events = pl.read_parquet(path / "events.parquet")

    def having(self, pattern: str) -> pl.Expr:
        return pl.any_horizontal(pl.col("title", "summary", "body").str.contains(pattern))

    def word(self, word: str) -> pl.Expr:
        return self.having(rf"\b{word}\b")

    def number_of(self, condition: pl.Expr) -> int:
        return self.events.select(condition.sum()).item()

    def newest_of(self, condition: pl.Expr) -> list[tuple[str, str]]:
        return self.events.filter(condition).tail(TOP).reverse().select("id", "shown").rows()

    def count(self, plan: Plan) -> int:
        return self.number_of(self.word(plan.word))

    def newest(self, plan: Plan) -> list[tuple[str, str]]:
        return self.newest_of(self.word(plan.word))

    def two_and_tag(self, plan: Plan) -> list[tuple[str, str]]:
        tag = pl.col("tags").list.contains(plan.tag)
        return self.newest_of(tag & self.word(plan.word) & self.word(plan.other))

    def phrase(self, plan: Plan) -> int:
        return self.number_of(self.word(" ".join(plan.phrase)))

    def facets(self, plan: Plan) -> list[tuple[str, int]]:
        tags = self.events.filter(self.word(plan.word)).select(pl.col("tags").explode().drop_nulls())
        counts = tags.group_by("tags").len().sort(["len", "tags"], descending=[True, False])
        return counts.head(TOP).rows()

    def prefix(self, plan: Plan) -> int:
        return self.number_of(self.having(rf"\b{plan.prefix}"))
