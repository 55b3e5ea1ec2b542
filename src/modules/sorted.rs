//! The one ordered map: entries in slots that keep their place, and their order in chunks of slot numbers, so that an
//! insertion anywhere moves a chunk at most.
//! Must stay small: whatever has to do with order is made once, for all pairs of types.

use std::borrow::Borrow;
use std::cmp::Ordering;

/// A full chunk is cut in two.
const CHUNK_MAX: usize = 128;

#[derive(Clone, Debug)]
pub struct SortedMap<K, V> {
    order: Order,
    slots: Vec<Option<(K, V)>>,
}

impl<K: Ord, V> SortedMap<K, V> {
    pub const fn new() -> SortedMap<K, V> {
        SortedMap { order: Order { chunks: Vec::new(), free: Vec::new(), len: 0 }, slots: Vec::new() }
    }

    pub fn len(&self) -> usize {
        self.order.len
    }

    pub fn is_empty(&self) -> bool {
        self.order.len == 0
    }

    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.slots.get(self.slot(key)?)?.as_ref().map(|(_, value)| value)
    }

    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let slot = self.slot(key)?;
        self.slots.get_mut(slot)?.as_mut().map(|(_, value)| value)
    }

    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.slot(key).is_some()
    }

    /// The value that was there before.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let slots = &self.slots;
        let slot = self.order.claim(&|slot| compare(slots, slot, &key), slots.len());
        if slot == self.slots.len() {
            self.slots.push(None);
        }
        self.slots.get_mut(slot)?.replace((key, value)).map(|(_, value)| value)
    }

    /// Changes the value of a key, which is `absent` if there was none.
    pub fn update(&mut self, key: K, mut absent: V, change: impl FnOnce(&mut V)) {
        if let Some(value) = self.get_mut(&key) {
            change(value);
        } else {
            change(&mut absent);
            self.insert(key, absent);
        }
    }

    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let slots = &self.slots;
        let slot = self.order.release(&|slot| compare(slots, slot, key))?;
        self.slots.get_mut(slot)?.take().map(|(_, value)| value)
    }

    pub fn retain(&mut self, mut keeps: impl FnMut(&K, &mut V) -> bool) {
        let slots = &mut self.slots;
        self.order.retain(&mut |slot| {
            let Some(entry) = slots.get_mut(slot) else { return false };
            let stays = entry.as_mut().is_some_and(|(key, value)| keeps(key, value));
            if !stays {
                *entry = None;
            }
            stays
        });
    }

    /// In the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.entries_from((0, 0))
    }

    /// In the order of the slots, which follows from what was done to the map and from nothing else.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&K, &mut V)> {
        self.slots.iter_mut().flatten().map(|(key, value)| (&*key, value))
    }

    /// The entries from `key` on.
    pub fn iter_from<'m>(&'m self, key: &K) -> impl Iterator<Item = (&'m K, &'m V)> + use<'m, K, V> {
        let place = self.order.place(&|slot| compare(&self.slots, slot, key)).0;
        self.entries_from(place)
    }

    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.iter().map(|(key, _)| key)
    }

    pub fn into_entries(mut self) -> impl Iterator<Item = (K, V)> {
        let mut place = (0, 0);
        std::iter::from_fn(move || self.slots.get_mut(self.order.next(&mut place)?)?.take())
    }

    fn entries_from(&self, mut place: Place) -> impl Iterator<Item = (&K, &V)> {
        std::iter::from_fn(move || {
            let (key, value) = self.slots.get(self.order.next(&mut place)?)?.as_ref()?;
            Some((key, value))
        })
    }

    fn slot<Q: Ord + ?Sized>(&self, key: &Q) -> Option<usize>
    where
        K: Borrow<Q>,
    {
        self.order.find(&|slot| compare(&self.slots, slot, key))
    }
}

fn compare<K: Borrow<Q>, V, Q: Ord + ?Sized>(slots: &[Option<(K, V)>], slot: usize, key: &Q) -> Ordering {
    match slots.get(slot) {
        Some(Some((found, _))) => found.borrow().cmp(key),
        _ => Ordering::Less,
    }
}

impl<K: Ord, V> Default for SortedMap<K, V> {
    fn default() -> SortedMap<K, V> {
        SortedMap::new()
    }
}

/// Where a key is, or where it belongs: the chunk and the place in it.
type Place = (usize, usize);

type Compare<'c> = &'c dyn Fn(usize) -> Ordering;

#[derive(Clone, Debug)]
struct Order {
    /// None of them is empty, unless it is the only one.
    chunks: Vec<Vec<u32>>,
    /// Slots to be used again.
    free: Vec<u32>,
    len: usize,
}

