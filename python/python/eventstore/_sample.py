"""The small archive of invented pages that comes with the package."""

from __future__ import annotations

from ._eventstore import Store, memory


def sample() -> Store:
    """A store to try things on: 73 invented events of the years 2014 to 2019, in English and Chinese.

    The store is in memory and new at each call, so that anything may be done to it. The pages come with
    the package and tell of Northmark, a country with a bridge, a harbour festival, a railway, a storm and
    some islands. Takes some 20 milliseconds.

    >>> import eventstore as es
    >>> store = es.sample()
    >>> store.query('tag:"Ennet Bridge"').count()
    12
    >>> store.query("storm maren").order("-date")[0].title
    'Insurers put the damage of Storm Maren (Joint report) at 310 million crowns.'
    """
    # Here, since it would take a part of the time of `import eventstore`.
    from pathlib import Path

    store = memory()
    # Two pages of it are broken on purpose and stay out.
    store.ingest(Path(__file__).with_name("sample.tar.gz"))
    return store
