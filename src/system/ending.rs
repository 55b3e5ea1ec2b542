//! What is left of an operation whose graph is complete: its modules become output, one after another. Between two of
//! them it may pause. Must never print in an order of its own: the bytes are those of a run without a pause.

use somon_lang::gather::gather;
use std::rc::Rc;
use std::vec::IntoIter;

use somon_lang::emit::{Format, Target as Language};
use somon_modules::error::SomonError;
use somon_modules::link::{LinkOptions, Linked, Linker, Program};
use somon_ops::config::{self, Options};

use crate::findings::Findings;
use crate::finish::key;
use crate::operation::{Goal, Operation};
use crate::outcome::{Bundle, BundledModule, CompiledModule};
use crate::printing::Printing;
use crate::step::System;

pub struct Ending {
    /// None: the entry could not be loaded, or no output is asked for.
    pub program: Option<Rc<Program>>,
    /// Its modules as the operation numbers them.
    pub nodes: Vec<u32>,
    pub order: Vec<u32>,
    pub findings: Findings,
    /// `a.som -> b.som -> a.som`
    pub cycles: Vec<String>,
    pub work: Work,
    pub began: u64,
}

pub enum Work {
    Nothing,
    Refused(Box<SomonError>),
    Print(Box<PrintWork>),
    Link(Box<Linker>),
}

pub struct PrintWork {
    printing: Printing,
    left: IntoIter<u32>,
    pub modules: Vec<CompiledModule>,
}

impl Ending {
    pub fn plain() -> Ending {
        Ending {
            program: None,
            nodes: Vec::new(),
            order: Vec::new(),
            findings: Findings::default(),
            cycles: Vec::new(),
            work: Work::Nothing,
            began: 0,
        }
    }
}

impl System {
    /// Makes the next module; false when all are made.
    pub(crate) fn make_next(&mut self, operation: &Operation, ending: &mut Ending) -> bool {
        match (&mut ending.work, &ending.program) {
            (Work::Print(work), Some(program)) => {
                let Some(index) = work.left.next() else { return false };
                self.print_module(operation, program, &ending.nodes, work, index);
                true
            }
            (Work::Link(linker), _) => {
                let _span = tracing::trace_span!("link", entry = operation.entry.as_str()).entered();
                let bytes = linker.step();
                self.worked(bytes.unwrap_or(0));
                bytes.is_some()
            }
            _ => false,
        }
    }

    pub(crate) fn print_work(&self, operation: &Operation, program: &Rc<Program>, printed: Vec<u32>) -> Box<PrintWork> {
        let read = Options::new(&operation.options, config::COMPILE);
        let style = read.text("specifierStyle").unwrap_or(&self.settings.specifier_style).to_owned();
        let language = language(read.text("target").unwrap_or(&self.settings.target));
        let format = if read.choice("format") == "commonjs" { Format::CommonJs } else { Format::Esm };
        let root = operation.route.as_ref().map_or(&self.settings.base, |route| &route.root).clone();
        let printing = Printing::new(program, style, language, format, root);
        Box::new(PrintWork { printing, left: printed.into_iter(), modules: Vec::new() })
    }

    /// `nodes` are the modules of `program` as the operation numbers them.
    fn print_module(
        &mut self,
        operation: &Operation,
        program: &Program,
        nodes: &[u32],
        work: &mut PrintWork,
        index: u32,
    ) {
        let Some(record) = program.record(index).filter(|record| !record.has_errors) else { return };
        let awaits = record.table.as_ref().is_some_and(|table| table.top_level_await.is_some());
        if awaits && self.without_await(operation).is_some() {
            return;
        }
        let began = self.clock();
        let spelled = work.printing.spelled(index, record);
        let key = work.printing.key(index, record, &spelled);
        let code = match self.cache.output(record, key) {
            Some(code) => code,
            None => {
                let _span = tracing::trace_span!("compile", module = &*record.id).entered();
                let code: Rc<str> = Rc::from(work.printing.print(index, record, &spelled));
                let ended = self.clock();
                self.printed_count += 1;
                self.module_compiled(false, ended.saturating_sub(began));
                self.span(operation.trace, "compile", &record.id, (began, ended), false);
                self.cache.add_output(record, key, code.clone());
                self.worked(record.source.len());
                code
            }
        };
        let is_stale = nodes.get(index as usize).is_some_and(|node| operation.is_stale(*node));
        work.modules.push(CompiledModule { id: record.id.clone(), kind: record.kind, code, map: None, is_stale });
    }

    pub(crate) fn link_work(&self, operation: &Operation, program: &Rc<Program>) -> Box<Linker> {
        let read = Options::new(&operation.options, config::BUNDLE);
        let options = LinkOptions {
            language: language(read.text("target").unwrap_or(&self.settings.target)),
            registry: match &operation.goal {
                Goal::Run { registry } => Some(registry.clone()),
                _ => None,
            },
            keeps_dynamic: read.choice("dynamicImport") == "external",
        };
        Box::new(Linker::new(program, options))
    }

    pub(crate) fn bundled(
        &self,
        operation: &Operation,
        program: &Program,
        findings: Findings,
        linked: Linked,
    ) -> Bundle {
        let read = Options::new(&operation.options, config::BUNDLE);
        let entry_key = key(program, program.entry).unwrap_or_default();
        let stem = entry_key.rsplit('/').next().unwrap_or("");
        let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
        let file_name = read.text("fileName").map_or_else(|| [stem, ".bundle.js"].concat(), str::to_owned);
        let mut code = String::new();
        if let Some(banner) = read.text("banner") {
            code.push_str(banner);
            code.push('\n');
        }
        code.push_str(&linked.code);
        if let Some(footer) = read.text("footer") {
            code.push_str(footer);
            code.push('\n');
        }
        if matches!(operation.goal, Goal::Run { .. }) {
            code.push_str("//# sourceURL=somon-wasm/");
            code.push_str(&file_name.replace([' ', '\n', '\r'], "_"));
            code.push('\n');
        }
        let describe = |index: &u32| {
            let record = program.record(*index)?;
            let bytes = u32::try_from(record.source.len()).unwrap_or(u32::MAX);
            let is_stale = operation.is_stale_id(&record.id);
            Some(BundledModule { id: record.id.clone(), key: key(program, *index)?, bytes, is_stale })
        };
        Bundle {
            code,
            map: None,
            file_name,
            modules: gather(linked.order.iter().filter_map(describe)),
            externals: program.externals.clone(),
            findings: findings.list,
            truncated: findings.truncated,
            records: gather(program.modules.iter().map(Rc::downgrade)),
        }
    }
}

fn language(target: &str) -> Language {
    match target {
        "es2020" => Language::Es2020,
        "esnext" => Language::EsNext,
        _ => Language::Es2022,
    }
}
