//! The table of the conformance corpus, made by the test crate's own program.
//! It must never judge a program itself: what passes is said by the test crate.

use std::process::Command;

use crate::ledger::Outcome;
use crate::{counts, process, project};

/// Prints the table and compares it with the committed one, or rewrites that.
pub fn table(update: bool) -> Result<Outcome, String> {
    let mut cargo = Command::new("cargo");
    cargo.args(["run", "--quiet", "--package", "somon-tests", "--bin", "conformance", "--"]);
    if update {
        cargo.arg("--update");
    }
    let ended = process::run_and_keep(cargo.current_dir(project::root()))?;
    let mut outcome = Outcome::default();
    let counts = counts::of_conformance(&ended.stdout).unwrap_or_default();
    outcome.add("conformance", counts, ended.fault);
    Ok(outcome)
}
