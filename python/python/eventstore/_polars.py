"""A lazy frame of polars over a selection: it asks for the columns and rows that its query needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ._eventstore import Selection

if TYPE_CHECKING:
    import polars


def scan(selection: Selection) -> polars.LazyFrame:
    """A lazy frame that reads the selection anew each time it is collected."""
    import polars
    from polars.io.plugins import register_io_source

    hits, columns = selection.hits, selection.columns
    empty = polars.DataFrame(hits[:0].select(*columns))

    def source(
        with_columns: list[str] | None,
        predicate: polars.Expr | None,
        n_rows: int | None,
        batch_size: int | None,
    ) -> Iterator[polars.DataFrame]:
        wanted = hits if n_rows is None else hits[:n_rows]
        names = with_columns or columns
        # The reader takes a frame for granted, also of no rows.
        yield empty.select(names)
        for batch in wanted.select(*names)._batches():
            frame = polars.DataFrame(batch)
            yield frame if predicate is None else frame.filter(predicate)

    return register_io_source(source, schema=empty.schema, is_pure=True)
