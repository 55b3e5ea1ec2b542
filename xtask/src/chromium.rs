//! A Chromium and its driver: those that are there, else the distribution's packages.
//! It must never download a browser build by itself.

use std::path::PathBuf;

use crate::distribution::{self, named, on_path};
use crate::provide::Found;

const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const PACKAGES: [&str; 2] = ["chromium", "chromium-driver"];

/// The browser and its driver.
pub fn provide() -> Result<((PathBuf, PathBuf), Found), String> {
    if let Some(pair) = find() {
        let note = pair.0.display().to_string();
        return Ok((pair, Found::there(&note)));
    }
    let missing = format!("missing: Chromium and chromedriver (packages {})", PACKAGES.join(" and "));
    distribution::install(&PACKAGES, "chromium").map_err(|fault| format!("{missing}; {fault}"))?;
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

fn existing(path: &str) -> Option<PathBuf> {
    Some(PathBuf::from(path)).filter(|file| file.is_file())
}
