//! Names that are unique in the whole program. A user's name is changed only where two modules would clash.
//! The choice depends on the modules and their order alone.

use crate::sorted::SortedMap;

use somon_lang::builtin::{GLOBALS, JS_RESERVED};
use somon_lang::gather::gather;
use somon_lang::scope::SymbolId;
use somon_ops::number::push_u64;

use super::exports::{Binding, Exports, Lookup};
use super::foreign;
use super::words::{Word, Words};
use crate::javascript;
use crate::record::Record;

/// Names that the printed helpers read.
const HELPER_GLOBALS: [&str; 5] = ["Object", "Symbol", "Promise", "JSON", "globalThis"];

/// First every module is read, then the names are chosen, then they can be asked for.
pub struct UniqueNames {
    /// Everything spelled anywhere, everything given out, and before all the words that no name may be.
    words: Words,
    reserved: Word,
    /// By word: how many modules spell it.
    spelled: Vec<u32>,
    /// By module.
    modules: Vec<TopLevel>,
    /// Imports of single modules under one name only: what is imported, and its name there.
    shared: Vec<(u32, SymbolId, Word)>,
    /// The first number that a wish was not tried with yet.
    numbers: SortedMap<Word, u64>,
    /// Names of the linker's own, by what they are for and the number of the module or external.
    own: SortedMap<(Own, u32), String>,
}

/// Names at the top level of a module, by symbol.
#[derive(Default)]
struct TopLevel {
    names: Vec<(SymbolId, Word)>,
    /// Nothing in foreign text is renamed.
    is_foreign: bool,
}

/// What the linker needs names for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Own {
    /// Of a default export without a name.
    Default,
    /// Namespace objects that somebody needs.
    Namespace,
    /// Objects through which other modules reach the names of a lazy one.
    Scope,
    /// Functions that evaluate lazy modules.
    Loader,
    External,
}

impl Own {
    fn stem(self) -> &'static str {
        match self {
            Own::Default => "default_export",
            Own::Namespace => "namespace",
            Own::Scope => "scope",
            Own::Loader => "load",
            Own::External => "external",
        }
    }
}

impl UniqueNames {
    pub fn new() -> UniqueNames {
        let mut words = Words::new();
        for word in JS_RESERVED.iter().chain(&HELPER_GLOBALS) {
            words.intern(word);
        }
        for global in &GLOBALS {
            words.intern(global.js);
        }
        UniqueNames {
            reserved: words.len() as Word,
            words,
            spelled: Vec::new(),
            modules: Vec::new(),
            shared: Vec::new(),
            numbers: SortedMap::new(),
            own: SortedMap::new(),
        }
    }

    /// Reads what the next module spells.
    pub fn read(&mut self, record: &Record, exports: &Exports) {
        let module = self.modules.len() as u32;
        let mut top_level = TopLevel { names: Vec::new(), is_foreign: record.javascript.is_some() };
        if top_level.is_foreign {
            // Nothing of ours may hide what the text means.
            javascript::words(&record.source, &mut |word| {
                self.spell(word);
            });
            for (symbol, name) in foreign::shown(record) {
                top_level.names.push((symbol, self.words.intern(name)));
            }
            somon_lang::order::sort_unique(&mut top_level.names);
        } else if record.table.is_some() {
            self.read_som(module, record, exports, &mut top_level.names);
        }
        self.modules.push(top_level);
    }

    fn read_som(&mut self, module: u32, record: &Record, exports: &Exports, names: &mut Vec<(SymbolId, Word)>) {
        let mut words = Vec::new();
        record.spelled.tell_names(&record.source, &mut |text| words.push(self.spell(text)));
        let mut imported = Vec::new();
        for (symbol, number) in record.spelled.top_level() {
            let word = words.get(number as usize).copied().unwrap_or(0);
            match exports.import(module, symbol) {
                None => names.push((symbol, word)),
                Some(Lookup::Found(Binding::Symbol(from, target))) if from != module => {
                    imported.push((from, target, word));
                }
                Some(_) => {}
            }
        }
        somon_lang::order::sort_unique(&mut imported);
        for names in
            imported.chunk_by(|(module, symbol, _), (other, of_other, _)| (module, symbol) == (other, of_other))
        {
            if let [name] = names {
                self.shared.push(*name);
            }
        }
    }

