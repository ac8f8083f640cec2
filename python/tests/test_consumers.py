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
Rows = list[tuple[Any, ...]]


@pytest.fixture(scope="module")
def store() -> es.Store:
    store = es.memory()
    store.ingest(PROJECT / "examples" / "archive")
    return store


def answers(store: es.Store) -> dict[str, Any]:
    hits = store.query("2017..2018")
    return {
        "hits": hits,
        "selection": hits.select("date", "title", "sources.domain"),
        "timeline": hits.timeline("month"),
        "split": hits.timeline("month", split="tag"),
        "facets": hits.facets("tag"),
        "nothing": store.query("1999"),
    }


def rows_of(answer: Any) -> Rows:
    """The rows, without a package in between."""
    if isinstance(answer, es.Timeline):
        return [(b.label, b.start, b.end, b.count, b.total, b.share) for b in answer]
    if isinstance(answer, es.SplitTimeline):
        return [(b.label, b.start, b.end, b.value, b.count, b.total, b.share) for b in answer]
    if isinstance(answer, es.Facets):
        return [(count.value, count.count) for count in answer]
    if isinstance(answer, es.Selection):
        return [(e.date, e.title, [s.domain for s in e.sources]) for e in answer.hits]
    return [(event.id, event.date, event.title, list(event.tags)) for event in answer]


def rows_with(answer: Any, rows: list[dict[str, Any]]) -> Rows:
    """Rows of a table, as `rows_of` has them."""
    if isinstance(answer, es.Hits):
        return [(row["id"], row["date"], row["title"], list(row["tags"])) for row in rows]
    return [tuple(row.values()) for row in rows]


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
    if "sources.domain" in frame.columns:
        frame["sources.domain"] = [list(domains) for domains in frame["sources.domain"]]
    rows = frame.astype(object).where(frame.notna(), None) if "share" in frame.columns else frame
    return rows.to_dict("records")


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
            assert rows_with(answer, read(answer)) == expected, name


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
