"""Queries as values: text and keywords say the same, `&` narrows, errors say place and hint."""

import datetime
import pickle

import eventstore as es
import pytest
from hypothesis import given
from hypothesis import strategies as st

Q = es.Query


@pytest.mark.parametrize(
    ("text", "keywords"),
    [
        ("", {}),
        ("", {"tags_any": None, "since": None, "superseded": None}),
        ("flood storm", {"words": "storm  flood"}),
        ("flood sto*", {"words": es.prefix("flood sto")}),
        ("(flood,storm)", {"words_any": ["flood", "storm"]}),
        ("-(flood,storm)", {"words_none": "flood storm"}),
        ('"flood warning" "2017"', {"phrase": ["flood warning", "2017"]}),
        ('title:"flood warning"', {"title": "Flood Warning"}),
        ('summary:(flo*,"high water")', {"summary": ["high water", es.prefix("flo")]}),
        ("-title:a -summary:b body:c", {"title_none": "a", "summary_none": "b", "body": "c"}),
        ("()", {"words_any": []}),
        ("", {"words": [], "phrase": [], "words_none": []}),
        ("tag:Syria", {"tags_any": "Syria"}),
        ("tag:(Syria,Iraq)", {"tags_any": ["Syria", "Iraq"]}),
        ("tag:Syria tag:Iraq", {"tags_all": ("Syria", "Iraq")}),
        ("-tag:(Syria,Iraq)", {"tags_none": {"Syria", "Iraq"}}),
        ("tag:()", {"tags_any": []}),
        ("", {"tags_all": [], "tags_none": []}),
        ("tag:syri*", {"tags_any": es.prefix("syri")}),
        ("category:Sport -category:Law", {"category": "Sport", "category_none": "Law"}),
        ("author:Ann -author:(Bo, Cy)", {"author": "Ann", "author_none": ["Bo", "Cy"]}),
        ("source:Reuters -source:AP", {"source": "Reuters", "source_none": "AP"}),
        ("domain:bbc.co.uk -domain:cnn.com", {"domain": "bbc.co.uk", "domain_none": "cnn.com"}),
        ("related:2017/03/2/x", {"related_to": "/news/2017/03/02/x.html"}),
        ("refers:2017/03/2/x", {"refers_to": "2017/03/2/x"}),
        ("kind:opinion lang:zh", {"kind": "opinion", "lang": "zh"}),
        ("meta.series:Ferries", {"meta": {"Series": "ferries"}}),
        (
            'meta.a.b:(x,y*) meta."my key":z',
            {"meta": {"a.b": ["x", es.prefix("y")], "my key": "z", "no": None}},
        ),
        ("-meta.series:Ferries", {"meta_none": {"series": "Ferries"}}),
        ("meta.series:()", {"meta": {"series": []}}),
        ("", {"meta": {}, "meta_none": {"series": []}, "has": None}),
        ("has:(cover,tag) -has:mood", {"has": ["cover", "tag"], "has_none": "mood"}),
        ("superseded:yes", {"superseded": True}),
        ("superseded:only", {"superseded": "only"}),
        ("2017..", {"since": 2017}),
        ("2017-03", {"since": "2017-03", "until": "2017-03"}),
        ("..2017-03-02", {"until": datetime.date(2017, 3, 2)}),
        ("..2017-03-02", {"until": datetime.datetime(2017, 3, 2, 23, 59)}),
    ],
)
def test_keywords_say_what_text_says(text, keywords):
    assert Q(text) == Q(**keywords)
    assert hash(Q(text)) == hash(Q(**keywords))
    assert Q(str(Q(**keywords))) == Q(**keywords)


def test_values_are_literal_whatever_they_hold():
    hostile = 'a" -tag:b* (c, d): \\ ：，“x” *'
    query = Q(tags_any=hostile)
    assert Q(str(query)) == query
    assert query == Q(tags_any=[hostile])
    assert query != Q(tags_any=es.prefix(hostile))


@given(st.lists(st.text(min_size=1).filter(str.strip), max_size=4), st.booleans())
def test_printing_and_reading_give_the_query_back(values, negated):
    try:
        query = Q(**{"tags_none" if negated else "tags_any": values})
    except es.ParseError:
        # Text that is nothing once it is clean, such as a lone zero-width space.
        return
    assert Q(str(query)) == query
    assert pickle.loads(pickle.dumps(query)) == query
    assert eval(repr(query), {"Query": Q}) == query


