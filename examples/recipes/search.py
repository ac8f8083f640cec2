"""What a search box needs: the best events, the part of their text that was meant, completion, slips.

.venv/bin/python examples/recipes/search.py
"""

from pathlib import Path

import eventstore

SAMPLE = Path(__file__).resolve().parents[1] / "archive"


def search(store: eventstore.Store, typed: str, most: int = 3) -> eventstore.Hits | None:
    """The best events for what was typed, each with its snippet; else what may have been meant."""
    # Keywords take what people type as it is: no letter of it is syntax. Without a word nothing is asked.
    try:
        hits = store.query(words=typed).order("relevance")
    except eventstore.ParseError:
        return None
    best = hits[:most]
    for event, score, snippet in zip(best, best.scores, best.snippets(chars=90), strict=True):
        print(f"{score:5.2f}  {event.date}  {event.title}\n       {snippet}")
    if not hits:
        print(hits.hint())
    return hits


with eventstore.memory() as store:
    store.ingest(SAMPLE)

    found = search(store, "bridge opens")
    assert found
    assert str(found[0].date) == "2018-06-02"
    assert found.scores == sorted(found.scores, reverse=True)

    # The words themselves, in the texts as they are shown.
    places = found[0].highlight(found.query)
    words = [found[0].title[start:end] for start, end in places["title"]]
    assert words == ["Bridge", "opens"]

    # While it is typed: words that begin so.
    print(", ".join(f"{word.value} ({word.count})" for word in store.words("light", top=3)))
    assert store.words("light")[0].value == "lighthouse"

    # A slip, and nothing.
    assert "did you mean lighthouse?" in str(store.query("lighthuose").hint())
    assert not search(store, "lighthuose")
    assert search(store, " … ") is None

    # Only among the opinions, and the title counts for more.
    essays = store.query("kind:opinion", words_any="bridge ferry").order("relevance", title=10.0)
    print([event.title for event in essays])
