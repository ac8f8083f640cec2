#!/usr/bin/env python3
"""Questions for words, beside tantivy, SQLite FTS5, DuckDB's extension and polars.

python benches/words.py --pages 200000 [--chinese ARCHIVE] [--duckdb PYTHON] [--out bench-out]

Each engine answers in a process of its own, one after the other; answers are compared. DuckDB has a Python
of its own, in which neither eventstore nor another rival is: the newest DuckDB has its extension `fts` on no
package index. `make bench-words` installs what this needs.
"""

from __future__ import annotations

import argparse
import importlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

from figures import ROOT, machine
from meters import disk, timed
from rivals.words.plan import Plan, texts

FOLDER = ROOT / "target" / "bench"
ENGINES = {
    "eventstore": ("ours", "Ours"),
    "tantivy": ("tantivy_text", "Tantivy"),
    "FTS5, external content": ("sqlite_text", "External"),
    "FTS5, contentless": ("sqlite_text", "Contentless"),
    "DuckDB fts": ("duck_text", "Duck"),
    "polars": ("polars_text", "Polars"),
    "FTS5 trigram": ("sqlite_text", "Chinese"),
    "LIKE": ("sqlite_text", "PlainChinese"),
}
QUESTIONS = {
    "count": "count of a word",
    "newest": "newest 20 with a word",
    "two_and_tag": "newest 20 with two words and a tag",
    "best": "best 20 of a word",
    "best_of_two": "best 20 of two words",
    "best_by_field": "best 20 of a word, two fields",
    "best_of_two_by_field": "best 20 of two words, two fields",
    "phrase": "count of a phrase",
    "facets": "20 tags of a word's events",
    "prefix": "count of a prefix",
    "pair": "count of two Chinese characters",
}
# Whose answers differ by right: scores are the engine's own.
BY_SCORE = ("best", "best_of_two", "best_by_field", "best_of_two_by_field")
RUNS, SLOW_RUNS, SLOW_MS = 101, 5, 50.0


