"""`resolve`: what follows from all pages together, by Spark.

The rules are those of a store (docs/design.md): which of several pages with one id is the event; which tags
an event has, from its own page, from the contexts of links to it, and from day pages and front pages;
whether its day's day page lists it; where the links of Markdown pages lead. Each is a grouping or a join by
Spark, over columns that the reader has worked out: no row goes through Python, nothing is collected, and
nothing that grows is sent to every executor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as f

from ._owners import KEY, LISTINGS, NARROW, kept
from ._page_links import related_pages
from ._tags import with_tags

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

#: Columns of pages that are evidence and no answer.
EVIDENCE = ("tag_forms", "links", "names", "page_links")
#: Joins by exchange and sort, whatever Spark believes of sizes.
BY_EXCHANGE = "merge"


def resolve(pages: DataFrame, *, other_pages: bool = False) -> DataFrame:
    """The events of all pages, as one store answers them that has ingested the archives in order of their
    paths.

    `pages` is what the format `eventstore` reads from archives, with the columns that it gives when none
    are named. A row of the result is an event, with `tags` in the order of a store, `superseded`, `twin`
    (another page owns its id; a store keeps such a page and does not answer it), and of a Markdown page its
    `related` ones. With `other_pages` day pages, front pages and free pages are rows too, for a writer of
    stores. Pages that failed are left out.

    Pages are read four times, each time for other columns. Where that costs more than a copy, write them as
    Parquet first, of which Spark reads the columns that it needs: `pages.write.parquet(…)`.
    """
    missing = sorted({*NARROW, *EVIDENCE, "title", "choice", "related"} - set(pages.columns))
    if missing:
        raise ValueError(f"resolve needs the column {missing[0]}; read pages without the option columns")
    rows = kept(pages)
    derived = _derived(pages, rows)
    related = related_pages(pages, rows)
    wide = pages if other_pages else pages.where("page_kind = 'event'")
    found = wide.drop("tags").join(derived.hint(BY_EXCHANGE), on=list(KEY))
    found = found.join(related.hint(BY_EXCHANGE), on=list(KEY), how="left")
    found = found.withColumn("related", f.coalesce("_related", "related"))
    # A twin is no event, and says nothing.
    none = f.col("twin") | (f.col("page_kind") != "event")
    forms = f.when(none, f.filter("tag_forms", lambda _: f.lit(False))).otherwise(f.col("tag_forms"))
    said = f.coalesce("said", f.filter(_said_of_none(), lambda _: f.lit(False)))
    found = found.withColumn("tag_forms", forms).withColumn("said", said)
    found = with_tags(found)
    columns = [name for name in pages.columns if name not in EVIDENCE and name != "tags"]
    at = columns.index("summary") + 1 if "summary" in columns else len(columns)
    return found.select(*columns[:at], "tags", *columns[at:], "superseded", "twin")


def _said_of_none() -> object:
    none = f.lit(None)
    tag = f.struct(none.cast("string").alias("form"), none.cast("string").alias("tag"))
    return f.array(f.struct(none.cast("string").alias("lang"), f.array(tag).alias("tags")))


def _derived(pages: DataFrame, rows: DataFrame) -> DataFrame:
    """Of each page that is kept what other pages say of it, and whether it is superseded."""
    evidence = _evidence(pages, rows)
    days = rows.where("page_kind = 'day_page'").select("lang", "listing_day").distinct()
    days = days.withColumn("_has_day_page", f.lit(True))
    own = rows.select(*KEY, "id", "lang", "page_kind", "page_format", "listing_day", "twin")
    # Only an event of the Context is told of by others; a Markdown page says its tags itself.
    asks = (f.col("page_kind") == "event") & (f.col("page_format") == "context") & ~f.col("twin")
    own = own.withColumn("_asked", f.when(asks, f.col("id")))
    own = own.withColumn("_day", f.when(asks, f.col("listing_day")))
    own = own.join(evidence.hint(BY_EXCHANGE), on=own["_asked"] == evidence["_target"], how="left")
    days = days.select(
        f.col("lang").alias("_lang"), f.col("listing_day").alias("_listed_day"), "_has_day_page"
    )
    own = own.join(
        days.hint(BY_EXCHANGE),
        on=(own["lang"] == days["_lang"]) & (own["_day"] == days["_listed_day"]),
        how="left",
    )
    day = f.struct(f.col("lang").alias("lang"), f.col("_day").alias("day"))
    is_listed = f.coalesce(f.array_contains("listed", day), f.lit(False))
    superseded = f.coalesce("_has_day_page", f.lit(False)) & ~is_listed
    return own.select(*KEY, "twin", "said", superseded.alias("superseded"))


def _evidence(pages: DataFrame, rows: DataFrame) -> DataFrame:
    """Of each id that a link leads to what stands beside the links, and which day pages list it."""
    saying = rows.where("not twin and page_format = 'context'").select(*KEY)
    linking = pages.where("page_format = 'context' and size(links) > 0")
    linking = linking.select(*KEY, "page_kind", "lang", "listing_day", "links")
    linking = linking.join(saying.hint(BY_EXCHANGE), on=list(KEY), how="left_semi")
    links = linking.select("page_kind", "lang", "listing_day", f.explode("links").alias("link"))
    listing_lang = f.when(f.col("page_kind").isin(*LISTINGS), f.col("lang"))
    said = f.struct(listing_lang.alias("lang"), f.col("link.tags").alias("tags"))
    listed = f.struct(f.col("lang").alias("lang"), f.col("listing_day").alias("day"))
    return links.groupBy(f.col("link.id").alias("_target")).agg(
        f.collect_set(f.when(f.size("link.tags") > 0, said)).alias("said"),
        f.collect_set(f.when(f.col("page_kind") == "day_page", listed)).alias("listed"),
    )
