"""What other packages make of answers: the guide's table of calls, for the packages that are installed.

Each reads hits, a selection, timelines and facets twice and gives the rows that the answers have.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import eventstore as es
import pytest

PROJECT = Path(__file__).parents[2]
GUIDE = (PROJECT / "docs" / "guide.md").read_text(encoding="utf-8")
Rows = list[dict[str, Any]]
# What the columns of each answer are, and of those columns that are lists of records the fields.
EVENT = (
    "id date categories title summary tags sources related cover_image changes authors kind lang "
    "superseded draft time offset"
)
RECORDS = {"sources": "name url domain image", "related": "id title tags", "changes": "id title at kind"}
BUCKET = "label start end count total share"
SPLIT_BUCKET = "label start end value count total share"


@pytest.fixture(scope="module")
def store() -> es.Store:
    return made_store()


def made_store() -> es.Store:
    """Events of every kind: the pages of a blog have times, the others sources and related events."""
    store = es.memory()
    for archive in ("archive", "blog"):
        store.ingest(PROJECT / "examples" / archive)
    return store


def answers(store: es.Store) -> dict[str, Any]:
    hits = store.query("2017..2021 superseded:yes draft:yes")
    return {
        "hits": hits,
        "selection": hits.select("date", "title", "sources.domain"),
        "timeline": hits.timeline("month"),
        "split": hits.timeline("month", split="tag"),
        "facets": hits.facets("tag"),
        "nothing": store.query("1999"),
    }


def rows_of(answer: Any) -> Rows:
    """The rows with all their columns, without a package in between."""
    if isinstance(answer, es.Timeline):
        return [{name: getattr(bucket, name) for name in BUCKET.split()} for bucket in answer]
    if isinstance(answer, es.SplitTimeline):
        return [{name: getattr(bucket, name) for name in SPLIT_BUCKET.split()} for bucket in answer]
    if isinstance(answer, es.Facets):
        return [{"value": count.value, "count": count.count} for count in answer]
    columns = answer.columns if isinstance(answer, es.Selection) else EVENT.split()
    events = answer.hits if isinstance(answer, es.Selection) else answer
    return [{column: plain(value_of(event, column)) for column in columns} for event in events]


def value_of(event: es.Event, column: str) -> Any:
    name, _, field = column.partition(".")
    value = getattr(event, name)
    if field:
        return [getattr(record, field) for record in value]
    if name in RECORDS:
        return [{field: getattr(record, field) for field in RECORDS[name].split()} for record in value]
    return value


def plain(value: Any) -> Any:
    """A value as Python has it: arrays and tuples are lists, and what is no number or no time is None."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if hasattr(value, "__iter__") and not isinstance(value, str):
        return [plain(item) for item in value]
    return value if value == value else None


def plain_rows(rows: list[dict[str, Any]]) -> Rows:
    return [plain(row) for row in rows]


def pyarrow(answer: Any) -> list[dict[str, Any]]:
    import pyarrow

    return pyarrow.table(answer).to_pylist()


def polars(answer: Any) -> list[dict[str, Any]]:
    import polars

    return polars.DataFrame(answer).to_dicts()


def pandas(answer: Any) -> list[dict[str, Any]]:
    frame = answer.to_pandas()
    for name in set(frame.columns) & {"date", "start", "end"}:
        # An empty column is no column of objects either.
        assert frame[name].dtype.kind == "M"
        frame[name] = frame[name].dt.date.astype(object)
    return frame.to_dict("records")


def duckdb(answer: Any) -> list[dict[str, Any]]:
    import duckdb

    relation = duckdb.sql("select * from answer")
    return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]


CALLS: dict[str, tuple[Callable[[Any], list[dict[str, Any]]], str]] = {
    "pyarrow": (pyarrow, "| pyarrow | `pyarrow.table(hits)` |"),
    "polars": (polars, "| polars | `polars.DataFrame(hits)` |"),
    "pandas": (pandas, "| pandas | `hits.to_pandas()` |"),
    "duckdb": (duckdb, '| DuckDB | `duckdb.sql("select count(*) from selection")` |'),
}


@pytest.mark.parametrize("package", CALLS)
def test_each_answer_is_read_twice_with_equal_rows(store: es.Store, package: str) -> None:
    pytest.importorskip(package)
    read, line = CALLS[package]
    assert line in GUIDE
    for name, answer in answers(store).items():
        expected = rows_of(answer)
        assert (name == "nothing") == (expected == [])
        for _ in range(2):
            assert plain_rows(read(answer)) == expected, name


def test_the_rows_that_are_compared_have_a_value_in_each_column(store: es.Store) -> None:
    for name, answer in answers(store).items():
        if name != "nothing":
            rows = rows_of(answer)
            # An empty text, list or number would hide what a package makes of one.
            assert [column for column in rows[0] if not any(row[column] for row in rows)] == [], name