def alone(python: str, what: str, *arguments: str | Path) -> Any:
    command = [python, __file__, "--measure", what, *map(str, arguments)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def engine(name: str) -> Any:
    module, kind = ENGINES[name]
    return getattr(importlib.import_module(f"rivals.words.{module}"), kind)


def load(name: str, export: str, place: str, raw: str = "") -> dict[str, Any]:
    """Not compared: eventstore keeps whole events, its rivals texts alone."""
    shutil.rmtree(place, ignore_errors=True)
    ms, _ = timed(lambda: engine(name).load(texts(export, bool(raw)), Path(place)))
    return {"ms": ms, "disk": disk(Path(place))}


def ask(name: str, place: str, plan: str) -> dict[str, Any]:
    """Timed: each question, the engine open and warm. The first answer is apart."""
    opened, asked = engine(name)(Path(place)), Plan.read(plan)
    found: dict[str, Any] = {}
    for question in QUESTIONS:
        if not hasattr(opened, question) or (question == "pair") != bool(asked.pair):
            continue

        def work(question: str = question) -> Any:
            return getattr(opened, question)(asked)

        first, answer = timed(work)
        runs = SLOW_RUNS if first > SLOW_MS else RUNS
        found[question] = {"ms": median(timed(work)[0] for _ in range(runs)), "answer": answer}
    return found


def export(store: Path, to: Path) -> None:
    """The events of a store as JSON lines, by its own command."""
    command = [sys.executable, "-m", "eventstore", "query", str(store), "superseded:yes"]
    command += ["--format", "ndjson", "--limit", "all"]
    with to.open("w", encoding="utf-8") as out:
        subprocess.run(command, check=True, stdout=out)


def compare(answers: dict[str, dict[str, Any]]) -> list[str]:
    """Questions whose answers differ, with those that differ."""
    differing = []
    for question in QUESTIONS:
        if question in BY_SCORE:
            continue
        given = {name: found[question]["answer"] for name, found in answers.items() if question in found}
        ours = given.get("eventstore")
        others = [name for name, answer in given.items() if answer != ours]
        differing += [f"{question}: {name}: {given[name]} and not {ours}" for name in others]
    return differing


def run(
    engines: list[str], store: Path, exported: Path, plan: Path, python: dict[str, str]
) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for name in engines:
        place = store
        runs_in = python.get(name, sys.executable)
        if name != "eventstore":
            place = FOLDER / f"words-{name.replace(' ', '-').replace(',', '')}"
            loaded = alone(runs_in, "load", name, exported, place)
            print(f"{name}: loaded in {loaded['ms']:,.0f} ms, {loaded['disk'] / 1e6:.1f} MB", file=sys.stderr)
        answers[name] = alone(runs_in, "ask", name, place, plan)
    return answers


def table(answers: dict[str, Any]) -> str:
    ours = answers["eventstore"]
    lines = ["| question | " + " | ".join(answers) + " |", "| --- |" + " ---: |" * len(answers)]
    for question, words in QUESTIONS.items():
        cells = []
        base = ours.get(question) or ours.get(question.removesuffix("_by_field"))
        if not any(question in found for found in answers.values()):
            continue
        for found in answers.values():
            if question not in found:
                cells.append("")
            elif found is ours:
                cells.append(f"{found[question]['ms']:.4f}")
            else:
                cells.append(f"{found[question]['ms']:.4f} ({base['ms'] / found[question]['ms']:.3f})")
        lines.append(f"| {words} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=200_000)
    parser.add_argument("--chinese", type=Path, help="a Chinese archive, for the question of two characters")
    parser.add_argument("--duckdb", help="a Python whose duckdb has the extension fts")
    parser.add_argument("--out", type=Path, default=ROOT / "bench-out")
    parser.add_argument("--measure", nargs="+", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.measure:
        what, *arguments = chosen.measure
        print(json.dumps({"load": load, "ask": ask}[what](*arguments), ensure_ascii=False))
        return
    import eventstore
    from blog import generated

    FOLDER.mkdir(parents=True, exist_ok=True)
    store, exported, plan = (FOLDER / name for name in ("words.store", "words.jsonl", "words.json"))
    shutil.rmtree(store, ignore_errors=True)
    with eventstore.open(store) as opened:
        opened.ingest(generated(chosen.pages, blog=False))
    export(store, exported)
    asked = Plan.of(texts(exported))
    asked.write(plan)
    engines = list(ENGINES)[:6]
    if not chosen.duckdb:
        engines.remove("DuckDB fts")
    answers = run(engines, store, exported, plan, {"DuckDB fts": chosen.duckdb or ""})
    results = [f"{asked}\n{machine()}", table(answers)]
    differing = compare(answers)
    if chosen.chinese:
        result, also = chinese(chosen.chinese)
        results.append(result)
        differing += also
    print(*results, sep="\n\n")
    chosen.out.mkdir(parents=True, exist_ok=True)
    (chosen.out / f"words-{chosen.pages}.md").write_text("\n\n".join(results) + "\n")
    if differing:
        sys.exit("answers differ:\n" + "\n".join(differing))


def chinese(archive: Path) -> tuple[str, list[str]]:
    """The table of the question of two characters, and what differs."""
    import eventstore

    store, exported, plan = (FOLDER / name for name in ("chinese.store", "chinese.jsonl", "chinese.json"))
    shutil.rmtree(store, ignore_errors=True)
    with eventstore.open(store) as opened:
        opened.ingest(archive)
        tags = [
            tag.value for tag in opened.tags(top=200) if len(tag.value) == 2 and ord(tag.value[0]) > 0x3000
        ]
    export(store, exported)
    Plan("", "", [], "", "", tags[0]).write(plan)
    answers = {"eventstore": alone(sys.executable, "ask", "eventstore", store, plan)}
    for name in ("FTS5 trigram", "LIKE"):
        place = FOLDER / f"words-{name.replace(' ', '-')}"
        alone(sys.executable, "load", name, exported, place, "raw")
        answers[name] = alone(sys.executable, "ask", name, place, plan)
    return f"two characters: {tags[0]}\n\n{table(answers)}", compare(answers)


if __name__ == "__main__":
    main()
