# The native module. What each name does is said once, here; the Rust side says the same in its documentation.

from collections.abc import Callable, ItemsView, Iterable, Iterator, KeysView, Mapping, Sequence, ValuesView
from datetime import date as Date
from os import PathLike
from pathlib import Path
from typing import (
    Any,
    Literal,
    NoReturn,
    Self,
    SupportsIndex,
    TypeAlias,
    TypedDict,
    TypeVar,
    Unpack,
    final,
    overload,
)

import pyarrow
from typing_extensions import disjoint_base

from .errors import PageError

_T = TypeVar("_T")

__all__ = [
    "Bucket",
    "Change",
    "Count",
    "Event",
    "Facets",
    "Hits",
    "Limits",
    "Page",
    "Prefix",
    "Progress",
    "Query",
    "Reader",
    "Related",
    "Report",
    "Snapshot",
    "Source",
    "Stats",
    "Store",
    "Timeline",
    "__version__",
    "main",
    "memory",
    "open",
    "prefix",
]

__version__: str

_Time: TypeAlias = Date | int | str
_Values: TypeAlias = str | Prefix | Iterable[str | Prefix]

_Column: TypeAlias = Literal[
    "id",
    "date",
    "categories",
    "title",
    "summary",
    "tags",
    "sources",
    "related",
    "cover_image",
    "changes",
    "authors",
    "kind",
    "lang",
    "superseded",
]

class _Keywords(TypedDict, total=False):
    # `None` is no condition; a str is one value; an empty list matches nothing (in `tags_all` and
    # `…_none`: everything).
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
        date: Date | str | None = None,
        title: str,
        categories: Iterable[str] = (),
        summary: str | None = None,
        body: str | None = None,
        sources: Sequence[Source] = (),
        related: Sequence[Related] = (),
        tags: Iterable[str] = (),
        cover_image: str | None = None,
        changes: Sequence[Change] = (),
        authors: Iterable[str] = (),
        kind: str | None = None,
        lang: str = "en",
        superseded: bool = False,
    ) -> Event: ...
    @property
    def id(self) -> str:
        """Its place in the tree, such as `2017/03/2/slug`."""
    @property
    def date(self) -> Date | None:
        """The day of its heading. Every page of the Context has one."""
    @property
    def categories(self) -> tuple[str, ...]:
        """Its categories. A page of the Context has at most one."""
    @property
    def title(self) -> str:
        """The title."""
    @property
    def summary(self) -> str | None:
        """The summary; of an opinion, its first paragraph."""
    @property
    def body(self) -> str | None:
        """Of an opinion, its whole text as Markdown; else `None`."""
    @property
    def sources(self) -> tuple[Source, ...]:
        """The numbered sources, in page order. One that is kept keeps its event in memory."""
    @property
    def related(self) -> tuple[Related, ...]:
        """The numbered related events, in page order. One that is kept keeps its event in memory."""
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
    def authors(self) -> tuple[str, ...]:
        """Its authors. An opinion of the Context has at most one, news have none."""
    @property
    def kind(self) -> str:
        """What kind of text it is, such as `news` or `opinion`."""
    @property
    def lang(self) -> str:
        """The language of its edition, such as `en` or `zh`."""
    @property
    def superseded(self) -> bool:
        """Whether the day page of its day is known and does not list it."""
    def to_markdown(self) -> str:
        """The page that renders it."""
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
    def __rand__(self, other: Query, /) -> Query: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __getnewargs__(self) -> tuple[str]: ...

