"""Errors: each is an EventStoreError and the built-in that fits, carries its facts, and survives pickle."""

import errno
import pickle
import re

import eventstore as es
import pytest

CLASSES = [
    (es.NotFoundError("no event x in the store"), KeyError, {}),
    (
        es.ParseError("bad", text="tag:", offset=4, hint="write a value"),
        ValueError,
        {"text": "tag:", "offset": 4, "hint": "write a value"},
    ),
    (
        es.PageError("bad", path="a.md", line=3, column=7, offset=40, kind="bad_date"),
        ValueError,
        {"path": "a.md", "line": 3, "column": 7, "offset": 40, "kind": "bad_date"},
    ),
    (es.ArchiveError("empty", path="a.tar"), ValueError, {"path": "a.tar"}),
    (
        es.PathNotFoundError(errno.ENOENT, "No such file or directory", "gone"),
        FileNotFoundError,
        {"filename": "gone", "errno": errno.ENOENT},
    ),
    (es.NotAStoreError("holds photos", path="photos"), ValueError, {"path": "photos"}),
    (
        es.UnsupportedVersionError("newer", path="s", found=9, supported=1),
        es.EventStoreError,
        {"found": 9, "supported": 1},
    ),
    (
        es.NotIndexedError("no words", path="s", events=30_000, most=20_000),
        RuntimeError,
        {"path": "s", "events": 30_000, "most": 20_000},
    ),
    (es.LockedError(errno.EWOULDBLOCK, "in use", "s"), BlockingIOError, {"pid": 0, "program": ""}),
    (
        es.CorruptError("damaged", path="s", part="rows", chunk=3),
        es.EventStoreError,
        {"part": "rows", "chunk": 3},
    ),
    (es.StorageError(errno.EACCES, "Permission denied", "s"), OSError, {"errno": errno.EACCES}),
    (es.InvalidError("no title"), ValueError, {}),
    (es.ClosedError("closed"), ValueError, {}),
    (es.ForkedError("forked"), RuntimeError, {}),
    (es.ReadOnlyError("read only"), RuntimeError, {}),
    (es.ManyStoresError("several stores"), RuntimeError, {}),
    (es.ResolvedStoreError("a resolved store"), RuntimeError, {}),
    (es.SnapshotGoneError("gone"), RuntimeError, {}),
    (es.MissingDependencyError("install polars", name="polars"), ImportError, {"name": "polars"}),
]


def test_the_list_of_errors_is_whole():
    assert {type(error).__name__ for error, *_ in CLASSES} == set(es.errors.__all__) - {"EventStoreError"}


@pytest.mark.parametrize(("error", "builtin", "facts"), CLASSES, ids=lambda part: type(part).__name__)
def test_an_error_is_two_kinds_of_error_and_carries_its_facts(error, builtin, facts):
    assert isinstance(error, es.EventStoreError)
    assert isinstance(error, builtin)
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is type(error)
    assert str(back) == str(error)
    assert "'no event" not in str(error)
    for name, value in facts.items():
        assert getattr(error, name) == getattr(back, name) == value


def test_an_argument_of_another_type_is_named_with_what_it_takes(tmp_path):
    def event(**fields):
        return lambda: es.Event(**{"id": "2017/03/2/x", "title": "X", **fields})

    store = es.memory()
    for call, error, words, name in [
        (event(tags=[5]), TypeError, "tags takes a sequence of str; one of them is int", None),
        (event(authors=5), TypeError, "authors takes a sequence of str, not int", None),
        (event(sources=["http://a.example"]), TypeError, "is not an instance of 'Source'", "sources"),
        (lambda: store.ingest("x", limits=5), TypeError, "is not an instance of 'Limits'", "limits"),
        (lambda: store.facets("tags", top="5"), TypeError, "expected an int, not str", "top"),
        (lambda: es.Limits(depth=1.5), TypeError, "expected an int, not float", "depth"),
        (lambda: es.open(tmp_path, durability=1), TypeError, "is not an instance of 'str'", "durability"),
        (
            lambda: es.open(tmp_path, durability="none"),
            es.ParseError,
            'durability: "none" is none of sync, flush',
            None,
        ),
        (lambda: es.Store(tmp_path), TypeError, "open one with eventstore.open(path)", None),
        (lambda: es.Store(), TypeError, "open one with eventstore.open(path)", None),
    ]:
        with pytest.raises(error, match=re.escape(words)) as raised:
            call()
        # A traceback shows the note below the message.
        notes = [f"while processing '{name}'"] if name else []
        assert getattr(raised.value, "__notes__", []) == notes


def test_a_closed_store_says_what_to_do_and_so_do_its_snapshots(tmp_path):
    store = es.open(tmp_path / "a.store")
    snapshot = store.snapshot()
    assert repr(snapshot) == "<Snapshot of 0 events>"
    with pytest.raises(TypeError, match=r"^a Snapshot cannot be pickled; pass the store's path to workers"):
        pickle.dumps(snapshot)
    store.close()
    assert repr(snapshot) == "<Snapshot, closed>"
    with pytest.raises(es.ClosedError, match=r"is closed; open it again$"):
        snapshot.query("").count()


def test_a_locked_error_keeps_its_holder_through_pickle():
    error = es.LockedError(errno.EWOULDBLOCK, "in use", "s")
    error.pid, error.program = 12, "python"
    back = pickle.loads(pickle.dumps(error))
    assert (back.pid, back.program) == (12, "python")
