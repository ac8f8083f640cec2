"""Follow a story over the years: when it was told, what belongs to it, what came before and after.

.venv/bin/python examples/recipes/story.py
"""

from pathlib import Path

import eventstore

SAMPLE = Path(__file__).resolve().parents[1] / "archive"

with eventstore.memory() as store:
    store.ingest(SAMPLE)
    story = store.query('tag:"Ennet Bridge"')

    # How much of each year's news it was.
    for bucket in story.timeline("year"):
        print(f"{bucket.start.year} {'#' * bucket.count:6} {bucket.share:.0%}")
    assert [bucket.count for bucket in story.timeline("year")] == [2, 1, 2, 1, 5, 1]

    # Which subjects and publishers go with it.
    print(", ".join(f"{tag.value} ({tag.count})" for tag in story.facets("tags", top=4)))
    print(", ".join(f"{host.value} ({host.count})" for host in story.facets("domain", top=3)))

    # Its beginning, and what its last event grew out of: links lead from an event to earlier ones.
    first, last = story[0], story.order("-date")[0]
    print(f"from {first.date} to {last.date}: {last.title}")
    for earlier in store.related(last.id):
        print(f"  {earlier.date} {earlier.title}")
    assert len(store.related(last.id)) == 5

    # What was written about it later: the other direction of the same links.
    later = store.referring(first.id).order("-date")
    print(f"{later.count()} events link to the first one, the last of them: {later[0].title}")
    assert later.count() == 13
