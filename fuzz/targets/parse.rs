//! Any text is read without a panic, and no finding lies outside the text.
//! Must never ask for more than that: what is right is judged by the tests.
#![no_main]

use bumpalo::Bump;
use libfuzzer_sys::fuzz_target;
use somon_lang::parser::parse;

fuzz_target!(|source: &str| {
    let arena = Bump::new();
    for diagnostic in &parse(&arena, source).diagnostics {
        assert!(source.get(diagnostic.span.start as usize..diagnostic.span.end as usize).is_some());
    }
});
