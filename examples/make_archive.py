#!/usr/bin/env python3
"""Writes examples/archive and examples/expected.json from the invented events in examples/sample.

python examples/make_archive.py            writes both
python examples/make_archive.py --check    fails if either differs from what would be written
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from sample.edition import read_edition
from sample.pages import archive
from sample.truth import expected

HERE = Path(__file__).resolve().parent
ARCHIVE = HERE / "archive"
EXPECTED = HERE / "expected.json"


def wanted() -> dict[Path, bytes]:
    editions = [read_edition("en", "english.toml"), read_edition("zh", "chinese.toml")]
    files = {ARCHIVE / path: text.encode() for path, text in archive(editions).items()}
    truth = json.dumps(expected(editions), ensure_ascii=False, indent=1)
    return {**files, EXPECTED: f"{truth}\n".encode()}


def present() -> dict[Path, bytes]:
    paths = [path for path in [*ARCHIVE.rglob("*"), EXPECTED] if path.is_file()]
    return {path: path.read_bytes() for path in paths}


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    new, old = wanted(), present()
    differing = sorted(path for path in new.keys() | old.keys() if new.get(path) != old.get(path))
    if arguments == ["--check"]:
        for path in differing:
            print(f"{path.relative_to(HERE.parent)} differs; run examples/make_archive.py")
        print(f"sample archive: {len(new) - 1} files looked at, {len(differing)} differ")
        return 1 if differing else 0
    for path in differing:
        if path in new:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(new[path])
        else:
            path.unlink()
    for folder in sorted((p for p in ARCHIVE.rglob("*") if p.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()
    print(f"sample archive: {len(new) - 1} files, {len(differing)} written or removed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
