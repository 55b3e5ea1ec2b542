//! Errors as plain fields; the facade makes the `Error` object. A thrown value of this shape is an
//! answer, anything else that leaves an export is a trap.

use somon_lang::diagnostic::Texts;
use somon_system::outcome::{Problem, SomonError};
use wasm_bindgen::JsValue;

use super::diagnostic;
use super::object::{Record, array};

pub fn to_js(error: &SomonError, texts: &Texts) -> JsValue {
    let mut fields = Record::new()
        .set("code", error.code.text())
        .set("message", error.message.as_str())
        .set_some("specifier", error.specifier.as_deref())
        .set_some("referrer", error.referrer.as_deref())
        .set_some("url", error.url.as_deref())
        .set_some("status", error.status)
        .set_some("attempts", (error.attempts > 0).then_some(error.attempts))
        .set_some("retryAfterMs", error.retry_after_ms)
        .set_some("breaker", error.breaker.as_deref())
        .set_some("truncated", error.truncated.then_some(true))
        .set_some("cause", error.cause.as_deref().map(|cause| to_js(cause, texts)));
    if !error.import_chain.is_empty() {
        let step = |step: &somon_system::outcome::ImportStep| {
            Record::new()
                .set("url", &*step.url)
                .set("specifier", step.specifier.as_str())
                .set("line", step.line)
                .set("column", step.column)
        };
        fields = fields.set("importChain", array(error.import_chain.iter().map(step)));
    }
    if !error.diagnostics.is_empty() {
        fields = fields.set("diagnostics", diagnostic::list(&error.diagnostics, texts));
    }
    if !error.problems.is_empty() {
        fields = fields.set("errors", array(error.problems.iter().map(problem)));
    }
    fields.into()
}

/// `CONFIG_INVALID` of a call that has no system.
pub fn of_options(problems: Vec<Problem>) -> JsValue {
    to_js(&SomonError::invalid_options(problems), &Texts::english())
}

fn problem(problem: &Problem) -> Record {
    Record::new()
        .set("path", problem.path.as_str())
        .set("message", problem.message.as_str())
        .set("received", problem.received.as_str())
        .set("code", if problem.is_unknown_key { "SOM7004" } else { "SOM7003" })
}
