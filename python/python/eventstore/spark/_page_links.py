"""Where the links of Markdown pages lead: joins of what links may call their targets with what pages are
called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as f

from ._owners import KEY

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

NUL = "\0"
SOURCE = tuple(f"_from_{name}" for name in KEY)


def related_pages(pages: DataFrame, rows: DataFrame) -> DataFrame:
    """Of each Markdown page that is an event its key and `_related`, the pages that its links lead to."""
    live = rows.where("page_kind = 'event' and page_format = 'markdown' and not twin").select(*KEY)
    columns = [*KEY, "id", "title", "stored_path", "choice", "names", "page_links"]
    own = pages.where("page_format = 'markdown'").select(*columns)
    own = own.join(live.hint("merge"), on=list(KEY), how="left_semi")
    own = own.withColumn("_prefix", f.substring_index("choice", NUL, 1))
    keys = _keys(own)
    names = _names(own)
    by_path = keys.where("kind = 'path'").join(
        names.where("_kind = 'path'").hint("merge"),
        on=(f.col("prefix") == f.col("_prefix")) & (f.col("name") == f.col("_name")),
    )
    by_path = by_path.withColumn("_rank", f.lit(0))
    by_name = keys.where("kind <> 'path'").join(
        names.where("_kind <> 'path'").hint("merge"),
        on=(f.col("prefix") == f.col("_prefix")) & (f.col("last") == f.col("_last")),
    )
    by_name = by_name.withColumn("_rank", _rank()).where("_rank is not null")
    found = by_path.unionByName(by_name)
    # The first key that any page has; of its pages the best kind of name, the nearest, the first.
    order = f.struct(
        *("_key", "_rank"),
        (-_common(f.col("from_path"), f.col("_path"))).alias("_far"),
        (f.size(f.split("_path", "/")) - 1).alias("_depth"),
        *("_id", "_title"),
    )
    best = found.groupBy(*SOURCE, "_link").agg(
        f.min(order).alias("_best"), f.first("from_id").alias("from_id"), f.first("text").alias("text")
    )
    best = best.where(f.col("_best._id") != f.col("from_id"))
    title = f.when(f.col("text") == "", f.col("_best._title")).otherwise(f.col("text"))
    best = best.select(*SOURCE, "_link", f.col("_best._id").alias("_id"), title.alias("_title"))
    once = best.groupBy(*SOURCE, "_id").agg(f.min(f.struct("_link", "_title")).alias("_first"))
    entry = f.struct(
        f.col("_first._link").alias("at"), f.col("_id").alias("id"), f.col("_first._title").alias("title")
    )
    listed = once.groupBy(*SOURCE).agg(f.sort_array(f.collect_list(entry)).alias("_entries"))
    related = f.transform(
        "_entries",
        lambda one: f.struct(
            one["id"].alias("id"), one["title"].alias("title"), f.array().cast("array<string>").alias("tags")
        ),
    )
    return listed.select(
        *(f.col(given).alias(name) for given, name in zip(SOURCE, KEY, strict=True)),
        related.alias("_related"),
    )


def _keys(own: DataFrame) -> DataFrame:
    """What each link may call its target, the best first."""
    source = [f.col(name).alias(given) for name, given in zip(KEY, SOURCE, strict=True)]
    about = [
        f.col("id").alias("from_id"),
        f.col("stored_path").alias("from_path"),
        f.col("_prefix").alias("prefix"),
    ]
    links = own.select(*source, *about, f.posexplode("page_links").alias("_link", "link"))
    keys = links.select(
        *SOURCE,
        "from_id",
        "from_path",
        "prefix",
        "_link",
        f.col("link.title").alias("text"),
        f.posexplode("link.keys").alias("_key", "key"),
    )
    return keys.select("*", "key.kind", "key.last", "key.name").drop("key")


def _names(own: DataFrame) -> DataFrame:
    """What each page is called."""
    about = [f.col("id").alias("_id"), f.col("title").alias("_title"), f.col("stored_path").alias("_path")]
    names = own.select(*about, "_prefix", f.explode("names").alias("called"))
    called = [f.col(f"called.{name}").alias(f"_{name}") for name in ("kind", "last", "name")]
    return names.select("_id", "_title", "_path", "_prefix", *called)


def _rank() -> Column:
    """The kind of name by which a page answers to a key; null if it does not."""
    is_same = f.col("_name") == f.col("name")
    is_tail = is_same | f.endswith(f.col("_name"), f.concat(f.lit("/"), f.col("name")))
    has_folders = f.contains(f.col("name"), f.lit("/"))
    by_name = (
        f.when((f.col("_kind") == "file") & is_tail, 0)
        .when((f.col("_kind") == "alias") & is_same, 1)
        .when((f.col("_kind") == "address") & is_same, 2)
    )
    by_address = f.when((f.col("_kind") == "address") & is_same, 0).when(
        (f.col("_kind") == "address") & has_folders & is_tail, 1
    )
    return f.when(f.col("kind") == "name", by_name).otherwise(by_address)


def _common(one: Column, other: Column) -> Column:
    """The number of folders that two paths have in common, from the top."""

    def folders(path: Column) -> Column:
        parts = f.split(path, "/")
        return f.slice(parts, f.lit(1), f.size(parts) - 1)

    pairs = f.zip_with(folders(one), folders(other), lambda a, b: f.coalesce(a == b, f.lit(False)))
    first_other = f.array_position(pairs, False)
    return f.when(first_other == 0, f.size(pairs).cast("long")).otherwise(first_other - 1)
