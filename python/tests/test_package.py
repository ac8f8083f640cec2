"""The package as a whole: its names, its stubs, its documented examples, how quickly it is imported."""

import doctest
import importlib
import importlib.metadata
import subprocess
import sys
from pathlib import Path

import eventstore as es
import pytest
from eventstore import _eventstore as native
from eventstore import errors

PROJECT = Path(__file__).resolve().parents[2]
NATIVE = [name for name in dir(native) if not name.startswith("_")]
# Not part of the package's face: what the console script calls.
INTERNAL = {"main"}
# Of the best of several fresh processes, since the others wait for a busy machine.
IMPORT_SECONDS = 0.03


def test_every_native_name_has_a_python_face():
    assert len(NATIVE) >= 15
    for name in set(NATIVE) - INTERNAL:
        assert getattr(es, name) is getattr(native, name)
        assert name in es.__all__


def test_every_error_class_has_a_python_face():
    assert len(errors.__all__) >= 15
    assert set(errors.__all__) <= set(es.__all__)
    for name in errors.__all__:
        assert issubclass(getattr(es, name), es.EventStoreError)


def test_all_names_what_is_there_and_nothing_twice():
    assert sorted(set(es.__all__)) == sorted(es.__all__)
    for name in es.__all__:
        assert getattr(es, name).__module__.split(".")[0] == "eventstore", name


def test_the_version_is_that_of_the_distribution():
    assert es.__version__ == importlib.metadata.version("context-eventstore")


def test_every_name_is_documented():
    looked_at = 0
    for name in set(es.__all__):
        thing = getattr(es, name)
        assert thing.__doc__, name
        if not isinstance(thing, type) or issubclass(thing, Exception):
            continue
        for attribute, member in vars(thing).items():
            if not attribute.startswith("_"):
                assert member.__doc__, f"{name}.{attribute}"
                looked_at += 1
    assert looked_at >= 60


def test_the_stubs_agree_with_the_module(tmp_path):
    # It imports what it looks at, and pyspark is not installed here.
    passed_over = tmp_path / "passed-over"
    passed_over.write_text(r"eventstore\.spark.*")
    options = ["--mypy-config-file", "pyproject.toml", "--allowlist", str(passed_over)]
    run = subprocess.run(
        [sys.executable, "-m", "mypy.stubtest", "eventstore", *options],
        cwd=PROJECT / "python",
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "no issues found in" in run.stdout


@pytest.mark.parametrize("name", ["README.md", "eventstore", "eventstore._sample", "eventstore._versions"])
def test_the_examples_of_the_documents_run(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if name == "README.md":
        result = doctest.testfile(str(PROJECT / name), module_relative=False, encoding="utf-8")
    else:
        result = doctest.testmod(importlib.import_module(name))
    assert result.attempted >= 2
    assert result.failed == 0


def test_importing_is_quick_and_pulls_in_nothing_optional():
    code = (
        "import sys, time; before = set(sys.modules); start = time.perf_counter(); import eventstore; "
        "print(time.perf_counter() - start); "
        "names = {name.split('.')[0] for name in set(sys.modules) - before}; "
        "print(*names - set(sys.stdlib_module_names))"
    )
    seconds = []
    for _ in range(10):
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        took, *loaded = run.stdout.split()
        assert loaded == ["eventstore"]
        seconds.append(float(took))
    assert min(seconds) < IMPORT_SECONDS, seconds
