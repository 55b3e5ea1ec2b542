//! Runs the benchmarks of `benches` against the package as built for release.
//! It must never measure anything but the packed build.

use crate::provide::{self, Needs};
use crate::{package, process, project};

pub fn bench() -> Result<bool, String> {
    let scripts = project::files_with(&project::root().join("benches"), ".mjs");
    if scripts.is_empty() {
        return Err("there is no benchmark in benches".to_owned());
    }
    let tools = provide::provide(Needs { browser: false });
    package::build(&tools)?;
    for script in scripts {
        let mut node = tools.with_npm("node")?;
        node.arg(script).env("SOMON_PACKAGE", package::folder());
        process::run(&mut node)?;
    }
    Ok(true)
}
