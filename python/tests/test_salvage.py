"""What a damaged store still holds: `salvage`."""

import pickle

import eventstore as es
import pytest


@pytest.fixture
def place(tmp_path):
    with es.open(tmp_path / "s") as store:
        store.ingest({f"page {n}.md": f"# Page {n}\n".encode() for n in range(30)}, prefix="blog/")
        store.add(es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm", tags=["Sea"]))
    return tmp_path / "s"


def test_a_damaged_store_gives_its_pages(place, tmp_path):
    with es.open(place, read_only=True) as store:
        before = [(event, store.raw(event)) for event in store.query(undated="yes")]
    (place / "CURRENT").write_bytes(b"garbage")
    with pytest.raises(es.CorruptError, match="salvage") as caught:
        es.open(place)
    assert (caught.value.part, caught.value.chunk) == ("CURRENT", None)
    calls = []
    target = tmp_path / "s.tar.zst"
    report = es.salvage(place, str(target), progress=calls.append)
    assert (report.pages, report.events, report.lost, report.basis) == (31, 31, 0, "places")
    assert report.written == target.stat().st_size
    assert not report.is_whole
    assert calls
    assert pickle.loads(pickle.dumps(report)) == report
    store = es.memory()
    store.import_(target)
    assert [(event, store.raw(event)) for event in store.query(undated="yes")] == before


def test_what_is_lost_is_told(place, tmp_path):
    with es.open(place, read_only=True) as store:
        store.backup(tmp_path / "b")
    db = tmp_path / "b" / "data-000001" / "db"
    data = bytearray(db.read_bytes())
    # The verbatim pages, part 16 of a segment; sled may have written them twice.
    start = data.find(b"eS\x01")
    while start >= 0:
        data[start + 30] ^= data[start + 8] == 16
        start = data.find(b"eS\x01", start + 1)
    db.write_bytes(data)
    report = es.salvage(tmp_path / "b", tmp_path / "b.tar.zst")
    assert (report.damaged_chunks, report.lost, report.pages) == (1, 30, 1)
    lost = report.losses[0]
    assert lost.path == "blog/page 0.md"
    assert "raw" in lost.message
    assert pickle.loads(pickle.dumps(report)) == report


def test_what_cannot_be_salvaged_is_refused(place, tmp_path):
    target = tmp_path / "t"
    with pytest.raises(es.PathNotFoundError):
        es.salvage(tmp_path / "none", target)
    (tmp_path / "empty").mkdir()
    with pytest.raises(es.NotAStoreError, match="no chunk of a store"):
        es.salvage(tmp_path / "empty", target)
    with pytest.raises(es.InvalidError, match="lies in the damaged store"):
        es.salvage(place, place / "t")

    def stop(progress):
        raise KeyError("stop")

    with pytest.raises(KeyError):
        es.salvage(place, target, progress=stop)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["empty", "s"]
