"""tantivy: one segment, positions, id and title stored, the number of the event as a fast field.

A word of any field is a word of `text`, which has them all. Best by BM25 is asked of `text`, which is what
tantivy does fastest, and of the fields with the weights that eventstore has (`best_by_field`).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Occur, Order, Query

from .. import settings
from .plan import TOP, Plan, Text

TIES = 100


def schema() -> tantivy.Schema:
    built = tantivy.SchemaBuilder()
    words: dict[str, Any] = {"tokenizer_name": "whitespace", "index_option": "position"}
    for field in ("text", "title", "summary", "body"):
        built.add_text_field(field, **words)
    built.add_text_field("tag", tokenizer_name="raw", index_option="basic", fast=True)
    built.add_text_field("id", tokenizer_name="raw", index_option="basic", stored=True)
    built.add_text_field("shown", tokenizer_name="raw", index_option="basic", stored=True)
    built.add_unsigned_field("number", fast=True)
    return built.build()


class Tantivy:
    @staticmethod
    def load(events: Iterable[Text], path: Path) -> None:
        path.mkdir()
        index = tantivy.Index(schema(), path=str(path))
        writer = index.writer(**settings.TANTIVY_WRITER)
        for event in events:
            made = tantivy.Document()
            for name, field in zip(("title", "summary", "body"), event.fields, strict=True):
                made.add_text(name, field)
                # A value of its own: no phrase reaches from one to another.
                made.add_text("text", field)
            made.add_text("id", event.id)
            made.add_text("shown", event.shown_title)
            made.add_unsigned("number", event.number)
            for tag in event.tags:
                made.add_text("tag", tag)
            writer.add_document(made)
        writer.commit()
        writer.wait_merging_threads()

    def __init__(self, path: Path) -> None:
        self.index = tantivy.Index.open(str(path))
        self.schema = self.index.schema
        self.searcher = self.index.searcher()

    def word(self, word: str, field: str = "text") -> Query:
        return Query.term_query(self.schema, field, word, index_option="position")

    def number_of(self, query: Query) -> int:
        return self.searcher.search(Query.const_score_query(query, 1.0), limit=1, count=True).count

    def rows(self, hits: list[tuple[Any, Any]]) -> list[tuple[str, str]]:
        documents = (self.searcher.doc(address) for _, address in hits)
        return [(one.get_first("id"), one.get_first("shown")) for one in documents]

    def newest_of(self, query: Query) -> list[tuple[str, str]]:
        found = self.searcher.search(query, limit=TOP, count=False, order_by_field="number", order=Order.Desc)
        return self.rows(found.hits)

    def count(self, plan: Plan) -> int:
        return self.number_of(self.word(plan.word))

    def newest(self, plan: Plan) -> list[tuple[str, str]]:
        return self.newest_of(self.word(plan.word))

    def both(self, plan: Plan) -> list[tuple[Occur, Query]]:
        return [(Occur.Must, self.word(word)) for word in (plan.word, plan.other)]

    def two_and_tag(self, plan: Plan) -> list[tuple[str, str]]:
        tag = Query.term_query(self.schema, "tag", plan.tag, index_option="basic")
        return self.newest_of(Query.boolean_query([*self.both(plan), (Occur.Must, tag)]))

    def best(self, plan: Plan) -> list[tuple[str, str]]:
        return self.rows(self.searcher.search(self.word(plan.word), limit=TOP, count=False).hits)

    def best_of_two(self, plan: Plan) -> list[tuple[str, str]]:
        query = Query.boolean_query(self.both(plan))
        return self.rows(self.searcher.search(query, limit=TOP, count=False).hits)

    def weighed(self, word: str) -> Query:
        title = Query.boost_query(self.word(word, "title"), 3.0)
        others = [(Occur.Should, self.word(word, field)) for field in ("summary", "body")]
        return Query.boolean_query([(Occur.Should, title), *others])

    def best_by_field(self, plan: Plan) -> list[tuple[str, str]]:
        return self.rows(self.searcher.search(self.weighed(plan.word), limit=TOP, count=False).hits)

    def best_of_two_by_field(self, plan: Plan) -> list[tuple[str, str]]:
        both = [(Occur.Must, self.weighed(word)) for word in (plan.word, plan.other)]
        return self.rows(self.searcher.search(Query.boolean_query(both), limit=TOP, count=False).hits)

    def phrase(self, plan: Plan) -> int:
        return self.number_of(Query.phrase_query(self.schema, "text", plan.phrase))

    def facets(self, plan: Plan) -> list[tuple[str, int]]:
        wanted = {"tags": {"terms": {"field": "tag", "size": TOP + TIES, "segment_size": 1_000_000}}}
        found = self.searcher.aggregate(self.word(plan.word), wanted)["tags"]["buckets"]
        counts = [(bucket["key"], bucket["doc_count"]) for bucket in found]
        return sorted(counts, key=lambda entry: (-entry[1], entry[0]))[:TOP]

    def prefix(self, plan: Plan) -> int:
        return self.number_of(Query.regex_query(self.schema, "text", f"{plan.prefix}.*"))
