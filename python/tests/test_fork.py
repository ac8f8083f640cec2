"""Every call in a forked child: an answer or `ForkedError` within its time, never a hang.

A parent that has worked leaves a child that has its memory and none of its threads. Each parent here
is a process of its own, so that what it has used is known.
"""

import contextlib
import io
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import eventstore as es
import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the platform has no fork")

# Seconds for one call in the child. The slowest takes half a second in a debug build; the rest is
# for a busy machine.
LIMIT = 60

# More events than one core reads alone, and than an iterator reads at a time.
PAGES = 300

# The ends of calls that need a package that may be absent.
PACKAGES = ("to_arrow", "to_polars", "to_pandas", "scan_polars")

Call = tuple[str, Callable[[], object]]


def pages(month: int = 3) -> dict[str, bytes]:
    """Pages of one month that link to each other."""
    made = {}
    for i in range(PAGES):
        day, other = 1 + i % 28, (i + 1) % PAGES
        link = f"/news/2017/{month:02}/{1 + other % 28}/event-{other}.md"
        text = (
            f"### [2017-{month}-{day}](/news/2017/{month:02}/{day}/index.md)\n\n"
            f"##### Harbours\n# Event {i}\n\n\n\n"
            f"### Related:\n\n1. [Event {other}]({link}) _Context: Sea_\n"
        )
        made[f"news/2017/{month:02}/{day}/event-{i}.md"] = text.encode()
    return made


def work(store: es.Store) -> None:
    """What starts every thread that the library ever starts for a store."""
    store.ingest(pages())
    hits = store.query("2017")
    assert len(list(hits)) == len(hits.page(1000).events) == PAGES
    store.query("tag:sea").facets("tags")
    if arrow():
        assert hits.to_arrow().num_rows == PAGES


def arrow() -> bool:
    try:
        import pandas  # noqa: F401
        import polars  # noqa: F401
        import pyarrow  # noqa: F401
    except ImportError:
        return False
    return True


def reading(store: es.Reader) -> Iterator[Call]:
    """Every call that reads, by the name of its method."""
    one = "2017/03/2/event-1"
    yield "len", lambda: len(store)
    yield "get", lambda: store.get(one)
    yield "__getitem__", lambda: store[one]
    yield "__contains__", lambda: one in store
    yield "__iter__", lambda: list(store)
    yield "keys", lambda: list(store.keys())
    yield "values", lambda: list(store.values())
    yield "items", lambda: list(store.items())
    yield "raw", lambda: store.raw(one)
    yield "related", lambda: store.related(one)
    yield "referring", lambda: store.referring(one).ids()
    yield "similar", lambda: store.similar(one)
    yield "tags", lambda: store.tags()
    yield "words", lambda: store.words()
    yield "timeline", lambda: store.timeline()
    yield "timeline split", lambda: store.timeline(split="tags")
    yield "facets", lambda: store.facets("tags")
    yield "stats", lambda: store.stats()
    yield "archives", lambda: store.archives()
    yield "check_links", lambda: store.check_links()
    yield "verify", lambda: store.verify(full=True)
    yield "facets", lambda: store.facets("tags")
    yield "timeline", lambda: store.timeline()
    yield "query", lambda: store.query("tag:sea")
    yield "repr", lambda: repr(store)
    hits = store.query("2017")
    yield "Hits.query", lambda: hits.query
    yield "Hits.where", lambda: hits.where("tag:sea").count()
    yield "Hits.order", lambda: list(hits.order("-date"))
    yield "Hits.count", lambda: hits.count()
    yield "Hits.first", lambda: hits.first()
    yield "Hits.ids", lambda: hits.ids()
    yield "Hits.page", lambda: hits.page(1000)
    yield "Hits.timeline", lambda: hits.timeline()
    yield "Hits.timeline split", lambda: hits.timeline(split="word")
    yield "Hits.facets", lambda: hits.facets("tags")
    yield "Hits.sample", lambda: list(hits.sample(5))
    yield "Hits.similar", lambda: hits.similar(one)
    yield "Hits.scores", lambda: hits.scores
    yield "Hits.snippets", lambda: hits.snippets()
    yield "Hits.hint", lambda: hits.hint()
    yield "Hits.left_out", lambda: hits.left_out()
    yield "Hits.explain", lambda: hits.explain()
    yield "Hits.__iter__", lambda: list(hits)
    yield "Hits.__len__", lambda: len(hits)
    yield "Hits.__getitem__", lambda: (hits[5], list(hits[10:200]))
    yield "Hits.repr", lambda: repr(hits)
    yield "Hits.write", lambda: hits.write(Path(tempfile.mkdtemp()) / "events.csv")
    yield "Hits.select", lambda: hits.select("id")
    selection = hits.select("id", "tags")
    yield "Selection.hits", lambda: selection.hits
    yield "Selection.columns", lambda: selection.columns
    yield "Selection.write", lambda: selection.write(Path(tempfile.mkdtemp()) / "events.ndjson")
    if arrow():
        for answer in (hits, selection):
            face = type(answer).__name__
            yield f"{face}.to_arrow", lambda answer=answer: answer.to_arrow()
            yield f"{face}.to_polars", lambda answer=answer: answer.to_polars()
            yield f"{face}.to_pandas", lambda answer=answer: answer.to_pandas()
            yield f"{face}.scan_polars", lambda answer=answer: answer.scan_polars()


