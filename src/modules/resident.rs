//! The graph of what is resident: the modules of the cache, and where each of their imports led.
//! A view made when somebody asks; must never outlive the state it was made of, and resolve nothing anew.

use somon_lang::gather::gather;
use std::collections::VecDeque;
use std::rc::Rc;

use somon_lang::table::ImportKind;

use crate::cache::Cache;
use crate::error::ErrorCode;
use crate::graph;
use crate::link::{Program, Target};
use crate::record::Record;
use crate::sorted::{SortedMap, SortedSet};

/// Where one import led when its module was loaded last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// By id.
    Module(Rc<str>),
    /// By name.
    External(Rc<str>),
    Failed(Rc<FailedLink>),
    /// Types only, or not followed.
    Nothing,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedLink {
    pub code: ErrorCode,
    pub reason: String,
}

impl Link {
    /// `external:<name>` for an external.
    pub fn id(&self) -> Option<Rc<str>> {
        match self {
            Link::Module(id) => Some(id.clone()),
            Link::External(name) => Some(external_id(name)),
            Link::Failed(_) | Link::Nothing => None,
        }
    }

    pub fn charged_bytes(&self) -> usize {
        let reason = match self {
            Link::Failed(failed) => failed.reason.capacity() + size_of::<FailedLink>(),
            _ => 0,
        };
        size_of::<Link>() + reason
    }
}

pub fn external_id(name: &str) -> Rc<str> {
    Rc::from(["external:", name].concat())
}

pub struct Resident {
    /// Modules sorted by id; `entry` means nothing.
    pub program: Rc<Program>,
    /// Beside the imports of each module.
    pub links: Vec<Rc<[Link]>>,
    /// Modules that a caller named.
    pub entries: Vec<u32>,
}

impl Resident {
    pub fn of(cache: &Cache) -> Resident {
        Resident::gather(cache, cache.ids().into_iter())
    }

    /// `id` and what it reaches by imports.
    pub fn below(cache: &Cache, id: &str) -> Resident {
        let mut ids: SortedSet<Rc<str>> = SortedSet::new();
        let mut next = gather(cache.peek(id).map(|record| record.id.clone()));
        while let Some(id) = next.pop() {
            let links = cache.links(&id);
            if cache.peek(&id).is_some() && ids.insert(id) {
                for link in links.iter().flat_map(|links| links.iter()) {
                    if let Link::Module(id) = link {
                        next.push(id.clone());
                    }
                }
            }
        }
        Resident::gather(cache, ids.into_keys())
    }

    /// `ids` are sorted, each in the cache.
    fn gather(cache: &Cache, ids: impl Iterator<Item = Rc<str>>) -> Resident {
        let mut program = Program { modules: Vec::new(), targets: Vec::new(), externals: Vec::new(), entry: 0 };
        let mut links: Vec<Rc<[Link]>> = Vec::new();
        let mut entries = Vec::new();
        for id in ids {
            let Some(record) = cache.peek(&id) else { continue };
            let number = program.modules.len() as u32;
            program.modules.push(record.clone());
            links.push(cache.links(&id).cloned().unwrap_or_default());
            if cache.is_entry(&id) {
                entries.push(number);
            }
        }
        let mut external_of: SortedMap<Rc<str>, u32> = SortedMap::new();
        for list in &links {
            let mut targets = Vec::with_capacity(list.len());
            for link in list.iter() {
                targets.push(match link {
                    Link::Module(id) => find(&program.modules, id).map_or(Target::Nothing, Target::Module),
                    Link::External(name) => {
                        let next = program.externals.len() as u32;
                        let known = external_of.get(name).copied();
                        if known.is_none() {
                            external_of.insert(name.clone(), next);
                            program.externals.push(String::from(&**name));
                        }
                        Target::External(known.unwrap_or(next))
                    }
                    Link::Failed(_) | Link::Nothing => Target::Nothing,
                });
            }
            program.targets.push(targets);
        }
        Resident { program: Rc::new(program), links, entries }
    }

    pub fn find(&self, id: &str) -> Option<u32> {
        find(&self.program.modules, id)
    }

