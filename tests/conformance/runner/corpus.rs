//! The programs of the corpus and what is expected of each.
//! It must never leave out a program: a source without its expectation is an error.

use std::path::{Path, PathBuf};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Folder {
    Run,
    Modules,
    Errors,
}

impl Folder {
    pub const ALL: [Folder; 3] = [Folder::Run, Folder::Modules, Folder::Errors];

    pub fn name(self) -> &'static str {
        match self {
            Folder::Run => "run",
            Folder::Modules => "modules",
            Folder::Errors => "errors",
        }
    }
}

pub struct Case {
    pub folder: Folder,
    /// `run/001-hello`
    pub name: String,
    pub source: PathBuf,
    pub expected: PathBuf,
}

/// The corpus's own folder in the checkout.
pub fn place() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance")
}

/// All programs, sorted by name.
pub fn read() -> Result<Vec<Case>, String> {
    let mut cases = Vec::new();
    for folder in Folder::ALL {
        let path = place().join(folder.name());
        let entries = std::fs::read_dir(&path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
        for entry in entries {
            let path = entry.map_err(|e| format!("cannot read {}: {e}", path.display()))?.path();
            cases.extend(case(folder, &path)?);
        }
    }
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(cases)
}

pub fn text(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|e| format!("cannot read {}: {e}", path.display()))
}

fn case(folder: Folder, path: &Path) -> Result<Option<Case>, String> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let (source, expected) = match folder {
        Folder::Modules if path.is_dir() => (path.join("main.som"), path.join("expected.out")),
        Folder::Errors if path.is_dir() => (path.join("main.som"), path.join("expected.json")),
        Folder::Run | Folder::Errors if path.extension().is_some_and(|ending| ending == "som") => {
            let ending = if folder == Folder::Run { "out" } else { "json" };
            (path.to_path_buf(), path.with_extension(ending))
        }
        _ => return Ok(None),
    };
    if !source.is_file() || !expected.is_file() {
        return Err(format!("{} is not whole", path.display()));
    }
    // A folder's name may hold a dot; only files have an ending to drop.
    let stem = if path.is_dir() { path.file_name().unwrap_or_default().to_string_lossy().into_owned() } else { stem };
    Ok(Some(Case { folder, name: format!("{}/{stem}", folder.name()), source, expected }))
}
