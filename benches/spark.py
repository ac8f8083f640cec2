"""What reading, resolving and writing by Spark cost: processor seconds, beside those of an ingest.

    make bench-spark ARCHIVE=target/bench/archive-1000000.tar

Times are of one run. Processor seconds are those of the driver's whole tree of processes, so that executors
and Python workers count; the session is warm.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import eventstore as es
from eventstore import spark as es_spark

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "python" / "python"
TICKS = os.sysconf("SC_CLK_TCK")
#: Pages that are read as files by `spark.read.text` and a parser in Python.
TEXT_PAGES = 20_000


def session(executors: int, events: Path) -> Any:
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["PYTHONPATH"] = str(PACKAGE)
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.executorEnv.PYTHONPATH": str(PACKAGE),
        "spark.log.level": "ERROR",
        "spark.driver.memory": "2g",
        "spark.executor.memory": "2g",
        "spark.sql.shuffle.partitions": "16",
        "spark.eventLog.enabled": "true",
        "spark.eventLog.compress": "false",
        "spark.eventLog.rolling.enabled": "false",
        "spark.eventLog.dir": str(events),
        "spark.local.dir": tempfile.mkdtemp(prefix="eventstore-spark-"),
    }
    builder = SparkSession.builder.master(f"local-cluster[{executors},1,2048]").appName("eventstore")
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    es_spark.register(spark)
    return spark


def processor_seconds() -> float:
    """Of this process and all below it, with those of children that have ended."""
    children: dict[int, list[int]] = {}
    ticks: dict[int, int] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                fields = Path(f"/proc/{name}/stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            children.setdefault(int(fields[1]), []).append(int(name))
            ticks[int(name)] = sum(map(int, fields[11:15]))
    todo, found = [os.getpid()], 0
    while todo:
        process = todo.pop()
        found += ticks.get(process, 0)
        todo += children.get(process, [])
    return found / TICKS


def timed(name: str, call: Callable[[], int | None], beside: float | None = None) -> float:
    before, started = processor_seconds(), time.perf_counter()
    pages = call()
    wall, used = time.perf_counter() - started, processor_seconds() - before
    of_ingest = f"{used / beside:6.2f} of ingest" if beside else ""
    speed = f"{pages / wall:10.0f} a second" if pages else ""
    print(f"{name:34} {used:8.1f} s processor {wall:8.1f} s wall {of_ingest} {speed}", flush=True)
    return used


def read_to_nothing(frame: Any) -> None:
    frame.write.format("noop").mode("overwrite").save()


def ingest(archive: str, store: Path) -> int:
    with es.open(store) as opened:
        return opened.ingest(archive).files


def extract(archive: str, folder: Path) -> int:
    """The first event pages of an archive as files."""
    count = 0
    with tarfile.open(archive) as pages:
        for member in pages:
            if member.isfile() and "/news/" in f"/{member.name}" and not member.name.endswith("index.md"):
                member.name = f"news/{count // 1000:04}/{member.name.replace('/', '_')}"
                pages.extract(member, folder, filter="data")
                count += 1
            if count == TEXT_PAGES:
                break
    return count


HEADING = re.compile(r"^### \[(\d+-\d+-\d+)\]", re.MULTILINE)
CATEGORY = re.compile(r"^##### (.*)$", re.MULTILINE)
TITLE = re.compile(r"^# (.*?) *$", re.MULTILINE)
ITEM = re.compile(r"^\d+\. \[(.*?) ?\]\((.*?)\)(?: _[^:]*: (.*?)_)?", re.MULTILINE)


def parsed(batches: Iterator[Any]) -> Iterator[Any]:
    """What a program of its own would take out of each page."""
    import pandas

    for frame in batches:
        rows = []
        for path, text in zip(frame["path"], frame["value"], strict=True):
            date, category, title = HEADING.search(text), CATEGORY.search(text), TITLE.search(text)
            items = ITEM.findall(text)
            rows.append(
                (
                    path,
                    date and date[1],
                    category and category[1],
                    title and title[1],
                    [url for _, url, _ in items],
                    [tag for *_, tags in items for tag in tags.split(", ") if tag],
                )
            )
        yield pandas.DataFrame(rows, columns=["path", "date", "category", "title", "links", "tags"])


def by_text(spark: Any, folder: Path) -> None:
    from pyspark.sql import functions as f

    texts = spark.read.option("wholetext", "true").option("recursiveFileLookup", "true").text(str(folder))
    texts = texts.select(f.input_file_name().alias("path"), "value")
    schema = (
        "path string, date string, category string, title string, links array<string>, tags array<string>"
    )
    read_to_nothing(texts.mapInPandas(parsed, schema))


def task_metrics(events: Path) -> list[dict[str, Any]]:
    """What Spark noted of each task that has ended, in order."""
    lines = [line for file in events.iterdir() for line in file.read_text(errors="replace").splitlines()]
    ended = [json.loads(line) for line in lines if '"SparkListenerTaskEnd"' in line]
    return [event["Task Metrics"] for event in ended if event.get("Task Metrics")]


def print_tasks(tasks: list[dict[str, Any]], pages: int) -> None:
    """The bytes that some tasks exchanged, and the longest and the largest of them."""
    exchanged = sum(task["Shuffle Write Metrics"]["Shuffle Bytes Written"] for task in tasks)
    reads = [task["Shuffle Read Metrics"] for task in tasks]
    largest = max(read["Remote Bytes Read"] + read["Local Bytes Read"] for read in reads)
    longest = max(task["Executor Run Time"] for task in tasks) / 1e3
    all_of_them = sum(task["Executor Run Time"] for task in tasks) / 1e3
    print(f"  {exchanged / pages:.0f} bytes exchanged a page")
    sizes = f"longest {longest:.1f} s, largest {largest / 1e6:.0f} MB read"
    print(f"  {len(tasks)} tasks of {all_of_them:.1f} s; {sizes}")


def peak_of_driver() -> float:
    """MB of the driver's JVM at its peak."""
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                status = Path(f"/proc/{name}/status").read_text()
            except OSError:
                continue
            if f"PPid:\t{os.getpid()}\n" in status and "Name:\tjava" in status:
                return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]
    return 0.0


