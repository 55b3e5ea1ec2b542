//! Records by id, least recently used out first, bounded in entries and in bytes.
//! Must never evict what an operation holds, and never read a clock: freshness comes in as values.

use crate::sorted::SortedMap;
use std::rc::Rc;

use crate::freshness::Freshness;
use crate::record::Record;

const NONE: u32 = u32::MAX;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheLimits {
    pub entries_max: usize,
    pub bytes_max: usize,
}

pub struct Cache {
    limits: CacheLimits,
    by_id: SortedMap<Rc<str>, u32>,
    slots: Vec<Option<Slot>>,
    free: Vec<u32>,
    newest: u32,
    oldest: u32,
    bytes: usize,
    evictions: u64,
}

struct Slot {
    record: Rc<Record>,
    freshness: Freshness,
    newer: u32,
    older: u32,
}

impl Slot {
    fn charged_bytes(&self) -> usize {
        self.record.charged_bytes() + self.freshness.charged_bytes()
    }
}

impl Cache {
    pub fn new(limits: CacheLimits) -> Cache {
        Cache {
            limits,
            by_id: SortedMap::new(),
            slots: Vec::new(),
            free: Vec::new(),
            newest: NONE,
            oldest: NONE,
            bytes: 0,
            evictions: 0,
        }
    }

    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// Charged bytes of all entries.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    pub fn evictions(&self) -> u64 {
        self.evictions
    }

    /// The record, if it is fresh at `now`; it becomes the most recently used.
    pub fn fresh(&mut self, id: &str, now: u64) -> Option<Rc<Record>> {
        let index = self.by_id.get(id).copied()?;
        let record =
            self.slot(index).filter(|slot| now < slot.freshness.fresh_until).map(|slot| slot.record.clone())?;
        self.unlink(index);
        self.link_newest(index);
        Some(record)
    }

    /// The record, fresh or not, without touching it.
    pub fn peek(&self, id: &str) -> Option<&Rc<Record>> {
        self.by_id.get(id).and_then(|index| self.slot(*index)).map(|slot| &slot.record)
    }

    /// The record, fresh or not, and how to ask whether it still holds.
    pub fn kept(&self, id: &str) -> Option<(&Rc<Record>, &Freshness)> {
        self.by_id.get(id).and_then(|index| self.slot(*index)).map(|slot| (&slot.record, &slot.freshness))
    }

    pub fn insert(&mut self, record: Rc<Record>, freshness: Freshness) {
        self.remove(&record.id);
        let bytes = record.charged_bytes() + freshness.charged_bytes();
        if bytes > self.limits.bytes_max {
            return;
        }
        self.bytes += bytes;
        let id = record.id.clone();
        let slot = Some(Slot { record, freshness, newer: NONE, older: NONE });
        let index = match self.free.pop() {
            Some(index) => {
                if let Some(place) = self.slots.get_mut(index as usize) {
                    *place = slot;
                }
                index
            }
            None => {
                self.slots.push(slot);
                self.slots.len() as u32 - 1
            }
        };
        self.by_id.insert(id, index);
        self.link_newest(index);
        if self.is_over() {
            self.evict(true);
        }
    }

    /// In no order that means anything.
    pub fn records(&self) -> impl Iterator<Item = &Rc<Record>> {
        self.slots.iter().flatten().map(|slot| &slot.record)
    }

    pub fn remove(&mut self, id: &str) -> bool {
        let Some(index) = self.by_id.get(id).copied() else { return false };
        self.drop_slot(index);
        true
    }

    pub fn clear(&mut self) {
        *self = Cache { evictions: self.evictions, ..Cache::new(self.limits) };
    }

    /// Holds the limits again, after an operation let go of its records.
    pub fn enforce(&mut self) {
        if self.is_over() {
            self.evict(false);
        }
    }

    /// The sum of all charges, counted anew. Equals [`Cache::bytes`] or there is a fault.
    pub fn recount(&self) -> usize {
        self.slots.iter().flatten().map(Slot::charged_bytes).sum()
    }

    fn is_over(&self) -> bool {
        self.len() > self.limits.entries_max || self.bytes > self.limits.bytes_max
    }

    /// Down to the entries allowed, and for bytes to four fifths, so that one insertion more does not evict again.
    /// `stops_at_pinned`: amid an operation most entries are held by it, and walking past them each time would
    /// make an insertion cost the length of the list.
    fn evict(&mut self, stops_at_pinned: bool) {
        let bytes_goal = if self.bytes > self.limits.bytes_max {
            self.limits.bytes_max - self.limits.bytes_max / 5
        } else {
            self.limits.bytes_max
        };
        let mut index = self.oldest;
        while index != NONE && (self.len() > self.limits.entries_max || self.bytes > bytes_goal) {
            let Some(slot) = self.slot(index) else { return };
            let newer = slot.newer;
            if Rc::strong_count(&slot.record) == 1 {
                self.drop_slot(index);
                self.evictions += 1;
            } else if stops_at_pinned {
                return;
            }
            index = newer;
        }
    }

    fn slot(&self, index: u32) -> Option<&Slot> {
        self.slots.get(index as usize).and_then(Option::as_ref)
    }

    fn slot_mut(&mut self, index: u32) -> Option<&mut Slot> {
        self.slots.get_mut(index as usize).and_then(Option::as_mut)
    }

    fn drop_slot(&mut self, index: u32) {
        self.unlink(index);
        let Some(slot) = self.slots.get_mut(index as usize).and_then(Option::take) else { return };
        self.bytes -= slot.charged_bytes();
        self.by_id.remove(&slot.record.id);
        self.free.push(index);
    }

    fn unlink(&mut self, index: u32) {
        let Some((newer, older)) = self.slot(index).map(|slot| (slot.newer, slot.older)) else { return };
        match self.slot_mut(newer) {
            Some(slot) => slot.older = older,
            None => self.newest = older,
        }
        match self.slot_mut(older) {
            Some(slot) => slot.newer = newer,
            None => self.oldest = newer,
        }
    }

    fn link_newest(&mut self, index: u32) {
        let previous = self.newest;
        if let Some(slot) = self.slot_mut(index) {
            slot.newer = NONE;
            slot.older = previous;
        }
        match self.slot_mut(previous) {
            Some(slot) => slot.newer = index,
            None => self.oldest = index,
        }
        self.newest = index;
    }
}
