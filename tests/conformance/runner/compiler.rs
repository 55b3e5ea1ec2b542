//! The compiler as the corpus asks for it: default options for programs that run,
//! strict checking for wrong ones. It must never repair what the compiler gives.

use somon_lang::compile::{self, CompileOptions, blocks_output};
use somon_lang::diagnostic::{Diagnostic, Severity};
use somon_lang::source::LineIndex;

use crate::findings::{Finding, about};

/// One program as an ES module.
pub fn compile(source: &str) -> Result<String, String> {
    let result = compile::compile(source, &CompileOptions::default());
    match result.diagnostics.iter().find(|diagnostic| blocks_output(diagnostic.code, false)) {
        Some(error) => Err(format!("does not compile: {:?}", found(source, error, false))),
        None => Ok(result.code),
    }
}

/// What strict checking reports of one program.
pub fn check(source: &str) -> Vec<Finding> {
    let result = compile::compile(source, &CompileOptions { is_strict: true, ..CompileOptions::default() });
    result.diagnostics.iter().map(|diagnostic| found(source, diagnostic, true)).collect()
}

fn found(source: &str, diagnostic: &Diagnostic, is_strict: bool) -> Finding {
    let lines = LineIndex::new(source);
    let usual = if blocks_output(diagnostic.code, is_strict) { Severity::Error } else { Severity::Warning };
    let place = lines.position(diagnostic.span.start);
    Finding {
        severity: match diagnostic.severity.unwrap_or(usual) {
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
