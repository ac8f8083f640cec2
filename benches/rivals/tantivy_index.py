"""tantivy: tags and links as raw terms, day and month as fast fields, and each event as stored JSON.

Terms of tags and links are given of events that are not superseded alone, so no question needs a clause for
that. A tag's term is the spelling that is shown, as facets give back what was put in.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Occur, Order, Query

from . import settings
from .engine import NEWEST, PAGE, PAGES, TOP, Counts, Months, Whole
from .export import Event, Plan, Tags, day, fold, read_whole

# What a search for a few events may give at most.
MANY = 1_000_000
# Facets are cut by count alone: enough more than `TOP` that ties are in.
TIES = 100


def schema(whole: bool) -> tantivy.Schema:
    built = tantivy.SchemaBuilder()
    raw: dict[str, Any] = {"tokenizer_name": "raw", "index_option": "basic"}
    built.add_text_field("id", stored=not whole, **raw)
    built.add_text_field("tag", fast=True, **raw)
    built.add_text_field("link", **raw)
    built.add_unsigned_field("number", fast=True, indexed=True)
    built.add_unsigned_field("day", fast=True, indexed=True)
    # Months since the year 0, for the histogram.
    built.add_unsigned_field("month", fast=True)
    built.add_unsigned_field("superseded", fast=True, indexed=True)
    if whole:
        built.add_bytes_field("event", stored=True, indexed=False)
    return built.build()


@dataclass
class Documents:
    documents: list[tantivy.Document]


def document(event: Event, number: int, shown: list[str], whole: bool) -> tantivy.Document:
    date = day(event)
    made = tantivy.Document()
    made.add_text("id", event["id"])
    made.add_unsigned("number", number)
    made.add_unsigned("day", date)
    made.add_unsigned("month", date // 10_000 * 12 + date // 100 % 100 - 1)
    made.add_unsigned("superseded", int(event["superseded"]))
    if not event["superseded"]:
        for tag in shown:
            made.add_text("tag", tag)
        for target in {link["id"] for link in event["related"]}:
            made.add_text("link", target)
    if whole:
        made.add_bytes("event", json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode())
    return made


def sync(folder: Path) -> None:
    for file in folder.iterdir():
        with open(file, "rb") as written:
            os.fsync(written.fileno())


class TantivyIds:
    """Ids are all that is stored: what a search engine beside another store would be."""

    WHOLE = False

    @classmethod
    def prepare(cls, events: Iterable[Event]) -> Documents:
        kept, tags = list(events), Tags()
        for event in kept:
            tags.take(event)
        documents = []
        for number, event in enumerate(kept, 1):
            shown = [tags.shown(tags.number(spelling)) for spelling in event["tags"]]
            documents.append(document(event, number, shown, cls.WHOLE))
        return Documents(documents)

    @classmethod
    def load(cls, prepared: Documents, path: Path) -> None:
        path.mkdir()
        index = tantivy.Index(schema(cls.WHOLE), path=str(path))
        writer = index.writer(**settings.TANTIVY_WRITER)
        for one in prepared.documents:
            writer.add_document(one)
        writer.commit()
        writer.wait_merging_threads()
        sync(path)

    def __init__(self, path: Path) -> None:
        self.index = tantivy.Index.open(str(path))
        self.schema = self.index.schema
        self.searcher = self.index.searcher()
        self._terms: dict[str, str] | None = None

    def close(self) -> None:
        pass

    def size(self) -> int:
        return self.searcher.num_docs

    def term(self, field: str, value: str | int) -> Query:
        return Query.term_query(self.schema, field, value, index_option="basic")

    def days(self, first: int, last: int) -> Query:
        return Query.range_query(self.schema, "day", tantivy.FieldType.Unsigned, first, last)

    def hits(self, query: Query, limit: int, order: Order = Order.Asc) -> list[tuple[int, Any]]:
        found = self.searcher.search(query, limit=limit, count=False, order_by_field="number", order=order)
        return found.hits

    def number_of(self, query: Query) -> int:
        return self.searcher.search(Query.const_score_query(query, 1.0), limit=1, count=True).count

    def count(self, plan: Plan) -> int:
        return self.number_of(self.term("tag", plan.tags[0]))

    def any_of(self, plan: Plan) -> int:
        parts = [
            (Occur.Must, Query.term_set_query(self.schema, "tag", plan.tags[2:12])),
            (Occur.Must, self.days(*plan.year_days)),
            *((Occur.MustNot, self.term("tag", tag)) for tag in plan.tags[:2]),
        ]
        return self.number_of(Query.boolean_query(parts))

    def timeline(self, plan: Plan) -> Months:
        wanted = {"months": {"histogram": {"field": "month", "interval": 1, "min_doc_count": 1}}}
        found = self.searcher.aggregate(self.term("tag", plan.tags[0]), wanted)
        counts = ((int(bucket["key"]), bucket["doc_count"]) for bucket in found["months"]["buckets"])
        return [(f"{month // 12}-{month % 12 + 1:02}", count) for month, count in counts]

    def _top(self, query: Query) -> Counts:
        wanted = {"tags": {"terms": {"field": "tag", "size": TOP + TIES, "segment_size": MANY}}}
        found = self.searcher.aggregate(query, wanted)["tags"]["buckets"]
        counts = [(bucket["key"], bucket["doc_count"]) for bucket in found]
        return sorted(counts, key=lambda entry: (-entry[1], entry[0]))[:TOP]

    def facets_year(self, plan: Plan) -> Counts:
        return self._top(self.days(*plan.year_days))

    def facets_tag(self, plan: Plan) -> Counts:
        return self._top(self.term("tag", plan.tags[0]))

    def links(self, ids: list[str]) -> int:
        return sum(self.number_of(self.term("link", id)) for id in ids)


class Tantivy(TantivyIds):
    """Whole events as stored JSON, which is what a document gives back."""

    WHOLE = True

    def event(self, address: Any) -> Event:
        return json.loads(bytes(self.searcher.doc(address).get_first("event")))

    def gets(self, ids: list[str]) -> Whole:
        search = self.searcher.search
        return read_whole(
            self.event(search(self.term("id", id), limit=1, count=False).hits[0][1]) for id in ids
        )

    def gets_batch(self, ids: list[str]) -> Whole:
        found = self.hits(Query.term_set_query(self.schema, "id", ids), len(ids))
        return read_whole(self.event(address) for _, address in found)

    def month(self, plan: Plan) -> Whole:
        live = (Occur.MustNot, self.term("superseded", 1))
        query = Query.boolean_query([(Occur.Must, self.days(*plan.month_days)), live])
        return read_whole(self.event(address) for _, address in self.hits(query, MANY))

    def newest(self, plan: Plan) -> Whole:
        parts = [*(self.term("tag", tag) for tag in plan.tags[:2]), self.days(*plan.range_days)]
        query = Query.boolean_query([(Occur.Must, part) for part in parts])
        return read_whole(self.event(address) for _, address in self.hits(query, NEWEST, Order.Desc))

    def pages(self, plan: Plan) -> Whole:
        """By key: the last number of a page is the next one's beginning."""
        last, total, ids = 0, 0, []
        for _ in range(PAGES):
            tag = (Occur.Must, self.term("tag", plan.tags[0]))
            later = Query.range_query(
                self.schema, "number", tantivy.FieldType.Unsigned, last, MANY * 100, include_lower=False
            )
            found = self.hits(Query.boolean_query([tag, (Occur.Must, later)]), PAGE)
            letters, read = read_whole(self.event(address) for _, address in found)
            total += letters
            ids += read
            if len(found) < PAGE:
                break
            last = found[-1][0]
        return total, ids

    def update(self, events: list[Event]) -> None:
        """Documents are deleted by id and added anew, with the tags' terms that they had."""
        writer = self.index.writer(**settings.TANTIVY_WRITER)
        for event in events:
            found = self.searcher.search(self.term("id", event["id"]), limit=1, count=False).hits
            [number] = self.searcher.fast_field_values("number", [found[0][1]])
            shown = [self._shown(spelling) for spelling in event["tags"]]
            writer.delete_documents_by_term("id", event["id"])
            writer.add_document(document(event, number, shown, self.WHOLE))
        writer.commit()
        writer.wait_merging_threads()
        self.index.reload()
        self.searcher = self.index.searcher()

    def _shown(self, spelling: str) -> str:
        """Rare spellings ask for a table, which is made once."""
        if self.searcher.doc_freq("tag", spelling):
            return spelling
        if self._terms is None:
            self._terms = {fold(term): term for term, _ in self.searcher.terms_with_prefix("tag", "")}
        return self._terms[fold(spelling)]
