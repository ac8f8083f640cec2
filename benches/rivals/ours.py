"""eventstore itself: the archive is its input, so reading and parsing are part of its load."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import eventstore
from measures import letters_of, quoted

from .engine import NEWEST, PAGE, PAGES, TOP, Counts, Months, Whole
from .export import Plan


def read_whole(found: Any) -> Whole:
    total, ids = 0, []
    for event in found:
        total += letters_of(event)
        ids.append(event.id)
    return total, ids


def top(facets: eventstore.Facets) -> Counts:
    return [(facet.value, facet.count) for facet in facets]


class Ours:
    """Questions go in as text, so reading the text is part of each."""

    def __init__(self, path: Path) -> None:
        self.store = eventstore.open(path)

    @staticmethod
    def load(archive: Path, path: Path) -> None:
        with eventstore.open(path) as store:
            store.ingest(archive)

    def close(self) -> None:
        self.store.close()

    def second(self, archive: Path) -> None:
        report = self.store.ingest(archive)
        if report.added or report.changed or report.removed:
            raise ValueError(f"the same archive again is no news, but: {report}")

    def update(self, archive: Path) -> None:
        report = self.store.ingest(archive)
        if not report.changed or report.failed or report.added:
            raise ValueError(f"changed pages were expected, but: {report}")

    def size(self) -> int:
        return len(self.store)

    def gets(self, ids: list[str]) -> Whole:
        return read_whole(self.store[id] for id in ids)

    # One question for many ids needs no other way.
    gets_batch = gets

    def month(self, plan: Plan) -> Whole:
        return read_whole(self.store.query(plan.month))

    def count(self, plan: Plan) -> int:
        return self.store.query(f"tag:{quoted(plan.tags[0])}").count()

    def newest(self, plan: Plan) -> Whole:
        tags = f"tag:{quoted(plan.tags[0])} tag:{quoted(plan.tags[1])}"
        return read_whole(self.store.query(f"{tags} {plan.since}..{plan.year}").order("-date")[:NEWEST])

    def any_of(self, plan: Plan) -> int:
        some = ",".join(map(quoted, plan.tags[2:12]))
        none = ",".join(map(quoted, plan.tags[:2]))
        return self.store.query(f"tag:({some}) -tag:({none}) {plan.year}").count()

    def timeline(self, plan: Plan) -> Months:
        buckets = self.store.query(f"tag:{quoted(plan.tags[0])}").timeline("month")
        return [(bucket.label, bucket.count) for bucket in buckets if bucket.count]

    def facets_year(self, plan: Plan) -> Counts:
        return top(self.store.query(str(plan.year)).facets("tags", top=TOP))

    def facets_tag(self, plan: Plan) -> Counts:
        return top(self.store.query(f"tag:{quoted(plan.tags[0])}").facets("tags", top=TOP))

    def pages(self, plan: Plan) -> Whole:
        """By token, which is for another request: each page is asked for by the text of the query."""
        token, total, ids = None, 0, []
        for _ in range(PAGES):
            page = self.store.query(f"tag:{quoted(plan.tags[0])}").page(PAGE, after=token)
            found, read = read_whole(page.events)
            total += found
            ids += read
            token = page.next
            if token is None:
                break
        return total, ids

    def links(self, ids: list[str]) -> int:
        return sum(self.store.referring(id).count() for id in ids)

    links_batch = links

    def arrow(self) -> Any:
        return self.store.query().to_arrow(["id", "date", "title", "categories", "tags"])
