"""The store as a mapping, and what happens when it is missing, foreign, in use, closed, or forked."""

import collections.abc
import copy
import os
import pickle
import subprocess
import sys
import threading
from pathlib import Path

import eventstore as es
import pytest


def event(name="a", day=2, **fields):
    return es.Event(id=f"2017/03/{day}/{name}", date=f"2017-03-{day:02}", title=f"About {name}", **fields)


@pytest.fixture
def store():
    with es.memory() as store:
        store.add([event("a", 1, tags=["Sea"]), event("b", 2, tags=["Sea", "Land"]), event("c", 3)])
        yield store


def test_a_store_is_a_mapping_of_id_to_event(store):
    assert isinstance(store, collections.abc.Mapping)
    assert len(store) == 3
    assert "2017/03/2/b" in store
    assert "/news/2017/03/02/b.html" in store
    assert "2017/03/2/x" not in store
    assert 7 not in store
    assert store["2017/03/2/b"].title == "About b"
    assert list(store) == list(store.keys()) == ["2017/03/1/a", "2017/03/2/b", "2017/03/3/c"]
    assert [value.title for value in store.values()] == ["About a", "About b", "About c"]
    assert dict(store.items())["2017/03/3/c"] == store["2017/03/3/c"]
    assert store.get("2017/03/2/x") is None
    assert store.get("2017/03/2/x", 5) == 5
    assert store.get("no id at all", 5) == 5
    assert bool(store)
    assert not es.memory()


@pytest.mark.parametrize("key", ["2017/03/2/x", "no id at all", 7, None])
def test_a_key_that_is_not_there_is_a_key_error(store, key):
    with pytest.raises(es.NotFoundError) as caught:
        store[key]
    assert isinstance(caught.value, KeyError)
    assert str(caught.value) == f"no event {key!r} in the store"


def test_raw_and_related_of_an_unknown_id_say_so(store):
    for ask in (store.raw, store.related):
        with pytest.raises(es.NotFoundError, match="2017/03/2/x"):
            ask("2017/03/2/x")


def test_remove_takes_an_id_or_ids_and_counts(store):
    assert store.remove("2017/03/2/b") == 1
    assert store.remove(id for id in ["2017/03/1/a", "2017/03/2/b"]) == 1
    assert list(store) == ["2017/03/3/c"]
    with pytest.raises(TypeError):
        store.remove([7])


def test_a_snapshot_stays_as_it_is(store):
    before = store.snapshot()
    store.remove("2017/03/2/b")
    assert len(before) == 3
    assert before["2017/03/2/b"].title == "About b"
    assert len(store) == 2
    assert isinstance(before, es.Reader)
    assert before.stats().events == 3


def test_stats_are_a_value(store):
    stats = store.stats()
    assert (stats.events, stats.tags, str(stats.first), str(stats.last)) == (3, 2, "2017-03-01", "2017-03-03")
    assert pickle.loads(pickle.dumps(stats)) == stats
    assert repr(stats).startswith("Stats(events=3, ")


def test_a_store_on_disk_keeps_what_was_added(tmp_path):
    path = tmp_path / "news.store"
    with es.open(path) as store:
        assert store.path == path
        assert store.add(event()).added == 1
        assert repr(store) == f"<Store '{path}', 1 events>"
    with es.open(str(path), create=False, durability="flush", cache_bytes=1 << 20) as store:
        assert store["2017/03/2/a"].title == "About a"
        store.compact()
        assert len(store) == 1
    assert es.memory().path is None


def test_a_second_open_in_one_process_is_the_same_store(tmp_path):
    first, second = es.open(tmp_path / "s"), es.open(tmp_path / "s")
    first.add(event())
    assert len(second) == 1
    first.close()
    assert len(second) == 1
    second.close()


def test_a_closed_store_says_so_and_closing_twice_is_fine(tmp_path):
    store = es.open(tmp_path / "s")
    store.close()
    store.close()
    for ask in (
        lambda: len(store),
        lambda: store["2017/03/2/a"],
        lambda: "7" in store,
        lambda: store.get("7"),
        lambda: store.query(),
        lambda: store.add(event()),
        lambda: store.stats(),
        lambda: store.snapshot(),
        lambda: iter(store),
    ):
        with pytest.raises(es.ClosedError, match=str(tmp_path / "s")):
            ask()
    assert repr(store) == f"<Store '{tmp_path / 's'}', closed>"


def test_a_missing_path_is_a_file_not_found(tmp_path):
    with pytest.raises(es.PathNotFoundError) as caught:
        es.open(tmp_path / "gone", create=False)
    assert isinstance(caught.value, FileNotFoundError)
    assert caught.value.filename == str(tmp_path / "gone")
    assert not (tmp_path / "gone").exists()


