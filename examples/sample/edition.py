"""The invented events of one edition, linked with each other as the site would have linked them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Layout:
    """One generation of pages."""

    # Pages know nothing that happened after the site rendered them.
    built: date
    related_max: int
    related_label: str = "Context"
    sources_heading: str = "Sources"
    formats: bool = True
    categories: bool = True
    link_root: str = "/news"
    sorted_lines: bool = False


LAYOUTS = {
    "A": Layout(date(2017, 11, 20), 10, "Context", "Source", False, False, "/news", True),
    "B": Layout(date(2018, 1, 31), 5, categories=False),
    "C": Layout(date(2019, 12, 31), 5),
    "z1": Layout(date(2019, 1, 31), 5, "上下文", "信息来源", False, True, "/zh/news"),
    "z2": Layout(date(2019, 5, 31), 5, "上下文", "信息来源", False, True, "/news"),
    "z3": Layout(date(2019, 9, 30), 5, "消息", "信息来源", False, True, "/news"),
    "z4": Layout(date(2019, 12, 31), 10, "消息", "信息来源", False, True, "/zh/news"),
}


def place_of(day: date) -> str:
    """The folder of a day: the month has a leading zero, the day has none."""
    return f"{day.year}/{day.month:02}/{day.day}"


def heading_of(day: date) -> str:
    return f"{day.year}-{day.month:02}-{day.day}"


def slug_of(title: str, lang: str) -> str:
    if lang == "en":
        return re.sub(r"[^a-z0-9]+", "-", title.lower())[:140].strip("-")
    return re.sub(r"\W+", "-", title)[:60].strip("-")


@dataclass
class Link:
    """An entry of a related list."""

    id: str
    title: str
    context: list[str]


@dataclass
class Event:
    lang: str
    layout: str
    # The day of its folder; its heading may say another.
    day: date
    date: date
    title: str
    tags: list[str]
    slug: str
    key: str | None = None
    category: str | None = None
    summary: str | None = None
    sources: list[tuple[str, ...]] = field(default_factory=list)
    cover: str | None = None
    changes: list[tuple[str, str, str, str]] = field(default_factory=list)
    related: list[Link] = field(default_factory=list)
    old_version: bool = False
    padded_twin: bool = False

    @property
    def id(self) -> str:
        return f"{place_of(self.day)}/{self.slug}"

    @property
    def look(self) -> Layout:
        return LAYOUTS[self.layout]


@dataclass
class Item:
    """An entry of a listing. An event without a page in the archive has an id and a line all the same."""

    id: str
    title: str
    category: str
    summary: str | None
    tags: list[str]


@dataclass
class Listing:
    """A day page, or a front page of several days."""

    path: str
    layout: str
    days: list[tuple[date, list[Item]]]
    readme: bool
    opinion: bool = False

    @property
    def look(self) -> Layout:
        return LAYOUTS[self.layout]


@dataclass
class Opinion:
    date: date
    slug: str
    title: str
    author: str
    teaser: str
    body: str

    @property
    def id(self) -> str:
        return f"opinion/{place_of(self.date)}/{self.slug}"


@dataclass
class Edition:
    lang: str
    events: list[Event]
    days: list[Listing]
    fronts: list[Listing]
    opinions: list[Opinion]


def shared(a: Event, b: Event) -> list[str]:
    both = [tag for tag in a.tags if tag in b.tags]
    return sorted(both) if a.lang == "en" else both


def relate(event: Event, record: dict[str, Any], events: list[Event], family: set[str | None]) -> list[Link]:
    """The related list of an event: whatever shares a tag, best first, and what the record adds by hand."""
    if record.get("no_related"):
        return []
    others = [
        other
        for other in events
        if other is not event
        and not other.old_version
        and other.day <= event.look.built
        and not (other.key and other.key in family)
        and shared(event, other)
    ]
    if event.lang == "en":
        # The site compared dates as text: 2017-06-18 comes after 2017-06-2 but before 2017-06-3.
        others.sort(key=lambda other: heading_of(other.day), reverse=True)
        others.sort(key=lambda other: -len(shared(event, other)))
    else:
        others.sort(key=lambda other: other.day, reverse=True)
    by_key = {other.key: other for other in events if other.key}
    thin = {key: tags for key, *tags in record.get("thin", [])}
    links = [Link(other.id, other.title, thin.get(other.key, shared(event, other))) for other in others]
    extra = [by_key[key] for key in record.get("stale", [])]
    if record.get("self_link"):
        extra.append(event)
    added = [Link(other.id, other.title, shared(event, other)) for other in extra]
    added += [Link(at, title, sorted(tags)) for title, at, *tags in record.get("dangling", [])]
    links = links[: event.look.related_max - len(added)] + added
    if record.get("duplicate"):
        links.append(links[-1])
    return links


def read_edition(lang: str, name: str) -> Edition:
    """Reads one file of invented events and links them."""
    data = tomllib.loads((HERE / name).read_text(encoding="utf-8"))
    press = data["press"]

    def source(publisher: str, path: str, *image: str) -> tuple[str, ...]:
        url = path[1:] if path.startswith("=") else press[publisher] + path
        return (publisher, url, *image)

    records = data["event"]
    events = [
        Event(
            lang=lang,
            layout=record["layout"],
            day=record["date"],
            date=record.get("heading_date", record["date"]),
            title=record["title"],
            tags=record["tags"],
            slug=record.get("slug") or slug_of(record["title"], lang),
            key=record.get("key"),
            category=record.get("category"),
            summary=record.get("summary"),
            sources=[source(*entry) for entry in record.get("sources", [])],
            cover=record.get("cover"),
            old_version=record.get("old_version", False),
            padded_twin=record.get("padded_twin", False),
        )
        for record in records
    ]
    by_key = {event.key: event for event in events if event.key}
    families: dict[str | None, set[str | None]] = {}
    for event, record in zip(events, records, strict=True):
        versions = record.get("changes", [])
        if versions:
            # A version needs a name only to keep it out of the related lists of the others.
            event.key = event.key or event.id
            family = {event.key, *(key for key, _, _ in versions)}
            families.update(dict.fromkeys(family, family))
            event.changes = [(by_key[key].title, by_key[key].id, at, kind) for key, at, kind in versions]
            event.changes.append((event.title, event.id, "", "Current version"))
    for event, record in zip(events, records, strict=True):
        event.related = relate(event, record, events, families.get(event.key, set()))

    def items(day: date, missing: list[list[str]]) -> list[Item]:
        found = [
            Item(event.id, event.title, event.category or "", event.summary, event.tags)
            for event in events
            if event.day == day and not event.old_version
        ]
        found += [Item(f"{place_of(day)}/{slug}", title, "", None, tags) for title, slug, *tags in missing]
        assert found, f"a listing names {day}, on which nothing happened"
        return found

    days = [
        Listing(
            path=f"news/{place_of(record['date'])}/index.md",
            layout=record["layout"],
            days=[(record["date"], items(record["date"], record.get("missing", [])))],
            readme=record.get("readme", False),
        )
        for record in data["day"]
    ]
    fronts = [
        Listing(
            path=record["file"],
            layout=record["layout"],
            days=[(day, items(day, [])) for day in record["days"]],
            readme=record.get("readme", False),
            opinion=record.get("opinion", False),
        )
        for record in data["front"]
    ]
    opinions = [Opinion(**record) for record in data.get("opinion", [])]
    return Edition(lang, events, days, fronts, opinions)
