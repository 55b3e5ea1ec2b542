//! Interned names: equal spellings (after NFC) are equal numbers. The words of the language come first, with the same
//! numbers in every text. Holds spellings only; what a name means is decided by `scope` and `vocabulary`.

use bumpalo::Bump;

use crate::index::{Hash, Index, Key, is_same};
use crate::vocabulary::{Vocabulary, vocabulary};

/// An interned spelling. Comparable within one [`Names`] only, unless it is a word of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(pub u32);

/// The spellings of one compilation: the words of the language, then the names of the text in order of appearance.
pub struct Names<'a> {
    arena: &'a Bump,
    vocabulary: &'static Vocabulary,
    own: Table<'a>,
    /// By name: where the text spells it first.
    places: Vec<u32>,
}

/// Of its own, in a module of some length.
const NAMES_EXPECTED: usize = 90;

/// No place: the text does not spell the word.
const NOWHERE: u32 = u32::MAX;

impl<'a> Names<'a> {
    pub fn new(arena: &'a Bump) -> Names<'a> {
        let vocabulary = vocabulary();
        let mut places = Vec::with_capacity(vocabulary.len() + NAMES_EXPECTED);
        places.resize(vocabulary.len(), NOWHERE);
        Names { arena, vocabulary, own: Table::with_room(NAMES_EXPECTED, Key::now()), places }
    }

    /// The number of `text`, which the caller has brought into NFC and found at `offset`.
    pub fn intern(&mut self, text: &str, offset: u32) -> Name {
        let hash = match self.place(text) {
            Ok(name) => {
                if let Some(place) = self.places.get_mut(name.0 as usize) {
                    *place = (*place).min(offset);
                }
                return name;
            }
            Err(hash) => hash,
        };
        self.own.add(hash, self.arena.alloc_str(text));
        self.places.push(offset);
        Name(self.places.len() as u32 - 1)
    }

    /// The name, if the text spells it or the language has it.
    pub fn find(&self, text: &str) -> Option<Name> {
        self.place(text).ok()
    }

    /// The name, or the hash by which it goes among the own ones.
    fn place(&self, text: &str) -> Result<Name, Hash> {
        let (words, bytes) = (&self.vocabulary.table, text.as_bytes());
        let mut hash = words.hash(bytes);
        if let Some(name) = words.find(hash, bytes) {
            return Ok(name);
        }
        // The vocabulary may be older than the key.
        if self.own.key != words.key {
            hash = self.own.hash(bytes);
        }
        let own = self.own.find(hash, bytes).map(|name| Name(name.0 + self.vocabulary.len() as u32));
        own.ok_or(hash)
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
        match name.0.checked_sub(self.vocabulary.len() as u32) {
            Some(own) => self.own.text(Name(own)),
            None => self.vocabulary.table.text(name),
        }
    }

    /// All numbers are below it.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Texts by number and numbers by text.
pub(crate) struct Table<'a> {
    key: Key,
    index: Index,
    texts: Vec<&'a str>,
}

impl<'a> Table<'a> {
    /// Which takes `len` texts before it grows.
    pub(crate) fn with_room(len: usize, key: Key) -> Table<'a> {
        Table { key, index: Index::with_room(len), texts: Vec::with_capacity(len) }
    }

    pub(crate) fn hash(&self, text: &[u8]) -> Hash {
        Hash::keyed(text, self.key)
    }

    #[inline(always)]
    pub(crate) fn find(&self, hash: Hash, text: &[u8]) -> Option<Name> {
        let is_it = |number: u32| self.texts.get(number as usize).is_some_and(|known| is_same(known.as_bytes(), text));
        self.index.find(hash, &is_it).map(Name)
    }

    /// One that is not there yet.
    pub(crate) fn add(&mut self, hash: Hash, text: &'a str) -> Name {
        let number = self.texts.len() as u32;
        self.texts.push(text);
        self.index.insert(hash, number, &|_| false);
        Name(number)
    }

    pub(crate) fn text(&self, name: Name) -> &'a str {
        self.texts.get(name.0 as usize).copied().unwrap_or("")
    }
}
