//! The end of an operation: complete, failed or aborted. Whatever it held is let go before it settles.
//! Output is made after the walk, from source order alone.

use somon_lang::gather::gather;
use std::rc::Rc;

use somon_modules::error::{ErrorCode, SomonError};
use somon_modules::graph;
use somon_modules::link::{Exports, Program, Target};
use somon_modules::record::is_error;
use somon_modules::url::Url;
use somon_ops::breaker::Outcome::Neutral;
use somon_ops::config::{self, Options};
use somon_ops::number::push_u64;

use crate::effect::OperationId;
use crate::ending::{Ending, Work};
use crate::failure;
use crate::fetches::Failure;
use crate::findings::{self, Diagnosed, Findings};
use crate::operation::{EdgeTarget, Goal, Operation, Owner, StemState};
use crate::outcome::{Compilation, LoadedModule, Outcome, ResolvedModule};
use crate::prefetch;
use crate::settings::CycleStrategy;
use crate::step::{System, TimerOwner};

impl System {
    /// Settles with an error; fetches that only this operation waited for are stopped.
    pub(crate) fn fail(&mut self, id: OperationId, error: Box<SomonError>) {
        if let Some(operation) = self.release(id) {
            self.end_operation(id, operation, Err(error));
        }
    }

    /// Tells whoever is to be told.
    fn end_operation(&mut self, id: OperationId, operation: Operation, result: Result<Outcome, Box<SomonError>>) {
        match operation.owner {
            Owner::Caller => self.settle(id, &operation, result),
            Owner::Watch(watch) => {
                drop(operation);
                self.watch_went_on(watch, result);
            }
            Owner::Background => {}
        }
    }

    fn release(&mut self, id: OperationId) -> Option<Operation> {
        let operation = self.operations.remove(&id)?;
        self.let_go(id, &operation);
        Some(operation)
    }

    /// Of all that the operation holds.
    fn let_go(&mut self, id: OperationId, operation: &Operation) {
        self.clear_timer(operation.timer);
        if let Some(timer) = operation.pause {
            self.clear_timer(timer);
        }
        if let Some(timer) = operation.arrived.timer() {
            self.clear_timer(timer);
        }
        self.remember_links(operation);
        let mut idle = Vec::new();
        if operation.open == 0 {
            return;
        }
        for (fetch, flight) in self.fetches.open.iter_mut() {
            let before = flight.waiters.len();
            flight.waiters.retain(|waiter| *waiter != id);
            if flight.waiters.is_empty() && before > 0 {
                idle.push(*fetch);
            }
        }
        for fetch in idle {
            self.abandon(fetch, Neutral);
        }
    }

    pub(crate) fn settle_if_complete(&mut self, id: OperationId) {
        let Some(operation) = self.operations.get(&id).filter(|operation| operation.pause.is_none()) else { return };
        if operation.ending.is_none() {
            let fails_now = operation.has_failed && !operation.goal.collects();
            let is_idle = operation.to_try.is_empty() && operation.to_read.is_empty() && operation.to_expand.is_empty();
            let is_complete = is_idle && operation.unanswered == operation.too_deep.len();
            if !fails_now && !is_complete {
                return;
            }
            if let Some(error) = fatal(operation) {
                self.fail(id, error);
                return;
            }
            if let Some(error) = self.too_deep(operation) {
                self.fail(id, error);
                return;
            }
            if let Some(failure) = self.out_of_memory() {
                self.fail(id, failure::plain(&failure));
                return;
            }
        }
        let Some(mut operation) = self.operations.remove(&id) else { return };
        let mut ending = match operation.ending.take() {
            Some(ending) => ending,
            None => Box::new(self.ending(&operation)),
        };
        loop {
            if self.must_pause(&operation) {
                operation.ending = Some(ending);
                operation.pause = Some(self.set_timer(TimerOwner::Pause(id), 0));
                self.operations.insert(id, operation);
                return;
            }
            if !self.make_next(&operation, &mut ending) {
                break;
            }
        }
        self.let_go(id, &operation);
        let result = self.made(&operation, *ending);
        self.end_operation(id, operation, result);
        self.cache.enforce();
    }

