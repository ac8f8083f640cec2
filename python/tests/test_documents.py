"""What the documents and examples say, run: the tour, the maker of the sample archive, the guide."""

import doctest
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
EXAMPLES = PROJECT / "examples"


def run(*command):
    return subprocess.run([sys.executable, *map(str, command)], capture_output=True, text=True, check=False)


def test_the_tour_asks_ten_questions_and_every_answer_is_right():
    said = run(EXAMPLES / "tour.py")
    assert said.returncode == 0, said.stdout + said.stderr
    assert "\n10. " in said.stdout


def test_the_sample_archive_is_what_its_maker_makes():
    said = run(EXAMPLES / "make_archive.py", "--check")
    assert said.returncode == 0, said.stdout + said.stderr


def programs(document):
    """The Python programs of a document of docs."""
    return re.findall(r"^```python\n(.*?)^```", (PROJECT / "docs" / document).read_text(), re.M | re.S)


def test_the_tutorial_gives_what_it_says():
    result = doctest.testfile(
        str(PROJECT / "docs" / "tutorial.md"), module_relative=False, optionflags=doctest.ELLIPSIS
    )
    assert result.attempted >= 20
    assert result.failed == 0


@pytest.mark.parametrize("program", programs("cookbook.md"))
def test_a_program_of_the_cookbook_runs_by_itself(program, tmp_path, monkeypatch):
    (tmp_path / "archive").symlink_to(EXAMPLES / "archive")
    monkeypatch.chdir(tmp_path)
    exec(compile(program, "docs/cookbook.md", "exec"), {})


def test_the_programs_of_the_guide_run_in_order(tmp_path, monkeypatch):
    (tmp_path / "examples").symlink_to(EXAMPLES)
    with tarfile.open(tmp_path / "archive.tar.gz", "w:gz") as archive:
        archive.add(EXAMPLES / "archive", arcname="archive")
    monkeypatch.chdir(tmp_path)
    of_the_guide = programs("guide.md")
    assert len(of_the_guide) >= 4
    names = {}
    for program in of_the_guide:
        exec(compile(program, "docs/guide.md", "exec"), names)
    names["store"].close()
