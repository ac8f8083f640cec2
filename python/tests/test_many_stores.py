"""Several stores read as one, and resolved stores."""

import eventstore as es
import pytest

YEARS = (2015, 2016, 2017)


def event(year, number):
    return es.Event(
        id=f"{year}/03/{number}/a-flood",
        date=f"{year}-03-{number:02}",
        title="A flood",
        summary=f"Water rises for the {number}th time.",
        tags=["River", f"Of {year}"],
    )


@pytest.fixture
def directory(tmp_path):
    for year in YEARS:
        with es.open(tmp_path / str(year)) as store:
            store.add(event(year, number) for number in (2, 5, 9))
    es.commit_stores(tmp_path, [str(year) for year in YEARS])
    return tmp_path


@pytest.fixture
def one():
    store = es.memory()
    store.add(event(year, number) for year in YEARS for number in (2, 5, 9))
    return store


def test_a_directory_answers_as_one_store(directory, one):
    many = es.open_many(directory)
    for query in ("", "2016", "tag:river", "flood -tag:sea", '"9th time"', "2016-03-05"):
        hits, expected = many.query(query), one.query(query)
        assert (hits.ids(), len(hits)) == (expected.ids(), len(expected))
        assert list(hits) == list(expected)
        assert hits.facets("tag") == expected.facets("tag")
        assert list(hits.timeline("month")) == list(expected.timeline("month"))
        assert hits.order("relevance").scores == expected.order("relevance").scores
        assert hits.to_arrow().equals(expected.to_arrow())
    assert many["2017/03/5/a-flood"] == one["2017/03/5/a-flood"]
    assert len(many) == len(one) == 9
    assert str(directory) in repr(many)
    assert es.open_many([directory / "2015", directory / "2017"]).query("tag:river").count() == 6


def test_what_is_done_to_one_store_is_refused(directory):
    many = es.open_many(str(directory))
    calls = [
        lambda: many.add(event(2018, 2)),
        lambda: many.remove("2015/03/2/a-flood"),
        lambda: many.verify(),
        lambda: many.backup(directory / "backup"),
        lambda: many.export(directory / "all.tar.zst"),
    ]
    for call in calls:
        with pytest.raises(es.ManyStoresError, match="each store by itself"):
            call()


def test_mistakes_say_what_to_give(directory):
    with pytest.raises(es.NotAStoreError, match="open_many"):
        es.open(directory)
    with pytest.raises(es.InvalidError, match="no store is given"):
        es.open_many([])
    with pytest.raises(TypeError, match="not int"):
        es.open_many(3)
    with es.open(directory / "2016") as store:
        store.add(event(2015, 2))
    with pytest.raises(es.InvalidError, match="2015/03/2/a-flood stands in"):
        es.open_many([directory / "2015", directory / "2016"])
    with pytest.raises(es.InvalidError, match="list the stores anew"):
        es.open_many(directory)


def test_a_list_is_read_and_replaced(directory):
    listed = es.listed_stores(directory)
    assert listed == ["2015", "2016", "2017"]
    es.commit_stores(directory, listed[1:], replaces=listed)
    with pytest.raises(es.InvalidError, match="has changed since"):
        es.commit_stores(directory, listed, replaces=listed)
    assert len(es.open_many(directory)) == 6
    with pytest.raises(es.InvalidError, match="is a store itself"):
        es.commit_stores(directory / "2015", [])


def test_an_archive_in_the_place_of_a_store_is_told_so(tmp_path):
    archive = tmp_path / "news.tar.gz"
    archive.write_bytes(b"")
    with pytest.raises(es.NotAStoreError, match="is a file"):
        es.open_many(archive)


def test_a_resolved_store_takes_a_stream_of_pages(tmp_path):
    pa = pytest.importorskip("pyarrow")
    source = es.memory()
    source.add(event(2017, number) for number in (2, 5))
    rows = [
        {
            "path": f"news/{event.id}.md",
            "page": source.raw(event.id),
            "tags": ["Given"],
            "superseded": number == 1,
            "twin": False,
            "more": number,
        }
        for number, event in enumerate(source.query())
    ]
    store = es.open(tmp_path / "2017", resolved=True)
    assert store.put_resolved(pa.Table.from_pylist(rows)) == 2
    assert store.query("tag:given").count() == 1
    assert store.query("superseded:only").ids() == [rows[1]["path"][5:-3]]
    assert store.verify(full=True).is_resolved
    for call in (
        lambda: store.add(event(2017, 9)),
        lambda: store.export(tmp_path / "x.tar.zst"),
        lambda: store.put_resolved(pa.Table.from_pylist(rows)),
    ):
        with pytest.raises(es.ResolvedStoreError, match="2017"):
            call()
    with pytest.raises(TypeError, match="no column twin"):
        store.put_resolved(pa.Table.from_pylist(rows).drop(["twin"]))
    with pytest.raises(es.InvalidError, match="no resolved store"):
        source.put_resolved(pa.Table.from_pylist(rows))
