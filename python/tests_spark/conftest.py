"""A session of Spark with two executors, each a process of its own, and the archives that tests read."""

import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import eventstore as es
import pytest

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data"
PACKAGE = ROOT / "python" / "python"
# EVENTSTORE_SPARK_MASTER=local[2] starts sooner.
MASTER = os.environ.get("EVENTSTORE_SPARK_MASTER", "local-cluster[2,1,1024]")
SYNTHETIC_PAGES = int(os.environ.get("EVENTSTORE_SPARK_PAGES", "100000"))


@pytest.fixture(scope="session")
def spark():
    from eventstore import spark as es_spark
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["PYTHONPATH"] = str(PACKAGE)
    builder = SparkSession.builder.master(MASTER).appName("eventstore")
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": "4",
        "spark.executorEnv.PYTHONPATH": str(PACKAGE),
        "spark.log.level": "ERROR",
        "spark.driver.memory": "2g",
        # Two executors work in folders of their own below it.
        "spark.local.dir": tempfile.mkdtemp(prefix="eventstore-spark-"),
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    es_spark.register(session)
    yield session
    session.stop()


@pytest.fixture(scope="session")
def sample_pages():
    """The pages of the sample archive, by their paths."""
    with tarfile.open(PACKAGE / "eventstore" / "sample.tar.gz") as archive:
        return {member.name: archive.extractfile(member).read() for member in archive if member.isfile()}


def write_tar(path, pages):
    """Writes a plain tar archive of pages."""
    import io

    with tarfile.open(path, "w") as archive:
        for name, content in pages:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return str(path)


def shared(name):
    """An archive of real pages, which a clone does not have."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{path} is not there")
    return str(path)


@pytest.fixture(scope="session")
def chinese_tars(tmp_path_factory):
    """The Chinese archive in twelve plain tar archives: pages of one day in different ones."""
    source = shared("context-zh.tar.gz")
    folder = tmp_path_factory.mktemp("chinese")
    parts = [[] for _ in range(12)]
    with tarfile.open(source) as archive:
        for number, member in enumerate(m for m in archive if m.isfile()):
            parts[number % 12].append((member.name, archive.extractfile(member).read()))
    return [write_tar(folder / f"part-{at:02}.tar", pages) for at, pages in enumerate(parts)]


@pytest.fixture(scope="session")
def synthetic():
    """An archive that the benches generate."""
    made = ROOT / "target" / "bench" / f"archive-{SYNTHETIC_PAGES}.tar"
    programs = [ROOT / "target" / profile / "generate" for profile in ("release", "debug")]
    program = next((one for one in programs if one.exists()), None)
    if not made.exists():
        if program is None:
            pytest.skip("no archive and no generate: cargo build --package eventstore-benches --bin generate")
        made.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([program, "--pages", str(SYNTHETIC_PAGES), "--seed", "1", "--out", made], check=True)
    return str(made)


def one_store(archives):
    """A store that has ingested some archives, in order."""
    store = es.memory()
    for archive in archives:
        store.ingest(archive)
    return store
