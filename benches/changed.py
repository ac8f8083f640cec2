#!/usr/bin/env python3
"""Writes a tar of a share of an archive's event pages, each with a word more in its title.

python benches/changed.py SRC.tar DST.tar SHARE
    [--original FILE]    also writes the same pages as they are in SRC

Which pages they are depends on their paths alone.
"""

from __future__ import annotations

import argparse
import io
import re
import tarfile
import zlib
from pathlib import Path

# Of so many pages, `SHARE` is counted.
WHOLE = 10_000
EVENT = re.compile(r"(?:^|/)news/\d+/\d+/\d+/(?!index\.md$|README\.md$)[^/]+\.md$")
TITLE = re.compile(rb"^(#\s+)(?=\S)", re.M)
WORD = rb"\1Again: "


def is_chosen(path: str, share: float) -> bool:
    return bool(EVENT.search(path)) and zlib.crc32(path.encode()) % WHOLE < share * WHOLE


def put(tar: tarfile.TarFile, path: str, page: bytes) -> None:
    entry = tarfile.TarInfo(path)
    entry.size = len(page)
    tar.addfile(entry, io.BytesIO(page))


def write(source: Path, changed: Path, share: float, original: Path | None) -> list[str]:
    """Returns the ids of the pages, as their paths spell them."""
    ids = []
    with tarfile.open(source) as pages, tarfile.open(changed, "w") as after:
        before = tarfile.open(original, "w") if original else None  # noqa: SIM115  (there may be none)
        for entry in pages:
            file = pages.extractfile(entry) if is_chosen(entry.name, share) else None
            if file is None:
                continue
            page = file.read()
            new, titles = TITLE.subn(WORD, page, count=1)
            if not titles:
                raise SystemExit(f"{source}: {entry.name}: no title to change")
            put(after, entry.name, new)
            if before:
                put(before, entry.name, page)
            ids.append(entry.name.rpartition("news/")[2].removesuffix(".md"))
        if before:
            before.close()
    return ids


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("source", type=Path)
    options.add_argument("changed", type=Path)
    options.add_argument("share", type=float)
    options.add_argument("--original", type=Path)
    given = options.parse_args()
    ids = write(given.source, given.changed, given.share, given.original)
    print(f"{len(ids)} pages of {given.source} changed: {given.changed}")


if __name__ == "__main__":
    main()
