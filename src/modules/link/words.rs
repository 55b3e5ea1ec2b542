//! The words of a whole program by number, so that counting and comparing them costs neither a copy nor an order.
//! Numbers follow from the order in which the words came, and from nothing else.

use std::hash::Hasher;

use somon_lang::name::NameHasher;

/// The number of a word, comparable within one [`Words`] only.
pub type Word = u32;

pub struct Words {
    /// One word after the other, and where each ends.
    text: String,
    ends: Vec<usize>,
    hashes: Vec<u32>,
    /// Words at the places that their hashes say, or behind those; a power of two long, and half empty at least.
    places: Vec<Word>,
}

const NOBODY: Word = u32::MAX;
const PLACES_AT_FIRST: usize = 1024;

impl Words {
    pub fn new() -> Words {
        Words { text: String::new(), ends: Vec::new(), hashes: Vec::new(), places: vec![NOBODY; PLACES_AT_FIRST] }
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The number of the word; a new one gets the next.
    pub fn intern(&mut self, word: &str) -> Word {
        let mut hasher = NameHasher::default();
        hasher.write(word.as_bytes());
        let hash = hasher.finish() as u32;
        let mut at = self.home(hash);
        while let Some(&known) = self.places.get(at).filter(|known| **known != NOBODY) {
            if self.hashes.get(known as usize) == Some(&hash) && self.text(known) == word {
                return known;
            }
            at = self.behind(at);
        }
        let fresh = self.ends.len() as Word;
        if let Some(place) = self.places.get_mut(at) {
            *place = fresh;
        }
        self.text.push_str(word);
        self.ends.push(self.text.len());
        self.hashes.push(hash);
        if self.ends.len() * 2 > self.places.len() {
            self.grow();
        }
        fresh
    }

    pub fn text(&self, word: Word) -> &str {
        let start = (word as usize).checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(word as usize).and_then(|end| self.text.get(start..*end)).unwrap_or("")
    }

    fn grow(&mut self) {
        self.places = vec![NOBODY; self.places.len() * 2];
        for (word, hash) in (0..).zip(&self.hashes) {
            let mut at = self.home(*hash);
            while self.places.get(at).is_some_and(|known| *known != NOBODY) {
                at = self.behind(at);
            }
            if let Some(place) = self.places.get_mut(at) {
                *place = word;
            }
        }
    }

    fn home(&self, hash: u32) -> usize {
        hash as usize & (self.places.len() - 1)
    }

    fn behind(&self, at: usize) -> usize {
        (at + 1) & (self.places.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_words_have_equal_numbers() {
        let mut words = Words::new();
        let spelled: Vec<String> = (0..5000).map(|index| format!("калима{index}")).collect();
        for (index, word) in (0..).zip(&spelled) {
            assert_eq!(words.intern(word), index);
        }
        for (index, word) in (0..).zip(&spelled) {
            assert_eq!(words.intern(word), index);
            assert_eq!(words.text(index), word);
        }
        assert_eq!((words.len(), words.intern("")), (spelled.len(), 5000));
        assert_eq!(words.text(5000), "");
    }
}