    /// The entry is an external: there is nothing to load.
    pub(crate) fn finish_external(&mut self, id: OperationId) {
        let Some(operation) = self.operations.get(&id) else { return };
        let name = operation.external_names.first().cloned().unwrap_or_default();
        if let Goal::Resolve = operation.goal {
            let name: Rc<str> = somon_modules::resident::external_id(&name);
            let found = ResolvedModule { id: name.clone(), url: name, kind: None, candidates: Vec::new() };
            if let Some(operation) = self.release(id) {
                self.end_operation(id, operation, Ok(Outcome::Resolved(found)));
            }
            return;
        }
        if !matches!(operation.goal, Goal::Load) {
            let failure = Failure::new(ErrorCode::ResolveBlocked, "the entry is listed as an external");
            let error = failure::located(operation, None, None, &failure);
            self.fail(id, error);
            return;
        }
        let id_text: Rc<str> = Rc::from(["external:", &name].concat());
        if self.settings.has_probe && operation.unanswered == 0 {
            if let Some(operation) = self.operations.get_mut(&id) {
                operation.unanswered = 1;
            }
            self.enqueue(id, id_text);
            return;
        }
        let module = LoadedModule {
            id: id_text.clone(),
            url: id_text,
            kind: None,
            source: Rc::from(""),
            dependencies: Vec::new(),
            exports: Vec::new(),
            token: None,
            is_stale: false,
        };
        let Some(operation) = self.release(id) else { return };
        self.settle(id, &operation, Ok(Outcome::Module(module)));
    }

    /// The probe of an external has answered.
    pub(crate) fn probed(&mut self, id: OperationId, failure: Option<&Failure>) {
        let Some(operation) = self.operations.get_mut(&id) else { return };
        operation.open = 0;
        match failure {
            None => self.finish_external(id),
            Some(failure) => {
                let error = failure::located(operation, None, None, failure);
                self.fail(id, error);
            }
        }
    }

    fn too_deep(&self, operation: &Operation) -> Option<Box<SomonError>> {
        let stem = operation.stems.get(*operation.too_deep.keys().next()? as usize)?;
        let failure = Failure::new(ErrorCode::LimitDepth, "the chain of imports is longer than `loading.maxDepth`");
        Some(failure::located(operation, stem.importer, Some(stem.url.as_str()), &failure))
    }

    /// What is known of the end before anything is printed.
    fn ending(&self, operation: &Operation) -> Ending {
        let Some((program, nodes)) = program(operation) else { return Ending::plain() };
        if matches!(operation.goal, Goal::Prefetch | Goal::Resolve | Goal::Refresh(_)) {
            return Ending::plain();
        }
        let program = Rc::new(program);
        let cycles = match self.settings.cycles {
            CycleStrategy::Ignore => Vec::new(),
            strategy => findings::cycles(&program, strategy == CycleStrategy::Error),
        };
        let mut ending = Ending::plain();
        ending.cycles = gather(cycles.iter().map(|cycle| cycle.path.clone()));
        if let (CycleStrategy::Error, Some(cycle)) = (self.settings.cycles, cycles.first())
            && !operation.goal.collects()
        {
            ending.work = Work::Refused(cycle_error(operation, &program, &nodes, cycle));
            return ending;
        }
        let is_loaded = matches!(operation.goal, Goal::Load);
        if is_loaded && !program.modules.iter().any(|record| record.has_errors) {
            // Nobody is told of anything else.
            (ending.program, ending.nodes) = (Some(program), nodes);
            return ending;
        }
        let static_edges = program.static_edges();
        // The entry's static graph first; modules that only dynamic imports reach follow.
        let mut starts = vec![program.entry];
        starts.extend(0..program.modules.len() as u32);
        ending.order = graph::evaluation_order(&static_edges, &starts);
        let is_bundled = matches!(operation.goal, Goal::Bundle | Goal::Run { .. });
        let without_await = self.without_await(operation);
        let order = &ending.order;
        ending.findings = findings::collect(operation, &program, &nodes, order, &cycles, is_bundled, without_await);
        ending.began = self.clock();
        ending.work = match &operation.goal {
            Goal::Compile => Work::Print(self.print_work(operation, &program, ending.order.clone())),
            Goal::Module => Work::Print(self.print_work(operation, &program, vec![program.entry])),
            Goal::Bundle | Goal::Run { .. } if ending.findings.has_errors => Work::Nothing,
            Goal::Bundle | Goal::Run { .. } => Work::Link(self.link_work(operation, &program)),
            _ => Work::Nothing,
        };
        (ending.program, ending.nodes) = (Some(program), nodes);
        ending
    }

