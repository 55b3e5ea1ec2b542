//! The text of the bundle: externals, namespaces, lazy parts, modules in evaluation order, exports.
//! Equal programs give equal bytes.

use somon_lang::gather::gather;
use std::rc::Rc;

use crate::sorted::SortedMap;

use somon_lang::arena::with_arena;
use somon_lang::builtin::BuiltinSet;
use somon_lang::compile::{Read, read};
use somon_lang::emit::{EmitOptions, Format, Linkage, Module, print};
use somon_lang::scope::{SymbolId, SymbolKind};
use somon_lang::table::{Exported, ImportKind};

use super::exports::{Binding, Exports, Lookup};
use super::foreign;
use super::lazy::{EVALUATE, Plan, plan};
use super::names::{Own, UniqueNames};
use super::{LinkOptions, Program, Target};
use crate::json;
use crate::probe::ModuleKind;
use crate::record::Record;

pub struct Linked {
    pub code: String,
    /// In the order in which they stand in the code.
    pub order: Vec<u32>,
}

/// Links a program module by module, so that whoever drives it may stop between two of them.
pub struct Linker {
    pub(super) program: Rc<Program>,
    options: LinkOptions,
    pub(super) exports: Exports,
    pub(super) names: UniqueNames,
    plan: Plan,
    declared: Vec<BuiltinSet>,
    /// JavaScript modules that import themselves, directly or through others.
    cyclic: Vec<bool>,
    /// Modules that were read, then those that were printed.
    done: (usize, usize),
    eager_text: String,
    lazy_text: String,
    foreign_text: String,
    /// Modules whose namespace objects are still to be made.
    namespace_queue: Vec<u32>,
    /// Local names of single imports of externals.
    externals: SortedMap<(u32, String), String>,
}

/// The spellings of one module.
#[derive(Default)]
struct Spelling {
    /// By symbol, where it is another than its own.
    symbols: Vec<Option<String>>,
    default: String,
    dynamic: SortedMap<String, String>,
}

impl Linkage for Spelling {
    fn symbol(&self, symbol: SymbolId) -> Option<&str> {
        self.symbols.get(symbol.0 as usize)?.as_deref()
    }

    fn default_export(&self) -> &str {
        &self.default
    }

    fn dynamic_import(&self, specifier: &str) -> Option<&str> {
        self.dynamic.get(specifier).map(String::as_str)
    }
}

impl Linker {
    /// `program` has no errors.
    pub fn new(program: &Rc<Program>, options: LinkOptions) -> Linker {
        let has_foreign = program.modules.iter().any(|record| record.javascript.is_some());
        Linker {
            exports: Exports::new(program),
            names: UniqueNames::new(),
            plan: plan(program, options.keeps_dynamic),
            declared: program.declared_members(),
            cyclic: if has_foreign { foreign::cyclic(program) } else { Vec::new() },
            done: (0, 0),
            eager_text: String::new(),
            lazy_text: String::new(),
            foreign_text: String::new(),
            namespace_queue: Vec::new(),
            externals: SortedMap::new(),
            program: program.clone(),
            options,
        }
    }

    /// Reads the next module, or prints it; how many bytes of text that took. `None`: every module is done.
    pub fn step(&mut self) -> Option<usize> {
        let (read, printed) = self.done;
        if let Some(record) = self.program.modules.get(read) {
            self.names.read(record, &self.exports);
            self.done.0 += 1;
            return Some(record.source.len());
        }
        if printed == 0 {
            self.names.choose();
        }
        let module = *self.plan.eager.iter().chain(&self.plan.lazy).nth(printed)?;
        self.done.1 += 1;
        self.add(module);
        self.program.record(module).map(|record| record.source.len())
    }

    fn add(&mut self, module: u32) {
        let mut lazy_text = std::mem::take(&mut self.lazy_text);
        if self.is_foreign(module) {
            self.foreign_part(module, self.cyclic.get(module as usize) == Some(&true), &mut lazy_text);
            if !self.is_lazy(module) {
                let mut text = std::mem::take(&mut self.foreign_text);
                self.begin_foreign(module, &mut text);
                self.foreign_text = text;
                let mut text = std::mem::take(&mut self.eager_text);
                self.run_foreign(module, &mut text);
                self.eager_text = text;
            }
        } else {
            let text = self.module(module, self.declared.get(module as usize).copied().unwrap_or_default());
            if self.is_lazy(module) {
                self.lazy_part(module, &text, &mut lazy_text);
            } else {
                self.eager_text.push_str(&text);
            }
        }
        self.lazy_text = lazy_text;
    }

