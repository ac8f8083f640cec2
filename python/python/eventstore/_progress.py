"""What `progress=True` shows: a bar of tqdm or rich, whichever is there, else a line on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from ._eventstore import Progress


class Shown:
    """Shows how far a call is, each time that it is called."""

    def __init__(self, draw: Callable[[Progress], None], end: Callable[[], None]) -> None:
        self._draw = draw
        self._end = end

    def __call__(self, progress: Progress) -> None:
        self._draw(progress)

    def close(self) -> None:
        """Ends the bar or the line."""
        self._end()


def _said(progress: Progress) -> str:
    """What is done, beside the phase and the share of the whole."""
    # An answer that is written has rows, and nothing is read for it.
    is_answer = progress.phase == "writing" and not progress.bytes and progress.total_bytes is None
    said = []
    if progress.pages:
        noun = "row" if is_answer else "page"
        said.append(f"{progress.pages:,} {noun}{'' if progress.pages == 1 else 's'}")
    if progress.bytes:
        said.append(f"{progress.bytes / 1e6:,.1f} MB")
    if progress.failed:
        said.append(f"{progress.failed:,} failed")
    return ", ".join(said)


def _tqdm(tqdm: ModuleType) -> Shown:
    whole = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}<{remaining}{postfix}"
    # Where nobody knows how much there is: no bar and no percentage.
    endless = "{desc}: {elapsed}{postfix}"
    bar: Any = None

    def draw(progress: Progress) -> None:
        nonlocal bar
        # It shows itself when it is made: not before there is something to say.
        if bar is None:
            bar = tqdm.tqdm(total=1, bar_format=endless, desc=progress.phase)
        if progress.fraction is None:
            bar.bar_format = endless
        else:
            bar.bar_format, bar.n = whole, progress.fraction
        bar.set_description_str(progress.phase, refresh=False)
        bar.set_postfix_str(_said(progress), refresh=False)
        bar.refresh()

    def end() -> None:
        if bar is not None:
            if bar.bar_format == endless:
                # Nobody knew how much there was: a bar that is not full would look like a failure.
                bar.total = None
            bar.close()

    return Shown(draw, end)


def _rich(rich: ModuleType) -> Shown:
    from rich.console import Console

    columns = (
        rich.TextColumn("{task.description}", markup=False),
        # Without a total it moves to and fro.
        rich.BarColumn(),
        rich.TaskProgressColumn(),
        rich.TimeElapsedColumn(),
        rich.TextColumn("{task.fields[said]}", markup=False),
    )
    bars = rich.Progress(*columns, console=Console(stderr=True), redirect_stdout=False)
    bar = bars.add_task("", total=None, said="")

    def draw(progress: Progress) -> None:
        total = None if progress.fraction is None else 1.0
        done = progress.fraction or 0.0
        bars.update(bar, description=progress.phase, total=total, completed=done, said=_said(progress))
        # Not before there is something to say. A second start is none.
        bars.start()
        # What is not finished by a long step is shown before it.
        bars.refresh()

    return Shown(draw, bars.stop)


def _line() -> Shown:
    width = 0

    def draw(progress: Progress) -> None:
        nonlocal width
        # 100 % is the end and nothing else.
        share = None if progress.fraction is None else f"{int(100 * progress.fraction)} %"
        said = ", ".join(filter(None, [_said(progress), share]))
        text = f"{progress.phase}: {said}" if said else progress.phase
        print(f"\r{text:<{width}}", end="", file=sys.stderr, flush=True)
        width = len(text)

    def end() -> None:
        if width:
            print(file=sys.stderr, flush=True)

    return Shown(draw, end)


def show() -> Shown:
    """What fits the place: a bar, which is a widget in a notebook, or a line."""
    try:
        from tqdm import auto
    except ImportError:
        pass
    else:
        return _tqdm(auto)
    try:
        from rich import progress
    except ImportError:
        return _line()
    return _rich(progress)