    /// Every module is done.
    fn made(&mut self, operation: &Operation, ending: Ending) -> Result<Outcome, Box<SomonError>> {
        let Ending { program, nodes, order, findings, cycles, work, began } = ending;
        let is_link = matches!(operation.goal, Goal::Bundle | Goal::Run { .. }) && !matches!(work, Work::Refused(_));
        let result = match (&operation.goal, program, work) {
            (_, _, Work::Refused(error)) => Err(error),
            (Goal::Refresh(_), ..) => Ok(Outcome::Refreshed(self.refreshed(operation))),
            (Goal::Prefetch, ..) => Ok(Outcome::Prefetched(prefetch::prefetched(operation))),
            (Goal::Resolve, ..) => prefetch::resolved(operation, &self.settings.probing),
            (Goal::Load, Some(program), _) => self.loaded(operation, &program, &nodes, findings),
            (_, Some(program), Work::Print(work)) => {
                let ids = |index: &u32| program.record(*index).map(|record| record.id.clone());
                Ok(Outcome::Compilation(Compilation {
                    modules: work.modules,
                    entry_point: ids(&program.entry),
                    dependencies: gather(order.iter().filter_map(ids)),
                    findings: findings.list,
                    truncated: findings.truncated,
                    records: gather(program.modules.iter().map(Rc::downgrade)),
                }))
            }
            (_, Some(program), Work::Link(linker)) => {
                Ok(Outcome::Bundle(self.bundled(operation, &program, findings, linker.finish())))
            }
            (_, Some(_), Work::Nothing) => Err(failed(operation, ErrorCode::CompileFailed, findings)),
            (_, None, _) => self.without_entry(operation),
        };
        if is_link {
            self.span(operation.trace, "link", &operation.entry, (began, self.clock()), result.is_err());
        }
        self.tell_cycles(operation, &cycles);
        result
    }

    fn loaded(
        &mut self,
        operation: &Operation,
        program: &Rc<Program>,
        nodes: &[u32],
        findings: Findings,
    ) -> Result<Outcome, Box<SomonError>> {
        if program.modules.iter().any(|record| record.has_errors) {
            return Err(failed(operation, ErrorCode::Parse, findings));
        }
        let (Some(record), Some(&node)) = (program.record(program.entry), nodes.first()) else {
            return Err(failure::plain(&Failure::new(ErrorCode::Internal, "an operation without an entry")));
        };
        let dependencies = crate::graph::dependencies(record, &crate::graph::links(operation, node));
        let exports = Exports::new(program).namespace(program.entry);
        let token = self.keep_answer(operation, record);
        Ok(Outcome::Module(LoadedModule {
            id: record.id.clone(),
            url: record.url.clone(),
            kind: Some(record.kind),
            source: record.source.clone(),
            dependencies,
            token,
            exports: gather(exports.into_iter().map(|(name, _)| name)),
            is_stale: operation.is_stale(node),
        }))
    }

    /// The form that was asked for, if it has no `await` at the top level.
    pub(crate) fn without_await(&self, operation: &Operation) -> Option<&'static str> {
        let is_es2020 = |target: Option<&str>| target.unwrap_or(&self.settings.target) == "es2020";
        match operation.goal {
            Goal::Compile | Goal::Module => {
                let read = Options::new(&operation.options, config::COMPILE);
                if read.choice("format") == "commonjs" {
                    return Some("commonjs");
                }
                is_es2020(read.text("target")).then_some("es2020")
            }
            Goal::Bundle => {
                let read = Options::new(&operation.options, config::BUNDLE);
                is_es2020(read.text("target")).then_some("es2020")
            }
            Goal::Run { .. } => is_es2020(None).then_some("es2020"),
            Goal::Load | Goal::Prefetch | Goal::Resolve | Goal::Refresh(_) => None,
        }
    }

    /// The entry itself could not be loaded; only `compile` comes here.
    fn without_entry(&self, operation: &Operation) -> Result<Outcome, Box<SomonError>> {
        let Some(stem) = operation.stems.first() else {
            return Err(failure::plain(&Failure::new(ErrorCode::Internal, "an operation without an entry")));
        };
        let StemState::Failed(failure) = &stem.state else {
            return Err(failure::plain(&Failure::new(ErrorCode::Internal, "an entry without an answer")));
        };
        let url: Rc<str> = Rc::from(stem.url.as_str());
        let cause = failure::located(operation, None, Some(&url), failure);
        let diagnostic = findings::diagnostic(Default::default(), &operation.entry, failure);
        let finding =
            crate::outcome::Finding { url: url.clone(), source: Rc::from(""), diagnostic, cause: Some(cause) };
        Ok(Outcome::Compilation(Compilation {
            modules: Vec::new(),
            entry_point: Some(url),
            dependencies: Vec::new(),
            findings: vec![finding],
            truncated: false,
            records: Vec::new(),
        }))
    }
}

