"""Paths of a local disk, as Spark's users write them: what a read names, and where stores are written."""

from __future__ import annotations

import glob
import os

MAGIC = "*?["


def without_file_scheme(path: str) -> str:
    """`/data/a.tar` of `file:/data/a.tar` and of `file:///data/a.tar`; any other path as it is."""
    if path.startswith("file:///"):
        return path.removeprefix("file://")
    return path if path.startswith("file://") else path.removeprefix("file:")


def local_path(given: str) -> str:
    """The path of a disk that `given` names.

    It begins at the root, since the driver alone knows what a relative one means.
    """
    path = without_file_scheme(given)
    if "://" in path:
        raise ValueError(
            f"{given} is no path that this machine sees: mount it, or read it by "
            'eventstore.spark.pages(spark.read.format("binaryFile").load(…))'
        )
    return os.path.abspath(path)


def sources(paths: list[str]) -> list[str]:
    """The archives or stores that paths and globs name, sorted, each once."""
    found: set[str] = set()
    for given in paths:
        path = local_path(given)
        is_glob = any(mark in path for mark in MAGIC) and not os.path.exists(path)
        matching = glob.glob(path) if is_glob else [path]
        if not matching:
            raise FileNotFoundError(f"nothing matches {given}")
        found.update(matching)
    return sorted(found)


def is_store(path: str) -> bool:
    """Whether a path is a store, or a directory that lists stores or holds them."""
    if any(os.path.isfile(os.path.join(path, name)) for name in ("CURRENT", "STORES")):
        return True
    if not os.path.isdir(path):
        return False
    with os.scandir(path) as entries:
        return any(
            not entry.name.startswith(".")
            and entry.is_dir()
            and os.path.isfile(os.path.join(entry.path, "CURRENT"))
            for entry in entries
        )
