//! Runs the benchmarks of `benches` against the package as built for release.
//! It must never measure anything but the packed build.

use std::process::Command;

use crate::provide::{self, Needs};
use crate::toolbox::Toolbox;
use crate::{package, process, project};

/// What is measured, by the word that names it on the command line.
pub const NAMES: [&str; 4] = ["compile", "load", "ops", "handler"];

/// Those that are named; all when none is.
pub fn bench(named: impl Fn(&str) -> bool) -> Result<bool, String> {
    let some: Vec<&str> = NAMES.into_iter().filter(|name| named(name)).collect();
    let names = if some.is_empty() { NAMES.to_vec() } else { some };
    let tools = provide::provide(Needs { browser: names.contains(&"load"), ..Needs::BUILD });
    package::build(&tools)?;
    for name in names {
        println!("\n== bench {name}");
        run(&tools, name)?;
    }
    Ok(true)
}

fn run(tools: &Toolbox, name: &str) -> Result<(), String> {
    let mut node = tools.with_npm("node")?;
    node.args(["--no-warnings", "--expose-gc"]);
    node.arg(project::root().join("benches").join(name).with_extension("mjs"));
    node.env("SOMON_PACKAGE", package::folder());
    if name == "load" {
        node.env("SOMON_CHROMIUM", tools.chromium.clone()?);
    }
    if let Some((package, bench)) = native(name) {
        let mut cargo = Command::new("cargo");
        cargo.args(["bench", "--quiet", "--package", package, "--bench", bench]).current_dir(project::root());
        let ended = process::run_and_keep(&mut cargo)?;
        ended.fault.map_or(Ok(()), Err)?;
        // The script compares with the core, and takes the core's figures from here.
        node.env("SOMON_NATIVE_FIGURES", ended.stdout);
    }
    process::run(&mut node)
}

/// The package and its own benchmark, where there is one.
fn native(name: &str) -> Option<(&'static str, &'static str)> {
    match name {
        "ops" => Some(("somon-ops", "ops")),
        "handler" => Some(("somon-http", "handler")),
        _ => None,
    }
}
