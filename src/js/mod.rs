//! The flat exports: numbers and values in, numbers and values out. Ids instead of handles, so that
//! nobody outside can hold on to a piece of a dead instance. Must never hold logic.

mod breakers;
mod diagnostic;
mod error;
mod graph;
mod object;
mod options;
mod outcome;
mod reading;
mod report;
mod requests;
mod systems;
mod text;
mod tokens;
#[cfg(feature = "trap")]
mod trap;

use wasm_bindgen::prelude::*;

/// The next call of any export begins with a fresh instance of the same module. Must not touch
/// memory: it is called after a trap, when the stack may be used up and every invariant broken.
#[wasm_bindgen]
pub fn renew() {
    wasm_bindgen::handler::schedule_reinit();
}

/// Does nothing. Called after `renew`, because an argument of any other export would be written into the memory
/// of the dead instance before the fresh one is made.
#[wasm_bindgen]
pub fn wake() {}
