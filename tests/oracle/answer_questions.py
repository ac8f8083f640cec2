#!/usr/bin/env python3
"""Answer the good questions of questions.txt by going through every event, and write the answers below them.

The events of the sample archive come from examples/expected.json, which is worked out from the invented
events and not from pages; those of the blog from examples/blog.json, which was written by hand. Queries are
read here anew. So nothing of the engine takes part, and an engine that agrees is right. `--check` writes
nothing and fails if an answer in the file differs.

Words are found here by going through a text character by character, without pairs and without positions. Of
the Markdown of a body what is no text is taken out first: addresses, comments, tags of templates, numbers of
lists.
"""

from __future__ import annotations

import calendar
import json
import re
import sys
import unicodedata
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = ROOT / "tests" / "questions.txt"
EVENTS = {"archive": ROOT / "examples" / "expected.json", "blog": ROOT / "examples" / "blog.json"}
IDS_SHOWN = 4

Event = dict[str, Any]
# (negated, field, [(text, is a prefix)])
Clause = tuple[bool, str, list[tuple[str, bool]]]

VALUE = r'(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^\s"(),:*\\]+))?(?P<star>\*)?'
GROUP = r'\((?P<group>(?:"(?:[^"\\]|\\.)*"|[^)])*)\)'
KEY = r'(?:"(?:[^"\\]|\\.)*"|[^\s"(),:*\\]+)+'
FILTER = re.compile(rf"(?P<minus>-?)(?P<field>meta\.{KEY}|[a-z]+):(?:{GROUP}|{VALUE})")
# A condition without a field: a word, a text in quotes, or several in parentheses.
WORDS = re.compile(rf"(?P<minus>-?)(?:{GROUP}|{VALUE})")
TIME = re.compile(r"\d{4}(-\d\d?){0,2}$|.*\.\.")
FIELDS_OF_WORDS = {
    "text": ("title", "summary", "body"),
    "title": ("title",),
    "summary": ("summary",),
    "body": ("body",),
}
# What is no text in the Markdown of the samples, and what stands for it.
MARKS = (
    (r"<!--.*?-->|\{%.*?%\}|\{\{.*?\}\}", " "),
    (r"\]\([^)]*\)", " "),
    (r"\[\[(?:[^|\]]*\|)?([^\]]*)\]\]", r"\1"),
    (r"(?m)^\d+\. ", ""),
)
# Scripts that are written without spaces between words.
RUNS = re.compile(r"HIRAGANA|KATAKANA|HANGUL|THAI|LAO|KHMER|MYANMAR|CJK UNIFIED IDEOGRAPH")
TRAITS = ("superseded", "draft", "undated")
FIELDS_OF_HAS = ("tag", "category", "author", "source", "domain")
VALUE_BYTES = 256


def fold(text: str) -> str:
    spaced = " ".join(text.split())
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", spaced).casefold())


class Word(NamedTuple):
    """A word of a text, or one character of a script that is written without spaces."""

    text: str
    # With the signs behind it: "c++".
    signed: str
    # Whether it is such a character, directly behind another one.
    joined: bool


