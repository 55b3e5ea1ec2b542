//! The diagnostics of a whole graph: of its texts, of loading, of linking, of cycles; in one order, under caps.
//! Must never word them; that is done at the edge.

use somon_lang::gather::gather;
use std::rc::Rc;

use somon_lang::diagnostic::{Code, Diagnostic, Severity};
use somon_lang::source::Span;
use somon_lang::table::ImportKind;
use somon_modules::error::{ErrorCode, Finding, SomonError};
use somon_modules::graph::{self, Cycle};
use somon_modules::link::{self, Program};
use somon_modules::record::{Record, is_error, severity};

use crate::failure;
use crate::fetches::Failure;
use crate::operation::{EdgeTarget, Operation, StemState};
use somon_ops::number::push_u64;

pub const FINDINGS_MAX: usize = 1000;
const ERRORS_PER_MODULE_MAX: usize = 100;

#[derive(Default)]
pub struct Findings {
    pub list: Vec<Finding>,
    pub truncated: bool,
    pub has_errors: bool,
}

/// `nodes` are the modules of `program` as the operation numbers them; `order` is theirs in the output.
/// `without_await` names the form that was asked for if it has no `await` at the top level.
pub fn collect(
    operation: &Operation,
    program: &Rc<Program>,
    nodes: &[u32],
    order: &[u32],
    cycles: &[Diagnosed],
    is_bundled: bool,
    without_await: Option<&'static str>,
) -> Findings {
    let mut by_module: Vec<Vec<(Diagnostic, Option<Box<SomonError>>)>> = Vec::new();
    by_module.resize_with(program.modules.len(), Vec::new);
    for (module, diagnostic) in link::check(program, is_bundled) {
        if let Some(list) = by_module.get_mut(module as usize) {
            list.push((diagnostic, None));
        }
    }
    for cycle in cycles {
        if let Some(list) = by_module.get_mut(cycle.module as usize) {
            list.push((cycle.diagnostic.clone(), None));
        }
    }
    for ((list, record), node) in by_module.iter_mut().zip(&program.modules).zip(nodes) {
        for diagnostic in record.diagnostics.iter() {
            list.push((diagnostic.clone(), None));
        }
        failed_imports(operation, record, *node, list);
        let awaits = record.table.as_ref().and_then(|table| table.top_level_await);
        if let (Some(span), Some(form)) = (awaits, without_await) {
            list.push((Diagnostic::new(Code::TopLevelAwait, span).text("format", form), None));
        }
        if operation.is_stale(*node) {
            list.push((Diagnostic::new(Code::StaleCopy, Span::default()).text("file", &*record.id), None));
        }
        somon_lang::order::sort(list, &|(a, _), (b, _)| (a.span.start, a.code).cmp(&(b.span.start, b.code)));
        list.dedup_by(|(a, _), (b, _)| a.span.start == b.span.start && a.code == b.code);
    }
    let mut findings = Findings::default();
    for &module in order {
        let (Some(list), Some(record)) = (by_module.get_mut(module as usize), program.record(module)) else { continue };
        add(&mut findings, record, std::mem::take(list));
    }
    findings
}

/// A cycle as a diagnostic of one module of the program.
pub struct Diagnosed {
    pub module: u32,
    pub diagnostic: Diagnostic,
    /// `a.som -> b.som -> a.som`
    pub path: String,
}

pub fn cycles(program: &Program, is_error: bool) -> Vec<Diagnosed> {
    let (edges, numbers) = program.edges(|kind| kind != ImportKind::Dynamic);
    let found = graph::cycles(&edges, &[program.entry]);
    gather(found.iter().filter_map(|cycle| diagnosed(program, &numbers, cycle, is_error)))
}

fn diagnosed(program: &Program, numbers: &[Vec<u32>], cycle: &Cycle, is_error: bool) -> Option<Diagnosed> {
    let record = program.record(cycle.importer)?;
    let number = numbers.get(cycle.importer as usize)?.get(cycle.edge)?;
    let span = record.table.as_ref()?.imports.get(*number as usize)?.span;
    let mut path = String::new();
    for module in cycle.path.iter().chain(cycle.path.first()) {
        path.push_str(if path.is_empty() { "" } else { " -> " });
        path.push_str(&crate::finish::key(program, *module)?);
    }
    let mut diagnostic = Diagnostic::new(Code::CircularDependency, span).text("chain", path.clone());
    if is_error {
        diagnostic.severity = Some(Severity::Error);
    }
    Some(Diagnosed { module: cycle.importer, diagnostic, path })
}

