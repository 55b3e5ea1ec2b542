//! Prints what is installed, in which version and where, without installing anything.
//! It must never fail for a tool that the project can provide by itself.

use crate::{chromium, npm, process, project, prometheus, tool_cache, wasm_target, wasm_tools};

/// True when everything that only the user can install is there.
pub fn doctor() -> Result<bool, String> {
    let node = npm::node_version();
    let line = |name: &str, answer: Option<String>| {
        println!("  {name:<18} {}", answer.unwrap_or_else(|| "not there".to_owned()));
    };
    println!("to be installed by you");
    for program in ["cargo", "rustc", "git"] {
        line(program, process::answer(program, &["--version"]));
    }
    line("node", Some(node.clone().unwrap_or_else(|missing| missing)));
    line("npm", process::answer("npm", &["--version"]));

    println!("provided when needed (cache: {})", tool_cache::folder()?.display());
    let target = wasm_target::installed().then(|| wasm_target::TARGET.to_owned());
    line("wasm target", target.or_else(wasm_target::private_toolchains));
    line("wasm-pack", wasm_tools::wasm_pack_there()?);
    line("wasm-bindgen", wasm_tools::wasm_bindgen_there()?);
    let modules = npm::installed();
    for program in ["wasm-opt", "tsc", "vite", "deno", "bun", "workerd"] {
        let file = modules.as_ref().map(|folder| folder.join(".bin").join(program));
        let answer = file.and_then(|file| process::answer(file, &["--version"]));
        line(program, answer.map(|text| text.lines().next().unwrap_or_default().to_owned()));
    }
    let browser = chromium::find();
    let version = |file: Option<&std::path::PathBuf>| process::answer(file?, &["--version"]);
    line("chromium", version(browser.as_ref().map(|pair| &pair.0)));
    line("chromedriver", version(browser.as_ref().map(|pair| &pair.1)));
    let scraper = prometheus::find().map(|pair| pair.0);
    line("prometheus", version(scraper.as_ref()).and_then(|text| text.lines().next().map(str::to_owned)));
    println!("project\n  {:<18} {}", project::PACKAGE, project::version()?);
    Ok(node.is_ok())
}