/// The failure that ends the operation: the first in source order; for one that collects, only a limit.
fn fatal(operation: &Operation) -> Option<Box<SomonError>> {
    let ends = |failure: &Failure| {
        let is_limit = matches!(
            failure.code,
            ErrorCode::LimitModules | ErrorCode::LimitBytes | ErrorCode::LimitFetches | ErrorCode::LimitDepth
        );
        is_limit || !operation.goal.collects()
    };
    let entry = operation.stems.first()?;
    let mut start = None;
    match &entry.state {
        StemState::Failed(failure) if ends(failure) => {
            return Some(failure::located(operation, None, Some(entry.url.as_str()), failure));
        }
        StemState::Found(node) => start = Some(*node),
        _ => {}
    }
    let mut seen = vec![false; operation.nodes.len()];
    let mut stack = gather(start.map(|node| (node, 0)));
    while let Some((node, edge)) = stack.pop() {
        if edge == 0 && seen.get_mut(node as usize).is_none_or(|flag| std::mem::replace(flag, true)) {
            continue;
        }
        let Some(target) = operation.nodes.get(node as usize).and_then(|state| state.edges.get(edge as usize)) else {
            continue;
        };
        stack.push((node, edge + 1));
        match findings::edge_failure(operation, target) {
            Some((failure, url)) if ends(failure) => {
                return Some(failure::located(operation, Some((node, edge)), url, failure));
            }
            _ => {
                if let Some(next) = operation.target(target) {
                    stack.push((next, 0));
                }
            }
        }
    }
    None
}

/// The loaded part of the graph in an order that depends on the sources alone: as a reader meets the modules.
fn program(operation: &Operation) -> Option<(Program, Vec<u32>)> {
    let entry = match operation.stems.first()?.state {
        StemState::Found(node) => node,
        _ => return None,
    };
    const UNSEEN: u32 = u32::MAX;
    let mut module_of = vec![UNSEEN; operation.nodes.len()];
    let mut nodes: Vec<u32> = Vec::new();
    let mut stack = vec![entry];
    while let Some(node) = stack.pop() {
        let Some(place) = module_of.get_mut(node as usize) else { continue };
        if *place != UNSEEN || operation.record(node).is_none() {
            continue;
        }
        *place = nodes.len() as u32;
        nodes.push(node);
        let edges = operation.nodes.get(node as usize).map_or(&[][..], |node| &node.edges);
        for edge in edges.iter().rev() {
            if let Some(target) = operation.target(edge) {
                stack.push(target);
            }
        }
    }
    let mut external_of = vec![UNSEEN; operation.external_names.len()];
    let mut program = Program { modules: Vec::new(), targets: Vec::new(), externals: Vec::new(), entry: 0 };
    for &node in &nodes {
        let edges = operation.nodes.get(node as usize).map_or(&[][..], |node| &node.edges);
        let mut targets = Vec::with_capacity(edges.len());
        for edge in edges {
            targets.push(match edge {
                EdgeTarget::External(index) => {
                    let number = external_of.get_mut(*index as usize)?;
                    if *number == UNSEEN {
                        *number = program.externals.len() as u32;
                        program.externals.push(operation.external_names.get(*index as usize)?.clone());
                    }
                    Target::External(*number)
                }
                _ => match operation.target(edge).and_then(|node| module_of.get(node as usize)) {
                    Some(&module) if module != UNSEEN => Target::Module(module),
                    _ => Target::Nothing,
                },
            });
        }
        program.modules.push(operation.record(node)?.clone());
        program.targets.push(targets);
    }
    Some((program, nodes))
}

