//! The compiler as the corpus asks for it: default options for programs that run,
//! strict checking for wrong ones. It must never repair what the compiler gives.

use somon_lang::compile::{self, CompileOptions};
use somon_lang::diagnostic::{Mode, Settled, Severity};
use somon_lang::source::LineIndex;

use crate::findings::{Finding, about};

/// One program as an ES module.
pub fn compile(source: &str) -> Result<String, String> {
    let result = compile::compile(source, &CompileOptions::default());
    match result.findings.iter().find(|finding| finding.severity == Severity::Error) {
        Some(error) => Err(format!("does not compile: {:?}", found(source, error))),
        None => Ok(result.code),
    }
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
        severity: match settled.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
            Severity::Hint => "hint",
        },
        line: place.line,
        column: place.column,
        about: about(diagnostic.code as u16),
        related_lines: diagnostic.related.iter().map(|related| lines.position(related.span.start).line).collect(),
    }
}
