//! A table from pairs of numbers to numbers, for what is known of names within symbols. Must never forget an entry: the
//! order in which they came is theirs.

use crate::hash_index::HashIndex;

pub struct PairMap {
    index: HashIndex,
    entries: Vec<((u32, u32), u32)>,
}

impl Default for PairMap {
    fn default() -> PairMap {
        PairMap { index: HashIndex::new(1), entries: Vec::new() }
    }
}

impl PairMap {
    pub fn get(&self, key: (u32, u32)) -> Option<u32> {
        let number = self.find(key).ok()?;
        self.entries.get(number as usize).map(|(_, value)| *value)
    }

    /// In place of what was there.
    pub fn insert(&mut self, key: (u32, u32), value: u32) {
        match self.find(key) {
            Ok(number) => {
                if let Some(entry) = self.entries.get_mut(number as usize) {
                    entry.1 = value;
                }
            }
            Err(slot) => {
                self.index.add(hash_of(key), slot);
                self.entries.push((key, value));
            }
        }
    }

    /// In the order in which the keys came.
    pub fn entries(&self) -> &[((u32, u32), u32)] {
        &self.entries
    }

    fn find(&self, key: (u32, u32)) -> Result<u32, usize> {
        let is_it = |number: u32| self.entries.get(number as usize).is_some_and(|(known, _)| *known == key);
        self.index.find(hash_of(key), &is_it)
    }
}

fn hash_of(key: (u32, u32)) -> u32 {
    ((u64::from(key.0) << 32 | u64::from(key.1)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as u32
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
