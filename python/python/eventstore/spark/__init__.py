"""Archives and stores in Spark: a data source, and what follows from all pages worked out by Spark.

`register(spark)` makes the format `eventstore` known. A path is an archive that `Store.ingest` takes, or a
store::

    from eventstore import spark as es_spark

    es_spark.register(spark)
    pages = spark.read.format("eventstore").load("/data/archives/*.tar")
    events = es_spark.resolve(pages)

`write_stores(events, directory)` makes a store of each year, which `eventstore.open_many(directory)` reads as
one.

It needs pyspark 4 (`pip install context-eventstore[spark]`), and is imported only when asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import MissingDependencyError

try:
    import pyspark  # noqa: F401
except ModuleNotFoundError as error:
    message = "eventstore.spark needs pyspark; install it: pip install 'context-eventstore[spark]'"
    raise MissingDependencyError(message, name="pyspark") from error

from ._files import pages
from ._resolve import resolve
from ._source import EventstoreSource
from ._writer import write_stores

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["pages", "register", "resolve", "write_stores"]


def register(spark: SparkSession) -> None:
    """Makes the format `eventstore` known to a session, for `spark.read.format("eventstore")`."""
    spark.dataSource.register(EventstoreSource)