def test_and_narrows_and_text_and_keywords_are_anded():
    assert Q("tag:Syria") & Q("2017") == Q("tag:Syria 2017") == Q("2017", tags_any="Syria")
    assert Q(Q("tag:Syria"), since=2017, until=2017) == Q("tag:Syria 2017")
    with pytest.raises(TypeError):
        Q("tag:Syria") & "2017"


def test_a_query_is_a_key_and_cannot_be_changed():
    assert {Q("tag:Syria"): 1}[Q(tags_any="syria")] == 1
    with pytest.raises(AttributeError):
        Q().since = 2017


def test_an_error_names_the_place_and_says_what_to_write():
    with pytest.raises(es.ParseError) as caught:
        Q("tag:Syria +trump")
    error = caught.value
    assert (error.text, error.offset) == ("tag:Syria +trump", 10)
    assert error.hint == "every word has to be there: write trump"
    assert str(error).splitlines()[2].index("^") - 2 == 10
    assert isinstance(error, ValueError)


@pytest.mark.parametrize(
    "keywords",
    [
        {"tags_any": ""},
        {"words": "&"},
        {"phrase": ["flood", ""]},
        {"title": "!!!"},
        {"since": "2017-13"},
        {"since": 2018, "until": 2017},
        {"superseded": "maybe"},
        {"meta": {"": "x"}},
        {"meta": {"series": ""}},
        {"has": es.prefix("cov")},
    ],
)
def test_a_bad_value_is_a_query_error(keywords):
    with pytest.raises(es.ParseError):
        Q(**keywords)


@pytest.mark.parametrize(
    ("keywords", "said"),
    [
        ({"tag": "Syria"}, "did you mean tags_any"),
        ({"text": "flood"}, "did you mean words, words_any or phrase"),
        ({"words": 7}, "words takes str, prefix.* not int"),
        ({"limit": 5}, "take a slice"),
        ({"nonsense": None}, "unexpected keyword"),
        ({"tags_any": 7}, "not int"),
        ({"tags_any": ["a", 7]}, "not int"),
        ({"tags_any": b"bytes"}, "not int"),
        ({"since": True}, "not bool"),
        ({"since": 2017.5}, "not float"),
        ({"superseded": 1}, "not int"),
        ({"meta": "series"}, "meta takes a dict of keys and values, not str"),
        ({"meta": {7: "x"}}, "meta takes a dict of keys and values, not int"),
        ({"meta_none": {"weight": 3}}, "meta_none takes str, prefix.* not int"),
        ({"meta_any": {"weight": "3"}}, "did you mean meta="),
        ({"has": 3}, "not int"),
    ],
)
def test_a_wrong_kind_of_argument_is_a_type_error_that_says_so(keywords, said):
    with pytest.raises(TypeError, match=said):
        Q(**keywords)
    with pytest.raises(TypeError, match="not int"):
        Q(7)


def test_a_prefix_is_a_value():
    assert es.prefix("syri") == es.Prefix("syri")
    assert pickle.loads(pickle.dumps(es.prefix("syri"))).text == "syri"
    assert repr(es.prefix("it's")) == 'prefix("it\'s")'
    with pytest.raises(es.ParseError):
        Q(tags_any=es.prefix(""))


def test_text_that_is_not_unicode_is_told():
    store = es.memory()
    half = "a\udc80"
    event = es.Event(id="a", title="A")
    for call in (
        lambda: Q(half),
        lambda: Q(words=half),
        lambda: Q(tags_any=["b", half]),
        lambda: Q(meta={half: "b"}),
        lambda: store.query(half),
        lambda: event.highlight(half),
        lambda: store.remove(half),
        lambda: es.Event(id=half, title="A"),
    ):
        with pytest.raises(es.InvalidError, match="is not valid Unicode"):
            call()
    assert half not in store


def test_a_keyword_that_other_fields_have_suggests_the_one_that_is_there():
    for name, meant in [
        ("title_any", "title, which takes several values, one of which is enough"),
        ("category_any", "category, which takes several values, one of which is enough"),
        ("title_all", "title"),
        ("phrase_any", "phrase"),
    ]:
        with pytest.raises(TypeError) as caught:
            Q(**{name: "a"})
        assert str(caught.value).endswith(f"did you mean {meant}?")


def test_text_without_a_word_says_what_an_empty_search_box_means():
    for typed in ("", "   ", "...", "\N{GRINNING FACE}"):
        with pytest.raises(es.ParseError, match="has no word") as caught:
            Q(words=typed)
        assert caught.value.hint.startswith("a word has a letter or a digit; where nothing was typed")
