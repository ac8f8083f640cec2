# The native module. Its texts are written here alone: `build.rs` makes the docstrings of the native
# module from this file, so that `help()`, editors and type checkers show the same.

from collections.abc import Callable, ItemsView, Iterable, Iterator, KeysView, Mapping, Sequence, ValuesView
from datetime import date as Date
from datetime import datetime as DateTime
from datetime import time as Time
from os import PathLike
from pathlib import Path
from typing import (
    IO,
    Any,
    Literal,
    NoReturn,
    Protocol,
    Self,
    SupportsIndex,
    TypeAlias,
    TypeVar,
    final,
    overload,
    type_check_only,
)

import pandas
import polars
import pyarrow
from typing_extensions import disjoint_base

from .errors import PageError

_T = TypeVar("_T")

__all__ = [
    "ArchiveInfo",
    "ArchivePart",
    "BackupReport",
    "Bucket",
    "Change",
    "Count",
    "Event",
    "ExportReport",
    "Facets",
    "Finding",
    "Hits",
    "Limits",
    "LinkCheck",
    "LinkProblem",
    "LostPage",
    "Pages",
    "PassedOver",
    "Prefix",
    "Progress",
    "Query",
    "Reader",
    "Related",
    "Report",
    "ResultPage",
    "SalvageReport",
    "Selection",
    "Similar",
    "SimilarEvents",
    "Snapshot",
    "Snippet",
    "Source",
    "SplitBucket",
    "SplitTimeline",
    "Stats",
    "Store",
    "Timeline",
    "VerifyReport",
    "__version__",
    "archive_parts",
    "commit_stores",
    "listed_stores",
    "main",
    "memory",
    "open",
    "open_many",
    "prefix",
    "read_pages",
    "salvage",
]

__version__: str

_Day: TypeAlias = Date | int | str
_Values: TypeAlias = str | Prefix | Iterable[str | Prefix]

_Column: TypeAlias = Literal[
    "id",
    "date",
    "categories",
    "category",
    "title",
    "summary",
    "tags",
    "tag",
    "sources",
    "source",
    "related",
    "cover_image",
    "changes",
    "change",
    "authors",
    "author",
    "kind",
    "lang",
    "superseded",
    "draft",
    "time",
    "offset",
    "meta",
    "body",
    "sources.name",
    "sources.url",
    "sources.domain",
    "sources.image",
    "related.id",
    "related.title",
    "related.tags",
    "changes.id",
    "changes.title",
    "changes.at",
    "changes.kind",
    "*",
]
# One or several; any text, so that a list of names that a program made is taken, too.
_Columns: TypeAlias = _Column | str | Iterable[_Column | str]

# What gives record batches: a selection, a frame of polars or pandas, a table of pyarrow, …
@type_check_only
class _ArrowStream(Protocol):
    def __arrow_c_stream__(self, requested_schema: object = None) -> object: ...

# What leads to an event: its id in any spelling, the event, or an entry of a related list.
_Id: TypeAlias = str | Event | Related | Similar
_Ids: TypeAlias = _Id | Iterable[_Id]

# The names of the fields, and those of their columns.
_Width: TypeAlias = Literal["day", "week", "month", "year"]
_Field: TypeAlias = Literal[
    "tags",
    "tag",
    "category",
    "categories",
    "author",
    "authors",
    "source",
    "sources",
    "domain",
    "domains",
    "kind",
    "kinds",
    "lang",
    "langs",
    "word",
    "words",
]

_Words: TypeAlias = Literal["on", "off"]

_Include: TypeAlias = bool | Literal["yes", "no", "only"]

@final
class Source:
    """Where an event was reported. Immutable, hashable.

    >>> import eventstore as es
    >>> source = es.Source("The Post", "https://www.post.example/a-storm")
    >>> source.domain
    'post.example'
    """

    def __new__(cls, name: str, url: str, image: str | None = None) -> Source: ...
    @property
    def name(self) -> str:
        """The publisher's name."""
    @property
    def url(self) -> str:
        """The address of the report."""
    @property
    def image(self) -> str | None:
        """The address of an image of the report."""
    @property
    def domain(self) -> str | None:
        """The publisher's host in lower case; of an archived copy the archived host.

        `None` if the URL is not http or https.
        """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

@final
class Related:
    """An entry of an event's related list. Immutable, hashable.

    It may stand wherever an id may: `store.get(entry)` is the event that it links to.

    >>> import eventstore as es
    >>> entry = es.Related("/news/2017/03/01/before.md", "The day before", tags=["Sea"])
    >>> entry.id
    '2017/03/1/before'
    """

    def __new__(cls, id: str, title: str, tags: Iterable[str] = ()) -> Related: ...
    @property
    def id(self) -> str:
        """The id of the event that is linked to; the store may not have it."""
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
    """An entry of an event's list of changes: an older or newer version. Immutable, hashable.

    >>> import eventstore as es
    >>> es.Change("2017/03/2/a-storm", "A storm", at="2017-03-02 10:00:00", kind="first").kind
    'first'
    """

    def __new__(
        cls,
        id: str,
        title: str,
        at: str | None = None,
        kind: Literal["first", "update", "current"] = "update",
    ) -> Change: ...
    @property
    def id(self) -> str:
        """The id of that version."""
    @property
    def title(self) -> str:
        """The title of that version."""
    @property
    def at(self) -> str | None:
        """The time as the page writes it, `YYYY-MM-DD HH:MM:SS`; `None` for the current version."""
    @property
    def kind(self) -> Literal["first", "update", "current"]:
        """`first`, `update` or `current`."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

@final
class Event:
    """One event, as clean text. Immutable; equal by content, hashed by id.

    What a page does not say is `None`, never an empty text. Raises `ParseError` for an id or a date
    that cannot be read, `InvalidError` for another value that no event has.

    >>> import eventstore as es
    >>> event = es.Event(
    ...     id="2017/03/2/a-storm",
    ...     date="2017-03-02",
    ...     title="A storm",
    ...     tags=["Sea"],
    ...     sources=[es.Source("The Post", "https://www.post.example/a-storm")],
    ... )
    >>> event.date, event.tags, event.sources[0].domain
    (datetime.date(2017, 3, 2), ('Sea',), 'post.example')
    """

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
        lang: str | None = None,
        time: Time | str | None = None,
        offset: int | None = None,
        meta: Mapping[str, object] | None = None,
        draft: bool = False,
        superseded: bool = False,
    ) -> Event: ...
    @property
    def id(self) -> str:
        """The id: of a page of the Context such as `2017/03/2/slug`, of any other its path without its
        ending, such as `posts/a-slug`."""
    @property
    def date(self) -> Date | None:
        """Its day, as the page writes it. Every page of the Context has one."""
    @property
    def time(self) -> Time | None:
        """The time of its day, as the page writes it; pages of the Context have none."""
    @property
    def offset(self) -> int | None:
        """The offset of that time from UTC in minutes, east is positive, if the page writes one."""
    @property
    def moment(self) -> DateTime | None:
        """Day, time and offset as one aware `datetime`, if the page writes all three.

        >>> import datetime
        >>> import eventstore as es
        >>> at = datetime.time(23, 30)
        >>> event = es.Event(id="a", date="2017-03-02", title="A", time=at, offset=-480)
        >>> event.moment.isoformat()
        '2017-03-02T23:30:00-08:00'
        """
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
        """The whole text as Markdown, of opinions and of Markdown pages; of news `None`."""
    @property
    def sources(self) -> tuple[Source, ...]:
        """The numbered sources, in page order. A source that you keep keeps its event in memory."""
    @property
    def related(self) -> tuple[Related, ...]:
        """The numbered related events, in page order. An entry that you keep keeps its event in memory."""
    @property
    def tags(self) -> tuple[str, ...]:
        """All tags that the store has evidence for, in alphabetical order whatever their case."""
    @property
    def cover_image(self) -> str | None:
        """The address of the cover image."""
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
    def meta(self) -> dict[str, Any]:
        """What the front matter of its page says beside the other fields: texts, `None`, lists, dicts.

        Numbers, flags and dates are text, as the page writes them. A new dict at each call."""
    @property
    def draft(self) -> bool:
        """Whether its page says that it is a draft."""
    @property
    def superseded(self) -> bool:
        """Whether the store has the day page of its day, and that page does not list it."""
    @property
    def body_text(self) -> str | None:
        """The text of its body without Markdown's marks: words, code, texts that stand for images.

        Without addresses, HTML tags, comments and tags of templates. Each access reads the Markdown anew.

        >>> import eventstore as es
        >>> event = es.Event(id="a", title="A", body="A *short* [text](https://a.example/x).")
        >>> event.body_text
        'A short text.'
        """
    def highlight(self, query: str | Query) -> dict[str, list[tuple[int, int]]]:
        """Where the words of a query stand in `title`, `summary` and `body` (that is `body_text`): start and
        end of each place, in order, so that `event.title[start:end]` is what was asked for.

        The event need not match. Conditions with `-` and those of other fields stand nowhere. Of a title
        in several variants of Chinese the places are those of the one that is shown.

        >>> import eventstore as es
        >>> event = es.Event(id="a", title="Flood warning: the Ouse floods", summary="Rain")
        >>> event.highlight("flood*")
        {'title': [(0, 5), (24, 30)], 'summary': [], 'body': []}
        >>> [event.title[start:end] for start, end in event.highlight("title:warning rain")["title"]]
        ['warning']
        """
    def snippet(self, query: str | Query, chars: int = 160) -> Snippet:
        """At most `chars` characters of the summary, the body or the title: those with the most different
        words of a query.

        The summary comes first, then the body; the title only if neither has a word of the query. Without
        any it is the beginning of the summary, else of the body, else of the title.

        >>> import eventstore as es
        >>> text = "After a week of rain the dam breaks, and a flood is feared."
        >>> event = es.Event(id="a", title="A river floods", summary=text)
        >>> print(event.snippet("dam flood", chars=35))
        …the [dam] breaks, and a [flood] is…
        """
    @property
    def summary_html(self) -> str | None:
        """The summary as HTML, its Markdown rendered.

        Raw HTML is shown as text, and an address has the scheme http, https or mailto, or none: of a link to
        any other only its text is left. Each access renders anew.

        >>> import eventstore as es
        >>> event = es.Event(id="a", title="A", summary="A *short* <b>text</b>.")
        >>> print(event.summary_html)
        <p>A <em>short</em> &lt;b&gt;text&lt;/b&gt;.</p>
        <BLANKLINE>
        """
    @property
    def body_html(self) -> str | None:
        """The body as HTML, as safe as `summary_html`: CommonMark with tables, footnotes, tasks and
        struck-out text. Addresses stay as the page writes them, and so do tags of templates.

        Each access renders anew.

        >>> import eventstore as es
        >>> event = es.Event(id="a", title="A", body="See [this](javascript:run) and [that](/b/).")
        >>> print(event.body_html)
        <p>See this and <a href="/b/">that</a>.</p>
        <BLANKLINE>
        """
    @property
    def url(self) -> str | None:
        """The address of its page on its site.

        Of a page of the Context the path without a host, as its pages link to each other. Of any other
        page what its front matter states as `permalink`, else as `url`: a path, or an address of http or
        https; `None` where it states none, or a pattern such as `/:year/:title/`. Worked out at each access.

        >>> import eventstore as es
        >>> event = es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm")
        >>> event.url
        '/news/2017/03/2/a-storm.html'
        >>> es.Event(id="ferries", title="Ferries", meta={"permalink": "/on-ferries/"}).url
        '/on-ferries/'
        """
    def replace(self, **fields: Any) -> Event:
        """A copy with some fields given anew, by the keywords of `Event(…)`; the rest stays.

        Its page is rendered anew, by `to_markdown` and when it is added to a store. Raises `TypeError` for a
        name that is no field, else as `Event(…)` does.

        >>> import eventstore as es
        >>> event = es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm")
        >>> event.replace(title="A storm ends", tags=["Sea"]).tags
        ('Sea',)
        """
    def __replace__(self, **fields: Any) -> Event:
        """What `copy.replace(event, title=…)` calls from Python 3.13 on: as `replace`."""
    def to_dict(self) -> dict[str, Any]:
        """All fields as plain values: `datetime.date` and `datetime.time`, lists, and dicts for sources (with
        their `domain`), related events, changes and `meta`. Names and order are those of `to_json`.

        A new dict at each call.

        >>> import eventstore as es
        >>> event = es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm", tags=["Sea"])
        >>> event.to_dict()["date"], event.to_dict()["tags"]
        (datetime.date(2017, 3, 2), ['Sea'])
        """
    def to_json(self) -> str:
        """All fields as one line of JSON: the line that `eventstore query --format ndjson` prints, which
        `eventstore add` reads.

        >>> import eventstore as es
        >>> event = es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm")
        >>> event.to_json()[:45]
        '{"id":"2017/03/2/a-storm","date":"2017-03-02"'
        """
    def to_markdown(self) -> str:
        """The event as a page of Markdown.

        Raises `InvalidError` for an event that no page can hold. The page as it was read is
        `store.raw(event)`.

        >>> import eventstore as es
        >>> event = es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm")
        >>> "# A storm" in event.to_markdown()
        True
        """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

@final
class Prefix:
    """Every value that begins with a text. Made by `prefix(text)`.

    >>> import eventstore as es
    >>> es.prefix("syri").text
    'syri'
    """

    def __new__(cls, text: str, /) -> Prefix: ...
    @property
    def text(self) -> str:
        """The text that values begin with."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __getnewargs__(self) -> tuple[str]: ...

