//! Runs the benchmarks of `benches` against the package as built for release.
//! It must never measure anything but the packed build.

use crate::provide::{self, Needs};
use crate::toolbox::Toolbox;
use crate::{package, process, project};

/// What is measured, by the word that names it on the command line.
pub const NAMES: [&str; 2] = ["compile", "load"];

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
    process::run(&mut node)
}
