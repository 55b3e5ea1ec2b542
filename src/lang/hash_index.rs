//! The one hash table: numbers by the hashes of what they stand for, which whoever uses it keeps beside them. Must stay
//! without generics: a table of the library weighs more with each pair of types than everything that uses this one.

/// Numbers from 0 on, by open addressing with a step of one, at most half full.
#[derive(Clone, Debug)]
pub struct HashIndex {
    /// A number and one, or 0. Their count is a power of two.
    slots: Vec<u32>,
    /// By number.
    hashes: Vec<u32>,
}

impl HashIndex {
    /// With room for half of `slots`, a power of two, before it grows.
    pub fn new(slots: usize) -> HashIndex {
        HashIndex { slots: vec![0; slots.next_power_of_two()], hashes: Vec::new() }
    }

    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// The number with that hash for which `is_it` holds, or the slot in which it belongs.
    pub fn find(&self, hash: u32, is_it: &dyn Fn(u32) -> bool) -> Result<u32, usize> {
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        while let Some(number) = self.slots.get(slot).copied().unwrap_or(0).checked_sub(1) {
            if self.hashes.get(number as usize) == Some(&hash) && is_it(number) {
                return Ok(number);
            }
            slot = (slot + 1) & mask;
        }
        Err(slot)
    }

    /// The next number, for what was not found and belongs in `slot`.
    pub fn add(&mut self, hash: u32, slot: usize) -> u32 {
        let number = self.hashes.len() as u32;
        self.hashes.push(hash);
        if self.hashes.len() * 2 > self.slots.len() {
            self.grow();
        } else if let Some(slot) = self.slots.get_mut(slot) {
            *slot = number + 1;
        }
        number
    }

    #[inline(never)]
    fn grow(&mut self) {
        let mask = self.slots.len() * 4 - 1;
        let mut slots = vec![0u32; mask + 1];
        for (number, hash) in (1u32..).zip(&self.hashes) {
            let mut slot = *hash as usize & mask;
            while slots.get(slot).is_some_and(|taken| *taken != 0) {
                slot = (slot + 1) & mask;
            }
            if let Some(slot) = slots.get_mut(slot) {
                *slot = number;
            }
        }
        self.slots = slots;
    }
}

/// Of a text that lives as long as one compilation: the tables are private to it, so a keyed hash would only cost time.
pub fn hash_of(bytes: &[u8]) -> u32 {
    let mut hasher = Hasher::default();
    hasher.write(bytes);
    let hash = hasher.finish();
    (hash ^ hash >> 32) as u32
}

/// Multiply-rotate over eight bytes at a time.
#[derive(Default)]
pub(crate) struct Hasher(u64);

const SEED: u64 = 0x9E37_79B9_7F4A_7C15;

impl Hasher {
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.add(u64::from_le_bytes(*word));
        }
        if let Some(last) = rest.iter().copied().map(u64::from).reduce(|word, byte| word << 8 | byte) {
            self.add(last | (rest.len() as u64) << 56);
        }
    }

    pub(crate) fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }

    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(23) ^ word).wrapping_mul(SEED);
    }
}

/// What names are compared by: they are short, and what the library calls for it takes longer than the comparison.
pub fn is_same(a: &[u8], b: &[u8]) -> bool {
    let ((words, rest), (other_words, other_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let whole = |word: &[u8; 8]| u64::from_le_bytes(*word);
    a.len() == b.len()
        && words.iter().zip(other_words).all(|(word, other)| whole(word) == whole(other))
        && rest.iter().zip(other_rest).all(|(byte, other)| byte == other)
}