def prefix(text: str, /) -> Prefix:
    """Every value that begins with `text`, in any case: a value for the keywords of a query.

    >>> import eventstore as es
    >>> str(es.Query(tags_any=es.prefix("syri")))
    'tag:syri*'
    """

@final
class Query:
    """A question: a range of time and conditions, all of which hold.

    Immutable and hashable. The same question is the same value, written as text or as keywords;
    `str()` gives text that reads back as the same query, and `&` asks for both.

    `since` and `until` are days, months or years: a `date`, `2017`, `"2017-03"`; both ends are
    in. `words` all stand in the title, the summary or the body, each in any of them; of `words_any`
    at least one does, of `words_none` none. These take texts apart at white space. The words of a
    `phrase` stand next to each other; so do those of `title`, `summary`, `body` and their `_none`
    forms, each in that field alone. Of several phrases all hold; of several texts of `title`, `summary`
    or `body` one is enough. In all of these a text without letter and digit, such as what an empty
    search box hands over, is a `ParseError`.
    `tags_all`, `tags_any` and `tags_none` take one tag or several; so do `category`,
    `author`, `source` and `domain` and their `_none` forms. Values are compared without case,
    `prefix(text)` stands for all that begin so. `related_to` are the events linked with an event
    in either direction, `refers_to` those that link to it. `kind` is a word such as `"news"` or
    `"opinion"`, `lang` one such as `"en"`, which takes `"en-GB"` too; `on` is a day in any year,
    such as `"09-11"`. `meta` is a dict
    of keys of `Event.meta` with one value or several each, all keys of which hold; `"a.b"` is the
    key `b` of the map at `a`. `has` is one key or several, of which the event has a value;
    `"tag"`, `"category"`, `"author"`, `"source"` and `"domain"` are those fields.
    `superseded=True` takes superseded events too, `"only"` nothing else, and so do `draft` for
    drafts and `undated` for pages without a date. `None` is no condition; an empty list matches
    nothing (in `words`, `phrase`, `tags_all` and the `_none` forms: everything).

    Raises `ParseError` with a position and, where it can guess, a hint.

    >>> import eventstore as es
    >>> query = es.Query("tag:Sea 2017..", lang="en")
    >>> query == es.Query(tags_any="sea", since=2017, lang="en")
    True
    >>> str(query & es.Query(category_none="Sport"))
    '2017.. tag:Sea -category:Sport lang:en'
    >>> str(es.Query(words="storm flooded", title=["high water", es.prefix("flo")]))
    'flooded storm title:(flo*,"high water")'
    >>> str(es.Query(meta={"series": ["Ferries", es.prefix("Lamp")]}, has="cover"))
    'meta.series:(Ferries,Lamp*) has:cover'
    """

    def __new__(
        cls,
        string: str | Query = "",
        /,
        *,
        since: _Day | None = None,
        until: _Day | None = None,
        tags_all: _Values | None = None,
        tags_any: _Values | None = None,
        tags_none: _Values | None = None,
        words: _Values | None = None,
        words_any: _Values | None = None,
        words_none: _Values | None = None,
        phrase: _Values | None = None,
        title: _Values | None = None,
        title_none: _Values | None = None,
        summary: _Values | None = None,
        summary_none: _Values | None = None,
        body: _Values | None = None,
        body_none: _Values | None = None,
        category: _Values | None = None,
        category_none: _Values | None = None,
        author: _Values | None = None,
        author_none: _Values | None = None,
        source: _Values | None = None,
        source_none: _Values | None = None,
        domain: _Values | None = None,
        domain_none: _Values | None = None,
        related_to: _Ids | None = None,
        refers_to: _Ids | None = None,
        kind: _Values | None = None,
        lang: _Values | None = None,
        on: _Values | None = None,
        meta: Mapping[str, _Values | None] | None = None,
        meta_none: Mapping[str, _Values | None] | None = None,
        has: _Values | None = None,
        has_none: _Values | None = None,
        superseded: _Include | None = None,
        draft: _Include | None = None,
        undated: _Include | None = None,
    ) -> Query: ...
    def __and__(self, other: Query, /) -> Query: ...
    def __rand__(self, other: Query, /) -> Query: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __getnewargs__(self) -> tuple[str]: ...

