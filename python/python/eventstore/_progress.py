"""What `progress=True` shows: a bar where tqdm is installed, else a line on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType

from ._eventstore import Progress


class Shown:
    """Shows how far an ingest is, each time that it is called."""

    def __init__(self, draw: Callable[[Progress], None], end: Callable[[], None]) -> None:
        self._draw = draw
        self._end = end

    def __call__(self, progress: Progress) -> None:
        self._draw(progress)

    def close(self) -> None:
        """Ends the bar or the line."""
        self._end()


def _bar(tqdm: ModuleType) -> Shown:
    bar = tqdm.tqdm(unit="B", unit_scale=True, unit_divisor=1024, desc="ingest")

    def draw(progress: Progress) -> None:
        bar.total = progress.total_bytes
        bar.n = progress.bytes
        said = f"{progress.phase}, {progress.pages} pages, {progress.failed} failed"
        bar.set_postfix_str(said, refresh=False)
        bar.refresh()

    return Shown(draw, bar.close)


def _line() -> Shown:
    width = 0

    def draw(progress: Progress) -> None:
        nonlocal width
        read = f"{progress.pages} pages, {progress.bytes / 1e6:.1f} MB, {progress.failed} failed"
        text = f"ingest: {progress.phase}, {read}"
        if progress.total_bytes:
            text += f", {100 * progress.bytes // progress.total_bytes} %"
        print(f"\r{text:<{width}}", end="", file=sys.stderr, flush=True)
        width = len(text)

    def end() -> None:
        if width:
            print(file=sys.stderr, flush=True)

    return Shown(draw, end)


def show() -> Shown:
    """What fits the place: a bar of tqdm, which is a widget in a notebook, or a line."""
    try:
        from tqdm import auto
    except ImportError:
        return _line()
    return _bar(auto)
