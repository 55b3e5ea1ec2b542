//! The tests of the root crate as wasm, one file of `tests/wasm` at a time: in Node, or in
//! Chromium as a page, a dedicated worker or a service worker, as the file says itself.
//! It must never take a file that the runner skipped for a file that passed.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::ledger::Outcome;
use crate::toolbox::Toolbox;
use crate::{counts, process, project, tool_cache, wasm_target};

pub fn in_node(tools: &Toolbox) -> Result<Outcome, String> {
    run(tools, "WASM_BINDGEN_TEST_ONLY_NODE", &files(false)?, |_| Ok(()))
}

pub fn in_chromium(tools: &Toolbox) -> Result<Outcome, String> {
    let driver = tools.chromedriver.clone()?;
    let settings = webdriver_settings(&tools.chromium.clone()?)?;
    run(tools, "WASM_BINDGEN_TEST_ONLY_WEB", &files(true)?, |command| {
        command.env("CHROMEDRIVER", &driver).env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", &settings);
        Ok(())
    })
}

/// The test files for the browser (they configure where they run), or the others.
fn files(browser: bool) -> Result<Vec<PathBuf>, String> {
    let mut chosen = Vec::new();
    for file in project::files_with(&project::root().join("tests/wasm"), ".rs") {
        if project::read(&file)?.contains("wasm_bindgen_test_configure!(run_in_") == browser {
            chosen.push(file);
        }
    }
    if chosen.is_empty() {
        return Err("no test file for this place in tests/wasm".to_owned());
    }
    Ok(chosen)
}

fn run(
    tools: &Toolbox,
    place: &str,
    files: &[PathBuf],
    prepare: impl Fn(&mut Command) -> Result<(), String>,
) -> Result<Outcome, String> {
    let mut outcome = Outcome::default();
    for file in files {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let mut cargo = tools.with_wasm("cargo")?;
        cargo.args(["test", "--package", project::PACKAGE, "--test", &name]);
        cargo.args(["--target", wasm_target::TARGET]).env(place, "1");
        cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner");
        prepare(&mut cargo)?;
        let ended = process::run_and_keep(&mut cargo)?;
        outcome.add(&name, counts::of_libtest(&ended.stdout), ended.fault);
    }
    Ok(outcome)
}

/// Chromium's sandbox cannot be had by root, and small machines have a small /dev/shm.
fn webdriver_settings(chromium: &Path) -> Result<PathBuf, String> {
    let mut flags = vec!["--headless=new", "--disable-gpu", "--disable-dev-shm-usage"];
    flags.extend(["--disable-background-networking", "--disable-component-update", "--no-first-run"]);
    if process::answer("id", &["-u"]).as_deref() == Some("0") {
        flags.push("--no-sandbox");
    }
    let flags = flags.iter().map(|flag| format!("\"{flag}\"")).collect::<Vec<_>>().join(", ");
    let text =
        format!("{{ \"goog:chromeOptions\": {{ \"binary\": \"{}\", \"args\": [{flags}] }} }}\n", chromium.display());
    let place = project::target().join("webdriver.json");
    tool_cache::make_folder(&project::target())?;
    std::fs::write(&place, text).map_err(|e| format!("cannot write {}: {e}", place.display()))?;
    Ok(place)
}
