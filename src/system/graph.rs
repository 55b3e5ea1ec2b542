//! What the system tells of the modules it holds: their facts, the graph, its figures, what is wrong in it.
//! Reads the cache alone; must never resolve or ask for anything.

use somon_lang::gather::gather;
use std::rc::Rc;

use somon_lang::source::LineIndex;
use somon_lang::table::ImportKind;
use somon_modules::error::{ErrorCode, ImportStep};
use somon_modules::graph;
use somon_modules::link::Exports;
use somon_modules::record::Record;
use somon_modules::resident::{FailedLink, Link, Resident, Statistics};
use somon_modules::sha2::{Algorithm, digest_base64};
use somon_modules::sorted::SortedSet;

use crate::operation::{EdgeTarget, Operation, StemState};
use crate::outcome::{Dependency, DependencyKind, ModuleInfo, Validation, ValidationIssue};
use crate::settings::CycleStrategy;
use crate::step::System;

impl System {
    /// All resident modules, sorted by id.
    pub fn modules(&self) -> Vec<ModuleInfo> {
        let resident = Resident::of(&self.cache);
        let exports = Exports::new(&resident.program);
        let all = 0..resident.program.modules.len() as u32;
        gather(all.filter_map(|module| self.info(&resident, &exports, module)))
    }

    pub fn module(&self, id: &str) -> Option<ModuleInfo> {
        if let Some(name) = id.strip_prefix("external:") {
            return self.external(name);
        }
        let resident = Resident::below(&self.cache, id);
        self.info(&resident, &Exports::new(&resident.program), resident.find(id)?)
    }

    pub fn module_source(&self, id: &str) -> Option<Rc<str>> {
        self.cache.peek(id).map(|record| record.source.clone())
    }

    /// The shortest chain of imports from a module that a caller named; `None`: not resident, or not reached.
    pub fn import_chain(&self, id: &str) -> Option<Vec<ImportStep>> {
        let resident = Resident::of(&self.cache);
        let to = resident.find(id)?;
        let chain = resident.chain(to);
        if chain.is_empty() && !resident.entries.contains(&to) {
            return None;
        }
        Some(gather(chain.into_iter().filter_map(|(module, edge)| step(resident.program.record(module)?, edge))))
    }

    /// Each id with the ids it imports, sorted; externals import nothing.
    pub fn dependency_graph(&self) -> Vec<(Rc<str>, Vec<Rc<str>>)> {
        let resident = Resident::of(&self.cache);
        let mut graph: Vec<(Rc<str>, Vec<Rc<str>>)> = Vec::with_capacity(resident.program.modules.len());
        for (module, record) in (0u32..).zip(&resident.program.modules) {
            graph.push((record.id.clone(), resident.imported_ids(module)));
        }
        for name in &resident.program.externals {
            graph.push((somon_modules::resident::external_id(name), Vec::new()));
        }
        graph
    }

    pub fn statistics(&self) -> Statistics {
        Resident::of(&self.cache).statistics()
    }

    /// Unresolved imports, modules with errors of their own, and cycles, as the graph was loaded.
    pub fn validate(&self) -> Validation {
        let resident = Resident::of(&self.cache);
        let mut validation = Validation::default();
        for (record, links) in resident.program.modules.iter().zip(&resident.links) {
            for (edge, link) in (0u32..).zip(links.iter()) {
                if let Link::Failed(failed) = link {
                    let place = step(record, edge);
                    let message = failed.reason.clone();
                    validation.errors.push(ValidationIssue {
                        code: failed.code,
                        url: record.id.clone(),
                        message,
                        place,
                    });
                }
            }
            if record.has_errors {
                let message = String::from("the module has errors of its own");
                let url = record.id.clone();
                validation.errors.push(ValidationIssue { code: ErrorCode::Parse, url, message, place: None });
            }
        }
        let (edges, numbers) = resident.program.edges(|kind| kind != ImportKind::Dynamic);
        let all = gather(0..edges.len() as u32);
        for cycle in graph::cycles(&edges, &all) {
            let Some(record) = resident.program.record(cycle.importer) else { continue };
            let number = numbers.get(cycle.importer as usize).and_then(|numbers| numbers.get(cycle.edge));
            let mut message = String::from("modules import each other in a circle: ");
            for (index, module) in cycle.path.iter().chain(cycle.path.first()).enumerate() {
                message.push_str(if index > 0 { " -> " } else { "" });
                message.push_str(resident.program.record(*module).map_or("", |record| &record.id));
            }
            let place = number.and_then(|number| step(record, *number));
            let issue = ValidationIssue { code: ErrorCode::Cycle, url: record.id.clone(), message, place };
            match self.settings.cycles {
                CycleStrategy::Error => validation.errors.push(issue),
                CycleStrategy::Warn => validation.warnings.push(issue),
                CycleStrategy::Ignore => {}
            }
        }
        validation
    }

