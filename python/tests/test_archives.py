"""Several archives in one store, profiles of tools and keys of one's own."""

import pickle
import re

import eventstore as es
import pytest

PAGE = b"---\ntitle: A\ndate: 2017-03-02\ntags: a b\ntopic: [c]\ncreated: 2018-01-01\n---\n#d\n"


@pytest.fixture
def store():
    return es.memory()


def test_archives_are_listed_and_taken_away_by_their_prefix(store):
    report = store.ingest({"x.md": PAGE, "_config.yml": b""}, prefix="blog")
    assert report.profile == "jekyll, by _config.yml"
    assert "\n  profile jekyll, by _config.yml\n" in str(report)
    store.ingest({"x.md": PAGE}, prefix="notes/", map={"date": "created", "tags": ("topic", "labels")})
    assert [event.id for event in store.query()] == ["blog/x", "notes/x"]
    archives = store.archives()
    assert archives == store.snapshot().archives()
    assert [(archive.prefix, archive.format, archive.profile, archive.pages) for archive in archives] == [
        ("blog/", "markdown", "jekyll", 1),
        ("notes/", "markdown", "none", 1),
    ]
    assert archives[1].map == {"date": ("created",), "tags": ("topic", "labels")}
    assert pickle.loads(pickle.dumps(archives)) == archives
    assert eval(repr(archives[1]), vars(es)) == archives[1]
    assert store.remove(prefix="blog/") == 1
    assert list(store) == ["notes/x"]


def test_prune_stays_within_a_prefix(store):
    store.ingest({"x.md": PAGE, "y.md": PAGE}, prefix="blog/")
    store.ingest({"y.md": PAGE}, prefix="notes/")
    assert store.ingest({"x.md": PAGE}, prefix="blog/", prune=True).removed == 1
    assert list(store) == ["blog/x", "notes/y"]


def test_a_choice_decides_how_pages_are_read(store):
    def tags(**choice):
        store.ingest({"x.md": PAGE}, **choice)
        event = store["x"]
        return event.tags, str(event.date)

    assert tags() == (("a b", "c"), "2017-03-02")
    assert tags(profile="obsidian") == (("a", "b", "c", "d"), "2017-03-02")
    assert tags(map={"date": ["created"]}) == (("a b", "c"), "2018-01-01")
    assert store.ingest({"x.md": PAGE}, map={"date": "Created"}).parsed == 0


@pytest.mark.parametrize(
    ("choice", "error", "told"),
    [
        ({"prefix": "../x"}, es.InvalidError, "as in blog/"),
        ({"profile": "jekyl"}, es.ParseError, "jekyll"),
        ({"map": {"tgas": "topic"}}, es.ParseError, "did you mean tags"),
        ({"map": {"tags": ""}}, es.ParseError, "no key"),
        ({"map": {"tags": []}}, es.ParseError, "no key"),
        ({"map": ["tags"]}, TypeError, "'date': 'created'"),
        ({"map": {"tags": 3}}, TypeError, "'date': 'created'"),
        ({"prefix": "x", "format": "context"}, es.InvalidError, "for Markdown pages"),
    ],
)
def test_what_cannot_be_chosen_is_told_with_a_way_out(store, choice, error, told):
    with pytest.raises(error, match=re.escape(told)):
        store.ingest({"x.md": PAGE}, **choice)


def test_remove_takes_ids_or_a_prefix(store):
    for wrong in [(), ("a",)]:
        with pytest.raises(TypeError, match="prefix of an archive"):
            store.remove(*wrong, **({"prefix": "x"} if wrong else {}))
    with pytest.raises(es.InvalidError, match="prefix"):
        store.remove(prefix="")
