#!/usr/bin/env python3
"""Ingests the sample archive into a store and asks it ten questions.

    .venv/bin/python examples/tour.py [ARCHIVE]

Every answer is checked when the archive is the sample archive; another one is only printed.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import eventstore

SAMPLE = Path(__file__).resolve().parent / "archive"
OPENING = (
    "2018/06/2/the-ennet-bridge-opens-to-traffic-sixty-thousand-people-cross-it-on-foot-on-the-first-day"
)


class Tour:
    """Prints questions with their answers, and checks the answers of the sample archive."""

    def __init__(self, store: eventstore.Store, archive: Path) -> None:
        self.store = store
        self.archive = archive
        self.checks = archive == SAMPLE
        self.asked = 0

    def ask(self, question: str) -> None:
        self.asked += 1
        print(f"\n{self.asked}. {question}")

    def check(self, found: Any, expected: Any) -> None:
        if self.checks and found != expected:
            raise AssertionError(f"question {self.asked}: expected {expected!r}, found {found!r}")

    def ingest(self) -> None:
        report = self.store.ingest(self.archive)
        print(
            f"{report.files} files: {report.added} events, {report.listings} listings, "
            f"{report.twins} twins, {report.others} other pages, {report.failed} failed"
        )
        found = (report.files, report.added, report.listings, report.twins, report.failed)
        self.check(found, (121, 73, 30, 14, 2))
        self.check(len(self.store), 73)
        # Pages that have not changed are not parsed again.
        again = self.store.ingest(self.archive)
        self.check((again.added, again.changed, again.relinked, again.rewritten), (0, 0, 0, 0))

    def count_a_tag(self) -> None:
        self.ask("How many events are about the bridge?")
        # Tags match in any case; the store knows the tag's usual spelling.
        hits = self.store.query('tag:"ennet bridge"')
        print(f"   {hits.count()}")
        self.check(hits.count(), 12)
        self.check(len(self.store.query(tags_all="Ennet Bridge")), 12)

    def newest_first(self) -> None:
        self.ask("What were the last three of them?")
        newest = self.store.query('tag:"Ennet Bridge"').order("-date")[:3]
        for event in newest:
            print(f"   {event.date}  {event.title}")
        self.check([str(event.date) for event in newest], ["2019-06-02", "2018-12-09", "2018-11-21"])

    def timeline(self) -> None:
        self.ask("How did they spread over the years?")
        years = self.store.query('tag:"Ennet Bridge"').timeline(by="year")
        for bucket in years:
            print(f"   {bucket.start.year}  {'#' * bucket.count} {bucket.count} of {bucket.total}")
        self.check([bucket.count for bucket in years], [2, 1, 2, 1, 5, 1])
        self.check([bucket.total for bucket in years], [8, 8, 14, 10, 13, 16])

    def top_tags(self) -> None:
        self.ask("What was 2018 about?")
        top = self.store.query("2018").facets("tags", top=3)
        for count in top:
            print(f"   {count.count:3}  {count.value}")
        self.check([count.count for count in top], [5, 3, 3])
        self.check(top[0].value, "Ennet Bridge")

    def publishers(self) -> None:
        self.ask("Who reported on the storm?")
        domains = self.store.query(tags_all="Storm Maren").facets("domain")
        for count in domains:
            print(f"   {count.count:3}  {count.value}")
        self.check(
            {count.value: count.count for count in domains},
            {
                "islespost.example": 3,
                "northmark-radio.example": 3,
                "saltby-courier.example": 3,
                "hallmere-gazette.example": 1,
            },
        )

    def combine(self) -> None:
        self.ask("What did the storm do away from the bridge, until the end of 2017?")
        written = self.store.query('2016-10..2017 tag:"Storm Maren" -tag:"Ennet Bridge"')
        for event in written:
            print(f"   {event.date}  {event.title}")
        # The same question from values: no quoting, so nothing in a value can change the question.
        built = self.store.query(
            since="2016-10", until=2017, tags_all="Storm Maren", tags_none="Ennet Bridge"
        )
        self.check(built.query, written.query)
        self.check((written.count(), list(built.ids())), (5, list(written.ids())))

    def whole_event(self) -> None:
        self.ask("What does the page about the opening say?")
        event = self.store.get(OPENING)
        if event is None:
            print("   (not in this archive)")
            return
        print(f"   {event.title}\n   {event.summary}")
        print(f"   {', '.join(event.tags)}")
        print(f"   by {', '.join(source.name for source in event.sources)}")
        tags = ("Ennet Bridge", "Northmark", "Saltby", "Velling", "Velling Railway")
        self.check(event.tags, tags)
        self.check(event.sources[0].domain, "northmark-radio.example")
        # Nothing is lost: the page comes back byte for byte.
        page = (self.archive / "news" / f"{OPENING}.md").read_bytes()
        self.check(self.store.raw(OPENING), page)

    def links(self) -> None:
        self.ask("Which events does it link to, and how many link to it?")
        if OPENING not in self.store:
            print("   (not in this archive)")
            return
        for event in self.store.related(OPENING):
            print(f"   -> {event.date}  {event.title}")
        referring = self.store.referring(OPENING)
        print(f"   <- {referring.count()} events")
        self.check((len(self.store.related(OPENING)), referring.count()), (5, 7))
        self.check(self.store.query(related_to=OPENING).count(), 9)

    def superseded(self) -> None:
        self.ask("Which pages were left behind by an edit of their title?")
        old = self.store.query(superseded="only")
        for event in old[:5]:
            print(f"   {event.date}  {event.title}")
        self.check(old.count(), 4)
        self.check(self.store.query().count(), 69)

    def both_editions(self) -> None:
        self.ask("Which tags do the two editions share?")
        chinese = self.store.query(lang="zh").facets("tags", top=None)
        english = self.store.query(lang="en")
        for count in chinese:
            both = english.where(tags_all=count.value).count()
            if both:
                print(f"   {count.value}: {both} English, {count.count} Chinese")
                self.check((count.value, both, count.count), ("OpenTide", 2, 2))


def main(arguments: list[str]) -> int:
    archive = Path(arguments[0]).resolve() if arguments else SAMPLE
    with tempfile.TemporaryDirectory() as folder, eventstore.open(Path(folder) / "store") as store:
        tour = Tour(store, archive)
        tour.ingest()
        tour.count_a_tag()
        tour.newest_first()
        tour.timeline()
        tour.top_tags()
        tour.publishers()
        tour.combine()
        tour.whole_event()
        tour.links()
        tour.superseded()
        tour.both_editions()
        print(f"\n{tour.asked} questions")
        return 0 if tour.asked == 10 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
