#!/usr/bin/env python3
"""The same work by eventstore and by what a user would take instead: one table, as docs/benchmarks.md says.

python benches/bench.py --pages 100000 [--engines SQLite,DuckDB] [--out bench-out] [--keep]

Every engine is asked the same, and an answer that differs ends the run. Needs the packages of
benches/requirements.txt; `make bench` installs them.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from statistics import median
from typing import Any

import changed
from figures import machine
from rivals import answers, charts, export, table
from rivals.measure import ENGINES, OURS, QUESTIONS, RUNS, SLOW_MS, SLOW_RUNS

BENCHES = Path(__file__).resolve().parent
ROOT = BENCHES.parent
FOLDER = ROOT / "target" / "bench"
WORKLOADS = json.loads((BENCHES / "workloads.json").read_text())
# Engines in Rust, a program of its own.
RUST = BENCHES / "rust-rivals" / "Cargo.toml"
RUST_TARGET = ROOT / "target" / "rust-rivals"
# Rows whose answers such a program tells in the same words.
COMPARED = (*QUESTIONS, "gets_first", "month_first")
SHARE = 0.01
BAD_PAGE = "news/9999/1/1/a-page-that-no-reader-takes.md"


def say(what: str) -> None:
    print(f"bench: {what}", file=sys.stderr, flush=True)


def measure(name: str, what: str, *arguments: str | Path) -> dict[str, Any]:
    """One measurement, in a process of its own."""
    command = [sys.executable, "-m", "rivals.measure", name, what, *map(str, arguments)]
    done = subprocess.run(command, cwd=BENCHES, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def repeated(times: int, name: str, what: str, *arguments: str | Path) -> dict[str, Any]:
    """The same in several processes; fewer where one takes seconds."""
    found = measure(name, what, *arguments)
    if found:
        runs = times if found["ms"][0] < SLOW_MS else SLOW_RUNS
        for _ in range(runs - 1):
            found["ms"] += measure(name, what, *arguments)["ms"]
    return found


class Bench:
    def __init__(self, pages: int, folder: Path) -> None:
        self.folder = folder
        self.archive = FOLDER / f"archive-{pages}.tar"
        self.events = FOLDER / f"events-{pages}.ndjson"
        self.plan = FOLDER / f"chosen-{pages}.json"
        self.after, self.before = folder / "changed.tar", folder / "original.tar"
        self.after_events, self.before_events = folder / "changed.ndjson", folder / "original.ndjson"
        self.changed_ids = folder / "changed.json"
        # What the engines in Rust are measured to, if they are.
        self.elsewhere = FOLDER / f"rust-rivals-{pages}.json"
        self.engines: dict[str, dict[str, Any]] = {}
        self.measured_elsewhere: frozenset[str] = frozenset()

    def generate(self, pages: int) -> None:
        if self.archive.exists():
            return
        say(f"generating {self.archive.name}")
        command = ["cargo", "run", "--release", "--package", "eventstore-benches", "--bin", "generate", "--"]
        command += ["--pages", str(pages), "--seed", "1", "--out", str(self.archive)]
        subprocess.run(command, cwd=ROOT, check=True, stdout=sys.stderr)

    def store(self, name: str) -> Path:
        return self.folder / name.replace(", ", "-").replace(" ", "-")

    def export(self, store: Path, to: Path) -> None:
        """All events, superseded ones too, in order of date and id."""
        command = [
            sys.executable,
            "-m",
            "eventstore",
            "query",
            str(store),
            "superseded:yes",
            "--format",
            "ndjson",
        ]
        with open(to, "wb") as file:
            subprocess.run(command, stdout=file, check=True)

    def load_ours(self) -> None:
        say(f"{OURS}: loading")
        store = self.store(OURS)
        loaded = measure(OURS, "load", self.archive, store, "1")
        for _ in range((RUNS if loaded["ms"][0] < SLOW_MS else SLOW_RUNS) - 1):
            again = measure(OURS, "load", self.archive, store, "1")
            loaded["ms"] += again["ms"]
            loaded["peak"] = max(loaded["peak"], again["peak"])
        times = {"ms": loaded["ms"]}
        self.engines[OURS] = dict.fromkeys(("load", "load_ready", "load_read"), times)
        self.keep_sizes(OURS, loaded)

    def keep_sizes(self, name: str, loaded: dict[str, Any]) -> None:
        self.engines[name] |= {"disk": {"bytes": loaded["disk"]}, "peak_load": {"value": loaded["peak"]}}

    def prepare(self) -> None:
        """What the rivals are given, what is asked, and which pages change."""
        say("exporting")
        store = self.store(OURS)
        self.export(store, self.events)
        command = [sys.executable, BENCHES / "measures.py", "choose", store]
        self.plan.write_text(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)
        ids = set(changed.write(self.archive, self.after, SHARE, self.before))
        scratch = self.folder / "scratch"
        shutil.copytree(store, scratch)
        subprocess.run(
            [sys.executable, "-m", "eventstore", "ingest", scratch, self.after],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        everything = self.folder / "after.ndjson"
        self.export(scratch, everything)
        shutil.rmtree(scratch)
        found: dict[Path, list[str]] = {}
        for whole, chosen in ((everything, self.after_events), (self.events, self.before_events)):
            with open(chosen, "w", encoding="utf-8") as file:
                kept = [event for event in export.events(whole) if event["id"] in ids]
                file.writelines(json.dumps(event, ensure_ascii=False) + "\n" for event in kept)
            found[chosen] = [event["id"] for event in kept]
        everything.unlink()
        if not ids or any(len(kept) != len(ids) for kept in found.values()):
            raise SystemExit(f"bench: {len(ids)} pages are to change, of which the stores hold {found}")
        self.changed_ids.write_text(json.dumps(found[self.after_events]))

    def parsing(self) -> dict[str, Any]:
        """What reading and parsing alone take."""
        say("reading and parsing alone")
        with_bad = self.folder / "parsing.tar"
        shutil.copyfile(self.archive, with_bad)
        with tarfile.open(with_bad, "a") as tar:
            changed.put(tar, BAD_PAGE, b"\xff")
        found = repeated(RUNS, OURS, "parsing", with_bad, BAD_PAGE)
        with_bad.unlink()
        return found

    def load_rival(self, name: str, parsing: float) -> None:
        say(f"{name}: loading")
        loaded = measure(name, "load", self.events, self.store(name), str(SLOW_RUNS))
        made = median(loaded["prepare"])
        before = {"load": made, "load_ready": 0.0, "load_read": made + parsing}
        self.engines[name] = {key: {"ms": [ms + more for ms in loaded["ms"]]} for key, more in before.items()}
        self.keep_sizes(name, loaded)

    def ask(self, name: str) -> None:
        rows, store = self.engines[name], self.store(name)
        say(f"{name}: asking")
        warm = measure(name, "warm", store, self.plan)
        rows |= warm["rows"] | {"peak_ask": {"value": warm["peak"]}}
        rows["size"] = {"answer": warm["events"]}
        rows["disk"] = {"value": rows["disk"]["bytes"] / warm["events"]}
        rows["open"] = repeated(RUNS, name, "opening", store)
        rows["gets_first"] = repeated(RUNS, name, "first", store, self.plan, "gets")
        rows["month_first"] = repeated(RUNS, name, "first", store, self.plan, "month")
        rows["arrow"] = measure(name, "arrow", store)
        say(f"{name}: the same again, and changes")
        source = self.archive if name == OURS else self.events
        rows["second"] = measure(name, "second", source, store, str(SLOW_RUNS))
        versions = (self.after, self.before) if name == OURS else (self.after_events, self.before_events)
        rows["update"] = measure(name, "update", store, self.plan, *versions, self.changed_ids)

    def compare(self, others: dict[str, dict[str, Any]]) -> int:
        """How many answers agree, of the engines measured so far and of others."""
        engines = self.engines | others
        compared = 0
        for key in dict.fromkeys(key for rows in engines.values() for key in rows):
            found = {
                name: rows[key]["answer"] for name, rows in engines.items() if "answer" in rows.get(key, {})
            }
            compared += answers.compare(key, found) if len(found) > 1 else 0
        return compared

    def build_rust(self) -> bool:
        """Before anything is measured; whether there is a program then."""
        if not shutil.which("cargo"):
            say("SKIPPED: the engines in Rust: there is no cargo")
            return False
        say("building the engines in Rust")
        command = ["cargo", "build", "--release", "--manifest-path", RUST, "--target-dir", RUST_TARGET]
        subprocess.run(command, cwd=ROOT, check=True, stdout=sys.stderr)
        return True

    def measure_rust(self) -> None:
        say("the engines in Rust")
        program = RUST_TARGET / "release" / "rust-rivals"
        command = [program, self.events, self.plan, self.elsewhere, "--archive", self.archive]
        command += ["--work", self.folder / "rust-rivals"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    def others(self) -> dict[str, dict[str, Any]]:
        """What that program found of the same archive; its answers have to agree like all others."""
        found = json.loads(self.elsewhere.read_text())
        events = self.engines[OURS]["size"]["answer"]
        if found["events"] != events:
            raise answers.Differ(f"{self.elsewhere.name} is of {found['events']} events, here are {events}")
        engines: dict[str, dict[str, Any]] = {}
        for name, rows in found["engines"].items():
            engines[name] = {
                # Of changes it says something else than `update` here.
                key: row if key in COMPARED else {"ms": row["ms"]}
                for key, row in rows.items()
                if row["ms"]
            }
            if disk := rows.get("disk"):
                engines[name]["disk"] = {"value": disk["answer"][0] / events}
            if line := engines[name].get("timeline"):
                # Months without events are told there, and not here.
                line["answer"] = [entry for entry in line["answer"] if entry[1]]
        return engines


def run(bench: Bench, pages: int, names: list[str], in_rust: bool) -> int:
    in_rust = in_rust and bench.build_rust()
    bench.generate(pages)
    bench.load_ours()
    bench.prepare()
    parsing = bench.parsing()
    bench.ask(OURS)
    others: dict[str, dict[str, Any]] = {}
    if in_rust:
        bench.measure_rust()
        others = bench.others()
    bench.compare(others)
    for name in names:
        bench.load_rival(name, median(parsing["ms"]))
        bench.ask(name)
        # At once, so that a mistake does not wait for the other engines.
        bench.compare(others)
    bench.engines |= others
    bench.measured_elsewhere = frozenset(others)
    return bench.compare({})


def written(bench: Bench, pages: int, compared: int) -> dict[str, Any]:
    """Everything that was measured, as JSON; ids by their number and hash."""
    return {
        "machine": machine(),
        "pages": pages,
        "compared": compared,
        "elsewhere": sorted(bench.measured_elsewhere),
        "engines": answers.digest(bench.engines),
    }


def report(found: dict[str, Any], out: Path) -> str:
    """The table, also written with the chart into a folder."""
    facts, pages, engines = found["machine"], found["pages"], found["engines"]
    names = list(engines)
    lines = table.lines(WORKLOADS, engines, frozenset(found["elsewhere"]))
    text = table.markdown(lines, names)
    text += (
        f"\n\n{pages:,} pages, through Python {facts['python']}; {facts['cores']} cores ({facts['cpu']}), "
        f"{facts['system']}, rustc {facts['rustc']}, {facts['date']}, commit {facts['commit']}, "
        f"load {facts['load']}. {found['compared']} answers compared.\n\n"
    )
    text += "\n".join(f"- {gap}" for gap in table.gaps(lines, names)) + "\n"
    out.mkdir(parents=True, exist_ok=True)
    (out / f"bench-{pages}.md").write_text(text)
    charts.ratios(lines, names, out / f"bench-{pages}.svg", f"{pages:,} event pages")
    return text


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--pages", type=int, default=100_000)
    options.add_argument(
        "--engines", default=",".join(name for name in ENGINES if name not in (OURS, "tantivy, ids only"))
    )
    options.add_argument("--out", type=Path, default=ROOT / "bench-out")
    options.add_argument("--keep", action="store_true", help="leave the engines' files in target/bench")
    options.add_argument("--python-only", action="store_true", help="without the engines in Rust")
    options.add_argument(
        "--again", type=Path, metavar="JSON", help="only table and chart, of results written before"
    )
    given = options.parse_args()
    if given.again:
        print(report(json.loads(given.again.read_text()), given.out))
        return
    # A comma with a space behind it belongs to a name.
    names = [name for name in re.split(",(?! )", given.engines) if name]
    if "tantivy" in names:
        names.append("tantivy, ids only")
    if unknown := set(names) - set(ENGINES):
        sys.exit(f"bench: no such engine: {', '.join(sorted(unknown))}; there are {', '.join(ENGINES)}")
    folder = FOLDER / f"engines-{given.pages}-{os.getpid()}"
    folder.mkdir(parents=True)
    try:
        bench = Bench(given.pages, folder)
        compared = run(bench, given.pages, names, not given.python_only)
        found = written(bench, given.pages, compared)
        given.out.mkdir(parents=True, exist_ok=True)
        results = given.out / f"bench-{given.pages}.json"
        results.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
        print(report(found, given.out))
    except answers.Differ as differ:
        sys.exit(f"bench: {differ}")
    except subprocess.CalledProcessError as error:
        sys.exit(
            f"bench: {' '.join(map(str, error.cmd))} ended with {error.returncode}; its own words stand above"
        )
    finally:
        if not given.keep:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
