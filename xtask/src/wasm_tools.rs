//! wasm-pack and the wasm-bindgen command line, built by cargo into the cache.
//! It must never take a wasm-bindgen of another version than the crate's: the two would not
//! understand each other.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::provide::Found;
use crate::{process, project, tool_cache};

const WASM_PACK_VERSION: &str = "0.15.1";
const LIMIT: Duration = Duration::from_secs(30 * 60);

pub fn wasm_pack() -> Result<(PathBuf, Found), String> {
    provide("wasm-pack", "wasm-pack", WASM_PACK_VERSION)
}

pub fn wasm_bindgen() -> Result<(PathBuf, Found), String> {
    provide("wasm-bindgen", "wasm-bindgen-cli", &project::locked_version("wasm-bindgen")?)
}

/// The version in the cache, if it is there.
pub fn wasm_pack_there() -> Result<Option<String>, String> {
    there("wasm-pack", WASM_PACK_VERSION)
}

pub fn wasm_bindgen_there() -> Result<Option<String>, String> {
    there("wasm-bindgen", &project::locked_version("wasm-bindgen")?)
}

fn there(tool: &str, version: &str) -> Result<Option<String>, String> {
    let file = tool_cache::folder()?.join(format!("{tool}-{version}")).join("bin").join(tool);
    Ok(process::answer(file, &["--version"]))
}

fn provide(tool: &str, package: &str, version: &str) -> Result<(PathBuf, Found), String> {
    let key = format!("{tool}-{version}");
    let mut made = false;
    let folder = tool_cache::provide(&key, |folder| {
        made = true;
        let log = tool_cache::log(&key)?;
        // The lock file that came with a release may name versions that a mirror lacks.
        install(package, version, folder, &log, &["--locked"])
            .or_else(|_| install(package, version, folder, &log, &[]))
            .map_err(|fault| {
                format!("missing: {tool} {version} (cargo install {package} --version {version}); {fault}")
            })
    })?;
    let note = format!("{version} in {}", folder.display());
    Ok((folder, if made { Found::made(&note) } else { Found::there(&note) }))
}

fn install(package: &str, version: &str, folder: &Path, log: &Path, options: &[&str]) -> Result<(), String> {
    let mut cargo = Command::new("cargo");
    cargo.args(["install", package, "--version", &format!("={version}"), "--root"]).arg(folder);
    // Not in the checkout: its `.cargo/config.toml` and target folder are none of this build's.
    cargo.args(options).current_dir(tool_cache::folder()?).env_remove("CARGO_TARGET_DIR");
    // These tools run for a second at a time; what counts is how soon they are built.
    cargo.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1").env("CARGO_PROFILE_RELEASE_LTO", "off");
    cargo.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    process::run_logged(&mut cargo, log, LIMIT)
}
