"""Numbers and dates from outside: what is negative or too large is refused in our own words."""

import datetime
import re

import eventstore as es
import numpy as np
import pandas as pd
import pytest

NEGATIVE = [
    (lambda store, n: store.query().page(n), "a page of {} events never ends; ask for at least 1"),
    (lambda store, n: store.query().facets("tags", top=n), "top must be 1 or more, or None for all, not {}"),
    (lambda store, n: store.facets("tags", n), "top must be 1 or more, or None for all, not {}"),
    (lambda store, n: store.tags(top=n), "top must be 1 or more, or None for all, not {}"),
    (lambda store, n: es.open("never made", cache_bytes=n), "cache_bytes must be 0 or more, not {}"),
    *(
        (lambda store, n, name=name: es.Limits(**{name: n}), f"{name} must be 0 or more, not {{}}")
        for name in ("page_bytes", "page_items", "entries", "total_bytes", "depth", "commit_bytes")
    ),
]


@pytest.mark.parametrize(("call", "words"), NEGATIVE)
def test_a_negative_number_is_refused_with_its_name(call, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(es.InvalidError, match=re.escape(words.format(-1))):
        call(es.memory(), -1)
    with pytest.raises(es.InvalidError):
        call(es.memory(), -(10**30))
    with pytest.raises(TypeError):
        call(es.memory(), "1")
    assert list(tmp_path.iterdir()) == []


def test_a_page_of_no_events_is_refused_in_the_same_words():
    with pytest.raises(es.InvalidError, match="a page of 0 events never ends; ask for at least 1"):
        es.memory().query().page(0)


def test_the_most_frequent_none_are_refused_in_the_same_words():
    store = es.memory()
    for call in (store.query().facets, store.facets):
        with pytest.raises(es.InvalidError, match=r"^top must be 1 or more, or None for all, not 0$"):
            call("tags", top=0)


def test_a_huge_number_is_all():
    store = es.memory()
    store.add(es.Event(id="2017/03/2/x", date="2017-03-02", title="X", tags=["Sea"]))
    assert len(store.query().page(10**30).events) == 1
    assert len(store.facets("tags", 10**30)) == 1
    assert len(store.query()[: 10**30]) == len(store.query()[-(10**30) :]) == 1
    assert es.Limits(entries=10**30).entries >= 2**62


def test_dates_of_numpy_and_pandas_are_dates():
    days = [
        np.datetime64("2017-03-02"),
        np.datetime64("2017-03-02T23:59"),
        np.datetime64("2017-03-02T23:59:59", "ns"),
        pd.Timestamp("2017-03-02 23:59"),
        np.array(["2017-03-02"], dtype="datetime64[D]")[0],
    ]
    for day in days:
        assert es.Event(id="2017/03/2/x", date=day, title="X").date == datetime.date(2017, 3, 2)
        assert es.Query(since=day, until=day) == es.Query("2017-03-02")
    assert es.Query(since=np.datetime64("2017-03"), until=np.int64(2017)) == es.Query("2017-03..2017")
    with pytest.raises(es.ParseError, match="NaT"):
        es.Query(since=np.datetime64("NaT"))


def test_a_dict_is_no_event_and_the_error_says_how_to_make_one():
    store = es.memory()
    fields = {"id": "2017/03/2/x", "date": "2017-03-02", "title": "X"}
    with pytest.raises(TypeError, match=r"not dict; make one of fields by Event\(\*\*fields\)"):
        store.add(fields)
    with pytest.raises(TypeError, match=r"not dict; make one"):
        store.add([fields])
    assert store.add(es.Event(**fields)).added == 1
