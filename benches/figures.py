#!/usr/bin/env python3
"""Measures eventstore through its Python package as `docs/benchmarks.md` says, and prints a Markdown table.

python benches/figures.py --archive "Chinese=…/context-zh.tar.gz" --archive "synthetic=…/archive-100000.tar"
    [--write README.md]    also replaces what stands between the lines `<!-- figures -->` of a document
    [--json FILE]          also writes all runs; by default bench-out/figures.json
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MEASURES = Path(__file__).with_name("measures.py")
QUESTIONS = json.loads(Path(__file__).with_name("questions.json").read_text())
MARK = "<!-- figures -->"
# Loads of a second and more repeat five times, everything else at least seven.
RUNS, LONG_RUNS, LONG_MS = 7, 5, 1_000


def measure(name: str, *arguments: str | Path) -> dict[str, Any]:
    command = [sys.executable, str(MEASURES), name, *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def loads(archive: Path, folder: Path) -> list[dict[str, Any]]:
    """Loads the archive several times; the last store stays, for the questions."""
    runs: list[dict[str, Any]] = []
    while len(runs) < (LONG_RUNS if runs and runs[0]["ms"] >= LONG_MS else RUNS):
        store = folder / f"store-{len(runs)}"
        runs.append(measure("load", archive, store))
        if len(runs) > 1:
            subprocess.run(["rm", "-r", str(folder / f"store-{len(runs) - 2}")], check=True)
    return runs


def measure_archive(archive: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(dir=archive_folder(), prefix="figures-") as name:
        folder = Path(name)
        say(f"loading {archive.name}")
        loaded = loads(archive, folder)
        store = folder / f"store-{len(loaded) - 1}"
        chosen = folder / "chosen.json"
        plan = measure("choose", store)
        chosen.write_text(json.dumps(plan))
        say("reading it again")
        second = [(measure("again", archive, store), measure("plain", archive)) for _ in range(RUNS)]
        say("asking")
        return {
            "archive": archive.name,
            "plan": plan,
            "load": loaded,
            "again": [run for run, _ in second],
            "plain": [run for _, run in second],
            "opening": [measure("opening", store) for _ in range(RUNS)],
            "cold gets": [measure("cold", store, chosen, "gets") for _ in range(RUNS)],
            "cold month": [measure("cold", store, chosen, "month") for _ in range(RUNS)],
            "warm": measure("warm", store, chosen),
        }


def archive_folder() -> Path:
    folder = ROOT / "target" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def say(what: str) -> None:
    print(f"figures: {what}", file=sys.stderr)


def middle(runs: list[dict[str, Any]], key: str = "ms") -> float:
    return median(run[key] for run in runs)


def ms(value: float) -> str:
    if value >= 1_000:
        return f"{value / 1_000:.2f} s"
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3
    return f"{value:.{digits}f} ms"


def mb(value: float) -> str:
    return f"{value / 1e6:.0f} MB"


def column(found: dict[str, Any]) -> dict[str, str]:
    """The figures of one archive, row by row."""
    load, warm = found["load"][0], found["warm"]
    rows = warm["rows"]
    seconds = middle(found["load"]) / 1e3
    month = f"{ms(median(rows['month']['ms']))} ({rows['month events']:,})"
    share = middle(found["again"]) / middle(found["plain"])
    rate = f"{load['added'] / seconds:,.0f}; {load['bytes'] / 1e6 / seconds:.0f}"
    gets = f"{len(found['plan']['ids']):,}"
    cells = {
        "Event pages; MB of pages": f"{load['added']:,}; {load['bytes'] / 1e6:.0f}",
        "Load: reading, parsing, indexing, all synced to disk": f"{seconds:.2f} s",
        "… pages a second; MB a second": rate,
        "… peak memory": mb(max(run["peak"] for run in found["load"])),
        "Bytes on disk an event": f"{load['disk'] / load['added']:.0f}",
        "Load again, nothing changed": ms(middle(found["again"])),
        "… against reading, decompressing and a CRC-32": f"{share:.2f} times",
        "Open": ms(middle(found["opening"])),
        f"{gets} whole events by id, every string read": ms(median(rows["gets"]["ms"])),
        f"… first touch, {gets} events": ms(middle(found["cold gets"])),
        "A month of whole events, every string read": month,
        "… first touch, a month": ms(middle(found["cold month"])),
    }
    for question in QUESTIONS:
        row = rows[question["row"]]
        count = f" ({row['answer']:,})" if question["ask"] == "count" else ""
        cells[question["row"]] = ms(median(row["ms"])) + count
    cells[f"How many link to it, {gets} times"] = ms(median(rows["links"]["ms"]))
    cells["Peak memory of asking; with reading events"] = f"{mb(warm['peak_questions'])}; {mb(warm['peak'])}"
    return cells


def machine() -> dict[str, str]:
    cpu = "unknown processor"
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        cpu = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), cpu)
    output = lambda *command: subprocess.run(  # noqa: E731
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False
    ).stdout.strip()
    return {
        "cores": str(os.cpu_count()),
        "cpu": cpu,
        "load": f"{os.getloadavg()[0]:.1f}",
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "rustc": output("rustc", "--version").removeprefix("rustc ").split(" ")[0],
        "commit": output("git", "rev-parse", "--short", "HEAD"),
    }


def table(found: dict[str, dict[str, Any]], facts: dict[str, str]) -> str:
    columns = {name: column(one) for name, one in found.items()}
    rows: list[str] = []
    for cells in columns.values():
        rows += [row for row in cells if row not in rows]
    lines = [f"| | {' | '.join(columns)} |", f"| --- |{' ---: |' * len(columns)}"]
    lines += [f"| {row} | {' | '.join(cells.get(row, '-') for cells in columns.values())} |" for row in rows]
    told = (
        f"Medians of {RUNS} runs or more ({LONG_RUNS} for loads beyond a second), through Python "
        f"{facts['python']}; {facts['cores']} cores ({facts['cpu']}), {facts['system']}, "
        f"rustc {facts['rustc']}, {facts['date']}."
    )
    return "\n".join([*lines, "", told])


def write(document: Path, text: str) -> None:
    """Replaces what stands between the two marks; a single mark becomes two."""
    parts = document.read_text().split(MARK)
    match parts:
        case [head, tail] | [head, _, tail]:
            document.write_text(f"{head}{MARK}\n\n{text}\n\n{MARK}{tail}")
        case _:
            sys.exit(f"{document}: expected `{MARK}` once or twice, found {len(parts) - 1}")


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--archive", action="append", required=True, metavar="NAME=PATH")
    options.add_argument("--write", type=Path, metavar="DOCUMENT")
    options.add_argument("--json", type=Path, default=ROOT / "bench-out" / "figures.json")
    given = options.parse_args()
    found: dict[str, dict[str, Any]] = {}
    for archive in given.archive:
        name, _, path = archive.partition("=")
        if not Path(path).is_file():
            say(f"SKIPPED: {name}: no file {path}; the table has no column for it")
            continue
        found[name] = measure_archive(Path(path).resolve())
    if not found:
        sys.exit("figures: none of the archives is there; `make figures` generates one")
    facts = machine()
    text = table(found, facts)
    given.json.parent.mkdir(parents=True, exist_ok=True)
    given.json.write_text(
        json.dumps({"machine": facts, "archives": found}, ensure_ascii=False, indent=1) + "\n"
    )
    print(text)
    if given.write:
        write(given.write, text)


if __name__ == "__main__":
    main()
