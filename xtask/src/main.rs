//! The one gate of the project: every developer and CI call the same commands through it.
//! It must never need anything but std (it is compiled before every first command), and
//! never hide a failing step.

mod bench;
mod chromium;
mod claims;
mod command;
mod conformance;
mod counts;
mod distribution;
mod doctor;
mod full_run;
mod fuzz;
mod ledger;
mod lint;
mod native_tests;
mod npm;
mod package;
mod package_tests;
mod play;
mod process;
mod project;
mod prometheus;
mod provide;
mod size;
mod tool_cache;
mod toolbox;
mod wasm_target;
mod wasm_tests;
mod wasm_tools;

use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match command::run(&words) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(fault) => {
            eprintln!("error: {fault}");
            ExitCode::FAILURE
        }
    }
}
