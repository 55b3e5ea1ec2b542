//! JavaScript modules in a graph. Every program runs in Node as a bundle and as the separate modules that
//! `compile` gives; one that is JavaScript alone runs as it stands, too, and all must print the same.

use std::path::{Path, PathBuf};
use std::process::Command;

use somon_modules::error::ErrorCode;
use somon_modules::javascript;
use somon_modules::record::is_error;
use somon_ops::config::Value;
use somon_system::outcome::{Compilation, ErrorCode as Code, ModuleKind};

use crate::support::{BASE, bundle, bundle_code, compilation, error, network, world};

type Files = &'static [(&'static str, &'static str)];

fn node(file: &Path) -> String {
    let output = Command::new("node").arg(file).output().expect("Node runs");
    let complaint = String::from_utf8_lossy(&output.stderr);
    let code = std::fs::read_to_string(file).unwrap_or_default();
    assert!(complaint.is_empty(), "{complaint}\n{code}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("javascript").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder for the files");
    std::fs::write(folder.join("package.json"), "{\"type\":\"module\"}").expect("it can be written");
    folder
}

fn entry(files: Files) -> String {
    ["./", files[0].0].concat()
}

/// Runs a program in every form.
fn prints(name: &str, files: Files, expected: &str) {
    let place = folder(name);
    let bundle = place.join("bundle.mjs");
    let code = bundle_code(&mut world(&Value::Undefined, network(files)), &entry(files));
    std::fs::write(&bundle, &code).expect("it can be written");
    assert_eq!(node(&bundle), expected, "{name}, bundled:\n{code}");

    let compiled = compilation(&mut world(&Value::Undefined, network(files)), &entry(files));
    assert!(!compiled.findings.iter().any(|finding| is_error(&finding.diagnostic)), "{:?}", compiled.findings);
    let separate = folder(&[name, "-compiled"].concat());
    let mut main = String::new();
    for module in &compiled.modules {
        let path = module.id.strip_prefix(BASE).expect("below the base").replace(".som", ".js");
        // JSON is served as JavaScript under its own name; Node goes by the ending alone.
        let path = path.replace(".json", ".json.js");
        let code = module.code.replace(".json\"", ".json.js\"");
        let file = separate.join(&path);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("it can be made");
        std::fs::write(file, code).expect("it can be written");
        if *module.id == *[BASE, files[0].0].concat() {
            main = path;
        }
    }
    assert_eq!(node(&separate.join(main)), expected, "{name}, compiled");

    if files.iter().all(|(name, _)| name.ends_with(".js") || name.ends_with(".mjs")) {
        let plain = folder(&[name, "-plain"].concat());
        for (name, text) in files {
            std::fs::write(plain.join(name), text).expect("it can be written");
        }
        assert_eq!(node(&plain.join(files[0].0)), expected, "{name}, as it stands");
    }
}

#[test]
fn bindings_stay_live_in_every_direction() {
    prints(
        "live",
        &[
            (
                "main.som",
                "ворид { count, inc } аз \"./counter.js\";\nворид шарҳ, * чун ҳама аз \"./middle.mjs\";\nчоп.сабт(count);\ninc();\n\
                 чоп.сабт(count, ҳама.count, шарҳ(), ҳама.боло());\nҳама.афзо();\nчоп.сабт(ҳама.боло());",
            ),
            ("counter.js", "export let count = 0;\nexport function inc() { count++; }\n"),
            (
                "middle.mjs",
                "import { count, inc } from './counter.js';\nimport { ҳисоб, афзо } from './tally.som';\nexport { count, афзо };\n\
                 export default () => `now ${count}`;\ninc();\nexport const боло = () => ({ ҳисоб, count });\n",
            ),
            ("tally.som", "содир тағ ҳисоб = 10;\nсодир функсия афзо() { ҳисоб += 1; }"),
        ],
        "1\n2 2 now 2 { 'ҳисоб': 10, count: 2 }\n{ 'ҳисоб': 11, count: 2 }\n",
    );
}

