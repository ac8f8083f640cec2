//! A bounded cache of decoded blocks, shared by all segments of a store.
//!
//! A part keeps its decoded blocks on a shelf, in a place for each block: so asking for a block costs a look at its
//! place and a mark, and reads no table that lies elsewhere in memory. The cache knows what stands on all shelves, in a
//! queue, and lets go by the second-chance rule: the first in the queue goes, unless it was asked for since it was looked
//! at last; then it queues up again. So the whole budget is in use.

use std::collections::VecDeque;
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::segment::block::block::Block;

/// Places for the decoded blocks of one part.
pub(crate) struct Shelf(Vec<Place>);

#[derive(Default)]
struct Place {
    /// Asked for since the cache looked at it. A hint, and so outside the lock.
    marked: AtomicBool,
    block: Mutex<Option<Block>>,
}

impl Place {
    fn block(&self) -> MutexGuard<'_, Option<Block>> {
        self.block.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn mark(&self) {
        self.marked.store(true, Ordering::Relaxed);
    }
}

impl Shelf {
    /// A shelf with a place for each of a part's blocks.
    pub fn new(blocks: u32) -> Arc<Self> {
        Arc::new(Self((0..blocks).map(|_| Place::default()).collect()))
    }

    fn place(&self, block: u32) -> &Place {
        &self.0[block as usize]
    }

    /// Those of some blocks that are there and that nobody else is at; of one that is named twice maybe only the first.
    ///
    /// Blocks of scattered rows lie all over memory. Taken one after another each is waited for twice, for its place and
    /// for the line that counts its holders, as no wait gets past a lock. So all places are looked at first, then all
    /// blocks, and what is taken then is near: whole events spread over a store take a fifth less time.
    pub fn at_hand(&self, blocks: &[u32]) -> Vec<Option<Block>> {
        let places = || blocks.iter().map(|&block| self.place(block));
        let marked = |place: &Place| place.marked.load(Ordering::Relaxed);
        black_box(places().fold(false, |sum, place| sum ^ marked(place)));
        // Never waits for a lock while it holds others.
        let locked: Vec<_> = places().map(|place| place.block.try_lock().ok()).collect();
        let there = locked.iter().map(|guard| guard.as_deref()?.as_ref());
        black_box(
            there
                .flatten()
                .fold(0, |sum, block| sum ^ block.first_byte()),
        );
        let take = |(place, guard): (&Place, &Option<MutexGuard<'_, Option<Block>>>)| {
            let block = guard.as_deref()?.clone()?;
            place.mark();
            Some(block)
        };
        places().zip(&locked).map(take).collect()
    }

    /// Bytes in memory without the blocks, which the cache counts.
    pub fn size(&self) -> usize {
        self.0.len() * size_of::<Place>()
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
        let place = shelf.place(block);
        if let Some(block) = &*place.block() {
            place.mark();
            return Ok(block.clone());
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
        if bytes > budget || shelf.place(block).block().is_some() {
            return;
        }
        while self.bytes + bytes > budget {
            self.let_go();
        }
        *shelf.place(block).block() = Some(loaded.clone());
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
            let place = shelf.place(held.block);
            if place.marked.swap(false, Ordering::Relaxed) {
                self.held.push_back(held);
                return;
            }
            *place.block() = None;
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
        let on_it = shelf.0.iter().filter(|place| place.block().is_some());
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
                let marked = &shelf.place(before).marked;
                marked.store(false, Ordering::Relaxed);
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
    fn blocks_at_hand_are_those_that_are_there_and_stay_as_if_asked_for_one_by_one() {
        let one = block(1000).unwrap().size();
        let cache = BlockCache::new(10 * one);
        let shelf = Shelf::new(100);
        for number in 0..10 {
            cache.get(&shelf, number, || block(1000)).unwrap();
        }
        let found = shelf.at_hand(&[7, 50, 3, 3, 9]);
        let there: Vec<_> = found.iter().map(Option::is_some).collect();
        assert_eq!(there, [true, false, true, false, true]);
        // Ten others come, and who was asked for has a second chance.
        for number in 10..17 {
            cache.get(&shelf, number, || block(1000)).unwrap();
        }
        let kept = (0..10).filter(|&number| shelf.place(number).block().is_some());
        assert_eq!(kept.collect::<Vec<_>>(), [3, 7, 9]);
        let held = shelf.place(7).block();
        let found = shelf.at_hand(&[3, 7]);
        assert_eq!(found.iter().flatten().count(), 1);
        drop(held);
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