    /// The bundle, once every step was made.
    pub fn finish(mut self) -> Linked {
        let mut eager_text = std::mem::take(&mut self.eager_text);
        let entry_exports = self.exports.namespace(self.program.entry);
        let mut exported = String::new();
        for (name, binding) in &entry_exports {
            let local = self.local_name(binding, &mut eager_text);
            exported.push_str(if exported.is_empty() { " " } else { ", " });
            exported.push_str(&local);
            if local != *name {
                exported.push_str(" as ");
                push_name(name, &mut exported);
            }
        }
        let loaders = self.loaders_text();
        let namespaces = self.namespaces_text();
        let mut code = self.externals_text();
        code.push_str(&namespaces);
        code.push_str(&self.lazy_text);
        code.push_str(&loaders);
        code.push_str(&self.foreign_text);
        code.push_str(&eager_text);
        if !exported.is_empty() {
            code.push_str("export {");
            code.push_str(&exported);
            code.push_str(" };\n");
        }
        let mut order = self.plan.eager;
        order.extend(self.plan.lazy);
        Linked { code, order }
    }

    fn is_lazy(&self, module: u32) -> bool {
        self.plan.is_lazy.get(module as usize) == Some(&true)
    }

    fn module(&mut self, module: u32, declared: BuiltinSet) -> String {
        let Some(record) = self.program.record(module).cloned() else { return String::new() };
        if record.kind == ModuleKind::Json {
            let mut text = String::from("const ");
            text.push_str(&self.default_name(module));
            text.push_str(" = ");
            json::push_literal(&record.source, &mut text);
            text.push_str(";\n");
            return text;
        }
        with_arena(|arena| self.print(&read(arena, &record.source), module, &record, declared))
    }

    fn print(&mut self, read: &Read, module: u32, record: &Record, declared: BuiltinSet) -> String {
        let Read { program, names, scopes, .. } = read;
        let mut spelling = Spelling { symbols: Vec::with_capacity(scopes.symbols.len()), ..Spelling::default() };
        for (id, symbol) in (0..).map(SymbolId).zip(&scopes.symbols) {
            let own = names.text(symbol.name);
            let spelled = if symbol.kind == SymbolKind::Import {
                match self.exports.import(module, id).filter(|_| symbol.is_read) {
                    Some(Lookup::Found(binding)) => self.reference_unlike(own, &binding, module),
                    _ => None,
                }
            } else if symbol.is_top_level {
                self.names.symbol(module, id).filter(|name| *name != own).map(str::to_owned)
            } else {
                None
            };
            spelling.symbols.push(spelled);
        }
        if has_unnamed_default(record) {
            spelling.default = self.default_name(module);
        }
        if let Some(table) = &record.table {
            for (edge, import) in (0u32..).zip(&table.imports) {
                if import.kind == ImportKind::Dynamic
                    && !spelling.dynamic.contains_key(&import.specifier)
                    && let Some(text) = self.dynamic_call(self.program.target(module, edge))
                {
                    spelling.dynamic.insert(import.specifier.clone(), text);
                }
            }
        }
        let urls = |specifier: &str| self.kept_dynamic(module, specifier);
        let inherits =
            |class: SymbolId, name: &str, is_static: bool| self.exports.has_field(module, class, name, is_static);
        let options = EmitOptions {
            target: self.options.language,
            format: Format::Esm,
            specifiers: &urls,
            rewrites_computed: false,
            declared,
            is_type_export: None,
            inherits_field: Some(&inherits),
        };
        print(&Module { program, names, scopes, source: &record.source }, &options, Some(&spelling))
    }

    /// With dynamic imports left in place, the URL that the specifier means.
    fn kept_dynamic(&self, module: u32, specifier: &str) -> Option<String> {
        let table = self.program.record(module)?.table.as_ref()?;
        let edge = table.imports.iter().position(|import| import.specifier == specifier)?;
        match self.program.target(module, edge as u32) {
            Target::Module(target) => self.program.record(target).map(|record| String::from(&*record.id)),
            _ => None,
        }
    }

    /// How `module` spells a binding of whatever module, if not like `own`.
    fn reference_unlike(&mut self, own: &str, binding: &Binding, module: u32) -> Option<String> {
        // Most names are the same everywhere: no copy of those.
        if let Binding::Symbol(owner, symbol) = binding
            && self.names.symbol(*owner, *symbol) == Some(own)
            && !self.is_behind_scope(*owner, module)
        {
            return None;
        }
        Some(self.reference(binding, module))
    }

    /// Whether `module` reaches the names of `owner` through an object.
    fn is_behind_scope(&self, owner: u32, module: u32) -> bool {
        owner != module && (self.is_lazy(owner) || self.is_foreign(owner))
    }

