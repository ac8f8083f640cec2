"""What comes with the package: the sample store, and the versions that a report of a fault names."""

import importlib.metadata
import re
from pathlib import Path

import eventstore as es

ARCHIVE = Path(__file__).resolve().parents[2] / "examples" / "archive"


def test_the_sample_is_the_archive_of_the_examples():
    with es.sample() as sample, es.memory() as store:
        store.ingest(ARCHIVE)
        assert list(sample.items()) == list(store.items())
        assert len(sample) == 73
        assert {id: sample.raw(id) for id in sample} == {id: store.raw(id) for id in store}


def test_each_sample_is_a_store_of_its_own_in_memory():
    one, other = es.sample(), es.sample()
    assert one.path is None
    one.remove(list(one))
    assert (len(one), len(other)) == (0, 73)


def versions(capsys):
    es.show_versions()
    lines = capsys.readouterr().out.splitlines()
    return dict(re.split(r"  +", line, maxsplit=1) for line in lines)


def test_versions_are_those_of_all_that_takes_part(capsys, monkeypatch):
    shown = versions(capsys)
    assert shown["eventstore"] == es.__version__
    assert shown["polars"] == importlib.metadata.version("polars")

    def none(package):
        raise importlib.metadata.PackageNotFoundError(package)

    monkeypatch.setattr(importlib.metadata, "version", none)
    assert set(list(versions(capsys).values())[3:]) == {"-"}


def test_versions_name_every_package_of_the_extras(capsys):
    wanted = importlib.metadata.requires("context-eventstore")
    packages = {re.match(r"[\w-]+", requirement)[0] for requirement in wanted}
    assert len(packages) >= 5
    assert packages <= set(versions(capsys))
