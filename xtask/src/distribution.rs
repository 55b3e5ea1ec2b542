//! Packages of a Debian-like distribution, for what npm and cargo have not.
//! It must never ask for a password: without rights it says what is missing.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::{process, project, tool_cache};

const LIMIT: Duration = Duration::from_secs(15 * 60);

/// Into the system, with everything it needs.
pub fn install(packages: &[&str], key: &str) -> Result<(), String> {
    let log = tool_cache::log(key)?;
    for words in [&["update"][..], &[&["install", "-y", "--no-install-recommends"], packages].concat()] {
        process::run_logged(apt(words)?.env("DEBIAN_FRONTEND", "noninteractive"), &log, LIMIT)?;
    }
    Ok(())
}

/// Into a folder alone: nothing is set up, and no service of the package is started.
pub fn unpack(package: &str, folder: &Path) -> Result<(), String> {
    on_path("apt-get").ok_or("there is no apt-get here to get it with")?;
    let log = tool_cache::log(package)?;
    let download =
        || process::run_logged(Command::new("apt-get").args(["download", package]).current_dir(folder), &log, LIMIT);
    if download().is_err() {
        process::run_logged(&mut apt(&["update"])?, &log, LIMIT)?;
        download()?;
    }
    for archive in project::files_with(folder, ".deb") {
        process::run_logged(Command::new("dpkg").arg("-x").arg(&archive).arg(folder), &log, LIMIT)?;
        let _ = std::fs::remove_file(&archive);
    }
    Ok(())
}

/// The package manager with the rights to change the system, if they can be had without a word.
fn apt(words: &[&str]) -> Result<Command, String> {
    on_path("apt-get").ok_or("there is no apt-get here to install it with")?;
    let root = process::answer("id", &["-u"]).as_deref() == Some("0");
    if !root && process::answer("sudo", &["-n", "id", "-u"]).is_none() {
        return Err("no rights to install it".to_owned());
    }
    let mut apt = if root { Command::new("apt-get") } else { Command::new("sudo") };
    if !root {
        apt.args(["-n", "apt-get"]);
    }
    apt.args(["-o", "DPkg::Lock::Timeout=600"]).args(words);
    Ok(apt)
}

pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// The file that a variable of the environment names.
pub fn named(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from).filter(|file| file.is_file())
}
