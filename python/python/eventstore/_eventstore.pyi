# The native module. What each name does is said once, here; the Rust side says the same in its documentation.

from collections.abc import Iterable, Sequence
from datetime import date as Date
from typing import Any, Literal, TypeAlias, TypedDict, Unpack, final

__all__ = [
    "Change",
    "Event",
    "Prefix",
    "Query",
    "Related",
    "Source",
    "prefix",
]

_Time: TypeAlias = Date | int | str
_Values: TypeAlias = str | Prefix | Iterable[str | Prefix]
_By: TypeAlias = Literal["tags", "category", "source", "domain"]

class _Keywords(TypedDict, total=False):
    # `None` is no condition; a str is one value; an empty list matches nothing (in `tags_all` and `…_none`: everything).
    since: _Time | None
    until: _Time | None
    tags_all: _Values | None
    tags_any: _Values | None
    tags_none: _Values | None
    category: _Values | None
    category_none: _Values | None
    source: _Values | None
    source_none: _Values | None
    domain: _Values | None
    domain_none: _Values | None
    related_to: _Values | None
    refers_to: _Values | None
    kind: _Values | None
    lang: _Values | None
    superseded: bool | Literal["yes", "no", "only"] | None

@final
class Source:
    """Where an event was reported."""

    def __new__(cls, name: str, url: str, image: str | None = None) -> Source: ...
    @property
    def name(self) -> str:
        """The publisher's name."""
    @property
    def url(self) -> str:
        """The report."""
    @property
    def image(self) -> str | None:
        """An image of the report."""
    @property
    def domain(self) -> str | None:
        """The publisher's host in lower case, of an archived copy the archived host."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

@final
class Related:
    """An entry of the related list."""

    def __new__(cls, id: str, title: str, tags: Iterable[str] = ()) -> Related: ...
    @property
    def id(self) -> str:
        """The event that is linked to; it may be absent from the store."""
    @property
    def title(self) -> str:
        """The link's text."""
    @property
    def tags(self) -> tuple[str, ...]:
        """The tags that both events share."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

@final
class Change:
    """An entry of the list of changes."""

    def __new__(
        cls,
        id: str,
        title: str,
        at: str | None = None,
        kind: Literal["first", "update", "current"] = "update",
    ) -> Change: ...
    @property
    def id(self) -> str:
        """The version's own id."""
    @property
    def title(self) -> str:
        """The title it had."""
    @property
    def at(self) -> str | None:
        """The time as the page writes it; `None` for the current version."""
    @property
    def kind(self) -> Literal["first", "update", "current"]:
        """Which version it is."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

@final
class Event:
    """One event, as clean text. Immutable; equal by content, hashed by id."""

    def __new__(
        cls,
        *,
        id: str,
        date: Date | str,
        title: str,
        category: str | None = None,
        summary: str | None = None,
        sources: Sequence[Source] = (),
        related: Sequence[Related] = (),
        tags: Iterable[str] = (),
        cover_image: str | None = None,
        changes: Sequence[Change] = (),
        author: str | None = None,
        kind: Literal["news", "opinion"] | None = None,
        lang: Literal["en", "zh"] = "en",
        superseded: bool = False,
    ) -> Event: ...
    @property
    def id(self) -> str:
        """Its place in the tree, such as `2017/03/2/slug`."""
    @property
    def date(self) -> Date:
        """The day of its heading."""
    @property
    def category(self) -> str | None:
        """The category line."""
    @property
    def title(self) -> str:
        """The title."""
    @property
    def summary(self) -> str | None:
        """The summary; of an opinion, its first paragraph."""
    @property
    def sources(self) -> tuple[Source, ...]:
        """The numbered sources, in page order."""
    @property
    def related(self) -> tuple[Related, ...]:
        """The numbered related events, in page order."""
    @property
    def tags(self) -> tuple[str, ...]:
        """All tags that the store has evidence for, in order of their folded form."""
    @property
    def cover_image(self) -> str | None:
        """URL of the cover image."""
    @property
    def changes(self) -> tuple[Change, ...]:
        """Earlier and later versions that the page lists."""
    @property
    def author(self) -> str | None:
        """The author, of opinions only."""
    @property
    def kind(self) -> Literal["news", "opinion"]:
        """News or opinion."""
    @property
    def lang(self) -> Literal["en", "zh"]:
        """The language edition."""
    @property
    def superseded(self) -> bool:
        """Whether the day page of its day is known and does not list it."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

@final
class Prefix:
    """A value of a clause that stands for every value which begins with its text."""

    def __new__(cls, text: str, /) -> Prefix: ...
    @property
    def text(self) -> str:
        """What values begin with."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __getnewargs__(self) -> tuple[str]: ...

def prefix(text: str, /) -> Prefix:
    """Every value that begins with `text`, in any case."""

@final
class Query:
    """A question: a time range and clauses, all of which hold.

    Immutable, hashable, and the same value whether it is written as text or as keywords; `str()` gives
    text that reads back as the same query, `&` asks for both.
    """

    def __new__(cls, string: str | Query = "", /, **keywords: Unpack[_Keywords]) -> Query: ...
    def __and__(self, other: Query, /) -> Query: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __getnewargs__(self) -> tuple[str]: ...
