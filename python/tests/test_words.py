"""Words in answers: relevance, places of words, snippets, completion, stores without words."""

import copy
import pickle

import eventstore as es
import pytest

TEXT = (
    "Nach Wochen Regen bricht der Damm: die Straße 🌊 ist überflutet, 洪水 in 大阪府, die STRASSE ist fort."
)


def storms():
    store = es.memory()
    store.add(
        [
            es.Event(id="2017/03/2/a", date="2017-03-02", title="A storm", summary="A storm and a storm"),
            es.Event(id="2017/03/3/b", date="2017-03-03", title="A calm", summary="After the storm"),
            es.Event(id="2017/03/4/c", date="2017-03-04", title="A calm", summary="Before the storm"),
        ]
    )
    return store


def test_by_relevance_the_best_come_first_and_newest_among_equals():
    hits = storms().query("storm")
    best = hits.order("relevance")
    assert best.ids() == ["2017/03/2/a", "2017/03/4/c", "2017/03/3/b"]
    scores = best.scores
    assert isinstance(scores, list)
    assert scores[0] > scores[1] == scores[2] > 0
    assert best[1:].scores == scores[1:]
    # In another order the same events have the same scores.
    assert hits.scores == [scores[0], scores[2], scores[1]]
    assert hits.where("2017-03-03").order("relevance").scores == scores[2:]
    assert repr(best).splitlines()[0] == "<Hits 3 of Query('storm')>"
    page = best.page(2)
    assert [event.id for event in best.page(2, after=page.next).events] == ["2017/03/3/b"]


def test_weights_belong_to_relevance():
    hits = storms().query("storm")
    plain = hits.order("relevance", title=3.0, summary=1.0, body=1.0, k1=1.2, b=0.75)
    assert plain.scores == hits.order("relevance").scores
    of_title = hits.order("relevance", summary=0)
    assert [score > 0 for score in of_title.scores] == [True, False, False]
    for order in ("date", "-date"):
        with pytest.raises(es.InvalidError, match="weights"):
            hits.order(order, title=2.0)
    for weights in ({"title": -1.0}, {"b": 2.0}, {"k1": float("nan")}, {"title": 1e308}):
        with pytest.raises(es.InvalidError):
            hits.order("relevance", **weights)
    with pytest.raises(es.ParseError):
        hits.order("best")
    with pytest.raises(TypeError):
        hits.order("relevance", 3.0)
    with pytest.raises(TypeError, match="'date', '-date' or 'relevance', not NoneType"):
        hits.order(None)


def test_places_are_those_of_code_points():
    event = es.Event(id="a", title="Die Straße 🌊", summary=TEXT, body="Ein *Damm* in 大阪府")
    assert event.body_text == "Ein Damm in 大阪府"
    for query, expected in [
        ("strasse", (["Straße"], ["Straße", "STRASSE"], [])),
        (es.Query(words_any=["damm", "洪水"]), ([], ["Damm", "洪水"], ["Damm"])),
        ('"die strasse" summary:阪府', (["Die Straße"], ["die Straße", "阪府", "die STRASSE"], [])),
        ("-damm tag:damm", ([], [], [])),
    ]:
        found = event.highlight(query)
        assert list(found) == ["title", "summary", "body"]
        texts = (event.title, event.summary, event.body_text)
        shown = [
            [text[start:end] for start, end in places]
            for text, places in zip(texts, found.values(), strict=True)
        ]
        assert tuple(shown) == expected, query
    assert es.Event(id="a", title="A").highlight("a") == {"title": [(0, 1)], "summary": [], "body": []}
    with pytest.raises(es.ParseError):
        event.highlight("tag:")
    with pytest.raises(TypeError):
        event.highlight(5)


