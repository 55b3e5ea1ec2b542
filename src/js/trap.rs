//! The exports of `host::trap`.

use wasm_bindgen::prelude::*;

use somon_host::trap;

/// `how`: `panic`, `overflow`, anything else traps.
#[wasm_bindgen]
pub fn break_now(how: &str) {
    trap::break_now(how);
}

#[wasm_bindgen]
pub fn break_in_step(how: &str, steps: u32) {
    trap::plan(how, steps);
}
