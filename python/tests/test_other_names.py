"""Names of other libraries are answered with ours, and with no value."""

import re
import subprocess
import sys

import eventstore as es
import pytest
from eventstore import _other_names


@pytest.fixture
def store():
    with es.memory() as store:
        store.add(es.Event(id="2017/03/2/a", date="2017-03-02", title="A", tags=["Sea"]))
        yield store


def test_who_asks_as_elsewhere_is_told_the_call(store):
    for thing, name, call in (
        (store.query(), "head", r"\[:10\] has the first ten"),
        (store.query(), "to_csv", r'write\("events.parquet"\) writes a file: .csv'),
        (store.query(), "sort_values", r'order\("-date"\)'),
        (store.query().select("date"), "head", r"hits\[:10\]\.select"),
        (store.timeline(), "to_csv", "write"),
        (store.facets("tag"), "head", r"\[:10\]"),
        (store.timeline(split="tag"), "limit", r"\[:10\]"),
        (store.similar("2017/03/2/a"), "to_csv", "write"),
        (store, "delete", r"remove\(id\)"),
        (store, "search", r'store.query\("tag:flood 2017"\)'),
        (store.snapshot(), "to_pandas", r"store.query\(\).to_pandas\(\)"),
        (store.add([]), "query", "ask the store that ingested"),
    ):
        message = f"^'{type(thing).__name__}' object has no attribute '{name}'; .*{call}"
        with pytest.raises(AttributeError, match=message) as caught:
            getattr(thing, name)
        assert caught.value.name == name
        assert caught.value.obj is thing
        assert not hasattr(thing, name)
    with pytest.raises(AttributeError, match=r"no attribute 'load'; eventstore.open\("):
        es.load  # noqa: B018
    # A snapshot is not told to write.
    with pytest.raises(AttributeError, match=r"^'Snapshot' object has no attribute 'delete'$"):
        store.snapshot().delete  # noqa: B018


def test_any_other_name_is_missing_as_elsewhere(store):
    for thing in (store, store.query(), store.timeline(), store.add([])):
        message = f"^'{type(thing).__name__}' object has no attribute 'colour'$"
        with pytest.raises(AttributeError, match=message):
            thing.colour  # noqa: B018
    with pytest.raises(AttributeError, match=r"^module 'eventstore' has no attribute 'colour'$"):
        es.colour  # noqa: B018
    with pytest.raises(ImportError, match="cannot import name 'colour'"):
        from eventstore import colour  # noqa: F401
    assert not hasattr(store, "\udcff")
    # What the interpreter knows of a near name is still said.
    code = "import eventstore as es\nes.memory().querry"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False).stderr
    assert told.rstrip().endswith("Did you mean: 'query'?"), told


def test_no_name_of_ours_is_said_to_be_missing(store):
    things = (
        store.query(),
        store.query().select("date"),
        store.timeline(),
        store.timeline(split="tag"),
        store.facets("tag"),
        store.similar("2017/03/2/a"),
        store,
        store.snapshot(),
        store.add([]),
    )
    seen = {type(thing).__name__: set(dir(thing)) for thing in things}
    assert set(seen) == set(_other_names.BY_CLASS)
    names = [(name, other) for name, others in _other_names.BY_CLASS.items() for other in others]
    assert [pair for pair in names if pair[1] in seen[pair[0]]] == []
    # Of the module it is there once it was imported.
    assert [name for name in _other_names.MODULE if name in dir(es)] in ([], ["spark"])
    # What is advised is there.
    calls = [
        (name, call)
        for name, others in _other_names.BY_CLASS.items()
        for ours in others.values()
        for call in re.findall(r"^(?:and )?(\w+)\(", ours)
    ]
    assert {name for name, _ in calls} == set(seen) - {"Report"}
    assert [pair for pair in calls if pair[1] not in seen[pair[0]] and pair[1] not in ("len", "list")] == []
    assert len(names) > 150
