"""Selections, timelines and facets as columns: frames, streams that can be read again, and files."""

from __future__ import annotations

import csv
import dataclasses
import datetime
import json
import pickle
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import eventstore as es
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet
import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def store() -> es.Store:
    store = es.memory()
    store.ingest(EXAMPLES / "archive")
    store.ingest(EXAMPLES / "blog")
    return store


@pytest.fixture
def hits(store: es.Store) -> es.Hits:
    return store.query("superseded:yes draft:yes undated:yes")


def answers(store: es.Store) -> list[Any]:
    """One of each kind of answer that has columns, and the same without rows."""
    found = []
    for query in ("superseded:yes", "1999"):
        hits = store.query(query)
        found += [
            hits,
            hits.select("date", "sources.domain", "tags"),
            hits.timeline("year"),
            hits.timeline("year", split="tag"),
            hits.facets("tag"),
        ]
    nothing = es.memory()
    return [*found, nothing.timeline(), nothing.timeline(split="tag"), nothing.facets("tag")]


def test_a_selection_has_just_its_columns(hits: es.Hits) -> None:
    selection = hits.select("title", "sources.domain", "tag")
    assert selection.columns == ("title", "sources.domain", "tags")
    assert len(selection) == len(hits)
    assert selection.hits.query == hits.query
    rows = selection.to_arrow().to_pylist()
    expected = [(e.title, [source.domain for source in e.sources], list(e.tags)) for e in hits]
    assert [tuple(row.values()) for row in rows] == expected
    assert pa.schema(selection).names == list(selection.columns)
    assert hits.select(["title", "id"]).columns == ("title", "id")
    assert hits.select("id").columns == ("id",)
    assert repr(hits[:2].select("id", "date")).startswith("<Selection of id, date from <Hits 2 of Query(")


def test_a_star_is_every_column_also_the_long_ones(hits: es.Hits) -> None:
    table = hits.select("*").to_arrow()
    assert table.column_names[-2:] == ["meta", "body"]
    assert table["body"].to_pylist() == [event.body for event in hits]


def test_what_is_no_column_is_told_with_those_that_there_are(hits: es.Hits) -> None:
    with pytest.raises(es.ParseError, match="there are id, date") as caught:
        hits.select("titel")  # type: ignore[arg-type]
    assert caught.value.hint == "did you mean title?"
    with pytest.raises(es.ParseError, match=r"there are sources\.name, sources\.url"):
        hits.select("id", "sources.host")  # type: ignore[arg-type]
    with pytest.raises(es.InvalidError, match="no column is named"):
        hits.select()
    with pytest.raises(TypeError, match="named by a str, not int"):
        hits.select("id", 1)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="a str or several, not int"):
        hits.select(1)  # type: ignore[arg-type]


def test_each_answer_is_read_again_with_equal_rows(store: es.Store) -> None:
    for answer in answers(store):
        first = pa.table(answer)
        assert pa.table(answer).equals(first)
        assert pa.schema(answer) == first.schema
        assert answer.to_arrow().equals(first)
        frame = pl.DataFrame(answer)
        assert frame.equals(answer.to_polars())
        assert frame.columns == first.column_names
        assert frame.height == first.num_rows
        pd.testing.assert_frame_equal(answer.to_pandas(), answer.to_pandas())
        assert list(answer.to_pandas().columns) == first.column_names


def test_timelines_and_facets_have_their_records_as_rows(store: es.Store) -> None:
    timeline = store.query("tag:*").timeline("month")
    fields = ("label", "start", "end", "count", "total", "share")
    rows = [tuple(getattr(bucket, field) for field in fields) for bucket in timeline]
    assert len(rows) > 12
    assert [tuple(row.values()) for row in timeline.to_arrow().to_pylist()] == rows
    assert timeline.to_polars().rows() == rows
    split = store.query("tag:*").timeline("month", split="domain", top=2)
    of_split = ("label", "start", "end", "value", "count", "total", "share")
    rows = [tuple(getattr(bucket, field) for field in of_split) for bucket in split]
    assert len(rows) == 3 * len(timeline)
    assert split.to_polars().rows() == rows
    assert pd.DataFrame(split[:3])["value"].to_list()[:2] == [bucket.value for bucket in split[:2]]
    wide = split.to_polars().pivot("value", index="label", values="count")
    assert wide.height == len(timeline)
    assert wide.columns[1:3] == [count.value for count in store.query("tag:*").facets("domain", top=2)]
    facets = store.facets("tag", top=5)
    assert facets.to_polars().rows() == [(count.value, count.count) for count in facets]
    # A list of records makes a frame by itself.
    assert pd.DataFrame(list(timeline)).columns.to_list() == list(fields)
    assert pd.DataFrame(timeline[2:4])["count"].to_list() == [bucket.count for bucket in timeline[2:4]]
    assert [tuple(dataclasses.asdict(count).values()) for count in facets] == facets.to_polars().rows()
    assert dataclasses.replace(facets[0], count=0) == es.Count(facets[0].value, 0)
    # What went through pickle has no store behind it.
    for answer in (timeline, split, facets):
        assert pickle.loads(pickle.dumps(answer)).to_arrow().equals(answer.to_arrow())


