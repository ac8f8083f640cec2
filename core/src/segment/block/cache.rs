//! A bounded cache of decoded blocks, shared by all segments of a store.
//!
//! Each part has an array with one slot per block. A hit locks the slot and sets its reference bit;
//! there is no shared hash table to look up. A queue lists the blocks of all slots, and eviction is
//! CLOCK (second chance): the first of the queue goes, unless its reference bit is set; then the
//! bit is cleared and the block queues up again. So the whole capacity is in use.
//!
//! Written by hand, although crates do it: blocks of a part are numbered from 0, so an array takes
//! the place of the hash table that a general cache has, and [`SlotTable::peek_many`] needs to see
//! the slots of many blocks before it takes one.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use super::decoded::Block;
use super::prefetch::touch_all;

/// Slots that are made together.
const GROUP: usize = 64;

/// A slot for each block of one part, made when one of its group is asked for: a short process reads a few
/// blocks of a large store, and the slots of a million pages take as long as its question.
pub(super) struct SlotTable {
    groups: Box<[OnceLock<Box<[Slot]>>]>,
    blocks: u32,
}

#[derive(Default)]
struct Slot {
    /// Set by a hit, cleared when the block is at the head of the queue. A hint, so it needs no
    /// lock.
    referenced: AtomicBool,
    block: Mutex<Option<Block>>,
}

impl Slot {
    fn block(&self) -> MutexGuard<'_, Option<Block>> {
        self.block.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_referenced(&self) {
        self.referenced.store(true, Ordering::Relaxed);
    }
}

impl SlotTable {
    /// Empty slots for the blocks of a part.
    pub fn new(blocks: u32) -> Arc<Self> {
        let groups = (blocks as usize).div_ceil(GROUP);
        Arc::new(Self {
            groups: (0..groups).map(|_| OnceLock::new()).collect(),
            blocks,
        })
    }

    #[inline]
    fn slot(&self, block: u32) -> &Slot {
        let (group, at) = (block as usize / GROUP, block as usize % GROUP);
        let make = || (0..GROUP).map(|_| Slot::default()).collect();
        &self.groups[group].get_or_init(make)[at]
    }

    /// Those of some blocks that are cached and not locked by another thread. Of a block that is
    /// named twice, perhaps only the first is returned.
    ///
    /// A hit misses the CPU cache twice: on the slot and on the block's reference count. Locking
    /// serialises those misses, so we touch all slots first, then all counts, and only then clone.
    /// Whole events of scattered rows take a fifth less time.
    pub fn peek_many(&self, blocks: impl Iterator<Item = u32> + Clone) -> Vec<Option<Block>> {
        let slots = || blocks.clone().map(|block| self.slot(block));
        touch_all(slots().map(|slot| u8::from(slot.referenced.load(Ordering::Relaxed))));
        // Only tries: a thread that waited for a slot while it holds others could deadlock.
        let locked: Vec<_> = slots().map(|slot| slot.block.try_lock().ok()).collect();
        let cached = locked.iter().filter_map(|guard| guard.as_deref()?.as_ref());
        touch_all(cached.map(Block::touch_count));
        let take = |(slot, guard): (&Slot, &Option<MutexGuard<'_, Option<Block>>>)| {
            let block = guard.as_deref()?.clone()?;
            slot.set_referenced();
            Some(block)
        };
        slots().zip(&locked).map(take).collect()
    }

    /// Bytes in memory once all slots are made, without the blocks, which the cache counts.
    pub fn size(&self) -> usize {
        size_of_val(&*self.groups) + self.blocks as usize * size_of::<Slot>()
    }
}

/// A cache of decoded blocks of limited capacity.
pub(crate) struct BlockCache {
    /// Bytes of decoded blocks.
    capacity: usize,
    queue: Mutex<ClockQueue>,
}

/// The blocks of all slots, the next candidate for eviction first.
#[derive(Default)]
struct ClockQueue {
    entries: VecDeque<QueueEntry>,
    bytes: usize,
}

struct QueueEntry {
    /// Dangling once the segment is dropped; its blocks are then freed already.
    slots: Weak<SlotTable>,
    block: u32,
    bytes: usize,
}

impl BlockCache {
    /// A cache of at most `capacity` bytes of decoded blocks.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            queue: Mutex::default(),
        }
    }

    fn queue(&self) -> MutexGuard<'_, ClockQueue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes of the capacity in use. Blocks of dropped segments count until they reach the head of
    /// the queue.
    pub fn bytes(&self) -> usize {
        self.queue().bytes
    }

    /// A block of a part, decoded by `load` if it is not cached. Two threads may load one block at
    /// the same time; both results are right.
    pub(super) fn get<E>(
        &self,
        slots: &Arc<SlotTable>,
        block: u32,
        load: impl FnOnce() -> Result<Block, E>,
    ) -> Result<Block, E> {
        let slot = slots.slot(block);
        if let Some(block) = &*slot.block() {
            slot.set_referenced();
            return Ok(block.clone());
        }
        let loaded = load()?;
        self.queue().insert(slots, block, &loaded, self.capacity);
        Ok(loaded)
    }
}