def words(text: str) -> list[Word]:
    """The words of a text, in order."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    chars = [char for char in folded if unicodedata.category(char) != "Cf"]
    found: list[Word] = []
    at = 0
    while at < len(chars):
        if in_run(chars[at]):
            found.append(Word(chars[at], chars[at], joined=at > 0 and in_run(chars[at - 1])))
            at += 1
        elif chars[at].isalnum():
            end = at
            while end < len(chars) and in_word(chars[end]) and not in_run(chars[end]):
                end += 1
            word = "".join(chars[at:end])
            signs = re.match(r"(\+{1,2}|#)(?!\w)", "".join(chars[end : end + 3]))
            found.append(Word(word, word + signs[0] if signs else word, joined=False))
            at = end
        else:
            at += 1
    return found


def in_run(char: str) -> bool:
    return char in "々〇ー" or bool(RUNS.match(unicodedata.name(char, "")))


def in_word(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char)[0] == "M"


def stands(asked: list[Word], found: list[Word], prefix: bool) -> bool:
    """Whether words stand next to each other in a text, of which the last may be the beginning of one."""

    def same(one: Word, other: Word, last: bool) -> bool:
        if one.joined and not other.joined:
            return False
        if one.signed != one.text:
            return one.signed == other.signed
        return other.text.startswith(one.text) if last and prefix else one.text == other.text

    places = range(len(found) - len(asked) + 1)
    last = len(asked) - 1
    return any(all(same(one, found[at + i], i == last) for i, one in enumerate(asked)) for at in places)


def text_of(event: Event, field: str) -> str:
    text = event.get(field) or ""
    if field == "body":
        for mark, instead in MARKS:
            text = re.sub(mark, instead, text)
    return text


def has_words(event: Event, field: str, text: str, prefix: bool) -> bool:
    asked = words(text)
    texts = [words(text_of(event, one)) for one in FIELDS_OF_WORDS[field]]
    # A value without words is the bare "*".
    return any(stands(asked, found, prefix) if asked else bool(found) for found in texts)


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
    since, until = "", ""
    clauses: list[Clause] = []
    rest = query.strip()
    while rest:
        if found := FILTER.match(rest):
            if found["group"] is not None:
                values = [value(one) for one in re.finditer(VALUE, found["group"]) if one[0]]
            else:
                values = [value(found)]
            field = found["field"]
            if field.startswith("meta."):
                parts = re.findall(r'"(?:[^"\\]|\\.)*"|[^"]+', field.removeprefix("meta."))
                unquoted = (re.sub(r"\\(.)", r"\1", part[1:-1]) if part[0] == '"' else part for part in parts)
                field = "meta." + fold("".join(unquoted))
            clauses.append((bool(found["minus"]), field, values))
            rest = rest[found.end() :].lstrip()
        elif not TIME.match(rest.split()[0]):
            found = WORDS.match(rest)
            assert found, f"no condition: {rest}"
            assert found[0], f"no condition: {rest}"
            several = found["group"]
            values = [value(found)]
            if several is not None:
                values = [value(one) for one in re.finditer(VALUE, several) if one[0]]
            clauses.append((bool(found["minus"]), "text", values))
            rest = rest[found.end() :].lstrip()
        else:
            word, _, rest = rest.partition(" ")
            start, dots, end = word.partition("..")
            if start:
                since = max(since, days(start)[0])
            if end or not dots:
                until = min(until or "9999-12-31", days(end or start)[1])
            rest = rest.lstrip()
    return since, until, clauses


def plain_id(text: str) -> str:
    """The id of an id, a path or a URL."""
    text = re.sub(r"^.*?/?news/", "", text) if "news/" in text else text
    text = re.sub(r"\.(md|html)$", "", text)
    parts = text.split("/")
    at = 1 if parts[0] == "opinion" else 0
    # Ids of Markdown pages are paths as they are.
    if len(parts) > at + 2 and parts[at + 2].isdigit():
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
    if field in FIELDS_OF_WORDS:
        return any(has_words(event, field, text, prefix) for text, prefix in values) != negated
    if field in ("related", "refers"):
        hit = False
        for text, _ in values:
            other = plain_id(text)
            linked = other in event["related"]
            if field == "related" and other in by_id:
                linked = linked or event["id"] in by_id[other]["related"]
            hit = hit or (linked and event["id"] != other)
        return hit != negated
    if field == "on":
        days = [tuple(map(int, text.split("-"))) for text, _ in values]
        on = event["date"] and tuple(map(int, event["date"].split("-")[1:]))
        return (on in days) != negated
    if field == "has":
        return any(has(event, name) for name, _ in values) != negated
    key = field.removeprefix("meta.")
    if key != field and ("", True) in values and has_key(event, key):
        return not negated
    of_event = texts_of_key(event, key) if key != field else values_of(event, field)
    if field == "domain":
        values = [(host(text, prefix), prefix) for text, prefix in values]
    if field == "lang":
        # A language is each of its variants, too: "pt" is "pt-BR".
        parts = event["lang"].split("-")
        of_event = ["-".join(parts[:count]) for count in range(1, len(parts) + 1)]
    folded = [fold(text) for text in of_event]
    hit = any(one.startswith(text) if prefix else one == text for text, prefix in values for one in folded)
    return hit != negated


def values_of(event: Event, field: str) -> list[str]:
    return {
        "tag": event["tags"],
        "category": event["categories"],
        "author": event["authors"],
        "source": [source[0] for source in event["sources"]],
        "domain": [source[2] for source in event["sources"] if source[2]],
        "kind": [event["kind"]],
        "lang": [event["lang"]],
    }[field]


def texts(value: Any, key: str) -> list[tuple[str, str]]:
    """Each text under a key, with the keys that lead to it joined by dots."""
    if isinstance(value, dict):
        within = f"{key}." if key else ""
        return [one for name, inner in value.items() for one in texts(inner, within + fold(name))]
    if isinstance(value, list):
        return [one for inner in value for one in texts(inner, key)]
    return [(key, value)] if value and value.strip() else []


def texts_of_key(event: Event, key: str) -> list[str]:
    found = texts(event["meta"], "")
    return [text for other, text in found if other == key and len(text.encode()) <= VALUE_BYTES]


def has_key(event: Event, key: str) -> bool:
    return any(other == key or other.startswith(f"{key}.") for other, _ in texts(event["meta"], ""))


def has(event: Event, name: str) -> bool:
    return bool(values_of(event, name)) if name in FIELDS_OF_HAS else has_key(event, name)


def answer(query: str, events: list[Event]) -> list[str]:
    since, until, clauses = read(query)
    by_id = {event["id"]: event for event in events}
    named = {field for _, field, _ in clauses}
    admitted = {one: {False, True} if one in named else {False} for one in TRAITS}
    for negated, field, values in clauses:
        if field in TRAITS:
            words = {"yes": {False, True}, "no": {False}, "only": {True}}
            said = set().union(*(words[text] for text, _ in values))
            admitted[field] &= {False, True} - said if negated else said
    clauses = [clause for clause in clauses if clause[1] not in TRAITS]

    def in_time(day: str | None) -> bool:
        return not (since or until) if day is None else since <= day <= (until or "9999-12-31")

    found = [
        event
        for event in events
        if all(event[one] in admitted[one] for one in TRAITS)
        and in_time(event["date"])
        and all(holds(clause, event, by_id) for clause in clauses)
    ]
    found.sort(key=lambda event: (event["date"] or "", event["id"].encode()))
    return [event["id"] for event in found]


def events_of(archive: str) -> list[Event]:
    """The events of an archive with the fields that every event may have."""
    events = json.loads(EVENTS[archive].read_text(encoding="utf-8"))["events"]
    for event in events:
        for field, one in (("categories", "category"), ("authors", "author")):
            event.setdefault(field, [event[one]] if event.get(one) else [])
        for field, none in (("sources", []), ("related", []), ("meta", {})):
            event.setdefault(field, none)
        for field in ("superseded", "draft"):
            event.setdefault(field, False)
        event["undated"] = event["date"] is None and not event["draft"]
    return events


def main() -> int:
    events = events_of("archive")
    before = QUESTIONS.read_text(encoding="utf-8")
    lines: list[str] = []
    count = 0
    for line in before.splitlines():
        if line[:1] in ("=", ">"):
            continue
        lines.append(line)
        if line[:1] == "%":
            events = events_of(line[2:])
        if line[:1] == "?":
            ids = answer(line[2:], events)
            lines.append(f"= {len(ids)}")
            if len(ids) <= IDS_SHOWN:
                lines += [f"> {one}" for one in ids]
            count += 1
    after = "\n".join(lines) + "\n"
    print(f"{count} questions about {sum(len(events_of(archive)) for archive in EVENTS)} events")
    if "--check" in sys.argv[1:]:
        return int(before != after)
    QUESTIONS.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
