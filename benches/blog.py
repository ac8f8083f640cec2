#!/usr/bin/env python3
"""A blog of Markdown pages beside an archive of the Context, and beside python-frontmatter with pandas.

python benches/blog.py --pages 100000 [--out bench-out]

Both archives are synthetic, and stores are made without words: what was aimed at is older than these. The
rows that compare them alternate, so that a noisy neighbour meets both.
`make bench-blog` installs what this needs (benches/requirements.txt).
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import eventstore
import measures
from figures import machine
from meters import disk, timed

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "target" / "bench"
RUNS = 5
# Pages of the comparison with python-frontmatter.
SMALL = 10_000
GETS = 2_000
# What both sides make a column of.
COLUMNS = ["id", "date", "title", "tags", "categories", "authors", "meta", "body"]


def generated(pages: int, blog: bool) -> Path:
    kind = "blog" if blog else "archive"
    archive = FOLDER / f"{kind}-{pages}.tar"
    if not archive.exists():
        command = ["cargo", "run", "--release", "--package", "eventstore-benches", "--bin", "generate", "--"]
        command += ["--pages", str(pages), "--seed", "1", "--out", str(archive)]
        subprocess.run(command + ["--blog"] * blog, cwd=ROOT, check=True, stdout=sys.stderr)
    return archive


def alone(what: str, *arguments: str | Path) -> dict[str, Any]:
    """One measurement, in a process of its own."""
    command = [sys.executable, __file__, "--measure", what, *map(str, arguments)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def load(archive: str, store: str) -> dict[str, Any]:
    """Timed: as `measures.load` does it, into a store without words."""
    found = measures.load(archive, store, words="off")
    events = found["added"] + found["undated"]
    return {"ms": found["ms"], "mb": found["bytes"] / 1e6, "events": events, "failed": found["failed"]}


def gets(store: str) -> dict[str, Any]:
    """Timed: `store[id]` of events all over the store, every one read for the second time."""
    with eventstore.open(store) as opened:
        ids = opened.query("draft:yes undated:yes").ids()
        chosen = random.Random(1).sample(ids, min(GETS, len(ids)))

        def work() -> int:
            return sum(len(opened[name].title) for name in chosen)

        work()
        return {"ms": min(timed(work)[0] for _ in range(RUNS)) / len(chosen)}


def ours_folder(folder: str) -> dict[str, Any]:
    """Timed: `ingest` of a folder into memory, without words, and its columns as Arrow."""
    import pyarrow  # noqa: F401  (neither side's import is timed)

    def work() -> Any:
        with eventstore.memory(words="off") as store:
            store.ingest(folder)
            return store.query("draft:yes undated:yes").to_arrow(COLUMNS)

    ms, table = timed(work)
    return {"ms": ms, "rows": table.num_rows}


def ours_store(store: str, columns: list[str] = COLUMNS) -> dict[str, Any]:
    """Timed: a store opened, and its columns as Arrow."""
    import pyarrow  # noqa: F401

    def work() -> Any:
        with eventstore.open(store) as opened:
            return opened.query("draft:yes undated:yes").to_arrow(columns)

    ms, table = timed(work)
    return {"ms": ms, "rows": table.num_rows}


def ours_front_matter(store: str) -> dict[str, Any]:
    """Timed: the same without the bodies, which make up most of the bytes."""
    return ours_store(store, [column for column in COLUMNS if column != "body"])


def theirs_folder(folder: str) -> dict[str, Any]:
    """Timed: each file of a folder through `frontmatter.load`, and a DataFrame of what it gave."""
    import frontmatter
    import pandas

    def work() -> Any:
        rows = []
        for path in Path(folder).rglob("*.md"):
            page = frontmatter.load(path)
            rows.append({"path": str(path), "body": page.content, **page.metadata})
        return pandas.DataFrame(rows)

    ms, frame = timed(work)
    return {"ms": ms, "rows": len(frame)}


MEASURES: dict[str, Callable[..., dict[str, Any]]] = {
    work.__name__: work for work in (load, gets, ours_folder, ours_store, ours_front_matter, theirs_folder)
}


def compare_archives(blog: Path, context: Path, folder: Path) -> tuple[dict[str, Any], list[str]]:
    archives = {"blog": blog, "context": context}
    loads: dict[str, list[dict[str, Any]]] = {name: [] for name in archives}
    for _ in range(RUNS):
        for name, archive in archives.items():
            store = folder / name
            shutil.rmtree(store, ignore_errors=True)
            loads[name].append(alone("load", archive, store))
    read = {name: [alone("gets", folder / name)["ms"] for _ in range(RUNS)] for name in archives}
    rate = {name: median(run["mb"] * 1e3 / run["ms"] for run in runs) for name, runs in loads.items()}
    get = {name: median(runs) * 1e3 for name, runs in read.items()}
    if any(run["failed"] for runs in loads.values() for run in runs):
        raise SystemExit("blog: a page failed")
    stored = {name: disk(folder / name) / loads[name][0]["events"] for name in archives}
    packed = {name: compressed(archive) / loads[name][0]["events"] for name, archive in archives.items()}
    lines = [
        row("load, MB/s", rate, ".0f") + f" {rate['blog'] / rate['context']:.2f} |",
        row("`store[id]`, µs", get, ".1f") + f" {get['blog'] / get['context']:.2f} |",
        row("store, bytes an event", stored, ".0f") + " |",
        row("the source as .tar.gz, bytes an event", packed, ".0f") + " |",
    ]
    return {"loads": loads, "gets": read, "stored": stored, "packed": packed}, lines


def row(what: str, of: dict[str, float], digits: str) -> str:
    return f"| {what} | {of['blog']:{digits}} | {of['context']:{digits}} |"


def compressed(archive: Path) -> int:
    """Bytes of an archive as `gzip -6` leaves it."""
    size = 0
    with tempfile.TemporaryFile() as out, open(archive, "rb") as file:
        with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=6, mtime=0) as packer:
            shutil.copyfileobj(file, packer, 1 << 20)
        size = out.tell()
    return size


def compare_columns(archive: Path, folder: Path) -> tuple[dict[str, Any], list[str]]:
    pages = folder / "pages"
    shutil.unpack_archive(archive, pages, filter="data")
    store = folder / "small"
    alone("load", archive, store)
    works = [
        ("theirs_folder", pages),
        ("ours_folder", pages),
        ("ours_store", store),
        ("ours_front_matter", store),
    ]
    runs: dict[str, list[dict[str, Any]]] = {what: [] for what, _ in works}
    for _ in range(RUNS):
        for what, place in works:
            runs[what].append(alone(what, place))
    rows = {run["rows"] for of_work in runs.values() for run in of_work}
    if len(rows) != 1:
        raise SystemExit(f"blog: the sides read different numbers of pages: {rows}")
    ms = {what: median(run["ms"] for run in of_work) for what, of_work in runs.items()}
    theirs = ms["theirs_folder"]
    lines = [f"| python-frontmatter and pandas, from the folder | {theirs:.0f} | 1 |"]
    for what, work in [
        ("from the folder, with bodies", "ours_folder"),
        ("from the store, with bodies", "ours_store"),
        ("from the store, without bodies", "ours_front_matter"),
    ]:
        lines.append(f"| eventstore to Arrow, {what} | {ms[work]:.1f} | 1/{theirs / ms[work]:.1f} |")
    return {"runs": runs}, lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument("--out", type=Path, default=ROOT / "bench-out")
    parser.add_argument("--measure", nargs="+", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        what, *rest = arguments.measure
        print(json.dumps(MEASURES[what](*rest)))
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    blog, context = generated(arguments.pages, True), generated(arguments.pages, False)
    small = generated(min(SMALL, arguments.pages), True)
    with tempfile.TemporaryDirectory(dir=FOLDER, prefix="blog-") as name:
        archives, first = compare_archives(blog, context, Path(name))
        columns, second = compare_columns(small, Path(name))
    arguments.out.mkdir(exist_ok=True)
    facts = {"machine": machine(), "pages": arguments.pages, "archives": archives, "columns": columns}
    (arguments.out / f"blog-{arguments.pages}.json").write_text(json.dumps(facts, indent=1) + "\n")
    print(f"{arguments.pages:,} pages each\n")
    print("| what | blog | Context | ratio |\n| --- | --- | --- | --- |", *first, sep="\n")
    print(f"\n{min(SMALL, arguments.pages):,} pages of the blog to columns\n")
    print("| what | ms | share |\n| --- | --- | --- |", *second, sep="\n")


if __name__ == "__main__":
    main()
