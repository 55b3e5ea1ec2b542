//! The one hash table: numbers by text, where the texts stand in a list of somebody else's. It says no more than where
//! to look. Must never tell an order, whoever needs one sorts, and stay without generics: a table of the library weighs
//! more with each pair of types than everything that uses this one.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

const NONE: u32 = u32::MAX;

/// How a text is found again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hash(u32);

impl Hash {
    /// For tables that a limit keeps small.
    pub fn of(text: &str) -> Hash {
        Hash::keyed(text.as_bytes(), Key::default())
    }

    /// For tables that hold as many texts as somebody else likes: with `key`, nobody can choose them to meet.
    pub fn keyed(bytes: &[u8], key: Key) -> Hash {
        let mut hasher = Hasher(key.0);
        hasher.write(bytes);
        Hash(hasher.finish() as u32)
    }

    pub fn of_pair(first: u32, second: u32) -> Hash {
        let mut hasher = Hasher::default();
        hasher.add(u64::from(first) << 32 | u64::from(second));
        Hash(hasher.finish() as u32)
    }
}

/// What the hashes of one table begin with. Where numbers lie follows from it, and nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Key(u64);

static KEY: AtomicU64 = AtomicU64::new(0);

impl Key {
    /// For a new table.
    pub fn now() -> Key {
        Key(KEY.load(Relaxed))
    }

    /// `random`: from whoever has randomness; tables that are there already keep their key.
    pub fn renew(random: u64) {
        KEY.store(random, Relaxed);
    }
}

#[derive(Clone, Debug, Default)]
pub struct Index {
    /// As many as a power of two, at least a quarter of them free.
    places: Vec<(Hash, u32)>,
    len: usize,
}

impl Index {
    /// Which takes `len` numbers before it grows.
    pub fn with_room(len: usize) -> Index {
        let places = (len.saturating_mul(4) / 3 + 1).next_power_of_two();
        Index { places: vec![(Hash(0), NONE); places], len: 0 }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The number that is meant. `is_it`: whether a number, found by the same hash, is.
    #[inline(always)]
    pub fn find(&self, hash: Hash, is_it: &dyn Fn(u32) -> bool) -> Option<u32> {
        self.places.get(self.place(hash, is_it)).map(|(_, number)| *number).filter(|number| *number != NONE)
    }

    /// In place of the one that is meant, if there is one.
    pub fn insert(&mut self, hash: Hash, number: u32, is_it: &dyn Fn(u32) -> bool) {
        if self.len * 4 >= self.places.len() * 3 {
            let larger = vec![(Hash(0), NONE); (self.places.len() * 2).max(8)];
            for (hash, number) in std::mem::replace(&mut self.places, larger) {
                if number != NONE {
                    self.put(hash, number, &|_| false);
                }
            }
        }
        self.len += usize::from(self.put(hash, number, is_it));
    }

    pub fn remove(&mut self, hash: Hash, is_it: &dyn Fn(u32) -> bool) {
        let mut gap = self.place(hash, is_it);
        match self.places.get_mut(gap) {
            Some((_, number)) if *number != NONE => *number = NONE,
            _ => return,
        }
        self.len -= 1;
        // Those behind the gap that began before it move up: a search ends at a gap.
        let mut at = gap;
        loop {
            at = self.next(at);
            let Some(&(hash, number)) = self.places.get(at) else { return };
            if number == NONE {
                return;
            }
            let distance = |from: usize| at.wrapping_sub(from) & (self.places.len() - 1);
            if distance(hash.0 as usize) >= distance(gap) {
                self.places.swap(gap, at);
                gap = at;
            }
        }
    }

    /// Whether it was new.
    fn put(&mut self, hash: Hash, number: u32, is_it: &dyn Fn(u32) -> bool) -> bool {
        let at = self.place(hash, is_it);
        let Some(place) = self.places.get_mut(at) else { return false };
        std::mem::replace(place, (hash, number)).1 == NONE
    }

    /// Where it is, or where it belongs.
    fn place(&self, hash: Hash, is_it: &dyn Fn(u32) -> bool) -> usize {
        let mut at = self.next((hash.0 as usize).wrapping_sub(1));
        while let Some(&(other, number)) = self.places.get(at) {
            if number == NONE || (other == hash && is_it(number)) {
                break;
            }
            at = self.next(at);
        }
        at
    }

    #[inline(always)]
    fn next(&self, at: usize) -> usize {
        at.wrapping_add(1) & self.places.len().wrapping_sub(1)
    }
}

/// Eight bytes at a time, each multiplied twice: what differs in the highest bit alone would stay so through one.
#[derive(Default)]
pub(crate) struct Hasher(u64);

const SEED: u64 = 0x9E37_79B9_7F4A_7C15;

impl Hasher {
    #[inline(always)]
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
        let once = (self.0 ^ word).wrapping_mul(SEED);
        self.0 = (once ^ once >> 32).wrapping_mul(SEED);
    }
}

