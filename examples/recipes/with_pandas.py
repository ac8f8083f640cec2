"""Answers as a pandas frame, without an `Event` in between.

.venv/bin/pip install pandas pyarrow
.venv/bin/python examples/recipes/with_pandas.py
"""

from pathlib import Path

import eventstore

SAMPLE = Path(__file__).resolve().parents[1] / "archive"

with eventstore.memory() as store:
    store.ingest(SAMPLE)

    # Name the columns that you need: `related` alone is most of an archive. Days are datetime64.
    frame = store.query("lang:en").to_pandas(["date", "title", "tags"])
    print(frame.head(3))

    # Events by month, zeros included, as `timeline("month")` has them.
    months = frame.set_index("date").resample("MS").size()
    buckets = store.query("lang:en").timeline("month")
    assert months.tolist() == [bucket.count for bucket in buckets]

    # Which tags go together most: a table of pairs.
    pairs = frame[["title", "tags"]].explode("tags").dropna()
    pairs = pairs.merge(pairs, on="title", suffixes=("", "_too"))
    pairs = pairs[pairs["tags"] < pairs["tags_too"]]
    print(pairs.groupby(["tags", "tags_too"]).size().nlargest(5))
    assert len(pairs) > 0
