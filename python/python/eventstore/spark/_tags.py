"""The tags of an event, as expressions of Spark: over its own, and over what other pages say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as f

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

COMMA = ", "


def with_tags(rows: DataFrame) -> DataFrame:
    """Adds `tags` from `tag_forms`, `said` (what other pages say: the language of a listing or null, and
    tags) and `lang`.

    Each step is a column of its own: within one expression Spark would work it out again for every element.
    """
    from_events = f.transform(f.filter("said", lambda one: one["lang"].isNull()), lambda one: one["tags"])
    lines = f.transform(f.filter("said", lambda one: one["lang"] == f.col("lang")), lambda one: one["tags"])
    rows = rows.withColumn("_sorted", f.array_sort(f.flatten(f.concat(f.array("tag_forms"), from_events))))
    rows = rows.withColumn("_own", _distinct("_sorted")).withColumn("_lines", lines)
    with_comma = f.filter("_own", lambda one: f.contains(one["tag"], f.lit(COMMA)))
    rows = rows.withColumn("_known", f.transform(with_comma, lambda one: one["form"]))
    pieces = f.when(f.size("_known") == 0, f.flatten("_lines")).otherwise(
        f.flatten(f.transform("_lines", lambda line: _without_joined(line, f.col("_known"))))
    )
    rows = rows.withColumn("_all", f.array_sort(f.concat("_own", pieces)))
    rows = rows.withColumn("_tags", _distinct("_all"))
    tags = f.transform("_tags", lambda one: one["tag"])
    return rows.withColumn("tags", tags).drop("_sorted", "_own", "_lines", "_known", "_all", "_tags")


def _distinct(name: str) -> Column:
    """Of sorted tags with their forms the first of each form."""
    before = f.col(name)
    return f.filter(name, lambda one, at: (at == 0) | (one["form"] != f.get(before, at - 1)["form"]))


def _without_joined(line: Column, known: Column) -> Column:
    """The pieces of a line that are no part of a known tag with a comma, of which the longest run counts.

    Such a tag is among the event's already, so its pieces are left out.
    """
    last = f.size(line) - 1

    def ends(at: Column) -> Column:
        def is_tag(end: Column) -> Column:
            run = f.transform(f.slice(line, at + 1, end - at + 1), lambda one: one["form"])
            return (end > at) & f.array_contains(known, f.array_join(run, COMMA))

        return f.array_max(f.filter(f.sequence(f.lit(0), last), is_tag))

    none = f.filter(line, lambda _: f.lit(False))
    start = f.struct(f.lit(0).alias("next"), none.alias("out"))

    def step(state: Column, at: Column) -> Column:
        end = ends(at)
        single = f.concat(state["out"], f.slice(line, at + 1, f.lit(1)))
        taken = f.struct(
            (f.coalesce(end, at) + 1).alias("next"),
            f.when(end.isNull(), single).otherwise(state["out"]).alias("out"),
        )
        return f.when(at < state["next"], state).otherwise(taken)

    walked = f.aggregate(f.sequence(f.lit(0), last), start, step, lambda state: state["out"])
    return f.when(f.size(line) == 0, line).otherwise(walked)
