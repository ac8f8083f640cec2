"""Streams of other packages as the bytes of Arrow's format for them, with the types that events have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ._eventstore import memory


def batches(stream: Any) -> Iterator[bytes]:
    """Each record batch of the stream as a stream of its own, after one of none that has the columns."""
    import pyarrow

    reader = pyarrow.RecordBatchReader.from_stream(stream)
    names: list[Any] = reader.schema.names
    wanted = pyarrow.schema(memory().query().select(*names))

    def written(columns: list[Any]) -> bytes:
        sink = pyarrow.BufferOutputStream()
        batch = pyarrow.RecordBatch.from_arrays(columns, schema=wanted)
        with pyarrow.ipc.new_stream(sink, wanted) as writer:
            writer.write_batch(batch)
        content: bytes = sink.getvalue().to_pybytes()
        return content

    yield written([pyarrow.array([], field.type) for field in wanted])
    for batch in reader:
        yield written([_cast(column, field) for column, field in zip(batch.columns, wanted, strict=True)])


def _cast(column: Any, field: Any) -> Any:
    import pyarrow

    try:
        return column.cast(field.type)
    except pyarrow.ArrowException as error:
        raise TypeError(
            f"column {field.name} is {column.type} and cannot be cast to {field.type}: {error}"
        ) from error