def measure_reading(spark: Any, archive: str, pages: int, of_ingest: float) -> None:
    read_to_nothing(spark.read.format("eventstore").load(str(ROOT / "examples" / "archive")))
    for name, options in (
        ("read, all columns but page", {}),
        ("read again", {}),
        ("read, seven columns", {"columns": "id,date,title,tags,path,hash,error"}),
        ("read with page", {"page": "true"}),
    ):
        frame = spark.read.format("eventstore").options(**options).load(archive)
        timed(name, lambda frame=frame: read_to_nothing(frame) or pages, of_ingest)


def measure_files(spark: Any, archive: str, files: Path) -> None:
    count = extract(archive, files)
    print(f"{count} pages as files")
    read = spark.read.format("eventstore")
    timed("  read", lambda: read_to_nothing(read.load(str(files))))
    ours = timed("  read again", lambda: read_to_nothing(read.load(str(files))))
    by_text(spark, files)
    theirs = timed("  spark.read.text, Python parser", lambda: by_text(spark, files))
    print(f"  {ours / theirs:.2f} of it")


def measure_resolving(spark: Any, archive: str, home: Path, pages: int, of_ingest: float) -> None:
    copy, resolved, stores = (str(home / name) for name in ("pages", "resolved", "stores"))
    with_page = spark.read.format("eventstore").option("page", "true").load(archive)
    timed("pages to Parquet", lambda: with_page.write.parquet(copy) or pages, of_ingest)
    # Twice: the session compiles its plans the first time.
    for name, mode in (("resolve", "error"), ("resolve again", "overwrite")):
        before = len(task_metrics(home / "events"))
        events = es_spark.resolve(spark.read.parquet(copy))
        timed(name, lambda: events.write.mode(mode).parquet(resolved) or pages, of_ingest)  # noqa: B023
        print_tasks(task_metrics(home / "events")[before:], pages)
    timed("stores", lambda: es_spark.write_stores(spark.read.parquet(resolved), stores) or pages, of_ingest)
    written = len(es.open_many(stores).query("superseded:yes"))
    print(f"  {written} events in {len(es.listed_stores(stores))} stores")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--archive", required=True, help="a plain tar of event pages")
    arguments.add_argument("--executors", type=int, default=2)
    arguments.add_argument("--only", choices=("reading", "files", "resolving"), help="one part of three")
    asked = arguments.parse_args()
    home = Path(tempfile.mkdtemp(prefix="eventstore-bench-"))
    (home / "events").mkdir()
    pages = 0

    def ingested() -> int:
        nonlocal pages
        pages = ingest(asked.archive, home / "store")
        return pages

    of_ingest = timed("ingest", ingested)
    spark = session(asked.executors, home / "events")
    if asked.only in (None, "reading"):
        measure_reading(spark, asked.archive, pages, of_ingest)
    if asked.only in (None, "files"):
        measure_files(spark, asked.archive, home / "files")
    if asked.only in (None, "resolving"):
        measure_resolving(spark, asked.archive, home, pages, of_ingest)
    print(f"driver: {peak_of_driver():.0f} MB at its peak")
    spark.stop()
    shutil.rmtree(home)


if __name__ == "__main__":
    main()
