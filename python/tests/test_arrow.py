"""Hits as Arrow: streams, schemas and tables."""

from __future__ import annotations

import dataclasses
import datetime
import json
import pickle
import sys
from pathlib import Path
from typing import Any

import eventstore as es
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

EXAMPLES = Path(__file__).parents[2] / "examples" / "archive"
COLUMNS = [
    "id",
    "date",
    "categories",
    "title",
    "summary",
    "tags",
    "sources",
    "related",
    "cover_image",
    "changes",
    "authors",
    "kind",
    "lang",
    "superseded",
    "draft",
    "time",
    "offset",
]


@pytest.fixture
def store() -> es.Store:
    store = es.memory()
    store.add(
        es.Event(
            id=f"2017/03/{day}/{slug}",
            date=datetime.date(2017, 3, day),
            title=f"Title {slug}",
            categories=categories,
            summary="A summary.",
            tags=tags,
            sources=[es.Source("A paper", "https://www.paper.example/1", None)],
            related=[es.Related("2017/03/2/a", "Title a", ["Sea"])] if slug == "c" else [],
        )
        for day, slug, categories, tags in [
            (2, "a", [], ["Sea", "Storm"]),
            (9, "b", [], []),
            (9, "c", ["Sport"], ["Sea"]),
        ]
    )
    return store


def as_dict(event: es.Event) -> dict[str, Any]:
    """An event as a row of a table has it."""
    row = {name: getattr(event, name) for name in COLUMNS}
    for name in ("categories", "tags", "authors"):
        row[name] = list(row[name])
    row["sources"] = [
        {"name": s.name, "url": s.url, "domain": s.domain, "image": s.image} for s in event.sources
    ]
    row["related"] = [{"id": r.id, "title": r.title, "tags": list(r.tags)} for r in event.related]
    row["changes"] = [{"id": c.id, "title": c.title, "at": c.at, "kind": c.kind} for c in event.changes]
    return row


def test_a_table_has_every_column_and_row(store: es.Store) -> None:
    hits = store.query()
    table = hits.to_arrow()
    assert table.column_names == COLUMNS
    assert table.to_pylist() == [as_dict(event) for event in hits]
    assert table.schema.field("date").type == pa.date32()
    assert table.schema.field("tags").type == pa.list_(pa.field("item", pa.string()))
    table.validate(full=True)


def test_the_archive_is_the_same_in_columns() -> None:
    store = es.memory()
    store.ingest(EXAMPLES)
    hits = store.query("superseded:yes")
    rows = hits.to_arrow().to_pylist()
    assert len(rows) > 40
    assert rows == [as_dict(event) for event in hits]


def test_a_markdown_archive_is_the_same_in_columns() -> None:
    store = es.memory()
    store.ingest(EXAMPLES.parent / "blog")
    hits = store.query("draft:yes undated:yes")
    table = hits.to_arrow([*COLUMNS, "meta", "body"])
    wanted = [as_dict(event) | {"body": event.body} for event in hits]
    metas = [json.loads(text or "{}") for text in table["meta"].to_pylist()]
    assert metas == [dict(event.meta) for event in hits]
    assert table.drop_columns("meta").to_pylist() == wanted
    assert table["time"].type == pa.time64("us")
    assert sum(row["time"] is not None for row in wanted) == 3
    assert "body" not in hits.to_arrow().column_names


def test_columns_are_chosen_by_name_and_come_in_that_order(store: es.Store) -> None:
    hits = store.query("tag:sea").order("-date")
    table = hits.to_arrow(["title", "id"])
    assert table.to_pydict() == {
        "title": ["Title c", "Title a"],
        "id": ["2017/03/9/c", "2017/03/2/a"],
    }
    assert hits.to_arrow("tags").to_pydict() == {"tags": [["Sea", "Sport"], ["Sea", "Storm"]]}
    assert hits[1:].to_arrow(column for column in ("date",)).to_pydict() == {
        "date": [datetime.date(2017, 3, 2)]
    }


