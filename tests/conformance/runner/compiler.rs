//! The compiler and the system as the corpus asks for them: default options for programs that run,
//! the other forms of a program beside them, strict checking for wrong ones. It must never repair what the compiler gives.

use std::path::Path;

use somon_lang::compile::{self, CompileOptions};
use somon_lang::diagnostic::{Code, Mode, Settled, Severity};
use somon_lang::emit::{Format, Target};
use somon_lang::source::LineIndex;
use somon_ops::config::Value;
use somon_system::event::Request;
use somon_system::outcome::Outcome;
use somon_tests::bundle_folder::{BASE, bundle_folder, settle, settle_file};

use crate::findings::{Finding, MAIN, about};

/// One program as an ES module for the newest target.
pub fn compile(source: &str) -> Result<String, String> {
    compile_with(source, &CompileOptions::default())
}

/// For the oldest target; prints the same.
pub fn compile_es2020(source: &str) -> Result<Option<String>, String> {
    compile_where_possible(source, &CompileOptions { target: Target::Es2020, ..CompileOptions::default() })
}

/// As a CommonJS module.
pub fn compile_commonjs(source: &str) -> Result<Option<String>, String> {
    compile_where_possible(source, &CompileOptions { format: Format::CommonJs, ..CompileOptions::default() })
}

/// `None` for a program that awaits at its top level, which the form cannot hold.
fn compile_where_possible(source: &str, options: &CompileOptions) -> Result<Option<String>, String> {
    let refused = |finding: &Settled| finding.diagnostic.code == Code::TopLevelAwait;
    if compile::compile(source, options).findings.iter().any(refused) {
        return Ok(None);
    }
    compile_with(source, options).map(Some)
}

/// A folder's `main.som` with everything it imports, loaded over the simulated network.
pub fn bundle(main: &Path) -> Result<String, String> {
    let folder = main.parent().ok_or("a program of several modules lies in a folder")?;
    bundle_folder(folder).map_err(|error| format!("does not bundle: {} {:?}", error.message, error.diagnostics))
}

fn compile_with(source: &str, options: &CompileOptions) -> Result<String, String> {
    let result = compile::compile(source, options);
    match result.findings.iter().find(|finding| finding.severity == Severity::Error) {
        Some(error) => Err(format!("does not compile: {:?}", found(source, error))),
        None => Ok(result.code),
    }
}

/// What the whole system reports of a program of several files, or of one as an entry.
pub fn check_graph(main: &Path) -> Result<Vec<Finding>, String> {
    let request = |entry| Request::Compile { entry, options: Value::Undefined };
    let is_folder = main.file_name().is_some_and(|name| name == MAIN);
    let folder = main.parent().ok_or("a program lies in a folder")?;
    let outcome = if is_folder { settle(folder, request) } else { settle_file(main, request) };
    let Outcome::Compilation(compilation) = outcome.map_err(|error| error.message)? else {
        return Err("compiling settled with something else".to_owned());
    };
    let mut list = Vec::new();
    for finding in &compilation.findings {
        let Some(severity) = finding.diagnostic.severity_in(Mode::default()) else { continue };
        let settled = Settled { severity, diagnostic: finding.diagnostic.clone() };
        let file = finding.url.strip_prefix(BASE).unwrap_or(&finding.url).to_owned();
        list.push(Finding { file, ..found(&finding.source, &settled) });
    }
    Ok(list)
}

/// What strict checking reports of one program.
pub fn check(source: &str) -> Vec<Finding> {
    let mode = Mode { is_strict: true, ..Mode::default() };
    let result = compile::compile(source, &CompileOptions { mode, ..CompileOptions::default() });
    result.findings.iter().map(|finding| found(source, finding)).collect()
}

fn found(source: &str, settled: &Settled) -> Finding {
    let lines = LineIndex::new(source);
    let diagnostic = &settled.diagnostic;
    let place = lines.position(diagnostic.span.start);
    Finding {
        file: MAIN.to_owned(),
        severity: match settled.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
            Severity::Hint => "hint",
        },
        line: place.line,
        column: place.column,
        about: about(diagnostic.code as u16),
        is_early: matches!(
            diagnostic.code,
            Code::DuplicateDeclaration | Code::ConstAssignment | Code::ImportAssignment
        ),
        related_lines: diagnostic.related.iter().map(|related| lines.position(related.span.start).line).collect(),
    }
}
