//! A bounded cache of decoded blocks, shared by all segments of a store.
//!
//! Two generations: a block that is asked for lives in the young one; when that holds half the budget it becomes the old
//! one, and what the old one still held is let go. So a block stays for at least half a budget of newer blocks after its
//! last use, at the cost of one hash lookup.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::blocks::Block;

/// Names a block: a number of its segment that is unique in the process, part, block.
pub(crate) type BlockKey = (u64, u8, u32);

/// See the file's head.
pub(crate) struct BlockCache {
    half: usize,
    state: Mutex<Generations>,
}

#[derive(Default)]
struct Generations {
    young: FxHashMap<BlockKey, Arc<Block>>,
    old: FxHashMap<BlockKey, Arc<Block>>,
    young_bytes: usize,
    old_bytes: usize,
}

impl BlockCache {
    /// A cache of at most `budget` bytes of decoded blocks.
    pub fn new(budget: usize) -> Self {
        Self {
            half: budget / 2,
            state: Mutex::default(),
        }
    }

    /// Bytes held now.
    pub fn bytes(&self) -> usize {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.young_bytes + state.old_bytes
    }

    /// The block, decoded by `load` if it is not there. Two threads may load one block at the same time; both are right.
    pub fn get<E>(
        &self,
        key: BlockKey,
        load: impl FnOnce() -> Result<Block, E>,
    ) -> Result<Arc<Block>, E> {
        {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(block) = state.young.get(&key) {
                return Ok(block.clone());
            }
            if let Some(block) = state.old.remove(&key) {
                state.old_bytes -= block.size();
                state.insert(key, block.clone(), self.half);
                return Ok(block);
            }
        }
        let block = Arc::new(load()?);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.insert(key, block.clone(), self.half);
        Ok(block)
    }
}

impl Generations {
    fn insert(&mut self, key: BlockKey, block: Arc<Block>, half: usize) {
        let size = block.size();
        if self.young_bytes + size > half {
            self.old = std::mem::take(&mut self.young);
            self.old_bytes = std::mem::take(&mut self.young_bytes);
        }
        if size <= half && self.young.insert(key, block).is_none() {
            self.young_bytes += size;
        }
    }
}
