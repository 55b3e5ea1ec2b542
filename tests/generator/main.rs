//! Programs nobody wrote: random bytes, damaged programs of the corpus, and well-formed programs from a seed,
//! checked against an interpreter that shares nothing with the printer.

mod agreement;
mod damage;
mod interpreter;
mod program;
mod random;
mod regexes;

/// A number that the environment gives.
fn number(name: &str) -> Option<u64> {
    Some(std::env::var(name).ok()?.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}
