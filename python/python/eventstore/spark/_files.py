"""`pages`: files that Spark has read, through the same reader."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow

from .. import ArchivePart, read_pages
from ._paths import without_file_scheme
from ._schema import batches, spark_schema
from ._threads import use_threads

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

#: Endings of archives, in small letters. Which files are pages the reader knows.
ARCHIVE_ENDINGS = (".tar", ".tar.gz", ".tgz", ".tar.zst", ".tzst", ".zip")


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

    What ends with `.tar`, `.tar.gz`, `.tgz`, `.tar.zst`, `.tzst` or `.zip`, in capitals too, is an archive,
    which fails the job if it is damaged. Any other file is one page, or passed over where `Store.ingest`
    passes over it. Single pages are one archive, whose root is `root`: what their paths begin with is no part
    of their ids; the job fails if a path begins otherwise. A `file:` before either is left out. The position
    of a single page follows from its path, so that several frames of one root can be put together by
    `union`, each file once.

    As no executor sees them all, the tool that they were written for is `profile`, and `context_roots` says
    what stands before the trees of the Context, where pages without front matter are no events (`[""]` for
    a tree at the root). Archives tell both by themselves. The other options are those of `Store.ingest`;
    the columns are those of the format `eventstore`.
    """
    names = [*read_pages({}).columns, *(["page"] if page else [])]
    reading: dict[str, Any] = {"format": format, "prefix": prefix, "map": dict(map or {})}
    whole = ArchivePart(0, None, None, profile, "", tuple(context_roots))

    folder = _as_folder(root)

    def read(given: Iterator[Any]) -> Iterator[Any]:
        use_threads(threads)
        for batch in given:
            single: list[tuple[str, bytes]] = []
            paths, contents = batch.column("path").to_pylist(), batch.column("content")
            for at, path in enumerate(paths):
                content = contents[at].as_py()
                if not path.lower().endswith(ARCHIVE_ENDINGS):
                    single.append((_below(folder, path), content))
                    continue
                for made in _of_archive(path, content, names, reading, profile):
                    yield _with(made, "archive", [path] * made.num_rows)
            if not single:
                continue
            for made in batches(read_pages(single, names, part=whole, profile=profile, **reading)):
                positions = [_position(path) for path in made.column("path").to_pylist()]
                yield _with(_with(made, "archive", [root] * made.num_rows), "position", positions)

    columns = files.select("path", "content")
    return columns.mapInArrow(read, spark_schema(read_pages({}, names)))


def _of_archive(
    path: str, content: bytes, names: Sequence[str], reading: Mapping[str, Any], profile: str
) -> Iterator[Any]:
    """The pages of an archive that is in memory."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / Path(path).name
        copy.write_bytes(content)
        found = read_pages(copy, names, profile="auto" if profile == "none" else profile, **reading)
        yield from batches(found)


def _as_folder(root: str) -> str:
    """A root as paths of Spark begin with it, but for `file:` and the last `/`."""
    path = without_file_scheme(root)
    return path.rstrip("/") if "://" in path or not path else os.path.abspath(path).rstrip("/")


def _below(folder: str, path: str) -> str:
    """The path of a file from a folder on."""
    plain = without_file_scheme(path)
    if folder and not plain.startswith(folder + "/"):
        raise ValueError(
            f"{path} does not lie below the root {folder}; give the root of all single pages, or none"
        )
    return plain[len(folder) :].lstrip("/")


def _position(path: str) -> int:
    """A number of 63 bits that follows from a path alone: executors know nothing of each other, and a file is
    read several times.
    """
    return int.from_bytes(hashlib.blake2b(path.encode(), digest_size=8).digest()) >> 1


def _with(batch: Any, name: str, column: list[Any]) -> Any:
    at = batch.schema.get_field_index(name)
    field = batch.schema.field(at)
    return batch.set_column(at, field, pyarrow.array(column, field.type))