@final
class Stats:
    """Sizes and counts of one state of a store."""

    def __new__(
        cls,
        events: int,
        superseded: int,
        opinions: int,
        english: int,
        chinese: int,
        listings: int,
        twins: int,
        tags: int,
        categories: int,
        sources: int,
        domains: int,
        first: Date | None,
        last: Date | None,
        segments: int,
        deleted_rows: int,
        live_bytes: int,
        disk_bytes: int,
        resident_bytes: int,
        cache_bytes: int,
        commit: int,
        kept_pages: int,
    ) -> Stats: ...
    @property
    def events(self) -> int:
        """Events, superseded ones included."""
    @property
    def superseded(self) -> int:
        """Events that a day page of their day does not list."""
    @property
    def opinions(self) -> int:
        """Opinions among the events."""
    @property
    def english(self) -> int:
        """English events."""
    @property
    def chinese(self) -> int:
        """Chinese events."""
    @property
    def listings(self) -> int:
        """Day pages, front pages and lists of opinions."""
    @property
    def twins(self) -> int:
        """Event pages whose id another page holds."""
    @property
    def tags(self) -> int:
        """Distinct tags after matching."""
    @property
    def categories(self) -> int:
        """Distinct categories after matching."""
    @property
    def sources(self) -> int:
        """Distinct publishers after matching."""
    @property
    def domains(self) -> int:
        """Distinct domains."""
    @property
    def first(self) -> Date | None:
        """Day of the first event."""
    @property
    def last(self) -> Date | None:
        """Day of the last event."""
    @property
    def segments(self) -> int:
        """Segments."""
    @property
    def deleted_rows(self) -> int:
        """Rows that are deleted and not merged away yet."""
    @property
    def live_bytes(self) -> int:
        """Bytes of live chunks."""
    @property
    def disk_bytes(self) -> int:
        """Bytes of the data directory."""
    @property
    def resident_bytes(self) -> int:
        """Bytes of query structures in memory."""
    @property
    def cache_bytes(self) -> int:
        """Bytes of decoded blocks in the cache."""
    @property
    def commit(self) -> int:
        """Number of the last commit."""
    @property
    def kept_pages(self) -> int:
        """Events whose pages are kept whole, because rendering does not give them back."""
    def __eq__(self, other: object, /) -> bool: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

@disjoint_base
class Reader(Mapping[str, Event]):
    """What a store and a snapshot of it can be asked: a mapping of id to event."""

    def __getitem__(self, id: str, /) -> Event: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[str]: ...
    def __contains__(self, id: object, /) -> bool: ...
    @overload
    def get(self, id: str, default: None = None, /) -> Event | None: ...
    @overload
    def get(self, id: str, default: _T, /) -> Event | _T:
        """The event of an id, or the default."""
    def keys(self) -> KeysView[str]:
        """The ids, as a set-like view."""
    def values(self) -> ValuesView[Event]:
        """The events, as a view."""
    def items(self) -> ItemsView[str, Event]:
        """Pairs of id and event, as a view."""
    def query(self, string: str | Query = "", /, **keywords: Unpack[_Keywords]) -> Hits:
        """The events that answer a question: a query's text, a `Query`, keywords, or both."""
    def referring(self, id: str) -> Hits:
        """The events whose related list links to an event."""
    def tags(self, prefix: str = "", *, top: int | None = None) -> Facets:
        """The tags that begin with `prefix`, in any case, most frequent first; `top` of them, or all."""
    def raw(self, id: str) -> bytes:
        """The page of an event, byte for byte as it was read."""
    def related(self, id: str) -> list[Event]:
        """The events of an event's related list, in page order; those not in the store are left out."""
    def stats(self) -> Stats:
        """Sizes and counts."""
    def __reduce__(self) -> NoReturn: ...

@final
class Snapshot(Reader):
    """One state of a store, for reading. It stays as it is whatever is written later."""

