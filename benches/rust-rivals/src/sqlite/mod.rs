//! SQLite: normalised, indexed, analysed, with prepared statements.

mod ask;
mod load;
mod put;
mod whole;

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::Result;
use crate::engine::{Engine, Input, Opened};
use crate::settings;

/// The engine.
pub struct Sqlite;

/// An open file.
pub struct Open {
    connection: Connection,
}

fn file(folder: &Path) -> PathBuf {
    folder.join("events.db")
}

impl Engine for Sqlite {
    fn name(&self) -> &'static str {
        "SQLite (Rust)"
    }

    fn load(&self, input: &Input<'_>, folder: &Path) -> Result<()> {
        std::fs::create_dir_all(folder)?;
        load::load(input.events, &file(folder))
    }

    fn open(&self, folder: &Path) -> Result<Box<dyn Opened>> {
        let connection = Connection::open(file(folder))?;
        connection.execute_batch(settings::SQLITE_ASKING)?;
        connection.set_prepared_statement_cache_capacity(settings::SQLITE_STATEMENTS);
        connection.set_db_config(settings::SQLITE_STABLE_PLANS, true)?;
        // The file is only looked at when something is asked; an open store has read its schema.
        connection.query_row("SELECT max(key) FROM events", [], |row| {
            row.get::<_, i64>(0)
        })?;
        Ok(Box::new(Open { connection }))
    }
}
