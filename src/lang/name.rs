//! Interned names: equal spellings (after NFC) are equal numbers. The words of the language come first, with the same
//! numbers in every text. Holds spellings only; what a name means is decided by `scope` and `vocabulary`.

use bumpalo::Bump;

use crate::index::{Hash, Index, is_same};
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
        let hash = Hash::of(text);
        match self.table.place(hash, text.as_bytes()) {
            Some(name) => {
                if let Some(place) = self.places.get_mut(name.0 as usize) {
                    *place = (*place).min(offset);
                }
                name
            }
            None => {
                self.places.push(offset);
                self.table.add(hash, self.arena.alloc_str(text))
            }
        }
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

/// Texts by number and numbers by text.
#[derive(Clone)]
pub(crate) struct Table<'a> {
    index: Index,
    texts: Vec<&'a str>,
}

impl<'a> Table<'a> {
    /// Which takes `len` texts before it grows.
    pub(crate) fn with_room(len: usize) -> Table<'a> {
        Table { index: Index::with_room(len), texts: Vec::new() }
    }

    pub(crate) fn intern(&mut self, text: &'a str) -> Name {
        let hash = Hash::of(text);
        self.place(hash, text.as_bytes()).unwrap_or_else(|| self.add(hash, text))
    }

    pub(crate) fn find(&self, text: &[u8]) -> Option<Name> {
        self.place(Hash::of_bytes(text), text)
    }

    pub(crate) fn text(&self, name: Name) -> &'a str {
        self.texts.get(name.0 as usize).copied().unwrap_or("")
    }

    pub(crate) fn len(&self) -> usize {
        self.texts.len()
    }

    #[inline(always)]
    fn place(&self, hash: Hash, text: &[u8]) -> Option<Name> {
        let is_it = |number: u32| self.texts.get(number as usize).is_some_and(|known| is_same(known.as_bytes(), text));
        self.index.find(hash, &is_it).map(Name)
    }

    /// One that is not there yet.
    fn add(&mut self, hash: Hash, text: &'a str) -> Name {
        let number = self.texts.len() as u32;
        self.texts.push(text);
        self.index.insert(hash, number, &|_| false);
        Name(number)
    }
}
