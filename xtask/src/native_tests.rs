//! The tests of the pure rooms, of the test crate and of this program, on the host.
//! It must never build the root crate, which is for wasm alone.

use std::process::Command;

use crate::counts;
use crate::ledger::Outcome;
use crate::{process, project};

/// How many random programs and simulated runs the native tests take on.
#[derive(Clone, Copy)]
pub enum Effort {
    Quick,
    Gate,
    Soak,
}

impl Effort {
    /// Values of `SOMON_PROPERTY_CASES` and `SOMON_SEEDS`; the tests choose for `Quick`.
    fn amounts(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Quick => None,
            Self::Gate => Some(("100000", "500")),
            Self::Soak => Some(("2000000", "20000")),
        }
    }
}

pub fn run(effort: Effort) -> Result<Outcome, String> {
    let mut cargo = Command::new("cargo");
    cargo.args(["test", "--quiet", "--workspace", "--exclude", project::PACKAGE, "--no-fail-fast"]);
    if let Some((cases, seeds)) = effort.amounts() {
        cargo.env("SOMON_PROPERTY_CASES", cases).env("SOMON_SEEDS", seeds);
    }
    if matches!(effort, Effort::Soak) {
        cargo.args(["--release", "--package", "somon-tests"]);
    }
    let ended = process::run_and_keep(cargo.current_dir(project::root()))?;
    let mut outcome = Outcome::default();
    outcome.add("cargo test", counts::of_libtest(&ended.stdout), ended.fault);
    Ok(outcome)
}