/// What names are compared by: they are short, and what the library calls for it takes longer than the comparison.
#[inline(always)]
pub fn is_same(a: &[u8], b: &[u8]) -> bool {
    let ((words, rest), (other_words, other_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let whole = |word: &[u8; 8]| u64::from_le_bytes(*word);
    a.len() == b.len()
        && words.iter().zip(other_words).all(|(word, other)| whole(word) == whole(other))
        && rest.iter().zip(other_rest).all(|(byte, other)| byte == other)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Beside a plain list, with hashes that meet often; whatever is there is found after each change.
    #[test]
    fn finds_what_is_there_and_nothing_else() {
        let (mut index, mut list) = (Index::default(), Vec::new());
        let mut state = 7u32;
        for round in 0..20_000u32 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let text = (state >> 16) % 150;
            let hash = Hash(if text.is_multiple_of(3) { text % 7 } else { text.wrapping_mul(0x9E37_79B9) });
            let is_it = |number: u32| number % 1000 == text;
            let known = list.iter().position(|number: &u32| is_it(*number));
            assert_eq!(index.find(hash, &is_it), known.and_then(|at| list.get(at).copied()), "round {round}");
            let number = round * 1000 + text;
            match known {
                Some(at) if !state.is_multiple_of(3) => {
                    list.swap_remove(at);
                    index.remove(hash, &is_it);
                }
                Some(at) => {
                    list.swap_remove(at);
                    list.push(number);
                    index.insert(hash, number, &is_it);
                }
                None => {
                    list.push(number);
                    index.insert(hash, number, &is_it);
                }
            }
            index.remove(hash, &|_| false);
            assert_eq!(index.len(), list.len());
        }
        assert!(list.len() > 30, "{}", list.len());
    }

    /// Pairs of texts whose hashes are equal with one key are told apart with another; those that differ in the highest
    /// bit of one word, and where that goes in the next, are the ones that a single multiplication leaves equal.
    #[test]
    fn texts_that_meet_with_one_key_do_not_with_another() {
        let hashes = |key: u64| -> Vec<u32> {
            let hash = |text: u64| Hash::keyed(&text.to_le_bytes(), Key(key)).0 & 0x3FF;
            (0..20_000).map(hash).collect()
        };
        let (one, other) = (hashes(1), hashes(0x0123_4567_89AB_CDEF));
        let met: Vec<usize> = (1..one.len()).filter(|at| one[*at] == one[0]).collect();
        let still = met.iter().filter(|at| other[**at] == other[0]).count();
        assert!(met.len() > 8 && still < 4, "{} {still}", met.len());
        let mut left = 0u32;
        for key in 0..1000u64 {
            let bytes = |first: u64, second: u64| [first.to_le_bytes(), second.to_le_bytes()].concat();
            let (plain, flipped) = (bytes(7, 9), bytes(7 ^ 1 << 63, 9 ^ 1 << 63 ^ 1 << 31));
            left += u32::from(Hash::keyed(&plain, Key(key)) == Hash::keyed(&flipped, Key(key)));
        }
        assert!(left < 4, "{left}");
    }

    #[test]
    fn an_empty_one_has_nothing() {
        let mut index = Index::default();
        assert_eq!(index.find(Hash::of("a"), &|_| true), None);
        index.remove(Hash::of("a"), &|_| true);
        assert!(index.is_empty());
    }
}
