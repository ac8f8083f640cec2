"""What a search box needs: the best events, the part of their text that was meant, completion, slips.

.venv/bin/python examples/recipes/search.py
"""

from pathlib import Path

import eventstore

SAMPLE = Path(__file__).resolve().parents[1] / "archive"


def search(store: eventstore.Store, typed: str, most: int = 3) -> eventstore.Hits:
    """The best events for what was typed, each with its snippet; else what may have been meant."""
    # Keywords take what people type as it is: no letter of it is syntax. Without a word nothing is asked.
    try:
        hits = store.query(words=typed).order("relevance")
    except eventstore.ParseError:
        return store.query(words_any=[])
    best = hits[:most]
    for event, score, snippet in zip(best, best.scores, best.snippets(chars=90), strict=True):
        print(f"{score:5.2f}  {event.date}  {event.title}\n       {snippet}")
    if not hits:
        print(hits.hint())
    return hits


with eventstore.memory() as store:
    store.ingest(SAMPLE)

    found = search(store, "bridge opens")
    assert found.scores == sorted(found.scores, reverse=True)

    # The words themselves, in the texts as they are shown.
    title, places = found[0].title, found[0].highlight(found.query)
    words = [title[start:end] for start, end in places["title"]]
    assert words == ["Bridge", "opens"]

    # While it is typed: words that begin so.
    print(", ".join(f"{word.value} ({word.count})" for word in store.words("light", top=3)))
    assert store.words("light")[0].value == "lighthouse"

    # A slip, and nothing.
    assert not search(store, "lighthuose")
    assert not search(store, " … ")
    assert str(store.query("lighthuose").hint()).endswith("did you mean lighthouse?")

    # Only among the opinions, and the title counts for more.
    essays = store.query("kind:opinion", words_any="bridge ferry").order("relevance", title=10.0)
    print([event.title for event in essays])
