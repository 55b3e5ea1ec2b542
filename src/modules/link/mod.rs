//! Linking: a finished graph to one ES module. Static modules share one scope, so that bindings are live and
//! functions hoisted by the language itself; modules reached by dynamic import only are parts evaluated once.
//! Must never load anything: what is missing here is a diagnostic.

mod exports;
mod foreign;
mod lazy;
mod names;
mod output;
mod words;

use somon_lang::gather::gather;
use std::rc::Rc;

use somon_lang::builtin::BuiltinSet;
use somon_lang::diagnostic::{Code, Diagnostic};
use somon_lang::emit::Target as Language;
use somon_lang::table::{ImportKind, Imported};

use crate::graph;
use crate::record::Record;
pub use exports::{Binding, Exports, Lookup};
pub use output::{Linked, Linker};

/// A finished graph. `targets` stands beside the imports of each record's table.
pub struct Program {
    pub modules: Vec<Rc<Record>>,
    pub targets: Vec<Vec<Target>>,
    pub externals: Vec<String>,
    pub entry: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Module(u32),
    /// Index into [`Program::externals`].
    External(u32),
    /// Types only, or not loaded: somebody else says so.
    Nothing,
}

pub struct LinkOptions {
    pub language: Language,
    /// Where externals are read from; `None`: they are imported.
    pub registry: Option<String>,
    /// Dynamic imports become calls of URLs instead of parts of the bundle.
    pub keeps_dynamic: bool,
}

impl Program {
    pub fn target(&self, module: u32, edge: u32) -> Target {
        let targets = self.targets.get(module as usize);
        targets.and_then(|targets| targets.get(edge as usize)).copied().unwrap_or(Target::Nothing)
    }

    pub fn record(&self, module: u32) -> Option<&Rc<Record>> {
        self.modules.get(module as usize)
    }

    /// Imports that are evaluated before their importer; `edges` of [`graph`].
    pub fn static_edges(&self) -> Vec<Vec<u32>> {
        self.edges(|kind| kind != ImportKind::Dynamic).0
    }

    /// Static edges, and beside each its number in the record's table.
    pub fn edges(&self, keeps: fn(ImportKind) -> bool) -> (Vec<Vec<u32>>, Vec<Vec<u32>>) {
        let mut all = Vec::with_capacity(self.modules.len());
        let mut numbers = Vec::with_capacity(self.modules.len());
        for (record, targets) in self.modules.iter().zip(&self.targets) {
            let imports = record.table.as_ref().map_or(&[][..], |table| &table.imports);
            let mut edges = Vec::new();
            let mut places = Vec::new();
            for (index, (import, target)) in imports.iter().zip(targets).enumerate() {
                if let Target::Module(module) = target
                    && keeps(import.kind)
                {
                    edges.push(*module);
                    places.push(index as u32);
                }
            }
            all.push(edges);
            numbers.push(places);
        }
        (all, numbers)
    }

    /// Built-in member names declared in each module's static closure.
    pub fn declared_members(&self) -> Vec<BuiltinSet> {
        let edges = self.static_edges();
        let components = graph::components(&edges);
        let mut own = vec![BuiltinSet::EMPTY; components.count as usize];
        let component = |module: u32| components.of.get(module as usize).copied().unwrap_or(u32::MAX) as usize;
        // The last module of each component, and of each module the one before it in its component.
        let mut last = vec![u32::MAX; components.count as usize];
        let mut before = Vec::with_capacity(self.modules.len());
        for module in 0..self.modules.len() as u32 {
            let last = last.get_mut(component(module));
            before.push(last.map_or(u32::MAX, |last| std::mem::replace(last, module)));
        }
        // Those that are imported come first.
        for mut module in last {
            while let Some(record) = self.record(module) {
                let mut set = record.table.as_ref().map_or(BuiltinSet::EMPTY, |table| table.declared_members);
                for target in edges.get(module as usize).into_iter().flatten().map(|target| component(*target)) {
                    set = set.union(own.get(target).copied().unwrap_or(BuiltinSet::EMPTY));
                }
                if let Some(place) = own.get_mut(component(module)) {
                    *place = place.union(set);
                }
                module = before.get(module as usize).copied().unwrap_or(u32::MAX);
            }
        }
        let of = |component: &u32| own.get(*component as usize).copied().unwrap_or(BuiltinSet::EMPTY);
        gather(components.of.iter().map(of))
    }
}

/// Missing and ambiguous exports, at the imported names; computed dynamic imports too.
pub fn check(program: &Rc<Program>, is_bundled: bool) -> Vec<(u32, Diagnostic)> {
    let exports = Exports::new(program);
    let mut found = Vec::new();
    let has_foreign = program.modules.iter().any(|record| record.javascript.is_some());
    let cyclic = if has_foreign && is_bundled { foreign::cyclic(program) } else { Vec::new() };
    for (module, record) in (0u32..).zip(&program.modules) {
        let Some(table) = &record.table else { continue };
        let specifier = |edge: u32| table.imports.get(edge as usize).map_or("", |import| import.specifier.as_str());
        let mut look = |edge: u32, name: &str, span| {
            let Target::Module(target) = program.target(module, edge) else { return };
            let code = match exports.lookup(target, name) {
                Lookup::Missing => Code::ExportNotFound,
                Lookup::Ambiguous => Code::AmbiguousExport,
                // Types are nothing to JavaScript.
                Lookup::Type if record.javascript.is_some() => Code::ExportNotFound,
                // A module that did not parse says so itself.
                Lookup::Found(_) | Lookup::Type | Lookup::Unknown => return,
            };
            let diagnostic = Diagnostic::new(code, span).text("specifier", specifier(edge)).text("name", name);
            found.push((module, diagnostic));
        };
        for binding in &table.bindings {
            if let Imported::Name(name) = &binding.imported {
                look(binding.edge, name, binding.span);
            }
        }
        for export in &table.exports {
            if let somon_lang::table::Exported::From { edge, imported } = &export.kind {
                look(*edge, imported, export.span);
            }
        }
        if is_bundled {
            for span in &table.computed_imports {
                found.push((module, Diagnostic::new(Code::DynamicRequire, *span)));
            }
            let is_cyclic = cyclic.get(module as usize) == Some(&true);
            for (name, access) in foreign::imports(program, &exports, module, is_cyclic) {
                if let foreign::Access::Hidden { edge, span } = access {
                    let mut reason = String::from("PARSE: the imported name ");
                    reason.push_str(name);
                    reason.push_str(" changes, and the module declares it again inside; rename one of them");
                    let diagnostic = Diagnostic::new(Code::ReadFailed, span).text("file", specifier(edge));
                    found.push((module, diagnostic.text("reason", reason)));
                }
            }
        }
    }
    found
}