    /// How `module` spells a binding of whatever module.
    pub(super) fn reference(&mut self, binding: &Binding, module: u32) -> String {
        match binding {
            Binding::Symbol(owner, _) | Binding::Default(owner) if self.is_behind_scope(*owner, module) => {
                let mut text = self.scope_name(*owner);
                text.push_str(".names.");
                text.push_str(&self.flat_name(binding));
                text
            }
            _ => self.flat_name(binding),
        }
    }

    /// The name in the scope where the binding is declared.
    fn flat_name(&mut self, binding: &Binding) -> String {
        match binding {
            Binding::Symbol(owner, symbol) => self.names.symbol(*owner, *symbol).unwrap_or("undefined").to_owned(),
            Binding::Default(owner) => self.default_name(*owner),
            Binding::Namespace(owner) => self.namespace_name(*owner),
            Binding::ExternalNamespace(external) => self.external_namespace(*external),
            Binding::External(external, name) => self.external_name(*external, name),
        }
    }

    /// A plain name for the list of exports; an expression gets one.
    fn local_name(&mut self, binding: &Binding, out: &mut String) -> String {
        let text = self.reference(binding, self.program.entry);
        if !text.contains(['.', '[']) {
            return text;
        }
        let name = self.names.fresh("external");
        out.push_str("const ");
        out.push_str(&name);
        out.push_str(" = ");
        out.push_str(&text);
        out.push_str(";\n");
        name
    }

    pub(super) fn default_name(&mut self, module: u32) -> String {
        self.names.own(Own::Default, module)
    }

    fn namespace_name(&mut self, module: u32) -> String {
        if self.names.given(Own::Namespace, module).is_none() {
            self.namespace_queue.push(module);
        }
        self.names.own(Own::Namespace, module)
    }

    pub(super) fn scope_name(&mut self, module: u32) -> String {
        self.names.own(Own::Scope, module)
    }

    fn external_namespace(&mut self, external: u32) -> String {
        self.names.own(Own::External, external)
    }

    fn external_name(&mut self, external: u32, name: &str) -> String {
        if self.options.registry.is_some() {
            let mut text = self.external_namespace(external);
            if is_identifier(name) {
                text.push('.');
                text.push_str(name);
            } else {
                text.push('[');
                json::push_string(name, &mut text);
                text.push(']');
            }
            return text;
        }
        let key = (external, name.to_owned());
        if let Some(local) = self.externals.get(&key) {
            return local.clone();
        }
        let is_plain = name != "default" && is_identifier(name);
        let local = self.names.fresh(if is_plain { name } else { "external" });
        self.externals.insert(key, local.clone());
        local
    }

    pub(super) fn dynamic_call(&mut self, target: Target) -> Option<String> {
        let mut text = String::new();
        match target {
            Target::Module(module) => {
                let order = self.plan.dynamic.get(&module)?;
                if order.is_empty() {
                    // It is evaluated with the bundle, which is over before a promise calls back.
                    text.push_str("Promise.resolve().then(() => ");
                    text.push_str(&self.namespace_name(module));
                    text.push(')');
                } else {
                    let name = self.names.own(Own::Loader, module);
                    self.namespace_name(module);
                    text.push_str(&name);
                    text.push_str("()");
                }
            }
            Target::External(external) if self.options.registry.is_some() => {
                text.push_str("Promise.resolve(");
                text.push_str(&self.external_namespace(external));
                text.push(')');
            }
            Target::External(_) | Target::Nothing => return None,
        }
        Some(text)
    }

    /// A lazy module as a generator that shows its names first and runs its body second.
    fn lazy_part(&mut self, module: u32, text: &str, out: &mut String) {
        let is_async = self.program.record(module).and_then(|record| record.table.as_ref());
        let is_async = is_async.is_some_and(|table| table.top_level_await.is_some());
        let scope = self.scope_name(module);
        let mut shown = gather(self.names.of_module(module).map(str::to_owned));
        let record = self.program.record(module);
        if record.is_some_and(|record| record.table.is_none() || has_unnamed_default(record)) {
            shown.push(self.default_name(module));
        }
        out.push_str("const ");
        out.push_str(&scope);
        out.push_str(" = { names: Object.create(null), body: ");
        out.push_str(if is_async { "async " } else { "" });
        out.push_str("function* () {\n");
        out.push_str("Object.defineProperties(");
        out.push_str(&scope);
        out.push_str(".names, {");
        for name in &shown {
            out.push(' ');
            out.push_str(name);
            out.push_str(": { get: () => ");
            out.push_str(name);
            out.push_str(" },");
        }
        out.push_str(" });\nyield;\n");
        out.push_str(text);
        out.push_str("} };\n");
    }

