"""Every setting of every rival, with who advises it, and what a rival cannot do.

Found by trying where the advice leaves a choice, on 20,000 pages in processor time; what was tried stands
beside it.
"""

from __future__ import annotations

# --- SQLite ---------------------------------------------------------------------------------------

# Number of columns of each table, in the order of loading.
SQLITE_COLUMNS = {
    "pages": 3,
    "categories": 2,
    "publishers": 2,
    "hosts": 2,
    "tags": 3,
    "spellings": 3,
    "events": 9,
    "event_tags": 3,
    "tag_events": 4,
    "sources": 6,
    "related": 5,
    "links": 3,
    "changes": 6,
}

# Small rows under a compound key that is searched for need no rowid beside it:
# https://sqlite.org/withoutrowid.html An index that holds every column of a question answers it alone:
# https://sqlite.org/queryplanner.html#_covering_indexes
SQLITE_TABLES = """
CREATE TABLE pages (page INTEGER PRIMARY KEY, id TEXT NOT NULL, title TEXT);
CREATE TABLE categories (category INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE publishers (publisher INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE hosts (host INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE tags (tag INTEGER PRIMARY KEY, folded TEXT NOT NULL, shown TEXT NOT NULL);
CREATE TABLE spellings (spelling INTEGER PRIMARY KEY, tag INTEGER NOT NULL, text TEXT NOT NULL);
CREATE TABLE events (event INTEGER PRIMARY KEY, day INTEGER NOT NULL, superseded INTEGER NOT NULL,
    kind TEXT NOT NULL, lang TEXT NOT NULL, category INTEGER, summary TEXT, cover_image TEXT, author TEXT);
CREATE TABLE event_tags (event INTEGER, spelling INTEGER, tag INTEGER NOT NULL,
    PRIMARY KEY (event, spelling)) WITHOUT ROWID;
CREATE TABLE tag_events (tag INTEGER, superseded INTEGER, day INTEGER, event INTEGER,
    PRIMARY KEY (tag, superseded, day, event)) WITHOUT ROWID;
CREATE TABLE sources (event INTEGER, position INTEGER, publisher INTEGER NOT NULL, url TEXT NOT NULL,
    image TEXT, host INTEGER, PRIMARY KEY (event, position)) WITHOUT ROWID;
CREATE TABLE related (event INTEGER, position INTEGER, target INTEGER NOT NULL, title TEXT,
    tags TEXT NOT NULL, PRIMARY KEY (event, position)) WITHOUT ROWID;
CREATE TABLE links (target INTEGER, superseded INTEGER, event INTEGER,
    PRIMARY KEY (target, superseded, event)) WITHOUT ROWID;
CREATE TABLE changes (event INTEGER, position INTEGER, id TEXT NOT NULL, title TEXT NOT NULL, at TEXT,
    kind TEXT NOT NULL, PRIMARY KEY (event, position)) WITHOUT ROWID;
"""

# Made after the rows are in, in one go each. Uniqueness as the primary keys' indexes have it.
SQLITE_INDEXES = (
    "CREATE UNIQUE INDEX pages_by_id ON pages (id)",
    "CREATE UNIQUE INDEX categories_by_text ON categories (text)",
    "CREATE UNIQUE INDEX publishers_by_name ON publishers (name)",
    "CREATE UNIQUE INDEX hosts_by_name ON hosts (name)",
    "CREATE UNIQUE INDEX tags_by_folded ON tags (folded)",
    "CREATE UNIQUE INDEX spellings_by_text ON spellings (text)",
    "CREATE INDEX events_by_day ON events (superseded, day)",
    # A year's facets read this alone: 6.6 ms, and 8.9 from the year's events to their tags.
    "CREATE INDEX tag_events_by_day ON tag_events (superseded, day)",
)

# All from https://sqlite.org/pragma.html: no journal and no syncs for a file that is thrown away if its
# making fails (synced once at the end), sorting in memory and on both cores.
SQLITE_LOADING: dict[str, str | int] = {
    "page_size": 8192,
    "journal_mode": "OFF",
    "synchronous": "OFF",
    "locking_mode": "EXCLUSIVE",
    "temp_store": "MEMORY",
    "cache_size": -1_000_000,
    "threads": 2,
}

# A cache that holds the whole file, and the file mapped (https://sqlite.org/mmap.html). Writes go through a
# log that is synced at each commit, as eventstore's are (https://sqlite.org/wal.html).
SQLITE_ASKING: dict[str, str | int] = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "temp_store": "MEMORY",
    "cache_size": -1_000_000,
    "mmap_size": 2_000_000_000,
    "threads": 2,
}

# --- SQLite, plain --------------------------------------------------------------------------------