def asking(store: es.Reader) -> list[Call]:
    """The calls of `reading` that have to look at the store."""
    lazy = {"repr", "Hits.repr", "query", "Hits.query", "Hits.select", "Selection.hits", "Selection.columns"}
    return [(name, call) for name, call in reading(store) if name not in lazy]


def put_resolved(store: es.Store) -> None:
    """What an ordinary store refuses once it has looked at itself."""
    import pyarrow

    row = {"path": "a.md", "page": b"# A", "tags": ["T"], "superseded": False, "twin": False}
    with contextlib.suppress(es.InvalidError):
        store.put_resolved(pyarrow.Table.from_pylist([row]))


def writing(store: es.Store) -> Iterator[Call]:
    """Every call that writes, each with something to do."""
    yield "ingest", lambda: store.ingest(pages(4))
    yield "add", lambda: store.add(es.Event(id="2018/01/1/a", date="2018-01-01", title="A"))
    yield "remove", lambda: store.remove("2017/03/2/event-1")
    yield "compact", lambda: store.compact()
    yield "reindex", lambda: store.reindex()


def whole(store: es.Store, backup: Path | None = None) -> Iterator[Call]:
    """Every call there is, of a store that holds nothing yet. A backup is a store on disk."""
    yield "path", lambda: store.path
    yield "ingest", lambda: store.ingest(pages())
    yield from reading(store)
    yield "snapshot", lambda: store.snapshot()
    yield from reading(store.snapshot())
    yield from writing(store)
    yield "put_resolved", lambda: put_resolved(store)
    yield from reading_after_writing(store)
    yield "refresh", lambda: store.refresh()
    file = io.BytesIO()
    yield "export", lambda: store.export(file)
    yield "import_", lambda: store.import_(io.BytesIO(file.getvalue()))
    if backup:
        yield "backup", lambda: store.backup(backup)
    yield "close", lambda: store.close()


def reading_after_writing(store: es.Store) -> Iterator[Call]:
    yield "Hits.page", lambda: store.query("2017..2018").page(1000)
    yield "stats", lambda: store.stats()


def refused(calls: Iterable[Call]) -> Iterator[Call]:
    """The calls, each of which has to fail with `ForkedError`."""

    def ask(call: Callable[[], object]) -> None:
        try:
            answer = call()
        except es.ForkedError:
            return
        raise AssertionError(f"gave {answer!r}")

    for name, call in calls:
        yield f"refused {name}", lambda call=call: ask(call)


def child(calls: Iterable[Call], pipe: int) -> None:
    """Runs the calls and says how each ended: a line before it, a line behind it."""

    def say(text: str) -> None:
        os.write(pipe, (text.replace("\n", " ") + "\n").encode())

    code, name = 1, "the first call"
    try:
        for name, call in calls:
            say(f"begin {name}")
            call()
            say(f"end {name}")
        code = 0
    except BaseException as error:
        say(f"failed {name}: {error!r}")
    os._exit(code)


