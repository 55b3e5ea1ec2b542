//! Records by id, least recently used out first, bounded in entries and in bytes.
//! Must never evict what an operation holds, and never read a clock: freshness comes in as values.

use somon_lang::gather::gather;
use std::rc::Rc;

use crate::freshness::Freshness;
use crate::record::Record;
use crate::resident::Link;
use somon_lang::index::{Hash, Index};

const NONE: u32 = u32::MAX;
/// More option sets than that are not used on one module at a time.
const OUTPUTS_MAX: usize = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheLimits {
    pub entries_max: usize,
    pub bytes_max: usize,
}

/// Of an entry; good for nothing once the generation has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place(u32);

pub struct Cache {
    limits: CacheLimits,
    /// Slots.
    by_id: Index,
    slots: Vec<Option<Slot>>,
    free: Vec<u32>,
    newest: u32,
    oldest: u32,
    bytes: usize,
    evictions: u64,
    /// Not told to anybody yet.
    evicted: Vec<Rc<str>>,
    /// Of outputs, the part of `bytes` that goes first.
    output_bytes: usize,
    /// Of what is kept elsewhere, which goes even before outputs.
    kept_bytes: usize,
    /// Ids whose kept part has to go; not told to anybody yet.
    dropped: Vec<Rc<str>>,
    /// Another one for each time that something leaves.
    generation: u64,
}

struct Slot {
    record: Rc<Record>,
    freshness: Freshness,
    /// Of what is kept elsewhere because of it.
    kept_bytes: usize,
    /// Printed forms by the key of what they depend on.
    outputs: Vec<(u64, Rc<str>)>,
    /// Beside the record's imports; empty until an operation has followed them.
    links: Rc<[Link]>,
    is_entry: bool,
    /// Microseconds on the caller's clock.
    fetched_at: u64,
    newer: u32,
    older: u32,
}

impl Slot {
    fn charged_bytes(&self) -> usize {
        self.record.charged_bytes() + self.freshness.charged_bytes() + self.added_bytes()
    }

    /// What may change while the record stays.
    fn added_bytes(&self) -> usize {
        let links: usize = self.links.iter().map(Link::charged_bytes).sum();
        links + self.output_bytes() + self.kept_bytes
    }

    fn output_bytes(&self) -> usize {
        self.outputs.iter().map(|(_, code)| code.len() + size_of::<(u64, Rc<str>)>()).sum()
    }
}

impl Cache {
    pub fn new(limits: CacheLimits) -> Cache {
        Cache {
            limits,
            by_id: Index::default(),
            slots: Vec::new(),
            free: Vec::new(),
            newest: NONE,
            oldest: NONE,
            bytes: 0,
            evictions: 0,
            evicted: Vec::new(),
            output_bytes: 0,
            kept_bytes: 0,
            dropped: Vec::new(),
            generation: 0,
        }
    }

    /// The same number twice: in between nothing has left and no version was replaced.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Where an entry lies, for as long as the generation stays the same.
    pub fn place(&self, id: &str) -> Option<Place> {
        self.find(id).map(Place)
    }

    /// Makes an entry the most recently used.
    pub fn touch(&mut self, Place(index): Place) {
        if self.newest != index {
            self.unlink(index);
            self.link_newest(index);
        }
    }

    /// Charges an entry with what somebody else keeps because of it.
    pub fn set_kept(&mut self, id: &str, bytes: usize) {
        if let Some(index) = self.find(id) {
            self.change(index, |slot| slot.kept_bytes = bytes);
            if self.is_over() {
                self.evict(true);
            }
        }
    }

    /// Those for whom nothing is to be kept any more, since this was last asked.
    pub fn take_dropped(&mut self) -> Vec<Rc<str>> {
        std::mem::take(&mut self.dropped)
    }

