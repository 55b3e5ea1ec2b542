//! What the tests of the language share: compiling with little ceremony, and running in Node.

use std::io::Write;
use std::process::{Command, Stdio};

use somon_lang::compile::{CompileOptions, CompileResult, compile};
use somon_lang::diagnostic::Severity;
use somon_lang::emit::{Format, Target};

pub fn result(source: &str) -> CompileResult {
    compile(source, &CompileOptions::default())
}

/// The JavaScript of a program without errors.
#[track_caller]
pub fn js(source: &str) -> String {
    code(source, &CompileOptions::default())
}

#[track_caller]
pub fn commonjs(source: &str) -> String {
    code(source, &CompileOptions { format: Format::CommonJs, ..CompileOptions::default() })
}

#[track_caller]
pub fn es2020(source: &str) -> String {
    code(source, &CompileOptions { target: Target::Es2020, ..CompileOptions::default() })
}

#[track_caller]
fn code(source: &str, options: &CompileOptions) -> String {
    let result = compile(source, options);
    let errors: Vec<_> = result.findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{source}\n{errors:?}");
    result.code
}

/// Compares the printed text, its final line end left out.
#[track_caller]
pub fn prints(source: &str, expected: &str) {
    let code = js(source);
    assert_eq!(code.trim_end(), expected, "\nfrom: {source}");
}

/// Compares the printed text of one line after white space is made even.
#[track_caller]
pub fn prints_like(source: &str, expected: &str) {
    let code = js(source);
    let even: Vec<&str> = code.split_whitespace().collect();
    assert_eq!(even.join(" "), expected, "\nfrom: {source}");
}

/// Compares what the program writes when Node runs it as an ES module.
#[track_caller]
pub fn outputs(source: &str, expected: &str) {
    assert_eq!(run_module(&js(source)), expected, "\nfrom: {source}\njavascript:\n{}", js(source));
}

pub fn run_module(code: &str) -> String {
    node(&["--input-type=module", "-"], code)
}

/// As a strict or sloppy script, as the text itself says.
pub fn run_script(code: &str) -> String {
    node(&["-"], code)
}

pub fn run_script_with(arguments: &[&str], code: &str) -> String {
    node(arguments, code)
}

fn node(arguments: &[&str], code: &str) -> String {
    let mut child = Command::new("node")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("node is on the path");
    child.stdin.take().expect("stdin is piped").write_all(code.as_bytes()).expect("node reads its program");
    let output = child.wait_with_output().expect("node ends");
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        text.push_str(&String::from_utf8_lossy(&output.stderr));
    }
    text
}

/// Code numbers and the texts they point at.
pub fn findings(source: &str) -> Vec<(u16, String)> {
    let findings = result(source).findings;
    let told = findings.iter().map(|finding| &finding.diagnostic);
    told.map(|found| (found.code as u16, found.span.text(source).to_owned())).collect()
}
