"""What one process measures of itself. Times are in milliseconds, sizes in bytes."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    before = time.perf_counter()
    value = work()
    return (time.perf_counter() - before) * 1e3, value


def peak() -> int:
    """Most memory that this process has had; Linux counts in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def disk(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
