"""Reading archives: reports, incremental runs, progress, interruption, and what cannot be read."""

import io
import os
import pickle
import re
import signal
import subprocess
import sys
import tarfile
import time
import zipfile
from pathlib import Path

import eventstore as es
import pytest

PROJECT = Path(__file__).resolve().parents[2]
SAMPLE = PROJECT / "examples" / "archive"


def page(title, day="2017-03-2", tags="Sea"):
    folder = day.replace("-", "/")
    return (f"### [{day}](/news/{folder}/index.md)\n\n##### {tags}\n# {title}. \n\n\n\n\n").encode()


def pages(count=3):
    return {f"news/2017/03/2/page-{number}.md": page(f"Page {number}") for number in range(count)}


def pack(path, files):
    with tarfile.open(path, "w") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))


@pytest.fixture
def store():
    with es.memory() as store:
        yield store


def test_a_report_partitions_the_files(store):
    report = store.ingest(SAMPLE)
    parts = (
        "added",
        "changed",
        "relinked",
        "rewritten",
        "unchanged",
        "listings",
        "twins",
        "others",
        "failed",
    )
    assert report.files == sum(getattr(report, part) for part in parts) >= 60
    assert report.added == len(store) >= 50
    assert report.failed == len(report.errors) >= 1
    for failure in report.errors:
        assert isinstance(failure, es.PageError)
        assert failure.path.endswith(".md")
        assert failure.line >= 1
        assert failure.kind
    assert report.bytes > 0
    assert report.seconds > 0
    assert pickle.loads(pickle.dumps(report)) == report
    head, *lines = repr(report).splitlines()
    assert [head, *lines] == [f"<Report: {report.text.splitlines()[0]}>", *report.text.splitlines()[1:]]
    assert report.superseded == store.query(superseded="only").count() > 0


def test_a_second_run_reads_nothing_anew(store):
    store.ingest(SAMPLE)
    before = store.stats().commit
    again = store.ingest(SAMPLE)
    assert (again.added, again.changed, again.relinked, again.rewritten) == (0, 0, 0, 0)
    assert store.stats().commit == before


@pytest.mark.parametrize("kind", ["tar", "tar.gz", "zip", "folder", "memory"])
def test_every_kind_of_archive_gives_the_same_events(store, tmp_path, kind):
    given = pages()
    path = tmp_path / f"archive.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in given.items():
                archive.writestr(name, data)
    elif kind == "folder":
        for name, data in given.items():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(data)
    elif kind != "memory":
        with tarfile.open(path, "w:gz" if kind.endswith("gz") else "w") as archive:
            for name, data in given.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(data)
                archive.addfile(entry, io.BytesIO(data))
    report = store.ingest(given if kind == "memory" else path)
    assert report.added == 3
    assert list(store) == [f"2017/03/2/page-{number}" for number in range(3)]
    assert store.raw("2017/03/2/page-1") == given["news/2017/03/2/page-1.md"]


def test_pages_in_memory_may_be_pairs(store):
    assert store.ingest(pages().items()).added == 3
    with pytest.raises(TypeError):
        store.ingest([("news/2017/03/2/a.md", "text, not bytes")])
    with pytest.raises(TypeError):
        store.ingest(7)


def test_on_error_raise_commits_nothing(store):
    given = pages() | {"news/2017/03/2/bad.md": b"no event page"}
    with pytest.raises(es.PageError) as caught:
        store.ingest(given, on_error="raise")
    assert caught.value.path == "news/2017/03/2/bad.md"
    assert len(store) == 0
    report = store.ingest(given)
    assert (report.added, report.failed, report.events) == (3, 1, 3)
    with pytest.raises(es.ParseError, match='"rise" is none of collect, raise') as caught:
        store.ingest(given, on_error="rise")
    assert caught.value.hint == "did you mean raise?"


def test_prune_removes_what_is_gone(store, tmp_path):
    for name, data in pages().items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    store.ingest(tmp_path)
    (tmp_path / "news/2017/03/2/page-1.md").unlink()
    assert store.ingest(tmp_path).removed == 0
    assert store.ingest(tmp_path, prune=True).removed == 1
    assert "2017/03/2/page-1" not in store


def test_limits_are_options_with_clear_errors(store):
    long = {"news/2017/03/2/long.md": page("x" * 5000)}
    report = store.ingest(long, limits=es.Limits(page_bytes=1000))
    assert (report.added, report.failed) == (0, 1)
    assert store.ingest(long).added == 1
    with pytest.raises(TypeError):
        es.Limits(nonsense=1)
    assert pickle.loads(pickle.dumps(es.Limits(page_bytes=7))) == es.Limits(page_bytes=7)


def test_progress_is_told_and_ends_with_the_whole(store):
    told = []
    store.ingest(SAMPLE, progress=told.append)
    assert told
    last = told[-1]
    assert last.pages >= 60
    assert last.bytes > 0
    assert last.failed >= 1
    assert told[0].phase == "reading"
    assert {one.phase for one in told} <= {"reading", "indexing", "writing"}
    assert [one.pages for one in told] == sorted(one.pages for one in told)
    # Of a directory it is not known how much there is.
    assert {one.fraction for one in told} == {None}


def test_the_bar_is_full_at_the_end_alone(store, tmp_path):
    many = tmp_path / "many.tar"
    pack(many, pages(6000))
    told = []
    # Several commits, each of which goes through the phases.
    store.ingest(many, progress=told.append, limits=es.Limits(commit_bytes=1 << 20))
    fractions = [one.fraction for one in told]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    assert [one.phase for one in told if one.fraction == 1] == ["writing"]
    # All of it is read long before the end.
    assert fractions[0] <= 0.6
    unchanged = []
    store.ingest(many, progress=unchanged.append)
    assert [one.fraction for one in unchanged] == sorted(one.fraction for one in unchanged)
    assert unchanged[-1].fraction == 1


