//! A Prometheus and its promtool: those that are there, else the distribution's package.
//! It must never leave a server of its own running: the tests start and stop theirs.

use std::path::PathBuf;

use crate::distribution::{self, named, on_path};
use crate::provide::Found;

const PACKAGE: &str = "prometheus";

/// The server and the tool beside it.
pub fn provide() -> Result<((PathBuf, PathBuf), Found), String> {
    if let Some(pair) = find() {
        let note = pair.0.display().to_string();
        return Ok((pair, Found::there(&note)));
    }
    let missing = format!("missing: Prometheus with promtool (package {PACKAGE})");
    distribution::install(&[PACKAGE], PACKAGE).map_err(|fault| format!("{missing}; {fault}"))?;
    let pair = find().ok_or(missing)?;
    let note = pair.0.display().to_string();
    Ok((pair, Found::made(&note)))
}

/// What is there already, named by the environment or on PATH.
pub fn find() -> Option<(PathBuf, PathBuf)> {
    let server = named("SOMON_PROMETHEUS").or_else(|| on_path("prometheus"))?;
    let tool = named("SOMON_PROMTOOL").or_else(|| on_path("promtool"))?;
    Some((server, tool))
}