#[test]
fn every_form_of_import_and_export() {
    prints(
        "forms",
        &[
            (
                "main.js",
                "import d, { a as renamed, default as again, \"a string\" as s } from './all.js';\nimport * as all from \"./all.js\";\n\
                 import './side.js'\nimport both, * as ns from './star.js';\nimport {} from './side.js';\n\
                 console.log(d(), renamed, again === d, s, Object.keys(all).join());\n\
                 console.log(both.name, new both().x, ns.f(), [...ns.gen()].join(), await ns.later());\n\
                 console.log(ns.obj, ns.p, ns.q, ns.rest, ns.deep, ns.v1, ns.v2, ns.v3);\n\
                 export { renamed as 'x y' }; export * as everything from './all.js'; export * from './star.js';\n",
            ),
            (
                "all.js",
                "export default function () { return typeof this; }\nexport const a = 1, b = [1, 2].map(x => x + 1);\n\
                 const hidden = 5;\nexport { hidden as \"a string\", hidden as c };\n",
            ),
            ("side.js", "console.log('side');"),
            (
                "star.js",
                "export default class Named { x = 7 }\nexport function f() { return 'f' }\nexport function* gen() { yield 1; yield 2 }\n\
                 export async function later() { return 'later' }\nexport const { obj, k: [p, { q = 4 }], ...rest } = { obj: 1, k: [3, {}], z: 9 }\n\
                 export var v1 = 1,\n  v2 = (a => a)(2)\n  , v3\nexport let deep = { a: `t${`n${1}`}` }\n;[1].forEach(n => n)\n",
            ),
        ],
        "side\nundefined 1 true 5 a,a string,b,c,default\nNamed 7 f 1,2 later\n1 3 4 { z: 9 } { a: 'tn1' } 1 2 undefined\n",
    );
}

#[test]
fn what_looks_like_an_import_is_left_alone() {
    prints(
        "lookalikes",
        &[
            (
                "main.js",
                "#!/usr/bin/env node\n// import x from './nowhere.js'\n/* export * from './nowhere.js' */\nimport { v } from './v.js';\n\
                 const text = \"import y from './nowhere.js'\", t = `export ${v /* } ` */ } import('./nowhere.js')`;\n\
                 const r = /import a from '\\/[/]' `/.source, o = { import: 1, export: 2, v: 3, await: 4 };\n\
                 let n = 8, g = 2; const half = n / 2 / g;\nif (n) /export {/.test(text);\nconst ok = (n) / 2\n\
                 console.log(text, t, r, o.import, o.export, o.v, half, ok, n++ / 2, import.meta.url.length > 0)\n\
                 class A { import() { return v } static export(v) { return v } get v() { return 1 } }\nconsole.log(new A().import(), A.export(4), new A().v)\n",
            ),
            ("v.js", "export const v = 'v';"),
        ],
        "import y from './nowhere.js' export v import('./nowhere.js') import a from '\\/[/]' ` 1 2 3 2 4 4 true\nv 4 1\n",
    );
}

#[test]
fn cycles_hoist_and_see_what_changed() {
    prints(
        "cycles",
        &[
            ("main.js", "import { run, total } from './a.js';\nconsole.log(run(3), total);\n"),
            (
                "a.js",
                "import { even, add } from './b.js';\nexport let total = 0;\nexport function run(n) { return n === 0 ? 'done' : even(n - 1); }\n\
                 export function set(value) { total = value; }\nadd(5);\nconsole.log('a', total);\n",
            ),
            (
                "b.js",
                "import { run, set, total } from './a.js';\nexport function even(n) { return run(n); }\nexport function add(n) { set(total + n); }\n\
                 try { total } catch (error) { console.log(error.name) }\nconsole.log('b', typeof run, { run }.run === run);\n",
            ),
        ],
        "ReferenceError\nb function true\na 5\ndone 5\n",
    );
}

#[test]
fn a_name_that_is_declared_again_inside_keeps_its_meaning() {
    prints(
        "shadow",
        &[
            (
                "main.js",
                "import { a, t as e } from './m.js';\nfunction f(a, { t } = {}) { let e = 1; return a + e; }\n\
                 const g = ([e]) => e * 2, h = e => { for (const a of [e]) return a };\ntry { throw 1 } catch (a) { console.log(a) }\n\
                 console.log(a, e(), f(10), g([4]), h(6), (a => a)(2));\n",
            ),
            ("m.js", "export const a = 'a';\nexport function t() { return 't' }\n"),
        ],
        "1\na t 11 8 6 2\n",
    );
}

