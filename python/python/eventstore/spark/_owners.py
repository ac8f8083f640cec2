"""Which pages count: one of each path, and of each id one event. Narrow rows alone are moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as f

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

#: What names a page of a frame.
KEY = ("archive", "position")
LISTINGS = ("day_page", "front_page", "opinions")
NARROW = (
    *KEY,
    *(
        "path",
        "folders",
        "stored_path",
        "page_kind",
        "page_format",
        "lang",
        "id",
        "is_usual_path",
        "listing_day",
    ),
)


def kept(pages: DataFrame) -> DataFrame:
    """The pages that a store holds which has ingested the archives in order of their paths, as narrow rows
    with `twin`.
    """
    return _owned(_one_of_each_path(pages.select(*NARROW)))


def _latest(is_of: Column, of_path: object) -> Column:
    return f.max(f.when(is_of, f.col("archive"))).over(of_path)


def _one_of_each_path(rows: DataFrame) -> DataFrame:
    """Of each file one page, and with `_is_newest` whether none has come later that takes its place."""
    is_listing = f.col("page_kind").isin(*LISTINGS)
    is_context = (f.col("page_kind") == "event") & (f.col("page_format") == "context")
    is_markdown = (f.col("page_kind") == "event") & (f.col("page_format") == "markdown")
    slot = (
        f.when(is_listing, f.concat(f.lit("listing "), f.col("lang")))
        .when(is_context & (f.col("lang") == "zh"), f.lit("zh"))
        .when(is_markdown | (f.col("page_kind") == "no_page"), f.lit("markdown"))
        .otherwise(f.lit("plain"))
    )
    # All of these group rows of one path: one exchange.
    rows = rows.repartition("stored_path").withColumn("_slot", slot)
    # Of a file that an archive holds twice the later one counts, also where it cannot be read.
    of_file = Window.partitionBy("stored_path", "archive", "path").orderBy(f.desc("position"))
    # Names of pages are what rows are joined by.
    is_again = f.lag("position").over(of_file) == f.col("position")
    again = f.raise_error(
        f.concat(
            f.col("path"), f.lit(" of "), f.col("archive"), f.lit(" was read twice: give each file once")
        )
    )
    rows = rows.withColumn("_copy", f.when(is_again, again).otherwise(f.row_number().over(of_file)))
    rows = rows.where("_copy = 1 and page_kind <> 'failed'")
    # Of two files of one archive with one path in the store the first by the folders before it.
    of_slot = Window.partitionBy("stored_path", "archive", "_slot").orderBy("folders")
    rows = rows.withColumn("_twin", f.row_number().over(of_slot)).where("_twin = 1")
    # A later archive's page takes the place of an earlier one's, but for the other edition.
    of_path = Window.partitionBy("stored_path")
    same = {lang: (f.col("lang") == lang) for lang in ("en", "zh")}
    latest = {
        "listing_en": _latest(is_listing & same["en"], of_path),
        "listing_zh": _latest(is_listing & same["zh"], of_path),
        "event_en": _latest(is_context & same["en"], of_path),
        "event_zh": _latest(is_context & same["zh"], of_path),
        "other": _latest(~(is_listing | is_context), of_path),
    }
    for name, column in latest.items():
        rows = rows.withColumn(f"_{name}", column)
    own = f.when(is_listing, f.when(same["en"], f.col("_listing_en")).otherwise(f.col("_listing_zh"))).when(
        is_context, f.when(same["en"], f.col("_event_en")).otherwise(f.col("_event_zh"))
    )
    events = f.when(is_context, f.lit("")).otherwise(
        f.greatest(f.coalesce("_event_en", f.lit("")), f.coalesce("_event_zh", f.lit("")))
    )
    listings = f.when(is_listing, f.lit("")).otherwise(
        f.greatest(f.coalesce("_listing_en", f.lit("")), f.coalesce("_listing_zh", f.lit("")))
    )
    newest = f.greatest(f.coalesce(own, f.lit("")), f.coalesce("_other", f.lit("")), events, listings)
    rows = rows.where("page_kind <> 'no_page'").withColumn("_is_newest", f.col("archive") >= newest)
    return rows.select(*NARROW, "_is_newest")


def _owned(rows: DataFrame) -> DataFrame:
    """Marks twins, and leaves out events of the other edition that claim an id."""
    events = rows.where("page_kind = 'event'")
    others = rows.where("page_kind <> 'event' and _is_newest").withColumn("twin", f.lit(False))
    order = [f.desc("is_usual_path"), f.col("stored_path"), f.col("_edition").asc_nulls_first()]
    edition = f.when(f.col("page_format") == "context", f.col("lang"))
    events = events.withColumn("_edition", edition)
    # The edition is the one that came first, also where a later page has taken the place of its first one;
    # Markdown pages belong to none. All of these group rows of one id: one exchange.
    came = f.struct("archive", ~f.col("is_usual_path"), "stored_path")
    of_id = Window.partitionBy("id")
    first = {lang: f.min(f.when(f.col("_edition") == lang, came)).over(of_id) for lang in ("en", "zh")}
    events = events.withColumn("_first_en", first["en"]).withColumn("_first_zh", first["zh"])
    events = events.where("_is_newest").withColumn(
        "_first", f.when(f.col("_edition") == "en", f.col("_first_en")).otherwise(f.col("_first_zh"))
    )
    by_first = of_id.orderBy(f.col("_edition").isNull(), "_first", *order)
    events = events.withColumn("_of_id", f.first("_edition").over(by_first))
    events = events.where(f.col("_edition").isNull() | (f.col("_edition") == f.col("_of_id")))
    events = events.withColumn("twin", f.row_number().over(of_id.orderBy(*order)) > 1)
    return events.select(*NARROW, "twin").unionByName(others.select(*NARROW, "twin"))
