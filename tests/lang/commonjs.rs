//! CommonJS output: its shape, and that it keeps the meaning of ES modules. Runs in Node.

use somon_lang::compile::{CompileOptions, compile};
use somon_lang::emit::Format;

use crate::support::{commonjs, run_script};

#[track_caller]
fn prints(source: &str, expected: &str) {
    assert_eq!(commonjs(source).trim_end(), expected, "\nfrom: {source}");
}

/// Runs `main`, with the other texts as modules that `require` finds by name.
#[track_caller]
fn outputs(modules: &[(&str, &str)], main: &str, expected: &str) {
    let mut program = String::from("const __t = {}, __c = {};\n");
    for (name, source) in modules.iter().chain(&[("main", main)]) {
        let code = commonjs(source);
        program.push_str(&["__t[", &quoted(&["./", name, ".js"].concat()), "] = ", &quoted(&code), ";\n"].concat());
    }
    program.push_str(
        "const __r = (n) => { if (__c[n]) return __c[n].exports; const m = __c[n] = {exports: {}};
           new Function('module', 'exports', 'require', __t[n])(m, m.exports, __r); return m.exports; };
         __r('./main.js');\n",
    );
    assert_eq!(run_script(&program), expected, "\nmain: {}", commonjs(main));
}

fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    ["\"", &escaped, "\""].concat()
}

#[test]
fn a_text_without_modules_has_no_directive() {
    prints("тағ х = 1;", "let х = 1;");
}

#[test]
fn exports() {
    prints("содир функсия ф() { }", "\"use strict\";\nmodule.exports.ф = ф;\nfunction ф() {}");
    prints("содир собит а = 1;", "\"use strict\";\nconst а = 1;\nmodule.exports.а = а;");
    prints("содир пешфарз 42;", "\"use strict\";\nmodule.exports.default = 42;");
    prints("содир пешфарз функсия ф() { }", "\"use strict\";\nmodule.exports.default = ф;\nfunction ф() {}");
}

#[test]
fn imports_are_read_where_they_are_used() {
    prints(
        "ворид { б, в чун г } аз \"./a.som\"; г(б); ворид \"./x\";",
        "\"use strict\";\nconst __somon_import_0 = require(\"./a.js\");\nrequire(\"./x.js\");\n(0, __somon_import_0.в)(__somon_import_0.б);",
    );
    prints(
        "ворид * чун Н аз \"fs\"; Н.ф();",
        "\"use strict\";\nconst __somon_import_0 = require(\"fs\");\n__somon_import_0.ф();",
    );
}

#[test]
fn bindings_are_live_and_hoisted() {
    outputs(
        &[("ш", "содир тағ х = 1; содир функсия зиёд() { х += 1; }")],
        "зиёд(); чоп.сабт(х, {х}); ворид { х, зиёд } аз \"./ш\";",
        "2 { 'х': 2 }\n",
    );
}

#[test]
fn cycles_work() {
    outputs(
        &[
            ("а", "ворид { б } аз \"./б\"; содир функсия а() { бозгашт 1; } содир собит ҷамъ = б() + 1;"),
            ("б", "ворид { а } аз \"./а\"; содир функсия б() { бозгашт а() + 1; }"),
        ],
        "ворид { ҷамъ } аз \"./а\"; чоп.сабт(ҷамъ);",
        "3\n",
    );
}

#[test]
fn default_imports() {
    outputs(
        &[("н", "содир пешфарз холӣ;"), ("с", "содир пешфарз синф Х { г() { бозгашт 5; } }")],
        "ворид н аз \"./н\"; ворид Х аз \"./с\"; чоп.сабт(н, нав Х().г());",
        "null 5\n",
    );
}

#[test]
fn stars_and_reexports() {
    outputs(
        &[
            ("а", "содир собит х = 1; содир собит у = 2; содир пешфарз 3;"),
            (
                "б",
                "содир * аз \"./а\"; содир собит у = 20; содир { пешфарз чун се, х чун як } аз \"./а\"; содир * чун ҳама аз \"./а\";",
            ),
        ],
        "ворид * чун Б аз \"./б\"; чоп.сабт(Б.х, Б.у, Б.се, Б.як, Б.ҳама.у, \"default\" in Б);",
        "1 20 3 1 2 false\n",
    );
}

#[test]
fn a_name_of_two_stars_is_hidden() {
    outputs(
        &[
            ("а", "содир собит х = 1; содир собит у = 1;"),
            ("б", "содир собит х = 2; содир собит з = 3;"),
            ("в", "содир * аз \"./а\"; содир * аз \"./б\"; содир * аз \"./а\";"),
        ],
        "ворид * чун В аз \"./в\"; чоп.сабт(\"у\" in В, В.з);",
        "true 3\n",
    );
}

#[test]
fn top_level_await_is_refused() {
    let options = CompileOptions { format: Format::CommonJs, ..CompileOptions::default() };
    let result = compile("интизор ф();", &options);
    assert_eq!(result.code, "");
    assert_eq!(result.findings.iter().map(|found| found.diagnostic.code as u16).collect::<Vec<_>>(), [6012]);
}
