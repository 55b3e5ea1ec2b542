//! Interned names: equal spellings (after NFC) are equal numbers. The words of the language come first, with the same
//! numbers in every text. Holds spellings only; what a name means is decided by `scope` and `vocabulary`.

use bumpalo::Bump;

use crate::vocabulary::vocabulary;

/// An interned spelling. Comparable within one [`Names`] only, unless it is a word of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(pub u32);

/// The spellings of one compilation: the words of the language, then the names of the text in order of appearance.
pub struct Names<'a> {
    arena: &'a Bump,
    table: Table<'a>,
    /// By name: where the text spells it first.
    places: Vec<u32>,
}

/// No place: the text does not spell the word.
const NOWHERE: u32 = u32::MAX;

impl<'a> Names<'a> {
    pub fn new(arena: &'a Bump) -> Names<'a> {
        let table = vocabulary().table.clone();
        let places = vec![NOWHERE; table.len()];
        Names { arena, table, places }
    }

    /// The number of `text`, which the caller has brought into NFC and found at `offset`.
    pub fn intern(&mut self, text: &str, offset: u32) -> Name {
        let hash = hash_of(text.as_bytes());
        let slot = match self.table.place(text.as_bytes(), hash) {
            Place::Known(name) => {
                if let Some(place) = self.places.get_mut(name.0 as usize) {
                    *place = (*place).min(offset);
                }
                return name;
            }
            Place::Free(slot) => slot,
        };
        self.places.push(offset);
        self.table.add(self.arena.alloc_str(text), hash, slot)
    }

    /// The name, if the text spells it or the language has it.
    pub fn find(&self, text: &str) -> Option<Name> {
        self.table.find(text.as_bytes())
    }

    /// Whether the text spells it anywhere.
    pub fn is_spelled(&self, text: &str) -> bool {
        let place = self.find(text).and_then(|name| self.places.get(name.0 as usize));
        place.is_some_and(|place| *place != NOWHERE)
    }

    /// The names that the text spells, and where each stands first.
    pub fn spelled(&self) -> impl Iterator<Item = (Name, u32)> {
        (0u32..).map(Name).zip(self.places.iter().copied()).filter(|(_, place)| *place != NOWHERE)
    }

    pub fn text(&self, name: Name) -> &'a str {
        self.table.text(name)
    }

    /// All numbers are below it.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Texts by number and numbers by text: open addressing with a step of one, at most half full.
#[derive(Clone)]
pub(crate) struct Table<'a> {
    /// A number and one, or 0. Their count is a power of two.
    slots: Vec<u32>,
    texts: Vec<(&'a str, u32)>,
}

enum Place {
    Known(Name),
    /// The slot in which it belongs.
    Free(usize),
}

impl<'a> Table<'a> {
    /// `slots`: a power of two, to begin with.
    pub(crate) fn new(slots: usize) -> Table<'a> {
        Table { slots: vec![0; slots], texts: Vec::new() }
    }

    pub(crate) fn intern(&mut self, text: &'a str) -> Name {
        let hash = hash_of(text.as_bytes());
        match self.place(text.as_bytes(), hash) {
            Place::Known(name) => name,
            Place::Free(slot) => self.add(text, hash, slot),
        }
    }

    pub(crate) fn find(&self, text: &[u8]) -> Option<Name> {
        match self.place(text, hash_of(text)) {
            Place::Known(name) => Some(name),
            Place::Free(_) => None,
        }
    }

    pub(crate) fn text(&self, name: Name) -> &'a str {
        self.texts.get(name.0 as usize).map_or("", |(text, _)| text)
    }

    pub(crate) fn len(&self) -> usize {
        self.texts.len()
    }

    fn place(&self, text: &[u8], hash: u32) -> Place {
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        while let Some(number) = self.slots.get(slot).copied().unwrap_or(0).checked_sub(1) {
            if let Some((known, its_hash)) = self.texts.get(number as usize)
                && *its_hash == hash
                && is_same(known.as_bytes(), text)
            {
                return Place::Known(Name(number));
            }
            slot = (slot + 1) & mask;
        }
        Place::Free(slot)
    }

    fn add(&mut self, text: &'a str, hash: u32, slot: usize) -> Name {
        let name = Name(self.texts.len() as u32);
        self.texts.push((text, hash));
        if self.texts.len() * 2 > self.slots.len() {
            self.grow();
        } else if let Some(slot) = self.slots.get_mut(slot) {
            *slot = name.0 + 1;
        }
        name
    }

    #[inline(never)]
    fn grow(&mut self) {
        let mask = self.slots.len() * 4 - 1;
        let mut slots = vec![0u32; mask + 1];
        for (number, (_, hash)) in (1u32..).zip(&self.texts) {
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

/// Names are short: what the library calls for this takes longer than the comparison.
fn is_same(a: &[u8], b: &[u8]) -> bool {
    let ((words, rest), (other_words, other_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let whole = |word: &[u8; 8]| u64::from_le_bytes(*word);
    a.len() == b.len()
        && words.iter().zip(other_words).all(|(word, other)| whole(word) == whole(other))
        && rest.iter().zip(other_rest).all(|(byte, other)| byte == other)
}

fn hash_of(bytes: &[u8]) -> u32 {
    let mut hasher = Hasher::default();
    hasher.write(bytes);
    let hash = hasher.finish();
    (hash ^ hash >> 32) as u32
}

/// Multiply-rotate over eight bytes at a time: the tables are private to one compilation, so a keyed hash would only
/// cost time.
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
