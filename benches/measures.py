"""What is measured, each in a process of its own: `python benches/measures.py NAME ARGUMENTS` prints JSON.

Every function says what lies in the timed section. Times are in milliseconds, sizes in bytes.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Literal

_before = time.perf_counter()
import eventstore  # noqa: E402  (the import is measured)

IMPORT_MS = (time.perf_counter() - _before) * 1e3

from meters import disk, peak, timed  # noqa: E402

QUESTIONS = Path(__file__).parent / "questions.json"
# Runs of a warm question; the first one, which fills the caches, is not among them.
WARM_RUNS = 7
QUICK_RUNS = 51
SAMPLE = 2_000
CHUNK = 1 << 20


def letters_of(event: eventstore.Event) -> int:
    """Reads every field of an event down to its last string, and adds their lengths up."""
    total = len(event.id) + event.date.day + len(event.title) + len(event.kind) + len(event.lang)
    total += event.superseded
    for text in (*event.categories, event.summary, event.cover_image, *event.authors, *event.tags):
        total += len(text or "")
    for source in event.sources:
        total += len(source.name) + len(source.url) + len(source.image or "") + len(source.domain or "")
    for related in event.related:
        total += len(related.id) + len(related.title) + sum(map(len, related.tags))
    for change in event.changes:
        total += len(change.id) + len(change.title) + len(change.at or "") + len(change.kind)
    return total


def letters(events: Iterable[eventstore.Event]) -> int:
    return sum(map(letters_of, events))


def load(archive: str, store: str, words: Literal["on", "off"] = "on") -> dict[str, Any]:
    """Timed: from the call of `ingest` into a new store until `close` returns, every byte synced."""
    opened = eventstore.open(store, words=words)

    def work() -> eventstore.Report:
        report = opened.ingest(archive)
        opened.close()
        return report

    ms, report = timed(work)
    counts = {
        name: getattr(report, name)
        for name in ("files", "added", "undated", "listings", "twins", "failed", "bytes")
    }
    return {"ms": ms, "peak": peak(), "disk": disk(Path(store)), **counts}


def again(archive: str, store: str) -> dict[str, Any]:
    """Timed: `ingest` of an archive that is in the store already."""
    with eventstore.open(store) as opened:
        ms, report = timed(lambda: opened.ingest(archive))
    return {"ms": ms, "parsed": report.parsed, "unchanged": report.unchanged}


def plain(archive: str) -> dict[str, Any]:
    """Timed: reading the archive's file, decompressing it and taking the CRC-32 of what comes out."""

    def work() -> int:
        unzip = zlib.decompressobj(31) if archive.endswith("gz") else None
        checksum = 0
        with open(archive, "rb", buffering=0) as file:
            while chunk := file.read(CHUNK):
                checksum = zlib.crc32(unzip.decompress(chunk) if unzip else chunk, checksum)
        return checksum

    return {"ms": timed(work)[0]}


def opening(store: str) -> dict[str, Any]:
    """Timed: `open` of a store that was closed, in a fresh process. `import` is told beside it."""
    ms, opened = timed(lambda: eventstore.open(store))
    opened.close()
    return {"ms": ms, "import": IMPORT_MS}


def choose(store: str) -> dict[str, Any]:
    """Which tags, year, month and events the questions are about. Nothing here is timed."""
    with eventstore.open(store) as opened:
        hits = opened.query()
        ids = hits.ids()
        busiest = max(hits.timeline("year"), key=lambda bucket: bucket.count).start.year
        months = opened.query(f"{busiest}").timeline("month")
        month = max(months, key=lambda bucket: bucket.count).start
        names = {f"tag{i}": quoted(tag.value) for i, tag in enumerate(hits.facets("tags", top=12))}
    names |= {"year": str(busiest), "since": str(busiest - 3), "month": f"{month.year}-{month.month:02}"}
    step = max(1, len(ids) // SAMPLE)
    return {"names": names, "ids": ids[::step][:SAMPLE], "events": len(ids)}


def quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def whole(opened: eventstore.Store, ids: list[str]) -> int:
    return letters(opened[id] for id in ids)


def asked(opened: eventstore.Store, question: dict[str, Any], names: dict[str, str]) -> Callable[[], Any]:
    """A question from its text to its answer: reading the text is part of it."""
    query, size = question["query"].format(**names), question.get("size")
    match question["ask"]:
        case "count":
            return lambda: opened.query(query).count()
        case "newest":
            return lambda: letters(opened.query(query).order("-date")[:size])
        case "timeline":
            return lambda: sum(bucket.count for bucket in opened.query(query).timeline(question["by"]))
        case "facets":
            return lambda: [
                (facet.value, facet.count) for facet in opened.query(query).facets(question["by"], top=size)
            ]
        case other:
            raise ValueError(f"{QUESTIONS}: no such way to ask: {other}")


def cold(store: str, chosen: str, what: str) -> dict[str, Any]:
    """Timed: events, every string read, as the first thing that a fresh process asks after `open`."""
    plan = json.loads(Path(chosen).read_text())
    with eventstore.open(store) as opened:
        if what == "gets":
            ms, total = timed(lambda: whole(opened, plan["ids"]))
        else:
            ms, total = timed(lambda: letters(opened.query(plan["names"]["month"])))
    return {"ms": ms, "letters": total}


def warm(store: str, chosen: str) -> dict[str, Any]:
    """Timed: each question by itself, after it was asked once."""
    plan = json.loads(Path(chosen).read_text())
    names, ids = plan["names"], plan["ids"]
    rows: dict[str, Any] = {}

    def runs(row: str, work: Callable[[], Any], times: int) -> None:
        answer = work()
        rows[row] = {"ms": [timed(work)[0] for _ in range(times)], "answer": answer}

    with eventstore.open(store) as opened:
        for question in json.loads(QUESTIONS.read_text()):
            runs(question["row"], asked(opened, question, names), QUICK_RUNS)
        runs("links", lambda: sum(opened.referring(id).count() for id in ids), WARM_RUNS)
        questions_peak = peak()
        month = names["month"]
        rows["month events"] = opened.query(month).count()
        runs("month", lambda: letters(opened.query(month)), WARM_RUNS)
        runs("gets", lambda: whole(opened, ids), WARM_RUNS)
    return {"rows": rows, "peak_questions": questions_peak, "peak": peak()}


MEASURES = {work.__name__: work for work in (load, again, plain, opening, choose, cold, warm)}


def main() -> None:
    name, *arguments = sys.argv[1:]
    # A load that is asked for without a place goes away with the process.
    if name == "load" and len(arguments) == 1:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(load(arguments[0], f"{folder}/store")))
        return
    print(json.dumps(MEASURES[name](*arguments), ensure_ascii=False))


if __name__ == "__main__":
    main()
