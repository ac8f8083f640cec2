"""The wheel as a user has it: installed into an empty environment and used from another folder."""

import importlib.metadata
import os
import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

PYTHON = Path(__file__).resolve().parents[1]
EXTRAS = ["arrow", "notebook", "pandas", "plot", "polars", "progress"]
# Of the extras, what the environment of the tests does not have.
ABSENT = {"ipywidgets"}


def run(*command, cwd, **environment):
    """What the command printed. The environment is empty but for what is given."""
    command = list(map(str, command))
    environment["LANG"] = "C.UTF-8"
    run = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout + run.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """That of `make wheel`, else one of what `make python` has compiled."""
    if given := os.environ.get("EVENTSTORE_WHEEL"):
        return Path(given).resolve()
    folder = tmp_path_factory.mktemp("wheel")
    maturin = Path(sys.executable).with_name("maturin")
    command = [maturin, "build", "--profile", "dev", "--compatibility", "linux", "--out", folder]
    built = subprocess.run(command, cwd=PYTHON, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """The interpreter of an environment that has the wheel and nothing else."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, symlinks=True)
    python = home / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-index", "--no-deps"]
    run(*pip, wheel, cwd=home)
    return python


def test_the_wheel_is_abi3_and_has_the_package_and_nothing_else(wheel):
    assert "-cp311-abi3-" in wheel.name
    with zipfile.ZipFile(wheel) as files:
        names = files.namelist()
    for name in ("py.typed", "_eventstore.pyi", "_eventstore.abi3.so", "sample.tar.gz", "__main__.py"):
        assert f"eventstore/{name}" in names
    others = [
        name for name in names if not re.match(r"eventstore/(spark/)?[^/]+$|context_eventstore-[^/]+/", name)
    ]
    assert others == []
    assert not [name for name in names if "test" in name]


def test_the_import_prints_nothing_and_loads_nothing_else(python, tmp_path):
    code = (
        "import sys; before = set(sys.modules); import eventstore; "
        "names = {name.split('.')[0] for name in set(sys.modules) - before}; "
        "print(names - set(sys.stdlib_module_names))"
    )
    assert run(python, "-W", "error", "-c", code, cwd=tmp_path) == "{'eventstore'}\n"


def test_without_extras_everything_works_or_says_what_is_missing(python, tmp_path):
    assert run(python, "-W", "error", PYTHON / "tests" / "installed.py", "alone", cwd=tmp_path) == ""


def test_the_console_script_is_the_command(python, tmp_path):
    (tmp_path / "a.md").write_text("---\ndate: 2017-03-02\n---\n# A storm\n")
    command = python.with_name("eventstore")
    run(command, "ingest", "s", "a.md", cwd=tmp_path)
    for way in ([command], [python, "-m", "eventstore"]):
        assert "A [storm]" in run(*way, "query", "s", "storm", cwd=tmp_path)


def required(name, extra=None):
    """The packages that a distribution requires, by name, with those that these require."""
    found = set()
    for requirement in importlib.metadata.requires(name) or []:
        package, _, marker = requirement.partition(";")
        wanted = re.search(r"extra == ['\"](.+?)['\"]", marker)
        if (wanted and wanted[1]) == extra:
            found.add(re.match(r"[\w.-]+", package)[0])
    installed = {name for name in found - ABSENT if is_installed(name)}
    return installed.union(*(required(name) for name in installed))


def is_installed(name):
    try:
        return bool(importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return False


@pytest.mark.parametrize("extra", EXTRAS)
def test_an_extra_has_all_that_its_calls_need(extra, python, tmp_path):
    packages = tmp_path / "packages"
    packages.mkdir()
    for name in required("context-eventstore", extra):
        files = importlib.metadata.files(name)
        for top in {file.parts[0] for file in files if file.parts[0] != ".."}:
            link = packages / top
            if not link.is_symlink():
                link.symlink_to(importlib.metadata.distribution(name).locate_file(top))
    script = PYTHON / "tests" / "installed.py"
    assert run(python, script, extra, cwd=tmp_path, PYTHONPATH=str(packages)) == ""


def test_every_extra_is_tested():
    extras = importlib.metadata.metadata("context-eventstore").get_all("Provides-Extra")
    # That of Spark is tested by `make spark`, which has an environment of its own.
    assert sorted(extras) == sorted([*EXTRAS, "spark"])
