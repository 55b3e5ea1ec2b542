//! The tools that a command may use, as they were found or installed, and how to start them.
//! It must never look for a tool itself.

use std::path::PathBuf;
use std::process::Command;

/// A tool's place, or the one line that says what is missing.
pub type Place = Result<PathBuf, String>;

pub struct Toolbox {
    /// `None`: the default toolchain has the wasm target; else the `bin` folder of one that has.
    pub wasm_toolchain: Result<Option<PathBuf>, String>,
    pub wasm_pack: Place,
    pub wasm_bindgen: Place,
    /// The `node_modules` folder.
    pub npm: Place,
    pub chromium: Place,
    pub chromedriver: Place,
    pub prometheus: Place,
    pub promtool: Place,
}

impl Toolbox {
    /// Nothing asked for, nothing found.
    pub fn empty() -> Self {
        let unasked = || Err("not asked for".to_owned());
        Self {
            wasm_toolchain: Err("not asked for".to_owned()),
            wasm_pack: unasked(),
            wasm_bindgen: unasked(),
            npm: unasked(),
            chromium: unasked(),
            chromedriver: unasked(),
            prometheus: unasked(),
            promtool: unasked(),
        }
    }

    /// A program of the npm development dependencies, or one that calls them.
    pub fn with_npm(&self, program: &str) -> Result<Command, String> {
        let bin = self.npm.clone()?.join(".bin");
        let mut command = Command::new(program);
        command.env("PATH", path_with(&[bin])?).current_dir(crate::project::root());
        Ok(command)
    }

    /// A program that builds or tests for wasm.
    pub fn with_wasm(&self, program: &str) -> Result<Command, String> {
        let mut front = Vec::new();
        let private = self.wasm_toolchain.clone()?;
        front.extend(private.clone());
        front.push(self.wasm_pack.clone()?.join("bin"));
        front.push(self.wasm_bindgen.clone()?.join("bin"));
        front.push(self.npm.clone()?.join(".bin"));
        let mut command = Command::new(program);
        command.env("PATH", path_with(&front)?).current_dir(crate::project::root());
        if private.is_some() {
            // Set by the toolchain that runs this program; they would lead back to it.
            for name in ["RUSTUP_TOOLCHAIN", "CARGO", "RUSTC", "RUSTDOC"] {
                command.env_remove(name);
            }
        }
        Ok(command)
    }

    /// The private toolchain has its own compiler, which cannot share build output with the
    /// default one.
    pub fn has_private_toolchain(&self) -> bool {
        matches!(self.wasm_toolchain, Ok(Some(_)))
    }
}

fn path_with(front: &[PathBuf]) -> Result<std::ffi::OsString, String> {
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    let all = front.iter().cloned().chain(std::env::split_paths(&inherited));
    std::env::join_paths(all).map_err(|e| format!("cannot put a tool on PATH: {e}"))
}
