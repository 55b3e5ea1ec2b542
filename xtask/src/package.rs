//! Builds the npm package: wasm-pack makes the module and its glue, the package's own script
//! adds facade, entries and manifest, npm packs the result.
//! It must never leave a file of an earlier build in the package.

use std::path::{Path, PathBuf};

use crate::toolbox::Toolbox;
use crate::{process, project, tool_cache};

/// Where the package that users get lies.
pub fn folder() -> PathBuf {
    project::root().join("pkg")
}

/// Builds `pkg/`; gives the tarball.
pub fn build(tools: &Toolbox) -> Result<PathBuf, String> {
    let staging = pack(tools, "devtools", &["--no-default-features", "--features", "devtools"])?;
    assemble(tools, "release", &folder(), &[], Some(&staging))
}

/// The same package, able to trap on demand, for the tests of recovery.
pub fn build_trap(tools: &Toolbox) -> Result<PathBuf, String> {
    assemble(tools, "trap", &project::target().join("pkg-trap"), &["--features", "trap"], None)
}

/// Makes the module and its glue.
fn pack(tools: &Toolbox, name: &str, features: &[&str]) -> Result<PathBuf, String> {
    let staging = project::target().join(format!("wasm-pack-{name}"));
    let _ = std::fs::remove_dir_all(&staging);
    let mut pack = tools.with_wasm("wasm-pack")?;
    pack.args(["--log-level", "warn", "build", "--mode", "no-install", "--target", "web", "--release"]);
    pack.arg("--no-pack").arg("--out-dir").arg(&staging).arg(project::root());
    if !features.is_empty() {
        pack.arg("--").args(features);
    }
    process::run(&mut pack)?;
    Ok(staging)
}

/// `devtools`: the module with spans on the performance timeline, for a subpath of its own.
fn assemble(
    tools: &Toolbox,
    name: &str,
    package: &Path,
    features: &[&str],
    devtools: Option<&Path>,
) -> Result<PathBuf, String> {
    let _ = std::fs::remove_dir_all(package);
    let staging = pack(tools, name, features)?;
    let script = project::root().join("pkg-config/assemble.mjs");
    let mut node = tools.with_npm("node")?;
    node.arg(&script).arg("--wasm").arg(&staging).arg("--out").arg(package);
    if let Some(devtools) = devtools {
        node.arg("--devtools").arg(devtools);
    }
    process::run(&mut node)?;
    pack_tarball(tools, name, package)
}

fn pack_tarball(tools: &Toolbox, name: &str, package: &Path) -> Result<PathBuf, String> {
    let place = project::target().join("package").join(name);
    let _ = std::fs::remove_dir_all(&place);
    tool_cache::make_folder(&place)?;
    let mut npm = tools.with_npm("npm")?;
    npm.args(["pack", "--silent", "--pack-destination"]).arg(&place).current_dir(package);
    process::run(&mut npm)?;
    let mut made = project::files_with(&place, ".tgz");
    let tarball = made.pop().ok_or("npm pack made no tarball")?;
    println!("packed {}", tarball.display());
    Ok(tarball)
}
