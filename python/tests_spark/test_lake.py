"""What Spark writes as Parquet gives the same counts to every engine, by the queries of the documentation."""

import collections

import pytest
from conftest import ROOT, one_store
from eventstore import spark as es_spark
from pyspark.sql import functions as f

ARCHIVE = str(ROOT / "examples" / "archive")
YEAR = 2018


@pytest.fixture(scope="module")
def lake(spark, tmp_path_factory):
    path = str(tmp_path_factory.mktemp("lake") / "events")
    events = es_spark.resolve(spark.read.format("eventstore").load(ARCHIVE)).where("not twin").drop("page")
    events.withColumn("year", f.year("date")).write.partitionBy("year").parquet(path)
    return path


@pytest.fixture(scope="module")
def expected():
    """How many current events of a year have each spelling of a tag."""
    counts = collections.Counter()
    for event in one_store([ARCHIVE]).query(str(YEAR)):
        counts.update(event.tags)
    assert len(counts) > 10
    return counts


def test_spark_sql(spark, lake, expected):
    rows = spark.sql(
        f"SELECT tag, count(*) AS n FROM parquet.`{lake}` LATERAL VIEW explode(tags) AS tag "
        f"WHERE year = {YEAR} AND NOT superseded GROUP BY tag"
    ).collect()
    assert {row["tag"]: row["n"] for row in rows} == expected


def test_duckdb(lake, expected):
    duckdb = pytest.importorskip("duckdb")
    rows = duckdb.sql(
        "SELECT tag, count(*) AS n FROM (SELECT unnest(tags) AS tag "
        f"FROM read_parquet('{lake}/*/*.parquet', hive_partitioning = true) "
        f"WHERE year = {YEAR} AND NOT superseded) GROUP BY tag"
    ).fetchall()
    assert dict(rows) == expected


def test_polars(lake, expected):
    pl = pytest.importorskip("polars")
    frame = pl.scan_parquet(f"{lake}/**/*.parquet", hive_partitioning=True)
    current = frame.filter((pl.col("year") == YEAR) & ~pl.col("superseded"))
    counts = current.select(pl.col("tags").explode()).group_by("tags").len().collect()
    assert {tag: n for tag, n in counts.rows() if tag is not None} == expected
