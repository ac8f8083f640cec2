"""What the documents and examples say, run: the tour, the maker of the sample archive, the guide."""

import re
import subprocess
import sys
import tarfile
from pathlib import Path

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


def test_the_programs_of_the_guide_run_in_order(tmp_path, monkeypatch):
    (tmp_path / "examples").symlink_to(EXAMPLES)
    with tarfile.open(tmp_path / "archive.tar.gz", "w:gz") as archive:
        archive.add(EXAMPLES / "archive", arcname="archive")
    monkeypatch.chdir(tmp_path)
    programs = re.findall(r"^```python\n(.*?)^```", (PROJECT / "docs" / "guide.md").read_text(), re.M | re.S)
    assert len(programs) >= 4
    names = {}
    for program in programs:
        exec(compile(program, "docs/guide.md", "exec"), names)
    names["store"].close()
