"""What a user does with the installed package; `test_wheel.py` runs it where nothing else is installed.

python installed.py EXTRA
"""

import contextlib
import io
import re
import sys
import tempfile
from pathlib import Path

import eventstore as es


def alone():
    """Without any extra: questions work, and each call that needs a package says how to get it."""
    with tempfile.TemporaryDirectory() as folder, es.open(Path(folder) / "s") as store:
        store.add(es.sample().values())
        assert len(store) == 73
    hits = es.sample().query()
    assert hits.where("tag:Saltby").count() == 13
    answers = [hits, hits.select("title"), hits.timeline(), hits.facets("tags")]
    for answer in answers:
        for method in ("to_arrow", "to_pandas", "to_polars", "scan_polars", "plot"):
            if hasattr(answer, method):
                refused(getattr(answer, method))

    class Stream:
        def __arrow_c_stream__(self, requested_schema=None):
            return hits.__arrow_c_stream__()

    refused(lambda: es.memory().add(Stream()))
    # A line shows how far it is where no package draws a bar.
    assert progress_of_an_ingest().endswith("\rwriting: 1 page, 0.0 MB, 100 %\n")


def refused(call):
    said = "nothing"
    try:
        call()
    except es.MissingDependencyError as error:
        said = str(error)
    assert re.search(r"; install it: pip install [a-z]+$", said), said


def progress_of_an_ingest():
    shown = io.StringIO()
    with contextlib.redirect_stderr(shown):
        es.memory().ingest({"a.md": b"# A"}, progress=True)
    return shown.getvalue()


def arrow():
    hits = es.sample().query()
    assert hits.to_arrow().num_rows == sum(hits.timeline().to_arrow()["count"].to_pylist()) == 69
    frame = hits.select("*").to_arrow()
    assert es.memory().add(frame).added == 69


def pandas():
    hits = es.sample().query()
    assert len(hits.to_pandas(["date"])) == 69
    assert hits.facets("tags").to_pandas()["count"].max() == 13


def polars():
    hits = es.sample().query()
    assert hits.to_polars().height == hits.scan_polars().select("title").collect().height == 69


def plot():
    store = es.sample()
    assert store.timeline().plot().to_dict()["mark"] == store.facets("tags").plot().to_dict()["mark"]


def progress():
    assert "writing: 100%|" in progress_of_an_ingest()


def notebook():
    plot()
    progress()


if __name__ == "__main__":
    globals()[sys.argv[1]]()
