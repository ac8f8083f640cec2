"""Columns as Spark has them.

Everything may be null, as Spark wants it. A time of day is text, since Spark's own type for it is off by
default.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow
import pyarrow.compute


def as_spark_has(field: Any) -> Any:
    """The field of a column as Spark has it."""
    kind = pyarrow.string() if pyarrow.types.is_time(field.type) else field.type
    return pyarrow.field(field.name, kind, nullable=True)


def arrow_schema(stream: Any) -> Any:
    """The schema of a stream as Spark has it."""
    return pyarrow.schema([as_spark_has(field) for field in pyarrow.schema(stream)])


def spark_schema(stream: Any) -> Any:
    """The same as a Spark type."""
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(arrow_schema(stream))


def batches(stream: Any, limit: int | None = None) -> Iterator[Any]:
    """The record batches of a stream with the types of `arrow_schema`, of at most `limit` rows in all.

    Buffers are handed on and not copied. Spark takes every batch that comes, so a limit has to stop here.
    """
    wanted = arrow_schema(stream)
    left = limit
    if left == 0:
        return
    for batch in pyarrow.RecordBatchReader.from_stream(stream):
        if left is not None:
            batch = batch.slice(0, left)
            left -= batch.num_rows
        columns = [_column(batch.column(at), field) for at, field in enumerate(wanted)]
        yield pyarrow.RecordBatch.from_arrays(columns, schema=wanted)
        if left == 0:
            return


def _column(column: Any, field: Any) -> Any:
    if not pyarrow.types.is_time(column.type):
        return column
    text = pyarrow.compute.cast(column, pyarrow.string())
    return pyarrow.compute.replace_substring_regex(text, r"\.000000$", "")
