#!/usr/bin/env python3
"""Writes examples/archive and examples/expected.json from the invented events in examples/sample.

The archive is written a second time as one file, which the Python package brings along for `sample()`.

python examples/make_archive.py            writes all of them
python examples/make_archive.py --check    fails if one differs from what would be written
"""

from __future__ import annotations

import gzip
import io
import json
import sys
import tarfile
from pathlib import Path

from sample.edition import read_edition
from sample.pages import archive
from sample.truth import expected

HERE = Path(__file__).resolve().parent
ARCHIVE = HERE / "archive"
EXPECTED = HERE / "expected.json"
PACKED = HERE.parent / "python/python/eventstore/sample.tar.gz"


def packed(pages: dict[str, str]) -> bytes:
    """The pages as a tar: the same bytes for the same pages, whoever makes it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path, text in sorted(pages.items()):
            content = text.encode()
            member = tarfile.TarInfo(path)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return out.getvalue()


def wanted() -> dict[Path, bytes]:
    editions = [read_edition("en", "english.toml"), read_edition("zh", "chinese.toml")]
    pages = archive(editions)
    files = {ARCHIVE / path: text.encode() for path, text in pages.items()}
    truth = json.dumps(expected(editions), ensure_ascii=False, indent=1)
    return {**files, EXPECTED: f"{truth}\n".encode(), PACKED: packed(pages)}


def present() -> dict[Path, bytes]:
    paths = [path for path in [*ARCHIVE.rglob("*"), EXPECTED, PACKED] if path.is_file()]
    return {path: read(path) for path in paths}


# Versions of zlib pack the same text differently, so it is compared unpacked.
def read(path: Path) -> bytes:
    content = path.read_bytes()
    return gzip.decompress(content) if path == PACKED else content


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content, mtime=0) if path == PACKED else content)


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    new, old = wanted(), present()
    differing = sorted(path for path in new.keys() | old.keys() if new.get(path) != old.get(path))
    if arguments == ["--check"]:
        for path in differing:
            print(f"{path.relative_to(HERE.parent)} differs; run examples/make_archive.py")
        print(f"sample archive: {len(new) - 2} files looked at, {len(differing)} differ")
        return 1 if differing else 0
    for path in differing:
        if path in new:
            write(path, new[path])
        else:
            path.unlink()
    for folder in sorted((p for p in ARCHIVE.rglob("*") if p.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()
    print(f"sample archive: {len(new) - 2} files, {len(differing)} written or removed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