    fn external(&self, name: &str) -> Option<ModuleInfo> {
        let resident = Resident::of(&self.cache);
        let is_known = resident.program.externals.iter().any(|external| external == name);
        is_known.then(|| ModuleInfo::of_external(somon_modules::resident::external_id(name)))
    }

    fn info(&self, resident: &Resident, exports: &Exports, module: u32) -> Option<ModuleInfo> {
        let record = resident.program.record(module)?;
        let (_, freshness) = self.cache.kept(&record.id)?;
        let links = resident.links.get(module as usize).map_or(&[][..], |links| links);
        Some(ModuleInfo {
            id: record.id.clone(),
            url: record.url.clone(),
            kind: Some(record.kind),
            bytes: record.source.len(),
            hash: ["sha256-", &digest_base64(Algorithm::Sha256, &record.bytes())].concat(),
            etag: freshness.etag.clone(),
            last_modified: freshness.last_modified.clone(),
            fetched_us_ago: self.cache.fetched_at(&record.id).map_or(0, |at| self.now.0.saturating_sub(at)),
            is_stale: freshness.fresh_until <= self.now.0,
            has_errors: record.has_errors,
            is_entry: resident.entries.contains(&module),
            dependencies: dependencies(record, links),
            exports: gather(exports.namespace(module).into_iter().map(|(name, _)| name)),
        })
    }

    /// The graph learns where the imports of an operation led.
    pub(crate) fn remember_links(&mut self, operation: &Operation) {
        for (index, node) in (0u32..).zip(&operation.nodes) {
            let Some(record) = operation.record(index) else { continue };
            let imports = record.table.as_ref().map_or(0, |table| table.imports.len());
            let is_pending = |edge: &EdgeTarget| match edge {
                EdgeTarget::Stem(stem) => {
                    operation.stems.get(*stem as usize).is_none_or(|stem| matches!(stem.state, StemState::Pending))
                }
                _ => false,
            };
            if node.edges.len() != imports || node.edges.iter().any(is_pending) {
                continue;
            }
            let mut found = links(operation, index);
            if let Some(known) = self.cache.links(&record.id) {
                for (link, known) in found.iter_mut().zip(known.iter()) {
                    // Somebody else may have followed what this operation only records.
                    if *link == Link::Nothing {
                        *link = known.clone();
                    }
                }
            }
            self.cache.set_links(record, found, node.importer.is_none());
        }
    }
}

/// Where the imports of one node led.
pub(crate) fn links(operation: &Operation, node: u32) -> Vec<Link> {
    let edges = operation.nodes.get(node as usize).map_or(&[][..], |node| &node.edges);
    let mut links = Vec::with_capacity(edges.len());
    for edge in edges {
        links.push(match edge {
            EdgeTarget::External(index) => {
                let name = operation.external_names.get(*index as usize).map_or("", |name| name.as_str());
                Link::External(Rc::from(name))
            }
            EdgeTarget::Nothing => Link::Nothing,
            _ => match operation.target(edge).and_then(|node| operation.record(node)) {
                Some(record) => Link::Module(record.id.clone()),
                None => match crate::findings::edge_failure(operation, edge) {
                    Some((failure, _)) => {
                        Link::Failed(Rc::new(FailedLink { code: failure.code, reason: failure.reason.clone() }))
                    }
                    None => Link::Nothing,
                },
            },
        });
    }
    links
}

/// The imports of a module in source order, each specifier once.
pub(crate) fn dependencies(record: &Record, links: &[Link]) -> Vec<Dependency> {
    let imports = record.table.as_ref().map_or(&[][..], |table| &table.imports);
    let lines = LineIndex::new(&record.source);
    let mut seen: SortedSet<&str> = SortedSet::new();
    let mut list = Vec::new();
    for (index, import) in imports.iter().enumerate() {
        if !seen.insert(import.specifier.as_str()) {
            continue;
        }
        let position = lines.position(import.span.start);
        list.push(Dependency {
            specifier: import.specifier.clone(),
            kind: match import.kind {
                ImportKind::Static => DependencyKind::Static,
                ImportKind::Reexport => DependencyKind::Reexport,
                ImportKind::Dynamic => DependencyKind::Dynamic,
            },
            id: links.get(index).and_then(Link::id).unwrap_or_default(),
            line: position.line,
            column: position.column,
        });
    }
    list
}

fn step(record: &Record, edge: u32) -> Option<ImportStep> {
    let import = record.table.as_ref()?.imports.get(edge as usize)?;
    let position = LineIndex::new(&record.source).position(import.span.start);
    let (line, column) = (position.line, position.column);
    Some(ImportStep { url: record.id.clone(), specifier: import.specifier.clone(), line, column })
}
