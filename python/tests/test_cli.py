"""The console script: the crate's command line, with its exit codes, from Python."""

import subprocess
import sys
from pathlib import Path

import eventstore as es
import pytest

PROJECT = Path(__file__).resolve().parents[2]
SCRIPT = Path(sys.executable).parent / "eventstore"


@pytest.fixture(params=["script", "module"])
def run(request):
    command = [str(SCRIPT)] if request.param == "script" else [sys.executable, "-m", "eventstore"]
    return lambda *arguments: subprocess.run(
        [*command, *map(str, arguments)], capture_output=True, text=True, check=False
    )


def test_what_the_command_ingests_the_package_reads(run, tmp_path):
    path = tmp_path / "news.store"
    ingested = run("ingest", path, PROJECT / "examples" / "archive")
    assert ingested.returncode == 0, ingested.stderr
    with es.open(path, create=False) as store:
        expected = store.query("2018").order("-date")[:3].ids()
    answered = run("query", path, "2018", "--reverse", "--limit", "3", "--ids")
    assert (answered.returncode, answered.stdout.splitlines()) == (0, expected)


def test_exit_codes_tell_errors_from_misuse(run, tmp_path):
    missing = run("stats", tmp_path / "gone")
    assert (missing.returncode, missing.stdout) == (1, "")
    assert str(tmp_path / "gone") in missing.stderr
    assert run("no-such-command").returncode == 2
    helped = run("--help")
    assert helped.returncode == 0
    assert helped.stdout.startswith("An embedded store")
    assert "Usage: eventstore" in helped.stdout


def test_the_command_explains_and_completes_itself(run, tmp_path):
    assert "tag:(Syria, Iraq)" in run("help", "queries").stdout
    completions = run("completions", "bash")
    assert completions.returncode == 0
    assert "complete -F _eventstore" in completions.stdout
    written = run("man", tmp_path)
    assert (written.returncode, written.stderr) == (0, "")
    assert (tmp_path / "eventstore-query.1").exists()


def test_colours_are_those_of_the_call(run, tmp_path):
    path = tmp_path / "news.store"
    run("ingest", path, PROJECT / "examples" / "archive")
    assert "\x1b[" in run("query", path, "maren", "--color", "always").stdout
    assert "\x1b[" not in run("query", path, "maren").stdout


def test_a_name_that_is_no_text_reaches_the_command(run, tmp_path):
    odd = tmp_path / "\udcff.store"
    assert run("stats", odd).returncode == 1
