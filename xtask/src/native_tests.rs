//! The tests of the pure rooms, of the test crate and of this program, on the host.
//! It must never build the root crate, which is for wasm alone.

use std::process::Command;

use crate::counts;
use crate::ledger::Outcome;
use crate::{process, project};

/// How many random programs and simulated runs the native tests take on, and how long the load lasts.
#[derive(Clone, Copy)]
pub enum Effort {
    Quick,
    Gate,
    Soak,
}

/// What a soak run takes on: the variable that a test reads, its value, and what is counted.
pub const SOAK: [(&str, &str, &str); 3] = [
    ("SOMON_PROPERTY_CASES", "2000000", "random and damaged texts"),
    ("SOMON_SEEDS", "200000", "simulated runs"),
    ("SOMON_BREAKER_STEPS", "20000000", "random steps of breakers"),
];
const GATE: [(&str, &str, &str); 2] =
    [("SOMON_PROPERTY_CASES", "100000", "random and damaged texts"), ("SOMON_SEEDS", "500", "simulated runs")];

impl Effort {
    /// How long many clients at once ask the package's handler, in each host.
    pub fn load_seconds(self) -> u32 {
        match self {
            Self::Quick => 3,
            Self::Gate => 10,
            Self::Soak => 60,
        }
    }

    /// The tests choose for `Quick`.
    fn amounts(self) -> &'static [(&'static str, &'static str, &'static str)] {
        match self {
            Self::Quick => &[],
            Self::Gate => &GATE,
            Self::Soak => &SOAK,
        }
    }
}

pub fn run(effort: Effort) -> Result<Outcome, String> {
    let mut cargo = Command::new("cargo");
    cargo.args(["test", "--quiet", "--no-fail-fast"]);
    cargo.envs(effort.amounts().iter().map(|(variable, amount, _)| (variable, amount)));
    match effort {
        Effort::Quick | Effort::Gate => cargo.args(["--workspace", "--exclude", project::PACKAGE]),
        // Only there are tests that take more of something.
        Effort::Soak => cargo.args(["--profile", "soak", "--package", "somon-tests"]),
    };
    let ended = process::run_and_keep(cargo.current_dir(project::root()))?;
    let mut outcome = Outcome::default();
    outcome.add("cargo test", counts::of_libtest(&ended.stdout), ended.fault);
    Ok(outcome)
}
