//! Gives a Rust toolchain that can build for wasm: the default one as it is, else with the
//! target added by rustup, else a private one made by `.ci/toolchain`.
//! It must never change the default toolchain beyond adding the target.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::provide::Found;
use crate::{process, project, tool_cache};

pub const TARGET: &str = "wasm32-unknown-unknown";

/// A download that hangs must not hold up the fallback for long.
const RUSTUP_LIMIT: Duration = Duration::from_secs(120);
const PRIVATE_LIMIT: Duration = Duration::from_secs(20 * 60);

/// `None` stands for the default toolchain.
pub fn provide() -> Result<(Option<PathBuf>, Found), String> {
    let asked_private = std::env::var_os("SOMON_PRIVATE_TOOLCHAIN").is_some();
    if !asked_private && installed() {
        return Ok((None, Found::there("in the default toolchain")));
    }
    let log = tool_cache::log("wasm-target")?;
    if !asked_private {
        let mut rustup = Command::new("rustup");
        let added = process::run_logged(rustup.args(["target", "add", TARGET]), &log, RUSTUP_LIMIT);
        if added.is_ok() && installed() {
            return Ok((None, Found::made("added by rustup")));
        }
    }
    let (folder, made) = private_toolchain(&log)?;
    let note = format!("private toolchain {}", folder.display());
    let found = if made { Found::made(&note) } else { Found::there(&note) };
    Ok((Some(folder.join("bin")), found))
}

/// Whether the default toolchain has the target.
pub fn installed() -> bool {
    let sysroot = process::answer("rustc", &["--print", "sysroot"]);
    sysroot.is_some_and(|root| Path::new(&root).join("lib/rustlib").join(TARGET).join("lib").is_dir())
}

/// The private toolchains in the cache.
pub fn private_toolchains() -> Option<String> {
    let entries = std::fs::read_dir(tool_cache::folder().ok()?).ok()?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let names: Vec<String> = names.filter(|name| name.starts_with("wasm-toolchain-")).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

fn private_toolchain(log: &Path) -> Result<(PathBuf, bool), String> {
    let cache = tool_cache::folder()?;
    let last_word = cache.join(format!(".toolchain-{}", std::process::id()));
    let mut script = Command::new("bash");
    script.arg(project::root().join(".ci/toolchain")).arg(&cache).arg(&last_word);
    let ended = process::run_logged(&mut script, log, PRIVATE_LIMIT);
    let said = std::fs::read_to_string(&last_word).unwrap_or_default();
    let _ = std::fs::remove_file(&last_word);
    match (ended, said.trim().split_once(' ')) {
        (Ok(()), Some((how, folder))) => Ok((PathBuf::from(folder), how == "made")),
        (_, Some(("missing", what))) => Err(format!("missing: {what}")),
        (Err(fault), _) => Err(format!("missing: Rust target {TARGET} (rustup target add {TARGET}); {fault}")),
        (Ok(()), None) => Err(format!("missing: Rust target {TARGET} (rustup target add {TARGET})")),
    }
}
