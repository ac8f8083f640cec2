"""`read_pages` and `archive_parts`: the pages of an archive as columns, without a store."""

import importlib.util
import os
import pickle
import subprocess
import sys
import tarfile
from pathlib import Path

import eventstore as es
import pyarrow
import pytest

SAMPLE = Path(es.__file__).with_name("sample.tar.gz")
EVENT = b"---\ntitle: A\ndate: 2017-03-02\ntags: [Sea, sea, Land]\nextra: 1\n---\nText to [b](b.md).\n"


def rows(source, columns=None, **keywords):
    return es.read_pages(source, columns, **keywords).to_arrow().to_pylist()


def test_a_row_is_a_page_with_the_columns_of_events():
    row = rows({"a.md": EVENT})[0]
    assert (row["id"], row["title"], row["tags"]) == ("a", "A", ["Land", "Sea"])
    assert (row["page_kind"], row["page_format"], row["error"]) == ("event", "markdown", None)
    assert (row["meta"], row["body"]) == ('{"extra":"1"}', "Text to [b](b.md).\n")
    assert row["tag_forms"] == [{"form": "land", "tag": "Land"}, {"form": "sea", "tag": "Sea"}]
    assert row["page_links"][0]["keys"][0] == {"kind": "path", "last": "b", "name": "b"}
    assert "page" not in row
    store = es.memory()
    store.ingest({"a.md": EVENT})
    columns = [name for name in store.query().select("*").columns if name not in ("superseded", "related")]
    expected = store.query().select(*columns).to_arrow().to_pylist()[0]
    assert {name: row[name] for name in columns} == expected


def test_pages_that_fail_are_rows_and_listings_say_what_they_list():
    kinds = {}
    for row in rows(SAMPLE):
        kinds.setdefault(row["page_kind"], []).append(row)
    assert {kind: len(found) for kind, found in kinds.items()} == {
        "event": 75,
        "day_page": 36,
        "front_page": 4,
        "opinions": 2,
        "free_page": 2,
        "failed": 2,
    }
    assert all(row["error_kind"] and ".md:" in row["error"] for row in kinds["failed"])
    assert all(row["links"] and row["listing_day"] == row["date"] for row in kinds["day_page"])
    assert all(row["id"] is None for kind, found in kinds.items() if kind != "event" for row in found)


def test_a_stream_is_read_anew_by_whatever_takes_streams():
    pages = es.read_pages(SAMPLE, ["path", "page"])
    assert pages.columns == ("path", "page")
    first, second = (pyarrow.RecordBatchReader.from_stream(pages).read_all() for _ in range(2))
    assert first.equals(second)
    assert pages.to_polars().shape == pages.to_pandas().shape == (121, 2)
    assert [field.name for field in pyarrow.schema(pages)] == ["path", "page"]
    with tarfile.open(SAMPLE) as archive:
        for row in first.to_pylist():
            if row["page"] is not None:
                assert row["page"] == archive.extractfile(row["path"]).read()
    with pytest.raises(TypeError, match="no array"):
        pages.__array__()


def test_parts_are_pickled_and_make_the_whole(tmp_path):
    with tarfile.open(SAMPLE) as archive:
        archive.extractall(tmp_path / "tree", filter="data")
    with tarfile.open(tmp_path / "tree.tar", "w") as archive:
        archive.add(tmp_path / "tree", "tree")
    for source, size in [("tree", {"files": 10}), ("tree.tar", {"bytes": 20_000})]:
        path = tmp_path / source
        parts = es.archive_parts(path, **size)
        assert len(parts) > 5
        assert pickle.loads(pickle.dumps(parts)) == parts
        assert eval(repr(parts[1]), vars(es)) == parts[1]
        whole = rows(path)
        found = [row for part in parts for row in rows(path, part=part)]
        key = [*("path", "hash", "id", "stored_path", "links")]
        assert sorted(str([row[name] for name in key]) for row in found) == sorted(
            str([row[name] for name in key]) for row in whole
        )
    assert len(es.archive_parts(SAMPLE, bytes=1)) == 1


def test_a_part_knows_the_tool_of_the_whole(tmp_path):
    (tmp_path / ".obsidian").mkdir()
    (tmp_path / ".obsidian" / "app.json").write_bytes(b"{}")
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.md").write_bytes(EVENT)
    parts = es.archive_parts(tmp_path, files=1)
    assert {part.profile for part in parts} == {"obsidian"}
    assert [row["choice"] for part in parts for row in rows(tmp_path, part=part)] == ["\0obsidian"] * 3
    assert es.archive_parts(tmp_path, profile="hugo")[0].profile == "hugo"


def test_what_cannot_be_read_is_said():
    with pytest.raises(es.InvalidError, match="did you mean id"):
        es.read_pages({}, ["idd"])
    with pytest.raises(es.InvalidError, match="named twice"):
        es.read_pages({}, ["id", "id"])
    with pytest.raises(es.PathNotFoundError):
        es.read_pages("/nowhere/a.tar").to_arrow()
    with pytest.raises(es.PathNotFoundError):
        es.archive_parts("/nowhere/a.tar")
    with pytest.raises(es.InvalidError, match="format"):
        es.read_pages({}, format="context", prefix="a")


def test_a_damaged_archive_raises_its_own_error(tmp_path):
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        archive.add(SAMPLE, "a.md")
    cut = (tmp_path / "a.tar").read_bytes()[:2_000]
    (tmp_path / "a.tar").write_bytes(cut)
    with pytest.raises(es.ArchiveError, match="cut short or damaged"):
        es.read_pages(tmp_path / "a.tar").to_arrow()


def test_the_package_that_is_missing_for_spark_is_named():
    if importlib.util.find_spec("pyspark"):
        pytest.skip("pyspark is installed")
    with pytest.raises(es.MissingDependencyError, match=r"context-eventstore\[spark\]") as caught:
        importlib.import_module("eventstore.spark")
    assert caught.value.name == "pyspark"


def test_spark_is_imported_only_when_asked():
    command = (
        "import sys, eventstore; sys.exit('eventstore.spark' in sys.modules or 'pyspark' in sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run([sys.executable, "-c", command], env=environment).returncode == 0
