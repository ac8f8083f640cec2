"""Events as values: built by keyword, immutable, equal by content, hashed by id, pickled."""

import copy
import datetime
import pickle

import eventstore as es
import pytest


def whole(**changed):
    fields = {
        "id": "2017/03/2/a-bridge-opens",
        "date": datetime.date(2017, 3, 2),
        "title": "A bridge opens",
        "categories": ["Works"],
        "summary": "After nine years.",
        "sources": [es.Source("The Post", "https://www.post.example/a", image="https://post.example/a.png")],
        "related": [es.Related("2017/03/1/before", "The day before", tags=["Works", "River"])],
        "tags": ["River", "Works"],
        "cover_image": "https://post.example/cover.png",
        "changes": [es.Change("2017/03/2/a-bridge", "A bridge", at="2017-03-02 10:00:00", kind="first")],
        "authors": ("A. Writer",),
        "kind": "news",
        "lang": "en",
        "superseded": True,
    }
    return es.Event(**(fields | changed))


def test_an_event_gives_back_what_it_was_made_of():
    event = whole()
    assert event.id == "2017/03/2/a-bridge-opens"
    assert event.date == datetime.date(2017, 3, 2)
    assert type(event.date) is datetime.date
    assert event.tags == ("River", "Works")
    assert event.sources == (
        es.Source("The Post", "https://www.post.example/a", "https://post.example/a.png"),
    )
    assert event.sources[0].domain == "post.example"
    assert event.related[0].tags == ("Works", "River")
    assert event.changes[0].kind == "first"
    assert (event.categories, event.summary) == (("Works",), "After nine years.")
    assert (event.authors, event.body) == (("A. Writer",), None)
    assert (event.kind, event.lang, event.superseded) == ("news", "en", True)


def test_missing_is_none_and_sequences_are_tuples():
    event = es.Event(id="2017/03/2/x", date="2017-03-02", title="X")
    assert event.summary is event.body is event.cover_image is None
    assert event.categories == event.authors == ()
    assert event.sources == event.related == event.tags == event.changes == ()
    assert (event.kind, event.lang, event.superseded) == ("news", "en", False)


@pytest.mark.parametrize(
    "spelling",
    [
        "2017/03/2/x",
        "2017/3/02/x",
        "/news/2017/03/2/x",
        "/zh/news/2017/03/02/x.html",
        "https://site.example/news/2017/03/2/x.md",
    ],
)
def test_an_id_is_read_in_every_spelling_and_shown_in_one(spelling):
    assert es.Event(id=spelling, date="2017-03-02", title="X").id == "2017/03/2/x"


def test_an_opinion_is_told_by_its_id():
    assert es.Event(id="opinion/2017/04/4/x", date="2017-04-04", title="X").kind == "opinion"


def test_a_datetime_counts_as_the_day_that_it_shows():
    late = datetime.datetime(2017, 3, 2, 23, 59, tzinfo=datetime.UTC)
    assert whole(date=late).date == datetime.date(2017, 3, 2)


def test_events_are_equal_by_content_and_hashed_by_id():
    assert whole() == whole()
    assert whole() != whole(title="Another title")
    assert hash(whole()) == hash(whole(title="Another title"))
    assert whole() != "2017/03/2/a-bridge-opens"
    assert len({whole(), whole(), whole(title="Another title")}) == 2


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_an_event_survives_pickle_and_copy(protocol):
    event = whole()
    assert pickle.loads(pickle.dumps(event, protocol)) == event
    assert copy.deepcopy(event) == event
    for part in (*event.sources, *event.related, *event.changes):
        assert pickle.loads(pickle.dumps(part, protocol)) == part
        assert hash(part) == hash(copy.copy(part))


@pytest.mark.parametrize("name", ["title", "tags", "superseded", "anything"])
def test_an_event_cannot_be_changed(name):
    with pytest.raises(AttributeError):
        setattr(whole(), name, "else")


def test_repr_is_short_and_html_is_escaped():
    event = whole(title="<script>alert('a & b')</script>")
    assert repr(event).startswith("Event(id='2017/03/2/a-bridge-opens', date=datetime.date(2017, 3, 2), ")
    assert "After nine years" not in repr(event)
    html = event._repr_html_()
    assert "&lt;script&gt;alert(&#39;a &amp; b&#39;)" in html
    assert "<script>" not in html
    assert eval(repr(event.sources[0]), {"Source": es.Source}) == event.sources[0]


def test_one_str_is_no_list_of_tags():
    with pytest.raises(TypeError, match="not one str"):
        whole(tags="River")


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"id": "no//such thing"}, es.ParseError),
        ({"id": 7}, TypeError),
        ({"date": "2017-02-30"}, es.ParseError),
        ({"date": 20170302}, TypeError),
        ({"lang": "french language"}, es.ParseError),
        ({"kind": "Rumour"}, es.ParseError),
    ],
)
def test_a_bad_field_is_refused(changed, error):
    with pytest.raises(error):
        whole(**changed)
    assert issubclass(es.InvalidError, ValueError)
