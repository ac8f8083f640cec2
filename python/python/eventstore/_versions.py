"""What a report of a fault should name: the versions of all that takes part."""

from __future__ import annotations

from ._eventstore import __version__

# What takes answers and what shows them, where it is installed.
_OPTIONAL = (
    "altair",
    "duckdb",
    "ipython",
    "ipywidgets",
    "matplotlib",
    "pandas",
    "polars",
    "pyarrow",
    "pyspark",
    "rich",
    "tqdm",
)


def show_versions() -> None:
    """Prints the versions of eventstore, of Python and its platform, and of the packages that take answers.

    A report of a fault should have them. Nothing is imported for it; a package that is not installed has
    `-` for its version.

    >>> import eventstore as es
    >>> es.show_versions()  # doctest: +ELLIPSIS
    eventstore  ...
    Python      3...
    platform    ...
    altair      ...
    """
    import platform
    from importlib import metadata

    def version(package: str) -> str:
        try:
            return metadata.version(package)
        except metadata.PackageNotFoundError:
            return "-"

    versions = {
        "eventstore": __version__,
        "Python": platform.python_version(),
        "platform": platform.platform(),
        **{package: version(package) for package in _OPTIONAL},
    }
    width = max(map(len, versions)) + 2
    for name, value in versions.items():
        print(f"{name:{width}}{value}")
