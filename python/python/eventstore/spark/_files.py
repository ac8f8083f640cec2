"""`pages`: files that Spark has read, through the same reader."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow

from .. import ArchiveError, ArchivePart, read_pages
from ._schema import batches, spark_schema
from ._threads import use_threads

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

PAGE_ENDINGS = (".md", ".markdown", ".mdown", ".mkd", ".mdx", ".rst")


def pages(
    files: DataFrame,
    *,
    root: str = "",
    page: bool = False,
    format: str = "auto",
    prefix: str = "",
    profile: str = "none",
    map: Mapping[str, Sequence[str]] | None = None,
    context_roots: Sequence[str] = (),
    threads: int = 1,
) -> DataFrame:
    """The pages of files that Spark has read itself, from wherever it can:
    `spark.read.format("binaryFile").load(…)`.

    A file is an archive (`.tar`, `.tar.gz`, `.tar.zst`, `.zip`), or one page; others are passed over.
    Single pages are one archive, whose root is `root`: what their paths begin with is no part of their ids.
    As no executor sees them all, the tool that they were written for is `profile`, and `context_roots` says
    what stands before the trees of the Context, where pages without front matter are no events (`[""]` for
    a tree at the root). Archives tell both by themselves. The other options are those of `Store.ingest`;
    the columns are those of the format `eventstore`.
    """
    names = [*read_pages({}).columns, *(["page"] if page else [])]
    reading: dict[str, Any] = {"format": format, "prefix": prefix, "map": dict(map or {})}
    whole = ArchivePart(0, None, None, profile, "", tuple(context_roots))

    def read(given: Iterator[Any]) -> Iterator[Any]:
        from pyspark import TaskContext

        use_threads(threads)
        context = TaskContext.get()
        # Positions of single pages, each of which is there once: no two partitions may give the same.
        position = (context.partitionId() if context else 0) << 40
        for batch in given:
            single: list[tuple[str, bytes]] = []
            paths, contents = batch.column("path").to_pylist(), batch.column("content")
            for at, path in enumerate(paths):
                content = contents[at].as_py()
                if path.endswith(PAGE_ENDINGS):
                    single.append((path.removeprefix(root).lstrip("/"), content))
                    continue
                for made in _of_archive(path, content, names, reading, profile):
                    yield _with(made, "archive", pyarrow.array([path] * made.num_rows))
            if not single:
                continue
            part = ArchivePart(position, None, None, whole.profile, whole.top, whole.context_roots)
            for made in batches(read_pages(single, names, part=part, profile=profile, **reading)):
                yield _with(made, "archive", pyarrow.array([root] * made.num_rows))
            position += len(single)

    columns = files.select("path", "content")
    return columns.mapInArrow(read, spark_schema(read_pages({}, names)))


def _of_archive(
    path: str, content: bytes, names: Sequence[str], reading: Mapping[str, Any], profile: str
) -> Iterator[Any]:
    """The pages of an archive that is in memory; none of a file that is no archive."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / Path(path).name
        copy.write_bytes(content)
        found = read_pages(copy, names, profile="auto" if profile == "none" else profile, **reading)
        with contextlib.suppress(ArchiveError):
            yield from batches(found)


def _with(batch: Any, name: str, column: Any) -> Any:
    at = batch.schema.get_field_index(name)
    return batch.set_column(at, batch.schema.field(at), column)
