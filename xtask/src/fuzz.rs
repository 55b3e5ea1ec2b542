//! The fuzz targets, a while each, where cargo-fuzz and a nightly compiler are installed.
//! It must never install them: they are for soak runs alone.

use std::process::Command;

use crate::counts::Counts;
use crate::ledger::Outcome;
use crate::{process, project};

const SECONDS_PER_TARGET: &str = "120";

/// Whether the targets can be run here.
pub fn available() -> bool {
    process::answer("cargo", &["+nightly", "fuzz", "--version"]).is_some()
}

pub fn run() -> Result<Outcome, String> {
    let targets = project::files_with(&project::root().join("fuzz/targets"), ".rs");
    let mut outcome = Outcome::default();
    for target in targets {
        let name = target.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let mut cargo = Command::new("cargo");
        cargo.args(["+nightly", "fuzz", "run", &name, "--"]).arg(format!("-max_total_time={SECONDS_PER_TARGET}"));
        // Set by the toolchain that runs this program; it would win over `+nightly`.
        cargo.env_remove("RUSTUP_TOOLCHAIN").env_remove("CARGO").current_dir(project::root());
        let fault = process::run(&mut cargo).err();
        let counts = Counts { passed: u64::from(fault.is_none()), failed: 0 };
        outcome.add(&name, counts, fault);
    }
    Ok(outcome)
}
