"""Charts of timelines, split or not, and of facets, by altair or matplotlib."""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Sequence
from typing import Any

from ._eventstore import Bucket, Facets, SplitBucket, SplitTimeline, Timeline

#: Pixels, as wide as a cell of a notebook shows without scrolling.
_WIDTH = 600
#: The colours of a notebook's table.
_COLOURS = ["#4272b4", "#f0a046", "#3c8c55", "#eb7d7d", "#7355a5", "#e1c855", "#2d8296", "#d7a0c8"]
_OTHERS_COLOUR = "#bbbbbb"
_LAST_DAY = datetime.date.max - datetime.timedelta(days=1)


def altair(answer: Timeline | SplitTimeline | Facets) -> Any:
    """An `altair.Chart` of bars."""
    import altair

    # Events are counted whole.
    whole = altair.Axis(tickMinStep=1)
    values: list[dict[str, Any]]
    # Plain values: frames of pandas make days that altair cannot write as JSON, and a chart of a frame
    # has 5,000 rows at most.
    if isinstance(answer, Facets):
        values = [{"value": count.value, "count": count.count} for count in answer]
        tooltip = ["value:N", "count:Q"]
        axes: dict[str, Any] = {
            "x": altair.X("count:Q", axis=whole),
            "y": altair.Y("value:N", sort=None, title=answer.by),
        }
    else:
        values = [_record(bucket) for bucket in answer]
        tooltip = ["label:N", "count:Q", "total:Q"]
        # Days of UTC as days of UTC, whatever the zone of who looks at them.
        days = altair.Scale(type="utc")
        # Over years a tick a year: those of months may all fall between two years.
        years = altair.Axis(tickCount="year") if _days(answer) > 3 * 366 else altair.Undefined
        axes = {
            "x": altair.X("start:T", scale=days, axis=years, title=answer.by),
            "x2": altair.X2("end:T"),
            "y": altair.Y("count:Q", axis=whole),
            # Without it bars that have two ends in x are thin lines at their count.
            "y2": altair.Y2Datum(0),
        }
    if isinstance(answer, SplitTimeline):
        names, heights = _names(answer), _heights(answer)
        for record, bucket, (bottom, top) in zip(values, answer, heights, strict=True):
            record |= {"value": names[bucket.value], "bottom": bottom, "top": top}
        tooltip.insert(1, "value:N")
        # Stacked here: of bars that have two ends in x Vega-Lite stacks none.
        axes |= {
            "y": altair.Y("bottom:Q", axis=whole, title="count"),
            "y2": altair.Y2("top:Q"),
            "color": altair.Color(
                "value:N",
                sort=list(names.values()),
                scale=altair.Scale(domain=list(names.values()), range=_colours(names)),
                title=answer.split,
            ),
        }
    chart = altair.Chart(altair.InlineData(values=values)).mark_bar()
    chart = chart.properties(width=_WIDTH).encode(**axes, tooltip=tooltip)
    return chart.properties(title=answer._remark) if answer._remark else chart


def matplotlib(answer: Timeline | SplitTimeline | Facets) -> Any:
    """The `matplotlib.axes.Axes` of a new figure of bars."""
    from matplotlib import pyplot  # pyright: ignore[reportMissingImports]

    # Leaves room for a legend beside the bars.
    _, axes = pyplot.subplots(layout="constrained")
    if isinstance(answer, Facets):
        axes.barh(range(len(answer)), [count.count for count in answer])
        # By place, since two texts may look alike, and the most frequent on top.
        axes.set_yticks(range(len(answer)), [_plain(count.value) for count in answer])
        axes.invert_yaxis()
        axes.set(xlabel="count", ylabel=answer.by)
    elif isinstance(answer, SplitTimeline):
        stacked = list(zip(answer, _heights(answer), strict=True))
        names = _names(answer)
        for (value, name), colour in zip(names.items(), _colours(names), strict=True):
            of_value = [(bucket, bottom) for bucket, (bottom, _) in stacked if bucket.value == value]
            bottoms = [bottom for _, bottom in of_value]
            buckets = [bucket for bucket, _ in of_value]
            _bars(axes, buckets, bottom=bottoms, label=_plain(name), color=colour)
        if stacked:
            axes.legend(title=answer.split, loc="upper left", bbox_to_anchor=(1, 1))
        axes.set(xlabel=answer.by, ylabel="count")
    else:
        _bars(axes, list(answer))
        axes.set(xlabel=answer.by, ylabel="count")
    # Events are counted whole.
    counts = axes.xaxis if isinstance(answer, Facets) else axes.yaxis
    counts.get_major_locator().set_params(integer=True)
    if answer._remark:
        axes.set_title(_plain(answer._remark), fontsize="small")
    return axes


def _days(timeline: Timeline | SplitTimeline) -> int:
    """From the first to the last."""
    return (timeline[-1].end - timeline[0].start).days if len(timeline) else 0


def _bars(axes: Any, buckets: Sequence[Bucket | SplitBucket], **keywords: Any) -> None:
    """A bar for each bucket, as wide as its unit of time."""
    axes.bar(
        [bucket.start for bucket in buckets],
        [bucket.count for bucket in buckets],
        width=[_behind(bucket) - bucket.start for bucket in buckets] or 0.8,
        align="edge",
        **keywords,
    )


def _heights(answer: SplitTimeline) -> list[tuple[int, int]]:
    """Of each bucket between which counts it stands, where those of a unit of time stand on each other."""
    tops: dict[datetime.date, int] = {}
    heights = []
    for bucket in answer:
        bottom = tops.get(bucket.start, 0)
        tops[bucket.start] = bottom + bucket.count
        heights.append((bottom, bottom + bucket.count))
    return heights


def _record(bucket: Bucket | SplitBucket) -> dict[str, Any]:
    """A bucket as a record of plain values."""
    return {
        "label": bucket.label,
        "start": bucket.start.isoformat(),
        "end": _behind(bucket).isoformat(),
        "count": bucket.count,
        "total": bucket.total,
    }


def _names(answer: SplitTimeline) -> dict[str | None, str]:
    """What stands for each value, in their order: itself, and for `None` a name that no value has."""
    values = dict.fromkeys(bucket.value for bucket in answer)
    others = "(other)"
    while others in values:
        others = f"({others})"
    return {value: others if value is None else value for value in values}


def _colours(names: dict[str | None, str]) -> list[str]:
    """A colour for each value, those of a notebook's table again and again; grey for what has no value."""
    colours = itertools.cycle(_COLOURS)
    return [_OTHERS_COLOUR if value is None else next(colours) for value in names]


def _plain(text: str) -> str:
    """A text that matplotlib draws as it is: a `$` begins a formula, a `_` a label that is left out."""
    return re.sub(r"^(?=_)", " ", text).replace("$", r"\$")


def _behind(bucket: Bucket | SplitBucket) -> datetime.date:
    """The day behind the last of a bucket."""
    return min(bucket.end, _LAST_DAY) + datetime.timedelta(days=1)
