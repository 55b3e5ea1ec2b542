//! The tokens of a text for editors, as numbers. Must never hold logic.

use somon_lang::tokenize::{TokenKind, tokenize};
use wasm_bindgen::prelude::*;

/// Three numbers a token: the kind's place in `token_kinds`, start and end in UTF-16 units.
#[wasm_bindgen]
pub fn tokenize_text(source: &str) -> Vec<u32> {
    tokenize(source).iter().flat_map(|token| [token.kind as u32, token.start, token.end]).collect()
}

/// The names of the kinds by number, with a space between.
#[wasm_bindgen]
pub fn token_kinds() -> String {
    TokenKind::ALL.map(TokenKind::text).join(" ")
}
