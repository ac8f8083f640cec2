"""The data source `eventstore`: pages of archives, or events of stores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pyspark.sql.datasource import DataSource, DataSourceReader, DataSourceWriter, InputPartition

from .. import memory, read_pages
from ._options import Options
from ._partitions import (
    ArchivePartition,
    StorePartition,
    archive_partitions,
    hits_of,
    opened,
    store_partitions,
)
from ._paths import is_store, sources
from ._schema import batches, spark_schema
from ._threads import use_threads
from ._writer import StoresWriter, WriteOptions


class EventstoreSource(DataSource):  # type: ignore[misc]
    """`spark.read.format("eventstore").load(paths)`."""

    @classmethod
    def name(cls) -> str:
        return "eventstore"

    def _asked(self) -> tuple[Options, list[str], bool]:
        """The options, the paths, and whether these are stores."""
        options = Options.of(self.options)
        paths = sources(options.paths)
        are_stores = _are_stores(paths)
        options.check_for(are_stores)
        return options, paths, are_stores

    def schema(self) -> Any:
        options, _, are_stores = self._asked()
        return spark_schema(_stream_of_none(are_stores, options))

    def writer(self, schema: Any, overwrite: bool) -> DataSourceWriter:
        return StoresWriter(WriteOptions.of(self.options), schema.names, overwrite)

    def reader(self, schema: Any) -> DataSourceReader:
        options, paths, are_stores = self._asked()
        return StoreReader(paths, options) if are_stores else ArchiveReader(paths, options)


def _are_stores(paths: list[str]) -> bool:
    stores = [path for path in paths if is_store(path)]
    if stores and len(stores) < len(paths):
        raise ValueError(f"{stores[0]} is a store and others are archives; load them apart")
    return bool(stores)


def _page_columns(options: Options) -> list[str] | None:
    if options.columns:
        return [*options.columns, *(["page"] if options.page and "page" not in options.columns else [])]
    if options.page:
        return [*read_pages({}).columns, "page"]
    return None


def _stream_of_none(are_stores: bool, options: Options) -> Any:
    """A stream with the columns that are asked for, and no row."""
    if are_stores:
        return memory().query().select(*(options.columns or ["*"]))
    return read_pages({}, _page_columns(options))


class ArchiveReader(DataSourceReader):  # type: ignore[misc]
    """Reads archives."""

    def __init__(self, paths: list[str], options: Options) -> None:
        self.paths = paths
        self.options = options

    def partitions(self) -> Sequence[InputPartition]:
        return list(archive_partitions(self.paths, self.options))

    def read(self, partition: InputPartition) -> Iterator[Any]:
        # A worker without a partition is given none.
        if not isinstance(partition, ArchivePartition):
            return
        use_threads(self.options.threads)
        columns = _page_columns(self.options)
        stream = read_pages(partition.path, columns, part=partition.part, **self.options.reading())
        yield from batches(stream, self.options.limit)


class StoreReader(DataSourceReader):  # type: ignore[misc]
    """Reads stores.

    It has no `pushFilters`: with Spark 4.3 a frame that was filtered once keeps the filter for every later
    use of it (findings/pyspark-pushed-filter-stays.sh). Days are given by the options `since` and `until`.
    """

    def __init__(self, paths: list[str], options: Options) -> None:
        self.paths = paths
        self.options = options

    def partitions(self) -> Sequence[InputPartition]:
        return list(store_partitions(self.paths, self.options))

    def read(self, partition: InputPartition) -> Iterator[Any]:
        if not isinstance(partition, StorePartition):
            return
        use_threads(self.options.threads)
        columns = self.options.columns or ["*"]
        with opened(partition.path) as store:
            if partition.undated:
                hits = store.query(self.options.query).where(undated="only")
            else:
                hits = hits_of(store, self.options, partition.since, partition.until)
            yield from batches(hits.select(*columns), self.options.limit)