# As the tables are written before anybody measured: ids and tags as text. Opened and loaded as the other.
# Tables of small rows under keys of two columns need no rowid (https://sqlite.org/withoutrowid.html); with
# one the file is a quarter larger.
PLAIN_COLUMNS = {"events": 10, "event_tags": 3, "sources": 6, "related": 5, "changes": 6}
# Where each table says whose row it is.
PLAIN_KEYS = {"events": "id", **dict.fromkeys(("event_tags", "sources", "related", "changes"), "event_id")}
PLAIN_TABLES = """
CREATE TABLE events (id TEXT PRIMARY KEY, date TEXT NOT NULL, kind TEXT NOT NULL, lang TEXT NOT NULL,
    category TEXT, title TEXT NOT NULL, summary TEXT, cover_image TEXT, author TEXT,
    superseded INTEGER NOT NULL);
CREATE TABLE event_tags (event_id TEXT NOT NULL, tag TEXT NOT NULL, written TEXT,
    PRIMARY KEY (event_id, tag)) WITHOUT ROWID;
CREATE TABLE sources (event_id TEXT NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL,
    url TEXT NOT NULL, domain TEXT, image TEXT, PRIMARY KEY (event_id, position)) WITHOUT ROWID;
CREATE TABLE related (event_id TEXT NOT NULL, position INTEGER NOT NULL, target_id TEXT NOT NULL,
    title TEXT NOT NULL, tags TEXT NOT NULL, PRIMARY KEY (event_id, position)) WITHOUT ROWID;
CREATE TABLE changes (event_id TEXT NOT NULL, position INTEGER NOT NULL, id TEXT NOT NULL,
    title TEXT NOT NULL, at TEXT, kind TEXT NOT NULL, PRIMARY KEY (event_id, position)) WITHOUT ROWID;
"""
PLAIN_INDEXES = (
    "CREATE INDEX events_by_date ON events (date)",
    "CREATE INDEX event_tags_by_tag ON event_tags (tag)",
    "CREATE INDEX related_by_target ON related (target_id)",
)

# --- DuckDB ---------------------------------------------------------------------------------------

# https://duckdb.org/docs/stable/configuration/overview: as many threads as cores is the default, and right.
DUCKDB_CONFIG: dict[str, str | bool | int | float | list[str]] = {}

# The newest file format compresses text best (https://duckdb.org/docs/stable/internals/storage): 22 MB
# against 32 of version 1.0, whose single events are read twice as fast. Row groups of 16,384 instead of
# 122,880 skip more (newest 20: 6.6 ms instead of 9.1) at the same size; 8,192 take half as much disk again.
DUCKDB_FILE: dict[str, str | int] = {"STORAGE_VERSION": "'latest'", "ROW_GROUP_SIZE": 16_384}

# Rows in order of what is asked skip row groups by their least and greatest values, and an ART index finds
# single rows: https://duckdb.org/docs/stable/guides/performance/indexing
DUCKDB_INDEXES = (
    "CREATE INDEX events_by_id ON events (id)",
    "CREATE INDEX events_by_number ON events (event)",
    "CREATE INDEX links_by_target ON links (target)",
)

# --- polars ---------------------------------------------------------------------------------------

# https://docs.pola.rs/api/python/stable/reference/api/polars.DataFrame.write_parquet.html: zstd for the
# smallest files, statistics so that a filter by day skips row groups, and row groups small enough that it
# skips most.
POLARS_PARQUET = {"compression": "zstd", "statistics": True, "row_group_size": 8_192}

# --- tantivy --------------------------------------------------------------------------------------

# https://docs.rs/tantivy/latest/tantivy/struct.Index.html#method.writer_with_num_threads: memory decides how
# large the first segments are. One thread makes one segment of it, which loads in half the time of two
# threads and answers up to a third faster.
TANTIVY_WRITER = {"heap_size": 1_000_000_000, "num_threads": 1}

# --- what is not there ----------------------------------------------------------------------------

_ALONE = "has no other way for many at once than one after the other, which is the row above"
_SEARCH = "stores ids alone, so that it gives no whole events"
# Rows in which an engine is shown and is no rival: it does not hold the events, so it has less to do.
NO_RIVAL: dict[str, tuple[str, ...]] = {
    "tantivy, ids only": ("load", "load_ready", "load_read", "disk", "peak_load", "peak_ask"),
}
# Engine → row → why its cell is empty.
MISSING: dict[str, dict[str, str]] = {
    "polars": {
        "gets": "has no index; each event would be a scan of the file",
        "gets_first": "has no index; each event would be a scan of the file",
        "links": "has no index; each event would be a scan",
    },
    "tantivy": {
        "second": "an index does not know what it holds: loading again is another load",
        "links_batch": _ALONE,
        "arrow": "gives single documents, no columns",
    },
    "tantivy, ids only": {
        **dict.fromkeys(
            ("gets", "gets_first", "gets_batch", "month", "month_first", "newest", "pages"), _SEARCH
        ),
        "second": "an index does not know what it holds: loading again is another load",
        "update": "measured with documents",
        "links_batch": _ALONE,
        "arrow": _SEARCH,
    },
}
