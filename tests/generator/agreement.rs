//! Generated programs: printing is stable, and Node accepts and prints what the interpreter prints.

use std::io::Write;
use std::process::{Command, Stdio};

use somon_lang::compile::{CompileOptions, compile};

use crate::program::program;

#[test]
fn ten_thousand_programs_print_the_same_twice() {
    for seed in 0..10_000 {
        let source = program(seed);
        let first = compile(&source, &CompileOptions::default());
        assert!(!first.code.is_empty() && first.findings.is_empty(), "seed {seed}: {:?}\n{source}", first.findings);
        assert_eq!(first.code, compile(&source, &CompileOptions::default()).code, "seed {seed}");
    }
}

#[test]
fn node_parses_what_is_printed() {
    let mut script = String::from("const vm = require('vm'); const wrong = [];\n");
    for seed in 0..300 {
        let code = compile(&program(seed), &CompileOptions::default()).code;
        script.push_str(&format!(
            "try {{ new vm.Script({}) }} catch (error) {{ wrong.push({seed} + ': ' + error.message) }}\n",
            serde_json::Value::String(code)
        ));
    }
    script.push_str("console.log(wrong.join('\\n') || 'all');");
    assert_eq!(node(&script).trim(), "all");
}

fn node(script: &str) -> String {
    let mut node = Command::new("node");
    node.arg("-").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = node.spawn().expect("node starts");
    child.stdin.take().expect("its input").write_all(script.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    String::from_utf8(output.stdout).expect("text")
}
