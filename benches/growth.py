#!/usr/bin/env python3
"""How eventstore's figures grow with the archive, as docs/benchmarks.md says: table, JSON and chart.

python benches/growth.py [--sizes 10000,100000,1000000] [--out bench-out]
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

from bench import FOLDER, ROOT, WORKLOADS, Bench, measure, repeated, say
from figures import machine
from rivals import answers, charts
from rivals.measure import OURS, QUESTIONS, RUNS
from rivals.table import figure, shown

SIZES = "10000,100000,1000000"
# The same question in another form, which is one way for eventstore.
TWICE = ("gets_batch", "links_batch")


def grown(pages: int) -> dict[str, Any]:
    """The figures of one size."""
    folder = FOLDER / f"growth-{pages}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        bench = Bench(pages, folder)
        bench.generate(pages)
        store = bench.store(OURS)
        bench.load_ours()
        say(f"{pages:,} pages: asking")
        command = [sys.executable, ROOT / "benches" / "measures.py", "choose", store]
        bench.plan.write_text(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)
        warm = measure(OURS, "warm", store, bench.plan)
        questions = [name for name in QUESTIONS if name not in TWICE]
        return {
            "pages": pages,
            "events": warm["events"],
            **bench.engines[OURS],
            "open": repeated(RUNS, OURS, "opening", store),
            "peak_ask": warm["peak"],
            "warm": {name: warm["rows"][name] for name in questions},
            "first": {name: repeated(RUNS, OURS, "first", store, bench.plan, name) for name in questions},
        }
    finally:
        shutil.rmtree(folder)


def rows(found: list[dict[str, Any]]) -> list[tuple[str, list[float], str]]:
    """Name, a figure of each size, and its unit."""
    told = {workload["key"]: workload["row"] for workload in WORKLOADS}
    middle = lambda cell: float(median(cell["ms"]))  # noqa: E731
    table = [
        (
            "Pages a second, all synced to disk",
            [one["pages"] / middle(one["load"]) * 1e3 for one in found],
            "bytes",
        ),
        ("Peak memory of loading", [one["peak_load"]["value"] for one in found], "memory"),
        ("Bytes on disk an event", [one["disk"]["bytes"] / one["events"] for one in found], "bytes"),
        ("Open", [middle(one["open"]) for one in found], "ms"),
        ("Peak memory of asking", [one["peak_ask"] for one in found], "memory"),
    ]
    for name in found[0]["warm"]:
        table.append((told[name], [middle(one["warm"][name]) for one in found], "ms"))
        table.append((f"{told[name]}: first touch", [middle(one["first"][name]) for one in found], "ms"))
    return table


def markdown(found: list[dict[str, Any]]) -> str:
    sizes = [f"{one['pages']:,} pages" for one in found]
    lines = [f"| | {' | '.join(sizes)} | last to first |", f"| --- |{' ---: |' * (len(sizes) + 1)}"]
    for name, values, unit in rows(found):
        cells = [shown(value, unit) for value in values]
        lines.append(f"| {name} | {' | '.join(cells)} | {figure(values[-1] / values[0])} × |")
    return "\n".join(lines)


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--sizes", default=SIZES)
    options.add_argument("--out", type=Path, default=ROOT / "bench-out")
    given = options.parse_args()
    found = [grown(int(size)) for size in given.sizes.split(",")]
    facts = machine()
    text = markdown(found) + (
        f"\n\nMedians; {facts['cores']} cores ({facts['cpu']}), {facts['system']}, rustc {facts['rustc']}, "
        f"{facts['date']}, commit {facts['commit']}.\n"
    )
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "growth.md").write_text(text)
    written = json.dumps({"machine": facts, "sizes": answers.digest(found)}, ensure_ascii=False, indent=1)
    (given.out / "growth.json").write_text(written + "\n")
    sizes = [one["pages"] for one in found]
    charts.growth(sizes, rows(found), given.out / "growth.svg")
    print(text)


if __name__ == "__main__":
    main()
