"""Pages and stores as rows of Spark."""

import shutil
import tarfile
from pathlib import Path

import eventstore as es
import pyarrow
import pytest
from conftest import ROOT, write_tar
from eventstore import spark as es_spark
from pyspark.errors import PySparkException

ARCHIVE = ROOT / "examples" / "archive"


def read(spark, path, **options):
    return spark.read.format("eventstore").options(**options).load(path)


def in_order(frame):
    return sorted(frame.toArrow().to_pylist(), key=lambda row: (row["archive"], row["position"], row["path"]))


@pytest.fixture
def tar(tmp_path, sample_pages):
    return write_tar(tmp_path / "sample.tar", sorted(sample_pages.items()))


def as_read(source):
    rows = es.read_pages(source).to_arrow().drop_columns("time").to_pylist()
    return sorted(rows, key=lambda row: (row["archive"], row["position"], row["path"]))


@pytest.mark.parametrize("options", [{}, {"partitionFiles": "7"}], ids=["whole", "parts"])
def test_a_folder_gives_the_rows_of_read_pages(spark, options):
    frame = read(spark, str(ARCHIVE), **options)
    assert in_order(frame.drop("time")) == as_read(str(ARCHIVE))
    assert (frame.rdd.getNumPartitions() > 9) == bool(options)


@pytest.mark.parametrize("options", [{}, {"partitionBytes": "9000"}], ids=["whole", "parts"])
def test_a_tar_gives_the_rows_of_read_pages(spark, tar, options):
    frame = read(spark, tar, **options)
    assert in_order(frame.drop("time")) == as_read(tar)
    assert (frame.rdd.getNumPartitions() > 5) == bool(options)


def test_globs_and_lists_name_several_archives(spark, tmp_path, sample_pages):
    pages = sorted(sample_pages.items())
    first, second = (write_tar(tmp_path / f"{name}.tar", pages[at::2]) for at, name in enumerate("ab"))
    by_glob = read(spark, str(tmp_path / "*.tar"))
    assert by_glob.count() == read(spark, [first, second]).count() == len(pages)
    assert {row["archive"] for row in by_glob.select("archive").distinct().collect()} == {first, second}


def test_a_bad_page_is_a_row_with_its_error(spark):
    failed = (
        read(spark, str(ARCHIVE))
        .where("error is not null")
        .select("path", "error", "error_kind", "page_kind", "id")
    )
    rows = {row["path"].split("/")[-1]: row for row in failed.collect()}
    row = rows["the-day-that-never-was.md"]
    assert "no day of the calendar" in row["error"]
    assert (row["page_kind"], row["id"], len(rows)) == ("failed", None, 2)


def test_a_damaged_archive_fails_the_job_by_its_name(spark, tmp_path, tar):
    cut = tmp_path / "cut.tar"
    cut.write_bytes(Path(tar).read_bytes()[:50_000])
    with pytest.raises(PySparkException, match=r"cut\.tar.*cut short or damaged"):
        read(spark, str(cut)).count()


def test_options_choose_columns_bytes_and_a_limit(spark, tar):
    assert read(spark, tar, columns="id, title").columns == ["id", "title"]
    rows = read(spark, tar, columns="path,hash,page", limit="5").collect()
    assert len(rows) == 5
    with tarfile.open(tar) as archive:
        contents = {member.name: archive.extractfile(member).read() for member in archive}
    assert all(bytes(row["page"]) == contents[row["path"]] for row in rows if row["page"] is not None)
    assert read(spark, tar, page="true").columns[-1] == "page"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"colums": "id"}, "no option colums"),
        ({"columns": "idd"}, "did you mean id"),
        ({"limit": "-1"}, "option limit is a number"),
        ({"page": "yes"}, "option page is true or false"),
        ({"profile": "hugoo"}, "hugo"),
    ],
)
def test_a_wrong_option_is_named(spark, tar, options, message):
    with pytest.raises(PySparkException, match=message):
        read(spark, tar, **options).count()


def test_paths_that_are_no_files_are_refused_with_the_way_out(spark):
    with pytest.raises(PySparkException, match="binaryFile"):
        read(spark, "s3a://bucket/archive.tar")
    with pytest.raises(PySparkException, match="nothing matches"):
        read(spark, "/nowhere/*.tar")


