//! Programs of several files that are wrong, through `compile(entry)`: the code and the place of every error.
//! The place is given by the text that stands there.

use somon_lang::source::LineIndex;
use somon_modules::json_value;
use somon_modules::url::Url;
use somon_system::sim::{Network, Reply};

use crate::support::{BASE, compilation, world};

struct Case {
    name: &'static str,
    options: &'static str,
    files: &'static [(&'static str, &'static str)],
    /// File, code, text on its line that the error begins with.
    errors: &'static [(&'static str, u16, &'static str)],
}

const fn case(
    name: &'static str,
    files: &'static [(&'static str, &'static str)],
    errors: &'static [(&'static str, u16, &'static str)],
) -> Case {
    Case { name, options: "{}", files, errors }
}

const A: (&str, &str) = ("a.som", "содир собит а = 1;\nсодир пешфарз 2;");
const X: (&str, &str) = ("x.som", "содир собит х = 1;");
const Y: (&str, &str) = ("y.som", "содир собит х = 2;");

const CASES: &[Case] = &[
    case(
        "a name that is not exported",
        &[("main.som", "ворид { а, нест } аз \"./a\";"), A],
        &[("main.som", 4007, "нест")],
    ),
    case(
        "the outer name of a renaming counts",
        &[("main.som", "ворид { нест чун а } аз \"./a\";"), A],
        &[("main.som", 4007, "нест")],
    ),
    case(
        "two missing names",
        &[("main.som", "ворид { б, в } аз \"./a\";"), A],
        &[("main.som", 4007, "б,"), ("main.som", 4007, "в }")],
    ),
    case("no default", &[("main.som", "ворид асл аз \"./x\";"), X], &[("main.som", 4007, "асл")]),
    case(
        "a star gives no default",
        &[("main.som", "ворид асл аз \"./s\";"), ("s.som", "содир * аз \"./a\";"), A],
        &[("main.som", 4007, "асл")],
    ),
    case(
        "a re-export of what is missing",
        &[("main.som", "ворид \"./s\";"), ("s.som", "содир { нест } аз \"./a\";"), A],
        &[("s.som", 4007, "нест")],
    ),
    case(
        "a name that two stars give",
        &[("main.som", "ворид { х } аз \"./s\";"), ("s.som", "содир * аз \"./x\";\nсодир * аз \"./y\";"), X, Y],
        &[("main.som", 4009, "х }")],
    ),
    case(
        "an ambiguous name through a further star",
        &[
            ("main.som", "ворид { х } аз \"./t\";"),
            ("t.som", "содир * аз \"./s\";"),
            ("s.som", "содир * аз \"./x\";\nсодир * аз \"./y\";"),
            X,
            Y,
        ],
        &[("main.som", 4009, "х }")],
    ),
    case(
        "an export declared twice in a part",
        &[("main.som", "ворид \"./b\";"), ("b.som", "собит б = 1;\nсодир { б };\nсодир { б };")],
        &[("b.som", 4011, "б };\u{0}")],
    ),
    case(
        "an export of nothing in a part",
        &[("main.som", "ворид \"./b\";"), ("b.som", "содир { нест };")],
        &[("b.som", 4010, "нест")],
    ),
    case(
        "a module that is not there",
        &[("main.som", "ворид \"./a\";\nворид \"./нест\";"), A],
        &[("main.som", 4002, "\"./нест")],
    ),
    case(
        "an exact module that is not there",
        &[("main.som", "ворид \"./нест.som\";")],
        &[("main.som", 4002, "\"./нест")],
    ),
    case(
        "missing two steps away",
        &[("main.som", "ворид \"./b\";"), ("b.som", "ворид \"./a\";\nсодир { х } аз \"./нест\";"), A],
        &[("b.som", 4002, "\"./нест")],
    ),
    case(
        "missing behind a dynamic import",
        &[("main.som", "собит в = ворид(\"./нест\");")],
        &[("main.som", 4002, "\"./нест")],
    ),
    case(
        "a bare name in a part",
        &[("main.som", "ворид \"./b\";"), ("b.som", "ворид х аз \"lodash\";")],
        &[("b.som", 4001, "\"lodash")],
    ),
    case("another origin", &[("main.som", "ворид \"https://other/a.som\";")], &[("main.som", 4008, "\"https")]),
    case("a scheme that is not allowed", &[("main.som", "ворид \"node:fs\";")], &[("main.som", 4008, "\"node")]),
    case("credentials", &[("main.som", "ворид \"https://u:p@h/a.som\";")], &[("main.som", 4008, "\"https")]),
    case("an empty specifier", &[("main.som", "ворид \"\";")], &[("main.som", 4008, "\"\"")]),
    case(
        "a JSON module that is none",
        &[("main.som", "ворид д аз \"./d.json\";"), ("d.json", "{\"а\":}")],
        &[("main.som", 5001, "\"./d")],
    ),
    case(
        "a name of a JSON module",
        &[("main.som", "ворид { а } аз \"./d.json\";"), ("d.json", "{\"а\":1}")],
        &[("main.som", 4007, "а }")],
    ),
    case(
        "a part that does not parse is told of once",
        &[("main.som", "ворид { б } аз \"./b\";"), ("b.som", "содир собит б = ;")],
        &[("b.som", 2005, ";")],
    ),
    Case {
        name: "blocked by the import map",
        options: r#"{"resolution": {"imports": {"p/": null}}}"#,
        files: &[("main.som", "ворид \"./b\";"), ("b.som", "ворид \"p/a\";")],
        errors: &[("b.som", 4008, "\"p/a")],
    },
    Case {
        name: "a mapped name leaves its address",
        options: r#"{"resolution": {"imports": {"p/": "./lib/"}}}"#,
        files: &[("main.som", "ворид \"p/../a\";")],
        errors: &[("main.som", 4008, "\"p/")],
    },
    Case {
        name: "outside the root",
        options: r#"{"resolution": {"root": "https://h/app/"}}"#,
        files: &[("main.som", "ворид \"../a.som\";")],
        errors: &[("main.som", 4003, "\"../a")],
    },
    Case {
        name: "a circle where none may be",
        options: r#"{"loading": {"circularDependencyStrategy": "error"}}"#,
        files: &[("main.som", "ворид \"./b\";"), ("b.som", "собит х = 1;\nворид \"./main\";")],
        errors: &[("b.som", 5003, "\"./main")],
    },
];

