"""What `progress=True` shows: a bar of tqdm or rich, whichever is there, else a line on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType

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
    said = f"{progress.pages} pages, {progress.bytes / 1e6:.1f} MB"
    return f"{said}, {progress.failed} failed" if progress.failed else said


def _tqdm(tqdm: ModuleType) -> Shown:
    # Without a total there is no bar and no percentage, only what is said and the time.
    whole = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}<{remaining}{postfix}"
    bar = tqdm.tqdm(total=1, bar_format=whole, desc="reading")

    def draw(progress: Progress) -> None:
        if progress.fraction is None:
            bar.bar_format = "{desc}: {elapsed}{postfix}"
        else:
            bar.n = progress.fraction
        bar.set_description_str(progress.phase, refresh=False)
        bar.set_postfix_str(_said(progress), refresh=False)
        bar.refresh()

    return Shown(draw, bar.close)


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
    bar = bars.add_task("reading", total=None, said="")
    bars.start()

    def draw(progress: Progress) -> None:
        total = None if progress.fraction is None else 1.0
        done = progress.fraction or 0.0
        bars.update(bar, description=progress.phase, total=total, completed=done, said=_said(progress))
        # What is not finished by a long step is shown before it.
        bars.refresh()

    return Shown(draw, bars.stop)


def _line() -> Shown:
    width = 0

    def draw(progress: Progress) -> None:
        nonlocal width
        text = f"{progress.phase}: {_said(progress)}"
        if progress.fraction is not None:
            # 100 % is the end and nothing else.
            text += f", {int(100 * progress.fraction)} %"
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
