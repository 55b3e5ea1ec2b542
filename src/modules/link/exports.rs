//! What a name exported by a module is bound to, through re-exports and stars, by the rules of ES modules.
//! Never recursive: chains of re-exports may be as long as the graph.

use std::rc::Rc;

use crate::sorted::{SortedMap, SortedSet};

use somon_lang::scope::SymbolId;
use somon_lang::table::{Exported, Imported};

use super::{Program, Target};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Binding {
    Symbol(u32, SymbolId),
    /// A default export without a name; the value of a JSON module.
    Default(u32),
    Namespace(u32),
    External(u32, String),
    ExternalNamespace(u32),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    Found(Binding),
    /// It exists in types only.
    Type,
    /// A module on the way did not parse: nobody can say.
    Unknown,
    Missing,
    Ambiguous,
}

pub struct Exports {
    program: Rc<Program>,
    /// The exports of each module by name.
    by_name: Vec<Vec<u32>>,
    /// Import bindings by their local symbol.
    imported: Vec<SortedMap<SymbolId, usize>>,
}

impl Exports {
    pub fn new(program: &Rc<Program>) -> Exports {
        let mut by_name = Vec::with_capacity(program.modules.len());
        let mut imported = Vec::with_capacity(program.modules.len());
        for record in &program.modules {
            let (mut names, mut locals) = (Vec::new(), SortedMap::new());
            if let Some(table) = &record.table {
                names.extend(0..table.exports.len() as u32);
                let name = |index: u32| table.exports.get(index as usize).map(|export| &export.name);
                // The first of two equal names counts; two are an error of their own.
                somon_lang::order::sort(&mut names, &|a, b| (name(*a), a).cmp(&(name(*b), b)));
                for (index, binding) in table.bindings.iter().enumerate() {
                    locals.insert(binding.local, index);
                }
            }
            by_name.push(names);
            imported.push(locals);
        }
        Exports { program: program.clone(), by_name, imported }
    }

    pub fn lookup(&self, module: u32, name: &str) -> Lookup {
        let mut search = Search::default();
        search.next.push((module, name.to_owned()));
        let mut seen = SortedSet::new();
        while let Some((module, name)) = search.next.pop() {
            if seen.insert((module, name.clone())) {
                self.visit(module, name, &mut search);
            }
        }
        let mut found = search.found.into_keys();
        match (found.next(), found.next()) {
            (Some(_), Some(_)) => Lookup::Ambiguous,
            (Some(binding), None) => Lookup::Found(binding),
            (None, _) if search.is_type => Lookup::Type,
            (None, _) => match search.external_star {
                Some((external, name)) => Lookup::Found(Binding::External(external, name)),
                None if search.is_unknown => Lookup::Unknown,
                None => Lookup::Missing,
            },
        }
    }

    /// What a local name that an import binds means.
    pub fn import(&self, module: u32, local: SymbolId) -> Option<Lookup> {
        let index = self.imported.get(module as usize)?.get(&local)?;
        let binding = self.program.record(module)?.table.as_ref()?.bindings.get(*index)?;
        let target = self.program.target(module, binding.edge);
        Some(match (target, &binding.imported) {
            (Target::Nothing, _) => Lookup::Type,
            (Target::Module(target), Imported::Namespace) => Lookup::Found(Binding::Namespace(target)),
            (Target::Module(target), Imported::Name(name)) => self.lookup(target, name),
            (Target::External(external), Imported::Namespace) => Lookup::Found(Binding::ExternalNamespace(external)),
            (Target::External(external), Imported::Name(name)) => {
                Lookup::Found(Binding::External(external, name.clone()))
            }
        })
    }

    /// Whether a class, or one that it extends in whatever module, declares a field of that name.
    pub fn has_field(&self, module: u32, class: SymbolId, name: &str, is_static: bool) -> bool {
        let mut is_found = false;
        self.fields(module, class, &mut |field, of_class| is_found |= field == name && of_class == is_static);
        is_found
    }

