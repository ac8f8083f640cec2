"""One measurement in a process of its own: `python -m rivals.measure ENGINE WHAT ARGUMENTS` prints JSON.

Every function says what lies in the timed section. Times are in milliseconds, sizes in bytes.
"""

from __future__ import annotations

import gc
import importlib
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from meters import disk, peak, timed

from .export import Plan, events

ENGINES = {
    "eventstore": ("ours", "Ours"),
    "SQLite": ("sqlite", "Sqlite"),
    "SQLite, plain": ("sqlite_plain", "SqlitePlain"),
    "DuckDB": ("duck", "Duck"),
    "polars": ("polars_parquet", "Polars"),
    "tantivy": ("tantivy_index", "Tantivy"),
    "tantivy, ids only": ("tantivy_index", "TantivyIds"),
}
OURS = "eventstore"
# The arguments of a question: the ids, or the plan.
BY_IDS = ("gets", "gets_batch", "links", "links_batch")
QUESTIONS = (
    *("count", "newest", "any_of", "timeline", "facets_year", "facets_tag", "pages"),
    *("links", "links_batch", "month", "gets", "gets_batch"),
)
# Runs of a warm question: more of the quick ones, fewer of what takes seconds.
RUNS, QUICK_RUNS, SLOW_RUNS = 7, 51, 3
QUICK_MS, SLOW_MS = 1.0, 2_000.0
# What `update` alternates between, so that the store is in the end as it was.
ROUNDS = 3


def engine(name: str) -> Any:
    module, kind = ENGINES[name]
    return getattr(importlib.import_module(f"rivals.{module}"), kind)


