"""Answers as a polars frame: hits are an Arrow stream, which polars reads as it is.

.venv/bin/pip install polars
.venv/bin/python examples/recipes/with_polars.py
"""

from pathlib import Path

import eventstore
import polars as pl

SAMPLE = Path(__file__).resolve().parents[1] / "archive"

with eventstore.memory() as store:
    store.ingest(SAMPLE)
    hits = store.query("2016..2018")

    frame = pl.DataFrame(hits)
    print(frame.select("date", "title").head(3))
    assert frame.height == hits.count()
    assert frame["id"].to_list() == [str(id) for id in hits.ids()]

    # Publishers by year: lists of structs are columns like any other.
    publishers = (
        frame.select(pl.col("date").dt.year().alias("year"), "sources")
        .explode("sources")
        .unnest("sources")
        .drop_nulls("domain")
        .group_by("year", "domain")
        .len()
        .sort("year", "len", "domain", descending=[False, True, False])
    )
    print(publishers.group_by("year", maintain_order=True).head(2))

    # The same count by the store's own facets: an event counts once, however many sources of a host it has.
    top = hits.facets("domain", top=1)[0]
    events = frame.explode("sources").unnest("sources").filter(pl.col("domain") == top.value)
    assert events["id"].n_unique() == top.count