def run(calls: Callable[[], Iterable[Call]]) -> set[str]:
    """Forks, watches the child's calls one by one, and gives their names; ends a child that hangs."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        child(calls(), writer)
    os.close(writer)
    names, last, text = set(), "begin nothing", b""
    while True:
        if not select.select([reader], [], [], LIMIT)[0]:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            raise SystemExit(f"hangs: {last}")
        piece = os.read(reader, 65536)
        if not piece:
            break
        text += piece
        *lines, text = text.split(b"\n")
        for line in lines:
            last = line.decode()
            if last.startswith("end "):
                names.add(last.removeprefix("end "))
    os.close(reader)
    _, status = os.waitpid(pid, 0)
    if status:
        raise SystemExit(f"status {status}: {last}")
    return names


def parent_in_memory(home: Path) -> None:
    """The parent has a store in memory: the child can do everything."""
    store = es.memory()
    work(store)
    makers = {"b": es.memory, "c": lambda: es.open(home / "of the child")}
    for backup, make in makers.items():
        names = run(lambda make=make, backup=backup: whole(make(), home / backup))
        faces = ((es.Store, ""), (es.Snapshot, ""), (es.Hits, "Hits."), (es.Selection, "Selection."))
        for face, prefix in faces:
            public = {prefix + name for name in dir(face) if not name.startswith("_")}
            missing = {name for name in public - names if arrow() or not name.endswith(PACKAGES)}
            assert not missing
    run(lambda: refused(asking(store)))
    assert len(store.query("2017").page(1000).events) == PAGES


def parent_on_disk(home: Path) -> None:
    """The parent has written to disk: the child can do everything in memory, and read on disk."""
    closed = es.open(home / "closed")
    closed.ingest(pages())
    closed.close()
    store = es.open(home / "open")
    work(store)
    run(lambda: whole(es.memory()))
    run(lambda: refused([("open", lambda: es.open(home / "new"))]))
    run(lambda: refused([("backup", lambda: es.memory().backup(home / "new"))]))
    assert not list(home.glob("*new*"))

    def in_the_child() -> Iterator[Call]:
        store = es.open(home / "closed")
        yield from reading(store)
        yield from refused(writing(store))
        yield from reading(store)
        yield "close", lambda: store.close()

    run(in_the_child)
    # What was refused has left no trace: it is still a store that was closed cleanly.
    run(in_the_child)
    assert len(es.open(home / "closed")) == PAGES
    hits = store.query("2017")
    run(lambda: refused([*asking(store), *writing(store)]))
    run(lambda: [("close", store.close), ("repr", lambda: repr(store))])
    assert len(hits.page(1000).events) == PAGES


def grandchild(home: Path) -> None:
    """A child of a child has threads of its own too."""

    def in_the_child() -> Iterator[Call]:
        store = es.memory()
        yield "work", lambda: work(store)
        yield "fork", lambda: run(lambda: whole(es.memory()))
        yield "page", lambda: store.query("2017").page(1000)

    work(es.memory())
    run(in_the_child)


@pytest.mark.parametrize("parent", [parent_in_memory, parent_on_disk, grandchild])
def test_every_call_in_a_forked_child_ends(parent, tmp_path):
    code = f"import sys, pathlib, test_fork; test_fork.{parent.__name__}(pathlib.Path(sys.argv[1]))"
    command = [sys.executable, "-c", code, str(tmp_path)]
    run = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_the_error_in_a_forked_child_says_what_works(tmp_path):
    code = (
        "import os, sys, eventstore as es\n"
        "store = es.open(sys.argv[1] + '/s')\n"
        "if os.fork() == 0:\n"
        "    for ask in (lambda: len(store), lambda: es.open(sys.argv[1] + '/t')):\n"
        "        try: ask()\n"
        "        except es.ForkedError as error: print(error, flush=True)\n"
        "    os._exit(0)\n"
        "os.wait()\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=LIMIT)
    of_the_store, of_the_engine = run.stdout.splitlines()
    assert str(tmp_path / "s") in of_the_store
    assert "close it in the parent before the fork" in of_the_store
    assert str(tmp_path / "t") in of_the_engine
    assert "`spawn` or `forkserver`" in of_the_engine
