//! Generated programs: printing is stable, and Node accepts and prints what the interpreter prints.

use std::io::Write;
use std::process::{Command, Stdio};

use somon_lang::compile::{CompileOptions, compile};
use somon_lang::emit::Target;
use somon_tests::back_translation::som_of_js;

use crate::interpreter::printed;
use crate::number;
use crate::program::program;

/// As many as a tenth of `SOMON_PROPERTY_CASES`.
#[test]
fn ten_thousand_programs_print_the_same_when_read_back() {
    for seed in 0..number("SOMON_PROPERTY_CASES").map_or(10_000, |cases| cases / 10) {
        let source = program(seed);
        let first = compile(&source, &CompileOptions::default());
        assert!(!first.code.is_empty() && first.findings.is_empty(), "seed {seed}: {:?}\n{source}", first.findings);
        let back = som_of_js(&first.code);
        let second = compile(&back, &CompileOptions::default());
        let differs = first.code.lines().zip(second.code.lines()).find(|(one, other)| one != other);
        assert!(first.code == second.code, "seed {seed}: {:?}\n{differs:?}\n{back}", second.findings);
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

/// As many as three in a thousand of `SOMON_PROPERTY_CASES`; replay one with `SOMON_SEED=n`.
#[test]
fn node_prints_what_the_interpreter_prints() {
    let count = number("SOMON_PROPERTY_CASES").map_or(300, |cases| (cases * 3 / 1000).max(1));
    let seeds: Vec<u64> = number("SOMON_SEED").map_or_else(|| (0..count).collect(), |seed| vec![seed]);
    let mut compared = 0;
    for batch in seeds.chunks(250) {
        compared += compare(batch);
    }
    assert!(compared * 10 >= seeds.len() * 8, "only {compared} of {} programs end soon enough", seeds.len());
}

/// Runs the programs of a batch in one process, as printed for two targets; how many were compared.
fn compare(batch: &[u64]) -> usize {
    let mut codes = Vec::new();
    let mut expected = Vec::new();
    for &seed in batch {
        let source = program(seed);
        let arena = bumpalo::Bump::new();
        let parsed = somon_lang::parser::parse(&arena, &source);
        let Some(printed) = printed(&parsed.program, &parsed.names) else { continue };
        for target in [Target::Es2022, Target::Es2020] {
            let result = compile(&source, &CompileOptions { target, ..CompileOptions::default() });
            assert!(!result.code.is_empty(), "SOMON_SEED={seed}: {:?}\n{source}", result.findings);
            codes.push(result.code);
        }
        expected.push((seed, printed, source));
    }
    let script = format!(
        "const vm = require('vm'); const all = [];
         process.on('unhandledRejection', (error) => {{ throw error }});
         (async () => {{
           for (const code of {}) {{
             let out = ''; const console = {{ log: (...a) => {{ out += a.map(String).join(' ') + '\\n' }} }};
             try {{ vm.runInNewContext(code, {{ console }}) }} catch (e) {{ out += 'thrown ' + e + '\\n' }}
             await new Promise(setImmediate); all.push(out);
           }}
           process.stdout.write(JSON.stringify(all));
         }})();",
        serde_json::Value::from(codes.clone())
    );
    let printed: Vec<String> = serde_json::from_str(&node(&script)).expect("a list of outputs");
    assert_eq!(printed.len(), codes.len());
    for (at, (printed, code)) in printed.iter().zip(&codes).enumerate() {
        let (seed, expected, source) = &expected[at / 2];
        assert!(printed == expected, "SOMON_SEED={seed}\n{source}\n{code}\nnode:\n{printed}\nexpected:\n{expected}");
    }
    expected.len()
}

pub fn node(script: &str) -> String {
    let mut node = Command::new("node");
    node.arg("-").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = node.spawn().expect("node starts");
    child.stdin.take().expect("its input").write_all(script.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    String::from_utf8(output.stdout).expect("text")
}
