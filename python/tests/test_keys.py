"""An event is asked for by its id, the event itself, an entry that links to it, or a similar event."""

import eventstore as es
import pytest

STORM = es.Event(id="2017/03/2/a-storm", date="2017-03-02", title="A storm")
CALM = es.Event(
    id="2017/03/3/a-calm",
    date="2017-03-03",
    title="A calm",
    related=[es.Related(STORM.id, STORM.title)],
)
KEYS = [STORM.id, "/news/2017/03/02/a-storm.md", STORM, CALM.related[0], es.Similar(STORM.id, None, "", [])]


@pytest.fixture
def store():
    with es.memory() as store:
        store.add([STORM, CALM])
        yield store


@pytest.mark.parametrize("key", KEYS)
def test_every_call_that_takes_an_id_takes_what_leads_to_the_event(store, key):
    for reader in (store, store.snapshot()):
        assert key in reader
        assert reader[key].title == reader.get(key).title == "A storm"
        assert reader.similar(key) == reader.query().similar(key)
        assert len(reader.similar(key)) == 0
        assert reader.raw(key) == STORM.to_markdown().encode()
        assert reader.related(key) == []
        assert reader.referring(key).ids() == [CALM.id]
        assert reader.query(related_to=key).ids() == [CALM.id]
        assert reader.query(refers_to=[key]).ids() == [CALM.id]
        assert reader.query().where(refers_to=(key, CALM)).ids() == [CALM.id]
    assert es.Query(related_to=key) == es.Query(f"related:{STORM.id}")
    assert store.remove(key) == 1


def test_several_are_removed_by_any_mix_of_keys(store):
    assert store.remove([STORM, CALM.id, CALM]) == 2
    assert len(store) == 0


def test_an_event_that_is_not_there_is_missing_as_its_id_is(store):
    other = es.Event(id="2017/03/4/other", date="2017-03-04", title="Other")
    assert other not in store
    assert store.get(other) is None
    assert store.get(other, "nothing") == "nothing"
    assert store.remove(other) == 0
    for ask in (store.__getitem__, store.raw, store.related):
        with pytest.raises(es.NotFoundError, match="2017/03/4/other"):
            ask(other)


@pytest.mark.parametrize("key", [5, None, b"2017/03/2/a-storm", es.Source("A", "http://a.example")])
def test_a_key_of_another_type_is_refused_in_words(store, key):
    for ask in (store.get, store.raw, store.related, store.referring):
        with pytest.raises(TypeError, match="asked for by an id such as"):
            ask(key)
    with pytest.raises(TypeError, match="takes an id, an Event or a sequence of them"):
        store.query(related_to=[key])
    # As in any mapping.
    assert key not in store


def test_an_event_is_no_value_of_another_keyword(store):
    with pytest.raises(TypeError, match="tags_any takes str, prefix"):
        store.query(tags_any=STORM)


def test_a_similar_event_of_no_id_is_no_key(store):
    made = es.Similar("no//such thing", None, "", [])
    assert made not in store
    with pytest.raises(TypeError, match="not by Similar"):
        store.get(made)


def test_what_an_answer_gives_leads_back_into_the_store():
    with es.memory() as store:
        store.add([STORM.replace(tags=["Sea"]), CALM.replace(tags=["Sea"])])
        (similar,) = store.similar(STORM)
        assert store[similar].related[0] in store
        assert store[store[similar].url].id == CALM.id