    fn loaders_text(&mut self) -> String {
        let mut text = String::new();
        let loaders = self.names.all(Own::Loader);
        if loaders.is_empty() {
            return text;
        }
        let evaluate = self.names.fresh("evaluate");
        for module in loaders {
            let name = self.names.own(Own::Loader, module);
            let promise = self.names.fresh("promise");
            let namespace = self.namespace_name(module);
            let order = self.plan.dynamic.get(&module).cloned().unwrap_or_default();
            text.push_str("let ");
            text.push_str(&promise);
            text.push_str(";\nfunction ");
            text.push_str(&name);
            text.push_str("() {\n  return ");
            text.push_str(&promise);
            text.push_str(" || (");
            text.push_str(&promise);
            text.push_str(" = ");
            text.push_str(&evaluate);
            text.push_str("([");
            for (index, part) in order.iter().enumerate() {
                text.push_str(if index > 0 { ", " } else { "" });
                text.push_str(&self.scope_name(*part));
            }
            text.push_str("]).then(() => ");
            text.push_str(&namespace);
            text.push_str("));\n}\n");
        }
        text.push_str("async function ");
        text.push_str(&evaluate);
        text.push_str(EVALUATE);
        text
    }

    fn namespaces_text(&mut self) -> String {
        let mut text = String::new();
        if self.namespace_queue.is_empty() {
            return text;
        }
        let make = self.names.fresh("make_namespace");
        while let Some(module) = self.namespace_queue.pop() {
            text.push_str("const ");
            text.push_str(&self.namespace_name(module));
            text.push_str(" = ");
            text.push_str(&make);
            text.push_str("([");
            for (index, (name, binding)) in self.exports.namespace(module).iter().enumerate() {
                let reference = self.reference(binding, u32::MAX);
                text.push_str(if index > 0 { ", [" } else { "[" });
                json::push_string(name, &mut text);
                text.push_str(", () => ");
                text.push_str(&reference);
                text.push(']');
            }
            text.push_str("]);\n");
        }
        text.push_str("function ");
        text.push_str(&make);
        text.push_str("(members) {\n");
        text.push_str(
            "  const namespace = Object.create(null);\n  for (const [name, get] of members) {\n    \
             Object.defineProperty(namespace, name, { get, enumerable: true });\n  }\n  \
             Object.defineProperty(namespace, Symbol.toStringTag, { value: \"Module\" });\n  \
             return Object.preventExtensions(namespace);\n}\n",
        );
        text
    }

    /// Externals are asked for in the order in which they first appear, also those of which nothing is used.
    fn externals_text(&mut self) -> String {
        let mut text = String::new();
        for (external, specifier) in (0u32..).zip(&self.program.externals) {
            if let Some(registry) = &self.options.registry {
                let Some(name) = self.names.given(Own::External, external) else { continue };
                text.push_str("const ");
                text.push_str(name);
                text.push_str(" = globalThis[Symbol.for(");
                json::push_string(registry, &mut text);
                text.push_str(")][");
                json::push_string(specifier, &mut text);
                text.push_str("];\n");
                continue;
            }
            let mut is_asked = false;
            if let Some(name) = self.names.given(Own::External, external) {
                text.push_str("import * as ");
                text.push_str(name);
                text.push_str(" from ");
                json::push_string(specifier, &mut text);
                text.push_str(";\n");
                is_asked = true;
            }
            let names = gather(self.externals.iter().filter(|((of, _), _)| *of == external));
            if is_asked && names.is_empty() {
                continue;
            }
            text.push_str("import ");
            for (index, ((_, name), local)) in names.iter().enumerate() {
                text.push_str(if index > 0 { ", " } else { "{ " });
                push_name(name, &mut text);
                text.push_str(" as ");
                text.push_str(local);
            }
            if !names.is_empty() {
                text.push_str(" } from ");
            }
            json::push_string(specifier, &mut text);
            text.push_str(";\n");
        }
        text
    }
}

/// The name of an export: as it is, or as a string.
fn push_name(name: &str, out: &mut String) {
    if is_identifier(name) {
        out.push_str(name);
    } else {
        json::push_string(name, out);
    }
}

/// In doubt not: a string may stand wherever a name does.
fn is_identifier(name: &str) -> bool {
    let is_start = |c: char| somon_lang::letter::starts_name(c) || matches!(c, '_' | '$');
    name.starts_with(is_start) && name.chars().all(|c| is_start(c) || c.is_ascii_digit())
}

fn has_unnamed_default(record: &Record) -> bool {
    let exports = record.table.as_ref().map_or(&[][..], |table| &table.exports);
    exports.iter().any(|export| export.kind == Exported::Default)
}
