"""Charts: for each row, how many times eventstore's time the others take; and how figures grow."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
# Text stays text, and the same figures give the same file.
mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "eventstore", "font.family": "sans-serif"})

from matplotlib import pyplot  # noqa: E402  (after the backend is chosen)

from .measure import OURS  # noqa: E402
from .table import Line, shown  # noqa: E402

COLOURS = {
    "SQLite": "#2f6db5",
    "SQLite, plain": "#8fa9c8",
    "DuckDB": "#d99000",
    "polars": "#8a4fbf",
    "tantivy": "#c43d3d",
    "tantivy, ids only": "#e79a9a",
    "SQLite (Rust)": "#7fb0e0",
    "plain sled": "#7a7a7a",
    "eventstore (Rust)": "#2d8a4e",
}
INK, GRID, OWN = "#24292f", "#d8dee4", "#1a7f37"


def ratios(found: list[Line], names: list[str], path: Path, title: str) -> None:
    """Right of the line eventstore is ahead, left of it the other."""
    rows = [line for line in found if OURS in line.values and len(line.values) > 1]
    figure_, axes = pyplot.subplots(figsize=(9, 0.36 * len(rows) + 1.6))
    for place, line in enumerate(reversed(rows)):
        for name in names:
            if name != OURS and name in line.values:
                ratio = line.values[name] / line.values[OURS]
                axes.scatter(
                    ratio,
                    place,
                    s=46,
                    color=COLOURS.get(name, INK),
                    edgecolor="white",
                    linewidth=0.8,
                    zorder=3,
                )
    labels = [f"{line.row}  [{shown(line.values[OURS], line.unit)}]" for line in reversed(rows)]
    axes.set_yticks(range(len(rows)), labels, fontsize=8.5, color=INK)
    axes.set_xscale("log")
    axes.axvline(1, color=OWN, linewidth=2, zorder=2)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}×")
    axes.grid(axis="both", color=GRID, linewidth=0.6, zorder=0)
    axes.tick_params(colors=INK, length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    for name in names:
        if name != OURS:
            axes.scatter([], [], s=46, color=COLOURS.get(name, INK), label=name)
    axes.legend(
        loc="lower center", bbox_to_anchor=(0.3, 1.0), ncols=4, frameon=False, fontsize=8.5, handletextpad=0.2
    )
    figure_.suptitle(title, fontsize=11, color=INK, x=0.01, ha="left")
    figure_.text(
        0.01,
        0.005,
        f"Times {OURS}'s own figure, which stands in brackets; right of the line it is ahead.",
        fontsize=8,
    )
    figure_.tight_layout(rect=(0, 0.015, 1, 1))
    save(figure_, path)


def save(figure_: pyplot.Figure, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure_.savefig(path, metadata={"Date": None}, facecolor="white")
    pyplot.close(figure_)


def growth(sizes: list[int], rows: list[tuple[str, list[float], str]], path: Path) -> None:
    """Each figure as a multiple of what it is at the smallest size: questions left, the rest right."""
    figure_, panels = pyplot.subplots(1, 2, figsize=(11, 5.4), sharey=True)
    palette = pyplot.get_cmap("tab20")
    questions = [row for row in rows if row[2] == "ms" and not row[0].endswith("first touch")]
    first = [row for row in rows if row[0].endswith("first touch")]
    others = [row for row in rows if row[2] != "ms"]
    for axes, title, shown_rows in (
        (panels[0], "Questions, warm", questions),
        (panels[1], "First touch; sizes and rates dashed", first + others),
    ):
        for at, (name, values, unit) in enumerate(shown_rows):
            style = "-" if unit == "ms" else "--"
            label = name.removesuffix(": first touch")
            axes.plot(
                sizes,
                [value / values[0] for value in values],
                style,
                color=palette(at),
                marker="o",
                markersize=4,
                linewidth=1.4,
                label=label,
            )
        axes.set(xscale="log", yscale="log", title=title)
        axes.title.set(fontsize=10, color=INK)
        axes.plot(
            sizes,
            [size / sizes[0] for size in sizes],
            color=GRID,
            linewidth=3,
            zorder=0,
            label="in proportion",
        )
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}×")
        axes.set_xticks(sizes)
        axes.minorticks_off()
        axes.grid(color=GRID, linewidth=0.6)
        axes.tick_params(colors=INK, length=0, labelsize=8)
        axes.legend(frameon=False, fontsize=6.8, loc="upper left")
        for side in axes.spines.values():
            side.set_visible(False)
    figure_.suptitle("Growth, against the smallest archive", fontsize=11, color=INK, x=0.01, ha="left")
    figure_.tight_layout()
    save(figure_, path)