    /// The fields, and whether they are static, of a class and of those that it extends, wherever they are.
    pub fn fields(&self, module: u32, class: SymbolId, take: &mut dyn FnMut(&str, bool)) {
        let mut at = (module, Some(class));
        let mut seen = SortedSet::new();
        while seen.insert(at) {
            let (module, class) = at;
            let Some(table) = self.program.record(module).and_then(|record| record.table.as_ref()) else { break };
            if let Some(shape) = table.classes.iter().find(|shape| shape.class == class) {
                for (field, is_static) in &shape.fields {
                    take(field, *is_static);
                }
                if shape.superclass.is_none() {
                    break;
                }
                at = (module, shape.superclass);
            } else {
                at = match class.and_then(|class| self.import(module, class)) {
                    Some(Lookup::Found(Binding::Symbol(owner, symbol))) => (owner, Some(symbol)),
                    Some(Lookup::Found(Binding::Default(owner))) => (owner, None),
                    _ => break,
                };
            }
        }
    }

    /// The names of the module's namespace object with what they are bound to, in code-unit order.
    pub fn namespace(&self, module: u32) -> Vec<(String, Binding)> {
        let mut names: SortedSet<&str> = SortedSet::new();
        let mut seen = SortedSet::new();
        let mut next = vec![module];
        while let Some(at) = next.pop() {
            if !seen.insert(at) {
                continue;
            }
            let Some(record) = self.program.record(at) else { continue };
            let Some(table) = &record.table else {
                if at == module {
                    names.insert("default");
                }
                continue;
            };
            for export in &table.exports {
                if at == module || export.name != "default" {
                    names.insert(&export.name);
                }
            }
            for &edge in &table.stars {
                if let Target::Module(target) = self.program.target(at, edge) {
                    next.push(target);
                }
            }
        }
        let mut list = Vec::with_capacity(names.len());
        for name in names.into_keys() {
            if let Lookup::Found(binding) = self.lookup(module, name) {
                list.push((name.to_owned(), binding));
            }
        }
        somon_lang::order::sort(&mut list, &|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
        list
    }

    fn visit(&self, module: u32, name: String, search: &mut Search) {
        let Some(record) = self.program.record(module) else { return };
        let Some(table) = &record.table else {
            if name == "default" {
                search.found.insert(Binding::Default(module));
            }
            return;
        };
        let export_at = |index: &u32| table.exports.get(*index as usize);
        let names = self.by_name.get(module as usize).map_or(&[][..], Vec::as_slice);
        let place = names.partition_point(|index| export_at(index).is_some_and(|export| export.name < name));
        let export = names.get(place).and_then(export_at).filter(|export| export.name == name);
        let Some(export) = export else {
            search.is_unknown |= record.has_errors;
            if name != "default" {
                for &edge in &table.stars {
                    match self.program.target(module, edge) {
                        Target::Module(target) => search.next.push((target, name.clone())),
                        Target::External(external) => search.external_star = Some((external, name.clone())),
                        Target::Nothing => search.is_type = true,
                    }
                }
            }
            return;
        };
        match &export.kind {
            _ if export.is_type_only => search.is_type = true,
            Exported::Default => {
                search.found.insert(Binding::Default(module));
            }
            Exported::Local(symbol) => {
                let index = self.imported.get(module as usize).and_then(|imported| imported.get(symbol));
                match index.and_then(|index| table.bindings.get(*index)) {
                    Some(binding) => self.follow(module, binding.edge, &binding.imported, search),
                    None => {
                        search.found.insert(Binding::Symbol(module, *symbol));
                    }
                }
            }
            Exported::From { edge, imported } => {
                self.follow(module, *edge, &Imported::Name(imported.clone()), search);
            }
            Exported::Namespace { edge } => self.follow(module, *edge, &Imported::Namespace, search),
        }
    }

    fn follow(&self, module: u32, edge: u32, imported: &Imported, search: &mut Search) {
        let found = match (self.program.target(module, edge), imported) {
            (Target::Nothing, _) => return search.is_type = true,
            (Target::Module(target), Imported::Name(name)) => return search.next.push((target, name.clone())),
            (Target::Module(target), Imported::Namespace) => Binding::Namespace(target),
            (Target::External(external), Imported::Namespace) => Binding::ExternalNamespace(external),
            (Target::External(external), Imported::Name(name)) => Binding::External(external, name.clone()),
        };
        search.found.insert(found);
    }
}

#[derive(Default)]
struct Search {
    found: SortedSet<Binding>,
    is_type: bool,
    is_unknown: bool,
    external_star: Option<(u32, String)>,
    next: Vec<(u32, String)>,
}