def test_a_chosen_tool_and_keys_reach_the_reader(spark, tmp_path):
    page = b"---\ntitle: A\ncreated: 2018-01-01\ntags: a b\n---\nText #d\n"
    archive = write_tar(tmp_path / "notes.tar", [("n/x.md", page), ("n/y.md", page)])
    frame = read(spark, archive, profile="obsidian", map='{"date": ["created"]}', prefix="notes")
    row = frame.where("path = 'n/x.md'").collect()[0]
    assert (row["id"], str(row["date"]), row["tags"]) == ("notes/x", "2018-01-01", ["a", "b", "d"])


def test_files_that_spark_reads_go_through_the_same_reader(spark, tmp_path):
    folder = tmp_path / "tree"
    shutil.copytree(ARCHIVE, folder)
    (folder / "picture.png").write_bytes(b"\x89PNG")
    (folder / "empty").write_bytes(b"")
    (folder / "hugo.toml").write_bytes(b'title = "A"\n')
    (folder / "LARGE.MD").write_bytes(b"# Large\n")
    files = spark.read.format("binaryFile").option("recursiveFileLookup", "true").load(str(folder))
    found = es_spark.pages(files, root=f"file:{folder}", context_roots=[""])
    kept = ["id", "tags", "page_kind", "stored_path", "hash", "error_kind"]
    expected = read(spark, str(folder)).select(*kept)
    assert found.select(*kept).exceptAll(expected).count() == 0
    assert found.count() == expected.count()
    assert found.select("position").distinct().count() == found.count()


@pytest.mark.parametrize("form", ["{}", "{}/", "file:{}", "file://{}/"])
def test_a_root_is_removed_however_it_is_written(spark, tmp_path, form):
    (tmp_path / "tree" / "notes").mkdir(parents=True)
    (tmp_path / "tree" / "notes" / "a.md").write_bytes(b"# A\n")
    files = spark.read.format("binaryFile").load(str(tmp_path / "tree" / "notes"))
    found = es_spark.pages(files, root=form.format(tmp_path / "tree"))
    assert [(row["path"], row["id"]) for row in found.collect()] == [("notes/a.md", "notes/a")]


def test_a_root_that_does_not_fit_is_named(spark, tmp_path):
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "a.md").write_bytes(b"# A\n")
    files = spark.read.format("binaryFile").load(str(tmp_path / "tree"))
    with pytest.raises(PySparkException, match="does not lie below the root"):
        es_spark.pages(files, root=str(tmp_path / "tr")).collect()