    /// Makes room, if it can: outputs first, then entries that nobody holds. How much became free: what others keep
    /// takes none of it.
    pub fn shrink_by(&mut self, bytes: usize) -> usize {
        let before = self.bytes - self.kept_bytes;
        let goal = before.saturating_sub(bytes);
        self.evict_outputs(goal, |cache| cache.bytes - cache.kept_bytes);
        let mut index = self.oldest;
        while index != NONE && self.bytes - self.kept_bytes > goal {
            let Some(slot) = self.slot(index) else { break };
            let (newer, is_free) = (slot.newer, Rc::strong_count(&slot.record) == 1);
            if is_free {
                self.push_out(index);
            }
            index = newer;
        }
        before - (self.bytes - self.kept_bytes)
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

    /// Whom it pushed out since this was last asked.
    pub fn take_evicted(&mut self) -> Vec<Rc<str>> {
        std::mem::take(&mut self.evicted)
    }

    /// Lower ones evict at once.
    pub fn set_limits(&mut self, limits: CacheLimits) {
        self.limits = limits;
        self.generation += 1;
        self.enforce();
    }

    /// The record, if it is fresh at `now`; it becomes the most recently used.
    pub fn fresh(&mut self, id: &str, now: u64) -> Option<Rc<Record>> {
        let index = self.find(id)?;
        let record =
            self.slot(index).filter(|slot| now < slot.freshness.fresh_until).map(|slot| slot.record.clone())?;
        self.unlink(index);
        self.link_newest(index);
        Some(record)
    }

    /// Whether this very record is what [`Cache::fresh`] would give.
    pub fn is_fresh(&self, record: &Rc<Record>, now: u64) -> bool {
        let slot = self.slot_of(&record.id);
        slot.is_some_and(|slot| Rc::ptr_eq(&slot.record, record) && now < slot.freshness.fresh_until)
    }

    /// The record, fresh or not, without touching it.
    pub fn peek(&self, id: &str) -> Option<&Rc<Record>> {
        self.slot_of(id).map(|slot| &slot.record)
    }

    /// The record, fresh or not, and how to ask whether it still holds.
    pub fn kept(&self, id: &str) -> Option<(&Rc<Record>, &Freshness)> {
        self.slot_of(id).map(|slot| (&slot.record, &slot.freshness))
    }

    /// Where the imports of a module led; empty when nobody followed them.
    pub fn links(&self, id: &str) -> Option<&Rc<[Link]>> {
        self.slot_of(id).map(|slot| &slot.links)
    }

    pub fn is_entry(&self, id: &str) -> bool {
        self.slot_of(id).is_some_and(|slot| slot.is_entry)
    }

    /// Microseconds on the clock that `insert` was told.
    pub fn fetched_at(&self, id: &str) -> Option<u64> {
        self.slot_of(id).map(|slot| slot.fetched_at)
    }

    /// The printed form of this very version.
    pub fn output(&self, record: &Rc<Record>, key: u64) -> Option<Rc<str>> {
        let slot = self.slot_of(&record.id)?;
        let outputs = if Rc::ptr_eq(&slot.record, record) { slot.outputs.as_slice() } else { &[] };
        outputs.iter().find(|(known, _)| *known == key).map(|(_, code)| code.clone())
    }

    pub fn add_output(&mut self, record: &Rc<Record>, key: u64, code: Rc<str>) {
        let Some(index) = self.find(&record.id) else { return };
        self.change(index, |slot| {
            if Rc::ptr_eq(&slot.record, record) {
                if slot.outputs.len() >= OUTPUTS_MAX {
                    slot.outputs.remove(0);
                }
                slot.outputs.push((key, code));
            }
        });
    }

    /// Forgets the printed forms of a module, not the module; whether there were any.
    pub fn drop_outputs(&mut self, id: &str) -> bool {
        let Some(index) = self.find(id) else { return false };
        let before = self.output_bytes;
        self.change(index, |slot| slot.outputs = Vec::new());
        before != self.output_bytes
    }

    /// Changes what is added to an entry and keeps the sums right.
    fn change(&mut self, index: u32, change: impl FnOnce(&mut Slot)) {
        let Some(slot) = self.slot_mut(index) else { return };
        let (bytes, outputs, kept) = (slot.added_bytes(), slot.output_bytes(), slot.kept_bytes);
        change(slot);
        let (new_bytes, new_outputs, new_kept) = (slot.added_bytes(), slot.output_bytes(), slot.kept_bytes);
        self.kept_bytes = (self.kept_bytes + new_kept).saturating_sub(kept);
        self.bytes = (self.bytes + new_bytes).saturating_sub(bytes);
        self.output_bytes = (self.output_bytes + new_outputs).saturating_sub(outputs);
    }

    /// Notes where the imports of this very version led.
    pub fn set_links(&mut self, record: &Rc<Record>, links: Vec<Link>, is_entry: bool) {
        let Some(index) = self.find(&record.id) else { return };
        let Some(slot) = self.slot_mut(index).filter(|slot| Rc::ptr_eq(&slot.record, record)) else { return };
        slot.is_entry |= is_entry;
        if *slot.links != *links {
            self.change(index, |slot| slot.links = Rc::from(links));
        }
    }

    pub fn insert(&mut self, record: Rc<Record>, freshness: Freshness, now: u64) {
        // The same version, asked about again, keeps where its imports led.
        let known = self.slot_of(&record.id);
        let generation = self.generation;
        let is_same = known.is_some_and(|slot| Rc::ptr_eq(&slot.record, &record));
        let (links, outputs, kept_bytes, is_entry) = match known {
            Some(slot) if is_same => (slot.links.clone(), slot.outputs.clone(), slot.kept_bytes, slot.is_entry),
            known => (Rc::default(), Vec::new(), 0, known.is_some_and(|slot| slot.is_entry)),
        };
        self.remove(&record.id);
        let id = record.id.clone();
        let slot =
            Slot { record, freshness, kept_bytes, outputs, links, is_entry, fetched_at: now, newer: NONE, older: NONE };
        let bytes = slot.charged_bytes();
        if bytes > self.limits.bytes_max {
            return;
        }
        if is_same {
            // It lies where it lay.
            self.generation = generation;
            self.dropped.retain(|dropped| *dropped != id);
        }
        self.bytes += bytes;
        self.output_bytes += slot.output_bytes();
        self.kept_bytes += slot.kept_bytes;
        let slot = Some(slot);
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
        self.by_id.insert(Hash::of(&id), index, &|_| false);
        self.link_newest(index);
        if self.is_over() {
            self.evict(true);
        }
    }

    /// Sorted.
    pub fn ids(&self) -> Vec<Rc<str>> {
        let mut ids = gather(self.records().map(|record| record.id.clone()));
        somon_lang::order::sort(&mut ids, &|a, b| a.cmp(b));
        ids
    }

    /// In no order that means anything.
    pub fn records(&self) -> impl Iterator<Item = &Rc<Record>> {
        self.slots.iter().flatten().map(|slot| &slot.record)
    }

    pub fn remove(&mut self, id: &str) -> bool {
        let Some(index) = self.find(id) else { return false };
        self.drop_slot(index);
        true
    }

    pub fn clear(&mut self) {
        while self.oldest != NONE {
            self.drop_slot(self.oldest);
        }
        self.by_id = Index::default();
        self.slots = Vec::new();
        self.free = Vec::new();
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
        self.evict_to(bytes_goal, stops_at_pinned);
    }

    fn evict_to(&mut self, bytes_goal: usize, stops_at_pinned: bool) {
        let mut index = self.oldest;
        while index != NONE && self.bytes > bytes_goal && self.kept_bytes > 0 {
            let Some(slot) = self.slot(index) else { break };
            let (newer, id, has_kept) = (slot.newer, slot.record.id.clone(), slot.kept_bytes > 0);
            if has_kept {
                self.change(index, |slot| slot.kept_bytes = 0);
                self.dropped.push(id);
            }
            index = newer;
        }
        self.evict_outputs(bytes_goal, |cache| cache.bytes);
        let mut index = self.oldest;
        while index != NONE && (self.len() > self.limits.entries_max || self.bytes > bytes_goal) {
            let Some(slot) = self.slot(index) else { return };
            let newer = slot.newer;
            if Rc::strong_count(&slot.record) == 1 {
                self.push_out(index);
            } else if stops_at_pinned {
                return;
            }
            index = newer;
        }
    }

    fn evict_outputs(&mut self, goal: usize, bytes: fn(&Cache) -> usize) {
        let mut index = self.oldest;
        while index != NONE && bytes(self) > goal && self.output_bytes > 0 {
            let Some(newer) = self.slot(index).map(|slot| slot.newer) else { break };
            self.change(index, |slot| slot.outputs = Vec::new());
            index = newer;
        }
    }

    fn push_out(&mut self, index: u32) {
        if let Some(slot) = self.slot(index) {
            self.evicted.push(slot.record.id.clone());
            self.evictions += 1;
        }
        self.drop_slot(index);
    }

    fn find(&self, id: &str) -> Option<u32> {
        self.by_id.find(Hash::of(id), &|index| self.slot(index).is_some_and(|slot| *slot.record.id == *id))
    }

    fn slot_of(&self, id: &str) -> Option<&Slot> {
        self.slot(self.find(id)?)
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
        self.output_bytes -= slot.output_bytes();
        self.kept_bytes -= slot.kept_bytes;
        if slot.kept_bytes > 0 {
            self.dropped.push(slot.record.id.clone());
        }
        self.generation += 1;
        self.by_id.remove(Hash::of(&slot.record.id), &|other| other == index);
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
