//! Printing, reading the print back and printing again gives the same text.

use std::fs;
use std::path::{Path, PathBuf};

use somon_lang::compile::{CompileOptions, SpecifierStyle, compile};
use somon_tests::back_translation::som_of_js;

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the corpus") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "som") {
            found.push(path);
        }
    }
}

#[test]
fn the_corpus_prints_the_same_twice() {
    let mut found = Vec::new();
    for folder in ["run", "modules", "types-ok"] {
        files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance").join(folder), &mut found);
    }
    found.sort();
    assert!(found.len() > 300, "the corpus is there");
    let options = CompileOptions { specifier_style: SpecifierStyle::Keep, ..CompileOptions::default() };
    let mut wrong = String::new();
    for file in found {
        let source = fs::read_to_string(&file).expect("readable");
        let first = compile(&source, &options).code;
        let back = som_of_js(&first);
        let second = compile(&back, &options);
        if second.code != first {
            let line = first.lines().zip(second.code.lines()).find(|(a, b)| a != b);
            wrong.push_str(&format!(
                "{}: {line:?} {:?}\n",
                file.display(),
                second.findings.first().map(|finding| finding.diagnostic.code)
            ));
        }
    }
    assert!(wrong.is_empty(), "{} differ\n{wrong}", wrong.lines().count());
}