/// Imports that led nowhere, as diagnostics at their specifiers.
fn failed_imports(
    operation: &Operation,
    record: &Record,
    node: u32,
    list: &mut Vec<(Diagnostic, Option<Box<SomonError>>)>,
) {
    let (Some(table), Some(state)) = (&record.table, operation.nodes.get(node as usize)) else { return };
    for (edge, (import, target)) in (0u32..).zip(table.imports.iter().zip(&state.edges)) {
        if let Some((failure, url)) = edge_failure(operation, target) {
            let cause = failure::located(operation, Some((node, edge)), url, failure);
            list.push((diagnostic(import.span, &import.specifier, failure), Some(cause)));
        }
    }
}

pub fn edge_failure<'o>(operation: &'o Operation, edge: &'o EdgeTarget) -> Option<(&'o Failure, Option<&'o str>)> {
    match edge {
        EdgeTarget::Refused(failure) => Some((failure, None)),
        EdgeTarget::Stem(stem) => {
            let stem = operation.stems.get(*stem as usize)?;
            match &stem.state {
                StemState::Failed(failure) => Some((failure, Some(stem.url.as_str()))),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The code in `diagnostics` for a code of an exception.
pub fn diagnostic(span: Span, specifier: &str, failure: &Failure) -> Diagnostic {
    match failure.code {
        ErrorCode::ResolveBare => Diagnostic::new(Code::ModuleNotFound, span).text("specifier", specifier),
        ErrorCode::ResolveNotFound => file_not_found(span, specifier, failure),
        ErrorCode::LoadHttp if failure.is_miss || matches!(failure.status, Some(404 | 410)) => {
            file_not_found(span, specifier, failure)
        }
        ErrorCode::ResolveOutsideRoot => Diagnostic::new(Code::OutsideProject, span).text("specifier", specifier),
        ErrorCode::ResolveEmpty
        | ErrorCode::ResolveBlocked
        | ErrorCode::ResolveInvalidUrl
        | ErrorCode::ResolveScheme
        | ErrorCode::ResolveCredentials
        | ErrorCode::ResolveOrigin
        | ErrorCode::ResolveBacktrack
        | ErrorCode::ResolveTooLong => {
            Diagnostic::new(Code::SpecifierRefused, span).text("specifier", specifier).text("code", failure.code.text())
        }
        _ => {
            let mut reason = String::from(failure.code.text());
            if let Some(status) = failure.status {
                reason.push(' ');
                push_u64(&mut reason, u64::from(status));
            }
            Diagnostic::new(Code::ReadFailed, span).text("file", specifier).text("reason", reason)
        }
    }
}

fn file_not_found(span: Span, specifier: &str, failure: &Failure) -> Diagnostic {
    let tried = failure.reason.strip_prefix("not found; tried ").unwrap_or(specifier);
    Diagnostic::new(Code::FileNotFound, span).text("specifier", specifier).text("tried", tried)
}

fn add(findings: &mut Findings, record: &Rc<Record>, list: Vec<(Diagnostic, Option<Box<SomonError>>)>) {
    let mut errors = 0usize;
    for (diagnostic, cause) in list {
        if severity(&diagnostic).is_none() {
            continue;
        }
        let is_error = is_error(&diagnostic);
        findings.has_errors |= is_error;
        errors += usize::from(is_error);
        let diagnostic = match errors {
            count if is_error && count == ERRORS_PER_MODULE_MAX + 1 => {
                Diagnostic::new(Code::TooManyErrors, diagnostic.span).text("limit", "100")
            }
            count if is_error && count > ERRORS_PER_MODULE_MAX + 1 => continue,
            _ => diagnostic,
        };
        if findings.list.len() == FINDINGS_MAX {
            findings.truncated = true;
            continue;
        }
        let (url, source) = (record.id.clone(), record.source.clone());
        findings.list.push(Finding { url, source, diagnostic, cause });
    }
}
