"""A store goes into a file and comes back: `Store.export` and `Store.import_`."""

import io
import pickle
import tarfile

import eventstore as es
import pyarrow as pa
import pytest

POST = b"---\ntitle: A post\ndate: 2017-03-02\ntopic: [sea]\n---\nText.\n"


@pytest.fixture
def store():
    store = es.memory()
    store.ingest({"a post.md": POST, "b.md": b"# No day\n"}, prefix="blog/", map={"tags": "topic"})
    store.add(es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm", tags=["Stated"]))
    return store


def answers(store):
    everything = store.query(undated="yes", draft="yes", superseded="yes")
    return [(event, store.raw(event)) for event in everything], store.archives()


def test_a_store_goes_to_a_path_and_comes_back(store, tmp_path):
    path = tmp_path / "moved.tar.zst"
    report = store.export(path)
    assert (report.pages, report.events, report.written) == (3, 3, path.stat().st_size)
    assert pickle.loads(pickle.dumps(report)) == report
    assert eval(repr(report), vars(es)) == report
    for name in ("import_", "ingest"):
        other = es.memory()
        assert getattr(other, name)(str(path)).failed == 0
        assert answers(other) == answers(store)
    assert [entry.name for entry in tmp_path.iterdir()] == ["moved.tar.zst"]


def test_a_store_goes_through_files(store, tmp_path):
    file = io.BytesIO()
    calls = []
    report = store.export(file, progress=calls.append)
    assert calls[-1].pages == report.pages == 3
    path = tmp_path / "moved.tar.zst"
    with open(path, "wb", buffering=0) as raw:
        store.export(raw)
    assert path.read_bytes() == file.getvalue()
    other = es.memory()
    file.seek(0)
    other.import_(file, progress=calls.append)
    assert answers(other) == answers(store)


def test_python_reads_the_tar(store, tmp_path):
    path = tmp_path / "moved.tar.zst"
    store.export(path)
    unpacked = pa.input_stream(str(path), compression="zstd").read()
    with tarfile.open(fileobj=io.BytesIO(unpacked)) as archive:
        names = archive.getnames()
        assert names[0] == "eventstore-export.json"
        assert names[-1] == "eventstore-export-end.json"
        assert archive.extractfile("blog/a post.md").read() == POST


def test_what_is_no_export_is_refused(store, tmp_path):
    file = io.BytesIO()
    store.export(file)
    other = es.memory()
    with pytest.raises(es.ArchiveError, match="nothing of it was imported"):
        other.import_(io.BytesIO(file.getvalue()[:-20]))
    with pytest.raises(es.ArchiveError, match="is no export of a store"):
        other.import_(io.BytesIO(b""))
    assert len(other) == 0
    with pytest.raises(es.PathNotFoundError):
        other.import_(tmp_path / "missing")
    with pytest.raises(es.PathNotFoundError):
        store.export(tmp_path / "missing" / "moved.tar.zst")
    for call in (store.export, store.import_):
        with pytest.raises(TypeError, match="takes a path or a binary file, not int"):
            call(1)
    path = tmp_path / "moved.tar.zst"
    path.write_bytes(file.getvalue())
    with pytest.raises(ValueError, match="leave prune out"):
        other.ingest(path, prune=True)


class Broken(io.RawIOBase):
    """A file that raises."""

    def writable(self):
        return True

    def write(self, data):
        raise ZeroDivisionError("full")

    def readinto(self, buffer):
        raise ZeroDivisionError("empty")


def test_what_a_file_or_a_callable_raises_is_raised(store, tmp_path):
    with pytest.raises(ZeroDivisionError, match="full"):
        store.export(Broken())
    with pytest.raises(ZeroDivisionError, match="empty"):
        store.import_(Broken())
    with pytest.raises(TypeError, match="binary mode"):
        store.import_(io.StringIO("text"))

    def stop(progress):
        raise KeyError("stop")

    path = tmp_path / "moved.tar.zst"
    with pytest.raises(KeyError):
        store.export(path, progress=stop)
    assert not list(tmp_path.iterdir())
    store.export(path)
    other = es.memory()
    with pytest.raises(KeyError):
        other.import_(path, progress=stop)
    assert len(other) == 0