    /// Everything that imports `modules`, however far, themselves not included.
    pub fn dependents(&self, modules: &[u32]) -> Vec<u32> {
        let importers = self.importers();
        let mut seen = vec![false; self.program.modules.len()];
        let mut mark = |module: u32| seen.get_mut(module as usize).is_some_and(|flag| !std::mem::replace(flag, true));
        let mut found = gather(modules.iter().copied().filter(|module| mark(*module)));
        let given = found.len();
        let mut at = 0;
        while let Some(&module) = found.get(at) {
            at += 1;
            for &(importer, _) in importers.get(module as usize).into_iter().flatten() {
                if mark(importer) {
                    found.push(importer);
                }
            }
        }
        found.split_off(given)
    }

    /// The shortest chain of imports (module, index of the import) from an entry; empty for an entry.
    pub fn chain(&self, to: u32) -> Vec<(u32, u32)> {
        let mut from: Vec<Option<(u32, u32)>> = vec![None; self.program.modules.len()];
        let mut seen = vec![false; self.program.modules.len()];
        let mut queue: VecDeque<u32> = VecDeque::new();
        for &entry in &self.entries {
            if let Some(flag) = seen.get_mut(entry as usize) {
                *flag = true;
                queue.push_back(entry);
            }
        }
        while let Some(module) = queue.pop_front() {
            if module == to {
                break;
            }
            for (edge, target) in (0u32..).zip(self.program.targets.get(module as usize).into_iter().flatten()) {
                if let Target::Module(target) = target
                    && let (Some(flag), Some(place)) = (seen.get_mut(*target as usize), from.get_mut(*target as usize))
                    && !std::mem::replace(flag, true)
                {
                    *place = Some((module, edge));
                    queue.push_back(*target);
                }
            }
        }
        let mut chain = Vec::new();
        let mut at = to;
        while let Some((module, edge)) = from.get(at as usize).copied().flatten() {
            chain.push((module, edge));
            at = module;
        }
        chain.reverse();
        chain
    }

    /// Of each module its importers, with the index of the import.
    fn importers(&self) -> Vec<Vec<(u32, u32)>> {
        let mut importers = vec![Vec::new(); self.program.modules.len()];
        for (module, targets) in (0u32..).zip(&self.program.targets) {
            for (edge, target) in (0u32..).zip(targets) {
                if let Target::Module(target) = target
                    && let Some(list) = importers.get_mut(*target as usize)
                {
                    list.push((module, edge));
                }
            }
        }
        importers
    }

    /// The ids that each module imports, in source order and without duplicates; dynamic imports among them.
    pub fn imported_ids(&self, module: u32) -> Vec<Rc<str>> {
        let mut seen = SortedSet::new();
        let links = self.links.get(module as usize).map_or(&[][..], |links| links);
        gather(links.iter().filter_map(Link::id).filter(|id| seen.insert(id.clone())))
    }

    pub fn statistics(&self) -> Statistics {
        let edges = self.program.static_edges();
        let cycles = graph::cycles(&edges, &(0..edges.len() as u32).collect::<Vec<u32>>());
        let mut statistics = Statistics {
            modules: self.program.modules.len(),
            externals: self.program.externals.len(),
            depth_max: graph::levels(&edges).into_iter().max().unwrap_or(0),
            cycles: cycles.len(),
            ..Statistics::default()
        };
        for (module, record) in (0u32..).zip(&self.program.modules) {
            statistics.dependencies += self.imported_ids(module).len();
            statistics.dynamic += dynamic_count(record);
        }
        statistics
    }
}

fn dynamic_count(record: &Record) -> usize {
    let imports = record.table.as_ref().map_or(&[][..], |table| &table.imports);
    imports.iter().filter(|import| import.kind == ImportKind::Dynamic).count()
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Externals not included.
    pub modules: usize,
    pub externals: usize,
    /// Pairs of a module and what it imports.
    pub dependencies: usize,
    /// Dynamic imports with a literal specifier.
    pub dynamic: usize,
    /// Imports on the longest way, a cycle counted as one module.
    pub depth_max: u32,
    /// Components with a cycle.
    pub cycles: usize,
}

fn find(modules: &[Rc<Record>], id: &str) -> Option<u32> {
    modules.binary_search_by(|record| (*record.id).cmp(id)).ok().map(|number| number as u32)
}
