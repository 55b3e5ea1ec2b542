//! Names that are unique in the whole program. A user's name is changed only where two modules would clash.
//! The choice depends on the modules and their order alone.

use crate::sorted::{SortedMap, SortedSet};

use bumpalo::Bump;
use somon_lang::builtin::{GLOBALS, JS_RESERVED};
use somon_lang::gather::gather;
use somon_lang::name::Name;
use somon_lang::parser::parse;
use somon_lang::scope::{SymbolId, SymbolKind, analyse};
use somon_ops::number::push_u64;

use super::exports::{Binding, Exports, Lookup};
use super::foreign;
use crate::javascript;
use crate::record::Record;

/// Names that the printed helpers read.
const HELPER_GLOBALS: [&str; 5] = ["Object", "Symbol", "Promise", "JSON", "globalThis"];

#[derive(Default)]
pub struct UniqueNames {
    /// Everything spelled anywhere, and everything given out.
    taken: SortedSet<String>,
    /// The first number that a wish was not tried with yet.
    numbers: SortedMap<String, u64>,
    symbols: SortedMap<(u32, SymbolId), String>,
    /// Names of the linker's own, by what they are for and the number of the module or external.
    own: SortedMap<(Own, u32), String>,
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

/// What the modules spell, one after another; then the names.
#[derive(Default)]
pub struct Spelled {
    names: UniqueNames,
    spelled: SortedMap<String, u32>,
    declared: Vec<(u32, SymbolId, String)>,
    /// How many modules import a binding under one name only, by that name.
    importers: SortedMap<(u32, SymbolId, String), u32>,
}

impl Spelled {
    pub fn read(&mut self, module: u32, record: &Record, exports: &Exports) {
        if record.table.is_none() {
            return;
        }
        let spelled = &mut self.spelled;
        if record.javascript.is_some() {
            // Nothing in foreign text is renamed, and nothing of ours may hide what it means.
            javascript::words(&record.source, &mut |word| spelled.update(word.to_owned(), 0, |count| *count += 1));
            for (symbol, name) in foreign::shown(record) {
                self.names.symbols.insert((module, symbol), name.to_owned());
            }
            return;
        }
        let arena = Bump::new();
        let mut parsed = parse(&arena, &record.source);
        let scopes = analyse(&parsed.program, &parsed.names, &mut parsed.diagnostics);
        for index in 0..parsed.names.len() as u32 {
            spelled.update(parsed.names.text(Name(index)).to_owned(), 0, |count| *count += 1);
        }
        let mut locals: SortedMap<(u32, SymbolId), Option<&str>> = SortedMap::new();
        for (index, symbol) in (0u32..).zip(&scopes.symbols) {
            let id = SymbolId(index);
            let text = parsed.names.text(symbol.name);
            if symbol.kind == SymbolKind::Import {
                if let Some(Lookup::Found(Binding::Symbol(from, target))) = exports.import(module, id)
                    && from != module
                {
                    locals.update((from, target), Some(text), |local| *local = local.filter(|local| *local == text));
                }
            } else if symbol.is_top_level {
                self.declared.push((module, id, text.to_owned()));
            }
        }
        for ((from, symbol), local) in locals.into_entries() {
            if let Some(local) = local {
                self.importers.update((from, symbol, local.to_owned()), 0, |count| *count += 1);
            }
        }
    }

    pub fn choose(self) -> UniqueNames {
        let Spelled { mut names, spelled, declared, importers } = self;
        for text in spelled.keys() {
            names.taken.insert(text.clone());
        }
        for word in JS_RESERVED.iter().chain(&HELPER_GLOBALS) {
            names.taken.insert((*word).to_owned());
        }
        for global in &GLOBALS {
            names.taken.insert(global.js.to_owned());
        }
        for (module, symbol, text) in declared {
            // An import that spells the name as its declaration does can share it: what hides the one hides the other.
            let sharing = importers.get(&(module, symbol, text.clone())).copied().unwrap_or(0);
            let is_own = spelled.get(&text).copied().unwrap_or(0) == 1 + sharing;
            let is_reserved = JS_RESERVED.contains(&text.as_str())
                || HELPER_GLOBALS.contains(&text.as_str())
                || GLOBALS.iter().any(|global| global.js == text);
            let name = if is_own && !is_reserved { text } else { names.fresh(&text) };
            names.symbols.insert((module, symbol), name);
        }
        names
    }
}

impl UniqueNames {
    /// `wish`, or `wish$2`, `wish$3` ... if that is spelled somewhere.
    pub fn fresh(&mut self, wish: &str) -> String {
        let mut name = wish.to_owned();
        if self.taken.insert(name.clone()) {
            return name;
        }
        // What was taken stays taken: many modules may wish for the same.
        let mut count = self.numbers.get(wish).copied().unwrap_or(2);
        loop {
            name.clear();
            name.push_str(wish);
            name.push('$');
            push_u64(&mut name, count);
            count += 1;
            if self.taken.insert(name.clone()) {
                self.numbers.insert(wish.to_owned(), count);
                return name;
            }
        }
    }

    pub fn symbol(&self, module: u32, symbol: SymbolId) -> Option<&str> {
        self.symbols.get(&(module, symbol)).map(String::as_str)
    }

    /// Top-level names of one module.
    pub fn of_module(&self, module: u32) -> impl Iterator<Item = (SymbolId, &str)> {
        let from = self.symbols.iter_from(&(module, SymbolId(0)));
        from.take_while(move |((owner, _), _)| *owner == module).map(|((_, symbol), name)| (*symbol, name.as_str()))
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
