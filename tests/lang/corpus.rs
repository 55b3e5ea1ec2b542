//! Every program of the conformance corpus, in every form of output: Node's own parser must take it.
//! Whether the programs behave is the business of the conformance run.

use std::path::{Path, PathBuf};

use somon_lang::compile::{CompileOptions, compile};
use somon_lang::diagnostic::{Code, Settled, Severity};
use somon_lang::emit::{Format, Target};

use crate::support::run_script_with;

fn programs(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the corpus is there") {
        let path = entry.expect("the corpus can be read").path();
        if path.is_dir() {
            programs(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "som") {
            found.push(path);
        }
    }
}

/// The code of every program that has one, by name.
fn compiled(options: &CompileOptions) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance");
    let mut paths = Vec::new();
    for folder in ["run", "modules", "types-ok"] {
        programs(&root.join(folder), &mut paths);
    }
    paths.sort();
    assert!(paths.len() > 350, "the corpus has {} programs", paths.len());
    let mut compiled = Vec::new();
    for path in paths {
        let source = std::fs::read_to_string(&path).expect("the corpus is text");
        let result = compile(&source, options);
        let name = path.strip_prefix(&root).unwrap_or(&path).display().to_string();
        // Top-level await is the one thing that some forms refuse.
        let is_refused =
            |found: &&Settled| found.severity == Severity::Error && found.diagnostic.code != Code::TopLevelAwait;
        let refused = result.findings.iter().find(is_refused);
        assert!(refused.is_none(), "{name}: {refused:?}");
        compiled.push((name, result.code));
    }
    compiled
}

/// Names of programs that Node cannot parse, with why.
fn refused(programs: &[(String, String)], is_module: bool) -> String {
    let mut script = String::from("const vm = require('vm'); const programs = [\n");
    for (name, code) in programs {
        script.push_str(&["[", &quoted(name), ", ", &quoted(code), "],\n"].concat());
    }
    script.push_str("];\nfor (const [name, code] of programs) { try { ");
    script.push_str(if is_module {
        "new vm.SourceTextModule(code);"
    } else {
        "vm.compileFunction(code, ['module', 'exports', 'require']);"
    });
    script.push_str(" } catch (error) { console.log(name, String(error)); } }\n");
    run_script_with(&["--experimental-vm-modules", "--no-warnings", "-"], &script)
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if (c as u32) < 0x20 || c == '\u{7f}' => out.push_str(&format!("\\x{:02x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[test]
fn es_modules_parse() {
    for target in [Target::Es2022, Target::Es2020, Target::EsNext] {
        let programs = compiled(&CompileOptions { target, ..CompileOptions::default() });
        assert_eq!(refused(&programs, true), "", "{target:?}");
    }
}

#[test]
fn commonjs_parses() {
    let programs = compiled(&CompileOptions { format: Format::CommonJs, ..CompileOptions::default() });
    assert_eq!(refused(&programs, false), "");
}

#[test]
fn the_same_source_gives_the_same_text() {
    let first = compiled(&CompileOptions::default());
    assert_eq!(first, compiled(&CompileOptions::default()));
}