#[test]
fn top_level_await_holds_up_the_importers() {
    prints(
        "await",
        &[
            ("main.som", "ворид { х } аз \"./slow.js\";\nчоп.сабт(х);"),
            (
                "slow.js",
                "const inner = async () => await 1;\nasync function g() { await 2 }\nclass A { async m() { await 3 } }\n\
                 console.log('before');\nif (true) { await inner() }\nexport const х = await Promise.resolve(5);\n",
            ),
        ],
        "before\n5\n",
    );
}

#[test]
fn dynamic_imports_run_once_on_demand() {
    prints(
        "dynamic",
        &[
            (
                "main.js",
                "console.log('main');\nconst first = await import('./late.js'), second = await import(`./late.js`, {});\n\
                 console.log(first === second, first.default, first.bump(), first.n, second.n);\n\
                 import('./bad.js').catch(error => console.log(error.message)).then(() => import('./bad.js')).catch(error => console.log(error.message));\n",
            ),
            (
                "late.js",
                "import { v } from './v.js';\nconsole.log('late', v);\nexport default v;\nexport let n = 0;\nexport const bump = () => ++n;\n",
            ),
            ("v.js", "console.log('v'); export const v = 1;"),
            ("bad.js", "throw new Error('bad');"),
        ],
        "main\nv\nlate 1\ntrue 1 1 1 1\nbad\nbad\n",
    );
}

#[test]
fn json_is_a_module_of_one_export() {
    prints(
        "json",
        &[
            (
                "main.js",
                "import data from './data.json' with { type: 'json' };\nimport { read } from './r.som';\nconsole.log(data.a, read() === data);\n",
            ),
            (
                "r.som",
                "ворид маълумот аз \"./data.json\" with { type: \"json\" };\nсодир функсия read() { бозгашт маълумот; }",
            ),
            ("data.json", "{ \"a\": [1, 2] }"),
        ],
        "[ 1, 2 ] true\n",
    );
}

#[test]
fn user_names_meet_no_helper() {
    prints(
        "helpers",
        &[
            (
                "main.som",
                "ворид { scope, Object чун О, read_x, names } аз \"./n.js\";\nсобит steps = 1, evaluate = 2, body = 3;\n\
                 чоп.сабт(scope, О, read_x, names, steps, evaluate, body);",
            ),
            (
                "n.js",
                "export const scope = 1, Object = 2, names = 3;\nexport let read_x = 4; read_x++;\nconst module = 1, exports = 2, require = 3;\n",
            ),
        ],
        "1 2 5 3 1 2 3\n",
    );
}

#[test]
fn commonjs_and_broken_texts_are_refused_with_place_and_hint() {
    let table: &[(&str, &str)] = &[
        ("module.exports = { a: 1 };", "1:1"),
        ("const fs = require('fs');\nexports.a = fs;", "2:1"),
        ("export const a = 'x", "1:18"),
        ("const a = {;\nexport { a };", "1:11"),
        ("export const t = `a${1`;", "1:23"),
        ("import x form './y.js';", "1:10"),
        ("/* never closed", "1:1"),
    ];
    for (text, place) in table {
        let files = [("main.som", "ворид \"./m.js\";"), ("m.js", *text)];
        let refused = error(&mut world(&Value::Undefined, network(&files)), bundle("./main.som"));
        assert_eq!(refused.code, ErrorCode::Parse, "{text}");
        assert!(refused.message.contains(&[" at ", place].concat()), "{text}: {}", refused.message);
        let collected = compilation(&mut world(&Value::Undefined, network(&files)), "./main.som");
        let finding = &collected.findings[0];
        assert_eq!((finding.diagnostic.code as u16, finding.diagnostic.span.start), (5001, 11), "{text}");
        assert_eq!(finding.cause.as_ref().map(|cause| cause.code), Some(Code::Parse), "{text}");
    }
    let refused = error(&mut world(&Value::Undefined, network(&[("m.js", "exports.a = 1;")])), bundle("./m.js"));
    assert!(refused.message.contains("externals"), "{}", refused.message);
}