impl Order {
    /// Where the key is or belongs, and whether it is there. `compare`: how the key of a slot compares with it.
    fn place(&self, compare: Compare) -> (Place, bool) {
        // What is behind all others belongs at the end of the last chunk.
        let (mut low, mut high) = (0, self.chunks.len().saturating_sub(1));
        while low < high {
            let middle = low.midpoint(high);
            let last = self.chunks.get(middle).and_then(|chunk| chunk.last());
            let is_before = last.is_some_and(|slot| compare(*slot as usize) == Ordering::Less);
            if is_before { low = middle + 1 } else { high = middle }
        }
        let Some(chunk) = self.chunks.get(low) else { return ((0, 0), false) };
        match chunk.binary_search_by(|slot| compare(*slot as usize)) {
            Ok(index) => ((low, index), true),
            Err(index) => ((low, index), false),
        }
    }

    fn find(&self, compare: Compare) -> Option<usize> {
        let ((at, index), is_there) = self.place(compare);
        let slot = self.chunks.get(at)?.get(index)?;
        is_there.then_some(*slot as usize)
    }

    /// The slot of the key; a new one gets one that is free, or `fresh`, the next one.
    fn claim(&mut self, compare: Compare, fresh: usize) -> usize {
        let ((at, index), is_there) = self.place(compare);
        let Some(chunk) = self.chunks.get_mut(at) else {
            self.len += 1;
            let slot = self.free.pop().unwrap_or(fresh as u32);
            self.chunks.push(vec![slot]);
            return slot as usize;
        };
        if let (true, Some(slot)) = (is_there, chunk.get(index)) {
            return *slot as usize;
        }
        self.len += 1;
        let slot = self.free.pop().unwrap_or(fresh as u32);
        chunk.insert(index.min(chunk.len()), slot);
        if chunk.len() > CHUNK_MAX {
            // Keys that only grow leave full chunks behind.
            let cut = if index >= CHUNK_MAX { CHUNK_MAX } else { CHUNK_MAX / 2 };
            let tail = chunk.split_off(cut);
            self.chunks.insert(at + 1, tail);
        }
        slot as usize
    }

    /// The slot of the key, which is free from now on.
    fn release(&mut self, compare: Compare) -> Option<usize> {
        let ((at, index), is_there) = self.place(compare);
        let chunk = self.chunks.get_mut(at)?;
        if !is_there || index >= chunk.len() {
            return None;
        }
        let slot = chunk.remove(index);
        // A map of few entries that come and go keeps its memory.
        if chunk.is_empty() && self.chunks.len() > 1 {
            self.chunks.remove(at);
        }
        self.len -= 1;
        self.free.push(slot);
        Some(slot as usize)
    }

    fn retain(&mut self, keeps: &mut dyn FnMut(usize) -> bool) {
        let (free, mut len) = (&mut self.free, 0);
        for chunk in &mut self.chunks {
            chunk.retain(|slot| {
                let stays = keeps(*slot as usize);
                if !stays {
                    free.push(*slot);
                }
                stays
            });
            len += chunk.len();
        }
        self.chunks.retain(|chunk| !chunk.is_empty());
        self.len = len;
    }

    /// The slot at `place`, which moves on.
    fn next(&self, place: &mut Place) -> Option<usize> {
        loop {
            let chunk = self.chunks.get(place.0)?;
            if let Some(slot) = chunk.get(place.1) {
                place.1 += 1;
                return Some(*slot as usize);
            }
            *place = (place.0 + 1, 0);
        }
    }
}

#[derive(Clone, Debug)]
pub struct SortedSet<K> {
    keys: SortedMap<K, ()>,
}

impl<K: Ord> SortedSet<K> {
    pub const fn new() -> SortedSet<K> {
        SortedSet { keys: SortedMap::new() }
    }

    /// Whether it was new.
    pub fn insert(&mut self, key: K) -> bool {
        self.keys.insert(key, ()).is_none()
    }

    pub fn contains<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.keys.contains_key(key)
    }

    pub fn len(&self) -> usize {
        self.keys.len()
    }

    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// In their order.
    pub fn into_keys(self) -> impl Iterator<Item = K> {
        self.keys.into_entries().map(|(key, ())| key)
    }
}

impl<K: Ord> Default for SortedSet<K> {
    fn default() -> SortedSet<K> {
        SortedSet::new()
    }
}

impl<K: Ord> FromIterator<K> for SortedSet<K> {
    fn from_iter<I: IntoIterator<Item = K>>(keys: I) -> SortedSet<K> {
        let mut set = SortedSet::new();
        for key in keys {
            set.insert(key);
        }
        set
    }
}