def test_the_days_of_pandas_are_days_from_the_year_1_on() -> None:
    store = es.memory()
    days = ["0001-01-01", "2017-03-02", "9999-12-31"]
    pages = {f"posts/{day}.md": f"---\ntitle: T\ndate: {day}\n---\nText.\n".encode() for day in days}
    store.ingest(pages | {"posts/undated.md": b"---\ntitle: U\n---\nText.\n"})
    hits = store.query("undated:yes")
    for frame in (hits.to_pandas(), hits.select("date").to_pandas(), hits.to_pandas(["date"])):
        assert frame["date"].dtype.kind == "M"
        dates = frame["date"].dropna()
        assert list(dates.dt.strftime("%Y-%m-%d")) == days or list(dates.dt.year) == [1, 2017, 9999]
        assert frame["date"].isna().sum() == 1
    timeline = store.query("2017").timeline("month").to_pandas()
    assert timeline["start"].dtype.kind == timeline["end"].dtype.kind == "M"
    assert timeline.set_index("start").resample("YS")["count"].sum().to_list() == [1]


@pytest.mark.parametrize(
    ("method", "package"), [("to_arrow", "pyarrow"), ("to_polars", "polars"), ("to_pandas", "pandas")]
)
def test_a_package_that_is_missing_is_told_with_the_line_that_installs_it(
    store: es.Store, monkeypatch: pytest.MonkeyPatch, method: str, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    hits = store.query()
    for answer in (hits, hits.select("id"), hits.timeline(), hits.timeline(split="tag"), hits.facets("tag")):
        with pytest.raises(es.MissingDependencyError, match=f"pip install {package}") as caught:
            getattr(answer, method)()
        assert caught.value.name == package
        assert isinstance(caught.value, ImportError)


def test_pandas_without_pyarrow_is_told_as_that(store: es.Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(es.MissingDependencyError, match="to_pandas reads columns with pyarrow"):
        store.query().to_pandas()


def test_an_answer_is_no_array_and_says_what_to_write(store: es.Store) -> None:
    hits = store.query()
    for answer in (hits, hits.select("id"), hits.timeline(), hits.timeline(split="tag"), hits.facets("tag")):
        name = type(answer).__name__.lower()
        with pytest.raises(TypeError, match=rf"{name}\.to_pandas\(\)"):
            np.asarray(answer)
    for answer in (hits, hits.timeline(), hits.timeline(split="tag"), hits.facets("tag")):
        with pytest.raises(TypeError, match=r"\.to_pandas\(\)"):
            pd.DataFrame(answer)


def test_a_closed_store_is_told_by_each_frame() -> None:
    store = es.memory()
    store.ingest(EXAMPLES / "archive")
    selection = store.query().select("id")
    store.close()
    for make in (selection.to_arrow, selection.to_polars, selection.to_pandas):
        with pytest.raises(es.ClosedError):
            make()
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(selection)


def test_files_have_the_rows_and_types_of_the_columns(hits: es.Hits, tmp_path: Path) -> None:
    selection = hits.select("*", "sources.domain")
    table = selection.to_arrow()
    assert selection.write(tmp_path / "a.parquet") == len(hits)
    assert pyarrow.parquet.read_table(tmp_path / "a.parquet").cast(table.schema).equals(table)
    assert selection.write(str(tmp_path / "a.arrow")) == len(hits)
    with pa.OSFile(str(tmp_path / "a.arrow")) as file:
        assert pa.ipc.open_file(file).read_all().equals(table)
    # polars reads no times and no small numbers from text, and `meta` is an object there.
    others = ("time", "offset", "meta")
    untimed = hits.select(column for column in selection.columns if column not in others)
    assert untimed.write(tmp_path / "a.ndjson") == len(hits)
    frame = pl.read_ndjson(tmp_path / "a.ndjson", schema=untimed.to_polars().schema)
    assert frame.equals(untimed.to_polars())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.arrow", "a.ndjson", "a.parquet"]


def test_a_csv_can_be_read_back(hits: es.Hits, tmp_path: Path) -> None:
    columns = ("id", "date", "title", "summary", "tags", "sources", "superseded", "offset")
    path = tmp_path / "events.csv"
    hits.select(*columns).write(path, raw_cells=True)
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    events = list(hits)
    assert len(rows) == len(events)
    for row, event in zip(rows, events, strict=True):
        assert (row["id"], row["title"], row["summary"]) == (event.id, event.title, event.summary or "")
        assert json.loads(row["tags"]) == list(event.tags)
        assert [source["url"] for source in json.loads(row["sources"])] == [s.url for s in event.sources]
    frame = pl.read_csv(path, try_parse_dates=True)
    assert frame["date"].to_list() == [event.date for event in events]
    assert frame["offset"].to_list() == [event.offset for event in events]


def test_a_csv_of_one_column_has_a_row_for_each_event(hits: es.Hits, tmp_path: Path) -> None:
    path = tmp_path / "summaries.csv"
    expected = [event.summary or "" for event in hits]
    assert "" in expected
    assert hits.select("summary").write(path, raw_cells=True) == len(expected)
    with path.open(newline="", encoding="utf-8") as file:
        assert [row["summary"] for row in csv.DictReader(file)] == expected
    assert pl.read_csv(path).height == len(expected)
    duckdb = pytest.importorskip("duckdb")
    rows = duckdb.sql(f"select * from read_csv('{path}', header=true, delim=',')").fetchall()
    assert [summary or "" for (summary,) in rows] == expected


def test_a_stream_says_that_meta_is_json(store: es.Store) -> None:
    schema = store.query().select("meta", "meta.series").to_arrow().schema
    assert schema.field("meta").metadata == {b"eventstore:content": b"json"}
    assert schema.field("meta").type == pa.string()
    assert schema.field("meta.series").metadata is None


def test_timelines_and_facets_are_written(store: es.Store, tmp_path: Path) -> None:
    facets = store.facets("tag")
    for timeline in (store.timeline("year"), store.timeline("year", split="tag")):
        assert timeline.write(tmp_path / "years.parquet") == len(timeline)
        assert pyarrow.parquet.read_table(tmp_path / "years.parquet").equals(timeline.to_arrow())
    assert facets.write(tmp_path / "tags.tsv") == len(facets)
    head, first = (tmp_path / "tags.tsv").read_text().splitlines()[:2]
    assert head.split("\t") == ["value", "count"]
    assert first.split("\t") == [facets[0].value, str(facets[0].count)]


def test_another_ending_is_refused_with_those_that_there_are(hits: es.Hits, tmp_path: Path) -> None:
    endings = r"\.csv, \.tsv, \.json, \.ndjson, \.parquet, \.arrow"
    for answer in (hits, hits.select("id"), hits.timeline(), hits.timeline(split="tag"), hits.facets("tag")):
        with pytest.raises(es.InvalidError, match=endings):
            answer.write(tmp_path / "events.xlsx")
    with pytest.raises(es.PathNotFoundError):
        hits.write(tmp_path / "no" / "events.csv")
    assert list(tmp_path.iterdir()) == []


def test_progress_counts_rows_and_ends_the_writing(hits: es.Hits, tmp_path: Path) -> None:
    seen = []
    hits.write(tmp_path / "a.csv", progress=lambda progress: seen.append(progress.pages))
    assert seen[-1] == len(hits)

    def stop(progress: es.Progress) -> None:
        raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        hits.write(tmp_path / "b.csv", progress=stop)
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="no signal can be sent to a thread")
def test_ctrl_c_ends_the_writing_and_leaves_no_file(hits: es.Hits, tmp_path: Path) -> None:
    def interrupt(progress: es.Progress) -> None:
        signal.raise_signal(signal.SIGINT)

    assert threading.current_thread() is threading.main_thread()
    # A shell that starts the tests in the background has them ignore it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            hits.write(tmp_path / "a.parquet", progress=interrupt)
    finally:
        signal.signal(signal.SIGINT, before)
    assert list(tmp_path.iterdir()) == []


def test_nothing_heavy_is_loaded_before_it_is_needed(tmp_path: Path) -> None:
    code = (
        "import sys, eventstore as es; hits = es.memory().query(); "
        "hits.select('id').write('a.parquet'); hits.timeline().write('b.csv'); "
        "print(*{'pandas', 'polars', 'pyarrow', 'numpy'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert run.stdout.strip() == ""


def test_a_day_of_an_event_is_a_day_of_each_frame(hits: es.Hits) -> None:
    days = [event.date for event in hits]
    assert hits.to_polars()["date"].to_list() == days
    assert hits.to_arrow()["date"].to_pylist() == days
    of_pandas = [None if pd.isna(day) else day.date() for day in hits.to_pandas()["date"]]
    assert of_pandas == days
    assert any(isinstance(day, datetime.date) for day in days)


ALL = "superseded:yes draft:yes undated:yes"


def test_columns_go_back_into_a_store_with_equal_events(store: es.Store, hits: es.Hits) -> None:
    of_events = es.memory()
    of_events.add(hits)
    expected = list(of_events.query(ALL))
    assert len(expected) == len(hits)
    duckdb = pytest.importorskip("duckdb")
    whole = hits.select("*").to_arrow()
    for stream in (
        hits.select("*"),
        whole,
        whole.to_reader(max_chunksize=7),
        hits.select("*").to_polars(),
        hits.select("*").to_pandas(),
        duckdb.sql("select * from whole order by id desc"),
    ):
        other = es.memory()
        report = other.add(stream)
        assert report.added + report.undated == len(hits)
        assert list(other.query(ALL)) == expected
        assert other.facets("tag") == of_events.facets("tag")


def test_a_frame_changes_what_it_has_and_the_store_keeps_the_rest() -> None:
    store = es.memory()
    store.ingest(EXAMPLES / "blog")
    before = {event.id: event for event in store.query(ALL)}
    frame = store.query(ALL).to_polars(["id", "title"])
    store.add(frame.with_columns(title=pl.col("title") + "!"))
    for event in store.query(ALL):
        old = before[event.id]
        assert (event.title, event.body, event.tags) == (old.title + "!", old.body, old.tags)
        assert dict(event.meta) == dict(old.meta)
    made = pl.DataFrame({"id": ["2020/01/5/a"], "date": [datetime.date(2020, 1, 5)], "title": ["A"]})
    assert store.add(made).added == 1
    assert store["2020/01/5/a"].date == datetime.date(2020, 1, 5)


def test_a_filtered_frame_and_one_with_nulls_go_back(store: es.Store) -> None:
    frame = store.query(ALL).select("*").to_pandas()
    english = frame[frame.lang == "en"].sort_values("title")
    other = es.memory()
    report = other.add(english)
    assert report.added + report.undated == len(english)
    assert sorted(other.query(ALL).ids()) == sorted(english.id)
    joined = pl.DataFrame({"id": ["2020/01/5/a"], "date": [datetime.date(2020, 1, 5)], "title": ["A"]})
    tags = pl.Series("tags", [None], dtype=pl.List(pl.String))
    assert other.add(joined.with_columns(tags)).added == 1
    assert other["2020/01/5/a"].tags == ()
    with pytest.raises(es.InvalidError, match="title"):
        other.add(joined.with_columns(title=pl.lit(None, pl.String)))


def test_days_as_texts_are_taken_from_every_frame() -> None:
    columns = {"id": ["2020/01/5/a"], "date": ["2020-01-05"], "title": ["A"]}
    for frame in (pl.DataFrame(columns), pd.DataFrame(columns), pa.table(columns)):
        store = es.memory()
        assert store.add(frame).added == 1
        assert store["2020/01/5/a"].date == datetime.date(2020, 1, 5)


def test_a_stream_that_lacks_what_a_new_page_needs_is_refused(store: es.Store) -> None:
    other = es.memory()
    pages = store.query("kind:page")
    for stream in (pages.select(*pages.to_arrow().column_names), pages.to_arrow(), pages.to_polars()):
        with pytest.raises(es.InvalidError, match=r"a new event needs the column body"):
            other.add(stream)
    with pytest.raises(es.ParseError, match='"titel" is no column'):
        other.add(pl.DataFrame({"id": ["2017/03/2/a"], "titel": ["A"]}))
    with pytest.raises(es.InvalidError, match="no column id"):
        other.add(pl.DataFrame({"title": ["A"]}))
    with pytest.raises(TypeError, match=r"column date is .* cannot be cast to date32"):
        other.add(pl.DataFrame({"id": ["2017/03/2/a"], "date": [[1]]}))
    assert len(other) == 0


def test_a_stream_of_another_package_without_pyarrow_is_told_as_that(
    store: es.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = store.query().to_polars(["id"])
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(es.MissingDependencyError, match="pip install pyarrow"):
        es.memory().add(frame)
    other = es.memory()
    assert other.add(store.query("kind:news").select("*")).added > 0


def test_keys_of_meta_are_columns_and_names_may_stand_in_one_text():
    store = es.memory()
    pages = {
        "a.md": b"---\ndate: 2017-03-02\nseries: Ferries\ncover: {alt: A pier}\n---\n",
        "b.md": b"---\ndate: 2017-03-03\nseries: [Ferries, Lamps]\n---\n",
    }
    store.ingest(pages)
    selection = store.query().select("id, meta.series", "meta.cover.alt")
    assert selection.columns == ("id", "meta.series", "meta.cover.alt")
    assert selection.to_arrow().to_pylist() == [
        {"id": "a", "meta.series": "Ferries", "meta.cover.alt": "A pier"},
        {"id": "b", "meta.series": '["Ferries","Lamps"]', "meta.cover.alt": None},
    ]
    assert store.query().to_polars("date, title").columns == ["date", "title"]
