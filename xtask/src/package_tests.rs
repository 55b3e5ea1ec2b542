//! The tests of the packed package in every runtime, by node's test runner; and what linters of
//! packages say about it.
//! It must never give a test anything but the tarball and the runtimes.

use std::path::{Path, PathBuf};

use crate::counts::Counts;
use crate::ledger::Outcome;
use crate::native_tests::Effort;
use crate::toolbox::Toolbox;
use crate::{counts, process, project};

/// `others` are further things built, by the name of the variable that tells the tests about them.
pub fn run(
    tools: &Toolbox,
    tarball: &Path,
    others: &[(&str, Option<PathBuf>)],
    effort: Effort,
) -> Result<Outcome, String> {
    let mut outcome = Outcome::default();
    let files = project::files_with(&project::root().join("tests/package"), ".test.mjs");
    if files.is_empty() {
        return Err("no test file in tests/package".to_owned());
    }
    node_tests(tools, tarball, others, effort, &files, &mut outcome)?;
    for (program, words) in [("publint", &["run"][..]), ("attw", &["--profile", "esm-only"])] {
        let mut linter = tools.with_npm(program)?;
        linter.args(words).arg(tarball);
        let fault = process::run(&mut linter).err();
        let counts = Counts { passed: u64::from(fault.is_none()), failed: u64::from(fault.is_some()) };
        outcome.add(program, counts, fault);
    }
    Ok(outcome)
}

/// The load of many clients alone, for as long as a full run takes it.
pub fn soak(tools: &Toolbox, tarball: &Path) -> Result<Outcome, String> {
    let mut outcome = Outcome::default();
    let file = project::root().join("tests/package/soak.test.mjs");
    node_tests(tools, tarball, &[], Effort::Soak, &[file], &mut outcome)?;
    Ok(outcome)
}

fn node_tests(
    tools: &Toolbox,
    tarball: &Path,
    others: &[(&str, Option<PathBuf>)],
    effort: Effort,
    files: &[PathBuf],
    outcome: &mut Outcome,
) -> Result<(), String> {
    let report = project::target().join("package-tests.tap");
    let _ = std::fs::remove_file(&report);
    let mut node = tools.with_npm("node")?;
    node.args(["--test", "--test-concurrency=2", "--test-timeout=300000"]);
    node.args(["--test-reporter=spec", "--test-reporter-destination=stdout"]);
    node.arg("--test-reporter=tap").arg(destination(&report)).args(files);
    node.env("SOMON_TARBALL", tarball).env("SOMON_SOAK_SECONDS", effort.load_seconds().to_string());
    for (variable, place) in others {
        node.envs(place.as_ref().map(|place| (variable, place)));
    }
    node.env("SOMON_CHROMIUM", tools.chromium.clone()?);
    let bin = tools.npm.clone()?.join(".bin");
    for (variable, program) in [("SOMON_DENO", "deno"), ("SOMON_BUN", "bun"), ("SOMON_WORKERD", "workerd")] {
        node.env(variable, bin.join(program));
    }
    for (variable, place) in [("SOMON_PROMETHEUS", &tools.prometheus), ("SOMON_PROMTOOL", &tools.promtool)] {
        // Where it cannot be had, the tests that need it fail, and say so.
        node.envs(place.as_ref().ok().map(|place| (variable, place)));
    }
    let fault = process::run(&mut node).err();
    let text = std::fs::read_to_string(&report).unwrap_or_default();
    outcome.add("node --test", counts::of_node_tap(&text), fault);
    Ok(())
}

fn destination(report: &Path) -> std::ffi::OsString {
    let mut option = std::ffi::OsString::from("--test-reporter-destination=");
    option.push(report);
    option
}
