//! Builds the package, builds the playground from the packed package and serves it.
//! It must never give the playground anything but what a user of the package gets.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::provide::{self, Needs};
use crate::toolbox::Toolbox;
use crate::{package, process, project, tool_cache};

/// Serves until it is interrupted.
pub fn play(open: bool) -> Result<bool, String> {
    let tools = provide::provide(Needs::BUILD);
    let tarball = package::build(&tools)?;
    build(&tools, &tarball)?;
    let mut preview = tools.with_npm("npm")?;
    preview.args(["run", "preview", "--", "--host", "127.0.0.1"]);
    if open {
        preview.arg("--open");
    }
    // No time limit, and the keyboard stays with the server: it is stopped from there.
    let status = preview.current_dir(project::root().join("www")).stdin(Stdio::inherit()).status();
    status.map(|status| status.success()).map_err(|e| format!("cannot start npm: {e}"))
}

/// Makes `www/dist` out of the tarball; gives its place.
pub fn build(tools: &Toolbox, tarball: &Path) -> Result<PathBuf, String> {
    let www = project::root().join("www");
    let installed = www.join("node_modules").join(project::PACKAGE);
    let _ = std::fs::remove_dir_all(&installed);
    tool_cache::make_folder(&installed)?;
    // The package has no dependencies: to unpack it is to install it.
    let mut tar = tools.with_npm("tar")?;
    tar.arg("-xzf").arg(tarball).args(["--strip-components=1", "-C"]).arg(&installed);
    process::run(&mut tar)?;
    let mut npm = tools.with_npm("npm")?;
    process::run(npm.args(["run", "build"]).current_dir(&www))?;
    Ok(www.join("dist"))
}
