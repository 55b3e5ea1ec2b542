//! Interned names: equal spellings (after NFC) are equal numbers.
//! Holds spellings only; what a name means is decided by `scope` and `builtin`.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use bumpalo::Bump;

/// A table whose keys are made of names.
pub type NameMap<K, V> = HashMap<K, V, BuildHasherDefault<NameHasher>>;

/// An interned spelling. Comparable within one [`Names`] only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(pub u32);

/// The spellings of one compilation, in order of first appearance.
pub struct Names<'a> {
    arena: &'a Bump,
    by_text: HashMap<&'a str, Name, BuildHasherDefault<NameHasher>>,
    texts: Vec<&'a str>,
}

const NAMES_EXPECTED: usize = 400;

impl<'a> Names<'a> {
    pub fn new(arena: &'a Bump) -> Names<'a> {
        // The words of the language come first, and a program has names of its own: no growing on the way there.
        let by_text = HashMap::with_capacity_and_hasher(NAMES_EXPECTED, BuildHasherDefault::default());
        Names { arena, by_text, texts: Vec::with_capacity(NAMES_EXPECTED) }
    }

    /// The number of `text`, which the caller has brought into NFC.
    pub fn intern(&mut self, text: &str) -> Name {
        if let Some(&name) = self.by_text.get(text) {
            return name;
        }
        let text: &'a str = self.arena.alloc_str(text);
        let name = Name(self.texts.len() as u32);
        self.texts.push(text);
        self.by_text.insert(text, name);
        name
    }

    pub fn find(&self, text: &str) -> Option<Name> {
        self.by_text.get(text).copied()
    }

    pub fn text(&self, name: Name) -> &'a str {
        self.texts.get(name.0 as usize).copied().unwrap_or("")
    }

    pub fn len(&self) -> usize {
        self.texts.len()
    }

    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }
}

/// Multiply-rotate over eight bytes at a time: names are short and the table is private to one
/// compilation, so a keyed hash would only cost time.
#[derive(Default)]
pub struct NameHasher(u64);

impl NameHasher {
    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(23) ^ word).wrapping_mul(SEED);
    }
}

const SEED: u64 = 0x9E37_79B9_7F4A_7C15;

impl Hasher for NameHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.add(u64::from_le_bytes(*word));
        }
        if let Some(last) = rest.iter().copied().map(u64::from).reduce(|word, byte| word << 8 | byte) {
            self.add(last | (rest.len() as u64) << 56);
        }
    }

    /// What ends a text.
    fn write_u8(&mut self, _: u8) {}

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }
}
