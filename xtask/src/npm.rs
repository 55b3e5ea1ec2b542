//! The npm development dependencies, installed once per lock file into the cache and linked
//! into the checkout as `node_modules`.
//! It must never replace a `node_modules` folder that somebody installed by hand.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::provide::Found;
use crate::{process, project, tool_cache};

const NODE_MAJOR_MIN: u32 = 20;
const LIMIT: Duration = Duration::from_secs(10 * 60);

pub fn provide() -> Result<(PathBuf, Found), String> {
    node_version()?;
    let link = project::root().join("node_modules");
    if link.is_dir() && !link.is_symlink() {
        return Ok((link, Found::there("node_modules, installed by hand")));
    }
    let key = key()?;
    let mut made = false;
    let folder = tool_cache::provide(&key, |folder| {
        made = true;
        install(folder, &key)
    })?;
    let modules = folder.join("node_modules");
    // Imports look for packages in the folders above the importing file, so the link is needed.
    if std::fs::read_link(&link).ok().as_deref() != Some(&modules) {
        let _ = std::fs::remove_file(&link);
        std::os::unix::fs::symlink(&modules, &link).map_err(|e| format!("cannot link {}: {e}", link.display()))?;
    }
    let note = format!("in {}", folder.display());
    Ok((modules, if made { Found::made(&note) } else { Found::there(&note) }))
}

/// The version of node, or the line that says it is missing or too old.
pub fn node_version() -> Result<String, String> {
    let missing = format!("missing: Node.js {NODE_MAJOR_MIN} or newer, with npm (packages nodejs and npm)");
    let version = process::answer("node", &["--version"]).ok_or_else(|| missing.clone())?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|n| n.parse::<u32>().ok());
    match major {
        Some(major) if major >= NODE_MAJOR_MIN => Ok(version),
        _ => Err(format!("{missing}; found {version}")),
    }
}

/// `node_modules`, if it is there: in the checkout, or in the cache for the next command to link.
pub fn installed() -> Option<PathBuf> {
    let cached = || Some(tool_cache::folder().ok()?.join(key().ok()?).join("node_modules"));
    let there = |folder: &PathBuf| folder.is_dir();
    Some(project::root().join("node_modules")).filter(there).or_else(|| cached().filter(there))
}

/// The folder of the cache that belongs to this lock file.
fn key() -> Result<String, String> {
    let manifest = project::read(&project::root().join("package.json"))?;
    let lock = project::read(&project::root().join("package-lock.json"))?;
    Ok(format!("npm-{}", tool_cache::fingerprint(&(manifest + &lock))))
}

fn install(folder: &Path, key: &str) -> Result<(), String> {
    for name in ["package.json", "package-lock.json"] {
        std::fs::copy(project::root().join(name), folder.join(name)).map_err(|e| format!("cannot copy {name}: {e}"))?;
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--no-audit", "--no-fund", "--prefer-offline"]).current_dir(folder);
    process::run_logged(&mut npm, &tool_cache::log(key)?, LIMIT)
        .map_err(|fault| format!("missing: npm development dependencies (npm ci); {fault}"))
}
