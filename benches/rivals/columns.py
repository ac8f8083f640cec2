"""Events as Arrow columns, as DuckDB and polars take them: whole events with lists, and beside them the
small tables that answer questions without touching a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import pyarrow

from .export import Event, Numbers, Tags, day

TEXT = pyarrow.string()
SOURCE = pyarrow.struct([("name", TEXT), ("url", TEXT), ("image", TEXT), ("domain", TEXT)])
RELATED = pyarrow.struct([("id", TEXT), ("title", TEXT), ("tags", pyarrow.list_(TEXT))])
CHANGE = pyarrow.struct([("id", TEXT), ("title", TEXT), ("at", TEXT), ("kind", TEXT)])
EVENTS = pyarrow.schema(
    [
        ("event", pyarrow.int32()),
        ("day", pyarrow.int32()),
        ("superseded", pyarrow.bool_()),
        *(
            (name, TEXT)
            for name in ("id", "title", "kind", "lang", "category", "summary", "cover_image", "author")
        ),
        ("tags", pyarrow.list_(TEXT)),
        ("sources", pyarrow.list_(SOURCE)),
        ("related", pyarrow.list_(RELATED)),
        ("changes", pyarrow.list_(CHANGE)),
    ]
)
POSTINGS = pyarrow.schema([(name, pyarrow.int32()) for name in ("tag", "day", "event")])
LINKS = pyarrow.schema([(name, pyarrow.int32()) for name in ("target", "event")])
TAGS = pyarrow.schema([("tag", pyarrow.int32()), ("folded", TEXT), ("shown", TEXT)])
# Events turned into columns in one go; as Python objects they take ten times the room.
BATCH = 10_000


@dataclass
class Columns:
    events: pyarrow.Table
    # Events that are not superseded, by tag, day and number.
    postings: pyarrow.Table
    # Events that are not superseded, by what they link to.
    links: pyarrow.Table
    tags: pyarrow.Table


def batches(events: Iterable[Event]) -> Iterator[list[Event]]:
    found = iter(events)
    while batch := list(islice(found, BATCH)):
        yield batch


def row(event: Event, number: int) -> dict[str, Any]:
    return {**event, "event": number, "day": day(event)}


def columns(events: Iterable[Event]) -> Columns:
    pages, tags = Numbers(), Tags()
    whole, postings = [], []
    # Events are numbered in their order; what they link to may come later, or never.
    linked: list[tuple[str, int]] = []
    number = 0
    for batch in batches(events):
        rows = []
        for event in batch:
            number += 1
            pages[event["id"]] = number
            rows.append(row(event, number))
            taken = tags.take(event)
            if not event["superseded"]:
                postings.extend((tag, rows[-1]["day"], number) for tag, _, _ in taken)
                linked.extend((target, number) for target in {link["id"] for link in event["related"]})
        whole.append(pyarrow.Table.from_pylist(rows, EVENTS))
    links = sorted((pages[target], event) for target, event in linked)
    return Columns(
        events=pyarrow.concat_tables(whole),
        postings=table(sorted(postings), POSTINGS),
        links=table(links, LINKS),
        tags=table(tags.rows(), TAGS),
    )


def table(rows: list[tuple[Any, ...]], schema: pyarrow.Schema) -> pyarrow.Table:
    if not rows:
        return schema.empty_table()
    return pyarrow.table(
        [
            pyarrow.array(values, kind)
            for values, kind in zip(zip(*rows, strict=True), schema.types, strict=True)
        ],
        schema=schema,
    )
