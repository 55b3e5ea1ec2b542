//! Provides the tools that a command needs, side by side where they do not disturb each other,
//! and says what was found, what was made and how long it took.
//! It must never stop at the first missing tool: each missing one is a line of its own.

use std::time::Instant;

use crate::toolbox::Toolbox;
use crate::{chromium, npm, prometheus, wasm_target, wasm_tools};

/// How a tool came to be there.
pub struct Found {
    made: bool,
    note: String,
}

impl Found {
    pub fn there(note: &str) -> Self {
        Self { made: false, note: note.to_owned() }
    }

    pub fn made(note: &str) -> Self {
        Self { made: true, note: note.to_owned() }
    }
}

#[derive(Clone, Copy)]
pub struct Needs {
    pub browser: bool,
    /// Prometheus, to read what the package shows to scrapers.
    pub scraper: bool,
}

impl Needs {
    /// To build the package.
    pub const BUILD: Needs = Needs { browser: false, scraper: false };
    /// To run all its tests.
    pub const TEST: Needs = Needs { browser: true, scraper: true };
}

/// Everything to build the package, and what its tests need besides.
pub fn provide(needs: Needs) -> Toolbox {
    let begun = Instant::now();
    println!("== tools");
    let mut tools = Toolbox::empty();
    std::thread::scope(|scope| {
        // One thread for what may call the system's package manager, which works alone.
        let system = scope.spawn(|| {
            let toolchain = told("wasm target", wasm_target::provide);
            let browser = needs.browser.then(|| told("chromium", chromium::provide));
            let scraper = needs.scraper.then(|| told("prometheus", prometheus::provide));
            (toolchain, browser, scraper)
        });
        let npm = scope.spawn(|| told("npm dependencies", npm::provide));
        tools.wasm_bindgen = told("wasm-bindgen", wasm_tools::wasm_bindgen);
        tools.wasm_pack = told("wasm-pack", wasm_tools::wasm_pack);
        if let Ok(place) = npm.join() {
            tools.npm = place;
        }
        if let Ok((toolchain, browser, scraper)) = system.join() {
            tools.wasm_toolchain = toolchain;
            if let Some(browser) = browser {
                tools.chromedriver = browser.clone().map(|pair| pair.1);
                tools.chromium = browser.map(|pair| pair.0);
            }
            if let Some(scraper) = scraper {
                tools.promtool = scraper.clone().map(|pair| pair.1);
                tools.prometheus = scraper.map(|pair| pair.0);
            }
        }
    });
    println!("== tools: {:.1} s", begun.elapsed().as_secs_f64());
    tools
}

/// Provides one tool and prints its line.
fn told<T>(name: &str, provide: impl FnOnce() -> Result<(T, Found), String>) -> Result<T, String> {
    let begun = Instant::now();
    match provide() {
        Ok((tool, found)) => {
            let Found { made, note } = found;
            if made {
                println!("  {name:<18} made   {note} ({:.1} s)", begun.elapsed().as_secs_f64());
            } else {
                println!("  {name:<18} found  {note}");
            }
            Ok(tool)
        }
        Err(fault) => {
            println!("  {name:<18} {fault}");
            Err(fault)
        }
    }
}
