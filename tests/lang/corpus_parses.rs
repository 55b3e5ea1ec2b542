//! The corpus through the parser: right programs give no error, wrong ones give theirs, at the right place.

use std::fs;
use std::path::{Path, PathBuf};

use bumpalo::Bump;
use somon_lang::compile::read;
use somon_lang::parser::parse;
use somon_lang::source::LineIndex;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance")
}

fn som_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { panic!("no folder {}", folder.display()) };
    for entry in entries {
        let path = entry.expect("entry").path();
        if path.is_dir() {
            som_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "som") {
            found.push(path);
        }
    }
}

#[test]
fn right_programs_have_no_syntax_errors() {
    let mut files = Vec::new();
    for folder in ["run", "modules", "types-ok"] {
        som_files(&corpus().join(folder), &mut files);
    }
    assert!(files.len() > 300, "the corpus is there");
    let mut wrong = Vec::new();
    for file in files {
        let source = fs::read_to_string(&file).expect("readable");
        let arena = Bump::new();
        let parsed = parse(&arena, &source);
        let lines = LineIndex::new(&source);
        for diagnostic in &parsed.diagnostics {
            let number = diagnostic.code as u16;
            if matches!(number, 2003 | 1007 | 2026 | 2025) {
                continue;
            }
            let place = lines.position(diagnostic.span.start);
            wrong.push(format!(
                "{}:{}:{} {:?} {:?}",
                file.display(),
                place.line,
                place.column,
                diagnostic.code,
                diagnostic.arguments
            ));
        }
    }
    assert!(wrong.is_empty(), "{} errors\n{}", wrong.len(), wrong.join("\n"));
}

/// The places of a `.json` beside a wrong program, with the kind of diagnostic.
fn expected(json: &str) -> Vec<(u32, u32, String)> {
    let number = |object: &str, key: &str| -> u32 {
        let at = object.find(key).expect("key") + key.len();
        object[at..]
            .trim_start_matches(['"', ':', ' '])
            .chars()
            .take_while(char::is_ascii_digit)
            .collect::<String>()
            .parse()
            .expect("number")
    };
    let text = |object: &str, key: &str| -> String {
        let at = object.find(key).expect("key") + key.len();
        object[at..].trim_start_matches(['"', ':', ' ']).chars().take_while(|c| *c != '"').collect()
    };
    json.split('{')
        .skip(1)
        .map(|object| (number(object, "\"line"), number(object, "\"column"), text(object, "\"about")))
        .collect()
}

#[test]
fn wrong_programs_give_one_error_at_its_place() {
    let mut files = Vec::new();
    let folder = corpus().join("errors");
    som_files(&folder, &mut files);
    // Programs of several modules lie in folders of their own; they have no errors of syntax.
    files.retain(|file| file.parent() == Some(&folder));
    files.sort();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for file in files {
        let source = fs::read_to_string(&file).expect("readable");
        let expected: Vec<_> = expected(&fs::read_to_string(file.with_extension("json")).expect("json beside"))
            .into_iter()
            .filter(|(_, _, about)| about == "lexical" || about == "syntax")
            .map(|(line, column, _)| (line, column))
            .collect();
        let arena = Bump::new();
        let parsed = read(&arena, &source);
        let lines = LineIndex::new(&source);
        let found: Vec<_> = parsed
            .diagnostics
            .iter()
            .filter(|d| matches!(d.code as u16, 1000..3000 | 3007 | 3412 | 3501..=3505))
            .filter(|d| !matches!(d.code as u16, 2003 | 1007 | 2026 | 2025))
            .map(|d| {
                let place = lines.position(d.span.start);
                (place.line, place.column)
            })
            .collect();
        seen += expected.len();
        if found != expected {
            wrong.push(format!(
                "{}: expected {expected:?}, found {found:?} {:?}",
                file.display(),
                parsed.diagnostics.iter().map(|d| d.code).collect::<Vec<_>>()
            ));
        }
    }
    assert!(seen > 30, "the corpus is there");
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n"));
}
