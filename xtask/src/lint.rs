//! Formatting and clippy, warnings denied, for the host and for wasm.
//! It must never change a file.

use std::process::Command;

use crate::ledger::Outcome;
use crate::toolbox::Toolbox;
use crate::{process, project, wasm_target};

pub fn lint(tools: &Toolbox) -> Result<Outcome, String> {
    let mut outcome = Outcome::default();
    let mut cargo = |words: &[&str]| {
        let mut command = Command::new("cargo");
        command.args(words).current_dir(project::root());
        outcome.faults.extend(process::run(&mut command).err());
    };
    cargo(&["fmt", "--all", "--check"]);
    let native = ["clippy", "--quiet", "--workspace", "--exclude", project::PACKAGE];
    cargo(&[&native[..], &["--all-targets", "--", "-D", "warnings"]].concat());
    // A workspace of its own, which only full runs build: without this it would break unseen.
    let fuzz_target = project::target().join("fuzz");
    let fuzz = ["clippy", "--quiet", "--manifest-path", "fuzz/Cargo.toml", "--target-dir"];
    cargo(&[&fuzz[..], &[&*fuzz_target.to_string_lossy(), "--", "-D", "warnings"]].concat());

    let mut wasm = tools.with_wasm("cargo")?;
    wasm.args(["clippy", "--quiet", "--package", project::PACKAGE, "--all-targets"]);
    wasm.args(["--all-features", "--target", wasm_target::TARGET]);
    if !tools.has_private_toolchain() {
        // The private toolchain's clippy is another version, with lints that nobody saw before.
        wasm.args(["--", "-D", "warnings"]);
    }
    outcome.faults.extend(process::run(&mut wasm).err());
    Ok(outcome)
}
