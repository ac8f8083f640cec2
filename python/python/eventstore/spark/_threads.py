"""Threads of the reader and of the writer in a task."""

from __future__ import annotations

import os


def use_threads(threads: int) -> None:
    """A task has a core, so its reader has as many threads as it was given cores. Before the first page is
    read.
    """
    os.environ.setdefault("RAYON_NUM_THREADS", str(threads))
