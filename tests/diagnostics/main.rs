//! Tests of the diagnostics: the catalogue and what is generated from it, words, frames, order, suggestions.
//! Must hold no text of its own that the catalogue decides.

mod catalogue;
mod frames;
mod order;
mod rendering;
mod suggestions;
mod triggers;
