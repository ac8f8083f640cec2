//! The storages of one store: the current one, one that is about to replace it, and replaced ones that readers still use.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::sled::{Role, SledStorage};

/// The storages of one store that are still in use, for what concerns all of them.
#[derive(Default)]
pub(super) struct Siblings(Mutex<Vec<Weak<SledStorage>>>);

impl Siblings {
    fn list(&self) -> MutexGuard<'_, Vec<Weak<SledStorage>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn add(&self, storage: &Arc<SledStorage>) {
        let mut list = self.list();
        list.retain(|storage| storage.strong_count() > 0);
        list.push(Arc::downgrade(storage));
    }

    pub fn in_use(&self) -> Vec<Arc<SledStorage>> {
        self.list().iter().filter_map(Weak::upgrade).collect()
    }
}

impl SledStorage {
    /// Marks the storage that this one has replaced. `certain` says that the new `CURRENT` survives
    /// a power cut.
    pub(super) fn mark_replaced(&self, certain: bool) {
        let in_use = self.siblings.in_use();
        for sibling in &in_use {
            let mut state = sibling.state();
            if sibling.name != self.name && state.role == Role::Current {
                state.role = match certain {
                    true => Role::Replaced,
                    false => Role::MaybeReplaced,
                };
            }
        }
        if certain {
            // Data that no storage uses any more is removed. If this fails, the next open does it.
            let names: Vec<_> = in_use
                .iter()
                .map(|sibling| sibling.name.as_str())
                .chain([&*self.name])
                .collect();
            let _ = self.directory.sweep(&names);
        }
    }
}
