//! Nesting far beyond the limit, of every kind: one diagnostic, never an overflow. Unoptimised frames are many
//! times those of the component, whose own stack is tried in `tests/package`.

use bumpalo::Bump;
use somon_lang::diagnostic::Code;
use somon_lang::parser::parse;

const STACK_BYTES: usize = 64 << 20;

fn codes(source: String) -> Vec<Code> {
    let run = move || {
        let arena = Bump::new();
        parse(&arena, &source).diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
    };
    std::thread::Builder::new().stack_size(STACK_BYTES).spawn(run).expect("thread").join().expect("no overflow")
}

fn nested(open: &str, middle: &str, close: &str, depth: usize) -> String {
    let mut source = String::from("тағ х = ");
    source.push_str(&open.repeat(depth));
    source.push_str(middle);
    source.push_str(&close.repeat(depth));
    source.push(';');
    source
}

#[test]
fn a_hundred_thousand_levels_are_one_diagnostic() {
    let kinds = [
        ("(", "1", ")"),
        ("[", "1", "]"),
        ("{а: ", "1", "}"),
        ("ф(", "1", ")"),
        ("!", "1", ""),
        ("- ", "1", ""),
        ("а = ", "1", ""),
        ("а ? б : ", "1", ""),
        ("а ** ", "1", ""),
        ("() => ", "1", ""),
        ("(а) => { ", "", " }"),
        ("функсия() { бозгашт ", "1", " }"),
        ("`${", "1", "}`"),
        ("нав ", "А", ""),
        ("а[", "1", "]"),
        ("синф { х = ", "1", " }"),
        ("интизор ", "1", ""),
        ("[", "1", ""),
        ("(", "1", ""),
        ("а < ", "1", ""),
    ];
    for (open, middle, close) in kinds {
        let codes = codes(nested(open, middle, close, 100_000));
        if open == "а < " {
            assert!(codes.is_empty(), "an operator chain is a loop: {codes:?}");
            continue;
        }
        assert_eq!(codes, [Code::NestingTooDeep], "{open}");
    }
    for (open, close) in
        [("{", "}"), ("агар (а) ", ";"), ("то (а) ", ";"), ("номфазо А { ", "}"), ("кӯшиш { ", "} ниҳоят {}")]
    {
        let source = open.repeat(100_000) + &close.repeat(100_000);
        assert_eq!(codes(source), [Code::NestingTooDeep], "{open}");
    }
    for (open, close) in [("(", ")"), ("[", "]"), ("А<", ">"), ("калидҳои ", ""), ("{ а: ", "}"), ("() => ", "")]
    {
        let source = format!("навъ Т = {}рақам{};", open.repeat(100_000), close.repeat(100_000));
        assert_eq!(codes(source), [Code::NestingTooDeep], "type {open}");
    }
}

#[test]
fn long_chains_cost_no_depth() {
    let sources = [
        format!("тағ х = а{};", " + а".repeat(100_000)),
        format!("тағ х = а{};", ".б".repeat(100_000)),
        format!("тағ х = а{};", "(1)".repeat(100_000)),
        format!("тағ х = а{};", "[1]".repeat(100_000)),
        format!("агар (а) {{}}{}", " вагарна агар (а) {}".repeat(100_000)),
        format!("тағ х: рақам{};", "[]".repeat(100_000)),
        format!("тағ х: а{};", " | а".repeat(100_000)),
    ];
    for source in sources {
        let start: String = source.chars().take(20).collect();
        assert!(codes(source).is_empty(), "{start}");
    }
}

#[test]
fn a_thousand_levels_are_fine() {
    for (open, middle, close) in
        [("(", "1", ")"), ("[", "1", "]"), ("{а: ", "1", "}"), ("ф(", "1", ")"), ("!", "1", "")]
    {
        assert!(codes(nested(open, middle, close, 1000)).is_empty(), "{open}");
    }
}
