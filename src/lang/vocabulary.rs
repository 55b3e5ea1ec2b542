//! The words of the language by number: keywords, built-in names and what JavaScript reserves, looked up once for all
//! texts. Must never know a word that the tables of `keyword` and `builtin` have not.

use std::sync::OnceLock;

use crate::builtin::{GLOBALS, Global, JS_RESERVED, JS_RESERVED_READABLE, MEMBERS};
use crate::index::Key;
use crate::keyword::Keyword;
use crate::name::{Name, Table};

pub struct Vocabulary {
    /// The first names of every text.
    pub(crate) table: Table<'static>,
    words: Vec<Word>,
}

/// What one word is in each of the tables.
#[derive(Clone, Copy)]
struct Word {
    keyword: Option<Keyword>,
    member: u8,
    global: u8,
    reserved: u8,
}

const NONE: u8 = u8::MAX;
/// Three hundred words, and few that meet.
const ROOM: usize = 700;

pub fn vocabulary() -> &'static Vocabulary {
    static VOCABULARY: OnceLock<Vocabulary> = OnceLock::new();
    VOCABULARY.get_or_init(Vocabulary::new)
}

impl Vocabulary {
    fn new() -> Vocabulary {
        let mut vocabulary = Vocabulary { table: Table::with_room(ROOM, Key::now()), words: Vec::new() };
        for &(text, keyword) in Keyword::TABLE {
            vocabulary.add(text, &|word| word.keyword = Some(keyword));
        }
        for (index, member) in (0u8..).zip(&MEMBERS) {
            vocabulary.add(member.som, &|word| word.member = index);
        }
        for (index, global) in (0u8..).zip(&GLOBALS) {
            vocabulary.add(global.som, &|word| word.global = index);
        }
        for (index, text) in (0u8..).zip(JS_RESERVED) {
            vocabulary.add(text, &|word| word.reserved = index);
        }
        vocabulary
    }

    fn add(&mut self, text: &'static str, note: &dyn Fn(&mut Word)) {
        let name = self.find(text.as_bytes()).unwrap_or_else(|| {
            self.words.push(Word { keyword: None, member: NONE, global: NONE, reserved: NONE });
            self.table.add(self.table.hash(text.as_bytes()), text)
        });
        if let Some(word) = self.words.get_mut(name.0 as usize) {
            note(word);
        }
    }

    /// Numbers from here on are names of texts.
    pub(crate) fn len(&self) -> usize {
        self.words.len()
    }

    pub(crate) fn find(&self, text: &[u8]) -> Option<Name> {
        self.table.find(self.table.hash(text), text)
    }

    /// The keyword that this very spelling is.
    pub fn keyword(&self, name: Name) -> Option<Keyword> {
        self.words.get(name.0 as usize)?.keyword
    }

    pub fn member_index(&self, name: Name) -> Option<u8> {
        self.words.get(name.0 as usize).map(|word| word.member).filter(|&index| index != NONE)
    }

    pub fn global_index(&self, name: Name) -> Option<u8> {
        self.words.get(name.0 as usize).map(|word| word.global).filter(|&index| index != NONE)
    }

    /// The global of that name, Latin ones included.
    pub fn global(&self, name: Name) -> Option<&'static Global> {
        GLOBALS.get(self.global_index(name)? as usize)
    }

    /// A word that must not be the name of a JavaScript binding.
    pub fn is_js_reserved(&self, name: Name) -> bool {
        self.reserved(name) != NONE
    }

    /// A word that means nothing in JavaScript when it is used as an operand.
    pub fn is_unreadable(&self, name: Name) -> bool {
        (self.reserved(name) as usize) < JS_RESERVED_READABLE
    }

    fn reserved(&self, name: Name) -> u8 {
        self.words.get(name.0 as usize).map_or(NONE, |word| word.reserved)
    }
}
