"""What is asked, and the texts that every engine is given.

All engines are given words that all of them cut alike: runs of letters and digits, in small letters, a
space between two. Asked are ASCII words. eventstore reads the archive itself, whose texts have the same words
in the same order.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

# Events, or tags, of an answer in order.
TOP = 20
WORD = re.compile(r"[^\W_]+")
# A word of a prefix question has about so many longer ones.
PREFIX_TERMS = 200


@dataclass(frozen=True)
class Text:
    """One event, as a rival keeps it."""

    number: int
    id: str
    title: str
    shown_title: str
    summary: str
    # Of opinions; news have none.
    body: str
    tags: list[str]

    @property
    def fields(self) -> tuple[str, str, str]:
        return self.title, self.summary, self.body


def words_of(text: str | None) -> list[str]:
    return WORD.findall(unicodedata.normalize("NFKC", text or "").casefold())


def texts(export: str | Path, raw: bool = False) -> Iterator[Text]:
    """The events that an answer may hold, in order of date and id; `raw`: with their texts as they are."""
    number = 0
    with open(export, encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            if event["superseded"]:
                continue
            number += 1
            fields = [event[field] or "" for field in ("title", "summary", "body")]
            title, summary, body = fields if raw else (" ".join(words_of(field)) for field in fields)
            yield Text(number, event["id"], title, event["title"], summary, body, event["tags"])


@dataclass(frozen=True)
class Plan:
    """The words of the questions: frequent ones, since rare ones cost nobody anything."""

    word: str
    other: str
    phrase: list[str]
    prefix: str
    tag: str
    # Of the Chinese archive.
    pair: str = ""

    @classmethod
    def of(cls, events: Iterable[Text]) -> Plan:
        """A word that a fifth of the events have and one of a tenth; the phrase of two frequent words that
        most have; the prefix that about 200 words begin with; the most frequent tag beside both words.
        """
        kept = list(events)
        having: Counter[str] = Counter()
        pairs: Counter[tuple[str, str]] = Counter()
        for event in kept:
            words = [field.split() for field in event.fields]
            having.update({word for field in words for word in field})
            pairs.update({pair for field in words for pair in pairwise(field)})

        def near(share: float, without: str = "") -> str:
            wanted = len(kept) * share
            content = (word for word in having if len(word) > 3 and word.isascii() and word != without)
            return min(content, key=lambda word: (abs(having[word] - wanted), word))

        word = near(0.2)
        other = near(0.1, word)
        least = len(kept) // 20
        frequent = (
            (one, two)
            for one, two in pairs
            if one != two and (one + two).isascii() and min(having[one], having[two]) >= least
        )
        phrase = max(frequent, key=lambda pair: (pairs[pair], pair))
        prefixes = Counter(
            word[:size] for word in having for size in (2, 3, 4) if len(word) >= size and word.isascii()
        )
        prefix = min(prefixes, key=lambda prefix: (abs(prefixes[prefix] - PREFIX_TERMS), prefix))
        beside: Counter[str] = Counter()
        for event in kept:
            if {word, other} <= {one for field in event.fields for one in field.split()}:
                beside.update(event.tags)
        tag = max(beside, key=lambda tag: (beside[tag], tag), default="")
        return cls(word, other, list(phrase), prefix, tag)

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), ensure_ascii=False))

    @classmethod
    def read(cls, path: str | Path) -> Plan:
        return cls(**json.loads(Path(path).read_text()))
