#!/usr/bin/env python3
"""Answer the good questions of questions.txt by going through every event, and write the answers below them.

The events come from examples/expected.json, which is worked out from the invented events and not from pages;
queries are read here anew. So nothing of the engine takes part, and an engine that agrees is right. `--check`
writes nothing and fails if an answer in the file differs.
"""

from __future__ import annotations

import calendar
import json
import re
import sys
import unicodedata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = ROOT / "tests" / "questions.txt"
EXPECTED = ROOT / "examples" / "expected.json"
IDS_SHOWN = 4

Event = dict[str, Any]
# (negated, field, [(text, is a prefix)])
Clause = tuple[bool, str, list[tuple[str, bool]]]

VALUE = r'(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^\s"(),:*\\]+))?(?P<star>\*)?'
GROUP = r'\((?P<group>(?:"(?:[^"\\]|\\.)*"|[^)])*)\)'
FILTER = re.compile(rf"(?P<minus>-?)(?P<field>[a-z]+):(?:{GROUP}|{VALUE})")


def fold(text: str) -> str:
    spaced = " ".join(text.split())
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", spaced).casefold())


def value(match: re.Match[str]) -> tuple[str, bool]:
    quoted, bare = match["quoted"], match["bare"]
    text = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else bare or ""
    trailing = " " if match["star"] and text.strip() and text[-1].isspace() else ""
    return fold(text) + trailing, bool(match["star"])


def days(text: str) -> tuple[str, str]:
    year, *rest = (int(part) for part in text.split("-"))
    first_month, last_month = (rest[0], rest[0]) if rest else (1, 12)
    last_day = calendar.monthrange(year, last_month)[1]
    first_day, last_day = (rest[1], rest[1]) if len(rest) > 1 else (1, last_day)
    return f"{year:04}-{first_month:02}-{first_day:02}", f"{year:04}-{last_month:02}-{last_day:02}"


def read(query: str) -> tuple[str, str, list[Clause]]:
    since, until = "0001-01-01", "9999-12-31"
    clauses: list[Clause] = []
    rest = query.strip()
    while rest:
        if found := FILTER.match(rest):
            if found["group"] is not None:
                values = [value(one) for one in re.finditer(VALUE, found["group"]) if one[0]]
            else:
                values = [value(found)]
            clauses.append((bool(found["minus"]), found["field"], values))
            rest = rest[found.end() :].lstrip()
        else:
            word, _, rest = rest.partition(" ")
            start, dots, end = word.partition("..")
            if start:
                since = max(since, days(start)[0])
            if end or not dots:
                until = min(until, days(end or start)[1])
            rest = rest.lstrip()
    return since, until, clauses


def plain_id(text: str) -> str:
    """The id of an id, a path or a URL."""
    text = re.sub(r"^.*?/?news/", "", text) if "news/" in text else text
    text = re.sub(r"\.(md|html)$", "", text)
    parts = text.split("/")
    at = 1 if parts[0] == "opinion" else 0
    parts[at + 2] = str(int(parts[at + 2]))
    return "/".join(parts)


def host(text: str, prefix: bool) -> str:
    """The domain of a host as people write it, of a URL, or of the beginning of either."""
    text = re.sub(r"^https?://", "", text)
    if not prefix:
        text = re.sub(r"(:\d*)?([/?#].*)?$", "", text).rstrip(".")
    elif text.startswith("www.") and text != "www.":
        text = text.removeprefix("www.")
    while found := re.match(r"(?:www|m|amp)\.(.*\..*)", text):
        text = found[1]
    return text


def holds(clause: Clause, event: Event, by_id: dict[str, Event]) -> bool:
    negated, field, values = clause
    if field in ("related", "refers"):
        hit = False
        for text, _ in values:
            other = plain_id(text)
            linked = other in event["related"]
            if field == "related" and other in by_id:
                linked = linked or event["id"] in by_id[other]["related"]
            hit = hit or (linked and event["id"] != other)
        return hit != negated
    has = {
        "tag": event["tags"],
        "category": [event["category"]] if event["category"] else [],
        "author": [event["author"]] if event["author"] else [],
        "source": [source[0] for source in event["sources"]],
        "domain": [source[2] for source in event["sources"] if source[2]],
        "kind": [event["kind"]],
        "lang": [event["lang"]],
    }[field]
    if field == "domain":
        values = [(host(text, prefix), prefix) for text, prefix in values]
    folded = [fold(text) for text in has]
    hit = any(one.startswith(text) if prefix else one == text for text, prefix in values for one in folded)
    return hit != negated


def answer(query: str, events: list[Event]) -> list[str]:
    since, until, clauses = read(query)
    by_id = {event["id"]: event for event in events}
    admitted = {False, True} if any(field == "superseded" for _, field, _ in clauses) else {False}
    for negated, field, values in clauses:
        if field == "superseded":
            words = {"yes": {False, True}, "no": {False}, "only": {True}}
            said = set().union(*(words[text] for text, _ in values))
            admitted &= {False, True} - said if negated else said
    clauses = [clause for clause in clauses if clause[1] != "superseded"]
    found = [
        event
        for event in events
        if event["superseded"] in admitted
        and since <= event["date"] <= until
        and all(holds(clause, event, by_id) for clause in clauses)
    ]
    found.sort(key=lambda event: (event["date"], event["id"].encode()))
    return [event["id"] for event in found]


def main() -> int:
    events = json.loads(EXPECTED.read_text(encoding="utf-8"))["events"]
    before = QUESTIONS.read_text(encoding="utf-8")
    lines: list[str] = []
    count = 0
    for line in before.splitlines():
        if line[:1] in ("=", ">"):
            continue
        lines.append(line)
        if line[:1] == "?":
            ids = answer(line[2:], events)
            lines.append(f"= {len(ids)}")
            if len(ids) <= IDS_SHOWN:
                lines += [f"> {one}" for one in ids]
            count += 1
    after = "\n".join(lines) + "\n"
    print(f"{count} questions about {len(events)} events")
    if "--check" in sys.argv[1:]:
        return int(before != after)
    QUESTIONS.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
