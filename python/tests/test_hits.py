"""Answers: lazy, bound to their state, sliced like lists, paged, counted by time and by value."""

import datetime
import pickle
import re

import eventstore as es
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

DAYS = ["2016-12-31", "2017-03-01", "2017-03-01", "2017-03-02", "2017-03-09", "2017-05-20", "2018-01-01"]


def made(number, day, **fields):
    year, month, of_month = day.split("-")
    return es.Event(
        id=f"{year}/{month}/{int(of_month)}/event-{number}", date=day, title=f"Event {number}", **fields
    )


def seven():
    for number, day in enumerate(DAYS):
        yield made(
            number,
            day,
            tags=["Sea"] * (number % 2 == 0) + ["Land"] * (number % 3 == 0) + [f"T{number}"],
            categories=("Works",) if number % 2 else (),
            sources=[es.Source(f"Paper {number % 2}", f"https://www.paper{number % 2}.example/{number}")],
        )


@pytest.fixture(scope="module")
def store():
    with es.memory() as store:
        assert store.add(seven()).added == len(DAYS)
        yield store


def test_count_length_truth_and_iteration_agree(store):
    for text in ("", "tag:Sea", "tag:(Sea, Land) 2017", "-tag:Sea", "tag:nothing", "tag:()"):
        hits = store.query(text)
        assert hits.count() == len(hits) == len(list(hits)) == len(list(hits.ids()))
        assert bool(hits) == (hits.count() > 0)
        assert [event.id for event in hits] == list(hits.ids())
        assert hits.query == es.Query(text)
    assert store.query("tag:Sea").first() == store.query("tag:Sea")[0]
    assert store.query("tag:nothing").first() is None


def test_a_word_that_no_event_has_names_a_tag_of_the_store(store):
    for ask in (store.query, store.snapshot().query, store.query().where):
        assert ask("lnad").hint() == "no event has lnad; did you mean tag:Land?"
        assert ask(words="land").hint() == "no event has land; did you mean tag:Land?"


def test_a_query_that_finds_nothing_has_a_hint(store):
    assert store.query("tag:Lnad").hint() == "no event has tag:Lnad; did you mean tag:Land?"
    assert store.query("tag:Land").hint() is None
    told = "no event is of 1999; all are of 2016-12-31 to 2018-01-01"
    assert store.query("tag:Land 1999").hint() == told
    assert store.query("tag:Land 2016").hint() is None


def test_hits_are_made_of_text_queries_and_keywords(store):
    expected = list(store.query("tag:Sea 2017").ids())
    assert len(expected) == 2
    assert list(store.query(es.Query("tag:Sea"), since=2017, until=2017).ids()) == expected
    assert list(store.query(tags_any="sea").where("2017").ids()) == expected
    assert list(store.query().where(es.Query("2017")).where(tags_all=["SEA"]).ids()) == expected
    with pytest.raises(es.ParseError):
        store.query("tag:")
    with pytest.raises(TypeError):
        store.query(tag="Sea")


def test_order_is_by_date_and_id_and_exactly_reversed(store):
    forward = list(store.query().ids())
    assert forward == [event.id for event in sorted(store.values(), key=lambda e: (e.date, e.id))]
    assert list(store.query().order("-date").ids()) == forward[::-1]
    assert list(store.query().order("-date").order("date").ids()) == forward
    with pytest.raises(ValueError, match="date"):
        store.query().order("title")


ends = st.none() | st.integers(-9, 9)


@settings(deadline=None)
@given(ends, ends, ends, ends, st.booleans())
def test_slices_are_those_of_a_list_and_compose(a, b, c, d, newest):
    with es.memory() as store:
        store.add(seven())
        hits = store.query().order("-date" if newest else "date")
        ids = list(hits.ids())
        assert list(hits[a:b].ids()) == ids[a:b]
        assert list(hits[a:b][c:d].ids()) == ids[a:b][c:d]
        assert hits[a:b].count() == len(ids[a:b])
        assert [event.id for event in hits[a:b]] == ids[a:b]


def test_an_index_is_that_of_a_list(store):
    hits = store.query()
    ids = list(hits.ids())
    for index in range(-len(ids), len(ids)):
        assert hits[index].id == ids[index]
    for index in (len(ids), -len(ids) - 1, 10**30):
        with pytest.raises(IndexError):
            hits[index]
    with pytest.raises(TypeError):
        hits["first"]
    with pytest.raises(ValueError, match="-date"):
        hits[::-1]


def test_hits_stay_as_they_were_asked(store):
    with es.memory() as own:
        own.add(seven())
        hits = own.query("tag:Sea")
        before = list(hits.ids())
        walk = iter(hits)
        next(walk)
        own.add(made(100, "2017-03-05", tags=["Sea"]))
        own.remove(before[2])
        own.compact()
        assert hits.count() == len(before)
        assert list(hits.ids()) == before
        assert [event.id for event in walk] == before[1:]
        assert own.query("tag:Sea").count() == len(before)


