//! A bounded cache of decoded blocks, shared by all segments of a store.
//!
//! The second-chance rule: a hand goes round over the blocks; it lets go of the one it points at, unless that was asked
//! for since the hand came by last. So the whole budget is in use, and asking for a block costs one lookup and a mark.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;

use super::blocks::Block;

/// Names a block: a number of its segment that is unique in the process, part, block.
pub(crate) type BlockKey = (u64, u8, u32);

/// See the file's head.
pub(crate) struct BlockCache {
    budget: usize,
    state: Mutex<Ring>,
}

#[derive(Default)]
struct Ring {
    slots: Vec<Slot>,
    /// Where each block stands in `slots`.
    places: FxHashMap<BlockKey, usize>,
    hand: usize,
    bytes: usize,
}

struct Slot {
    key: BlockKey,
    block: Arc<Block>,
    /// Asked for since the hand came by.
    marked: bool,
}

impl BlockCache {
    /// A cache of at most `budget` bytes of decoded blocks.
    pub fn new(budget: usize) -> Self {
        Self {
            budget,
            state: Mutex::default(),
        }
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes held now.
    pub fn bytes(&self) -> usize {
        self.ring().bytes
    }

    /// The block, decoded by `load` if it is not there. Two threads may load one block at the same time; both are right.
    pub fn get<E>(
        &self,
        key: BlockKey,
        load: impl FnOnce() -> Result<Block, E>,
    ) -> Result<Arc<Block>, E> {
        if let Some(block) = self.ring().get(&key) {
            return Ok(block);
        }
        let block = Arc::new(load()?);
        self.ring().insert(key, block.clone(), self.budget);
        Ok(block)
    }
}

impl Ring {
    fn get(&mut self, key: &BlockKey) -> Option<Arc<Block>> {
        let slot = &mut self.slots[*self.places.get(key)?];
        slot.marked = true;
        Some(slot.block.clone())
    }

    fn insert(&mut self, key: BlockKey, block: Arc<Block>, budget: usize) {
        let size = block.size();
        if size > budget || self.places.contains_key(&key) {
            return;
        }
        while self.bytes + size > budget {
            self.advance();
        }
        self.bytes += size;
        self.places.insert(key, self.slots.len());
        self.slots.push(Slot {
            key,
            block,
            marked: false,
        });
    }

    /// Moves the hand by one block, or lets that block go. Ends, as a round takes every mark away.
    fn advance(&mut self) {
        if self.hand >= self.slots.len() {
            self.hand = 0;
        }
        let slot = &mut self.slots[self.hand];
        if std::mem::take(&mut slot.marked) {
            self.hand += 1;
            return;
        }
        let gone = self.slots.swap_remove(self.hand);
        self.bytes -= gone.block.size();
        self.places.remove(&gone.key);
        if let Some(moved) = self.slots.get(self.hand) {
            self.places.insert(moved.key, self.hand);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(bytes: usize) -> Result<Block, ()> {
        Block::new(vec![0; bytes]).map_err(drop)
    }

    #[test]
    fn it_stays_within_its_budget_and_uses_it() {
        let one = block(1000).unwrap().size();
        let cache = BlockCache::new(10 * one);
        for number in 0..100 {
            cache.get((1, 0, number), || block(1000)).unwrap();
            assert_eq!(cache.bytes(), one * (number as usize + 1).min(10));
        }
        cache.get((2, 0, 0), || block(20_000)).unwrap();
        assert_eq!(cache.bytes(), 10 * one);
    }

    #[test]
    fn a_block_that_is_asked_for_again_and_again_stays() {
        let one = block(1000).unwrap().size();
        let cache = BlockCache::new(10 * one);
        let mut loads = 0;
        for number in 0..100 {
            cache.get((1, 0, number), || block(1000)).unwrap();
            let load = || {
                loads += 1;
                block(1000)
            };
            cache.get((1, 1, 0), load).unwrap();
        }
        assert_eq!(loads, 1);
    }

    #[test]
    fn a_failed_load_leaves_nothing_behind() {
        let cache = BlockCache::new(1 << 20);
        assert!(cache.get((1, 0, 0), || Err::<Block, ()>(())).is_err());
        assert_eq!(cache.bytes(), 0);
        assert!(cache.get((1, 0, 0), || block(10)).is_ok());
    }
}
