"""eventstore: questions go in as text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import eventstore

from .plan import TOP, Plan


class Ours:
    def __init__(self, path: Path) -> None:
        self.store = eventstore.open(path)

    def rows(self, hits: Any) -> list[tuple[str, str]]:
        """Id and title as columns: whole events are not asked for."""
        columns = hits[:TOP].to_arrow(columns=["id", "title"]).to_pydict()
        return list(zip(columns["id"], columns["title"], strict=True))

    def count(self, plan: Plan) -> int:
        return len(self.store.query(plan.word))

    def newest(self, plan: Plan) -> list[tuple[str, str]]:
        return self.rows(self.store.query(plan.word).order("-date"))

    def two_and_tag(self, plan: Plan) -> list[tuple[str, str]]:
        return self.rows(self.store.query(f'{plan.word} {plan.other} tag:"{plan.tag}"').order("-date"))

    def best(self, plan: Plan) -> list[tuple[str, str]]:
        return self.rows(self.store.query(plan.word).order("relevance"))

    def best_of_two(self, plan: Plan) -> list[tuple[str, str]]:
        return self.rows(self.store.query(f"{plan.word} {plan.other}").order("relevance"))

    def phrase(self, plan: Plan) -> int:
        return len(self.store.query(f'"{" ".join(plan.phrase)}"'))

    def facets(self, plan: Plan) -> list[tuple[str, int]]:
        return [(one.value, one.count) for one in self.store.query(plan.word).facets("tags", TOP)]

    def prefix(self, plan: Plan) -> int:
        return len(self.store.query(f"{plan.prefix}*"))

    def pair(self, plan: Plan) -> int:
        return len(self.store.query(plan.pair))