fn failed(operation: &Operation, code: ErrorCode, mut findings: Findings) -> Box<SomonError> {
    findings.list.retain(|finding| is_error(&finding.diagnostic));
    let mut message = String::from("the program has ");
    push_u64(&mut message, findings.list.len() as u64);
    message.push_str(if findings.list.len() == 1 { " error" } else { " errors" });
    if let Some(first) = findings.list.first() {
        let position = somon_lang::source::LineIndex::new(&first.source).position(first.diagnostic.span.start);
        message.push_str(", the first at ");
        message.push_str(&first.url);
        for number in [position.line, position.column] {
            message.push(':');
            push_u64(&mut message, u64::from(number));
        }
        message.push_str(" (SOM");
        push_u64(&mut message, first.diagnostic.code as u64);
        message.push(')');
    }
    let mut error = SomonError::new(code, message);
    if let Some(first) = findings.list.first() {
        error.url = Some(String::from(&*first.url));
        let node = operation.node_of(&first.url).and_then(|node| operation.nodes.get(node as usize));
        error.import_chain = failure::import_chain(operation, node.and_then(|node| node.importer));
    }
    error.diagnostics = findings.list;
    error.truncated = findings.truncated;
    Box::new(error)
}

fn cycle_error(operation: &Operation, program: &Program, nodes: &[u32], cycle: &Diagnosed) -> Box<SomonError> {
    let mut error =
        SomonError::new(ErrorCode::Cycle, ["modules import each other in a circle: ", &cycle.path].concat());
    if let Some(record) = program.record(cycle.module) {
        error.url = Some(String::from(&*record.id));
        let imports = record.table.as_ref().map_or(&[][..], |table| &table.imports);
        let edge = imports.iter().position(|import| import.span == cycle.diagnostic.span);
        let closing = nodes.get(cycle.module as usize).copied().zip(edge.map(|edge| edge as u32));
        error.import_chain = failure::import_chain(operation, closing);
        let (url, source) = (record.id.clone(), record.source.clone());
        let diagnostic = cycle.diagnostic.clone();
        error.diagnostics.push(crate::outcome::Finding { url, source, diagnostic, cause: None });
    }
    Box::new(error)
}

/// How people are told of a module: relative to the entry's directory when the origin is the same, else host and path.
pub(crate) fn key(program: &Program, module: u32) -> Option<String> {
    let (entry, id) = (Url::known(&program.record(program.entry)?.id), Url::known(&program.record(module)?.id));
    Some(match relative(&entry, &id) {
        Some(path) => path.strip_prefix("./").unwrap_or(&path).to_owned(),
        None if id.is_opaque() => id.as_str().chars().take(80).collect(),
        None => [id.authority(), id.path(), id.suffix()].concat(),
    })
}

/// `./a/b.js`, `../c.js`; the `.som` of the path becomes `.js`. Another origin stays absolute.
pub(crate) fn relative_js(from: &Url, to: &str) -> String {
    let mut to = Url::known(to);
    if to.path().ends_with(".som") {
        to = Url::known(&to.with_path_end(4, ".js"));
    }
    relative(from, &to).unwrap_or_else(|| to.into_string())
}

pub(crate) fn relative(from: &Url, to: &Url) -> Option<String> {
    if !from.is_of_origin_of(to) {
        return None;
    }
    let (from, path) = (from.path(), to.path());
    let directory = from.rfind('/').and_then(|end| from.get(..=end)).unwrap_or("");
    // Directories that both have, up to a slash.
    let mut shared = 0;
    for (at, (a, b)) in (1..).zip(directory.bytes().zip(path.bytes())) {
        if a != b {
            break;
        }
        if a == b'/' {
            shared = at;
        }
    }
    let ups = directory.bytes().skip(shared).filter(|byte| *byte == b'/').count();
    let mut out = if ups == 0 { String::from("./") } else { "../".repeat(ups) };
    out.push_str(path.get(shared..).unwrap_or(""));
    out.push_str(to.suffix());
    Some(out)
}