impl ClockQueue {
    /// Lock order: a slot is locked while the queue is, or alone; the queue is never locked while a
    /// slot is.
    fn insert(&mut self, slots: &Arc<SlotTable>, block: u32, loaded: &Block, capacity: usize) {
        let bytes = loaded.size();
        if bytes > capacity || slots.slot(block).block().is_some() {
            return;
        }
        while self.bytes + bytes > capacity {
            self.evict_or_requeue();
        }
        *slots.slot(block).block() = Some(loaded.clone());
        self.bytes += bytes;
        self.entries.push_back(QueueEntry {
            slots: Arc::downgrade(slots),
            block,
            bytes,
        });
    }

    /// Evicts the first block, or queues it up again if it was used. One round clears all reference
    /// bits, so calling this until there is room comes to an end.
    fn evict_or_requeue(&mut self) {
        let Some(entry) = self.entries.pop_front() else {
            return;
        };
        if let Some(slots) = entry.slots.upgrade() {
            let slot = slots.slot(entry.block);
            if slot.referenced.swap(false, Ordering::Relaxed) {
                self.entries.push_back(entry);
                return;
            }
            *slot.block() = None;
        }
        self.bytes -= entry.bytes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(bytes: usize) -> Result<Block, ()> {
        Block::from_entries(&vec![0; bytes]).map_err(drop)
    }

    #[test]
    fn it_stays_within_its_capacity_and_uses_it() {
        let one = block(1000).unwrap().size();
        let cache = BlockCache::new(10 * one);
        let slots = SlotTable::new(100);
        for number in 0..100 {
            cache.get(&slots, number, || block(1000)).unwrap();
            assert_eq!(cache.bytes(), one * (number as usize + 1).min(10));
        }
        let cached = (0..100).filter(|&number| slots.slot(number).block().is_some());
        assert_eq!(cached.count(), 10);
        cache.get(&SlotTable::new(1), 0, || block(20_000)).unwrap();
        assert_eq!(cache.bytes(), 10 * one);
    }

    #[test]
    fn slots_are_made_where_a_block_is_asked_for() {
        let cache = BlockCache::new(1 << 20);
        let slots = SlotTable::new(1_000_000);
        for number in [999_999, 70, 64, 127] {
            cache.get(&slots, number, || block(1)).unwrap();
        }
        let made = slots.groups.iter().filter(|group| group.get().is_some());
        assert_eq!(made.count(), 2);
    }

    #[test]
    fn a_block_that_is_used_again_and_again_stays() {
        let one = block(1000).unwrap().size();
        let cache = BlockCache::new(10 * one);
        let (slots, often) = (SlotTable::new(100), SlotTable::new(1));
        let mut loads = 0;
        for number in 0..100 {
            cache.get(&slots, number, || block(1000)).unwrap();
            let load = || {
                loads += 1;
                block(1000)
            };
            cache.get(&often, 0, load).unwrap();
        }
        assert_eq!(loads, 1);
    }

    #[test]
    fn blocks_that_are_not_used_again_are_evicted_in_turn() {
        let one = block(1000).unwrap().size();
        let cache = BlockCache::new(10 * one);
        let slots = SlotTable::new(100);
        for number in 0..100 {
            cache.get(&slots, number, || block(1000)).unwrap();
            // The four blocks before are still cached.
            for before in number.saturating_sub(4)..number {
                cache
                    .get(&slots, before, || Err::<Block, _>(before))
                    .unwrap();
                let referenced = &slots.slot(before).referenced;
                referenced.store(false, Ordering::Relaxed);
            }
        }
    }

    #[test]
    fn blocks_of_a_dropped_segment_make_room() {
        let one = block(1000).unwrap().size();
        let cache = BlockCache::new(10 * one);
        let slots = SlotTable::new(10);
        for number in 0..10 {
            cache.get(&slots, number, || block(1000)).unwrap();
            cache.get(&slots, number, || block(1000)).unwrap();
        }
        drop(slots);
        let slots = SlotTable::new(10);
        for number in 0..10 {
            cache.get(&slots, number, || block(1000)).unwrap();
        }
        for number in 0..10 {
            cache.get(&slots, number, || Err(())).unwrap();
        }
        assert_eq!(cache.bytes(), 10 * one);
    }

    #[test]
    fn blocks_peek_many_are_those_that_are_there_and_stay_as_if_asked_for_one_by_one() {
        let one = block(1000).unwrap().size();
        let cache = BlockCache::new(10 * one);
        let slots = SlotTable::new(100);
        for number in 0..10 {
            cache.get(&slots, number, || block(1000)).unwrap();
        }
        let found = slots.peek_many([7, 50, 3, 3, 9].into_iter());
        let there: Vec<_> = found.iter().map(Option::is_some).collect();
        assert_eq!(there, [true, false, true, false, true]);
        // Seven others come, and the blocks that were used have a second chance.
        for number in 10..17 {
            cache.get(&slots, number, || block(1000)).unwrap();
        }
        let kept = (0..10).filter(|&number| slots.slot(number).block().is_some());
        assert_eq!(kept.collect::<Vec<_>>(), [3, 7, 9]);
        let held = slots.slot(7).block();
        let found = slots.peek_many([3, 7].into_iter());
        assert_eq!(found.iter().flatten().count(), 1);
        drop(held);
    }

    #[test]
    fn a_failed_load_leaves_nothing_behind() {
        let cache = BlockCache::new(1 << 20);
        let slots = SlotTable::new(1);
        assert!(cache.get(&slots, 0, || Err::<Block, ()>(())).is_err());
        assert_eq!(cache.bytes(), 0);
        assert!(cache.get(&slots, 0, || block(10)).is_ok());
    }
}
