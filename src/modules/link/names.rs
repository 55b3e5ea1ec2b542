//! Names that are unique in the whole program. A user's name is changed only where two modules would clash.
//! The choice depends on the modules and their order alone.

use std::collections::{BTreeMap, BTreeSet};

use bumpalo::Bump;
use somon_lang::builtin::{GLOBALS, JS_RESERVED};
use somon_lang::name::Name;
use somon_lang::parser::parse;
use somon_lang::scope::{SymbolId, SymbolKind, analyse};

use super::Program;
use super::exports::{Binding, Exports, Lookup};

/// Names that the printed helpers read.
const HELPER_GLOBALS: [&str; 5] = ["Object", "Symbol", "Promise", "JSON", "globalThis"];

pub struct UniqueNames {
    /// Everything spelled anywhere, and everything given out.
    taken: BTreeSet<String>,
    symbols: BTreeMap<(u32, SymbolId), String>,
    defaults: BTreeMap<u32, String>,
}

impl UniqueNames {
    pub fn new(program: &Program, exports: &Exports) -> UniqueNames {
        let mut names = UniqueNames { taken: BTreeSet::new(), symbols: BTreeMap::new(), defaults: BTreeMap::new() };
        let mut spelled: BTreeMap<String, u32> = BTreeMap::new();
        let mut declared: Vec<(u32, SymbolId, String)> = Vec::new();
        // How many modules import a binding under one name only, by that name.
        let mut importers: BTreeMap<(u32, SymbolId, String), u32> = BTreeMap::new();
        let mut arena = Bump::new();
        for (module, record) in (0u32..).zip(&program.modules) {
            if record.table.is_none() {
                continue;
            }
            let mut parsed = parse(&arena, &record.source);
            let scopes = analyse(&parsed.program, &parsed.names, &mut parsed.diagnostics);
            for index in 0..parsed.names.len() as u32 {
                *spelled.entry(parsed.names.text(Name(index)).to_owned()).or_insert(0) += 1;
            }
            let mut locals: BTreeMap<(u32, SymbolId), Option<&str>> = BTreeMap::new();
            for (index, symbol) in (0u32..).zip(&scopes.symbols) {
                let id = SymbolId(index);
                let text = parsed.names.text(symbol.name);
                if symbol.kind == SymbolKind::Import {
                    if let Some(Lookup::Found(Binding::Symbol(from, target))) = exports.import(module, id)
                        && from != module
                    {
                        let local = locals.entry((from, target)).or_insert(Some(text));
                        *local = local.filter(|local| *local == text);
                    }
                } else if symbol.is_top_level {
                    declared.push((module, id, text.to_owned()));
                }
            }
            for ((from, symbol), local) in locals {
                if let Some(local) = local {
                    *importers.entry((from, symbol, local.to_owned())).or_insert(0) += 1;
                }
            }
            drop(scopes);
            drop(parsed);
            arena.reset();
        }
        names.taken.extend(spelled.keys().cloned());
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

    /// `wish`, or `wish$2`, `wish$3` ... if that is spelled somewhere.
    pub fn fresh(&mut self, wish: &str) -> String {
        let mut name = wish.to_owned();
        let mut count = 2u64;
        while !self.taken.insert(name.clone()) {
            name.clear();
            name.push_str(wish);
            name.push('$');
            push_number(&mut name, count);
            count += 1;
        }
        name
    }

    pub fn symbol(&self, module: u32, symbol: SymbolId) -> Option<&str> {
        self.symbols.get(&(module, symbol)).map(String::as_str)
    }

    /// Top-level names of one module.
    pub fn of_module(&self, module: u32) -> impl Iterator<Item = (SymbolId, &str)> {
        let range = (module, SymbolId(0))..=(module, SymbolId(u32::MAX));
        self.symbols.range(range).map(|((_, symbol), name)| (*symbol, name.as_str()))
    }

    pub fn default_of(&mut self, module: u32, stem: &str) -> String {
        if let Some(name) = self.defaults.get(&module) {
            return name.clone();
        }
        let name = self.fresh(stem);
        self.defaults.insert(module, name.clone());
        name
    }
}

fn push_number(out: &mut String, number: u64) {
    if number >= 10 {
        push_number(out, number / 10);
    }
    out.push(char::from(b'0' + (number % 10) as u8));
}