def resident() -> int:
    """Memory that this process has now. The peak begins anew from here, where the system can do that."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    Path("/proc/self/clear_refs").write_text("5")
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024


def load(name: str, source: str, path: str, runs: str) -> dict[str, Any]:
    """Timed: from events in the engine's form of memory (eventstore: from the archive's file) until all is on
    disk, indexed, analysed, synced and closed. The peak is what loading takes beyond the events given.
    `prepare` are the times in which the form of memory was made of parsed events.
    """
    kind, place = engine(name), Path(path)
    ours = name == OURS
    found: dict[str, Any] = {"ms": [], "peak": 0, "prepare": []}
    if ours:
        prepared: Any = Path(source)
    else:
        given = list(events(source))
        # The parsed events are not the engine's garbage to look through.
        gc.collect()
        gc.freeze()
        for _ in range(int(runs)):
            prepared = None
            ms, prepared = timed(lambda: kind.prepare(given))
            found["prepare"].append(ms)
        del given
        gc.unfreeze()
    for _ in range(int(runs)):
        shutil.rmtree(place, ignore_errors=True)
        before = 0 if ours else resident()
        ms, _ = timed(lambda: kind.load(prepared, place))
        found["ms"].append(ms)
        found["peak"] = max(found["peak"], peak() - before)
    return {**found, "disk": disk(place)}


def second(name: str, source: str, path: str, runs: str) -> dict[str, Any]:
    """Timed: the same data into an open engine that holds it."""
    kind = engine(name)
    if not hasattr(kind, "second"):
        return {}
    prepared = Path(source) if name == OURS else kind.prepare(events(source))
    opened = kind(Path(path))
    ms = [timed(lambda: opened.second(prepared))[0] for _ in range(int(runs))]
    answer = opened.size()
    opened.close()
    return {"ms": ms, "answer": answer}


def update(name: str, path: str, plan: str, changed: str, original: str, ids: str) -> dict[str, Any]:
    """Timed: 1 % of the pages changed (eventstore: a tar of them), synced; then changed back, and so on."""
    kind = engine(name)
    if not hasattr(kind, "update"):
        return {}
    ours = name == OURS
    versions = [Path(one) if ours else list(events(one)) for one in (changed, original)]
    opened, questions = kind(Path(path)), Plan.read(plan)
    chosen = json.loads(Path(ids).read_text())
    times: list[float] = []
    answers: list[Any] = []
    for version in versions * ROUNDS:
        times.append(timed(lambda version=version: opened.update(version))[0])
        letters, read = opened.gets_batch(chosen)
        answers.append(
            {"size": opened.size(), "count": opened.count(questions), "whole": (letters, sorted(read))}
        )
    opened.close()
    if answers[0] != answers[2] or answers[1] != answers[3]:
        raise ValueError(f"{name}: the same update twice leaves different events")
    return {"ms": times, "answer": answers[:2]}


def parsing(name: str, archive: str, bad: str) -> dict[str, Any]:
    """Timed: reading and parsing an archive whose last page, and no other, is bad, so that nothing is stored.
    Includes the check that each page can be rendered back.
    """
    import eventstore

    def work() -> None:
        try:
            eventstore.memory().ingest(archive, on_error="raise")
        except eventstore.PageError as error:
            if error.path == bad:
                return
            raise
        raise ValueError(f"{archive}: its last page was expected to fail")

    return {"ms": [timed(work)[0]]}


def opening(name: str, path: str) -> dict[str, Any]:
    """Timed: opening what was closed, in a fresh process, after the import."""
    kind = engine(name)
    ms, opened = timed(lambda: kind(Path(path)))
    opened.close()
    return {"ms": [ms]}


def first(name: str, path: str, plan: str, what: str) -> dict[str, Any]:
    """Timed: one question as the first that a fresh process asks after opening."""
    kind = engine(name)
    if not hasattr(kind, what):
        return {}
    opened, ask = kind(Path(path)), Plan.read(plan)
    given = ask.ids if what in BY_IDS else ask
    ms, answer = timed(lambda: getattr(opened, what)(given))
    opened.close()
    return {"ms": [ms], "answer": answer}


def warm(name: str, path: str, plan: str) -> dict[str, Any]:
    """Timed: each question by itself, after it was asked once."""
    kind, ask = engine(name), Plan.read(plan)
    opened = kind(Path(path))
    rows: dict[str, Any] = {}
    for question in QUESTIONS:
        if not hasattr(kind, question):
            continue
        work = getattr(opened, question)
        given = ask.ids if question in BY_IDS else ask
        ms, answer = timed(lambda work=work, given=given: work(given))
        again = timed(lambda work=work, given=given: work(given))[0] if ms < SLOW_MS else ms
        runs = SLOW_RUNS if again >= SLOW_MS else RUNS if again >= QUICK_MS else QUICK_RUNS
        times = [timed(lambda work=work, given=given: work(given))[0] for _ in range(runs)]
        rows[question] = {"first": ms, "ms": times, "answer": answer}
    size = opened.size()
    opened.close()
    return {"rows": rows, "peak": peak(), "events": size}


def arrow(name: str, path: str) -> dict[str, Any]:
    """Timed: all events, five columns, to Arrow or to rows, after it was done once."""
    kind = engine(name)
    if not hasattr(kind, "arrow"):
        return {}
    opened = kind(Path(path))
    table = opened.arrow()
    ms = [timed(opened.arrow)[0] for _ in range(RUNS)]
    rows = (
        table
        if isinstance(table, list)
        else list(zip(*(as_list(column) for column in table.columns), strict=True))
    )
    opened.close()
    letters = sum(
        len(id) + len(title) + letters_in(categories) + sum(map(len, tags))
        for id, _, title, categories, tags in rows
    )
    return {"ms": ms, "answer": {"letters": letters, "ids": [row[0] for row in rows]}}


def letters_in(categories: str | list[str] | None) -> int:
    """Of one category, as the rivals have it, or of a list, as eventstore has it."""
    return sum(map(len, [categories] if isinstance(categories, str) else categories or ()))


def as_list(column: Any) -> list[Any]:
    return column.to_pylist()


MEASURES = {work.__name__: work for work in (load, parsing, second, update, opening, first, warm, arrow)}


def main() -> None:
    name, what, *arguments = sys.argv[1:]
    print(json.dumps(MEASURES[what](name, *arguments), ensure_ascii=False))


if __name__ == "__main__":
    main()
