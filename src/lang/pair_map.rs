//! A table from pairs of numbers to numbers, for what is known of names within symbols. Must stay without generics: one
//! table of the library would weigh more than everything that uses it.

/// Open addressing with a step of one, at most half full.
#[derive(Default)]
pub struct PairMap {
    /// The index of an entry and one, or 0. Their count is a power of two, or none.
    slots: Vec<u32>,
    entries: Vec<((u32, u32), u32)>,
}

impl PairMap {
    pub fn get(&self, key: (u32, u32)) -> Option<u32> {
        let index = self.slots.get(self.slot(key)?)?.checked_sub(1)?;
        self.entries.get(index as usize).map(|(_, value)| *value)
    }

    /// In place of what was there.
    pub fn insert(&mut self, key: (u32, u32), value: u32) {
        if self.entries.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let Some(slot) = self.slot(key).and_then(|slot| self.slots.get_mut(slot)) else { return };
        match slot.checked_sub(1).and_then(|index| self.entries.get_mut(index as usize)) {
            Some(entry) => entry.1 = value,
            None => {
                self.entries.push((key, value));
                *slot = self.entries.len() as u32;
            }
        }
    }

    /// In the order in which the keys came.
    pub fn entries(&self) -> &[((u32, u32), u32)] {
        &self.entries
    }

    /// Where the key is, or belongs.
    fn slot(&self, key: (u32, u32)) -> Option<usize> {
        let mask = self.slots.len().checked_sub(1)?;
        let hash = (u64::from(key.0) << 32 | u64::from(key.1)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut slot = (hash >> 32) as usize & mask;
        while let Some(index) = self.slots.get(slot)?.checked_sub(1) {
            if self.entries.get(index as usize).is_some_and(|(known, _)| *known == key) {
                break;
            }
            slot = (slot + 1) & mask;
        }
        Some(slot)
    }

    fn grow(&mut self) {
        self.slots = vec![0; (self.slots.len() * 4).max(16)];
        for index in 0..self.entries.len() {
            let Some(slot) = self.entries.get(index).and_then(|(key, _)| self.slot(*key)) else { continue };
            if let Some(slot) = self.slots.get_mut(slot) {
                *slot = index as u32 + 1;
            }
        }
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
