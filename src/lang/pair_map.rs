//! A table from pairs of numbers to numbers, for what is known of names within symbols. Must never forget an entry: the
//! order in which they came is theirs.

use crate::index::{Hash, Index};

#[derive(Default)]
pub struct PairMap {
    index: Index,
    entries: Vec<((u32, u32), u32)>,
}

impl PairMap {
    pub fn get(&self, key: (u32, u32)) -> Option<u32> {
        self.entries.get(self.place(key)? as usize).map(|(_, value)| *value)
    }

    /// In place of what was there.
    pub fn insert(&mut self, key: (u32, u32), value: u32) {
        match self.place(key).and_then(|place| self.entries.get_mut(place as usize)) {
            Some(entry) => entry.1 = value,
            None => {
                self.index.insert(Hash::of_pair(key.0, key.1), self.entries.len() as u32, &|_| false);
                self.entries.push((key, value));
            }
        }
    }

    /// In the order in which the keys came.
    pub fn entries(&self) -> &[((u32, u32), u32)] {
        &self.entries
    }

    fn place(&self, key: (u32, u32)) -> Option<u32> {
        let is_it = |place: u32| self.entries.get(place as usize).is_some_and(|(known, _)| *known == key);
        self.index.find(Hash::of_pair(key.0, key.1), &is_it)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_last_value_of_each_pair() {
        let mut map = PairMap::default();
        assert_eq!(map.get((1, 2)), None);
        for round in 0..3u32 {
            for a in 0..40 {
                for b in 0..40 {
                    map.insert((a, b << 10), a * b + round);
                }
            }
        }
        assert_eq!(map.entries().len(), 1600);
        assert_eq!(map.get((7, 3 << 10)), Some(23));
        assert_eq!(map.get((7, 3)), None);
    }
}
