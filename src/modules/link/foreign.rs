//! JavaScript modules in a bundle: each keeps its text in a scope of its own, a generator that shows its names first
//! and runs its body second. Names that it imports are constants where they cannot change, and read anew where they
//! can. Must never rename anything in foreign text.

use somon_lang::gather::gather;
use somon_lang::scope::SymbolId;
use somon_lang::source::Span;
use somon_lang::table::Exported;

use super::exports::{Binding, Exports, Lookup};
use super::output::Linker;
use super::{Program, Target};
use crate::graph;
use crate::javascript::{self, Form, JavaScript, Use, What};
use crate::record::Record;

/// How a module gets at one of its imports.
pub enum Access {
    /// There from the beginning.
    Namespace(Binding),
    /// Does not change once its module was evaluated.
    Constant(Binding),
    /// Read again at every use.
    Read(Binding, Vec<Use>),
    /// It changes, and the text declares the name again somewhere inside.
    Hidden { edge: u32, span: Span },
}

/// The imports of a JavaScript module by their local names. `is_cyclic`: it may run before what it imports.
pub fn imports<'p>(program: &'p Program, exports: &Exports, module: u32, is_cyclic: bool) -> Vec<(&'p str, Access)> {
    let Some((record, javascript)) = foreign(program, module) else { return Vec::new() };
    let Some(table) = &record.table else { return Vec::new() };
    let statements: Vec<Span> =
        gather(javascript.places.iter().filter(|place| place.what == What::Statement).map(|place| place.span));
    let mut list = Vec::new();
    for import in &table.bindings {
        let Some(name) = javascript.locals.get(import.local.0 as usize) else { continue };
        let Some(Lookup::Found(binding)) = exports.import(module, import.local) else { continue };
        let is_namespace = matches!(binding, Binding::Namespace(_) | Binding::ExternalNamespace(_));
        let is_external = matches!(binding, Binding::External(..));
        let access = if is_namespace {
            Access::Namespace(binding)
        } else if is_stable(program, &binding) && !is_cyclic {
            Access::Constant(binding)
        } else {
            match javascript::uses(&record.source, name, &statements) {
                Some(uses) => Access::Read(binding, uses),
                // It was evaluated before everything here, and few change.
                None if is_external => Access::Constant(binding),
                None => Access::Hidden { edge: import.edge, span: import.span },
            }
        };
        list.push((name.as_str(), access));
    }
    list
}

fn foreign(program: &Program, module: u32) -> Option<(&Record, &JavaScript)> {
    let record = program.record(module)?;
    Some((record, record.javascript.as_deref()?))
}

fn is_stable(program: &Program, binding: &Binding) -> bool {
    let Binding::Symbol(owner, symbol) = binding else { return !matches!(binding, Binding::External(..)) };
    let Some(table) = program.record(*owner).and_then(|record| record.table.as_ref()) else { return false };
    table.exports.iter().any(|export| export.kind == Exported::Local(*symbol) && !export.is_reassigned)
}

/// Of each module whether it imports itself, directly or through others.
pub fn cyclic(program: &Program) -> Vec<bool> {
    let edges = program.static_edges();
    let components = graph::components(&edges);
    let mut size = vec![0u32; components.count as usize];
    for component in &components.of {
        if let Some(count) = size.get_mut(*component as usize) {
            *count += 1;
        }
    }
    let is_large = |component: &u32| size.get(*component as usize).is_some_and(|count| *count > 1);
    let mut flags = Vec::with_capacity(edges.len());
    for ((module, targets), component) in (0u32..).zip(&edges).zip(&components.of) {
        flags.push(is_large(component) || targets.contains(&module));
    }
    flags
}

/// Names that others reach: what it exports and does not import itself.
pub fn shown(record: &Record) -> impl Iterator<Item = (SymbolId, &str)> {
    let exports = record.table.as_ref().map_or(&[][..], |table| &table.exports);
    exports.iter().filter_map(|export| {
        let Exported::Local(symbol) = export.kind else { return None };
        let table = record.table.as_ref()?;
        let is_imported = table.bindings.iter().any(|binding| binding.local == symbol);
        let name = record.javascript.as_ref()?.locals.get(symbol.0 as usize)?;
        (!is_imported).then_some((symbol, name.as_str()))
    })
}

impl Linker {
    pub(super) fn is_foreign(&self, module: u32) -> bool {
        self.program.record(module).is_some_and(|record| record.javascript.is_some())
    }

