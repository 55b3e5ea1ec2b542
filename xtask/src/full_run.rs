//! The long part of `ci --full`: soak runs with many more random programs and seeds, and the
//! record of the whole run.
//! It must never write a record that says more than what ran.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::ledger::Ledger;
use crate::toolbox::Toolbox;
use crate::{fuzz, native_tests, package_tests, process, project};

const RECORD: &str = "docs/full-run.md";

/// Adds the long stages to the ledger and writes the record of all its stages.
pub fn run(ledger: &mut Ledger, tools: &Toolbox, tarball: Result<PathBuf, String>) {
    ledger.tests("soak", || native_tests::run(native_tests::Effort::Soak));
    ledger.tests("load", || package_tests::soak(tools, &tarball?));
    let can_fuzz = fuzz::available();
    if can_fuzz {
        ledger.tests("fuzz", fuzz::run);
    } else {
        println!("the fuzz targets were not run: no cargo-fuzz with a nightly compiler");
    }
    let record = record(ledger, can_fuzz);
    let _ = ledger.step("record", || {
        std::fs::write(project::root().join(RECORD), record).map_err(|e| format!("cannot write {RECORD}: {e}"))
    });
}

fn record(ledger: &Ledger, did_fuzz: bool) -> String {
    let mut text = String::from("# The last full run\n\nWritten by `cargo xtask ci --full`. Its soak stage takes ");
    let amounts = native_tests::SOAK.map(|(_, amount, what)| [amount, " ", what].concat());
    let _ = writeln!(text, "{}.\n", amounts.join(", "));
    let git = |words: &[&str]| process::answer("git", words).unwrap_or_else(|| "unknown".to_owned());
    let rustc = process::answer("rustc", &["--version"]).unwrap_or_default();
    let _ = writeln!(text, "- commit: {}", git(&["rev-parse", "--short", "HEAD"]));
    let _ = writeln!(text, "- date of the commit: {}", git(&["log", "-1", "--format=%cs"]));
    let _ = writeln!(text, "- compiler: {rustc}\n");
    text.push_str("| stage | passed | failed | seconds |\n|---|---|---|---|\n");
    for (name, passed, failed, seconds) in ledger.rows() {
        let _ = writeln!(text, "| {name} | {passed} | {failed} | {seconds:.0} |");
    }
    if !did_fuzz {
        text.push_str("\nThe fuzz targets were not run: no cargo-fuzz with a nightly compiler.\n");
    }
    text
}
