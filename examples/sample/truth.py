"""What a store must say about the sample archive: from the invented events, not from pages."""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter, defaultdict
from typing import Any
from urllib.parse import urlsplit

from .edition import Edition, Event
from .pages import BROKEN, archive, has_line, line_tags

# The words of the model for the words of a page.
CHANGE_KINDS = {"First version": "first", "Update": "update", "Current version": "current"}


def clean(written: str) -> str:
    return unicodedata.normalize("NFC", " ".join(html.unescape(written).split()))


# An external link as a wiki has it: of a title its label stays.
WIKI_LINK = re.compile(r"\[https?://\S+ ([^\]]*)\]")
# A text in variants of Chinese: of a title the form in simplified characters stays.
WIKI_VARIANTS = re.compile(r"-\{[^}]*?zh-hans:([^;}]*)[^}]*\}-")


def clean_title(written: str) -> str:
    return clean(WIKI_VARIANTS.sub(r"\1", WIKI_LINK.sub(r"\1", written)))


def fold(text: str) -> str:
    return unicodedata.normalize("NFC", clean(text).casefold())


def domain_of(url: str) -> str | None:
    archived = "https://web.archive.org/web/"
    if url.startswith(archived):
        url = url[len(archived) :].split("/", 1)[1]
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return None
    host = parts.hostname or ""
    for prefix in ("www.", "m.", "amp."):
        host = host.removeprefix(prefix)
    return host


def read_context(event: Event, link_title: str, text: str) -> list[str]:
    """The comma rule of an English event page, to prove that the archive can be read as it was meant."""
    if event.lang == "zh":
        return text.split(", ")
    own = (event.title, event.summary or "")
    tags: list[str] = []
    before = None
    for piece in text.split(", "):
        if before is not None:
            pair = f"{before}, {piece}"
            literal = any(pair in part for part in own) and pair in link_title
            if piece < before or literal:
                tags[-1] += f", {piece}"
                before = piece
                continue
        tags.append(piece)
        before = piece
    return tags


def read_line(text: str, known: set[str]) -> list[str]:
    """A line of a listing: split plainly, but for neighbours that event pages show to be one tag."""
    tags: list[str] = []
    for piece in text.split(", "):
        if tags and f"{tags[-1]}, {piece}" in known:
            tags[-1] += f", {piece}"
        else:
            tags.append(piece)
    return tags


def evidence(edition: Edition) -> dict[str, set[str]]:
    """The tags, as written, that the edition's pages show of each event."""
    shown: dict[str, set[str]] = defaultdict(set)
    for event in edition.events:
        if event.look.categories and event.category:
            shown[event.id].add(event.category)
        for link in event.related:
            meant = link.context
            read = read_context(event, link.title, ", ".join(meant))
            assert read == meant, f"{event.id}: {meant} would be read as {read}"
            shown[event.id].update(meant)
            shown[link.id].update(meant)
    from_pages = {key: set(tags) for key, tags in shown.items()}
    for listing in [*edition.days, *edition.fronts]:
        for item in (item for _, items in listing.days for item in items):
            if has_line(item, listing.layout):
                meant = line_tags(item, listing.look)
                read = read_line(", ".join(meant), from_pages.get(item.id, set()))
                assert read == meant, f"{listing.path}: {meant} would be read as {read}"
                shown[item.id].update(meant)
    return shown


def tags_of(written: set[str]) -> list[str]:
    """One spelling of each folded form, the first by code point, in order of the folded form."""
    spellings: dict[str, str] = {}
    for tag in sorted(map(clean, written)):
        spellings.setdefault(fold(tag), tag)
    return [spellings[form] for form in sorted(spellings)]


def event_records(edition: Edition) -> list[dict[str, Any]]:
    shown = evidence(edition)
    listed = {day: {i.id for i in items} for page in edition.days for day, items in page.days}
    root = "zh/" if edition.lang == "zh" else ""
    records = []
    for event in edition.events:
        superseded = event.day in listed and event.id not in listed[event.day]
        category = clean(event.category or "") if event.look.categories else ""
        records.append(
            {
                "id": event.id,
                "path": f"{root}news/{event.id}.md",
                "date": event.date.isoformat(),
                "lang": event.lang,
                "kind": "news",
                "layout": event.layout,
                "title": clean_title(event.title),
                "category": category or None,
                "summary": clean(event.summary) if event.summary else None,
                "body": None,
                "author": None,
                "superseded": superseded,
                "cover_image": event.cover is not None,
                "tags": tags_of(shown[event.id]),
                "sources": [[s[0], s[1], domain_of(s[1])] for s in event.sources],
                "related": [link.id for link in event.related],
                "changes": [[at_id, at or None, CHANGE_KINDS[kind]] for _, at_id, at, kind in event.changes],
            }
        )
    for place, opinion in enumerate(edition.opinions):
        records.append(
            {
                "id": opinion.id,
                "path": f"{root}{opinion.id}/{'index' if place == 0 else 'README'}.md",
                "date": opinion.date.isoformat(),
                "lang": edition.lang,
                "kind": "opinion",
                "layout": None,
                "title": opinion.title,
                "category": None,
                "summary": opinion.body.strip().split("\n\n")[0],
                "body": opinion.body.strip(),
                "author": opinion.author,
                "superseded": False,
                "cover_image": False,
                "tags": [],
                "sources": [],
                "related": [],
                "changes": [],
            }
        )
    return records


def tag_counts(live: list[dict[str, Any]]) -> dict[str, int]:
    """Live events by folded tag, shown in the spelling with most events, ties by code point."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for record in live:
        for tag in record["tags"]:
            spellings[fold(tag)][tag] += 1
    counts = {min(by, key=lambda tag: (-by[tag], tag)): by.total() for by in spellings.values()}
    return dict(sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])))


def expected(editions: list[Edition]) -> dict[str, Any]:
    """The whole of expected.json."""
    events = sorted(
        (record for edition in editions for record in event_records(edition)),
        key=lambda record: (record["date"], record["id"]),
    )
    assert len({record["id"] for record in events}) == len(events), "two events of one id"
    live = [record for record in events if not record["superseded"]]
    listings = [page for edition in editions for page in [*edition.days, *edition.fronts]]
    with_opinions = [edition for edition in editions if edition.opinions]
    readmes = sum(page.readme for page in listings) + 2 * len(with_opinions)
    padded = sum(event.padded_twin for edition in editions for event in edition.events)
    report = {
        "added": len(events),
        "listings": len(listings) + len(with_opinions),
        "twins": readmes + padded,
        "others": 2,
        "failed": len(BROKEN),
    }
    files = len(archive(editions))
    assert sum(report.values()) == files, f"{report} is not a partition of {files} files"
    ids = {record["id"] for record in events}
    years: dict[str, Counter[str]] = {}
    for tag in ("Ennet Bridge", "Saltby Harbour Festival", "恩内特大桥"):
        years[tag] = Counter(record["date"][:4] for record in live if fold(tag) in map(fold, record["tags"]))
    return {
        "files": files,
        "report": report,
        "failed": {path: reason for path, (_, reason) in BROKEN.items()},
        "other_dates": [e.id for ed in editions for e in ed.events if e.date != e.day],
        "dangling": sorted({at for record in events for at in record["related"]} - ids),
        "superseded": [record["id"] for record in events if record["superseded"]],
        "live": len(live),
        "tags": tag_counts(live),
        "years": {tag: dict(sorted(counts.items())) for tag, counts in years.items()},
        "events": events,
    }
