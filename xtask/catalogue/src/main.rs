//! `cargo run -p somon-catalogue` writes the generated files, `-- --check` only compares them.
//! Must never write anything that is not in the list of the library.

use std::process::ExitCode;

use somon_catalogue::{Catalogue, generate, repository_root};

fn main() -> ExitCode {
    let is_check = std::env::args().any(|argument| argument == "--check");
    match run(is_check) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(stale) if is_check => {
            eprintln!("{stale} generated file(s) out of date: run `cargo run -p somon-catalogue`");
            ExitCode::FAILURE
        }
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// How many files differed from the catalogue.
fn run(is_check: bool) -> Result<usize, String> {
    let mut stale = 0;
    for file in generate(&Catalogue::read()?) {
        let path = repository_root().join(file.path);
        if std::fs::read_to_string(&path).is_ok_and(|text| text == file.text) {
            continue;
        }
        stale += 1;
        println!("{}", file.path);
        if !is_check {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
            }
            std::fs::write(&path, &file.text).map_err(|error| format!("{}: {error}", file.path))?;
        }
    }
    Ok(stale)
}