def test_frames_of_one_root_are_put_together(spark, tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        for number in range(3):
            (tmp_path / name / f"{number}.md").write_bytes(b"# A page\n")
    frames = []
    for name in ("one", "two"):
        files = spark.read.format("binaryFile").load(str(tmp_path / name))
        es_spark.pages(files, root=str(tmp_path)).write.parquet(str(tmp_path / f"{name}.parquet"))
        frames.append(spark.read.parquet(str(tmp_path / f"{name}.parquet")))
    both = frames[0].union(frames[1])
    assert both.select("archive", "position").distinct().count() == both.count() == 6
    names = [f"{name}/{number}" for name in ("one", "two") for number in range(3)]
    assert ids(es_spark.resolve(both)) == names


def test_archives_are_told_by_their_endings_and_damage_fails_the_job(spark, tmp_path, tar):
    folder = tmp_path / "archives"
    folder.mkdir()
    shutil.copy(tar, folder / "A.TAR")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    files = spark.read.format("binaryFile").load(str(folder))
    assert es_spark.pages(files).count() == read(spark, tar).count()
    (folder / "cut.tar").write_bytes(Path(tar).read_bytes()[:50_000])
    with pytest.raises(PySparkException, match="cut short or damaged"):
        es_spark.pages(spark.read.format("binaryFile").load(str(folder))).count()


def test_archives_that_spark_reads_go_through_the_same_reader(spark, tar):
    files = spark.read.format("binaryFile").load(tar)
    found = es_spark.pages(files, page=True)
    kept = ["id", "tags", "path", "hash", "page"]
    assert found.select(*kept).exceptAll(read(spark, tar, page="true").select(*kept)).count() == 0
    assert found.count() == read(spark, tar).count()


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    path = tmp_path_factory.mktemp("stores") / "sample.store"
    with es.open(path) as store:
        store.ingest(str(ARCHIVE))
        store.ingest(
            {"u.md": b"# No day", "d.md": b"---\ntitle: D\ndate: 2016-01-01\ntime: 10:30\n---\n"},
            prefix="notes",
        )
    return str(path)


def stored(path, query="", **keywords):
    with es.open(path, read_only=True) as store:
        return sorted(store.query(query).where(**keywords).ids())


def ids(frame):
    return sorted(row["id"] for row in frame.select("id").collect())


def test_a_store_gives_its_events(spark, store):
    frame = read(spark, store)
    with es.open(store, read_only=True) as opened:
        table = opened.query().select("*").to_arrow()
    expected = {row["id"]: row for row in table.drop_columns("time").to_pylist()}
    found = pyarrow.Table.from_batches(frame.drop("time").toArrow().to_batches()).to_pylist()
    assert {row["id"]: row for row in found} == expected
    assert frame.where("time is not null").count() in (0, 1)


def test_a_store_is_read_by_ranges_of_days(spark, store):
    frame = read(spark, store, partitionEvents="10", query="superseded:yes undated:yes draft:yes")
    assert frame.rdd.getNumPartitions() > 5
    assert ids(frame) == stored(store, "superseded:yes undated:yes draft:yes")


def test_a_filter_holds_for_its_own_frame_alone(spark, store):
    setting = "spark.sql.python.filterPushdown.enabled"
    for value in ("false", "true"):
        spark.conf.set(setting, value)
        frame = read(spark, store)
        everything = ids(frame)
        narrow = frame.where("date > date'2016-12-31' and date < date'2018-01-01'")
        assert ids(narrow) == stored(store, since="2017-01-01", until="2017-12-31")
        assert ids(frame) == everything == stored(store)
    spark.conf.unset(setting)


def test_days_as_options_leave_partitions_out(spark, store):
    frame = read(spark, store, partitionEvents="1")
    narrow = read(spark, store, partitionEvents="1", since="2017")
    assert narrow.rdd.getNumPartitions() < frame.rdd.getNumPartitions()
    assert ids(narrow) == stored(store, since="2017")


def test_query_columns_limit_and_days_of_a_store_are_options(spark, store):
    frame = read(spark, store, query="lang:en", since="2017", until="2017-06", columns="id,date")
    assert frame.columns == ["id", "date"]
    assert ids(frame) == stored(store, "lang:en", since="2017", until="2017-06")
    assert read(spark, store, limit="3").count() == 3
    assert ids(read(spark, store, query="undated:only")) == ["notes/u"]


def test_stores_and_archives_are_loaded_apart(spark, store):
    with pytest.raises(PySparkException, match="load them apart"):
        read(spark, [store, str(ARCHIVE)])


def test_a_directory_that_holds_stores_without_a_list_is_read_as_stores(spark, tmp_path, store):
    shutil.copytree(store, tmp_path / "all" / "first.store")
    frame = read(spark, str(tmp_path / "all"), query="2017")
    assert ids(frame) == stored(store, "2017")
    assert "superseded" in frame.columns


@pytest.mark.parametrize("name", ["query", "since", "until", "partitionEvents"])
def test_options_of_stores_are_refused_for_archives(spark, tar, name):
    with pytest.raises(
        PySparkException, match=f"the option {name} is for stores, and .*sample.tar is an archive"
    ):
        read(spark, tar, **{name: "1"})


@pytest.mark.parametrize(
    "name", ["page", "format", "prefix", "profile", "map", "limits", "partitionBytes", "partitionFiles"]
)
def test_options_of_archives_are_refused_for_stores(spark, store, name):
    values = {"page": "true", "map": "{}", "limits": "{}"}
    with pytest.raises(PySparkException, match=f"the option {name} is for archives, and .*store is a store"):
        read(spark, store, **{name: values.get(name, "1")})
