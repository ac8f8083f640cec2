//! How a storage ends: the current one records its files as clean, one that is not needed any more removes them.

use std::sync::PoisonError;

use ::sled::Db;

use super::clean_shutdown;
use super::engine::{WRITE, call_engine, start_engine};
use super::sled::{Engine, Role, SledStorage, State};
use crate::error::Result;
use crate::storage::directory::{remove_directory, remove_recovery_copy, sync_file};

impl SledStorage {
    /// Ends this storage. The current one flushes and records its files as clean; a pending or
    /// replaced one removes its files.
    pub(super) fn finish(&self) -> Result<()> {
        let mut engine = self.engine.write().unwrap_or_else(PoisonError::into_inner);
        let db = match std::mem::replace(&mut *engine, Engine::Closed) {
            Engine::Closed => return Ok(()),
            Engine::NotOpened => None,
            Engine::Opened(db) => Some(db),
        };
        let mut state = self.state();
        let removes = matches!(state.role, Role::Pending | Role::Replaced);
        if (removes || db.is_some()) && !self.directory.is_in_place() {
            // The path leads to another store: nothing there is removed or recorded.
            let Some(db) = db else { return Ok(()) };
            // Whoever opens this one at its new path takes the shutdown for an unclean one.
            self.directory.lock.set_stale();
            return call_engine(&self.data, WRITE, || db.flush()).map(drop);
        }
        match (state.role, db) {
            (Role::Pending | Role::Replaced, db) => {
                // No call is under way, as the engine is locked. Its file has to be closed before
                // it is removed.
                drop(db);
                remove_recovery_copy(&self.directory.path, &self.name)?;
                remove_directory(&self.data)
            }
            // Nothing was written, and the engine did not touch the files.
            (_, None) => Ok(()),
            (Role::MaybeReplaced, Some(db)) => {
                call_engine(&self.data, WRITE, || db.flush()).map(drop)
            }
            (Role::Current, Some(db)) => self.shut_down(db, &mut state),
        }
    }

    /// Flushes, closes the engine and records the files as clean.
    fn shut_down(&self, db: Db, state: &mut State) -> Result<()> {
        let (path, durable) = (&self.directory.path, self.directory.is_durable());
        let flushed = call_engine(&self.data, WRITE, || db.flush());
        drop(db);
        self.directory.failed_sync.check()?;
        if let Some(clean) = &state.clean {
            if flushed.is_ok() && clean.compare(path, &self.name).is_ok() {
                if self.locations.is_none() {
                    // As after a close by an older version.
                    let live = &state.live;
                    clean_shutdown::write_locations(path, &self.name, live, clean.db(), durable);
                }
                return Ok(());
            }
            // The engine has written for a reader (`clean_shutdown`).
            self.remove_record(state)?;
        }
        flushed?;
        if durable {
            sync_file(&self.data.join("db"))?;
        }
        if state.root.is_some() {
            // sled writes a snapshot when it opens what was written to. So it is opened once more
            // before the files are recorded. If this fails, the shutdown counts as an unclean one,
            // which costs the next open a copy and nothing else.
            if let Ok(db) = start_engine(&self.data, self.directory.options.cache_bytes) {
                drop(db);
                if durable {
                    sync_file(&self.data.join("db"))?;
                }
                clean_shutdown::write_record(path, &self.name, &state.live, durable)?;
            }
        }
        Ok(())
    }
}

impl Drop for SledStorage {
    fn drop(&mut self) {
        if self.directory.is_forked() {
            // In a forked child sled's own drop would wait for threads that only the parent has.
            let engine = self
                .engine
                .get_mut()
                .unwrap_or_else(PoisonError::into_inner);
            std::mem::forget(std::mem::replace(engine, Engine::Closed));
        } else if self.directory.is_ours() {
            // Nobody is there to get the error; what was committed survives without this.
            let _ = self.finish();
        }
    }
}