def test_a_snippet_says_where_its_words_stand():
    event = es.Event(id="a", title="Damm", summary=TEXT)
    snippet = event.snippet("strasse 洪水", chars=40)
    assert (snippet.field, len(snippet.text) <= 40) == ("summary", True)
    assert [snippet.text[start:end] for start, end in snippet.spans] == ["Straße", "洪水"]
    assert "[Straße] 🌊 ist überflutet, [洪水]" in str(snippet)
    assert len(event.snippet("strasse").text) == len(TEXT)
    assert event.snippet("x").spans == ()
    assert event.snippet("x", 0).text == ""
    with pytest.raises(es.InvalidError, match="chars"):
        event.snippet("x", chars=-1)
    for same in (copy.copy(snippet), pickle.loads(pickle.dumps(snippet)), eval(repr(snippet), vars(es))):
        assert same == snippet
    assert snippet != event.snippet("strasse")


def test_a_snippet_in_a_notebook_is_escaped():
    event = es.Event(id="a", title='<b>storm & "calm"</b>')
    html = event.snippet("storm b")._repr_html_()
    assert "<b>" not in html
    assert html.count("<span style=") == 3
    for escaped in ("&lt;", "&amp;", "&quot;calm&quot;"):
        assert escaped in html
    # What a program says may lie outside of the text.
    odd = es.Snippet("title", "añb", [(2, 9), (1, 2), (40, 50)])
    assert str(odd) == "añ[b][][]"


def test_snippets_come_in_the_order_of_the_hits():
    hits = storms().query("storm").order("-date")
    assert [str(snippet) for snippet in hits[:2].snippets(12)] == ["…the [storm]", "…the [storm]"]
    assert hits.snippets() == [event.snippet(hits.query) for event in hits]
    with pytest.raises(es.InvalidError, match="chars"):
        hits.snippets(chars=-1)


def test_words_of_a_store_and_of_an_answer():
    store = storms()
    words = store.words("s")
    assert [(word.value, word.count) for word in words] == [("storm", 3)]
    assert (words.by, words.distinct) == ("word", 1)
    assert [word.value for word in store.words(top=2)] == ["a", "storm"]
    assert store.snapshot().words("BEF")[0].value == "before"
    assert [word.value for word in store.query("after").facets("word", top=None)][:2] == ["a", "after"]
    with pytest.raises(es.InvalidError, match="top"):
        store.words(top=0)
    assert store.query("strom").hint() == "no event has strom; did you mean storm?"


def test_a_store_without_words_reads_texts(tmp_path):
    path = tmp_path / "s"
    event = es.Event(id="2017/03/2/a", date="2017-03-02", title="A storm")
    with es.open(path, words="off") as store:
        store.add(event)
        assert "texts cut into words" in store.query("storm").explain()
        assert store.query("storm").count() == 1
    with es.open(path) as store:
        assert (store.stats().words, store.stats().without_words) == ("off", 1)
        with pytest.raises(es.ParseError, match="words"):
            store.reindex("none")
        with pytest.raises(TypeError, match="words is 'on' or 'off', not bool"):
            store.reindex(words=True)
        store.reindex()
        assert (store.stats().words, store.stats().without_words) == ("on", 0)
    with pytest.raises(es.InvalidError, match=r"words on; .*eventstore reindex .* --words off"):
        es.open(path, words="off")
    for make in (es.open, lambda path, words: es.memory(words=words)):
        with pytest.raises(TypeError, match="words is 'on' or 'off', not bool"):
            make(path, words=True)
    with es.open(path, words="on") as store:
        assert [word.value for word in store.words("st")] == ["storm"]
        store.reindex(words="off")
    assert es.memory(words="off").query("storm").count() == 0
    assert es.open(":memory:", words="off").query("storm").count() == 0


def test_too_many_texts_are_not_read():
    store = es.memory(words="off")
    store.add(
        es.Event(id=f"posts/{number}", date="2017-03-02", title=f"A storm {number}")
        for number in range(20_001)
    )
    hits = store.query("storm")
    for call in (hits.count, lambda: hits.scores, lambda: store.words("s"), lambda: hits[0]):
        with pytest.raises(es.NotIndexedError, match="reindex") as caught:
            call()
        assert (caught.value.events, caught.value.most) == (20_001, 20_000)
    assert "unreadable" in repr(hits)
    assert store.query("storm 2018").count() == 0
    store.reindex()
    assert store.query("storm").count() == 20_001