class Counted:
    """A stream that counts how often it is asked for."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.streams = 0

    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        self.streams += 1
        return self.answer.__arrow_c_stream__(requested_schema)

    def __arrow_c_schema__(self) -> Any:
        return self.answer.__arrow_c_schema__()


def test_a_query_of_duckdb_reads_one_stream(store: es.Store) -> None:
    duckdb = pytest.importorskip("duckdb")
    for name, answer in answers(store).items():
        counted = Counted(answer)
        connection = duckdb.connect()
        connection.register("view", counted)
        counted.streams = 0
        for asked in range(1, 4):
            (count,) = connection.sql("select count(*) from view").fetchall()
            assert (count, counted.streams) == ((len(rows_of(answer)),), asked), name
        connection.sql("describe view").fetchall()
        assert counted.streams == 3


def test_what_misleads_does_so_as_the_guide_says(store: es.Store) -> None:
    pl = pytest.importorskip("polars")
    pd = pytest.importorskip("pandas")
    hits = store.query()
    for call in (
        "`pandas.DataFrame(hits)` is refused",
        "`polars.from_arrow(hits)` is a series of records",
        "`polars.scan_arrow_c_stream(hits)` is empty when it is collected again",
        "`pandas.DataFrame.from_arrow(hits)` are objects",
        '`frame.explode("tags")` drops events without tags',
    ):
        assert call in GUIDE
    with pytest.raises(TypeError, match=r"to_pandas\(\)"):
        pd.DataFrame(hits)
    assert isinstance(pl.from_arrow(hits), pl.Series)
    lazy = pl.scan_arrow_c_stream(hits)
    assert [lazy.collect().height, lazy.collect().height] == [len(hits), 0]
    assert pd.DataFrame.from_arrow(hits.select("date"))["date"].dtype == object
    es_memory = es.memory()
    es_memory.add(es.Event(id="2017/03/2/a", date="2017-03-02", title="A"))
    frame = pl.DataFrame(es_memory.query())
    assert frame.explode("tags").height == 0
    assert frame.explode("tags", empty_as_null=True).height == 1


def watched(monkeypatch: pytest.MonkeyPatch) -> list[tuple[tuple[str, ...], int]]:
    """Which columns and how many events each lazy read asks for, from now on."""
    scan = importlib.import_module("eventstore._polars")
    seen: list[tuple[tuple[str, ...], int]] = []
    register = importlib.import_module("polars.io.plugins").register_io_source

    def spying(source: Any, **keywords: Any) -> Any:
        def spy(columns: list[str] | None, predicate: Any, n_rows: int | None, size: int | None) -> Any:
            frames = list(source(columns, predicate, n_rows, size))
            asked = tuple(frames[0].columns)
            seen.append((asked, sum(frame.height for frame in frames)))
            return iter(frames)

        return register(spy, **keywords)

    monkeypatch.setattr("polars.io.plugins.register_io_source", spying)
    assert scan.scan
    return seen


def test_a_lazy_frame_of_polars_reads_what_its_query_needs(
    store: es.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    pl = pytest.importorskip("polars")
    seen = watched(monkeypatch)
    hits = store.query()
    lazy = hits.scan_polars()
    frame = hits.to_polars()
    for _ in range(2):
        assert lazy.collect().equals(frame)
    assert lazy.collect_schema() == frame.schema
    del seen[:]
    assert lazy.select("title", "date").collect().equals(frame.select("title", "date"))
    assert lazy.head(3).collect().equals(frame.head(3))
    assert seen == [(("date", "title"), len(hits)), (tuple(frame.columns), 3)] or seen == [
        (("title", "date"), len(hits)),
        (tuple(frame.columns), 3),
    ]
    late = pl.col("date") >= pl.date(2018, 1, 1)
    for query in (
        lambda rows: rows.filter(late),
        lambda rows: rows.filter(late).head(3),
        lambda rows: rows.head(30).filter(late),
        lambda rows: rows.filter(late).select("title").tail(2),
        lambda rows: rows.select(pl.len()),
        lambda rows: rows.slice(5, 4),
    ):
        assert query(lazy).collect().equals(query(frame))
    assert store.query("1999").scan_polars().collect().equals(store.query("1999").to_polars())
    narrow = hits[:10].select("id", "sources.domain").scan_polars()
    assert narrow.collect().equals(hits[:10].select("id", "sources.domain").to_polars())


def test_duckdb_hands_columns_to_a_lazy_frame(store: es.Store, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("polars")
    duckdb = pytest.importorskip("duckdb")
    seen = watched(monkeypatch)
    hits = store.query()
    connection = duckdb.connect()
    connection.register("events", hits.scan_polars())
    del seen[:]
    for _ in range(2):
        (row,) = connection.sql("select count(*) from events where title like 'A%'").fetchall()
        assert row == (sum(event.title.startswith("A") for event in hits),)
    assert {columns for columns, _ in seen} == {("title",)}