@pytest.mark.parametrize("order", ["date", "-date"])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_pages_concatenate_to_the_whole(store, order, size):
    hits = store.query("tag:(Sea, Land)").order(order)
    seen, after = [], None
    while True:
        page = hits.page(size, after=after)
        assert len(page.events) <= size
        seen += [event.id for event in page.events]
        if page.next is None:
            break
        after = page.next
    assert seen == list(hits.ids())


def test_a_page_token_works_across_commits_and_only_for_its_question():
    with es.memory() as store:
        store.add(seven())
        page = store.query("tag:Sea").page(2)
        store.remove(page.events[-1].id)
        store.add(made(100, "2016-01-01", tags=["Sea"]))
        rest = store.query("tag:Sea").page(10, after=page.next)
        assert [event.id for event in rest.events] == list(store.query("tag:Sea 2017-03-02..").ids())
        for other in (store.query("tag:Land"), store.query("tag:Sea").order("-date")):
            with pytest.raises(es.ParseError):
                other.page(2, after=page.next)
    with pytest.raises(es.ParseError):
        es.memory().query().page(2, after="no token")


def test_a_timeline_has_every_bucket_zeros_included(store):
    months = store.query("tag:Sea").timeline("month")
    assert len(months) == 14
    assert [bucket.count for bucket in months] == [1, 0, 0, 2, *[0] * 9, 1]
    assert [bucket.total for bucket in months] == [1, 0, 0, 4, 0, 1, *[0] * 7, 1]
    assert months[3].start == datetime.date(2017, 3, 1)
    assert months[3].end == datetime.date(2017, 3, 31)
    assert months[3].share == 0.5
    assert months[1].share is None
    assert sum(bucket.count for bucket in months) == store.query("tag:Sea").count()
    assert months[-1] == months[13]
    assert list(months[:2]) == list(months)[:2]
    assert store.query("tag:Sea").timeline() == months


@pytest.mark.parametrize("by", ["day", "week", "month", "year"])
def test_the_buckets_of_a_timeline_sum_to_the_count(store, by):
    for text in ("", "2017", "tag:Land", "tag:nothing"):
        hits = store.query(text)
        assert sum(bucket.count for bucket in hits.timeline(by)) == hits.count()


def test_a_timeline_is_split_by_the_most_frequent_values(store):
    hits = store.query()
    months = hits.timeline("month", split="tags", top=2)
    plain = hits.timeline("month")
    assert (months.by, months.split, len(months)) == ("month", "tag", 3 * len(plain))
    assert [bucket.value for bucket in months[:3]] == ["Sea", "Land", None]
    assert [bucket.total for bucket in months[::3]] == [bucket.total for bucket in plain]
    for facet in hits.facets("tags", top=2):
        of_value = [bucket for bucket in months if bucket.value == facet.value]
        assert sum(bucket.count for bucket in of_value) == facet.count
        narrowed = hits.where(tags_all=facet.value).timeline("month")
        assert [bucket.count for bucket in of_value] == [bucket.count for bucket in narrowed]
        assert [bucket.share for bucket in of_value] == [bucket.share for bucket in narrowed]
    without = store.query(tags_none=["Sea", "Land"]).timeline("month")
    assert [bucket.count for bucket in months[2::3]] == [bucket.count for bucket in without]
    every = hits.timeline("year", split="domain", top=None)
    assert {bucket.value for bucket in every} - {None} == {count.value for count in hits.facets("domain")}
    assert store.timeline("month", split="tags", top=2) == months
    assert hits.timeline("month", split=None, top=2) == plain
    for wrong, error in ((0, es.InvalidError), (-1, es.InvalidError), ("all", TypeError)):
        with pytest.raises(error):
            hits.timeline("month", split="tags", top=wrong)
    with pytest.raises(es.ParseError, match="colour"):
        hits.timeline("month", split="colour")


def test_an_unknown_unit_of_time_or_field_is_named():
    hits = es.memory().query()
    with pytest.raises(ValueError, match="fortnight"):
        hits.timeline("fortnight")
    with pytest.raises(ValueError, match="colour"):
        hits.facets("colour")


def test_facets_are_exact_and_ordered_by_count_then_value(store):
    tags = store.query().facets("tags")
    assert [(tag.value, tag.count) for tag in tags[:3]] == [("Sea", 4), ("Land", 3), ("Works", 3)]
    assert store.query().facets("tags", 2) == store.query().facets("tags", top=2)
    assert len(store.query().facets("tags", 2)) == 2
    assert [(c.value, c.count) for c in store.query("2017").facets("category")] == [("Works", 3)]
    assert {c.value for c in store.query().facets("domain")} == {"paper0.example", "paper1.example"}


def test_a_store_counts_all_its_events_without_a_query(store):
    for reader in (store, store.snapshot()):
        assert reader.timeline() == store.query().timeline()
        assert reader.timeline("year") == store.query().timeline("year")
        assert reader.facets("tags") == store.query().facets("tags")
        assert reader.facets("category", 1) == store.query().facets("category", top=1)
        assert len(reader.facets("tags", top=None)) == 10
    with pytest.raises(ValueError, match="colour"):
        store.facets("colour")
    with pytest.raises(ValueError, match="fortnight"):
        store.timeline("fortnight")


