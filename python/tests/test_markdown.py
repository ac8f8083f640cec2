"""Markdown pages with front matter: events, their fields, their questions."""

import datetime
import json
import pickle

import eventstore as es
import pytest

BLOG = {
    "_posts/2019-07-08-on-ferries.md": (
        "---\ntitle: On ferries\ntags: sea ships\nweight: 3\n---\nA *ferry*.\n"
    ),
    "notes/noon.md": (
        "---\ntitle: Noon\ndate: 2020-01-02 12:00:30.25 -0800\nlang: pt_br\ntype: note\n"
        "cover: {alt: A pier, size: [1, ~]}\n---\n"
    ),
    "notes/draft.md": "+++\ntitle = 'Later'\ndate = 2020-01-03\ndraft = true\n+++\n",
    "about.md": "# About us\n",
}


@pytest.fixture
def store():
    return es.memory()


@pytest.fixture
def blog(store):
    report = store.ingest({path: text.encode() for path, text in BLOG.items()})
    assert (report.added, report.undated, report.drafts, report.failed) == (3, 1, 1, 0)
    assert report.dated_by == {"file name": 1, "key date": 2}
    assert "left out of answers: 1 undated (ask with undated:yes), 1 draft" in repr(report)
    return store


def test_pages_with_front_matter_are_events(blog):
    assert [event.id for event in blog.query()] == ["_posts/2019-07-08-on-ferries", "notes/noon"]
    ferries = blog["_posts/2019-07-08-on-ferries.md"]
    assert (ferries.tags, ferries.body, ferries.summary) == (("sea", "ships"), "A *ferry*.\n", "A ferry.")
    assert (ferries.time, ferries.offset, ferries.draft) == (None, None, False)
    assert (ferries.meta, ferries.kind, ferries.lang) == ({"weight": "3"}, "page", "und")
    noon = blog["notes/noon"]
    assert noon.time == datetime.time(12, 0, 30, 250_000)
    assert (noon.offset, noon.kind, noon.lang) == (-480, "note", "pt-BR")
    assert noon.meta == {"cover": {"alt": "A pier", "size": ["1", None]}}
    assert blog.raw("about").decode() == BLOG["about.md"]


def test_a_report_says_what_was_passed_over_and_why(store):
    report = store.ingest({".git/HEAD": b"", "a.png": b"", "t.md": b"---\ntitle: {{ title }}\n---\n"})
    assert {reason: (files.count, files.examples) for reason, files in report.passed_over.items()} == {
        "hidden folder": (1, (".git/HEAD",)),
        "not Markdown": (1, ("a.png",)),
        "template": (1, ("t.md",)),
    }
    again = pickle.loads(pickle.dumps(report))
    assert again == report
    assert again.passed_over["template"] == es.PassedOver(1, ("t.md",))


def test_what_meta_says_is_asked_for_and_counted(blog):
    assert blog.query(meta={"weight": "3"}).ids() == ["_posts/2019-07-08-on-ferries"]
    assert blog.query(meta={"cover.alt": es.prefix("a p")}).ids() == ["notes/noon"]
    assert blog.query("meta.cover.size:1 has:cover").count() == 1
    assert blog.query(has_none=["cover", "weight"], undated=True).ids() == ["about"]
    assert [(one.value, one.count) for one in blog.facets("meta.weight")] == [("3", 1)]
    assert blog.facets("meta.cover.alt").by == "meta.cover.alt"
    assert [(one.value, one.count) for one in blog.facets("lang")] == [("pt-BR", 1), ("und", 1)]
    assert [one.value for one in blog.facets("kind")] == ["note", "page"]
    assert blog.query(lang="pt").ids() == ["notes/noon"]
    with pytest.raises(es.ParseError) as caught:
        blog.query("weight:3")
    assert caught.value.hint == "did you mean meta.weight:?"
    with pytest.raises(es.ParseError) as caught:
        blog.facets("meta.")
    assert "meta.KEY" in caught.value.hint


def test_drafts_and_undated_pages_are_asked_for(blog):
    assert [event.id for event in blog.query(draft="only")] == ["notes/draft"]
    assert [event.id for event in blog.query("undated:only")] == ["about"]
    assert len(blog.query(draft=True, undated=True)) == 4 == len(blog)
    assert str(es.Query(draft=True, undated="only")) == "draft:yes undated:only"
    assert blog["about"].date is None
    assert len(blog.query(undated=True, until=2030)) == 2, "a page without a date belongs to no time"
    with pytest.raises(TypeError, match="draft takes True, False or 'only', not int"):
        es.Query(draft=1)


def test_the_format_may_be_given(store):
    pages = {path: text.encode() for path, text in BLOG.items()}
    assert store.ingest(pages, format="context").failed == 3
    assert store.ingest(pages, format="markdown").failed == 0
    with pytest.raises(es.ParseError) as caught:
        store.ingest(pages, format="markdwon")
    assert caught.value.hint == "did you mean markdown?"


def test_an_event_is_made_added_and_pickled(blog):
    event = es.Event(
        id="posts/new",
        date="2021-05-06",
        time="06:30",
        offset=120,
        title="New",
        body="Text.\n",
        summary="Text.",
        tags=["b", "a"],
        meta={"weight": 3, "flag": True, "list": ["x", None], "map": {"k": 1.5}},
        draft=True,
    )
    assert event.meta == {"weight": "3", "flag": "true", "list": ["x", None], "map": {"k": "1.5"}}
    assert event.time == datetime.time(6, 30)
    assert pickle.loads(pickle.dumps(event)) == event
    assert blog.add(event).added == 1
    stored = blog["posts/new"]
    assert (stored.tags, stored.time, stored.meta) == (("a", "b"), event.time, event.meta)
    assert json.loads(json.dumps(stored.meta)) == stored.meta
    with pytest.raises(es.ParseError, match="no time of the day"):
        es.Event(id="a", title="A", time="25:00")
    with pytest.raises(TypeError, match="meta takes a mapping"):
        es.Event(id="a", title="A", meta=["x"])


def test_columns_have_no_date_for_undated_pages(blog):
    pyarrow = pytest.importorskip("pyarrow")
    table = pyarrow.table(blog.query(undated=True, draft=True))
    assert table.column("date").to_pylist()[:2] == [None, datetime.date(2019, 7, 8)]
    assert table.column("kind").to_pylist() == ["page", "page", "note", "page"]
    assert table.column("tags").to_pylist()[1] == ["sea", "ships"]
