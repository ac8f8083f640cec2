//! Every setting of the rivals, each with where it is advised.
//!
//! Tried on 100,000 pages and not taken, because not faster: SQLite's pages of 16 KiB instead of 4 (load, updates and a
//! month read first take longer, the file is as large), `GROUP BY` instead of counting facets in the program; sled's
//! default mode (the load takes nearly twice as long, the files are as large).

/// SQLite while it is loaded: nobody else reads, and a load that fails is begun anew, so no journal and no waiting for
/// the disk in between. The file is synced once at the end, within the time that is told.
///
/// - one transaction for everything: <https://www.sqlite.org/faq.html#q19>
/// - `journal_mode`, `synchronous`, `locking_mode`, `cache_size`, `temp_store`: <https://www.sqlite.org/pragma.html>
pub const SQLITE_LOADING: &str = "
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA cache_size = -1048576;
    PRAGMA temp_store = MEMORY;
";

/// SQLite while it is asked and changed.
///
/// - a write-ahead log, and `FULL`, so that a commit survives a power cut as eventstore's does:
///   <https://www.sqlite.org/wal.html>
/// - one process, so locks are taken once: <https://www.sqlite.org/pragma.html#pragma_locking_mode>
/// - 1 GiB of pages in memory: <https://www.sqlite.org/pragma.html#pragma_cache_size>
/// - reads go through a memory map: <https://www.sqlite.org/mmap.html>
/// - sorting in memory: <https://www.sqlite.org/pragma.html#pragma_temp_store>
pub const SQLITE_ASKING: &str = "
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA cache_size = -1048576;
    PRAGMA mmap_size = 8589934592;
    PRAGMA temp_store = MEMORY;
";

/// Statements are prepared once and kept: <https://www.sqlite.org/c3ref/prepare.html>.
pub const SQLITE_STATEMENTS: usize = 64;

/// The bundled SQLite is built with statistics of sampled values, and then prepares a statement anew whenever another
/// value is bound that might deserve another plan: four fifths of the time of a whole event. With plans held stable it does not:
/// <https://www.sqlite.org/queryplanner-ng.html#qpstab>.
pub const SQLITE_STABLE_PLANS: rusqlite::config::DbConfig =
    rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG;

/// The tables. Integer keys, given in order of date and id.
///
/// - `WITHOUT ROWID` where a row is little more than its key, so that the table is its own covering index:
///   <https://www.sqlite.org/withoutrowid.html>, <https://www.sqlite.org/queryplanner.html#_covering_indexes>
/// - `tag_events` and `event_tags` hold a tag and an event in both directions, each with the day and whether the event
///   is superseded in front of it, so that counts, ranges, timelines and facets read neighbouring rows of one tree.
/// - What no question asks for (the tags of a link) lies in its row, so that reading it costs no further step.
/// - Ids are long, so links name them by key.
pub const SQLITE_TABLES: &str = "
    CREATE TABLE ids (key INTEGER PRIMARY KEY, id TEXT NOT NULL);
    CREATE TABLE events (
        key INTEGER PRIMARY KEY, day INTEGER NOT NULL, lang TEXT NOT NULL, kind TEXT NOT NULL, category TEXT,
        title TEXT NOT NULL, summary TEXT, author TEXT, cover_image TEXT, superseded INTEGER NOT NULL,
        fingerprint INTEGER NOT NULL
    );
    CREATE TABLE folds (key INTEGER PRIMARY KEY, folded TEXT NOT NULL, shown TEXT NOT NULL);
    CREATE TABLE tags (key INTEGER PRIMARY KEY, spelling TEXT NOT NULL, fold INTEGER NOT NULL);
    CREATE TABLE event_tags (
        superseded INTEGER, day INTEGER, event INTEGER, fold INTEGER, tag INTEGER NOT NULL,
        PRIMARY KEY (superseded, day, event, fold)
    ) WITHOUT ROWID;
    CREATE TABLE tag_events (
        fold INTEGER, superseded INTEGER, day INTEGER, event INTEGER, PRIMARY KEY (fold, superseded, day, event)
    ) WITHOUT ROWID;
    CREATE TABLE publishers (key INTEGER PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE sources (
        event INTEGER, place INTEGER, publisher INTEGER NOT NULL, url TEXT NOT NULL, domain TEXT, image TEXT,
        PRIMARY KEY (event, place)
    ) WITHOUT ROWID;
    CREATE TABLE related (
        event INTEGER, place INTEGER, target INTEGER NOT NULL, title TEXT NOT NULL, tags TEXT NOT NULL,
        PRIMARY KEY (event, place)
    ) WITHOUT ROWID;
    CREATE TABLE links (
        target INTEGER, superseded INTEGER, event INTEGER, PRIMARY KEY (target, superseded, event)
    ) WITHOUT ROWID;
    CREATE TABLE changes (
        event INTEGER, place INTEGER, target INTEGER NOT NULL, title TEXT NOT NULL, at TEXT, kind TEXT NOT NULL,
        PRIMARY KEY (event, place)
    ) WITHOUT ROWID;
";

/// Indexes are made when the rows are in, by one sort each, and then the planner's statistics are gathered:
/// <https://www.sqlite.org/lang_analyze.html>.
pub const SQLITE_INDEXES: &str = "
    CREATE UNIQUE INDEX ids_by_id ON ids (id);
    CREATE UNIQUE INDEX folds_by_text ON folds (folded);
    CREATE UNIQUE INDEX tags_by_spelling ON tags (spelling);
    CREATE UNIQUE INDEX publishers_by_name ON publishers (name);
    CREATE INDEX events_by_day ON events (superseded, day);
    ANALYZE;
";

/// What separates the tags of a link in its row: no clean text holds a control character.
pub const SEPARATOR: char = '\u{1f}';

/// sled: the mode for throughput, a cache of 1 GiB as SQLite has, and no flushes by a timer (the load ends with one).
///
/// - <https://docs.rs/sled/0.34.7/sled/struct.Config.html>, <https://docs.rs/sled/0.34.7/sled/enum.Mode.html>
/// - keys of a tree are inserted in their order: <https://sled.rs/perf.html>
pub fn sled(folder: &std::path::Path) -> sled::Config {
    sled::Config::new()
        .path(folder)
        .mode(sled::Mode::HighThroughput)
        .cache_capacity(1 << 30)
        .flush_every_ms(None)
}