    /// The scope of a JavaScript module.
    pub(super) fn foreign_part(&mut self, module: u32, is_cyclic: bool, out: &mut String) {
        let program = self.program.clone();
        let program = &*program;
        let Some((record, javascript)) = foreign(program, module) else { return };
        let Some(table) = &record.table else { return };
        let mut places: Vec<(Span, String)> = Vec::new();
        let (mut first, mut second) = (String::new(), String::new());
        for (local, access) in imports(program, &self.exports, module, is_cyclic) {
            match access {
                Access::Namespace(binding) => self.constant(local, &binding, module, &mut first),
                Access::Constant(binding) => self.constant(local, &binding, module, &mut second),
                Access::Hidden { .. } => {}
                Access::Read(_, uses) if uses.is_empty() => {}
                Access::Read(binding, uses) => {
                    let read = self.names.fresh(&["read_", local].concat());
                    first.push_str("const ");
                    first.push_str(&read);
                    first.push_str(" = () => ");
                    first.push_str(&self.reference(&binding, module));
                    first.push_str(";\n");
                    for place in uses {
                        let text = match place.form {
                            Form::Plain => [&read, "()"].concat(),
                            Form::New => ["(", &read, "())"].concat(),
                            Form::Shorthand => [local, ": ", &read, "()"].concat(),
                        };
                        places.push((place.span, text));
                    }
                }
            }
        }
        for place in &javascript.places {
            let text = match place.what {
                What::Statement => String::from(";"),
                What::Export => String::new(),
                What::Default => ["const ", &self.default_name(module), " ="].concat(),
                What::DefaultName => [" ", &self.default_name(module)].concat(),
                What::Attributes => continue,
                What::Dynamic(edge) => match self.dynamic_call(program.target(module, edge)) {
                    Some(text) => text,
                    None => continue,
                },
                What::Specifier(edge) => match program.target(module, edge) {
                    Target::Module(target) => {
                        let mut text = String::new();
                        crate::json::push_string(program.record(target).map_or("", |record| &record.id), &mut text);
                        text
                    }
                    _ => continue,
                },
            };
            places.push((place.span, text));
        }
        somon_lang::order::sort(&mut places, &|(a, _), (b, _)| (a.start, b.end).cmp(&(b.start, a.end)));
        let scope = self.scope_name(module);
        let kind = if table.top_level_await.is_some() { "async function* () {\n" } else { "function* () {\n" };
        out.push_str("const ");
        out.push_str(&scope);
        out.push_str(" = { names: undefined, body: ");
        out.push_str(kind);
        out.push_str(&scope);
        out.push_str(".names = { __proto__: null,");
        let mut names = gather(self.names.of_module(module).map(str::to_owned));
        if table.exports.iter().any(|export| export.kind == Exported::Default) {
            names.push(self.default_name(module));
        }
        for name in &names {
            out.push_str(" get ");
            out.push_str(name);
            out.push_str("() { return ");
            out.push_str(name);
            out.push_str("; },");
        }
        out.push_str(" };\n");
        out.push_str(&first);
        out.push_str("yield;\n");
        out.push_str(&second);
        let text = javascript::rewrite(&record.source, &places);
        // A first line for the shell is none of JavaScript inside a function.
        out.push_str(if text.starts_with("#!") { "//" } else { "" });
        out.push_str(&text);
        out.push_str("\n} };\n");
    }

    fn constant(&mut self, local: &str, binding: &Binding, module: u32, out: &mut String) {
        out.push_str("const ");
        out.push_str(local);
        out.push_str(" = ");
        out.push_str(&self.reference(binding, module));
        out.push_str(";\n");
    }

    /// Makes the names of a module of the bundle known before anything runs.
    pub(super) fn begin_foreign(&mut self, module: u32, out: &mut String) {
        let scope = self.scope_name(module);
        out.push_str(&scope);
        out.push_str(".steps = (0, ");
        out.push_str(&scope);
        out.push_str(".body)();\n");
        out.push_str(&scope);
        out.push_str(".steps.next();\n");
    }

    /// Its body, at its place in the order.
    pub(super) fn run_foreign(&mut self, module: u32, out: &mut String) {
        let table = self.program.record(module).and_then(|record| record.table.as_ref());
        let is_async = table.is_some_and(|table| table.top_level_await.is_some());
        out.push_str(if is_async { "await " } else { "" });
        out.push_str(&self.scope_name(module));
        out.push_str(".steps.next();\n");
    }
}
