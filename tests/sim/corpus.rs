//! The programs of several modules: bundled by the system, run in Node, compared with what they must print.

use std::path::{Path, PathBuf};
use std::process::Command;

use somon_tests::bundle_folder::bundle_folder;

#[test]
fn every_program_of_modules_runs_as_it_must() {
    let folders = folders();
    assert!(folders.len() >= 47, "the corpus has shrunk to {}", folders.len());
    let scratch = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("modules");
    std::fs::create_dir_all(&scratch).expect("a folder for the bundles");
    let mut failures = String::new();
    for folder in &folders {
        if let Err(reason) = run(folder, &scratch) {
            failures.push_str(&format!("\n{}: {reason}", folder.display()));
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

fn run(folder: &Path, scratch: &Path) -> Result<(), String> {
    let code = bundle_folder(folder).map_err(|error| format!("{} {:?}", error.message, error.diagnostics))?;
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let file = scratch.join(name + ".mjs");
    std::fs::write(&file, &code).map_err(|error| error.to_string())?;
    let output = Command::new("node").arg(&file).output().map_err(|error| error.to_string())?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let expected = std::fs::read_to_string(folder.join("expected.out")).map_err(|error| error.to_string())?;
    if printed == expected {
        return Ok(());
    }
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(format!("printed {printed:?}, not {expected:?}\n{complaint}\n{code}"))
}

fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/modules");
    let entries = std::fs::read_dir(root).expect("the corpus is part of the repository");
    let mut folders: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}