#[test]
fn every_error_has_its_code_and_place() {
    let mut failures = String::new();
    for case in CASES {
        let mut network = Network::default();
        for (name, source) in case.files {
            network.set(&[BASE, name].concat(), Reply::text(source));
        }
        let options = json_value::read(case.options).expect("JSON");
        let result = compilation(&mut world(&options, network), "./main.som");
        let base = Url::parse(BASE).expect("a URL");
        let found: Vec<(String, u16, u32, u32)> = result
            .findings
            .iter()
            .map(|finding| {
                let place = LineIndex::new(&finding.source).position(finding.diagnostic.span.start);
                (finding.url.to_string(), finding.diagnostic.code as u16, place.line, place.column)
            })
            .collect();
        let expected: Vec<(String, u16, u32, u32)> = case
            .errors
            .iter()
            .map(|(file, code, begins)| {
                let source = case.files.iter().find(|(name, _)| name == file).map_or("", |(_, source)| source);
                // A final NUL asks for the last place instead of the first.
                let at = match begins.strip_suffix('\0') {
                    Some(text) => source.rfind(text),
                    None => source.find(begins),
                };
                let place = LineIndex::new(source).position(at.expect("the text is there") as u32);
                let url = base.join(&["./", file].concat()).expect("a URL");
                (url.into_string(), *code, place.line, place.column)
            })
            .collect();
        if found != expected {
            failures.push_str(&format!("\n{}: {found:?}, not {expected:?}", case.name));
        }
    }
    assert!(failures.is_empty(), "{failures}");
}
