#!/usr/bin/env python3
"""Answers that leave as columns: into Arrow, polars, DuckDB and files, beside DuckDB's own table.

python benches/columns.py STORE [--runs 9]

STORE is a store of generated pages; it is only read. Every figure is the median of its runs, in turns with
what it is compared with, in one process; imports, Ctrl-C and memory are measured in processes of their own.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import eventstore as es
import polars as pl

FIVE = ("id", "date", "category", "title", "summary")
BY_YEAR = "SELECT year(date) AS year, count(*) FROM {} GROUP BY 1 ORDER BY 1"
# Seconds until a Ctrl-C is sent, which is before the work would end.
AFTER = 0.02

IMPORT = """
import time
start = time.perf_counter()
import eventstore
print(time.perf_counter() - start)
"""
INTERRUPTED = """
import signal, sys, time
import eventstore as es
import pyarrow  # else the timer ends its import

hits = es.open(sys.argv[1], read_only=True).query()[:100_000]
# By the system's timer: a thread that sends it would wait for the interpreter itself.
signal.signal(signal.SIGALRM, signal.default_int_handler)
start = time.perf_counter()
signal.setitimer(signal.ITIMER_REAL, {after})
try:
    {work}
    print("nan")
except KeyboardInterrupt:
    print(time.perf_counter() - start - {after})
"""
MEMORY = """
import re, sys
import eventstore as es

hits = es.open(sys.argv[1], read_only=True).query("superseded:yes")
hits.count()
# Not the peak of getrusage: a process begins with that of its parent.
peak = lambda: int(re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read())[1]) / 1024
before = peak()
hits.write(sys.argv[2])
print(peak() - before)
"""


def in_turns(runs: int, works: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """Milliseconds of each work at the median."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(runs + 1):
        for name, work in works.items():
            start = time.perf_counter()
            work()
            times[name].append((time.perf_counter() - start) * 1000)
    # The first of each fills the caches.
    return {name: median(found[1:]) for name, found in times.items()}


def in_process(code: str, *arguments: str | Path, runs: int = 1) -> float:
    """What the code prints at the median of its processes."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return median(float(subprocess.check_output(command, text=True)) for _ in range(runs))


@cache
def opened(path: str) -> es.Store:
    """The store of a process."""
    return es.open(path, read_only=True)


def ask(path: str, tags: list[str]) -> int:
    """A question for each tag."""
    return sum(len(opened(path).query(tags_all=tag).facets("source", top=5)) for tag in tags)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("store")
    parser.add_argument("--runs", type=int, default=9)
    given = parser.parse_args()
    hits = opened(given.store).query("")
    five, two = hits.select(*FIVE), hits.select("date", "title")
    database = duckdb.connect()
    database.execute("SET threads = 2")
    database.register("five", five)
    database.register("two", two)
    database.execute("CREATE TABLE events AS SELECT * FROM five")
    database.execute("ALTER TABLE events RENAME COLUMN categories TO category")
    if database.sql(BY_YEAR.format("two")).fetchall() != database.sql(BY_YEAR.format("events")).fetchall():
        sys.exit("columns: DuckDB counts something else over a selection than over its table")
    tags = [tag.value for tag in hits.facets("tags", top=64)]

    # Two processes share nothing: what they take is what the machine gives.
    threads, processes = ThreadPoolExecutor(2), ProcessPoolExecutor(2, get_context("spawn"))
    halves, asking = (tags[::2], tags[1::2]), partial(ask, given.store)
    times = in_turns(
        given.runs,
        {
            "five columns to Arrow": five.to_arrow,
            "… of DuckDB's own table": lambda: database.sql("FROM events").to_arrow_table(),
            "date and title to Arrow": two.to_arrow,
            "… polars.DataFrame(selection)": lambda: pl.DataFrame(two),
            "… DuckDB counts by year over the selection": lambda: database.sql(
                BY_YEAR.format("two")
            ).fetchall(),
            "64 questions, five sources of a tag": lambda: asking(tags),
            "… in two threads": lambda: list(threads.map(asking, halves)),
            "… in two processes": lambda: list(processes.map(asking, halves)),
        },
    )
    print(
        f"{len(hits):,} events; DuckDB {duckdb.__version__}, polars {pl.__version__}; median of {given.runs}"
    )
    for name, milliseconds in times.items():
        print(f"  {name:45} {milliseconds:9.2f} ms")
    print(f"  {'import eventstore, a fresh process':45} {in_process(IMPORT, runs=given.runs) * 1000:9.2f} ms")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "events.parquet"
        works = {
            "list(hits)": "list(hits)",
            'hits.write("events.parquet")': "hits.write(sys.argv[2])",
            "hits.to_arrow()": "hits.to_arrow()",
        }
        for name, work in works.items():
            code = INTERRUPTED.format(after=AFTER, work=work)
            seconds = in_process(code, given.store, file, runs=given.runs)
            print(f"  {f'Ctrl-C in {name} of 100,000':45} {seconds * 1000:9.2f} ms")
        megabytes = in_process(MEMORY, given.store, file)
        print(f"  {'all rows to Parquet, above the open store':45} {megabytes:9.1f} MB")


if __name__ == "__main__":
    main()
