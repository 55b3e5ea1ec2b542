//! Packages of a Debian-like distribution, for what npm and cargo have not.
//! It must never ask for a password: without rights it says what is missing.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use crate::{process, tool_cache};

const LIMIT: Duration = Duration::from_secs(15 * 60);

pub fn install(packages: &[&str], key: &str) -> Result<(), String> {
    on_path("apt-get").ok_or("there is no apt-get here to install it with")?;
    let root = process::answer("id", &["-u"]).as_deref() == Some("0");
    if !root && process::answer("sudo", &["-n", "id", "-u"]).is_none() {
        return Err("no rights to install it".to_owned());
    }
    let log = tool_cache::log(key)?;
    let wanted = [&["install", "-y", "--no-install-recommends"][..], packages].concat();
    for words in [&["update"][..], &wanted] {
        let mut apt = if root { Command::new("apt-get") } else { Command::new("sudo") };
        if !root {
            apt.args(["-n", "apt-get"]);
        }
        apt.args(["-o", "DPkg::Lock::Timeout=600"]).args(words);
        process::run_logged(apt.env("DEBIAN_FRONTEND", "noninteractive"), &log, LIMIT)?;
    }
    Ok(())
}

pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// The file that a variable of the environment names.
pub fn named(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from).filter(|file| file.is_file())
}
