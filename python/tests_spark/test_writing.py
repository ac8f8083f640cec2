"""Stores that Spark writes answer as one store that has ingested all pages."""

import json
import os
import shutil
import signal
import zlib

import eventstore as es
import pytest
from conftest import MASTER, ROOT, one_store, shared, write_tar
from eventstore import spark as es_spark
from eventstore.spark import _writer

ALL = "superseded:yes draft:yes undated:yes"


def resolved(spark, archives):
    pages = spark.read.format("eventstore").option("page", "true").load(list(archives))
    return es_spark.resolve(pages)


def compare(directory, archives, words):
    """Compares the stores of a directory with one store of the archives; gives the number of events."""
    many, one = es.open_many(directory), one_store(archives)
    expected = one.query(ALL).select("*").to_arrow()
    assert many.query(ALL).select("*").to_arrow().equals(expected)
    for query in ("", *words):
        hits, hits_of_one = many.query(query), one.query(query)
        assert hits.count() == hits_of_one.count(), query
        assert hits.timeline("month") == hits_of_one.timeline("month"), query
        for field in ("tags", "categories", "domain"):
            assert hits.facets(field) == hits_of_one.facets(field), (query, field)
        best, best_of_one = hits.order("relevance")[:50], hits_of_one.order("relevance")[:50]
        assert best.ids() == best_of_one.ids(), query
        assert best.scores == best_of_one.scores, query
    ids = expected.column("id").to_pylist()
    for id in ids[:: max(1, len(ids) // 500)]:
        assert many.raw(id) == one.raw(id), id
        assert many.referring(id).ids() == one.referring(id).ids(), id
    for path in stores(directory):
        report = es.open(path, read_only=True).verify(full=True)
        assert report.is_sound, report.findings
        assert report.is_resolved
    assert left_under_way(directory) == []
    return len(ids)


def stores(directory):
    return sorted(path.parent for path in directory.glob("*/*/CURRENT"))


def left_under_way(directory):
    return list(directory.glob(".writing-*"))


def check(spark, tmp_path, archives, words=()):
    es_spark.write_stores(resolved(spark, archives), str(tmp_path / "stores"))
    return compare(tmp_path / "stores", archives, words)


def test_the_sample_archive(spark, tmp_path):
    archives = [str(ROOT / "examples" / "archive")]
    assert check(spark, tmp_path, archives, ["bridge", "2018", "tag:saltby ferry"]) == 73
    years = {path.parent.name for path in stores(tmp_path / "stores")}
    assert len(stores(tmp_path / "stores")) == len(years) > 3
    assert all(name.startswith("year=20") for name in years)
    # A store of them by itself, and what is asked of Spark.
    read = spark.read.format("eventstore").option("query", "2018").load(str(tmp_path / "stores"))
    assert read.count() == es.open_many(tmp_path / "stores").query("2018").count() > 0


def test_the_chinese_archive_in_twelve_tars(spark, tmp_path, chinese_tars):
    assert check(spark, tmp_path, chinese_tars, ["洪水", "2017 -tag:*", "2016-03"]) > 8_000


def test_the_english_pages(spark, tmp_path):
    assert check(spark, tmp_path, [shared("context-en")], ["the", "superseded:only"]) > 30


@pytest.mark.parametrize("name", ["hexo-site", "jekyll-docs", "react-native-blog"])
def test_front_matter_archives(spark, tmp_path, name):
    assert check(spark, tmp_path, [shared(f"front-matter/{name}.tar.gz")], ["the", "2017"]) > 50


def test_synthetic_pages(spark, tmp_path, synthetic):
    assert check(spark, tmp_path, [synthetic], ["2010", "tag:* 2012-03"]) > 1_000


def test_a_prefix_and_a_map_are_those_of_the_archive(spark, tmp_path):
    text = "---\ntitle: {0}\ncreated: 2017-03-0{1}\ntopic: [Sea]\n---\nSee [other](b.md).\n"
    pages = [("a.md", text.format("A", 2).encode()), ("b.md", text.format("B", 3).encode())]
    archive = write_tar(tmp_path / "notes.tar", pages)
    reading = {"prefix": "notes/", "map": '{"date": ["created"], "tags": ["topic"]}', "page": "true"}
    read = spark.read.format("eventstore").options(**reading).load(archive)
    es_spark.write_stores(es_spark.resolve(read), str(tmp_path / "stores"), by="month")
    many = es.open_many(tmp_path / "stores")
    one = es.memory()
    one.ingest(archive, prefix="notes/", map={"date": "created", "tags": "topic"})
    assert list(many.query("tag:sea")) == list(one.query("tag:sea"))
    assert [event.related[0].id for event in many.query("title:a")] == ["notes/b"]
    assert many.archives() == one.archives()


def test_append_adds_and_overwrite_replaces(spark, tmp_path, sample_pages):
    pages = sorted(sample_pages.items())
    first = write_tar(tmp_path / "a.tar", pages[::2])
    second = write_tar(tmp_path / "b.tar", pages[1::2])
    target = tmp_path / "stores"
    es_spark.write_stores(resolved(spark, [first]), str(target))
    of_first = len(es.open_many(target))
    reader = es.open_many(target)
    # Whatever is the event of an id, it stands once.
    both = resolved(spark, [first, second])
    with pytest.raises(Exception, match="stands in"):
        es_spark.write_stores(both, str(target))
    assert len(es.open_many(target)) == of_first
    assert left_under_way(target) == []
    ids = {event.id for event in reader.query(ALL)}
    others = both.where(~both["id"].isin(list(ids)))
    es_spark.write_stores(others, str(target))
    assert len(es.open_many(target)) > of_first
    es_spark.write_stores(both, str(target), mode="overwrite")
    assert compare(target, [first, second], ["bridge"]) > of_first
    # What a reader had opened it keeps.
    assert len(reader.query(ALL)) == of_first


def test_a_task_that_fails_leaves_nothing_visible(spark, tmp_path):
    target = tmp_path / "stores"
    events = resolved(spark, [str(ROOT / "examples" / "archive")])
    es_spark.write_stores(events.where("year(date) = 2018"), str(target))
    before = (target / "STORES").read_bytes()

    def failing(batches):
        for batch in batches:
            if 2016 in {day.year for day in batch.column("date").to_pylist() if day}:
                raise RuntimeError("a task that fails")
            yield batch

    rest = events.where("year(date) <> 2018")
    with pytest.raises(Exception, match="a task that fails"):
        es_spark.write_stores(rest.mapInArrow(failing, rest.schema), str(target))
    assert (target / "STORES").read_bytes() == before
    assert left_under_way(target) == []
    es_spark.write_stores(rest, str(target))
    assert compare(target, [str(ROOT / "examples" / "archive")], ["bridge"]) == 73


@pytest.mark.skipif(
    not MASTER.startswith("local-cluster"), reason="an executor is a process of its own there"
)
def test_an_executor_that_is_killed_in_the_middle_changes_nothing(spark, tmp_path, synthetic):
    marker = tmp_path / "killed"
    events = resolved(spark, [synthetic])
    target = tmp_path / "stores"

    def executor_of(pid):
        """The process of Spark above a worker of Python."""
        while True:
            with open(f"/proc/{pid}/stat") as file:
                name, rest = file.read().rsplit(")", 1)
            if name.endswith("(java"):
                return pid
            pid = int(rest.split()[1])

    def killing(batches):
        for number, batch in enumerate(batches):
            yield batch
            try:
                # Once, in one task, when some of its rows have gone on to the writer.
                os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                continue
            assert number == 0
            os.kill(executor_of(os.getpid()), signal.SIGKILL)

    es_spark.write_stores(events.repartition(8).mapInArrow(killing, events.schema), str(target))
    assert marker.exists()
    assert compare(target, [synthetic], ["2010"]) > 1_000


def test_mistakes_say_what_to_do(spark, tmp_path):
    archive = str(ROOT / "examples" / "archive")
    events = es_spark.resolve(spark.read.format("eventstore").load(archive))
    target = str(tmp_path / "stores")
    with pytest.raises(Exception, match=r'option."page", "true"'):
        events.write.format("eventstore").mode("append").save(target)
    whole = resolved(spark, [archive])
    with pytest.raises(Exception, match="the option by is year or month"):
        whole.write.format("eventstore").mode("append").option("by", "week").save(target)
    with pytest.raises(Exception, match="has no option cut"):
        whole.write.format("eventstore").mode("append").option("cut", "year").save(target)
    for name, message in {"words": "on or off", "durability": "sync or flush"}.items():
        with pytest.raises(Exception, match=f"the option {name} is {message}, not 'of'"):
            whole.write.format("eventstore").mode("append").option(name, "of").save(target)
    with pytest.raises(Exception, match="is no path that this machine sees"):
        whole.write.format("eventstore").mode("append").save("s3a://bucket/stores")
    assert not (tmp_path / "stores").exists()
    whole.write.format("eventstore").mode("overwrite").save(target)
    assert compare(tmp_path / "stores", [archive], ["bridge"]) == 73


@pytest.mark.parametrize("form", ["file://{}", "file:{}"])
def test_a_directory_may_be_an_address(spark, tmp_path, monkeypatch, form):
    monkeypatch.chdir(tmp_path)
    archive = str(ROOT / "examples" / "archive")
    events = resolved(spark, [archive])
    events.write.format("eventstore").mode("append").save(form.format(tmp_path / "stores"))
    assert compare(tmp_path / "stores", [archive], ["bridge"]) == 73


def test_a_relative_directory_is_one_of_the_driver(spark, tmp_path, monkeypatch):
    archive = str(ROOT / "examples" / "archive")
    events = resolved(spark, [archive])
    below = tmp_path / "a"
    events.write.format("eventstore").mode("append").save(os.path.relpath(below))
    assert compare(below, [archive], ["bridge"]) == 73
    monkeypatch.chdir(tmp_path)
    es_spark.write_stores(events, "stores")
    assert compare(tmp_path / "stores", [archive], ["bridge"]) == 73


def test_other_pages_are_left_out(spark, tmp_path):
    archive = str(ROOT / "examples" / "archive")
    pages = spark.read.format("eventstore").option("page", "true").load(archive)
    everything = es_spark.resolve(pages, other_pages=True)
    es_spark.write_stores(everything, str(tmp_path / "stores"))
    assert compare(tmp_path / "stores", [archive], ["bridge"]) == 73
    everything.write.format("eventstore").mode("overwrite").save(str(tmp_path / "stores"))
    assert compare(tmp_path / "stores", [archive], ["bridge"]) == 73


@pytest.fixture(scope="module")
def halves(spark):
    """The events of two halves of the sample, as a task is given them."""
    events = resolved(spark, [str(ROOT / "examples" / "archive")]).where("date is not null and not twin")
    early = "date < date'2017-01-01'"
    return [events.where(which).toArrow() for which in (early, f"not {early}")]


def writer_of(target, table, overwrite=False):
    """A driver's writer, and what its one task has said."""
    options = _writer.WriteOptions.of({"path": str(target), "by": "year"})
    writer = _writer.StoresWriter(options, table.schema.names, overwrite)
    return writer, [writer.write(iter(table.to_batches()))]


@pytest.mark.parametrize("overwrite", [False, True], ids=["append", "overwrite"])
def test_two_drivers_that_commit_at_once_lose_nothing(tmp_path, monkeypatch, halves, overwrite):
    target = tmp_path / "stores"
    first, said_by_first = writer_of(target, halves[0], overwrite)
    second, said_by_second = writer_of(target, halves[1])
    commit_stores = es.commit_stores
    tries = []

    def between(*arguments, **keywords):
        # The other driver commits when the list was read.
        tries.append(keywords)
        monkeypatch.setattr(_writer, "commit_stores", commit_stores)
        second.commit(said_by_second)
        return commit_stores(*arguments, **keywords)

    monkeypatch.setattr(_writer, "commit_stores", between)
    first.commit(said_by_first)
    assert len(tries) == 1
    expected = halves[0].num_rows + (0 if overwrite else halves[1].num_rows)
    assert es.open_many(target).query(ALL).count() == expected
    # What the list names no longer is gone.
    assert [str(path.relative_to(target)) for path in stores(target)] == sorted(es.listed_stores(target))
    assert left_under_way(target) == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_interrupt_while_the_list_is_written_leaves_what_it_names(tmp_path, monkeypatch, halves, when):
    target = tmp_path / "stores"
    writer, said = writer_of(target, halves[0])
    writer.commit(said)
    writer, said = writer_of(target, halves[1])
    commit_stores = es.commit_stores

    def interrupted(*arguments, **keywords):
        if when == "after":
            commit_stores(*arguments, **keywords)
        raise KeyboardInterrupt

    monkeypatch.setattr(_writer, "commit_stores", interrupted)
    with pytest.raises(KeyboardInterrupt):
        writer.commit(said)
    expected = halves[0].num_rows + (halves[1].num_rows if when == "after" else 0)
    assert es.open_many(target).query(ALL).count() == expected
    assert [str(path.relative_to(target)) for path in stores(target)] == sorted(es.listed_stores(target))
    assert left_under_way(target) == []


def test_a_task_that_says_nothing_is_no_success(tmp_path, halves):
    target = tmp_path / "stores"
    writer, said = writer_of(target, halves[0])
    with pytest.raises(TypeError, match="has not said what it wrote"):
        writer.commit([*said, None])
    assert es.listed_stores(target) == []
    assert stores(target) == []
    assert left_under_way(target) == []


@pytest.mark.parametrize("outside", ["absolute", "above"])
def test_a_list_that_names_foreign_folders_removes_none(tmp_path, halves, outside):
    target, foreign = tmp_path / "stores", tmp_path / "foreign"
    with es.open(foreign) as store:
        store.add([es.Event(id="2017/03/2/a", date="2017-03-02", title="A")])
    writer, said = writer_of(target, halves[0])
    writer.commit(said)
    path = {"absolute": str(foreign), "above": "../foreign"}[outside]
    listed = json.loads((target / "STORES").read_text())
    listed["stores"][0]["path"] = path
    compact = json.dumps(listed["stores"], separators=(",", ":"), ensure_ascii=False)
    listed["crc32"] = zlib.crc32(compact.encode())
    (target / "STORES").write_text(json.dumps(listed))
    writer, said = writer_of(target, halves[1], overwrite=True)
    with pytest.raises(es.CorruptError, match="lies outside"):
        writer.commit(said)
    assert len(es.open(foreign, read_only=True)) == 1
    assert left_under_way(target) == []


def test_a_list_that_was_damaged_removes_nothing(tmp_path, halves):
    target = tmp_path / "stores"
    writer, said = writer_of(target, halves[0])
    writer.commit(said)
    there = stores(target)
    shutil.copy(target / "STORES", tmp_path / "whole")
    text = (target / "STORES").read_text()
    (target / "STORES").write_text(text.replace('"events": ', '"events": 1', 1))
    writer, said = writer_of(target, halves[1], overwrite=True)
    with pytest.raises(es.CorruptError, match="checksum"):
        writer.commit(said)
    shutil.copy(tmp_path / "whole", target / "STORES")
    assert es.open_many(target).query(ALL).count() == halves[0].num_rows
    assert stores(target) == there
