//! Any text compiles, twice to the same, without a panic.
//! Must never judge the JavaScript: the tests run it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use somon_lang::compile::{CompileOptions, compile};

fuzz_target!(|source: &str| {
    let options = CompileOptions::default();
    assert_eq!(compile(source, &options).code, compile(source, &options).code);
});