@final
class Store(Reader):
    """An embedded store of event pages: a mapping of id to event.

    Use it in a `with` statement, or close it; closing twice is fine. Many threads may read while one
    writes.
    """

    @property
    def path(self) -> Path | None:
        """Where it is; `None` for a store in memory."""
    def ingest(
        self,
        source: str | PathLike[str] | Mapping[str, bytes] | Iterable[tuple[str, bytes]],
        *,
        prune: bool = False,
        on_error: Literal["collect", "raise"] = "collect",
        progress: bool | Callable[[Progress], object] = False,
        limits: Limits | None = None,
    ) -> Report:
        """Reads an archive: a path, or pages in memory as a mapping of path to bytes or pairs of them.

        A path is a directory, `.tar`, `.tar.gz`, `.tar.zst` or `.zip`, or one `.md` file. Pages that the
        store holds unchanged are not parsed again. `prune=True` removes events that the archive does not
        have any more. `on_error="raise"` ends with the first bad page and commits nothing.
        `progress=True` shows a bar or a line; a callable takes a `Progress` at most ten times a second,
        and what it raises ends the run.
        """
    def add(self, events: Event | Iterable[Event]) -> Report:
        """Puts events that a program made; one whose id the store holds takes that one's place."""
    def remove(self, ids: str | Iterable[str]) -> int:
        """Takes events away, by id or ids, and returns how many there were."""
    def snapshot(self) -> Snapshot:
        """The reading half, as the store is now."""
    def compact(self) -> None:
        """Writes everything into one segment in a fresh data directory and removes the old one."""
    def close(self) -> None:
        """Closes it and frees its lock. Twice is fine."""
    def __enter__(self) -> Self: ...
    def __exit__(self, *exception: object) -> None: ...

def open(
    path: str | PathLike[str],
    *,
    create: bool = True,
    durability: Literal["sync", "flush"] = "sync",
    cache_bytes: int = 67108864,
) -> Store:
    """Opens the store at a path, or makes one.

    `durability="sync"` survives a power cut, `"flush"` a kill. `cache_bytes` of decoded blocks are kept
    in memory. A second call for the same path in one process gives a handle on the same store.
    """

def memory() -> Store:
    """A store in memory that goes away with its last reference."""

@final
class Hits:
    """The answer to a query: lazy, and bound to the state of the store in which it was asked.

    `len`, `bool`, counts, facets and timelines read no event. Slices are answers too.
    """

    @property
    def query(self) -> Query:
        """The question."""
    def where(self, string: str | Query = "", /, **keywords: Unpack[_Keywords]) -> Hits:
        """The same question narrowed, asked of the same state."""
    def order(self, by: Literal["date", "-date"]) -> Hits:
        """In another order: by `"date"` (and id), or by `"-date"`, its exact reverse."""
    def count(self) -> int:
        """How many events."""
    def first(self) -> Event | None:
        """The first event, or `None`."""
    def ids(self) -> list[str]:
        """The ids, in order. Reads no event."""
    def page(self, size: int = 100, *, after: str | None = None) -> Page:
        """A page of events, and the token of the next one."""
    def timeline(self, by: Literal["day", "week", "month", "year"] = "month") -> Timeline:
        """Counts by `"day"`, `"week"` (from Monday), `"month"` or `"year"`."""
    def facets(self, by: Literal["tags", "category", "source", "domain"], *, top: int | None = 20) -> Facets:
        """Counts by the values of a field, most frequent first; `top` of them, or all for `None`."""
    def explain(self) -> str:
        """How the question is answered, what each step gives, and what was read.

        Of a slice also what its events took. The wording may change.
        """
    def to_arrow(self, columns: str | Iterable[_Column] | None = None) -> pyarrow.Table:
        """The events as a `pyarrow.Table`: the columns that are named, in that order, or all.

        Columns are made on all cores without an `Event` in between, in batches of at most 65,536 rows:
        `id`, `date` (date32), `categories`, `title`, `summary`, `tags` (lists of text), `sources` (list of
        `name, url, domain, image`), `related` (list of `id, title, tags`), `cover_image`, `changes` (list
        of `id, title, at, kind`), `authors` (list of text), `kind`, `lang`, `superseded`.

        Raises `MissingDependencyError` without pyarrow (14 or newer), `InvalidError` for an unknown
        column or one that is named twice. What takes Arrow streams needs no pyarrow and no `to_arrow`:
        `polars.DataFrame(hits)`.
        """
    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        """The events as a stream of Arrow record batches, all columns: what pyarrow and polars take."""
    def __arrow_c_schema__(self) -> Any:
        """The columns of that stream and their types."""
    def __len__(self) -> int: ...
    def __bool__(self) -> bool: ...
    @overload
    def __getitem__(self, index: SupportsIndex, /) -> Event: ...
    @overload
    def __getitem__(self, index: slice[int | None, int | None, Literal[1] | None], /) -> Hits: ...
    def __iter__(self) -> Iterator[Event]: ...
    def __reduce__(self) -> NoReturn: ...