    /// One module more that spells the word.
    fn spell(&mut self, text: &str) -> Word {
        let word = self.words.intern(text);
        if self.spelled.len() <= word as usize {
            self.spelled.resize(self.words.len(), 0);
        }
        if let Some(count) = self.spelled.get_mut(word as usize) {
            *count += 1;
        }
        word
    }

    /// Names what the modules declare at the top level.
    pub fn choose(&mut self) {
        let mut shared = std::mem::take(&mut self.shared);
        somon_lang::order::sort(&mut shared, &|a, b| a.cmp(b));
        let mut shared = shared.as_slice();
        for module in 0..self.modules.len() as u32 {
            let Some(top_level) = self.modules.get_mut(module as usize).filter(|top_level| !top_level.is_foreign)
            else {
                continue;
            };
            let mut names = std::mem::take(&mut top_level.names);
            for (symbol, word) in &mut names {
                // An import that spells the name as its declaration does can share it: what hides the one hides the
                // other.
                let start = shared.partition_point(|import| *import < (module, *symbol, *word));
                let (_, rest) = shared.split_at(start);
                let sharing = rest.partition_point(|import| *import == (module, *symbol, *word));
                shared = rest;
                let is_own = self.spelled.get(*word as usize) == Some(&(1 + sharing as u32));
                if !is_own || *word < self.reserved {
                    let wish = self.words.text(*word).to_owned();
                    *word = self.fresh_word(&wish);
                }
            }
            if let Some(top_level) = self.modules.get_mut(module as usize) {
                top_level.names = names;
            }
        }
    }

    /// `wish`, or `wish$2`, `wish$3` ... if that is spelled somewhere.
    pub fn fresh(&mut self, wish: &str) -> String {
        let word = self.fresh_word(wish);
        self.words.text(word).to_owned()
    }

    fn fresh_word(&mut self, wish: &str) -> Word {
        let known = self.words.len() as Word;
        let wished = self.words.intern(wish);
        if wished == known {
            return wished;
        }
        // What was taken stays taken: many modules may wish for the same.
        let mut count = self.numbers.get(&wished).copied().unwrap_or(2);
        let mut name = String::new();
        loop {
            name.clear();
            name.push_str(wish);
            name.push('$');
            push_u64(&mut name, count);
            count += 1;
            let word = self.words.intern(&name);
            if word == known {
                self.numbers.insert(wished, count);
                return word;
            }
        }
    }

    pub fn symbol(&self, module: u32, symbol: SymbolId) -> Option<&str> {
        let names = &self.modules.get(module as usize)?.names;
        let at = names.binary_search_by(|(of, _)| of.cmp(&symbol)).ok()?;
        names.get(at).map(|(_, word)| self.words.text(*word))
    }

    /// Top-level names of one module.
    pub fn of_module(&self, module: u32) -> impl Iterator<Item = &str> {
        let names = self.modules.get(module as usize).map_or(&[][..], |top_level| &top_level.names);
        names.iter().map(|(_, word)| self.words.text(*word))
    }

    pub fn own(&mut self, what: Own, number: u32) -> String {
        if let Some(name) = self.given(what, number) {
            return name.clone();
        }
        let name = self.fresh(what.stem());
        self.own.insert((what, number), name.clone());
        name
    }

    /// The name, if anybody asked for it.
    pub fn given(&self, what: Own, number: u32) -> Option<&String> {
        self.own.get(&(what, number))
    }

    /// Everything that has a name of this kind, by its number.
    pub fn all(&self, what: Own) -> Vec<u32> {
        let from = self.own.iter_from(&(what, 0));
        gather(from.take_while(|((kind, _), _)| *kind == what).map(|((_, number), _)| *number))
    }
}