/// What changes and is declared again inside cannot be linked without renaming foreign text: it is refused, not guessed.
#[test]
fn a_changing_name_that_is_declared_again_is_refused_in_bundles_alone() {
    let files = [
        ("main.js", "import { n, up } from './n.js';\nup();\nconst f = n => n;\nconsole.log(n, f(5));\n"),
        ("n.js", "export let n = 1;\nexport const up = () => { n += 1 };\n"),
    ];
    let refused = error(&mut world(&Value::Undefined, network(&files)), bundle("./main.js"));
    assert_eq!(refused.code, ErrorCode::CompileFailed);
    assert_eq!(
        (refused.diagnostics[0].diagnostic.code as u16, refused.diagnostics[0].diagnostic.span.start),
        (5001, 9)
    );
    let Compilation { findings, modules, .. } =
        compilation(&mut world(&Value::Undefined, network(&files)), "./main.js");
    assert!(findings.is_empty() && modules.len() == 2);
}

#[test]
fn exports_of_javascript_are_checked_like_others() {
    let files = [
        ("main.som", "ворид { нест } аз \"./m.js\";\nворид { ҳаст } аз \"./m.js\";"),
        ("m.js", "import { навъ } from './t.som';\nexport const ҳаст = 1;\n"),
        ("t.som", "содир интерфейс навъ { а: рақам; }"),
    ];
    let found = compilation(&mut world(&Value::Undefined, network(&files)), "./main.som");
    let codes: Vec<(u16, &str)> = found
        .findings
        .iter()
        .map(|finding| (finding.diagnostic.code as u16, finding.url.strip_prefix(BASE).unwrap_or("")))
        .collect();
    assert_eq!(codes, [(4007, "m.js"), (4007, "main.som")]);
}

#[test]
fn the_text_is_untouched_but_for_its_specifiers() {
    let text = "import a from './a.som' // './a.som'\nexport   *  from \"./b.js\";\nconst t = './a.som';\nimport('./a.som').then(x => x)\n";
    let files = [("main.js", text), ("a.som", "содир пешфарз 1;"), ("b.js", "export const b = 1;")];
    let found = compilation(&mut world(&Value::Undefined, network(&files)), "./main.js");
    let main = found.modules.iter().find(|module| module.id.ends_with("main.js")).expect("it is compiled");
    assert_eq!(main.kind, ModuleKind::Js);
    let expected = "import a from \"./a.js\" // './a.som'\nexport   *  from \"./b.js\";\nconst t = './a.som';\nimport(\"./a.js\").then(x => x)\n";
    assert_eq!(&*main.code, expected);
}

/// Random pieces of JavaScript in random order: never a panic, and what is read is read the same again.
#[test]
fn no_text_brings_the_reader_down() {
    let pieces = [
        "import", "export", "default", "{", "}", "(", ")", "[", "]", "`", "${", "'", "\"", "/", "*", "//", "\n", ";",
        ",", "a", "b", "from", "as", "'./x.js'", "=", "=>", "function", "class", "await", "async", "const", "let",
        "...", ":", "?", ".", "?.", "1", "ф", "\\", "\\u{61}", "with", "<!--", "#!", "/*", "*/", "of", "\u{2028}",
    ];
    let mut random = somon_system::sim::Random::new(7);
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..random.below(24) {
            text.push_str(pieces[random.below(pieces.len() as u64) as usize]);
            text.push_str(if random.chance(60) { " " } else { "" });
        }
        let read = javascript::read(&text);
        if let Ok((table, module)) = read {
            assert!(module.places.windows(2).all(|pair| pair[0].span.start <= pair[1].span.start), "{text}");
            assert!(
                table
                    .imports
                    .iter()
                    .all(|import| text.get(import.span.start as usize..import.span.end as usize).is_some())
            );
            for name in ["a", "b", "ф"] {
                let _ = javascript::uses(&text, name, &[]);
            }
        }
    }
}