def test_a_folder_of_something_else_is_no_store_and_stays_untouched(tmp_path):
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8")
    with pytest.raises(es.NotAStoreError) as caught:
        es.open(tmp_path)
    assert caught.value.path == str(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["photo.jpg"]


def test_another_process_is_told_who_has_the_store(tmp_path):
    code = (
        "import sys, eventstore as es\n"
        "store = es.open(sys.argv[1], wait=0.02)\n"
        "try: store.add(es.Event(id='2017/03/2/flood', date='2017-03-02', title='A flood'))\n"
        "except es.LockedError as error: print(error.pid, isinstance(error, BlockingIOError), error)\n"
        "try: es.open(sys.argv[1] + '/../s', exclusive=True)\n"
        "except es.LockedError: assert len(store) == 0\n"
        "else: sys.exit('it has the lock')\n"
    )
    with es.open(tmp_path / "s"):
        run = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "s")], capture_output=True, text=True, check=True
        )
    pid, blocking, *sentence = run.stdout.split()
    assert (int(pid), blocking) == (os.getpid(), "True")
    assert str(tmp_path / "s") in " ".join(sentence)
    for wrong in [{"wait": -1.0}, {"wait": float("nan")}, {"read_only": True, "exclusive": True}]:
        with pytest.raises(es.InvalidError, match=list(wrong)[-1]):
            es.open(tmp_path / "s", **wrong)


def test_other_processes_read_beside_the_one_that_writes(tmp_path):
    code = (
        "import sys, eventstore as es\n"
        "store = es.open(sys.argv[1], read_only=True)\n"
        "print(len(store), store.query('flood').count(), flush=True)\n"
        "sys.stdin.readline()\n"
        "print(len(store), store.refresh(), len(store), store.query('flood').count(), store.refresh())\n"
        "try: store.remove(['2017/03/2/flood'])\n"
        "except es.ReadOnlyError as error: print('read only' if sys.argv[1] in str(error) else error)\n"
    )
    with es.open(tmp_path / "s") as store:
        store.add(es.Event(id="2017/03/2/flood", date="2017-03-02", title="A flood"))
        reader = subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / "s")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert reader.stdout.readline() == "1 1\n"
        store.add(es.Event(id="2017/03/3/flood", date="2017-03-03", title="A second flood"))
        out, _ = reader.communicate("\n")
    assert out.splitlines() == ["1 True 2 2 False", "read only"]
    with pytest.raises(es.PathNotFoundError):
        es.open(tmp_path / "none", read_only=True)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the platform has no fork")
def test_a_forked_child_reads_on_with_a_reader(tmp_path):
    code = (
        "import os, sys, eventstore as es\n"
        "with es.open(sys.argv[1]) as store:\n"
        "    store.add(es.Event(id='2017/03/2/flood', date='2017-03-02', title='A flood'))\n"
        "reader = es.open(sys.argv[1], read_only=True)\n"
        "len(reader)\n"
        "pid = os.fork()\n"
        "if pid == 0:\n"
        "    found = reader.query('flood').count() == 1 and reader['2017/03/2/flood'].title == 'A flood'\n"
        "    os._exit(0 if found and not reader.refresh() else 1)\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), len(reader))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "s")],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert run.stdout == "0 1\n"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the platform has no fork")
def test_a_forked_child_gets_an_error_and_no_hang(tmp_path):
    code = (
        "import os, sys, eventstore as es\n"
        "store = es.open(sys.argv[1])\n"
        "if os.fork() == 0:\n"
        "    asked = 0\n"
        "    for ask in (\n"
        "        lambda: len(store), lambda: store.get('2017/03/2/a'), lambda: store.query('').count(),\n"
        "        lambda: list(store.query('')), lambda: store.query('').page(),\n"
        "        lambda: store.query('').explain(), lambda: store.snapshot(), lambda: store.tags(),\n"
        "        lambda: store.query('').facets('tags'), lambda: store.query('').timeline(),\n"
        "        lambda: store.referring('2017/03/2/a').ids(),\n"
        "    ):\n"
        "        try: ask()\n"
        "        except es.ForkedError: asked += 1\n"
        "    print(asked, flush=True)\n"
        "    os._exit(0)\n"
        "os.wait()\n"
        "print(len(store))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "s")],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert run.stdout.split() == ["11", "0"]


def test_a_store_cannot_be_pickled_and_says_what_to_pass(store):
    for thing in (store, store.snapshot()):
        for attempt in (pickle.dumps, copy.copy):
            with pytest.raises(TypeError, match="path to workers"):
                attempt(thing)


@pytest.mark.parametrize(
    "options", [{"durability": "maybe"}, {"cache_bytes": -1}, {"cache_bytes": "much"}, {"nonsense": 1}]
)
def test_a_bad_option_is_refused_before_anything_is_made(tmp_path, options):
    with pytest.raises((es.InvalidError, es.ParseError, TypeError, OverflowError)):
        es.open(tmp_path / "s", **options)
    assert not (tmp_path / "s").exists()


def test_many_threads_read_while_one_writes(store):
    problems = []
    done = threading.Event()

    def read():
        while not done.is_set():
            snapshot = store.snapshot()
            if len(snapshot) != len(list(snapshot)):
                problems.append(len(snapshot))

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for day in range(4, 20):
        store.add(event("more", day))
    done.set()
    for reader in readers:
        reader.join()
    assert problems == []
    assert len(store) == 19


def test_a_path_may_be_any_path_like(tmp_path):
    es.open(os.fspath(tmp_path / "s")).close()
    es.open(Path(tmp_path / "s")).close()
    with pytest.raises(TypeError):
        es.open(7)
