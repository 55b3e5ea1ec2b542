//! The user's cache folder: one folder per tool and version, shared by all checkouts.
//! It must never show a half-made tool: a folder appears under its name only when complete.

use std::path::{Path, PathBuf};

/// `$XDG_CACHE_HOME/somon-wasm`, else `~/.cache/somon-wasm`, made if need be.
pub fn folder() -> Result<PathBuf, String> {
    let base = match std::env::var_os("XDG_CACHE_HOME").filter(|value| !value.is_empty()) {
        Some(base) => PathBuf::from(base),
        None => match std::env::var_os("HOME").filter(|value| !value.is_empty()) {
            Some(home) => PathBuf::from(home).join(".cache"),
            None => return Err("neither XDG_CACHE_HOME nor HOME is set".to_owned()),
        },
    };
    let folder = base.join("somon-wasm");
    make_folder(&folder)?;
    Ok(folder)
}

/// The file that collects what the installation of a tool prints.
pub fn log(key: &str) -> Result<PathBuf, String> {
    let logs = folder()?.join("logs");
    make_folder(&logs)?;
    Ok(logs.join(format!("{key}-{}.log", std::process::id())))
}

/// Gives the folder of a tool, after `make` has filled it if it was not there.
pub fn provide(key: &str, make: impl FnOnce(&Path) -> Result<(), String>) -> Result<PathBuf, String> {
    let place = folder()?.join(key);
    if place.is_dir() {
        return Ok(place);
    }
    let draft = folder()?.join(format!(".{key}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&draft);
    make_folder(&draft)?;
    let made = make(&draft).and_then(|()| {
        // Another checkout may have finished the same tool meanwhile; then its copy is used.
        std::fs::rename(&draft, &place)
            .or_else(|e| if place.is_dir() { Ok(()) } else { Err(e) })
            .map_err(|e| format!("cannot move {} into place: {e}", draft.display()))
    });
    let _ = std::fs::remove_dir_all(&draft);
    made.map(|()| place)
}

pub fn make_folder(path: &Path) -> Result<(), String> {
    std::fs::create_dir_all(path).map_err(|e| format!("cannot make {}: {e}", path.display()))
}

/// A short name for a text that changes when the text does (FNV-1a, 64 bits).
pub fn fingerprint(text: &str) -> String {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_is_fnv_1a() {
        assert_eq!(fingerprint(""), "cbf29ce484222325");
        assert_eq!(fingerprint("foobar"), "85944171f73967e8");
    }
}