def test_a_wrong_column_is_told(store: es.Store) -> None:
    hits = store.query()
    with pytest.raises(es.ParseError, match=r'"titel" is no column; there are id, date'):
        hits.to_arrow(["titel"])  # type: ignore[list-item]
    with pytest.raises(es.InvalidError, match="id is named twice"):
        hits.to_arrow(["id", "id"])
    with pytest.raises(es.InvalidError, match="no column is named"):
        hits.to_arrow([])
    with pytest.raises(TypeError, match="named by a str, not int"):
        hits.to_arrow([1])  # type: ignore[list-item]


def test_pyarrow_and_polars_take_hits_as_they_are(store: es.Store) -> None:
    hits = store.query("2017-03-09")
    assert pa.table(hits).equals(hits.to_arrow())
    assert pa.schema(hits) == hits.to_arrow().schema
    assert pa.RecordBatchReader.from_stream(hits).read_all().num_rows == 2
    frame = pl.DataFrame(hits)
    assert frame["title"].to_list() == ["Title b", "Title c"]
    assert frame.schema["date"] == pl.Date
    assert frame.explode("tags")["tags"].to_list() == ["Sea", "Sport"]


def test_pandas_gets_columns_or_is_told_how(store: es.Store) -> None:
    hits = store.query()
    frame = pd.DataFrame.from_arrow(hits)
    assert list(frame.columns) == COLUMNS
    assert list(frame["title"]) == ["Title a", "Title b", "Title c"]
    for call in (pd.DataFrame, pd.Series, np.asarray, np.array):
        with pytest.raises(TypeError, match=r"pd\.DataFrame\.from_arrow\(hits\)"):
            call(hits)


def test_an_empty_answer_has_its_columns(store: es.Store) -> None:
    table = store.query("1999").to_arrow()
    assert (table.num_rows, table.column_names) == (0, COLUMNS)


def test_without_pyarrow_the_streams_still_flow(store: es.Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(es.MissingDependencyError, match="pip install pyarrow") as caught:
        store.query().to_arrow()
    assert caught.value.name == "pyarrow"
    assert pl.DataFrame(store.query()).height == 3


def test_a_stream_stays_with_its_state_and_keeps_the_store_open(store: es.Store) -> None:
    hits = es.memory().query()
    assert pa.table(hits).num_rows == 0
    reader = pa.RecordBatchReader.from_stream(store.query("tag:sea"))
    store.remove("2017/03/2/a")
    assert reader.read_all().num_rows == 2
    assert store.query("tag:sea").to_arrow().num_rows == 1


def test_a_closed_store_gives_no_table(store: es.Store) -> None:
    hits = store.query()
    store.close()
    with pytest.raises(es.ClosedError):
        hits.to_arrow()
    with pytest.raises(es.ClosedError):
        pa.table(hits)


def test_similar_events_are_columns_frames_and_files(tmp_path):
    store = es.sample()
    event = store.query("tag:Saltby").first()
    similar = store.similar(event, top=4)
    rows = [{"id": one.id, "date": one.date, "title": one.title, "shared": one.shared} for one in similar]
    assert len(rows) == 4
    assert similar.to_arrow().to_pylist() == pa.table(similar).to_pylist() == rows
    assert similar.to_polars().to_dicts() == pl.DataFrame(similar).to_dicts() == rows
    assert [dataclasses.asdict(one) for one in similar[:2]] == rows[:2]
    assert similar.write(tmp_path / "similar.parquet") == 4
    assert pl.read_parquet(tmp_path / "similar.parquet").to_dicts() == rows
    with pytest.raises(TypeError, match="to_pandas"):
        np.asarray(similar)
    assert pickle.loads(pickle.dumps(similar)) == similar == es.SimilarEvents(event.id, list(similar))
    assert not hasattr(similar, "plot")
    assert repr(similar).startswith(f"<SimilarEvents of {event.id}, 4 items>\ndate")
