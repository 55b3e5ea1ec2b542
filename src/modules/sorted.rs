//! The one ordered map: keys in sorted chunks, so that an insertion anywhere moves a chunk at most.
//! Must stay small: the map of the standard library costs three times the code for every pair of types.

use std::borrow::Borrow;

/// A full chunk is cut in two.
const CHUNK_MAX: usize = 128;

#[derive(Clone, Debug)]
pub struct SortedMap<K, V> {
    /// None of them is empty.
    chunks: Vec<Vec<(K, V)>>,
    len: usize,
}

/// Where a key is, or where it belongs: the chunk and the place in it.
type Place = (usize, usize);

impl<K: Ord, V> SortedMap<K, V> {
    pub const fn new() -> SortedMap<K, V> {
        SortedMap { chunks: Vec::new(), len: 0 }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let (chunk, index) = self.place(key).ok()?;
        self.chunks.get(chunk)?.get(index).map(|(_, value)| value)
    }

    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let (chunk, index) = self.place(key).ok()?;
        self.chunks.get_mut(chunk)?.get_mut(index).map(|(_, value)| value)
    }

    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.place(key).is_ok()
    }

    /// The value that was there before.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.place(&key) {
            Ok((chunk, index)) => {
                let (_, place) = self.chunks.get_mut(chunk)?.get_mut(index)?;
                Some(std::mem::replace(place, value))
            }
            Err(place) => {
                self.insert_at(place, key, value);
                None
            }
        }
    }

    /// Changes the value of a key, which is `absent` if there was none.
    pub fn update(&mut self, key: K, mut absent: V, change: impl FnOnce(&mut V)) {
        match self.place(&key) {
            Ok((chunk, index)) => {
                if let Some((_, value)) = self.chunks.get_mut(chunk).and_then(|chunk| chunk.get_mut(index)) {
                    change(value);
                }
            }
            Err(place) => {
                change(&mut absent);
                self.insert_at(place, key, absent);
            }
        }
    }

    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let (at, index) = self.place(key).ok()?;
        let chunk = self.chunks.get_mut(at)?;
        let (_, value) = chunk.remove(index);
        if chunk.is_empty() {
            self.chunks.remove(at);
        }
        self.len -= 1;
        Some(value)
    }

    pub fn retain(&mut self, mut keeps: impl FnMut(&K, &mut V) -> bool) {
        for chunk in &mut self.chunks {
            chunk.retain_mut(|(key, value)| keeps(key, value));
        }
        self.chunks.retain(|chunk| !chunk.is_empty());
        self.len = self.chunks.iter().map(Vec::len).sum();
    }

    /// In the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.chunks.iter().flatten().map(|(key, value)| (key, value))
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&K, &mut V)> {
        self.chunks.iter_mut().flatten().map(|(key, value)| (&*key, value))
    }

    /// The entries from `key` on.
    pub fn iter_from<'m>(&'m self, key: &K) -> impl Iterator<Item = (&'m K, &'m V)> + use<'m, K, V> {
        let (chunk, index) = match self.place(key) {
            Ok(place) | Err(place) => place,
        };
        let first = self.chunks.get(chunk).and_then(|chunk| chunk.get(index..));
        let rest = self.chunks.get(chunk.saturating_add(1)..).unwrap_or_default();
        first.unwrap_or_default().iter().chain(rest.iter().flatten()).map(|(key, value)| (key, value))
    }

    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.chunks.iter().flatten().map(|(key, _)| key)
    }

    pub fn into_entries(self) -> impl Iterator<Item = (K, V)> {
        self.chunks.into_iter().flatten()
    }

    fn place<Q: Ord + ?Sized>(&self, key: &Q) -> Result<Place, Place>
    where
        K: Borrow<Q>,
    {
        let at = self.chunks.partition_point(|chunk| chunk.last().is_some_and(|(last, _)| last.borrow() < key));
        match self.chunks.get(at) {
            Some(chunk) => match chunk.binary_search_by(|(found, _)| found.borrow().cmp(key)) {
                Ok(index) => Ok((at, index)),
                Err(index) => Err((at, index)),
            },
            None => Err((at.saturating_sub(1), self.chunks.last().map_or(0, Vec::len))),
        }
    }

    fn insert_at(&mut self, (at, index): Place, key: K, value: V) {
        self.len += 1;
        let Some(chunk) = self.chunks.get_mut(at) else { return self.chunks.push(vec![(key, value)]) };
        chunk.insert(index.min(chunk.len()), (key, value));
        if chunk.len() > CHUNK_MAX {
            // Keys that only grow leave full chunks behind.
            let cut = if index >= CHUNK_MAX { CHUNK_MAX } else { CHUNK_MAX / 2 };
            let tail = chunk.split_off(cut);
            self.chunks.insert(at + 1, tail);
        }
    }
}

impl<K: Ord, V> Default for SortedMap<K, V> {
    fn default() -> SortedMap<K, V> {
        SortedMap::new()
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
