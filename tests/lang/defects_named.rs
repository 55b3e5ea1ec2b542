//! That each defect which the language reference lists has a test named after it, and the last few of those tests.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use somon_lang::compile::{CompileOptions, compile};
use somon_lang::diagnostic::{Texts, render};

use crate::support::{commonjs, es2020, findings, js, outputs, prints};

/// Defects that are not about reading or printing programs, with where they belong.
const ELSEWHERE: &[(&str, &str)] = &[
    ("51", "source maps: no part of the compiler's first half"),
    ("52", "minification: no part of the compiler's first half"),
];

#[test]
fn every_defect_has_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let reference = fs::read_to_string(root.join("../docs/spec/language.md")).expect("the reference is there");
    let listed: BTreeSet<&str> = reference
        .split("**D-")
        .skip(1)
        .filter_map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric()).next())
        .filter(|id| id.starts_with(|c: char| c.is_ascii_digit()))
        .collect();
    assert!(listed.len() > 80, "the list was found: {listed:?}");
    let mut tested = BTreeSet::new();
    sources(root, &mut |text| {
        for name in text.split("#[test]\nfn ").skip(1) {
            let name = name.split('(').next().unwrap_or_default();
            for part in name.split('_') {
                let id = part.strip_prefix('d').unwrap_or_default();
                if id.starts_with(|c: char| c.is_ascii_digit()) {
                    tested.insert(id.to_owned());
                }
            }
        }
    });
    for id in listed {
        let elsewhere = ELSEWHERE.iter().find(|(known, _)| *known == id);
        assert!(tested.contains(id) != elsewhere.is_some(), "D-{id}: {}", elsewhere.map_or("no test", |(_, why)| why));
    }
}

fn sources(folder: &Path, look: &mut impl FnMut(&str)) {
    for entry in fs::read_dir(folder).expect("a folder of tests") {
        let path: PathBuf = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, look);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            look(&fs::read_to_string(&path).expect("readable"));
        }
    }
}

#[test]
fn d24b_letters_spaces_and_a_first_line() {
    prints("#!/usr/bin/env somon\nтағ\u{a0}$é_1 =\u{2003}1;", "let $é_1 = 1;");
}

#[test]
fn d27b_a_sign_is_no_key() {
    assert_eq!(findings("а = {+: 1};"), [(2007, "+".to_owned())]);
}

#[test]
fn d50_fields_are_not_printed_for_es2020() {
    let code = es2020("синф А { х = 1; статикӣ у = 2; [\"з\"] = 3; }");
    assert!(!code.lines().any(|line| line.trim_start().starts_with("х =") || line.contains("static у")), "{code}");
}

#[test]
fn d71_one_mode_for_every_form() {
    assert!(commonjs("содир собит а = 1;").starts_with("\"use strict\";\n"));
    // Without imports and exports the text is the same in both forms, and only text that means the same in both
    // modes is let through unchanged.
    assert_eq!(commonjs("тағ а = 1;"), js("тағ а = 1;"));
    outputs("функсия ф() { бозгашт ин; } чоп.сабт(ф());", "undefined\n");
}

#[test]
fn d76_messages_are_one_line() {
    let source = "функсия ф(\n{ }\nтағ а = \"кушода\n";
    let result = compile(source, &CompileOptions::default());
    let shown = render(source, &result.findings, &Texts::english());
    assert!(!shown.is_empty());
    for finding in shown {
        assert!(!finding.message.contains(['\n', '\r']), "{}", finding.message);
    }
}

#[test]
fn d81_faults_of_the_compiler_are_no_messages() {
    for source in ["тағ {а} = ;", "синф", "номфазо = 1;", "агар (", "`${", "ворид {", "тағ {номфазо: х} = у"]
    {
        let result = compile(source, &CompileOptions::default());
        for finding in render(source, &result.findings, &Texts::english()) {
            assert!(!finding.message.contains("undefined") && !finding.message.contains("panicked"), "{source}");
            assert_ne!(finding.code as u16, 9002, "{source}");
        }
    }
}
