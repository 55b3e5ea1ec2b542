//! The words of a whole program by number, so that counting and comparing them costs neither a copy nor an order.
//! Numbers follow from the order in which the words came, and from nothing else.

use somon_lang::index::{Hash, Index, Key, is_same};

/// The number of a word, comparable within one [`Words`] only.
pub type Word = u32;

pub struct Words {
    /// One word after the other, and where each ends.
    text: String,
    ends: Vec<usize>,
    index: Index,
    key: Key,
}

impl Words {
    pub fn new() -> Words {
        Words { text: String::new(), ends: Vec::new(), index: Index::default(), key: Key::now() }
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The number of the word; a new one gets the next.
    pub fn intern(&mut self, word: &str) -> Word {
        let hash = Hash::keyed(word.as_bytes(), self.key);
        let is_it = |known| is_same(self.text(known).as_bytes(), word.as_bytes());
        self.index.find(hash, &is_it).unwrap_or_else(|| {
            let number = self.ends.len() as Word;
            self.text.push_str(word);
            self.ends.push(self.text.len());
            self.index.insert(hash, number, &|_| false);
            number
        })
    }

    pub fn text(&self, word: Word) -> &str {
        let start = (word as usize).checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(word as usize).and_then(|end| self.text.get(start..*end)).unwrap_or("")
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
