//! A bounded cache of decoded blocks, shared by all segments of a store.
//!
//! A part keeps its decoded blocks on a shelf, in a place for each block: so asking for a block costs a look at its
//! place and a mark, and reads no table that lies elsewhere in memory. The cache knows what stands on all shelves, in a
//! queue, and lets go by the second-chance rule: the first in the queue goes, unless it was asked for since it was looked
//! at last; then it queues up again. So the whole budget is in use.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::blocks::Block;

/// Places for the decoded blocks of one part.
pub(crate) struct Shelf(Vec<Mutex<Place>>);

#[derive(Default)]
struct Place {
    block: Option<Block>,
    /// Asked for since the cache looked at it.
    marked: bool,
}

impl Shelf {
    /// A shelf with a place for each of a part's blocks.
    pub fn new(blocks: u32) -> Arc<Self> {
        Arc::new(Self((0..blocks).map(|_| Mutex::default()).collect()))
    }

    fn place(&self, block: u32) -> MutexGuard<'_, Place> {
        let place = self.0[block as usize].lock();
        place.unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes in memory without the blocks, which the cache counts.
    pub fn size(&self) -> usize {
        self.0.len() * size_of::<Mutex<Place>>()
    }
}

/// See the file's head.
pub(crate) struct BlockCache {
    budget: usize,
    queue: Mutex<Queue>,
}

/// What stands on all shelves, the next to be looked at first.
#[derive(Default)]
struct Queue {
    held: VecDeque<Held>,
    bytes: usize,
}

struct Held {
    /// Gone with its segment, and its blocks with it.
    shelf: Weak<Shelf>,
    block: u32,
    bytes: usize,
}

impl BlockCache {
    /// A cache of at most `budget` bytes of decoded blocks.
    pub fn new(budget: usize) -> Self {
        Self {
            budget,
            queue: Mutex::default(),
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes of the budget in use: those of segments that are gone count until the queue comes by.
    pub fn bytes(&self) -> usize {
        self.queue().bytes
    }

    /// A block of a shelf, decoded by `load` if it is not there. Two threads may load one block at the same time; both
    /// are right.
    pub fn get<E>(
        &self,
        shelf: &Arc<Shelf>,
        block: u32,
        load: impl FnOnce() -> Result<Block, E>,
    ) -> Result<Block, E> {
        {
            let mut place = shelf.place(block);
            let place = &mut *place;
            if let Some(block) = &place.block {
                place.marked = true;
                return Ok(block.clone());
            }
        }
        let loaded = load()?;
        self.queue().put(shelf, block, &loaded, self.budget);
        Ok(loaded)
    }
}

impl Queue {
    /// A place is locked with the queue locked, or alone; never the queue with a place locked.
    fn put(&mut self, shelf: &Arc<Shelf>, block: u32, loaded: &Block, budget: usize) {
        let bytes = loaded.size();
        if bytes > budget || shelf.place(block).block.is_some() {
            return;
        }
        while self.bytes + bytes > budget {
            self.let_go();
        }
        shelf.place(block).block = Some(loaded.clone());
        self.bytes += bytes;
        self.held.push_back(Held {
            shelf: Arc::downgrade(shelf),
            block,
            bytes,
        });
    }

    /// Looks at the first block: lets it go, or has it queue up again. A round takes every mark away, so that asking for
    /// room ends.
    fn let_go(&mut self) {
        let Some(held) = self.held.pop_front() else {
            return;
        };
        if let Some(shelf) = held.shelf.upgrade() {
            let mut place = shelf.place(held.block);
            if std::mem::take(&mut place.marked) {
                self.held.push_back(held);
                return;
            }
            place.block = None;
        }
        self.bytes -= held.bytes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(bytes: usize) -> Result<Block, ()> {
        Block::new(&vec![0; bytes]).map_err(drop)
    }

    #[test]
    fn it_stays_within_its_budget_and_uses_it() {
        let one = block(1000).unwrap().size();
        let cache = BlockCache::new(10 * one);
        let shelf = Shelf::new(100);
        for number in 0..100 {
            cache.get(&shelf, number, || block(1000)).unwrap();
            assert_eq!(cache.bytes(), one * (number as usize + 1).min(10));
        }
        let on_it = shelf
            .0
            .iter()
            .filter(|place| place.lock().unwrap().block.is_some());
        assert_eq!(on_it.count(), 10);
        cache.get(&Shelf::new(1), 0, || block(20_000)).unwrap();
        assert_eq!(cache.bytes(), 10 * one);
    }

    #[test]
    fn a_block_that_is_asked_for_again_and_again_stays() {
        let one = block(1000).unwrap().size();
        let cache = BlockCache::new(10 * one);
        let (shelf, often) = (Shelf::new(100), Shelf::new(1));
        let mut loads = 0;
        for number in 0..100 {
            cache.get(&shelf, number, || block(1000)).unwrap();
            let load = || {
                loads += 1;
                block(1000)
            };
            cache.get(&often, 0, load).unwrap();
        }
        assert_eq!(loads, 1);
    }

    #[test]
    fn blocks_that_nobody_asks_for_again_go_in_turn() {
        let one = block(1000).unwrap().size();
        let cache = BlockCache::new(10 * one);
        let shelf = Shelf::new(100);
        for number in 0..100 {
            cache.get(&shelf, number, || block(1000)).unwrap();
            // What came right before is there still.
            for before in number.saturating_sub(4)..number {
                cache
                    .get(&shelf, before, || Err::<Block, _>(before))
                    .unwrap();
                shelf.place(before).marked = false;
            }
        }
    }

    #[test]
    fn blocks_of_a_segment_that_is_gone_make_room() {
        let one = block(1000).unwrap().size();
        let cache = BlockCache::new(10 * one);
        let shelf = Shelf::new(10);
        for number in 0..10 {
            cache.get(&shelf, number, || block(1000)).unwrap();
            cache.get(&shelf, number, || block(1000)).unwrap();
        }
        drop(shelf);
        let shelf = Shelf::new(10);
        for number in 0..10 {
            cache.get(&shelf, number, || block(1000)).unwrap();
        }
        for number in 0..10 {
            cache.get(&shelf, number, || Err(())).unwrap();
        }
        assert_eq!(cache.bytes(), 10 * one);
    }

    #[test]
    fn a_failed_load_leaves_nothing_behind() {
        let cache = BlockCache::new(1 << 20);
        let shelf = Shelf::new(1);
        assert!(cache.get(&shelf, 0, || Err::<Block, ()>(())).is_err());
        assert_eq!(cache.bytes(), 0);
        assert!(cache.get(&shelf, 0, || block(10)).is_ok());
    }
}
