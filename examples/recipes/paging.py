"""Go through an answer a page at a time, as a web service does: the token says where to go on.

.venv/bin/python examples/recipes/paging.py
"""

from pathlib import Path

import eventstore

SAMPLE = Path(__file__).resolve().parents[1] / "archive"


def answer(store: eventstore.Store, query: str, token: str | None) -> tuple[list[str], str | None]:
    """What a request handler does: it keeps nothing between two requests, the client sends the token back."""
    page = store.query(query).order("-date").page(size=5, after=token)
    return [f"{event.date} {event.title}" for event in page.events], page.next


with eventstore.memory() as store:
    store.ingest(SAMPLE)
    shown: list[str] = []
    token = None
    while True:
        lines, token = answer(store, 'tag:"Ennet Bridge"', token)
        print(f"-- a page of {len(lines)}")
        print("\n".join(lines))
        shown += lines
        if token is None:
            break

    whole = store.query('tag:"Ennet Bridge"').order("-date")
    assert shown == [f"{event.date} {event.title}" for event in whole]
    assert len(shown) == 12

    # A token belongs to its question: another one refuses it.
    first = store.query('tag:"Ennet Bridge"').page(size=5)
    try:
        store.query("tag:Saltby").page(size=5, after=first.next)
    except eventstore.ParseError as error:
        print(f"-- {error}")
    else:
        raise AssertionError("a token of another question was taken")