@final
class Page:
    """A page of an answer."""

    def __new__(cls, events: tuple[Event, ...], next: str | None) -> Page: ...
    @property
    def events(self) -> tuple[Event, ...]:
        """Its events."""
    @property
    def next(self) -> str | None:
        """The token of the next page; `None` on the last one."""
    def __eq__(self, other: object, /) -> bool: ...
    def __getnewargs__(self) -> tuple[tuple[Event, ...], str | None]: ...

@final
class Bucket:
    """One unit of time of a timeline."""

    def __new__(
        cls,
        label: str,
        start: Date,
        end: Date,
        count: int,
        total: int,
        share: float | None,
    ) -> Bucket: ...
    @property
    def label(self) -> str:
        """`2017-03-02`, `2017-W09`, `2017-03` or `2017`."""
    @property
    def start(self) -> Date:
        """Its first day in the calendar, wherever the query's time begins."""
    @property
    def end(self) -> Date:
        """Its last day in the calendar, wherever the query's time ends."""
    @property
    def count(self) -> int:
        """Events that answer the query."""
    @property
    def total(self) -> int:
        """All events of the bucket, in the query's time range and by its rule of superseded pages."""
    @property
    def share(self) -> float | None:
        """`count` of `total`; `None` where that is 0."""
    def __eq__(self, other: object, /) -> bool: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

@final
class Count:
    """A value of a field, and how many of the events have it."""

    def __new__(
        cls,
        value: str,
        count: int,
    ) -> Count: ...
    @property
    def value(self) -> str:
        """The value, in the spelling that most events have."""
    @property
    def count(self) -> int:
        """Events that have it."""
    def __eq__(self, other: object, /) -> bool: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

@final
class Timeline:
    """Counts by time: every bucket of the query's time range within the days of the store."""

    def __new__(cls, by: str, items: Sequence[Bucket]) -> Timeline: ...
    @property
    def by(self) -> str:
        """What it counts by."""
    def __len__(self) -> int: ...
    @overload
    def __getitem__(self, index: SupportsIndex, /) -> Bucket: ...
    @overload
    def __getitem__(self, index: slice, /) -> list[Bucket]: ...
    def __iter__(self) -> Iterator[Bucket]: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __getnewargs__(self) -> tuple[str, list[Bucket]]: ...

@final
class Facets:
    """Counts by value: exact, most frequent first, then by value."""

    def __new__(cls, by: str, items: Sequence[Count], distinct: int) -> Facets: ...
    @property
    def by(self) -> str:
        """What it counts by."""
    @property
    def distinct(self) -> int:
        """How many values there are in all."""
    def __len__(self) -> int: ...
    @overload
    def __getitem__(self, index: SupportsIndex, /) -> Count: ...
    @overload
    def __getitem__(self, index: slice, /) -> list[Count]: ...
    def __iter__(self) -> Iterator[Count]: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __getnewargs__(self) -> tuple[str, list[Count], int]: ...

