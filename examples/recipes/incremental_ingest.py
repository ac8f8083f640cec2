"""Read an archive again after it has changed: only pages with other bytes are parsed.

.venv/bin/python examples/recipes/incremental_ingest.py
"""

import shutil
import tempfile
from pathlib import Path

import eventstore

SAMPLE = Path(__file__).resolve().parents[1] / "archive"

with tempfile.TemporaryDirectory() as folder:
    archive = shutil.copytree(SAMPLE, Path(folder) / "archive")
    page = next(archive.glob("news/2018/11/21/*vehicle*.md"))

    with eventstore.open(Path(folder) / "news.store") as store:
        first = store.ingest(archive)
        print(f"first: {first.parsed} of {first.files} files parsed, {first.added} events")

        # Nothing changed: files are hashed, and no commit is written.
        again = store.ingest(archive)
        print(f"again: {again.parsed} parsed, {again.unchanged} unchanged")
        assert again.parsed == 0

        # An editor mends one title.
        page.write_bytes(page.read_bytes().replace(b"\n# ", b"\n# Mended: ", 1))
        edited = store.ingest(archive)
        print(f"edited: {edited.parsed} parsed, {edited.changed} changed")
        assert (edited.changed, edited.parsed) == (1, 1)
        assert sum(event.title.startswith("Mended: ") for event in store.query()) == 1
