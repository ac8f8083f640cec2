"""Charts of timelines and facets, by altair or matplotlib."""

from __future__ import annotations

import datetime
from typing import Any

from ._eventstore import Bucket, Facets, Timeline

_LAST_DAY = datetime.date.max - datetime.timedelta(days=1)


def altair(answer: Timeline | Facets) -> Any:
    """An `altair.Chart` of bars."""
    import altair

    # Events are counted whole.
    whole = altair.Axis(tickMinStep=1)
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
        values = [
            {
                "label": bucket.label,
                "start": bucket.start.isoformat(),
                "end": _behind(bucket).isoformat(),
                "count": bucket.count,
                "total": bucket.total,
            }
            for bucket in answer
        ]
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
    chart = altair.Chart(altair.InlineData(values=values)).mark_bar()
    return chart.encode(**axes, tooltip=tooltip)


def matplotlib(answer: Timeline | Facets) -> Any:
    """The `matplotlib.axes.Axes` of a new figure of bars."""
    from matplotlib import pyplot  # pyright: ignore[reportMissingImports]

    _, axes = pyplot.subplots()
    if isinstance(answer, Facets):
        axes.barh(range(len(answer)), [count.count for count in answer])
        # By place, since two texts may look alike, and the most frequent on top. A `$` is no formula.
        axes.set_yticks(range(len(answer)), [count.value.replace("$", r"\$") for count in answer])
        axes.invert_yaxis()
        axes.set(xlabel="count", ylabel=answer.by)
    else:
        axes.bar(
            [bucket.start for bucket in answer],
            [bucket.count for bucket in answer],
            width=[_behind(bucket) - bucket.start for bucket in answer] or 0.8,
            align="edge",
        )
        axes.set(xlabel=answer.by, ylabel="count")
    return axes


def _days(timeline: Timeline) -> int:
    """From the first to the last."""
    return (timeline[-1].end - timeline[0].start).days if len(timeline) else 0


def _behind(bucket: Bucket) -> datetime.date:
    """The day behind the last of a bucket."""
    return min(bucket.end, _LAST_DAY) + datetime.timedelta(days=1)
