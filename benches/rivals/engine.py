"""What every engine answers. An answer is plain JSON, the same from every engine; `answers` compares them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

from .export import Event, Plan

# Sum of letters and the ids of whole events.
Whole = tuple[int, list[str]]
# Label of a month, such as 2017-03, and count; months without events left out.
Months = list[tuple[str, int]]
# Value and count, most frequent first, then by value.
Counts = list[tuple[str, int]]

# Events of a page, and pages that are read one after the other.
PAGE, PAGES = 100, 20
NEWEST = 20
TOP = 20


class Engine(Protocol):
    """One engine, open or about to be. What it cannot do is not there, and `settings.MISSING` says why."""

    @staticmethod
    def prepare(events: Iterable[Event]) -> Any:
        """The form in memory that the engine takes best. Not timed."""

    @staticmethod
    def load(prepared: Any, path: Path) -> None:
        """Until everything is on disk, indexed, analysed, synced and closed."""

    def __init__(self, path: Path) -> None:
        """Opens what `load` left, ready for questions."""

    def close(self) -> None: ...

    def second(self, prepared: Any) -> None:
        """The same data again. Nothing may be there twice afterwards."""

    def update(self, events: list[Event]) -> None:
        """Replaces events by others of the same ids, synced."""

    def size(self) -> int:
        """How many events there are, superseded ones included. Not timed."""

    # Questions. Superseded events are left out, as eventstore does unless asked; not of `gets`.
    def gets(self, ids: list[str]) -> Whole: ...
    def gets_batch(self, ids: list[str]) -> Whole: ...
    def month(self, plan: Plan) -> Whole: ...
    def count(self, plan: Plan) -> int: ...
    def newest(self, plan: Plan) -> Whole: ...
    def any_of(self, plan: Plan) -> int: ...
    def timeline(self, plan: Plan) -> Months: ...
    def facets_year(self, plan: Plan) -> Counts: ...
    def facets_tag(self, plan: Plan) -> Counts: ...
    def pages(self, plan: Plan) -> Whole:
        """The first pages of a tag's events, each a question of its own that goes on behind the last."""

    def links(self, ids: list[str]) -> int: ...
    def links_batch(self, ids: list[str]) -> int: ...

    def arrow(self) -> Any:
        """Id, date, title, category and tags of all events: an Arrow table, or rows in the same order."""
