//! A Chromium and its driver: those that are there, else the distribution's packages.
//! It must never download a browser build by itself.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use crate::provide::Found;
use crate::{process, tool_cache};

const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const PACKAGES: [&str; 2] = ["chromium", "chromium-driver"];
const LIMIT: Duration = Duration::from_secs(15 * 60);

/// The browser and its driver.
pub fn provide() -> Result<((PathBuf, PathBuf), Found), String> {
    if let Some(pair) = find() {
        let note = pair.0.display().to_string();
        return Ok((pair, Found::there(&note)));
    }
    let missing = format!("missing: Chromium and chromedriver (packages {})", PACKAGES.join(" and "));
    install().map_err(|fault| format!("{missing}; {fault}"))?;
    let pair = find().ok_or(missing)?;
    let note = pair.0.display().to_string();
    Ok((pair, Found::made(&note)))
}

/// What is there already, named by the environment or on PATH.
pub fn find() -> Option<(PathBuf, PathBuf)> {
    let browser = named("SOMON_CHROMIUM")
        .or_else(|| BROWSERS.iter().find_map(|name| on_path(name)))
        .or_else(|| existing("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"))?;
    let driver = named("CHROMEDRIVER").or_else(|| on_path("chromedriver"))?;
    Some((browser, driver))
}

fn install() -> Result<(), String> {
    on_path("apt-get").ok_or("there is no apt-get here to install them with")?;
    let root = process::answer("id", &["-u"]).as_deref() == Some("0");
    if !root && process::answer("sudo", &["-n", "id", "-u"]).is_none() {
        return Err("no rights to install them".to_owned());
    }
    let log = tool_cache::log("chromium")?;
    for words in [&["update"][..], &["install", "-y", "--no-install-recommends", PACKAGES[0], PACKAGES[1]]] {
        let mut apt = if root { Command::new("apt-get") } else { Command::new("sudo") };
        if !root {
            apt.args(["-n", "apt-get"]);
        }
        apt.args(["-o", "DPkg::Lock::Timeout=600"]).args(words);
        process::run_logged(apt.env("DEBIAN_FRONTEND", "noninteractive"), &log, LIMIT)?;
    }
    Ok(())
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

fn named(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from).filter(|file| file.is_file())
}

fn existing(path: &str) -> Option<PathBuf> {
    Some(PathBuf::from(path)).filter(|file| file.is_file())
}
