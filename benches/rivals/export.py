"""What the rivals are given: the events that eventstore exports, in order of date and id, tags resolved."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# An exported event: the fields of `eventstore.Event` under their names, the date as text, with one
# category and one author or none.
Event = dict[str, Any]


def events(path: str | Path) -> Iterator[Event]:
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            # No event of the Context has two: the rivals keep one text.
            event["category"] = next(iter(event["categories"]), None)
            event["author"] = next(iter(event["authors"]), None)
            yield event


def day(event: Event) -> int:
    """2017-03-02 as 20170302: orders like the date, and its month is a division away."""
    return int(event["date"].replace("-", ""))


def fold(text: str) -> str:
    """Tags match when they fold to the same; the text is clean already."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def text_of(quoted: str) -> str:
    """The value that a query's text quotes."""
    return re.sub(r"\\(.)", r"\1", quoted[1:-1])


class Numbers(dict[str, int]):
    """Numbers for values, from 1, in the order of their coming."""

    def __missing__(self, value: str) -> int:
        number = self[value] = len(self) + 1
        return number

    def of(self, value: str | None) -> int | None:
        return None if value is None else self[value]

    def rows(self) -> list[tuple[int, str]]:
        return [(number, value) for value, number in self.items()]


class Tags:
    """Tags by folded form. Each is shown in the spelling that most live events have, ties by code point."""

    def __init__(self) -> None:
        self.numbers = Numbers()
        self.spellings = Numbers()
        self._live: dict[int, Counter[str]] = {}

    def number(self, spelling: str) -> int:
        return self.numbers[fold(spelling)]

    def take(self, event: Event) -> list[tuple[int, int, str]]:
        """The tag, spelling's number and spelling of each of an event's tags."""
        taken = []
        for spelling in event["tags"]:
            tag = self.number(spelling)
            taken.append((tag, self.spellings[spelling], spelling))
            counts = self._live.setdefault(tag, Counter())
            counts[spelling] += not event["superseded"]
        # Each index has one entry a tag and event; eventstore's archives never had two spellings in one
        # event.
        if len({tag for tag, _, _ in taken}) < len(taken):
            raise ValueError(
                f"{event['id']}: two spellings of one tag in one event, which no rival is prepared for"
            )
        return taken

    def shown(self, tag: int) -> str:
        return min(self._live[tag].items(), key=lambda entry: (-entry[1], entry[0]))[0]

    def rows(self) -> list[tuple[int, str, str]]:
        """Number, folded form and shown spelling."""
        return [(number, folded, self.shown(number)) for folded, number in self.numbers.items()]


@dataclass(frozen=True)
class Plan:
    """What the questions are about; the same for every engine."""

    ids: list[str]
    # As shown; folded they are what tables are searched for.
    tags: list[str]
    year: int
    since: int
    month: str

    @classmethod
    def read(cls, path: str | Path) -> Plan:
        chosen = json.loads(Path(path).read_text())
        names = chosen["names"]
        return cls(
            ids=chosen["ids"],
            tags=[text_of(names[f"tag{i}"]) for i in range(12)],
            year=int(names["year"]),
            since=int(names["since"]),
            month=names["month"],
        )

    @property
    def folded(self) -> list[str]:
        return [fold(tag) for tag in self.tags]

    @property
    def month_days(self) -> tuple[int, int]:
        first = int(self.month.replace("-", "")) * 100
        return first, first + 99

    @property
    def year_days(self) -> tuple[int, int]:
        return self.year * 10_000, self.year * 10_000 + 9_999

    @property
    def range_days(self) -> tuple[int, int]:
        return self.since * 10_000, self.year * 10_000 + 9_999


def some(*texts: str | None) -> int:
    return sum(len(text) for text in texts if text)


def letters(event: Event) -> int:
    """Reads every string of an event that came as a dict, as `measures.letters_of` does of eventstore's."""
    total = len(event["id"]) + day_of_month(event["date"]) + len(event["title"])
    total += len(event["kind"]) + len(event["lang"]) + event["superseded"]
    total += some(event["category"], event["summary"], event["cover_image"], event["author"])
    total += sum(map(len, event["tags"]))
    for source in event["sources"]:
        total += some(source["name"], source["url"], source["image"], source["domain"])
    for related in event["related"]:
        total += len(related["id"]) + len(related["title"]) + sum(map(len, related["tags"]))
    for change in event["changes"]:
        total += some(change["id"], change["title"], change["at"], change["kind"])
    return total


def day_of_month(date: str | int) -> int:
    """Of a date as text, or of `day`."""
    return date % 100 if isinstance(date, int) else int(date[-2:])


def read_whole(found: Iterable[Event]) -> tuple[int, list[str]]:
    """Reads events down to the last string: the sum of their letters, and their ids."""
    total, ids = 0, []
    for event in found:
        total += letters(event)
        ids.append(event["id"])
    return total, ids
