"""What other libraries call a thing: who types such a name is told ours, in the error.

Type checkers do not see this: they refuse the name.
"""

from __future__ import annotations

_FILES = "to_csv to_parquet to_json to_excel to_feather write_csv write_parquet write_json write_ndjson"
_FRAMES = "to_df df dataframe to_frame"
_ASK = 'store.query("tag:flood 2017") asks it'
_OPEN = 'eventstore.open("news.store") opens a store'

_TABLE = [
    (_FILES + " save export", 'write("events.parquet") writes a file: .csv, .tsv, .ndjson, .parquet, .arrow'),
    (_FRAMES, "to_pandas(), to_polars() and to_arrow() make a frame"),
]
_SELECTION = [
    *_TABLE,
    ("head limit", 'hits[:10].select("date", "title") has the first ten'),
    ("tail", 'hits[-10:].select("date", "title") has the last ten'),
    ("shape", "len(…) says how many rows there are, columns which columns"),
]
_SEQUENCE = [
    *_TABLE,
    ("head limit", "[:10] has the first ten"),
    ("tail", "[-10:] has the last ten"),
    ("shape", "len(…) says how many there are"),
]
_HITS = [
    *_SEQUENCE,
    ("sort sort_values sort_by order_by", 'order("-date") has the newest first, order("relevance") the best'),
    (
        "group_by groupby value_counts agg resample",
        'facets("tag") counts by a value, timeline("month") by time',
    ),
    ("filter narrow search", 'where("tag:flood") narrows them'),
    ("columns", 'select("date", "title", …) chooses columns, select("*") all'),
    ("all", "list(hits) has all events"),
    ("plot", 'timeline("month").plot() and facets("tag").plot() draw'),
]
_READER = [
    ("search find filter where select sql execute", _ASK),
    ("to_pandas to_polars to_arrow " + _FRAMES, "hits make a frame: store.query().to_pandas()"),
    ("head limit first", "query()[:10] has the first ten events"),
    ("count size", "len(store) counts its events, len(store.query(…)) those that match"),
    ("events all", "query() has the events in the order of their dates"),
    ("write " + _FILES, 'query().write("events.parquet") writes a file'),
]
_STORE = [
    *_READER,
    ("load read read_pages load_archive", 'ingest("archive") reads an archive'),
    ("insert put append upsert", "add(event) adds an event or replaces it, add([…]) several"),
    ("delete drop pop", "remove(id) removes an event"),
    ("commit flush save", "nothing is to be called: each ingest, add and remove is a commit"),
]
_REPORT = [("query store facets timeline", "a report counts; ask the store that ingested")]
_MODULE = [
    (
        "load read read_archive ingest connect create Client EventStore",
        f'{_OPEN}, and store.ingest("archive") reads an archive into it',
    ),
    ("read_csv read_parquet read_json", "store.add(frame) takes a frame of pandas or polars"),
    ("query search", f"{_OPEN}, and {_ASK}"),
    ("spark", "import eventstore.spark first"),
]


def _by_name(rows: list[tuple[str, str]]) -> dict[str, str]:
    return {name: ours for names, ours in rows for name in names.split()}


MODULE = _by_name(_MODULE)
BY_CLASS = {
    "Hits": _by_name(_HITS),
    "Selection": _by_name(_SELECTION),
    "Timeline": _by_name(_SEQUENCE),
    "SplitTimeline": _by_name(_SEQUENCE),
    "Facets": _by_name(_SEQUENCE),
    "SimilarEvents": _by_name(_SEQUENCE),
    "Store": _by_name(_STORE),
    "Snapshot": _by_name(_READER),
    "Report": _by_name(_REPORT),
}


def of_class(name: str, attribute: str) -> str:
    """The message for an attribute that a class does not have."""
    told = f"'{name}' object has no attribute {attribute!r}"
    ours = BY_CLASS.get(name, {}).get(attribute)
    return f"{told}; {ours}" if ours else told


def of_module(attribute: str) -> str:
    """The message for a name that the package does not have."""
    told = f"module 'eventstore' has no attribute {attribute!r}"
    ours = MODULE.get(attribute)
    return f"{told}; {ours}" if ours else told
