"""Charts of timelines and facets, by the packages that are installed; `make neighbours` has altair."""

from __future__ import annotations

import sys

import eventstore as es
import pytest


@pytest.fixture
def store():
    with es.memory() as store:
        store.add(
            es.Event(
                id=f"2017/{month:02}/1/a",
                date=f"2017-{month:02}-01",
                title="A",
                tags=["a.b", "$x$"][: month % 3],
            )
            for month in (1, 2, 4)
        )
        yield store


def answers(store):
    return [
        store.timeline("month"),
        store.facets("tags"),
        store.query("tag:none").facets("tags"),
        store.timeline("month", split="tags"),
    ]


def values_of(chart):
    """The one set of values of an altair chart as it is written."""
    (values,) = chart.to_dict()["datasets"].values()
    return values


def test_without_a_package_the_error_says_which_to_install(store, monkeypatch):
    for package in ("altair", "matplotlib"):
        monkeypatch.setitem(sys.modules, package, None)
    for answer in answers(store):
        for backend, package in ((None, "altair"), ("altair", "altair"), ("matplotlib", "matplotlib")):
            with pytest.raises(es.MissingDependencyError, match=f"pip install {package}$") as caught:
                answer.plot(backend)
            assert caught.value.name == package
        with pytest.raises(es.InvalidError, match="backend is 'altair', 'matplotlib' or None, not"):
            answer.plot(backend="seaborn")


def test_altair_gets_plain_values_and_draws_every_count(store):
    altair = pytest.importorskip("altair")
    timeline, facets, nothing, split = answers(store)
    chart = timeline.plot()
    assert isinstance(chart, altair.Chart)
    values = values_of(chart)
    assert [(value["start"], value["end"], value["count"]) for value in values] == [
        ("2017-01-01", "2017-02-01", 1),
        ("2017-02-01", "2017-03-01", 1),
        ("2017-03-01", "2017-04-01", 0),
        ("2017-04-01", "2017-05-01", 1),
    ]
    # Bars from nothing to their count, not lines at it.
    assert chart.to_dict()["encoding"]["y2"] == {"datum": 0}
    assert values_of(facets.plot(backend="altair")) == [
        {"value": "a.b", "count": 3},
        {"value": "$x$", "count": 1},
    ]
    # What may be wrong stands above an empty chart.
    assert nothing.plot().to_dict()["title"] == "hint: no event has tag:none"
    assert "title" not in facets.plot().to_dict()
    stacked = split.plot().to_dict()
    assert stacked["title"] == "4 counts of 3 events: one for each tag of an event"
    assert stacked["encoding"]["color"]["scale"] == {
        "domain": ["a.b", "$x$"],
        "range": ["#4272b4", "#f0a046"],
    }
    assert stacked["encoding"]["color"]["sort"] == ["a.b", "$x$"]
    (values,) = stacked["datasets"].values()
    found = [(value["label"], value["value"], value["bottom"], value["top"]) for value in values]
    assert [value for value in found if value[2] < value[3]] == [
        ("2017-01", "a.b", 0, 1),
        ("2017-02", "a.b", 0, 1),
        ("2017-02", "$x$", 1, 2),
        ("2017-04", "a.b", 0, 1),
    ]
    assert store.query("tag:none").timeline(split="tags").plot().to_json()
    # More values than colours: again from the first on, and none is grey.
    words = store.timeline("month", split="word", top=None).plot().to_dict()["encoding"]["color"]["scale"]
    assert "#bbbbbb" not in words["range"]
    # More bars than a frame may have rows.
    store.add(es.Event(id="1990/01/1/a", date="1990-01-01", title="A"))
    days = store.timeline("day")
    assert len(values_of(days.plot())) == len(days) > 5000
    assert days.plot().to_dict()["encoding"]["x"]["axis"] == {"tickCount": "year"}
    assert "axis" not in chart.to_dict()["encoding"]["x"]


def test_matplotlib_draws_a_bar_for_each_count(store, monkeypatch):
    matplotlib = pytest.importorskip("matplotlib", reason="no matplotlib here; `make neighbours` has it")
    matplotlib.use("agg")
    monkeypatch.setitem(sys.modules, "altair", None)
    timeline, facets, nothing, split = answers(store)
    axes = timeline.plot()
    assert [(bar.get_height(), bar.get_width()) for bar in axes.patches] == [
        (1, 31),
        (1, 28),
        (0, 31),
        (1, 30),
    ]
    assert [tick for tick in axes.get_yticks() if tick % 1] == []
    axes = facets.plot(backend="matplotlib")
    assert [tick for tick in axes.get_xticks() if tick % 1] == []
    assert [bar.get_width() for bar in axes.patches] == [3, 1]
    axes.figure.canvas.draw()
    store.add(es.Event(id="2017/04/1/b", date="2017-04-01", title="B", tags=["_x", "(other)"]))
    store.add(es.Event(id="2017/04/1/c", date="2017-04-01", title="C"))
    axes = store.timeline("month", split="tags").plot()
    axes.figure.canvas.draw()
    assert axes.get_title() == "7 counts of 5 events: one for each tag of an event"
    assert axes.patches[-1].get_facecolor()[:3] == matplotlib.colors.to_rgb("#bbbbbb")
    names = [text.get_text() for text in axes.get_legend().get_texts()]
    assert names == ["a.b", r"\$x\$", "(other)", " _x", "((other))"]
    # The values of April stand on each other.
    april = [(bar.get_y(), bar.get_height()) for bar in axes.patches[3::4]]
    assert april == [(0, 1), (1, 0), (1, 1), (2, 1), (3, 1)]
    empty = store.query("tag:none").timeline(split="tags")
    for answer in (empty, split, es.memory().timeline(split="tags")):
        answer.plot().figure.canvas.draw()
    for answer in (nothing, store.query("tag:none").timeline(), es.memory().timeline()):
        answer.plot().figure.canvas.draw()
    matplotlib.pyplot.close("all")
