//! Short texts at the edges of the grammar, each with what is reported (code and place; nothing for most that are
//! right). Whatever is printed for them, in any form, is a text that Node takes.

use somon_lang::compile::{CompileOptions, compile};
use somon_lang::emit::{Format, Target};

use crate::support::{findings, run_script_with};

/// `text ⇒ findings`, one a line; `⏎` is a line end.
const DOUBTFUL: &str = include_str!("doubtful.txt");

fn cases() -> impl Iterator<Item = (String, &'static str)> {
    DOUBTFUL.lines().filter_map(|line| {
        let (source, expected) = line.split_once(" ⇒")?;
        Some((source.replace('⏎', "\n"), expected.trim()))
    })
}

#[test]
fn each_is_judged_as_the_reference_says() {
    let mut wrong = String::new();
    for (source, expected) in cases() {
        let found: Vec<String> = findings(&source).iter().map(|(code, text)| format!("{code}@{text}")).collect();
        let found = found.join(" ").replace('\n', "⏎");
        if found != expected {
            wrong.push_str(&format!("{source}\n  found {found}\n  expected {expected}\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn what_is_printed_is_javascript() {
    let forms = [(Target::Es2022, Format::Esm), (Target::Es2020, Format::Esm), (Target::Es2022, Format::CommonJs)];
    let mut texts = Vec::new();
    for (source, _) in cases() {
        for (target, format) in forms {
            let code = compile(&source, &CompileOptions { target, format, ..CompileOptions::default() }).code;
            if !code.is_empty() {
                let is_module = format == Format::Esm;
                texts.push(serde_json::json!({ "source": source, "code": code, "isModule": is_module }));
            }
        }
    }
    assert!(texts.len() > 300, "most are right in some form: {}", texts.len());
    let script = format!(
        "const vm = require('vm');
         for (const {{ source, code, isModule }} of {}) {{
           try {{
             if (isModule) new vm.SourceTextModule(code);
             else new vm.Script(`(function (exports, require, module, __filename, __dirname) {{${{code}}\\n}})`);
           }} catch (error) {{ console.log(source, error.message, code); }}
         }}",
        serde_json::Value::Array(texts)
    );
    assert_eq!(run_script_with(&["--experimental-vm-modules", "--no-warnings", "-"], &script), "");
}
