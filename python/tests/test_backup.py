"""A copy of a store in use: `Store.backup`."""

import pickle

import eventstore as es
import pytest


def storm(number: int) -> es.Event:
    return es.Event(id=f"2017/03/2/storm-{number}", date="2017-03-02", title=f"Storm {number}")


def test_a_backup_is_a_store_of_its_own(tmp_path):
    with es.open(tmp_path / "live") as store:
        store.add(storm(number) for number in range(20))
        calls = []
        report = store.backup(tmp_path / "b", progress=calls.append)
        assert (report.path, report.events) == (tmp_path / "b", 20)
        assert report.commit == store.stats().commit
        assert calls[-1].bytes == report.bytes > 0
        assert pickle.loads(pickle.dumps(report)) == report
        store.add(storm(20))
        with es.open(tmp_path / "b", create=False) as backup:
            assert backup.verify(full=True).is_sound
            assert list(backup) == [f"2017/03/2/storm-{number}" for number in sorted(range(20), key=str)]
    with es.open(tmp_path / "live", read_only=True) as reader:
        assert reader.backup(str(tmp_path / "c")).events == 21


def test_what_is_there_is_refused(tmp_path):
    store = es.memory()
    (tmp_path / "there").mkdir()
    with pytest.raises(es.InvalidError, match="there already"):
        store.backup(tmp_path / "there")
    with pytest.raises(es.PathNotFoundError, match="missing"):
        store.backup(tmp_path / "missing" / "b")
    with pytest.raises(TypeError):
        store.backup(7)


def test_what_a_callback_raises_ends_it_and_leaves_nothing(tmp_path):
    def stop(progress):
        raise KeyError("stop")

    store = es.memory()
    store.add(storm(1))
    with pytest.raises(KeyError):
        store.backup(tmp_path / "b", progress=stop)
    assert list(tmp_path.iterdir()) == []
