//! The output of single modules, and the key under which the cache keeps it: everything that it depends on beside
//! the text. Must never print what a kept output already says.

use std::rc::Rc;

use somon_lang::arena::with_arena;
use somon_lang::builtin::BuiltinSet;
use somon_lang::compile::{Read, read};
use somon_lang::emit::{EmitOptions, Format, Module, Target as Language, print};
use somon_lang::gather::gather;
use somon_lang::scope::SymbolId;
use somon_lang::table::{Exported, Imported};
use somon_modules::javascript::{JavaScript, What, rewrite};
use somon_modules::json;
use somon_modules::link::{Exports, Lookup, Program, Target};
use somon_modules::record::Record;
use somon_modules::sorted::SortedMap;
use somon_modules::url::Url;

use crate::finish::relative_js;
use crate::route;

/// What all modules of one compilation have in common.
pub struct Printing {
    program: Rc<Program>,
    exports: Exports,
    declared: Vec<BuiltinSet>,
    pub style: String,
    pub language: Language,
    pub format: Format,
    /// Of routes.
    pub root: Url,
}

impl Printing {
    pub fn new(program: &Rc<Program>, style: String, language: Language, format: Format, root: Url) -> Self {
        let (exports, declared) = (Exports::new(program), program.declared_members());
        Printing { program: program.clone(), exports, declared, style, language, format, root }
    }

    /// Equal keys of one version of a module mean equal outputs.
    pub fn key(&self, index: u32, record: &Record, spelled: &[Option<String>]) -> u64 {
        let mut key = Key(0xCBF2_9CE4_8422_2325);
        key.add(self.style.as_bytes());
        let language = match self.language {
            Language::Es2020 => 0,
            Language::Es2022 => 1,
            Language::EsNext => 2,
        };
        key.add(&[language, u8::from(self.format == Format::CommonJs)]);
        for word in self.declared_of(index).words() {
            key.add(&word.to_le_bytes());
        }
        let Some(table) = &record.table else { return key.0 };
        for text in spelled {
            key.add(text.as_deref().unwrap_or("").as_bytes());
            key.add(&[0]);
        }
        let mut add_kind = |edge: u32, name: &str| {
            let is_type = match self.program.target(index, edge) {
                Target::Module(target) => self.exports.lookup(target, name) == Lookup::Type,
                _ => false,
            };
            key.add(&[u8::from(is_type)]);
        };
        for binding in &table.bindings {
            if let Imported::Name(name) = &binding.imported {
                add_kind(binding.edge, name);
            }
        }
        for export in &table.exports {
            if let Exported::From { edge, imported } = &export.kind {
                add_kind(*edge, imported);
            }
        }
        // Fields of classes elsewhere that a class of this module may extend.
        for binding in &table.bindings {
            key.add(&[1]);
            self.exports.fields(index, binding.local, &mut |name, is_static| {
                key.add(name.as_bytes());
                key.add(&[u8::from(is_static)]);
            });
        }
        key.0
    }

    pub fn print(&self, index: u32, record: &Rc<Record>, spelled: &[Option<String>]) -> String {
        if let Some(javascript) = &record.javascript {
            return self.javascript(record, javascript, spelled);
        }
        let Some(table) = &record.table else {
            let is_commonjs = self.format == Format::CommonJs;
            let mut code = String::from(if is_commonjs { "module.exports.default = " } else { "export default " });
            json::push_literal(&record.source, &mut code);
            code.push_str(";\n");
            return code;
        };
        let mut edge_of: SortedMap<&str, u32> = SortedMap::new();
        for (edge, import) in (0u32..).zip(&table.imports) {
            edge_of.insert(&import.specifier, edge);
        }
        let specifiers = |specifier: &str| spelled.get(*edge_of.get(specifier)? as usize)?.clone();
        let is_type = |specifier: &str, name: &str| {
            let target = edge_of.get(specifier).map(|edge| self.program.target(index, *edge));
            matches!(target, Some(Target::Module(target)) if self.exports.lookup(target, name) == Lookup::Type)
        };
        let inherits =
            |class: SymbolId, name: &str, is_static: bool| self.exports.has_field(index, class, name, is_static);
        let options = EmitOptions {
            target: self.language,
            format: self.format,
            specifiers: &specifiers,
            rewrites_computed: self.style == "js",
            declared: self.declared_of(index),
            is_type_export: Some(&is_type),
            inherits_field: Some(&inherits),
        };
        with_arena(|arena| {
            let Read { program, names, scopes, .. } = &read(arena, &record.source);
            print(&Module { program, names, scopes, source: &record.source }, &options, None)
        })
    }

    fn declared_of(&self, index: u32) -> BuiltinSet {
        self.declared.get(index as usize).copied().unwrap_or_default()
    }

    /// How each import names its module in the output; `None`: as it stands.
    pub fn spelled(&self, index: u32, record: &Record) -> Vec<Option<String>> {
        let imports = record.table.as_ref().map_or(0, |table| table.imports.len());
        let own = Url::known(&record.id);
        gather((0..imports as u32).map(|edge| {
            let Target::Module(target) = self.program.target(index, edge) else { return None };
            let target = &self.program.record(target)?.id;
            Some(match self.style.as_str() {
                "keep" => return None,
                "url" => String::from(&**target),
                "route" => route::specifier(&record.id, target, &self.root),
                _ => relative_js(&own, target),
            })
        }))
    }

    /// Foreign text, but for its specifiers.
    fn javascript(&self, record: &Record, javascript: &JavaScript, spelled: &[Option<String>]) -> String {
        let mut places = Vec::new();
        for place in &javascript.places {
            match place.what {
                What::Specifier(edge) => {
                    let Some(Some(spelled)) = spelled.get(edge as usize) else { continue };
                    let mut text = String::new();
                    json::push_string(spelled, &mut text);
                    places.push((place.span, text));
                }
                What::Attributes if self.style != "keep" => places.push((place.span, String::new())),
                _ => {}
            }
        }
        rewrite(&record.source, &places)
    }
}

/// FNV-1a.
struct Key(u64);

impl Key {
    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3);
        }
    }
}
