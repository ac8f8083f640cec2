"""What packages beside those of the tests make of answers: the rest of the guide's table.

`make neighbours` runs it. They are many and large, so they have an environment of their own, outside CI.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import eventstore as es
import pytest
from test_consumers import GUIDE, answers, made_store, plain_rows, rows_of


@pytest.fixture(scope="module")
def store() -> es.Store:
    return made_store()


def dicts(table: Any) -> list[dict[str, Any]]:
    """The rows of what pyarrow takes."""
    import pyarrow

    return pyarrow.table(table).to_pylist()


def datafusion(hits: Any, folder: Path) -> list[dict[str, Any]]:
    from datafusion import SessionContext

    ctx = SessionContext()
    ctx.from_arrow(hits, "events")
    return ctx.sql("select * from events").to_arrow_table().to_pylist()


def ibis(hits: Any, folder: Path) -> list[dict[str, Any]]:
    import ibis

    return ibis.memtable(hits).to_pyarrow().to_pylist()


def narwhals(hits: Any, folder: Path) -> list[dict[str, Any]]:
    import narwhals

    return narwhals.from_arrow(hits, backend="polars").rows(named=True)


def untimed(answer: Any) -> Any:
    """The answer without `time`, for which Delta Lake has no type."""
    if not isinstance(answer, es.Hits):
        return answer
    return answer.select(name for name in answer[:0].to_arrow().column_names if name != "time")


def deltalake(hits: Any, folder: Path) -> list[dict[str, Any]]:
    import deltalake

    path = str(folder / "table")
    deltalake.write_deltalake(path, untimed(hits))
    return dicts(deltalake.DeltaTable(path).to_pyarrow_table())


def daft(hits: Any, folder: Path) -> list[dict[str, Any]]:
    import daft

    return daft.from_arrow(hits).to_arrow().to_pylist()


CALLS: dict[str, tuple[Callable[[Any, Path], list[dict[str, Any]]], str]] = {
    "datafusion": (datafusion, '`ctx.from_arrow(hits, "events")`'),
    "ibis-framework": (ibis, "`ibis.memtable(hits)`"),
    "narwhals": (narwhals, '`narwhals.from_arrow(hits, backend="polars")`'),
    "deltalake": (deltalake, "`deltalake.write_deltalake(path, selection)`"),
    "daft": (daft, "`daft.from_arrow(hits)`"),
}


@pytest.mark.parametrize("package", CALLS)
def test_each_answer_is_read_twice_with_equal_rows(store: es.Store, package: str, tmp_path: Path) -> None:
    assert importlib.metadata.version(package)
    read, call = CALLS[package]
    assert call in GUIDE
    for name, answer in answers(store).items():
        expected = rows_of(untimed(answer) if package == "deltalake" else answer)
        for time in "12":
            folder = tmp_path / (name + time)
            folder.mkdir()
            assert plain_rows(read(answer, folder)) == expected, name


def test_a_delta_table_begun_with_hits_takes_frames(store: es.Store, tmp_path: Path) -> None:
    import deltalake

    path, selection = str(tmp_path / "table"), untimed(store.query("2017"))
    deltalake.write_deltalake(path, selection)
    deltalake.write_deltalake(path, selection.to_polars(), mode="append")
    deltalake.write_deltalake(path, selection, mode="append")
    assert deltalake.DeltaTable(path).to_pyarrow_table().num_rows == 3 * len(selection)


def test_charts_and_tables_take_the_frames_that_the_guide_names(store: es.Store) -> None:
    import altair
    import great_tables
    import seaborn.objects as so

    timeline = store.query("2017").timeline("month")
    chart = altair.Chart(timeline.to_polars()).mark_bar().encode(x="start:T", y="count:Q")
    assert '"count"' in chart.to_json()
    assert "2017-03" in great_tables.GT(timeline.to_polars()).as_raw_html()
    assert so.Plot(timeline.to_arrow(), x="count", y="total").add(so.Dot()).plot()
