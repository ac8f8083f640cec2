"""A look at whether a store is whole."""

import pickle
import subprocess
import sys

import eventstore as es
import pytest

PAGE = b"---\ntitle: A ferry sails\ndate: 2017-03-02\ntags: [ships]\n---\nText.\n"


@pytest.mark.parametrize("full", [False, True])
def test_a_sound_store_is_sound(full):
    store = es.memory()
    store.ingest({"a.md": PAGE, "b.md": PAGE})
    report = store.verify(full=full)
    assert (report.is_sound, report.is_complete, report.found, report.findings) == (True, True, 0, ())
    assert report.rows == (2 if full else 0)
    assert report.chunks > 10
    assert report.bytes > 1000
    assert report.segments == 1
    assert repr(report).startswith("VerifyReport(is_sound=True, is_complete=True, is_resolved=False, chunks=")
    assert eval(repr(report), vars(es)) == pickle.loads(pickle.dumps(report)) == report
    assert store.snapshot().verify(full).is_sound


def test_a_finding_is_a_value():
    finding = es.Finding(segment=3, part="word rows", path="a.md", message="row 7 is missing")
    assert repr(finding) == "Finding(segment=3, part='word rows', path='a.md', message='row 7 is missing')"
    assert pickle.loads(pickle.dumps(finding)) == finding
    assert finding != es.Finding(None, "law", None, "")


def test_a_turned_bit_on_disk_is_found(tmp_path):
    # The file is damaged while the store is open, behind its back, so by a process of its own.
    program = """
import sys, pathlib
import eventstore as es
path = pathlib.Path(sys.argv[1])
head = b"---\\ntitle: Ship\\ndate: 2017-03-02\\n---\\n"
pages = {f"a{n}.md": head + b"sea %d " % n * 9 for n in range(900)}
with es.open(path) as store:
    store.ingest(pages)
store = es.open(path, read_only=True)
assert store.verify(full=True).is_sound
[db] = path.glob("data-*/db")
data = bytearray(db.read_bytes())
for at in range(0, len(data), 4096):
    data[at] ^= 255
db.write_bytes(data)
report = store.verify()
assert not report.is_sound and report.found == len(report.findings) > 0, report
print(report.findings[0].part, report.findings[1], sep="\\n")
import os
os._exit(0)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "s")], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    of_file, of_chunk = done.stdout.splitlines()
    assert of_file.endswith("/db")
    assert of_chunk.startswith("Finding(segment=0, part=")
