"""Events as values: built by keyword, immutable, equal by content, hashed by id, pickled."""

import copy
import datetime
import json
import pickle
import sys

import eventstore as es
import pytest
from eventstore._eventstore import main


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


def test_a_dict_has_plain_values_by_the_names_of_the_json():
    event = whole(time="23:30", meta={"cover": {"alt": ["a", None]}})
    fields = event.to_dict()
    assert fields["date"] == datetime.date(2017, 3, 2)
    assert fields["time"] == datetime.time(23, 30)
    assert fields["tags"] == ["River", "Works"]
    assert fields["meta"] == {"cover": {"alt": ["a", None]}}
    assert fields["sources"] == [
        {
            "name": "The Post",
            "url": "https://www.post.example/a",
            "image": "https://post.example/a.png",
            "domain": "post.example",
        }
    ]
    assert set(fields) == set(event.__getnewargs_ex__()[1])
    read = json.loads(event.to_json())
    assert list(read) == list(fields)
    fields["date"], fields["time"] = "2017-03-02", "23:30:00"
    assert read | {"time": "23:30:00"} == fields
    assert whole().to_dict() is not whole().to_dict()
    assert es.Event(id="a", title="A").to_dict()["date"] is None


def test_the_json_is_the_line_of_the_command(tmp_path, capfd):
    with es.open(tmp_path / "s") as store:
        store.add(
            [
                whole(superseded=False, authors=()),
                es.Event(id="posts/a", title='A "b" 桥', body="B", meta={"x": ["1"]}),
            ]
        )
        expected = [store[id].to_json() for id in ("posts/a", "2017/03/2/a-bridge-opens")]
    command = ["eventstore", "query", str(tmp_path / "s"), "undated:yes", "--format", "ndjson"]
    assert main(command) == 0
    assert capfd.readouterr().out.splitlines() == expected


def test_a_changed_copy_keeps_the_rest_and_is_rendered_anew():
    event = whole(superseded=False, authors=())
    changed = event.replace(title="A bridge closes", tags=("River",))
    assert (changed.title, changed.tags) == ("A bridge closes", ("River",))
    assert changed.replace(title=event.title, tags=event.tags) == event == event.replace()
    assert "# A bridge closes" in changed.to_markdown()
    assert event.title == "A bridge opens"
    with es.memory() as store:
        store.ingest({"posts/a.md": b"---\nx: '1'\ntitle: A\n---\n\nThe *body*.\n"})
        page = store["posts/a"]
        store.add(page.replace(title="B"))
        assert store["posts/a"] == page.replace(title="B")
        assert b"The *body*.\n" in store.raw("posts/a")
    if sys.version_info >= (3, 13):
        assert copy.replace(event, title="A bridge closes", tags=["River"]) == changed


@pytest.mark.parametrize("name", ["tag", "domain", "url"])
def test_a_field_that_is_none_is_refused_with_the_names_of_all(name):
    with pytest.raises(
        TypeError, match=f"no field '{name}'; its fields are id, date, title, .*, superseded$"
    ):
        whole().replace(**{name: "x"})
    with pytest.raises(es.ParseError):
        whole().replace(date="2017-02-30")


def test_html_never_runs_what_a_page_says():
    text = "*a* <script>b</script> [c](javascript:d) ![e](data:text/html,f) [g](https://h.example/)"
    html = '<p><em>a</em> &lt;script&gt;b&lt;/script&gt; c e <a href="https://h.example/">g</a></p>\n'
    event = es.Event(id="posts/a", title="A", summary=text, body=text)
    assert event.summary_html == event.body_html == html
    assert whole(summary=None).summary_html is whole().body_html is None


def test_the_address_is_that_on_the_site():
    assert whole().url == "/news/2017/03/2/a-bridge-opens.html"
    assert whole(lang="zh").url == "/zh/news/2017/03/2/a-bridge-opens.html"
    stated = {"permalink": "/:title/", "url": "https://isle.example/a/"}
    assert es.Event(id="posts/a", title="A", meta=stated).url == "https://isle.example/a/"
    assert es.Event(id="posts/a", title="A").url is None