@final
class Snippet:
    """A part of an event's text with the words of a query in it. Immutable; equal by content.

    `str()` puts brackets around the words, and a notebook shows them marked.

    >>> import eventstore as es
    >>> snippet = es.Event(id="a", title="A river floods").snippet("river")
    >>> snippet
    Snippet(field='title', text='A river floods', spans=((2, 7),))
    >>> str(snippet), snippet.text[2:7]
    ('A [river] floods', 'river')
    """

    def __new__(cls, field: str, text: str, spans: Iterable[tuple[int, int]]) -> Snippet: ...
    @property
    def field(self) -> str:
        """The text that it is a part of: `title`, `summary` or `body`."""
    @property
    def text(self) -> str:
        """The part, with `…` at an end where the text goes on."""
    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Start and end in `text` of each place where words of the query stand."""
    def __eq__(self, other: object, /) -> bool: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

@final
class Stats:
    """Sizes and counts of one state of a store.

    >>> import eventstore as es
    >>> es.memory().stats().events
    0
    """

    def __new__(
        cls,
        events: int,
        superseded: int,
        undated: int,
        drafts: int,
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
        words: str,
        without_words: int,
    ) -> Stats: ...
    @property
    def events(self) -> int:
        """Events, superseded ones included."""
    @property
    def superseded(self) -> int:
        """Events that the day page of their day does not list."""
    @property
    def undated(self) -> int:
        """Events of pages without a date."""
    @property
    def drafts(self) -> int:
        """Drafts."""
    @property
    def opinions(self) -> int:
        """Opinions among the events."""
    @property
    def english(self) -> int:
        """English events: of language `en`, or one such as `en-GB`."""
    @property
    def chinese(self) -> int:
        """Chinese events: of language `zh`, or one such as `zh-Hant`."""
    @property
    def listings(self) -> int:
        """Day pages, front pages and lists of opinions, each once."""
    @property
    def twins(self) -> int:
        """Pages that repeat another: the id of an event, or a `README.md` equal to its `index.md`."""
    @property
    def tags(self) -> int:
        """Distinct tags; spellings that match count once."""
    @property
    def categories(self) -> int:
        """Distinct categories; spellings that match count once."""
    @property
    def sources(self) -> int:
        """Distinct publishers; spellings that match count once."""
    @property
    def domains(self) -> int:
        """Distinct hosts of publishers."""
    @property
    def first(self) -> Date | None:
        """The first day of an event that has one."""
    @property
    def last(self) -> Date | None:
        """The last one."""
    @property
    def segments(self) -> int:
        """Segments that the store consists of."""
    @property
    def deleted_rows(self) -> int:
        """Rows of removed or replaced pages that no merge has dropped yet."""
    @property
    def live_bytes(self) -> int:
        """Bytes of stored data that is in use."""
    @property
    def disk_bytes(self) -> int:
        """Bytes that the data directory takes on disk."""
    @property
    def resident_bytes(self) -> int:
        """Bytes of the structures that queries keep in memory."""
    @property
    def cache_bytes(self) -> int:
        """Bytes of decoded blocks that the cache holds."""
    @property
    def commit(self) -> int:
        """The number of the last commit."""
    @property
    def kept_pages(self) -> int:
        """Events whose pages are stored byte for byte, because rendering would not give them back."""
    @property
    def words(self) -> str:
        """Whether the store keeps the words of texts, `on` or `off`: what later commits do."""
    @property
    def without_words(self) -> int:
        """Events whose words are not stored, so that a question for words reads their texts;
        `store.reindex()` gives them to all."""
    def __eq__(self, other: object, /) -> bool: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

@disjoint_base
class Reader(Mapping[str, Event]):
    """What a store and its snapshots share: a mapping of id to event, and what can be asked of it.

    Wherever an id may stand, so may an `Event` or an entry of a related list.

    >>> import eventstore as es
    >>> store = es.memory()
    >>> isinstance(store, es.Reader) and isinstance(store.snapshot(), es.Reader)
    True
    """

    def __getitem__(self, id: _Id, /) -> Event: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[str]: ...
    def __contains__(self, id: object, /) -> bool: ...
    @overload
    def get(self, id: _Id, default: None = None, /) -> Event | None: ...
    @overload
    def get(self, id: _Id, default: Event, /) -> Event: ...
    @overload
    def get(self, id: _Id, default: _T, /) -> Event | _T:
        """The event of an id, or the default. Takes some microseconds.

        Raises `TypeError` for what is neither text nor an event.

        >>> import eventstore as es
        >>> store = es.memory()
        >>> event = es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm")
        >>> report = store.add(event)
        >>> store.get("/news/2017/03/02/a-storm.md").title
        'A storm'
        >>> store.get("2017/03/2/a-calm") is None
        True
        """
    def keys(self) -> KeysView[str]:
        """The ids, as a set-like view.

        >>> import eventstore as es
        >>> len(es.sample().keys() & {"2018/12/9/no-such-event"})
        0
        """
    def values(self) -> ValuesView[Event]:
        """The events, as a view. Superseded ones are among them.

        >>> import eventstore as es
        >>> sum(event.superseded for event in es.sample().values())
        4
        """
    def items(self) -> ItemsView[str, Event]:
        """Pairs of id and event, as a view. Superseded events are among them.

        >>> import eventstore as es
        >>> all(id == event.id for id, event in es.sample().items())
        True
        """
    def query(
        self,
        string: str | Query = "",
        /,
        *,
        since: _Day | None = None,
        until: _Day | None = None,
        tags_all: _Values | None = None,
        tags_any: _Values | None = None,
        tags_none: _Values | None = None,
        words: _Values | None = None,
        words_any: _Values | None = None,
        words_none: _Values | None = None,
        phrase: _Values | None = None,
        title: _Values | None = None,
        title_none: _Values | None = None,
        summary: _Values | None = None,
        summary_none: _Values | None = None,
        body: _Values | None = None,
        body_none: _Values | None = None,
        category: _Values | None = None,
        category_none: _Values | None = None,
        author: _Values | None = None,
        author_none: _Values | None = None,
        source: _Values | None = None,
        source_none: _Values | None = None,
        domain: _Values | None = None,
        domain_none: _Values | None = None,
        related_to: _Ids | None = None,
        refers_to: _Ids | None = None,
        kind: _Values | None = None,
        lang: _Values | None = None,
        on: _Values | None = None,
        meta: Mapping[str, _Values | None] | None = None,
        meta_none: Mapping[str, _Values | None] | None = None,
        has: _Values | None = None,
        has_none: _Values | None = None,
        superseded: _Include | None = None,
        draft: _Include | None = None,
        undated: _Include | None = None,
    ) -> Hits:
        """The events that answer a question: a query's text, a `Query`, keywords, or both.

        Reads no event yet. `help(eventstore.Query)` explains the keywords. Raises `ParseError` for
        text that cannot be read.

        >>> import eventstore as es
        >>> store = es.memory()
        >>> storm = es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm", tags=["Sea"])
        >>> report = store.add([storm, es.Event(id="2018/01/9/a-calm", date="2018-01-09", title="A calm")])
        >>> store.query("tag:sea 2017").count()
        1
        >>> [event.title for event in store.query(since="2017-03", tags_none="Sea")]
        ['A calm']
        """
    @overload
    def timeline(
        self, by: _Width | str = "month", *, split: None = None, top: int | None = 5
    ) -> Timeline: ...
    @overload
    def timeline(
        self, by: _Width | str = "month", *, split: _Field | str, top: int | None = 5
    ) -> SplitTimeline:
        """The timeline of all events: short for `query().timeline(by, split=split, top=top)`.

        >>> import eventstore as es
        >>> store = es.memory()
        >>> report = store.add(es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm"))
        >>> store.timeline("year")[0].label
        '2017'
        """
    def facets(self, by: _Field | str, top: int | None = 20) -> Facets:
        """The values of a field among all events: short for `query().facets(by, top)`.

        >>> import eventstore as es
        >>> store = es.memory()
        >>> storm = es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm", tags=["Sea"])
        >>> report = store.add(storm)
        >>> list(store.facets("tags", 5))
        [Count(value='Sea', count=1)]
        """
    def referring(self, id: _Id) -> Hits:
        """The events whose related list links to an event. That event need not be in the store.

        >>> import eventstore as es
        >>> store = es.memory()
        >>> storm = es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm")
        >>> entry = es.Related(storm.id, storm.title)
        >>> calm = es.Event(id="2017/03/3/a-calm", date="2017-03-03", title="A calm", related=[entry])
        >>> report = store.add([storm, calm])
        >>> store.referring(storm).ids()
        ['2017/03/3/a-calm']
        """
    def tags(self, prefix: str = "", *, top: int | None = None) -> Facets:
        """The tags that begin with `prefix`, in any case, most frequent first; `top` of them, or all.

        >>> import eventstore as es
        >>> store = es.memory()
        >>> storm = es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm", tags=["Sea"])
        >>> report = store.add(storm)
        >>> [tag.value for tag in store.tags("s")]
        ['Sea']
        """
    def words(self, prefix: str = "", *, top: int | None = None) -> Facets:
        """The words that begin with `prefix`, in any case, most frequent first; `top` of them, or all.

        That is what a search box completes: give it the last word that was typed, of `covid-1` the part
        behind the hyphen, since words are cut there; a prefix of several words begins none. Counted are the
        events that have the word in title, summary or body. Words are in small letters, as they are
        compared; scripts without spaces have pairs of neighbours. Raises `NotIndexedError` if the store
        keeps no words of too many events.

        >>> import eventstore as es
        >>> store = es.memory()
        >>> storm = es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="Storms: a storm")
        >>> report = store.add(storm)
        >>> [word.value for word in store.words("St")]
        ['storm', 'storms']
        """
    def raw(self, id: _Id) -> bytes:
        """The page of an event, byte for byte as it was read.

        Raises `NotFoundError` if the store does not have the event.

        >>> import eventstore as es
        >>> store = es.memory()
        >>> storm = es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm")
        >>> report = store.add(storm)
        >>> store.raw(storm) == storm.to_markdown().encode()
        True
        """
    def related(self, id: _Id) -> list[Event]:
        """The events of an event's related list, in page order. Those not in the store are left out.

        Raises `NotFoundError` if the store does not have the event itself.

        >>> import eventstore as es
        >>> store = es.memory()
        >>> storm = es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm")
        >>> entry = es.Related(storm.id, storm.title)
        >>> calm = es.Event(id="2017/03/3/a-calm", date="2017-03-03", title="A calm", related=[entry])
        >>> report = store.add([storm, calm])
        >>> [event.title for event in store.related(calm)]
        ['A storm']
        """
    def similar(self, id: _Id, top: int = 10) -> SimilarEvents:
        """The events that share most tags with an event: `Hits.similar` of all events but superseded ones,
        drafts and undated pages.

        Costs some 2 ns for each event that has one of its tags.

        >>> import eventstore as es
        >>> store = es.memory()
        >>> day = dict(date="2017-03-02", tags=["Storms", "Sea"])
        >>> storm = es.Event(id="2017/03/2/a-storm", title="A storm", **day)
        >>> calm = es.Event(id="2017/03/2/a-calm", title="A calm", date="2017-03-02", tags=["sea"])
        >>> report = store.add([storm, calm])
        >>> [(one.title, one.shared) for one in store.similar(storm)]
        [('A calm', ['Sea'])]
        """
    def archives(self) -> list[ArchiveInfo]:
        """The archives whose pages are here, one for each prefix, format, profile and map.

        >>> import eventstore as es
        >>> store = es.memory()
        >>> report = store.ingest({"a.md": b"# A", "hugo.toml": b""}, prefix="blog/")
        >>> [(archive.prefix, archive.profile, archive.pages) for archive in store.archives()]
        [('blog/', 'hugo', 1)]
        """
    def check_links(self) -> LinkCheck:
        """Looks up every link between Markdown pages: which lead nowhere, which may lead to several pages.

        Takes some 10 µs a page on each core.

        >>> import eventstore as es
        >>> store = es.memory()
        >>> report = store.ingest({"a.md": b"See [[b]] and [[gone]].", "b.md": b"B"})
        >>> check = store.check_links()
        >>> check.links, check.dead
        (2, 1)
        >>> check.problems[0]
        LinkProblem(page='a', target='gone', candidates=())
        """
    def verify(self, full: bool = False) -> VerifyReport:
        """Looks whether the store is whole, and says what is wrong with it. Writes nothing.

        Every chunk is read and its checksum compared. If `full`, also every row is read, its page rendered
        and its hash compared; all indexes are made anew from the rows, and twins, tags and superseded
        events from the pages. That takes about two thirds of the time of an ingest, and a KB
        of memory a page.

        >>> import eventstore as es
        >>> store = es.memory()
        >>> report = store.ingest({"a.md": b"# A"})
        >>> verified = store.verify(full=True)
        >>> verified.is_sound, verified.rows, verified.findings
        (True, 1, ())
        """
    def stats(self) -> Stats:
        """Sizes and counts. Takes some milliseconds in a store of many tags.

        >>> import eventstore as es
        >>> es.memory().stats().first is None
        True
        """
    def __reduce__(self) -> NoReturn: ...

@final
class Snapshot(Reader):
    """One state of a store, for reading. It stays as it is whatever is written later.

    >>> import eventstore as es
    >>> store = es.memory()
    >>> before = store.snapshot()
    >>> report = store.add(es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm"))
    >>> len(before), len(store)
    (0, 1)
    """

@final
class Store(Reader):
    """An embedded store of event pages: a mapping of id to event. Made by `open(path)` or `memory()`.

    Use it in a `with` statement, or close it; closing it again has no effect. Many threads may read
    while one writes.

    >>> import eventstore as es
    >>> with es.memory() as store:
    ...     report = store.add(es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm"))
    ...     store["2017/03/2/a-storm"].title, len(store), list(store)
    ('A storm', 1, ['2017/03/2/a-storm'])
    """

    @property
    def path(self) -> Path | None:
        """The path of its directory; `None` for a store in memory."""
    def ingest(
        self,
        source: str | PathLike[str] | Mapping[str, bytes] | Iterable[tuple[str, bytes]],
        *,
        prune: bool = False,
        on_error: Literal["collect", "raise"] = "collect",
        format: Literal["auto", "context", "markdown"] = "auto",
        prefix: str = "",
        profile: Literal[
            "auto",
            "jekyll",
            "hugo",
            "zola",
            "pelican",
            "hexo",
            "docusaurus",
            "eleventy",
            "mkdocs",
            "astro",
            "obsidian",
            "none",
        ] = "auto",
        map: Mapping[str, str | Iterable[str]] | None = None,
        progress: bool | Callable[[Progress], object] = False,
        limits: Limits | None = None,
    ) -> Report:
        """Reads an archive: a path, or pages in memory as a mapping of path to bytes or pairs of them.

        A path is a directory, `.tar`, `.tar.gz`, `.tar.zst` or `.zip`, or one `.md` file; `~` and
        variables such as `$HOME` are expanded. Pages that the store holds unchanged are not parsed
        again. `prune=True` removes events that the archive does not have any more. `format` is that of
        the pages: `"auto"` tells page by page, `"context"` reads pages of the Context alone,
        `"markdown"` pages with front matter or without. `prefix="blog/"` puts a name before the ids of
        Markdown pages, so that several archives live in one store: links, `prune` and
        `remove(prefix=…)` stay within one. `profile` is the tool that the pages were written for, by
        default known by the files that tools leave. `map={"date": "created", "tags": ["topic"]}` names
        keys that give a field, before the usual ones. Pages of another choice are read again.
        `on_error="raise"` fails with the first bad page and commits nothing. `progress=True` shows a
        bar or a line; a callable takes a `Progress` at most ten times a second, and what it raises
        ends the run. All is one commit: it is in as a whole, or not at all.

        Raises `PathNotFoundError`, `ArchiveError` for an archive that cannot be read to its end, and
        with `on_error="raise"` `PageError`.

        >>> import eventstore as es
        >>> page = es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm").to_markdown()
        >>> store = es.memory()
        >>> report = store.ingest({"news/2017/03/2/a-storm.md": page.encode()})
        >>> report.files, report.added, report.failed
        (1, 1, 0)
        """
    def add(self, events: Event | Iterable[Event] | _ArrowStream) -> Report:
        """Puts in events that a program made; one whose id the store has replaces the stored one.

        Takes an Arrow stream as well, such as `hits.select("*")`, a frame of polars or pandas, a table of
        pyarrow or a relation of DuckDB, with columns as `select` names them. An event that the store has
        keeps what the stream has no column for; a new one needs `title` and, as a page of the Context,
        `date`, else `body` and `meta`. A null is a value that is not there. Streams of other packages are
        read with pyarrow.

        Raises `InvalidError` for an event that no page can hold, or that lacks a column, which it names;
        `ParseError` for a column that is none; `TypeError` for one that cannot be cast. Then none is put in.

        >>> import eventstore as es
        >>> store, other = es.memory(), es.memory()
        >>> store.add(es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm")).added
        1
        >>> other.add(store.query().select("*")).added
        1
        """
    def put_resolved(
        self,
        pages: object,
        *,
        format: Literal["auto", "context", "markdown"] = "auto",
        prefix: str = "",
        profile: str = "auto",
        map: Mapping[str, str | Sequence[str]] | None = None,
        limits: Limits | None = None,
    ) -> int:
        """Puts pages into a resolved store, with what follows from all pages; gives their number.

        `pages` is an Arrow stream or frame with the columns `path`, `page` (its bytes), `tags`,
        `superseded` and `twin`; other columns are passed over. They are read as `ingest` reads pages, some
        tens of megabytes a commit. A path may be put once. Give the `profile` of Markdown pages: it is not
        looked for in the pages of a part. With `stored_path`, `page_format` and `choice`, as
        `eventstore.spark.resolve` gives them, each page is read as in its archive, whatever the keywords
        say. Needs pyarrow.

        Raises `InvalidError` if this is no resolved store, or a page is none of an event; `PageError`;
        `ResolvedStoreError` if a path is in the store already.

        >>> import eventstore as es
        >>> import pyarrow as pa
        >>> event = es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm")
        >>> page = event.to_markdown().encode()
        >>> path = "news/2017/03/2/a-storm.md"
        >>> rows = {"path": path, "page": page, "tags": ["Sea"], "superseded": False, "twin": False}
        >>> store = es.open("2017.store", resolved=True)
        >>> store.put_resolved(pa.Table.from_pylist([rows]))
        1
        >>> len(store.query("tag:sea"))
        1
        """
    def remove(self, ids: _Ids | None = None, *, prefix: str | None = None) -> int:
        """Removes events, one or several, and returns how many of them were there.

        `prefix="blog/"` in place of ids takes away all pages of the archives with this prefix.

        >>> import eventstore as es
        >>> store = es.memory()
        >>> report = store.add(es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm"))
        >>> store.remove(["2017/03/2/a-storm", "2017/03/2/a-calm"])
        1
        """
    def snapshot(self) -> Snapshot:
        """The store as it is now, for reading. Takes microseconds and copies nothing.

        >>> import eventstore as es
        >>> es.memory().snapshot()
        <Snapshot of 0 events>
        """
    def backup(
        self,
        path: str | PathLike[str],
        *,
        progress: bool | Callable[[Progress], object] = False,
    ) -> BackupReport:
        """Copies the newest state into a new directory, as a store that opens at once.

        Others may read and write this store meanwhile; the backup holds one commit. It is made
        beside `path` in a directory `.NAME.XXXXXXXX.backup-partial`, synced, and renamed last: an
        error leaves nothing, a kill leaves that directory, which may be removed. Every chunk is
        verified. `progress` is that of `ingest`; its `bytes` are those that were copied.

        Raises `InvalidError` where something is at `path`, `PathNotFoundError` where the folder
        above it is missing, `StorageError`, `CorruptError` for a damaged store,
        `SnapshotGoneError` of a reader that a writer has overtaken, `ForkedError` in a child of a
        process that used a store on disk.

        >>> import eventstore as es
        >>> with es.open("live.store") as store:
        ...     report = store.backup("monday.store")
        >>> report.events, len(es.open("monday.store", create=False))
        (0, 0)
        """
    def export(
        self,
        to: str | PathLike[str] | IO[bytes],
        *,
        progress: bool | Callable[[Progress], object] = False,
    ) -> ExportReport:
        """Writes all of the newest state as a `.tar.zst`, which `import_` reads back, in later versions too.

        `to` is a path or a binary file. A file at a path is written beside it, synced, and then takes
        its place. Pages of events are in it byte for byte, at their paths, so `tarfile` and `tar` read
        it; of listings and of pages that are no events a store holds no bytes, so these are written
        from their links, and empty. Equal stores have equal exports. Takes some 100 bytes of memory
        for a page. `progress` is that of `ingest`; its `bytes` are those of the pages.

        Raises `InvalidError` for a path with another ending than `.tar.zst` or `.tzst`, `StorageError` where
        it cannot be written; what a file raises is raised.

        >>> import eventstore as es
        >>> import io
        >>> store = es.memory()
        >>> report = store.add(es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm"))
        >>> file = io.BytesIO()
        >>> store.export(file).events
        1
        """
    def import_(
        self,
        source: str | PathLike[str] | IO[bytes],
        *,
        progress: bool | Callable[[Progress], object] = False,
    ) -> Report:
        """Reads an export: every page as it was, so that an empty store answers as the exported one.

        The name ends in `_` because `import` is a keyword. `source` is a path or a binary file.
        `ingest` of a path recognises an export and does the same. A page takes the place of what the
        store holds under its path; an empty store also takes over whether words are kept. Commits and
        `progress` are those of `ingest`.

        Raises `ArchiveError` for what is no export, was cut off or changed: nothing of it is in the
        store then, but for an export too large for one commit, of which the message says how many
        pages are. What a file raises is raised.

        >>> import eventstore as es
        >>> import io
        >>> store, other, file = es.memory(), es.memory(), io.BytesIO()
        >>> report = store.add(es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm"))
        >>> report = store.export(file)
        >>> position = file.seek(0)
        >>> other.import_(file).added, list(other) == list(store)
        (1, True)
        """
    def compact(self) -> None:
        """Writes everything into one segment in a fresh data directory and removes the old one.

        >>> import eventstore as es
        >>> store = es.sample()
        >>> removed = store.remove(store.query("2014").ids())
        >>> store.compact()
        >>> store.stats().deleted_rows
        0
        """
    def reindex(self, words: _Words = "on") -> None:
        """Cuts the texts of all events into words anew, or with `"off"` drops the words, and compacts.

        Takes as long as `compact()` and some 10 µs for each KB of text. A store of an older version gets
        words by it, and one that was made with `words="off"`.

        >>> import eventstore as es
        >>> store = es.memory(words="off")
        >>> report = store.add(es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm"))
        >>> store.reindex()
        >>> store.query("storm").count()
        1
        """
    def refresh(self) -> bool:
        """Goes on to the newest commit of another process; false if there is none.

        For a store that was opened with `read_only=True`, which has the commit of its opening until then.
        Hits and snapshots keep what they have. Any other store has the newest state already. Reads one
        small file; where there is a newer commit, it costs what an opening costs.

        >>> import eventstore as es
        >>> with es.open("news.store") as store:
        ...     reader = es.open("news.store", read_only=True)
        ...     report = store.add(es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm"))
        ...     print(len(reader), reader.refresh(), len(reader))
        0 True 1
        """
    def close(self) -> None:
        """Closes the store and frees its lock. Calling it again has no effect.

        >>> import eventstore as es
        >>> store = es.memory()
        >>> store.close()
        >>> store
        <Store in memory, closed>
        """
    def __enter__(self) -> Self: ...
    def __exit__(self, *exception: object) -> None: ...

def open(
    path: str | PathLike[str],
    *,
    create: bool = True,
    durability: Literal["sync", "flush"] = "sync",
    cache_bytes: int = 67108864,
    words: _Words | None = None,
    read_only: bool = False,
    exclusive: bool = False,
    wait: float = 0.0,
    resolved: bool = False,
) -> Store:
    """Opens the store at a path, or makes one; `":memory:"` is `memory()`.

    A path where nothing is becomes a store, as in SQLite and DuckDB; the store then shows itself as empty.
    With `create=False` it raises `PathNotFoundError` instead, so that a slip in a path makes no store.
    `~` and variables such as `$HOME` are expanded. With `durability="sync"` a commit survives a power
    cut, with `"flush"` a kill of the process. `cache_bytes` of decoded blocks are kept in memory. A
    second call for the same path in one process gives a handle on the same store. A store that is made
    with `words="off"` keeps no words of texts, which takes less room and less time to load; a
    question for words then reads texts. `store.reindex()` changes that later.

    The first write takes the lock of the store, goes on to its newest commit, and keeps the lock until
    `close()`; `exclusive=True` takes it at once, and so does making a store. Until then a handle is a
    reader, and any number of processes may have one. Where another process has the lock, the call waits for
    `wait` seconds, then raises `LockedError`.

    With `read_only=True` it never takes the lock and writes nothing: any number of processes may read a
    store beside each other and beside one that writes, also where they may not write, and after a fork. A
    reader has the newest commit of its opening until `store.refresh()`; writes raise `ReadOnlyError`. In the
    process that writes it is a reader, too: what its hits read stays for ten seconds after it was replaced. A
    missing store is never made. A store with parts of format 7 or older needs the lock all the same until
    `compact()`.

    With `resolved=True` a store that is made takes pages with what follows from them
    (`Store.put_resolved`), and no `ingest`, `add`, `remove` or `export`.

    Raises `InvalidError` if the store is there and has decided otherwise on `words` or `resolved`,
    `PathNotFoundError` (with `create=False` or `read_only=True`), `NotAStoreError`, `LockedError` where it
    needs the lock and another process has it, `CorruptError`, `UnsupportedVersionError`.

    >>> import eventstore as es
    >>> with es.open("news.store") as store:
    ...     report = store.add(es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm"))
    >>> with es.open("news.store", create=False) as store:
    ...     store["2017/03/2/a-storm"].title
    'A storm'
    """

def open_many(
    paths: str | PathLike[str] | Iterable[str | PathLike[str]],
    *,
    cache_bytes: int = 67108864,
) -> Store:
    """Opens several stores as one, for reading alone: answers are those of one store of all their events.

    Each path is a store, a directory with a list of stores (`commit_stores`), or a directory that holds
    stores. A query for some days opens only the stores that a list gives such days, unless it asks for
    words or links or the stores have Markdown pages, and until facets or a timeline are asked for; any
    other question opens all, some 0.1 ms each. Stores that are not listed are opened here, and their ids
    compared: those of days that two of them have, and those that say no day.

    Each store keeps the tags that it has. Tags follow from links, so a store of some pages of an archive
    has other tags than one of all, unless it was written as a resolved store. What is done to one store, as
    a write or a backup, raises `ManyStoresError`.

    Raises `InvalidError` if no store is given, one is given twice, one id stands in two stores, or a listed
    store has changed since it was listed; `PathNotFoundError`, `NotAStoreError`, `CorruptError`.

    >>> import eventstore as es
    >>> for year in (2016, 2017):
    ...     with es.open(f"{year}.store") as store:
    ...         report = store.add(es.Event(id=f"{year}/03/2/a-storm", date=f"{year}-03-02", title="A storm"))
    >>> stores = es.open_many(["2016.store", "2017.store"])
    >>> len(stores.query("storm")), stores.query("2017").first().id
    (2, '2017/03/2/a-storm')
    """

def listed_stores(directory: str | PathLike[str]) -> list[str]:
    """The stores that a directory lists, as paths from the directory on; none where it lists none.

    Raises `CorruptError` if the list is damaged or leads out of the directory.

    >>> import eventstore as es
    >>> es.listed_stores(".")
    []
    """

def commit_stores(
    directory: str | PathLike[str],
    stores: Iterable[str | PathLike[str]],
    *,
    replaces: list[str] | None = None,
) -> None:
    """Makes stores of a directory visible together: what `open_many(directory)` reads from then on.

    It writes their paths, from the directory on, and their days into the file `STORES`, so that a reader sees
    the former list or this one. Opens each store, and compares ids where days overlap. With `replaces`, the
    list as `listed_stores` gave it, nothing is written if another program has changed it since.

    Raises `InvalidError` if one id stands in two stores, a path leads out of the directory, the directory
    is a store itself, it has no list and holds stores that are not named, or `replaces` is not what is
    listed; `StorageError`; and what opening a store raises.

    >>> import eventstore as es
    >>> import os
    >>> os.mkdir("years")
    >>> for year in (2016, 2017):
    ...     with es.open(f"years/{year}") as store:
    ...         report = store.add(es.Event(id=f"{year}/03/2/a-storm", date=f"{year}-03-02", title="A storm"))
    >>> es.commit_stores("years", ["2016", "2017"])
    >>> len(es.open_many("years"))
    2
    """

def memory(*, words: _Words | None = None) -> Store:
    """A store in memory that goes away with its last reference. `words` is as in `open`.

    >>> import eventstore as es
    >>> len(es.memory())
    0
    """

def salvage(
    path: str | PathLike[str],
    target: str | PathLike[str],
    *,
    progress: bool | Callable[[Progress], object] = False,
) -> SalvageReport:
    """Gives back what a damaged store still holds: every page whose chunks are whole, as an export.

    Nothing is written to the store at `path`, and it need not open: its files are searched for
    chunks, each of which is verified. The archive at `target` is what `Store.export` writes, and
    `Store.import_` makes a new store of it. What is lost stands in the report and in the last
    member of the archive. Close the store first, if it is open. `progress` is that of `ingest`.

    Raises `PathNotFoundError`, `NotAStoreError` where no chunk of a store is found,
    `UnsupportedVersionError`, `StorageError`, `InvalidError` for a target in the store. Damage
    raises nothing.

    >>> import eventstore as es
    >>> with es.open("damaged.store") as store:
    ...     report = store.add(es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm"))
    >>> report = es.salvage("damaged.store", "damaged.tar.zst")
    >>> report.is_whole, report.events, report.lost
    (True, 1, 0)
    """

def read_pages(
    source: str | PathLike[str] | Mapping[str, bytes] | Iterable[tuple[str, bytes]],
    columns: Sequence[str] | None = None,
    *,
    part: ArchivePart | None = None,
    format: Literal["auto", "context", "markdown"] = "auto",
    prefix: str = "",
    profile: str = "auto",
    map: Mapping[str, str | Iterable[str]] | None = None,
    limits: Limits | None = None,
) -> Pages:
    """The pages of an archive as columns, read as `Store.ingest` reads them, without a store.

    A row is a page. `page_kind` says of which kind: `event`; `day_page`, `front_page` and
    `opinions`, which list events; `free_page`; `failed`, with `error` and `error_kind`; `no_page`, of
    a file that is none any more. Columns of events are those of `Hits.select`, but before anything is
    known of other pages: `tags` are those that the page itself shows, and no page is superseded.
    Beside them are the columns from which these follow (`links`, `tag_forms`, `listing_day`, `names`, …)
    and those that say where the page lies: `archive`, `path`, `position`, and `hash` of path and bytes.
    The bytes themselves are in the column `page`, which has to be named.

    The result is an Arrow stream that is read anew each time; memory is bounded. `part` is one of
    `archive_parts`, so that several processes can share an archive. The other arguments are those of
    `Store.ingest`. A damaged archive ends the stream with `ArchiveError`.

    Raises `InvalidError` for an unknown column, `PathNotFoundError` and `ArchiveError` when it is read.

    >>> import eventstore as es
    >>> pages = es.read_pages({"a.md": b"# A storm"}, ["id", "title", "page_kind"])
    >>> pages.to_arrow().to_pylist()[0]
    {'id': 'a', 'title': 'A storm', 'page_kind': 'event'}
    """

def archive_parts(
    source: str | PathLike[str],
    *,
    bytes: int = 67108864,
    files: int = 10000,
    format: Literal["auto", "context", "markdown"] = "auto",
    prefix: str = "",
    profile: str = "auto",
    map: Mapping[str, str | Iterable[str]] | None = None,
    limits: Limits | None = None,
) -> list[ArchivePart]:
    """Cuts an archive into parts, each of which `read_pages` can read without the others.

    A plain tar archive is cut every so many `bytes`, a directory every so many `files`; anything else
    is one part, since it can only be read from its start. Reads the names of a directory, or once
    through a larger tar archive, and finds out for which tool the archive was written.

    Raises what `Store.ingest` raises for archives.

    >>> import eventstore as es
    >>> len(es.archive_parts({"a.md": b"# A storm"}))
    1
    """

@final
class ArchivePart:
    """A part of an archive that can be read apart: `archive_parts` makes them.

    Equal by content, and pickled.

    >>> import eventstore as es
    >>> es.archive_parts({"a.md": b"# A storm"})[0].position
    0
    """

    def __new__(
        cls,
        position: int,
        bytes: tuple[int, int] | None,
        paths: tuple[str, str] | None,
        profile: str | None,
        top: str,
        context_roots: Iterable[str],
    ) -> ArchivePart: ...
    @property
    def position(self) -> int:
        """The number of its first file among all."""
    @property
    def bytes(self) -> tuple[int, int] | None:
        """Of a plain tar archive the bytes between which its members begin; `None` for all."""
    @property
    def paths(self) -> tuple[str, str] | None:
        """Of a directory two paths below it, between which its files lie; an empty end is that of all."""
    @property
    def profile(self) -> str | None:
        """The tool that the archive was written for; `None` where the reader finds it out."""
    @property
    def top(self) -> str:
        """What no id of a Markdown page begins with: the one folder that a packed archive lies in."""
    @property
    def context_roots(self) -> tuple[str, ...]:
        """What stands before the trees of the Context."""
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

@final
class Pages:
    """The pages of an archive as columns: what `read_pages` gives.

    An Arrow stream that is read anew each time; packages that take Arrow streams take it as it is.

    >>> import eventstore as es
    >>> es.read_pages({"a.md": b"# A storm"}, ["id", "error"]).columns
    ('id', 'error')
    """

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns."""
    def to_arrow(self) -> pyarrow.Table:
        """A `pyarrow.Table` of all pages.

        >>> import eventstore as es
        >>> pages = es.read_pages({"a.md": b"# A storm"}, ["id"])
        >>> pages.to_arrow().num_rows
        1
        """
    def to_polars(self) -> polars.DataFrame:
        """A `polars.DataFrame` of all pages.

        >>> import eventstore as es
        >>> pages = es.read_pages({"a.md": b"# A storm"}, ["id"])
        >>> pages.to_polars().shape
        (1, 1)
        """
    def to_pandas(self) -> pandas.DataFrame:
        """A `pandas.DataFrame` of all pages.

        >>> import eventstore as es
        >>> pages = es.read_pages({"a.md": b"# A storm"}, ["id"])
        >>> len(pages.to_pandas())
        1
        """
    def _batches(self) -> Iterator[Any]:
        """Record batches one by one, each as a stream of its own."""
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> Any:
        """The Arrow stream. What the consumer asks for is passed over: it casts."""
    def __arrow_c_schema__(self) -> Any:
        """The Arrow schema."""
    def __array__(self, *arguments: object, **keywords: object) -> NoReturn:
        """Raises `TypeError`, which says how to get columns."""

@final
class Hits:
    """The answer to a query: lazy, and bound to the state of the store in which it was asked.

    `len`, `bool`, counts, facets and timelines read no event. A slice is an answer too. Taking one
    event after another reads ahead, 256 at a time. For columns instead of events there are `select`,
    `to_pandas()`, `to_polars()`, `to_arrow()` and `write("events.parquet")`; what takes Arrow streams takes
    hits as they are.

    >>> import eventstore as es
    >>> store = es.memory()
    >>> storm = es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm", tags=["Sea"])
    >>> report = store.add([storm, es.Event(id="2018/01/9/a-calm", date="2018-01-09", title="A calm")])
    >>> hits = store.query("2017..2018")
    >>> len(hits), hits[0].title, [event.title for event in hits.order("-date")[:1]]
    (2, 'A storm', ['A calm'])
    """

    @property
    def query(self) -> Query:
        """The question."""
    def where(
        self,
        string: str | Query = "",
        /,
        *,
        since: _Day | None = None,
        until: _Day | None = None,
        tags_all: _Values | None = None,
        tags_any: _Values | None = None,
        tags_none: _Values | None = None,
        words: _Values | None = None,
        words_any: _Values | None = None,
        words_none: _Values | None = None,
        phrase: _Values | None = None,
        title: _Values | None = None,
        title_none: _Values | None = None,
        summary: _Values | None = None,
        summary_none: _Values | None = None,
        body: _Values | None = None,
        body_none: _Values | None = None,
        category: _Values | None = None,
        category_none: _Values | None = None,
        author: _Values | None = None,
        author_none: _Values | None = None,
        source: _Values | None = None,
        source_none: _Values | None = None,
        domain: _Values | None = None,
        domain_none: _Values | None = None,
        related_to: _Ids | None = None,
        refers_to: _Ids | None = None,
        kind: _Values | None = None,
        lang: _Values | None = None,
        on: _Values | None = None,
        meta: Mapping[str, _Values | None] | None = None,
        meta_none: Mapping[str, _Values | None] | None = None,
        has: _Values | None = None,
        has_none: _Values | None = None,
        superseded: _Include | None = None,
        draft: _Include | None = None,
        undated: _Include | None = None,
    ) -> Hits:
        """The same question narrowed, asked of the same state.

        `help(eventstore.Query)` explains the keywords. Raises `ParseError` for text that cannot be
        read, `InvalidError` for hits that are a slice.

        >>> import eventstore as es
        >>> hits = es.memory().query("tag:sea")
        >>> hits.where("2017", lang="en").query
        Query('2017 tag:sea lang:en')
        """
    def order(
        self,
        by: Literal["date", "-date", "relevance"],
        *,
        title: float | None = None,
        summary: float | None = None,
        body: float | None = None,
        k1: float | None = None,
        b: float | None = None,
    ) -> Hits:
        """In another order: by `"date"` (and id), by `"-date"`, its exact reverse, or by `"relevance"`: those
        first whose words fit the query best, newest first among equals.

        Relevance is BM25. `title` (3.0 if nothing is said), `summary` (1.0) and `body` (1.0) say how much a
        word there counts, `k1` (1.2) how fast a further one counts less, and `b` (0.75) how much a long text
        does. Raises `InvalidError` for weights of another order, of less than 0 or of more than a million.

        >>> import eventstore as es
        >>> store = es.memory()
        >>> report = store.add(
        ...     es.Event(id=f"2017/03/{day}/a", date=f"2017-03-{day}", title=title, summary="Storm")
        ...     for day, title in [(2, "A storm"), (3, "A calm")]
        ... )
        >>> store.query("storm").order("relevance").first().title
        'A storm'
        >>> store.query("storm").order("relevance", title=0.0).first().title
        'A calm'
        """
    @property
    def scores(self) -> list[float]:
        """How well each event fits the words of the query, in the order of these hits; 0 without words.

        Reads no event; some 10 ns for each that has a word. Each access ranks anew unless the hits are
        ordered by relevance.

        >>> import eventstore as es
        >>> store = es.memory()
        >>> report = store.add(es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm"))
        >>> [score > 0 for score in store.query("storm").scores], store.query().scores
        ([True], [0.0])
        """
    def snippets(self, chars: int = 160) -> list[Snippet]:
        """A `Snippet` of each event, in the order of these hits: `event.snippet(hits.query, chars)`.

        Reads all of these events: slice first.

        >>> import eventstore as es
        >>> store = es.memory()
        >>> report = store.add(es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm"))
        >>> [str(snippet) for snippet in store.query("storm")[:20].snippets()]
        ['A [storm]']
        """
    def count(self) -> int:
        """How many events. Reads none.

        >>> import eventstore as es
        >>> es.sample().query("tag:Saltby 2018").count()
        3
        """
    def first(self) -> Event | None:
        """The first event, or `None`. Reads that event alone.

        >>> import eventstore as es
        >>> es.sample().query("opera").first() is None
        True
        """
    def ids(self) -> list[str]:
        """The ids, in order. Reads no event.

        >>> import eventstore as es
        >>> es.sample().query("tag:eclipse").ids()
        ['2015/03/20/a-partial-eclipse-of-the-sun-is-seen-in-hallmere']
        """
    def sample(self, count: int, seed: int = 0) -> Hits:
        """`count` of these events drawn at random, or all if there are no more, in the same order.

        The same seed gives the same events as long as the answer is the same. Like a slice, a sample cannot
        be narrowed or ordered anew: do that first.

        >>> import eventstore as es
        >>> hits = es.memory().query("tag:sea")
        >>> hits.sample(5, seed=7).count()
        0
        """
    def similar(self, id: _Id, top: int = 10) -> SimilarEvents:
        """Of these events those that share most tags with an event, which itself is not among them.

        By the number of tags, then the newest first, then by id; at most `top`. Raises `NotFoundError` if
        the store does not have the event, `InvalidError` for a `top` of 0.

        >>> import eventstore as es
        >>> store = es.memory()
        >>> day = dict(date="2017-03-02", tags=["Storms", "Sea"])
        >>> storm = es.Event(id="2017/03/2/a-storm", title="A storm", **day)
        >>> calm = es.Event(id="2017/03/2/a-calm", title="A calm", date="2017-03-02", tags=["sea"])
        >>> report = store.add([storm, calm])
        >>> store.query("2017").similar(storm)[0].shared
        ['Sea']
        """
    def page(self, size: int = 100, *, after: str | None = None) -> ResultPage:
        """A page of at most `size` events, and the token of the next page.

        A token by date stays good when the store is written to or opened again. One by relevance is good
        as long as the store does not change, since scores do. Raises `ParseError` for a token of another
        question or order, and for one by relevance of another state.

        >>> import eventstore as es
        >>> store = es.memory()
        >>> report = store.add(
        ...     es.Event(id=f"2017/03/{day}/a-storm", date=f"2017-03-{day}", title="A storm")
        ...     for day in (2, 3, 4)
        ... )
        >>> hits = store.query()
        >>> page = hits.page(2)
        >>> len(page.events), len(hits.page(2, after=page.next).events)
        (2, 1)
        """
    @overload
    def timeline(
        self, by: _Width | str = "month", *, split: None = None, top: int | None = 5
    ) -> Timeline: ...
    @overload
    def timeline(
        self, by: _Width | str = "month", *, split: _Field | str, top: int | None = 5
    ) -> SplitTimeline:
        """Counts by `"day"`, `"week"` (from Monday), `"month"` or `"year"`, zeros included.

        With `split` each of the `top` most frequent values of a field (those that `facets` gives) is
        counted for itself, all of them for `None`. An event that has several counts for each, and the
        value `None` counts those that have none of them.

        Raises `ParseError` for an unknown unit or field; `InvalidError` if `top` is less than 1, or if there
        would be more than a million counts.

        >>> import eventstore as es
        >>> store = es.memory()
        >>> storm = es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm", tags=["Sea"])
        >>> report = store.add([storm, es.Event(id="2017/03/9/a-calm", date="2017-03-09", title="A calm")])
        >>> [(bucket.label, bucket.count) for bucket in store.query("2017").timeline()]
        [('2017-03', 2)]
        >>> months = store.query("2017").timeline("month", split="tags")
        >>> [(bucket.label, bucket.value, bucket.count) for bucket in months]
        [('2017-03', 'Sea', 1), ('2017-03', None, 1)]
        """
    def facets(self, by: _Field | str, top: int | None = 20) -> Facets:
        """Counts by the values of a field, most frequent first; `top` of them, or all for `None`.

        Fields are `tags`, `category`, `author`, `source` (publishers by name), `domain` (publishers by
        host), `kind`, `lang`, keys of `Event.meta` such as `meta.series`, `meta.cover.alt` or
        `meta.my key`, and `word` (the words of their texts, which takes longer).

        >>> import eventstore as es
        >>> store = es.memory()
        >>> storm = es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm", tags=["Sea"])
        >>> report = store.add(storm)
        >>> list(store.query("2017").facets("tags"))
        [Count(value='Sea', count=1)]
        """
    def select(self, *columns: _Columns) -> Selection:
        """Some columns of these events, in that order: an Arrow stream of its own, which can be read again.

        A path names a field of the records in a list: `sources.domain` is a list of the domains of each
        event. `meta.KEY` is the value of a key of the front matter: a text, or JSON of a list or a map. `"*"`
        stands for every column, also `meta` and `body`. A name may be several: `"date, title"`. Reads
        nothing. Raises `ParseError` for an unknown column, which names those that there are; `InvalidError`
        if none is named, or one twice.

        >>> import eventstore as es
        >>> store = es.memory()
        >>> report = store.add(es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm"))
        >>> selection = store.query("2017").select("date, title", "sources.domain")
        >>> selection.columns, len(selection)
        (('date', 'title', 'sources.domain'), 1)
        >>> selection.to_arrow().to_pylist()
        [{'date': datetime.date(2017, 3, 2), 'title': 'A storm', 'sources.domain': []}]
        """
    def hint(self) -> str | None:
        """What may be wrong with a query that matches nothing: a value that no event has, and the nearest
        one that some event has.

        Of words and tags those are compared that begin with the same letter, of words also those whose
        first letter has another mark (`uber`, `über`). Long values are cut. Of a time that lies before or
        after all events it says so. `None` if an event matches, or if every value of the query exists and
        its time is not outside the days of the store. Reads no event; takes milliseconds.

        >>> import eventstore as es
        >>> store = es.memory()
        >>> report = store.add(es.Event(id="2017/03/2/a", date="2017-03-02", title="A", tags=["Land"]))
        >>> store.query("tag:Lnad").hint()
        'no event has tag:Lnad; did you mean tag:Land?'
        """
    def left_out(self) -> str | None:
        """How many events match that the query leaves out, because they have no date, are drafts or
        superseded, and what to add for them. `None` where there are none.

        An event that is left out for two reasons counts under both. Costs a count among the few events that
        have one of these traits.

        >>> import eventstore as es
        >>> store = es.memory()
        >>> report = store.add(es.Event(id="notes/a", date=None, title="A note"))
        >>> store.query().left_out()
        '1 undated is left out; undated:yes adds it'
        """
    def explain(self) -> str:
        """How the question is answered, what each step gives, and what was read.

        Of a slice also what reading its events took. The wording may change.

        >>> import eventstore as es
        >>> "tag:ferry" in es.sample().query("tag:ferry 2016..").explain()
        True
        """
    def to_arrow(self, columns: _Columns | None = None) -> pyarrow.Table:
        """The events as a `pyarrow.Table`: the columns that are named, in that order, or all but
        `meta` and `body`.

        Columns are whole, or fields of them as `select` takes them. They are made on all cores without an
        `Event` in between, in batches of at most 65,536 rows:
        `id`, `date` (date32), `categories`, `title`, `summary`, `tags` (lists of text), `sources` (list of
        `name, url, domain, image`), `related` (list of `id, title, tags`), `cover_image`, `changes` (list
        of `id, title, at, kind`), `authors` (list of text), `kind`, `lang`, `superseded`, `draft`, `time`
        (time64 in microseconds) and `offset` (minutes east of UTC), as far as a page says them; and on
        demand `meta` (the other keys of a page as JSON) and `body` (its Markdown).

        The scores of an answer are a column of yours: `table.append_column("score", [hits.scores])`.

        Raises `MissingDependencyError` without pyarrow, `ParseError` for an unknown column,
        `InvalidError` for one that is named twice or if none is named. What takes Arrow streams needs no
        pyarrow and no `to_arrow`: `polars.DataFrame(hits)`, `pyarrow.table(hits)`.

        >>> import eventstore as es
        >>> store = es.memory()
        >>> report = store.add(es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm"))
        >>> store.query().to_arrow(["id", "title"]).to_pylist()
        [{'id': '2017/03/2/a-storm', 'title': 'A storm'}]
        """
    def to_polars(self, columns: _Columns | None = None) -> polars.DataFrame:
        """The events as a `polars.DataFrame`, with the columns of `to_arrow`. Needs no pyarrow.

        Raises `MissingDependencyError` without polars; else as `to_arrow`.

        >>> import eventstore as es
        >>> es.memory().query().to_polars().width
        17
        """
    def scan_polars(self, columns: _Columns | None = None) -> polars.LazyFrame:
        """The events as a `polars.LazyFrame`, which can be collected again and again. It reads the columns
        that its query needs, and of `head(n)` the first `n` events. Conditions on columns are polars's:
        those that a question can have belong into the question, which reads no event for them.

        Raises `MissingDependencyError` without polars; else as `to_arrow`.

        >>> import eventstore as es
        >>> es.memory().query().scan_polars().select("title").collect().height
        0
        """
    def to_pandas(self, columns: _Columns | None = None) -> pandas.DataFrame:
        """The events as a `pandas.DataFrame`, with the columns of `to_arrow`. Days are `datetime64`, so
        that `.dt` and `resample` work, from the year 1 on.

        Raises `MissingDependencyError` without pandas or pyarrow; else as `to_arrow`.

        >>> import eventstore as es
        >>> list(es.memory().query().to_pandas().columns)[:2]
        ['id', 'date']
        """
    def write(
        self,
        path: str | PathLike[str],
        *,
        raw_cells: bool = False,
        progress: bool | Callable[[Progress], object] | None = None,
    ) -> int:
        """Writes the events into a file of the format that its ending names: `.csv`, `.tsv`, `.json`,
        `.ndjson`, `.parquet` or `.arrow`. Gives the number of rows.

        The file is made beside its path and renamed last, in place of one that is there. A few batches are
        in memory at a time, whatever the size of the answer. In `.csv` and `.tsv` a text that a spreadsheet
        would run as a formula (it begins with `=`, `+`, `-`, `@`, a tab or the end of a line) has an
        apostrophe before it unless `raw_cells` says otherwise; lists are JSON; an empty cell is a value
        that is not there, and `""` an empty text. Alone in its row either is `""`, since readers pass
        over empty lines.

        `progress` is as in `Store.ingest`: `True` shows a line or a bar, a callable gets a `Progress`,
        whose `pages` are the rows that were written.

        Raises `InvalidError` for another ending, `PathNotFoundError` where the folder is missing,
        `StorageError` where the system refuses.

        >>> import eventstore as es
        >>> from pathlib import Path
        >>> es.memory().query().write("events.csv")
        0
        >>> print(Path("events.csv").read_text()[:25] + "...")
        id,date,categories,title,...
        """
    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        """The events as a stream of Arrow record batches, without `meta` and `body`: what pyarrow and
        polars take. The same again each time."""
    def __arrow_c_schema__(self) -> Any:
        """The columns of that stream and their types."""
    def __array__(self, *arguments: object, **keywords: object) -> NoReturn:
        """Raises `TypeError`, which says how to get columns: an array would hold whole events."""
    def __len__(self) -> int: ...
    def __bool__(self) -> bool: ...
    @overload
    def __getitem__(self, index: SupportsIndex, /) -> Event: ...
    @overload
    def __getitem__(self, index: slice[int | None, int | None, Literal[1] | None], /) -> Hits: ...
    def __iter__(self) -> Iterator[Event]: ...
    def __reduce__(self) -> NoReturn: ...

@final
class Selection:
    """Some columns of an answer, by `Hits.select`: an Arrow stream of just these, which can be read again.

    What takes Arrow streams takes it as it is: `polars.DataFrame(selection)`, `pyarrow.table(selection)`,
    `duckdb.sql("from selection")`. It reads nothing by itself, and each reading gives the same rows,
    whatever is written in between. Made by `Hits.select` alone. A terminal and a notebook
    show its first ten rows.

    >>> import eventstore as es
    >>> store = es.memory()
    >>> report = store.add(es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm"))
    >>> store.query("2017").select("date", "title")
    <Selection of date, title from <Hits 1 of Query('2017')>>
    date        title
    2017-03-02  A storm
    """

    @property
    def hits(self) -> Hits:
        """The events."""
    @property
    def columns(self) -> tuple[_Column, ...]:
        """The names of the columns, in their order."""
    def to_arrow(self) -> pyarrow.Table:
        """The columns as a `pyarrow.Table`.

        Raises `MissingDependencyError` without pyarrow.

        >>> import eventstore as es
        >>> es.memory().query().select("title").to_arrow().num_rows
        0
        """
    def to_polars(self) -> polars.DataFrame:
        """The columns as a `polars.DataFrame`. Needs no pyarrow.

        Raises `MissingDependencyError` without polars.

        >>> import eventstore as es
        >>> es.memory().query().select("date", "title").to_polars().width
        2
        """
    def scan_polars(self) -> polars.LazyFrame:
        """The columns as a `polars.LazyFrame`, which can be collected again and again. It reads the columns
        that its query needs, and of `head(n)` the first `n` events. Conditions on columns are polars's:
        those that a question can have belong into the question, which reads no event for them.

        Raises `MissingDependencyError` without polars.

        >>> import eventstore as es
        >>> es.memory().query().select("date", "title").scan_polars().head(5).collect().height
        0
        """
    def _batches(self) -> Iterator[Any]:
        """The record batches one by one, each as a stream."""
    def to_pandas(self) -> pandas.DataFrame:
        """The columns as a `pandas.DataFrame`. Days are `datetime64`, so that `.dt` and `resample` work,
        from the year 1 on.

        Raises `MissingDependencyError` without pandas or pyarrow.

        >>> import eventstore as es
        >>> list(es.memory().query().select("date", "title").to_pandas().columns)[:2]
        ['date', 'title']
        """
    def write(
        self,
        path: str | PathLike[str],
        *,
        raw_cells: bool = False,
        progress: bool | Callable[[Progress], object] | None = None,
    ) -> int:
        """Writes the columns into a file of the format that its ending names: `.csv`, `.tsv`, `.json`,
        `.ndjson`, `.parquet` or `.arrow`. Gives the number of rows.

        The file is made beside its path and renamed last, in place of one that is there. A few batches are
        in memory at a time, whatever the size of the answer. In `.csv` and `.tsv` a text that a spreadsheet
        would run as a formula (it begins with `=`, `+`, `-`, `@`, a tab or the end of a line) has an
        apostrophe before it unless `raw_cells` says otherwise; lists are JSON; an empty cell is a value
        that is not there, and `""` an empty text. Alone in its row either is `""`, since readers pass
        over empty lines.

        `progress` is as in `Store.ingest`: `True` shows a line or a bar, a callable gets a `Progress`,
        whose `pages` are the rows that were written.

        Raises `InvalidError` for another ending, `PathNotFoundError` where the folder is missing,
        `StorageError` where the system refuses.

        >>> import eventstore as es
        >>> from pathlib import Path
        >>> es.memory().query().select("date", "title").write("events.csv")
        0
        >>> print(Path("events.csv").read_text().strip())
        date,title
        """
    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        """The columns as a stream of Arrow record batches, the same again each time."""
    def __arrow_c_schema__(self) -> Any:
        """The columns of that stream and their types."""
    def __array__(self, *arguments: object, **keywords: object) -> NoReturn:
        """Raises `TypeError`, which says how to get columns."""
    def __len__(self) -> int: ...
    def __reduce__(self) -> NoReturn: ...

@final
class ResultPage:
    """A page of an answer: events, and the token of the next page.

    >>> import eventstore as es
    >>> es.memory().query().page(10)
    <ResultPage of 0 events, next=None>
    """

    def __new__(cls, events: tuple[Event, ...], next: str | None) -> ResultPage: ...
    @property
    def events(self) -> tuple[Event, ...]:
        """The events of the page."""
    @property
    def next(self) -> str | None:
        """The token of the next page; `None` on the last one."""
    def __eq__(self, other: object, /) -> bool: ...
    def __getnewargs__(self) -> tuple[tuple[Event, ...], str | None]: ...

@final
class Similar:
    """An event that shares tags with the one that was asked for: `store.similar(id)`.

    >>> import eventstore as es
    >>> es.Similar("2017/03/2/a-calm", None, "A calm", ["Sea"]).shared
    ['Sea']
    """

    def __new__(cls, id: str, date: Date | None, title: str, shared: list[str]) -> Similar: ...
    @property
    def id(self) -> str:
        """Its id."""
    @property
    def date(self) -> Date | None:
        """Its day; `None` of an undated page."""
    @property
    def title(self) -> str:
        """Its title."""
    @property
    def shared(self) -> list[str]:
        """The tags that both have, in the order and the spelling of the one that was asked for."""
    def __eq__(self, other: object, /) -> bool: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

@final
class Bucket:
    """One unit of time of a timeline.

    >>> import eventstore as es
    >>> store = es.memory()
    >>> report = store.add(es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm"))
    >>> bucket = store.timeline("month")[0]
    >>> bucket.label, bucket.count, str(bucket.end)
    ('2017-03', 1, '2017-03-31')
    """

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
        """The first day of the unit, also where the query's range begins later."""
    @property
    def end(self) -> Date:
        """The last day of the unit, also where the query's range ends earlier."""
    @property
    def count(self) -> int:
        """Events of the unit that answer the query."""
    @property
    def total(self) -> int:
        """All events of the unit within the query's range, superseded ones as the query takes them."""
    @property
    def share(self) -> float | None:
        """`count` divided by `total`; `None` where `total` is 0."""
    def __eq__(self, other: object, /) -> bool: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

@final
class SplitBucket:
    """The events of one value in one unit of time of a split timeline.

    >>> import eventstore as es
    >>> store = es.memory()
    >>> storm = es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm", tags=["Sea"])
    >>> report = store.add(storm)
    >>> bucket = store.timeline("month", split="tags")[0]
    >>> bucket.label, bucket.value, bucket.count
    ('2017-03', 'Sea', 1)
    """

    def __new__(
        cls,
        label: str,
        start: Date,
        end: Date,
        value: str | None,
        count: int,
        total: int,
        share: float | None,
    ) -> SplitBucket: ...
    @property
    def label(self) -> str:
        """`2017-03-02`, `2017-W09`, `2017-03` or `2017`."""
    @property
    def start(self) -> Date:
        """The first day of the unit, also where the query's range begins later."""
    @property
    def end(self) -> Date:
        """The last day of the unit, also where the query's range ends earlier."""
    @property
    def value(self) -> str | None:
        """The value, in the spelling that most events of the store have; `None` for what has none of those
        that are shown."""
    @property
    def count(self) -> int:
        """Events of the unit that answer the query and have the value."""
    @property
    def total(self) -> int:
        """All events of the unit within the query's range, superseded ones as the query takes them."""
    @property
    def share(self) -> float | None:
        """`count` divided by `total`; `None` where `total` is 0."""
    def __eq__(self, other: object, /) -> bool: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

@final
class Count:
    """A value of a field, and how many of the events have it.

    >>> import eventstore as es
    >>> es.Count("Sea", 3).value
    'Sea'
    """

    def __new__(
        cls,
        value: str,
        count: int,
    ) -> Count: ...
    @property
    def value(self) -> str:
        """The value, in the spelling that most events of the store have."""
    @property
    def count(self) -> int:
        """Events that have it."""
    def __eq__(self, other: object, /) -> bool: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

@final
class Timeline:
    """Counts by time: every unit of the query's range within the days of the store, zeros included.

    Where it counts nothing, what is shown says why: the hint of its hits, or that none has a date.

    >>> import eventstore as es
    >>> store = es.memory()
    >>> report = store.add(es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm"))
    >>> [bucket.count for bucket in store.timeline("day")]
    [1]
    """

    def __new__(cls, by: str, items: Sequence[Bucket]) -> Timeline: ...
    @property
    def _remark(self) -> str | None:
        """The line below it where it is shown: of an empty answer what may be wrong."""
    @property
    def by(self) -> str:
        """The unit of time."""
    def to_arrow(self) -> pyarrow.Table:
        """The buckets as a `pyarrow.Table`: `label`, `start` and `end` (date32), `count` and `total`
        (int64), `share` (float64 or null).

        Raises `MissingDependencyError` without pyarrow.

        >>> import eventstore as es
        >>> es.memory().timeline().to_arrow().num_rows
        0
        """
    def to_polars(self) -> polars.DataFrame:
        """The buckets as a `polars.DataFrame`. Needs no pyarrow.

        Raises `MissingDependencyError` without polars.

        >>> import eventstore as es
        >>> es.memory().timeline().to_polars().width
        6
        """
    def to_pandas(self) -> pandas.DataFrame:
        """The buckets as a `pandas.DataFrame`. Days are `datetime64`, so that `.dt` and `resample` work,
        from the year 1 on.

        Raises `MissingDependencyError` without pandas or pyarrow.

        >>> import eventstore as es
        >>> list(es.memory().timeline().to_pandas().columns)[:2]
        ['label', 'start']
        """
    def plot(self, backend: Literal["altair", "matplotlib"] | None = None) -> Any:
        """A chart of bars of the buckets: an `altair.Chart`, or the `matplotlib.axes.Axes` of a new figure.
        Without `backend` by altair where it is installed, else by matplotlib.
        Each bar is as wide as its unit of time.

        Raises `MissingDependencyError` where the package is not installed, `InvalidError` for another name.

        >>> import eventstore as es
        >>> try:
        ...     chart = es.memory().timeline().plot()
        ... except es.MissingDependencyError as error:
        ...     chart = str(error)  # … install it: pip install altair
        """
    def write(self, path: str | PathLike[str], *, raw_cells: bool = False) -> int:
        """Writes the buckets into a file of the format that its ending names: `.csv`, `.tsv`, `.json`,
        `.ndjson`, `.parquet` or `.arrow`. Gives the number of rows.

        The file is made beside its path and renamed last, in place of one that is there. In `.csv` and
        `.tsv` a text that a spreadsheet would run as a formula (it begins with `=`, `+`, `-`, `@`, a tab or
        the end of a line) has an apostrophe before it unless `raw_cells` says otherwise; lists are JSON; an
        empty cell is a value that is not there, and `""` an empty text.

        Raises `InvalidError` for another ending, `PathNotFoundError` where the folder is missing,
        `StorageError` where the system refuses.

        >>> import eventstore as es
        >>> from pathlib import Path
        >>> es.memory().timeline().write("months.csv")
        0
        >>> print(Path("months.csv").read_text().strip())
        label,start,end,count,total,share
        """
    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        """The buckets as a stream of Arrow record batches, the same again each time."""
    def __arrow_c_schema__(self) -> Any:
        """The columns of that stream and their types."""
    def __array__(self, *arguments: object, **keywords: object) -> NoReturn:
        """Raises `TypeError`, which says how to get columns."""
    def __len__(self) -> int: ...
    @overload
    def __getitem__(self, index: SupportsIndex, /) -> Bucket: ...
    @overload
    def __getitem__(self, index: slice, /) -> list[Bucket]: ...
    def __iter__(self) -> Iterator[Bucket]: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __getnewargs__(self) -> tuple[str, list[Bucket]]: ...

@final
class SplitTimeline:
    """Counts by time and by value: every unit of a timeline once for each value, zeros included.

    The values are ordered by their counts, and `None` stands last for the events that have none of them, if
    there are some. The counts of a value add up to its count in `facets`, undated events aside. An event
    counts once for each of its values; where that makes more counts than events, what is shown says so.

    >>> import eventstore as es
    >>> store = es.memory()
    >>> storm = es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm", tags=["Sea"])
    >>> report = store.add(storm)
    >>> months = store.timeline("month", split="tags", top=3)
    >>> months.split, [(bucket.value, bucket.count) for bucket in months]
    ('tag', [('Sea', 1)])
    """

    def __new__(cls, by: str, split: str, items: Sequence[SplitBucket]) -> SplitTimeline: ...
    @property
    def _remark(self) -> str | None:
        """The line below it where it is shown: of an empty answer what may be wrong."""
    @property
    def by(self) -> str:
        """The unit of time."""
    @property
    def split(self) -> str:
        """The field by whose values the counts are split."""
    def to_arrow(self) -> pyarrow.Table:
        """A row for each unit of time and value, as a `pyarrow.Table`: `label`, `start` and `end` (date32),
        `value` (null for what has none of the values), `count` and `total` (int64), `share` (float64 or
        null).

        Raises `MissingDependencyError` without pyarrow.

        >>> import eventstore as es
        >>> es.memory().timeline(split="tags").to_arrow().num_rows
        0
        """
    def to_polars(self) -> polars.DataFrame:
        """The buckets as a `polars.DataFrame`. Needs no pyarrow.

        Raises `MissingDependencyError` without polars.

        >>> import eventstore as es
        >>> es.memory().timeline(split="tags").to_polars().width
        7
        """
    def to_pandas(self) -> pandas.DataFrame:
        """The buckets as a `pandas.DataFrame`. Days are `datetime64`, so that `.dt` and `resample` work,
        from the year 1 on.

        Raises `MissingDependencyError` without pandas or pyarrow.

        >>> import eventstore as es
        >>> frame = es.memory().timeline(split="tags").to_pandas()
        >>> frame.pivot(index="start", columns="value", values="count").shape
        (0, 0)
        """
    def plot(self, backend: Literal["altair", "matplotlib"] | None = None) -> Any:
        """A chart of bars, in which the values of a unit of time stand on each other: an `altair.Chart`, or
        the `matplotlib.axes.Axes` of a new figure. Without `backend` by altair where it is installed, else
        by matplotlib. Each bar is as wide as its unit of time.

        Raises `MissingDependencyError` where the package is not installed, `InvalidError` for another name.

        >>> import eventstore as es
        >>> try:
        ...     chart = es.memory().timeline(split="tags").plot()
        ... except es.MissingDependencyError as error:
        ...     chart = str(error)  # … install it: pip install altair
        """
    def write(self, path: str | PathLike[str], *, raw_cells: bool = False) -> int:
        """Writes the buckets into a file of the format that its ending names: `.csv`, `.tsv`, `.json`,
        `.ndjson`, `.parquet` or `.arrow`. Gives the number of rows.

        The file is made beside its path and renamed last, in place of one that is there. In `.csv` and
        `.tsv` a text that a spreadsheet would run as a formula (it begins with `=`, `+`, `-`, `@`, a tab or
        the end of a line) has an apostrophe before it unless `raw_cells` says otherwise; lists are JSON; an
        empty cell is a value that is not there, and `""` an empty text.

        Raises `InvalidError` for another ending, `PathNotFoundError` where the folder is missing,
        `StorageError` where the system refuses.

        >>> import eventstore as es
        >>> from pathlib import Path
        >>> es.memory().timeline(split="tags").write("months.csv")
        0
        >>> print(Path("months.csv").read_text().strip())
        label,start,end,value,count,total,share
        """
    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        """The buckets as a stream of Arrow record batches, the same again each time."""
    def __arrow_c_schema__(self) -> Any:
        """The columns of that stream and their types."""
    def __array__(self, *arguments: object, **keywords: object) -> NoReturn:
        """Raises `TypeError`, which says how to get columns."""
    def __len__(self) -> int: ...
    @overload
    def __getitem__(self, index: SupportsIndex, /) -> SplitBucket: ...
    @overload
    def __getitem__(self, index: slice, /) -> list[SplitBucket]: ...
    def __iter__(self) -> Iterator[SplitBucket]: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __getnewargs__(self) -> tuple[str, str, list[SplitBucket]]: ...

@final
class Facets:
    """Counts by value: exact, most frequent first, equal ones by value.

    Without a value, what is shown says why: the hint of its hits, or that none of them has one.

    >>> import eventstore as es
    >>> store = es.memory()
    >>> storm = es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm", tags=["Sea"])
    >>> report = store.add(storm)
    >>> store.facets("tags")[0].count, store.facets("tags").distinct
    (1, 1)
    """

    def __new__(cls, by: str, items: Sequence[Count], distinct: int) -> Facets: ...
    @property
    def _remark(self) -> str | None:
        """The line below it where it is shown: of an empty answer what may be wrong."""
    @property
    def by(self) -> str:
        """The field whose values are counted."""
    @property
    def distinct(self) -> int:
        """How many values there are, those beyond `top` included."""
    def to_arrow(self) -> pyarrow.Table:
        """The values and counts as a `pyarrow.Table`: `value`, `count` (int64).

        Raises `MissingDependencyError` without pyarrow.

        >>> import eventstore as es
        >>> es.memory().facets("tags").to_arrow().num_rows
        0
        """
    def to_polars(self) -> polars.DataFrame:
        """The values and counts as a `polars.DataFrame`. Needs no pyarrow.

        Raises `MissingDependencyError` without polars.

        >>> import eventstore as es
        >>> es.memory().facets("tags").to_polars().width
        2
        """
    def to_pandas(self) -> pandas.DataFrame:
        """The values and counts as a `pandas.DataFrame`.

        Raises `MissingDependencyError` without pandas or pyarrow.

        >>> import eventstore as es
        >>> list(es.memory().facets("tags").to_pandas().columns)[:2]
        ['value', 'count']
        """
    def plot(self, backend: Literal["altair", "matplotlib"] | None = None) -> Any:
        """A chart of bars of the values: an `altair.Chart`, or the `matplotlib.axes.Axes` of a new figure.
        Without `backend` by altair where it is installed, else by matplotlib.
        The most frequent value is on top.

        Raises `MissingDependencyError` where the package is not installed, `InvalidError` for another name.

        >>> import eventstore as es
        >>> try:
        ...     chart = es.memory().facets("tags").plot()
        ... except es.MissingDependencyError as error:
        ...     chart = str(error)  # … install it: pip install altair
        """
    def write(self, path: str | PathLike[str], *, raw_cells: bool = False) -> int:
        """Writes the values and counts into a file of the format that its ending names: `.csv`, `.tsv`,
        `.json`, `.ndjson`, `.parquet` or `.arrow`. Gives the number of rows.

        The file is made beside its path and renamed last, in place of one that is there. In `.csv` and
        `.tsv` a text that a spreadsheet would run as a formula (it begins with `=`, `+`, `-`, `@`, a tab or
        the end of a line) has an apostrophe before it unless `raw_cells` says otherwise; lists are JSON; an
        empty cell is a value that is not there, and `""` an empty text.

        Raises `InvalidError` for another ending, `PathNotFoundError` where the folder is missing,
        `StorageError` where the system refuses.

        >>> import eventstore as es
        >>> from pathlib import Path
        >>> es.memory().facets("tags").write("tags.csv")
        0
        >>> print(Path("tags.csv").read_text().strip())
        value,count
        """
    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        """The values and counts as a stream of Arrow record batches, the same again each time."""
    def __arrow_c_schema__(self) -> Any:
        """The columns of that stream and their types."""
    def __array__(self, *arguments: object, **keywords: object) -> NoReturn:
        """Raises `TypeError`, which says how to get columns."""
    def __len__(self) -> int: ...
    @overload
    def __getitem__(self, index: SupportsIndex, /) -> Count: ...
    @overload
    def __getitem__(self, index: slice, /) -> list[Count]: ...
    def __iter__(self) -> Iterator[Count]: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __getnewargs__(self) -> tuple[str, list[Count], int]: ...

@final
class SimilarEvents:
    """The events that share most tags with one, the most similar first: `store.similar(id)`.

    >>> import eventstore as es
    >>> store = es.memory()
    >>> storm = es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm", tags=["Sea"])
    >>> calm = es.Event(id="2017/03/3/a-calm", date="2017-03-03", title="A calm", tags=["Sea"])
    >>> report = store.add([storm, calm])
    >>> similar = store.similar(storm)
    >>> similar.of, len(similar), similar[0].title
    ('2017/03/2/a-storm', 1, 'A calm')
    """

    def __new__(cls, of: str, items: Sequence[Similar]) -> SimilarEvents: ...
    @property
    def _remark(self) -> str | None:
        """The line below it where it is shown: of an empty answer what may be wrong."""
    @property
    def of(self) -> str:
        """The id of the event that was asked for."""
    def to_arrow(self) -> pyarrow.Table:
        """The events as a `pyarrow.Table`: `id`, `date`, `title`, `shared` (a list of tags).

        Raises `MissingDependencyError` without pyarrow.

        >>> import eventstore as es
        >>> store = es.memory()
        >>> report = store.add(es.Event(id="notes/a", date=None, title="A note"))
        >>> store.similar("notes/a").to_arrow().num_rows
        0
        """
    def to_polars(self) -> polars.DataFrame:
        """The events as a `polars.DataFrame`. Needs no pyarrow.

        Raises `MissingDependencyError` without polars.

        >>> import eventstore as es
        >>> store = es.memory()
        >>> report = store.add(es.Event(id="notes/a", date=None, title="A note"))
        >>> store.similar("notes/a").to_polars().width
        4
        """
    def to_pandas(self) -> pandas.DataFrame:
        """The events as a `pandas.DataFrame`.

        Raises `MissingDependencyError` without pandas or pyarrow.

        >>> import eventstore as es
        >>> store = es.memory()
        >>> report = store.add(es.Event(id="notes/a", date=None, title="A note"))
        >>> list(store.similar("notes/a").to_pandas().columns)[:2]
        ['id', 'date']
        """
    def write(self, path: str | PathLike[str], *, raw_cells: bool = False) -> int:
        """Writes the events into a file of the format that its ending names: `.csv`, `.tsv`,
        `.json`, `.ndjson`, `.parquet` or `.arrow`. Gives the number of rows.

        The file is made beside its path and renamed last, in place of one that is there. In `.csv` and
        `.tsv` a text that a spreadsheet would run as a formula (it begins with `=`, `+`, `-`, `@`, a tab or
        the end of a line) has an apostrophe before it unless `raw_cells` says otherwise; lists are JSON; an
        empty cell is a value that is not there, and `""` an empty text.

        Raises `InvalidError` for another ending, `PathNotFoundError` where the folder is missing,
        `StorageError` where the system refuses.

        >>> import eventstore as es
        >>> store = es.memory()
        >>> report = store.add(es.Event(id="notes/a", date=None, title="A note"))
        >>> from pathlib import Path
        >>> store.similar("notes/a").write("similar.csv")
        0
        >>> print(Path("similar.csv").read_text().strip())
        id,date,title,shared
        """
    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        """The events as a stream of Arrow record batches, the same again each time."""
    def __arrow_c_schema__(self) -> Any:
        """The columns of that stream and their types."""
    def __array__(self, *arguments: object, **keywords: object) -> NoReturn:
        """Raises `TypeError`, which says how to get columns."""
    def __len__(self) -> int: ...
    @overload
    def __getitem__(self, index: SupportsIndex, /) -> Similar: ...
    @overload
    def __getitem__(self, index: slice, /) -> list[Similar]: ...
    def __iter__(self) -> Iterator[Similar]: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __getnewargs__(self) -> tuple[str, list[Similar]]: ...

@final
class LinkProblem:
    """A link that leads nowhere, or may lead to several pages.

    >>> import eventstore as es
    >>> es.LinkProblem("a", "gone", ()).target
    'gone'
    """

    def __new__(cls, page: str, target: str, candidates: tuple[str, ...]) -> LinkProblem: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...
    @property
    def page(self) -> str:
        """The id of the page that has the link."""
    @property
    def target(self) -> str:
        """The target as it is written."""
    @property
    def candidates(self) -> tuple[str, ...]:
        """The pages that it may lead to, the one that counts first; none if the link is dead."""

@final
class LinkCheck:
    """What a look at every link between Markdown pages found: `Store.check_links()`.

    >>> import eventstore as es
    >>> es.memory().check_links()
    LinkCheck(links=0, dead=0, ambiguous=0, problems=())
    """

    def __new__(
        cls, links: int, dead: int, ambiguous: int, problems: tuple[LinkProblem, ...]
    ) -> LinkCheck: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...
    @property
    def links(self) -> int:
        """Links from one Markdown page to another, each target once a page as it is written."""
    @property
    def dead(self) -> int:
        """Links that lead to no page of their archive: to a page that is missing, or to one that only
        the tool makes, such as a list of tags.
        """
    @property
    def ambiguous(self) -> int:
        """Links for which several pages have the name. The nearest counts."""
    @property
    def problems(self) -> tuple[LinkProblem, ...]:
        """The dead and the ambiguous ones, in order of the pages' ids; the first thousand."""

@final
class Finding:
    """Something in a store that cannot be.

    >>> import eventstore as es
    >>> es.Finding(3, "word rows", None, "row 7 is missing").part
    'word rows'
    """

    def __new__(cls, segment: int | None, part: str, path: str | None, message: str) -> Finding: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...
    @property
    def segment(self) -> int | None:
        """The number of the segment; `None` of what is about the store."""
    @property
    def part(self) -> str:
        """The part of the segment, as `docs/format.md` names it, or `law`."""
    @property
    def path(self) -> str | None:
        """The path of the page, where it is about one."""
    @property
    def message(self) -> str:
        """What is wrong."""

@final
class LostPage:
    """A page that a salvage could not give.

    >>> import eventstore as es
    >>> es.LostPage(segment=3, row=7, path=None, message="segment 3 heads, chunk 0: missing").row
    7
    """

    def __new__(cls, segment: int, row: int, path: str | None, message: str) -> LostPage: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...
    @property
    def segment(self) -> int:
        """The number of the segment."""
    @property
    def row(self) -> int:
        """The number of the row in it."""
    @property
    def path(self) -> str | None:
        """The path of the page, where that is not lost too."""
    @property
    def message(self) -> str:
        """What is damaged."""

@final
class SalvageReport:
    """What `salvage()` gave, and what is lost.

    >>> import eventstore as es
    >>> es.open("whole.store").reindex()
    >>> es.salvage("whole.store", "whole.tar.zst").is_whole
    True
    """

    def __new__(
        cls,
        is_whole: bool,
        pages: int,
        events: int,
        bytes: int,
        written: int,
        lost: int,
        losses: tuple[LostPage, ...],
        older: int,
        older_paths: tuple[str, ...],
        basis: str,
        damaged_chunks: int,
        without_deletes: int,
        without_choice: int,
        is_resolved: bool,
        searched: int,
        unreadable: int,
        seconds: float,
    ) -> SalvageReport: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...
    @property
    def is_whole(self) -> bool:
        """Whether the archive is an export of the store as it was."""
    @property
    def pages(self) -> int:
        """Pages that were given, listings and twins included."""
    @property
    def events(self) -> int:
        """Events among them, without twins."""
    @property
    def bytes(self) -> int:
        """Bytes of these pages."""
    @property
    def written(self) -> int:
        """Bytes of the archive."""
    @property
    def lost(self) -> int:
        """Pages that are lost."""
    @property
    def losses(self) -> tuple[LostPage, ...]:
        """The first thousand of these."""
    @property
    def older(self) -> int:
        """Pages that are lost as they were, and are given in an older state."""
    @property
    def older_paths(self) -> tuple[str, ...]:
        """The paths of the first thousand of these."""
    @property
    def basis(self) -> str:
        """What told which chunks are live: `current`, the root record; `places`, the list of the
        last clean close, where that cannot be read; `chunks`, nothing. In the last two cases it is
        not known how many pages are missing, and pages that were removed may be given.
        """
    @property
    def damaged_chunks(self) -> int:
        """Chunks that are named and were found nowhere."""
    @property
    def without_deletes(self) -> int:
        """Segments of which it is not known which pages were removed: all are given."""
    @property
    def without_choice(self) -> int:
        """Markdown pages that are given without the prefix, profile and map of their archive."""
    @property
    def is_resolved(self) -> bool:
        """Whether it is a resolved store: its pages are given, not the tags, twins and superseded events that
        came with them."""
    @property
    def searched(self) -> int:
        """Bytes of the files that were searched."""
    @property
    def unreadable(self) -> int:
        """Bytes of the files that the system could not read."""
    @property
    def seconds(self) -> float:
        """Seconds that it took."""

@final
class VerifyReport:
    """What `Store.verify()` has looked at, and what is wrong.

    >>> import eventstore as es
    >>> es.memory().verify().is_sound
    True
    """

    def __new__(
        cls,
        is_sound: bool,
        is_complete: bool,
        is_resolved: bool,
        chunks: int,
        bytes: int,
        segments: int,
        rows: int,
        found: int,
        findings: tuple[Finding, ...],
        seconds: float,
    ) -> VerifyReport: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...
    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
    @property
    def is_complete(self) -> bool:
        """Whether all was looked at that was asked for: what is damaged hides what hangs on it."""
    @property
    def is_resolved(self) -> bool:
        """Whether it is a resolved store: a full look does not derive tags and superseded events again."""
    @property
    def chunks(self) -> int:
        """Chunks that were read."""
    @property
    def bytes(self) -> int:
        """Their bytes."""
    @property
    def segments(self) -> int:
        """Segments."""
    @property
    def rows(self) -> int:
        """Rows that were read, deleted ones included; 0 without `full`."""
    @property
    def found(self) -> int:
        """How many findings there were."""
    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong: the first hundred findings."""
    @property
    def seconds(self) -> float:
        """Time that it took."""

@final
class ArchiveInfo:
    """An archive whose pages a store holds: what was chosen for it, and how many events it has.

    >>> import eventstore as es
    >>> store = es.memory()
    >>> report = store.ingest({"a.md": b"# A"}, map={"date": "created"})
    >>> store.archives()[0].map
    {'date': ('created',)}
    """

    def __new__(
        cls,
        prefix: str,
        format: str,
        profile: str,
        map: dict[str, tuple[str, ...]],
        pages: int,
    ) -> ArchiveInfo: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...
    @property
    def prefix(self) -> str:
        """What the ids of its pages begin with; empty if nothing was asked for."""
    @property
    def format(self) -> str:
        """`markdown` or `context`."""
    @property
    def profile(self) -> str:
        """The tool by whose rules its pages were read; `none` if no tool is known."""
    @property
    def map(self) -> dict[str, tuple[str, ...]]:
        """The keys that were named for fields."""
    @property
    def pages(self) -> int:
        """Its events, drafts and undated ones included."""

@final
class BackupReport:
    """What a backup holds.

    >>> import eventstore as es
    >>> report = es.memory().backup("empty.store")
    >>> report.path, report.events
    (PosixPath('empty.store'), 0)
    """

    def __new__(cls, path: Path, commit: int, events: int, bytes: int, seconds: float) -> BackupReport: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...
    @property
    def path(self) -> Path:
        """The new directory."""
    @property
    def commit(self) -> int:
        """Number of the commit that it holds."""
    @property
    def events(self) -> int:
        """Events, superseded ones included."""
    @property
    def bytes(self) -> int:
        """Bytes of its chunks. On the disk they take some percent more."""
    @property
    def seconds(self) -> float:
        """Seconds that it took."""

@final
class ExportReport:
    """What an export wrote.

    >>> import eventstore as es
    >>> import io
    >>> report = es.memory().export(io.BytesIO())
    >>> report.pages, report.events
    (0, 0)
    """

    def __new__(cls, pages: int, events: int, bytes: int, written: int, seconds: float) -> ExportReport: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...
    @property
    def pages(self) -> int:
        """Pages, listings and twins included."""
    @property
    def events(self) -> int:
        """Events among them, without twins."""
    @property
    def bytes(self) -> int:
        """Bytes of these pages."""
    @property
    def written(self) -> int:
        """Bytes of the archive."""
    @property
    def seconds(self) -> float:
        """Seconds that it took."""

@final
class PassedOver:
    """Files of an archive that an ingest passed over for one reason: how many, and three of their paths.

    >>> import eventstore as es
    >>> report = es.memory().ingest({"notes.txt": b"", ".git/HEAD": b"", ".git/config": b""})
    >>> report.passed_over["hidden folder"]
    PassedOver(count=2, examples=('.git/HEAD', '.git/config'))
    """

    def __new__(cls, count: int, examples: tuple[str, ...]) -> PassedOver: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...
    @property
    def count(self) -> int:
        """How many there are."""
    @property
    def examples(self) -> tuple[str, ...]:
        """The first three of their paths."""

@final
class Report:
    """What an ingest did: every file of the archive is counted in exactly one place.

    `files` = `added` + `undated` + `changed` + `relinked` + `rewritten` + `unchanged` + `listings` +
    `twins` + `others` + `failed`. `str()` gives a few lines for a person, and so does `repr()`.

    >>> import eventstore as es
    >>> report = es.memory().ingest({"notes.txt": b"no page"})
    >>> report.files, report.added, report.others
    (1, 0, 1)
    """

    def __new__(
        cls,
        files: int,
        added: int,
        undated: int,
        changed: int,
        relinked: int,
        rewritten: int,
        unchanged: int,
        listings: int,
        twins: int,
        others: int,
        passed_over: dict[str, PassedOver],
        failed: int,
        errors: tuple[PageError, ...],
        removed: int,
        profile: str | None,
        drafts: int,
        dated_by: dict[str, int],
        retagged: int,
        superseded: int,
        events: int,
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
        """Events that the store did not have. Undated ones are counted apart."""
    @property
    def undated(self) -> int:
        """Events that the store did not have, of pages without a date."""
    @property
    def changed(self) -> int:
        """Events of which anything but the related list differs, such as the title or the body."""
    @property
    def relinked(self) -> int:
        """Events of which only the related list differs."""
    @property
    def rewritten(self) -> int:
        """Events whose bytes differ, but whose content is the same."""
    @property
    def unchanged(self) -> int:
        """Files whose bytes the store has already."""
    @property
    def listings(self) -> int:
        """Day pages, front pages and lists of opinions, new or changed."""
    @property
    def twins(self) -> int:
        """Files that repeat another page."""
    @property
    def others(self) -> int:
        """Files that are no event and no listing: free pages, images, all that is not Markdown, templates."""
    @property
    def passed_over(self) -> dict[str, PassedOver]:
        """Why the others were passed over, such as `"hidden folder"` or `"template"`, and which."""
    @property
    def failed(self) -> int:
        """Pages that cannot be read, and entries that are refused."""
    @property
    def errors(self) -> tuple[PageError, ...]:
        """A `PageError` with position and reason for each failed page; the first thousand."""
    @property
    def removed(self) -> int:
        """Events that `prune=True` removed, because the archive does not have them any more."""
    @property
    def profile(self) -> str | None:
        """By which tool's rules Markdown pages were read, and why: such as `"jekyll, by _config.yml"`."""
    @property
    def drafts(self) -> int:
        """Drafts among the pages that were parsed; they are counted where other pages are, too."""
    @property
    def dated_by(self) -> dict[str, int]:
        """Where the dates of Markdown pages came from, such as `key date`, and of how many pages."""
    @property
    def retagged(self) -> int:
        """Events whose own pages did not change, but whose tags or `superseded` did."""
    @property
    def superseded(self) -> int:
        """How many more events of the store are superseded than before: their day pages do not list them."""
    @property
    def events(self) -> int:
        """Event pages that the archive holds, new or not, twins included.

        0 where it is no archive of events; a note then says what was found.
        """
    @property
    def parsed(self) -> int:
        """Pages that were parsed; 0 if nothing changed."""
    @property
    def bytes(self) -> int:
        """Bytes of all pages read."""
    @property
    def seconds(self) -> float:
        """Seconds that it took."""
    @property
    def notes(self) -> tuple[str, ...]:
        """What a person may want to know, such as a date that differs from that of the path.

        The first thousand.
        """
    @property
    def noted(self) -> int:
        """The number of all notes."""
    @property
    def text(self) -> str:
        """The report in a few lines for a person. No name in it steers a terminal."""
    def __eq__(self, other: object, /) -> bool: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

@final
class Progress:
    """How far a call is: what a callable given as `progress=` takes.

    >>> import eventstore as es
    >>> seen = []
    >>> report = es.memory().ingest({"notes.txt": b"no page"}, progress=seen.append)
    >>> seen[-1].pages
    1
    """

    def __new__(
        cls,
        phase: Literal["reading", "indexing", "writing"],
        pages: int,
        bytes: int,
        total_bytes: int | None,
        failed: int,
        fraction: float | None,
    ) -> Progress: ...
    @property
    def phase(self) -> Literal["reading", "indexing", "writing"]:
        """What the ingest is doing: it reads, then computes an index of what is new and writes both.

        An archive beyond `Limits.commit_bytes` goes through the three again.
        """
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
    @property
    def fraction(self) -> float | None:
        """How much of the work is done, from 0 to 1, as far as that can be told. It never falls and is 1 at
        the end alone. `None` where the size of the source is not known beforehand, as of a directory, and
        in `salvage`.
        """
    def __eq__(self, other: object, /) -> bool: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

@final
class Limits:
    """Bounds of an ingest. Each is far above what real archives hold; each failure says how to raise it.

    >>> import eventstore as es
    >>> es.Limits(page_bytes=4 << 20).page_bytes
    4194304
    """

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
        """Most bytes of a page; 1 MiB. A larger page fails, the others are read."""
    @property
    def page_items(self) -> int:
        """Most numbered or listed items of a page; 100,000. A page with more fails, the others are read."""
    @property
    def path_bytes(self) -> int:
        """Longest path of a file in bytes; 4 KiB. A page with a longer path fails, the others are read."""
    @property
    def entries(self) -> int:
        """Most files in an archive; 50 million."""
    @property
    def total_bytes(self) -> int:
        """Most bytes of an archive after decompression; 1 TiB."""
    @property
    def depth(self) -> int:
        """Most folders within each other; 64."""
    @property
    def commit_bytes(self) -> int:
        """Most bytes of memory, about, for the pages of one commit; 672 MiB, enough for 550,000 pages.

        An ingest takes at most about twice as much, 200 MB, and half a KB for each page of the store.
        """
    def __eq__(self, other: object, /) -> bool: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

def main(argv: Sequence[str], /) -> int:
    """Runs the command `eventstore` with these arguments, the program's name first; gives its exit code.

    It handles Ctrl-C of the process from then on.
    """