@final
class Report:
    """What an ingest did: every file of the archive is counted in exactly one place.

    `files` = `added` + `changed` + `relinked` + `rewritten` + `unchanged` + `listings` + `twins` +
    `others` + `failed`. `str()` gives a few lines for a person.
    """

    def __new__(
        cls,
        files: int,
        added: int,
        changed: int,
        relinked: int,
        rewritten: int,
        unchanged: int,
        listings: int,
        twins: int,
        others: int,
        failed: int,
        errors: tuple[PageError, ...],
        removed: int,
        retagged: int,
        parsed: int,
        bytes: int,
        seconds: float,
        notes: tuple[str, ...],
        noted: int,
        text: str,
    ) -> Report: ...
    @property
    def files(self) -> int:
        """Files in the archive."""
    @property
    def added(self) -> int:
        """Events that the store did not have."""
    @property
    def changed(self) -> int:
        """Events whose date, title, category, summary or sources differ."""
    @property
    def relinked(self) -> int:
        """Events of which only the related list differs."""
    @property
    def rewritten(self) -> int:
        """Events of other bytes that say the same."""
    @property
    def unchanged(self) -> int:
        """Files whose bytes the store has."""
    @property
    def listings(self) -> int:
        """Day pages, front pages and lists of opinions, new or changed."""
    @property
    def twins(self) -> int:
        """Files that repeat another page."""
    @property
    def others(self) -> int:
        """Files that are no such page: free pages, images, everything that is not Markdown."""
    @property
    def failed(self) -> int:
        """Pages that cannot be read, and entries that are refused."""
    @property
    def errors(self) -> tuple[PageError, ...]:
        """Of each failed page a `PageError` with place and reason; the first thousand."""
    @property
    def removed(self) -> int:
        """Events that were removed because the archive does not have them any more (`prune`)."""
    @property
    def retagged(self) -> int:
        """Events whose own pages did not change, but whose tags or `superseded` did."""
    @property
    def parsed(self) -> int:
        """Pages that were parsed: 0 if nothing changed."""
    @property
    def bytes(self) -> int:
        """Bytes of all pages read."""
    @property
    def seconds(self) -> float:
        """Seconds that it took."""
    @property
    def notes(self) -> tuple[str, ...]:
        """What a person may want to know, such as a date that differs from its path; the first
        thousand.
        """
    @property
    def noted(self) -> int:
        """Number of all notes."""
    @property
    def text(self) -> str:
        """All this in a few lines for a person."""
    def __eq__(self, other: object, /) -> bool: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

@final
class Progress:
    """How far an ingest is."""

    def __new__(
        cls,
        pages: int,
        bytes: int,
        total_bytes: int | None,
        failed: int,
    ) -> Progress: ...
    @property
    def pages(self) -> int:
        """Files seen so far."""
    @property
    def bytes(self) -> int:
        """Bytes of the source read so far: of the archive as it lies on disk, of a directory's files."""
    @property
    def total_bytes(self) -> int | None:
        """Bytes of the source, where they are known beforehand: not of a directory."""
    @property
    def failed(self) -> int:
        """Pages that failed so far."""
    def __eq__(self, other: object, /) -> bool: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

@final
class Limits:
    """Bounds of an ingest. Each is far above what real archives hold; each failure says how to raise it."""

    def __new__(
        cls,
        *,
        page_bytes: int | None = None,
        page_items: int | None = None,
        path_bytes: int | None = None,
        entries: int | None = None,
        total_bytes: int | None = None,
        depth: int | None = None,
        commit_bytes: int | None = None,
    ) -> Limits: ...
    @property
    def page_bytes(self) -> int:
        """Largest page in bytes; 1 MiB. A larger one fails alone."""
    @property
    def page_items(self) -> int:
        """Most numbered or listed items of one page; 100,000. A page with more fails alone."""
    @property
    def path_bytes(self) -> int:
        """Longest path of a file in bytes; 4 KiB. A page with a longer one fails alone."""
    @property
    def entries(self) -> int:
        """Most files in an archive; 50 million."""
    @property
    def total_bytes(self) -> int:
        """Most bytes of an archive after decompression; 1 TiB."""
    @property
    def depth(self) -> int:
        """Most folders above each other; 64."""
    @property
    def commit_bytes(self) -> int:
        """About how many bytes of memory the pages of one commit may take while they wait for it; 672 MiB,
        which some 550,000 pages fit into. An ingest takes about twice this much.
        """
    def __eq__(self, other: object, /) -> bool: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

def main(argv: Sequence[str], /) -> int:
    """Runs the command with the arguments of a process, the program's name first; gives its exit code.

    Takes over Ctrl-C of the process.
    """