def test_what_a_progress_callback_raises_aborts_the_run(store):
    class Enough(Exception):
        pass

    def stop(progress):
        raise Enough(progress.pages)

    with pytest.raises(Enough):
        store.ingest(SAMPLE, progress=stop)
    assert store.ingest(pages()).added == 3


@pytest.mark.parametrize("shown_by", ["tqdm", "rich", "a line"])
@pytest.mark.parametrize("is_packed", [True, False])
def test_progress_true_shows_on_standard_error(tmp_path, shown_by, is_packed):
    source = SAMPLE
    if is_packed:
        source = tmp_path / "sample.tar"
        pack(source, {str(file.relative_to(SAMPLE)): file.read_bytes() for file in SAMPLE.rglob("*.md")})
    absent = {"tqdm": [], "rich": ["tqdm"], "a line": ["tqdm", "rich"]}[shown_by]
    code = (
        "import sys\n"
        f"for name in {absent}: sys.modules[name] = None\n"
        "import eventstore as es\n"
        "print(es.memory().ingest(sys.argv[1], progress=True).added)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(source)],
        capture_output=True,
        text=True,
        check=True,
        # As in a terminal.
        env={**os.environ, "FORCE_COLOR": "1", "COLUMNS": "100"},
    )
    assert int(run.stdout) >= 50
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", run.stderr)
    last = re.split(r"[\r\n]+", shown.strip())[-1]
    assert "writing" in last
    assert " pages, " in last
    assert ("100" in last) == is_packed
    assert "reading" in shown


def test_progress_true_names_rows_where_an_answer_is_written(tmp_path, monkeypatch, capsys):
    for package in ("tqdm", "rich"):
        monkeypatch.setitem(sys.modules, package, None)

    def last(call):
        call()
        return re.split(r"[\r\n]+", capsys.readouterr().err.strip())[-1]

    hits = es.sample().query()
    assert last(lambda: hits.write(tmp_path / "a.csv", progress=True)) == "writing: 69 rows, 100 %"
    assert last(lambda: hits[:1].write(tmp_path / "a.csv", progress=True)) == "writing: 1 row, 100 %"
    assert last(lambda: hits[:0].write(tmp_path / "a.csv", progress=True)).startswith("writing")
    one = {"a.md": b"---\ndate: 2017-03-02\n---\n# A"}
    assert last(lambda: es.memory().ingest(one, progress=True)) == "writing: 1 page, 0.0 MB, 100 %"
    exported = last(lambda: es.sample().export(tmp_path / "a.tar.zst", progress=True))
    assert exported == "writing: 119 pages, 0.1 MB, 100 %"


def test_ctrl_c_stops_within_a_second_and_leaves_the_last_commit(tmp_path):
    many = tmp_path / "many.tar"
    pack(many, pages(60_000))
    code = (
        "import sys, eventstore as es\n"
        "store = es.open(sys.argv[1])\n"
        "store.ingest({'news/2017/03/1/first.md': sys.argv[3].encode()})\n"
        "try:\n"
        "    print('ready', flush=True)\n"
        "    store.ingest(sys.argv[2])\n"
        "except KeyboardInterrupt: print('interrupted', len(store), flush=True)\n"
        "else: print('finished', flush=True)\n"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "s"), str(many), page("First", "2017-03-1").decode()],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert run.stdout.readline() == "ready\n"
    # Wherever it arrives, it ends the same; the ingest takes several times as long.
    time.sleep(0.03)
    run.send_signal(signal.SIGINT)
    started = time.perf_counter()
    said, _ = run.communicate(timeout=30)
    assert said == "interrupted 1\n"
    assert time.perf_counter() - started < 1.5  # A second, and the interpreter's own end.


def test_archives_that_cannot_be_read_are_named(store, tmp_path):
    with pytest.raises(es.PathNotFoundError) as missing:
        store.ingest(tmp_path / "gone.tar")
    assert missing.value.filename == str(tmp_path / "gone.tar")
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(b"\x1f\x8b\x08\x00garbage")
    with pytest.raises(es.ArchiveError) as caught:
        store.ingest(broken)
    assert caught.value.path == str(broken)
    (tmp_path / "empty").mkdir()
    with pytest.raises(es.ArchiveError):
        store.ingest(tmp_path / "empty")
    assert len(store) == 0


def test_add_takes_an_event_or_events_and_says_what_changed(store):
    one = es.Event(id="2017/03/2/a", date="2017-03-02", title="A", tags=["Sea"], summary="S.")
    assert store.add(one).added == 1
    assert store[one.id] == one
    assert store.add(one).unchanged == 1
    changed = es.Event(id=one.id, date=one.date, title="Another", tags=["Sea"], summary="S.")
    assert store.add(e for e in [changed]).changed == 1
    assert store[one.id].title == "Another"
    with pytest.raises(TypeError):
        store.add(["2017/03/2/a"])


def test_an_event_renders_to_a_page_that_reads_back(store):
    event = es.Event(
        id="2017/03/2/a",
        date="2017-03-02",
        title="A title",
        categories=["Sea"],
        summary="What happened.",
        sources=[es.Source("The Post", "https://post.example/a")],
    )
    text = event.to_markdown()
    assert "A title" in text
    store.ingest({f"news/{event.id}.md": text.encode()})
    back = store[event.id]
    assert (back.title, back.categories, back.summary, back.sources) == (
        event.title,
        event.categories,
        event.summary,
        event.sources,
    )
