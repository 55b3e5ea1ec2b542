//! Failures in words: what, where, why, and the chain of imports that led there.
//! One line each; suggestions hang on the code, never on words.

use somon_lang::source::LineIndex;
use somon_modules::error::{ErrorCode, ImportStep, SomonError};
use somon_modules::specifier::push_line;
use somon_ops::number::push_u64;

use crate::fetches::Failure;
use crate::operation::Operation;

/// Without a place.
pub fn plain(failure: &Failure) -> Box<SomonError> {
    let mut error = SomonError::new(failure.code, failure.reason.clone());
    error.status = failure.status;
    error.retry_after_ms = failure.retry_after_ms;
    error.attempts = failure.attempts;
    error.breaker = failure.breaker.clone();
    Box::new(error)
}

pub fn shut_down() -> Box<SomonError> {
    plain(&Failure::new(ErrorCode::Shutdown, "the system was shut down"))
}

/// `importer` is the import that failed: node and edge; none for the entry.
pub fn located(
    operation: &Operation,
    importer: Option<(u32, u32)>,
    url: Option<&str>,
    failure: &Failure,
) -> Box<SomonError> {
    let mut error = plain(failure);
    let chain = import_chain(operation, importer);
    let specifier = chain.last().map_or(operation.entry.as_str(), |step| &step.specifier);
    let mut message = String::from("cannot load \"");
    push_line(&mut message, specifier);
    message.push('"');
    if let Some(step) = chain.last() {
        message.push_str(" imported by ");
        push_line(&mut message, &step.url);
        for number in [step.line, step.column] {
            message.push(':');
            push_u64(&mut message, u64::from(number));
        }
        error.referrer = Some(String::from(&*step.url));
    }
    message.push_str(": ");
    message.push_str(&failure.reason);
    error.message = message;
    error.specifier = Some(specifier.to_owned());
    error.url = url.map(str::to_owned);
    error.import_chain = chain;
    error
}

/// The imports from the entry to this one, itself included.
pub fn import_chain(operation: &Operation, importer: Option<(u32, u32)>) -> Vec<ImportStep> {
    let mut chain = Vec::new();
    let mut next = importer;
    // Each step leads to a module found earlier; the count bounds a fault.
    for _ in 0..=operation.nodes.len() {
        let Some((node, edge)) = next else { break };
        let Some(record) = operation.record(node) else { break };
        let import = record.table.as_ref().and_then(|table| table.imports.get(edge as usize));
        let Some(import) = import else { break };
        let position = LineIndex::new(&record.source).position(import.span.start);
        chain.push(ImportStep {
            url: record.id.clone(),
            specifier: import.specifier.clone(),
            line: position.line,
            column: position.column,
        });
        next = operation.nodes.get(node as usize).and_then(|node| node.importer);
    }
    chain.reverse();
    chain
}
