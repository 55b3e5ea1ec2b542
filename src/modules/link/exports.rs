//! What a name exported by a module is bound to, through re-exports and stars, by the rules of ES modules.
//! Never recursive: chains of re-exports may be as long as the graph.

use std::cmp::Ordering;
use std::rc::Rc;

use crate::sorted::SortedSet;

use somon_lang::scope::SymbolId;
use somon_lang::table::{Exported, ImportBinding, Imported, ModuleTable};

use super::{Program, Target};

#[derive(Clone, Debug, PartialEq, Eq)]
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
    by_name: Orders,
    /// Import bindings by their local symbol.
    by_local: Orders,
}

impl Exports {
    pub fn new(program: &Rc<Program>) -> Exports {
        let (mut by_name, mut by_local) = (Orders::default(), Orders::default());
        for record in &program.modules {
            let (exports, bindings) = match &record.table {
                Some(table) => (table.exports.as_slice(), table.bindings.as_slice()),
                None => Default::default(),
            };
            // The first of two equal names counts; two are an error of their own.
            let name = |index: u32| exports.get(index as usize).map(|export| &export.name);
            by_name.add(exports.len(), &|a, b| name(*a).cmp(&name(*b)));
            // And the last of two equal locals.
            let local = |index: u32| bindings.get(index as usize).map(|binding| binding.local);
            by_local.add(bindings.len(), &|a, b| (local(*a), b).cmp(&(local(*b), a)));
        }
        Exports { program: program.clone(), by_name, by_local }
    }

    pub fn lookup<'s>(&'s self, module: u32, name: &'s str) -> Lookup {
        let mut search = Search::default();
        self.visit(module, name, &mut search);
        // What stands in the module itself is most of what anybody asks for.
        if !search.next.is_empty() {
            let mut seen = SortedSet::new();
            seen.insert((module, name));
            while let Some(step) = search.next.pop() {
                if seen.insert(step) {
                    self.visit(step.0, step.1, &mut search);
                }
            }
        }
        match search.found {
            Some(_) if search.is_ambiguous => Lookup::Ambiguous,
            Some(binding) => Lookup::Found(binding),
            None if search.is_type => Lookup::Type,
            None => match search.external_star {
                Some((external, name)) => Lookup::Found(Binding::External(external, name.to_owned())),
                None if search.is_unknown => Lookup::Unknown,
                None => Lookup::Missing,
            },
        }
    }

    /// What a local name that an import binds means.
    pub fn import(&self, module: u32, local: SymbolId) -> Option<Lookup> {
        let binding = self.binding(module, self.program.record(module)?.table.as_ref()?, local)?;
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

    /// The import that binds a local name.
    fn binding<'t>(&self, module: u32, table: &'t ModuleTable, local: SymbolId) -> Option<&'t ImportBinding> {
        let locals = self.by_local.of(module);
        let binding_at = |index: &u32| table.bindings.get(*index as usize);
        let place = locals.partition_point(|index| binding_at(index).is_some_and(|binding| binding.local < local));
        locals.get(place).and_then(binding_at).filter(|binding| binding.local == local)
    }

    fn visit<'s>(&'s self, module: u32, name: &'s str, search: &mut Search<'s>) {
        let Some(record) = self.program.record(module) else { return };
        let Some(table) = &record.table else {
            if name == "default" {
                search.find(Binding::Default(module));
            }
            return;
        };
        let export_at = |index: &u32| table.exports.get(*index as usize);
        let names = self.by_name.of(module);
        let place = names.partition_point(|index| export_at(index).is_some_and(|export| export.name.as_str() < name));
        let export = names.get(place).and_then(export_at).filter(|export| export.name == name);
        let Some(export) = export else {
            search.is_unknown |= record.has_errors;
            if name != "default" {
                for &edge in &table.stars {
                    match self.program.target(module, edge) {
                        Target::Module(target) => search.next.push((target, name)),
                        Target::External(external) => search.external_star = Some((external, name)),
                        Target::Nothing => search.is_type = true,
                    }
                }
            }
            return;
        };
        match &export.kind {
            _ if export.is_type_only => search.is_type = true,
            Exported::Default => search.find(Binding::Default(module)),
            Exported::Local(symbol) => match self.binding(module, table, *symbol) {
                Some(binding) => self.follow(module, binding.edge, outer_name(&binding.imported), search),
                None => search.find(Binding::Symbol(module, *symbol)),
            },
            Exported::From { edge, imported } => self.follow(module, *edge, Some(imported), search),
            Exported::Namespace { edge } => self.follow(module, *edge, None, search),
        }
    }

    /// On to what an import names, or to all of it.
    fn follow<'s>(&'s self, module: u32, edge: u32, imported: Option<&'s str>, search: &mut Search<'s>) {
        let found = match (self.program.target(module, edge), imported) {
            (Target::Nothing, _) => return search.is_type = true,
            (Target::Module(target), Some(name)) => return search.next.push((target, name)),
            (Target::Module(target), None) => Binding::Namespace(target),
            (Target::External(external), None) => Binding::ExternalNamespace(external),
            (Target::External(external), Some(name)) => Binding::External(external, name.to_owned()),
        };
        search.find(found);
    }
}

/// Of each module the numbers of its things in an order of theirs.
#[derive(Default)]
struct Orders {
    numbers: Vec<u32>,
    ends: Vec<usize>,
}

impl Orders {
    /// Of the next module, which has `len` things.
    fn add(&mut self, len: usize, compare: &dyn Fn(&u32, &u32) -> Ordering) {
        let start = self.numbers.len();
        self.numbers.extend(0..len as u32);
        somon_lang::order::sort(self.numbers.get_mut(start..).unwrap_or_default(), compare);
        self.ends.push(self.numbers.len());
    }

    fn of(&self, module: u32) -> &[u32] {
        let start = (module as usize).checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(module as usize).and_then(|end| self.numbers.get(start..*end)).unwrap_or_default()
    }
}

#[derive(Default)]
struct Search<'s> {
    found: Option<Binding>,
    is_ambiguous: bool,
    is_type: bool,
    is_unknown: bool,
    external_star: Option<(u32, &'s str)>,
    next: Vec<(u32, &'s str)>,
}

impl Search<'_> {
    /// The same binding may be found on several ways.
    fn find(&mut self, binding: Binding) {
        match &self.found {
            Some(found) => self.is_ambiguous |= *found != binding,
            None => self.found = Some(binding),
        }
    }
}

/// `None`: the namespace.
fn outer_name(imported: &Imported) -> Option<&str> {
    match imported {
        Imported::Name(name) => Some(name),
        Imported::Namespace => None,
    }
}
