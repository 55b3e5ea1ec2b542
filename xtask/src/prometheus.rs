//! A Prometheus and its promtool: those that are there, else the programs of the distribution's package, unpacked
//! into the cache.
//! It must never set up the package: that would start a server on the developer's machine.

use std::path::PathBuf;

use crate::distribution::{self, named, on_path};
use crate::provide::Found;
use crate::tool_cache;

const PACKAGE: &str = "prometheus";

/// The server and the tool beside it.
pub fn provide() -> Result<((PathBuf, PathBuf), Found), String> {
    if let Some(pair) = find() {
        let note = pair.0.display().to_string();
        return Ok((pair, Found::there(&note)));
    }
    let missing = format!("missing: Prometheus with promtool (package {PACKAGE})");
    let folder = tool_cache::provide(PACKAGE, |folder| distribution::unpack(PACKAGE, folder))
        .map_err(|fault| format!("{missing}; {fault}"))?;
    let note = folder.display().to_string();
    Ok((find().ok_or(missing)?, Found::made(&note)))
}

/// What is there already: named by the environment, on PATH, or unpacked before.
pub fn find() -> Option<(PathBuf, PathBuf)> {
    let place = |variable, name| named(variable).or_else(|| on_path(name)).or_else(|| unpacked(name));
    Some((place("SOMON_PROMETHEUS", "prometheus")?, place("SOMON_PROMTOOL", "promtool")?))
}

fn unpacked(name: &str) -> Option<PathBuf> {
    let file = tool_cache::folder().ok()?.join(PACKAGE).join("usr/bin").join(name);
    file.is_file().then_some(file)
}
