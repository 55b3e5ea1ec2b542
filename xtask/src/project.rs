//! Where things are in the checkout, and the versions that its lock files fix.
//! It must never write anything.

use std::path::{Path, PathBuf};

/// The published crate and npm package.
pub const PACKAGE: &str = "somon-wasm";

/// The root of the checkout: the folder above this program's manifest.
pub fn root() -> PathBuf {
    let manifest =
        std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    manifest.parent().map_or(manifest.clone(), Path::to_path_buf)
}

/// Build output that is not cargo's own: staging folders, tarballs, reports.
pub fn target() -> PathBuf {
    root().join("target")
}

pub fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|e| format!("cannot read {}: {e}", path.display()))
}

/// The version of a crate in `Cargo.lock`.
pub fn locked_version(name: &str) -> Result<String, String> {
    let lock = read(&root().join("Cargo.lock"))?;
    version_after(&lock, &format!("name = \"{name}\"")).ok_or_else(|| format!("Cargo.lock has no crate `{name}`"))
}

/// The version of the package itself, from the root manifest.
pub fn version() -> Result<String, String> {
    let manifest = read(&root().join("Cargo.toml"))?;
    version_after(&manifest, &format!("name = \"{PACKAGE}\""))
        .or_else(|| version_after(&manifest, "[workspace.package]"))
        .ok_or_else(|| "Cargo.toml names no version of the package".to_owned())
}

/// The first `version = "..."` below a given line and before the next table.
fn version_after(text: &str, line: &str) -> Option<String> {
    let mut lines = text.lines().skip_while(|l| l.trim() != line).skip(1);
    lines.by_ref().take_while(|l| !l.starts_with('[')).find_map(|l| {
        let value = l.strip_prefix("version")?.trim_start().strip_prefix('=')?.trim();
        Some(value.strip_prefix('"')?.strip_suffix('"')?.to_owned())
    })
}

/// The files of a folder with the given ending, sorted; none when the folder is missing.
pub fn files_with(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .filter(|path| path.is_file() && path.to_string_lossy().ends_with(ending))
        .collect();
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_its_own_table_only() {
        let lock = "[[package]]\nname = \"a\"\nsource = \"x\"\n\n[[package]]\nname = \"b\"\nversion = \"0.2.130\"\n";
        assert_eq!(version_after(lock, "name = \"b\""), Some("0.2.130".to_owned()));
        assert_eq!(version_after(lock, "name = \"a\""), None);
        assert_eq!(version_after(lock, "name = \"c\""), None);
    }

    #[test]
    fn the_checkout_is_found() {
        assert!(root().join("Cargo.toml").is_file());
    }
}
