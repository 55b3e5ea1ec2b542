//! What an export tells the facade: a flat array of four-tuples `kind, number, value, handle`.

use js_sys::Array;
use somon_lang::diagnostic::Texts;
use wasm_bindgen::JsValue;

use super::{error, outcome};
use crate::host::instance::Report;

/// Wait for the promise `value` of effect `number`; `handle` stops it when the instance dies.
const WAIT: u32 = 0;
/// Operation `number` succeeded with `value`.
const RESOLVE: u32 = 1;
/// Operation `number` failed with the error fields `value`.
const REJECT: u32 = 2;

pub fn to_js(reports: Vec<Report>, texts: &Texts) -> Array {
    let out = Array::new();
    for report in reports {
        let (kind, number, value, handle) = match report {
            Report::Wait(waiting) => (WAIT, waiting.effect.0, waiting.promise.into(), waiting.handle),
            Report::Settled { operation, result: Ok(value) } => {
                (RESOLVE, operation.0, outcome::to_js(&value, texts), JsValue::UNDEFINED)
            }
            Report::Settled { operation, result: Err(problem) } => {
                (REJECT, operation.0, error::to_js(&problem, texts), JsValue::UNDEFINED)
            }
        };
        out.push(&JsValue::from(kind));
        out.push(&JsValue::from(number));
        out.push(&value);
        out.push(&handle);
    }
    out
}