@pytest.mark.parametrize(
    ("by", "keyword"),
    [("tags", "tags_any"), ("category", "category"), ("source", "source"), ("domain", "domain")],
)
def test_asking_for_a_facets_value_gives_its_count(store, by, keyword):
    looked_at = 0
    for text in ("", "2017", "tag:Sea"):
        hits = store.query(text)
        for facet in hits.facets(by, top=100):
            assert hits.where(**{keyword: facet.value}).count() == facet.count
            looked_at += 1
    assert looked_at >= 2


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("tags", "tag"),
        ("categories", "category"),
        ("authors", "author"),
        ("sources", "source"),
        ("domains", "domain"),
        ("kinds", "kind"),
        ("meta.my key", 'meta."my key"'),
    ],
)
def test_the_name_of_a_column_is_read_as_its_field(store, column, field):
    assert store.facets(column) == store.query().facets(field)
    assert store.facets(column).by == field


def test_tags_of_a_store(store):
    assert [(tag.value, tag.count) for tag in store.tags(top=2)] == [("Sea", 4), ("Land", 3)]
    assert [tag.value for tag in store.tags("t")] == [f"T{number}" for number in range(7)]
    assert len(store.tags()) == store.tags().distinct == store.stats().tags == 10


def test_related_and_referring_are_each_others_reverse():
    with es.memory() as store:
        target = made(0, "2017-01-01")
        linking = made(1, "2017-01-02", related=[es.Related(target.id, target.title, tags=["Sea"])])
        store.add([target, linking])
        assert [event.id for event in store.related(linking.id)] == [target.id]
        assert list(store.referring(target.id).ids()) == [linking.id]
        assert list(store.query(related_to=target.id).ids()) == [linking.id]
        assert store[target.id].tags == ("Sea",)


def test_results_pickle_and_hits_say_what_to_pass_instead(store):
    hits = store.query("tag:Sea")
    results = [hits.timeline("year"), hits.facets("tags"), hits.timeline("year")[0], hits.facets("tags")[0]]
    split = hits.timeline("year", split="tags")
    for result in (*results, split, split[0], hits.page(2)):
        assert pickle.loads(pickle.dumps(result)) == result
    with pytest.raises(TypeError, match=r"hits\.query"):
        pickle.dumps(hits)


def test_results_show_themselves(store):
    hits = store.query("tag:Sea")
    assert repr(hits).splitlines()[:3] == [
        "<Hits 4 of Query('tag:Sea')>",
        "date        title    tags",
        "2016-12-31  Event 0  Land, Sea, T0",
    ]
    assert repr(hits.facets("tags")[0]) == "Count(value='Sea', count=4)"
    assert "Event 0" in hits._repr_html_()
    for result in (hits.timeline("year"), hits.facets("tags")):
        assert result._repr_html_().startswith("<div><table ")
        assert type(result).__name__ in repr(result)
    assert "segment" in hits.explain()


def test_an_answer_outlives_the_name_of_the_store_and_ends_with_its_close():
    walk = iter(made_store().query())
    hits = made_store().snapshot().query("tag:Sea")[1:]
    assert [event.title for event in walk] == [f"Event {number}" for number in range(7)]
    assert [event.title for event in hits] == ["Event 2", "Event 4", "Event 6"]
    store = made_store()
    hits = store.query()
    store.close()
    with pytest.raises(es.ClosedError):
        list(hits)


def made_store():
    store = es.memory()
    store.add(seven())
    return store


def told(hits, line):
    """The numbers of a line of an explanation, by what they count."""
    found = next(text for text in hits.explain().splitlines() if text.startswith(line))
    parts = re.split("[;,:] ", found.removeprefix(line).replace("blocks: ", "").strip())
    return {what: int(number) for number, what in (part.split(" ", 1) for part in parts)}


def test_an_explanation_says_that_no_more_was_read_than_the_plan_allows():
    start = datetime.date(2016, 1, 1)
    with es.memory() as store:
        events = (
            made(number, str(start + datetime.timedelta(days=number // 6)), tags=["Sea", f"T{number % 50}"])
            for number in range(2_000)
        )
        assert store.add(events).added == 2_000
        kinds = ["of ids", "of links", "of rows"]
        for query in ("", "2016", "tag:sea", "tag:(t1, t2) -tag:t3 2016-02.."):
            hits = store.query(query)
            counted = told(hits, "read")
            assert [counted[kind] for kind in kinds] == [0, 0, 0]
            newest = told(hits.order("-date")[:20], "slice")
            assert newest["events"] == 20
            assert all(1 <= newest[kind] <= 20 for kind in kinds)
            if "tag" not in query:
                assert counted["postings"] == newest["postings"] == 0
        assert told(store.query("tag:(t1, t2)"), "read")["postings"] == 2
