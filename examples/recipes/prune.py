"""Remove from a store what is no longer in the archive.

.venv/bin/python examples/recipes/prune.py
"""

import shutil
import tempfile
from pathlib import Path

import eventstore

SAMPLE = Path(__file__).resolve().parents[1] / "archive"

with tempfile.TemporaryDirectory() as folder:
    archive = shutil.copytree(SAMPLE, Path(folder) / "archive")
    with eventstore.open(Path(folder) / "news.store") as store:
        store.ingest(archive)
        before = len(store)

        # Two events are withdrawn. Without prune a store keeps what it has.
        gone = sorted((archive / "news/2016").rglob("*.md"))
        gone = [page for page in gone if page.name not in ("index.md", "README.md")][:2]
        for page in gone:
            page.unlink()
        store.ingest(archive)
        assert len(store) == before

        # Prune acts on the part of the tree that was given: of `archive/news/2016` only that year.
        report = store.ingest(archive, prune=True)
        print(f"{report.removed} removed, {before - report.removed} left")
        assert report.removed == len(gone)
        assert len(store) == before - len(gone)

        # An archive that was not read to its end removes nothing: a cut download is an error, not a purge.
        cut = Path(folder) / "cut.tar.gz"
        whole = Path(shutil.make_archive(str(Path(folder) / "whole"), "gztar", archive))
        cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
        try:
            store.ingest(cut, prune=True)
        except eventstore.ArchiveError as error:
            print(f"refused: {error}")
        assert len(store) == before - len(gone)
