"""Reads streams of other packages, and gives them in Arrow's format for streams, with the types of events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ._eventstore import memory


def batches(stream: Any) -> Iterator[bytes]:
    """Each record batch of the stream as a stream of its own, after one of none that has the columns."""
    import pyarrow

    reader = pyarrow.RecordBatchReader.from_stream(stream)
    # pandas keeps the index of a frame that was filtered or sorted as a column of its own.
    kept = [at for at, name in enumerate(reader.schema.names) if not name.startswith("__index_level_")]
    names: list[str] = [reader.schema.names[at] for at in kept]
    # A null is a value that is not there, in a join for example.
    fields = [field.with_nullable(True) for field in pyarrow.schema(memory().query().select(*names))]
    yield from _cast_batches(reader, kept, pyarrow.schema(fields))


#: Columns of pages with what follows from them, and those that say how a page of an archive is read.
RESOLVED = ("path", "page", "tags", "superseded", "twin")
READING = ("stored_path", "page_format", "choice")


def resolved_batches(stream: Any) -> Iterator[bytes]:
    """The columns of pages and of what follows from them, each record batch as a stream of its own."""
    import pyarrow

    reader = pyarrow.RecordBatchReader.from_stream(stream)
    present = set(reader.schema.names)
    missing = [name for name in RESOLVED if name not in present]
    if missing:
        raise TypeError(f"the stream has no column {missing[0]}; it needs {', '.join(RESOLVED)}")
    kinds = {
        "page": pyarrow.binary(),
        "tags": pyarrow.list_(pyarrow.string()),
        "superseded": pyarrow.bool_(),
        "twin": pyarrow.bool_(),
    }
    names = [name for name in RESOLVED + READING if name in present]
    wanted = pyarrow.schema([(name, kinds.get(name, pyarrow.string())) for name in names])
    yield from _cast_batches(reader, [reader.schema.get_field_index(name) for name in names], wanted)


def _cast_batches(reader: Any, kept: list[int], wanted: Any) -> Iterator[bytes]:
    """Some columns of each record batch, cast; first a batch of no row."""
    import pyarrow

    def written(columns: list[Any]) -> bytes:
        sink = pyarrow.BufferOutputStream()
        batch = pyarrow.RecordBatch.from_arrays(columns, schema=wanted)
        with pyarrow.ipc.new_stream(sink, wanted) as writer:
            writer.write_batch(batch)
        content: bytes = sink.getvalue().to_pybytes()
        return content

    yield written([pyarrow.array([], field.type) for field in wanted])
    for batch in reader:
        yield written([_cast(batch.column(at), field) for at, field in zip(kept, wanted, strict=True)])


def _cast(column: Any, field: Any) -> Any:
    import pyarrow

    try:
        # The texts of polars, of which pyarrow makes no dates.
        if pyarrow.types.is_string_view(column.type):
            column = column.cast(pyarrow.string())
        return column.cast(field.type)
    except pyarrow.ArrowException as error:
        raise TypeError(
            f"column {field.name} is {column.type} and cannot be cast to {field.type}: {error}"
        ) from error
