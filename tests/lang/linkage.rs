//! Printing a module as a part of a larger program.

use bumpalo::Bump;
use somon_lang::builtin::BuiltinSet;
use somon_lang::compile::read;
use somon_lang::emit::{EmitOptions, Format, Linkage, Module, Target, print};
use somon_lang::scope::SymbolId;

struct Names(Vec<Option<String>>);

impl Linkage for Names {
    fn symbol(&self, symbol: SymbolId) -> Option<&str> {
        self.0.get(symbol.0 as usize)?.as_deref()
    }

    fn default_export(&self) -> &str {
        "пешфарз_1"
    }

    fn dynamic_import(&self, specifier: &str) -> Option<&str> {
        (specifier == "./д").then_some("бор_д()")
    }
}

/// Prints with some top-level names spelled otherwise.
fn linked(source: &str, spellings: &[(&str, &str)]) -> String {
    let arena = Bump::new();
    let read = read(&arena, source);
    assert!(read.diagnostics.is_empty(), "{:?}", read.diagnostics);
    let spell = |symbol: &somon_lang::scope::Symbol| {
        let name = read.names.text(symbol.name);
        let found = spellings.iter().find(|(from, _)| *from == name && symbol.is_top_level);
        found.map(|(_, to)| (*to).to_owned())
    };
    let linkage = Names(read.scopes.symbols.iter().map(spell).collect());
    let options = EmitOptions {
        target: Target::Es2022,
        format: Format::Esm,
        specifiers: &|_| None,
        rewrites_computed: false,
        declared: BuiltinSet::EMPTY,
        is_type_export: None,
        inherits_field: None,
    };
    let module = Module { program: &read.program, names: &read.names, scopes: &read.scopes, source };
    print(&module, &options, Some(&linkage))
}

#[test]
fn imports_and_words_of_exports_are_dropped() {
    let source = "ворид { а } аз \"./а\"; содир собит х = а; содир { х чун у }; содир * аз \"./б\"; содир { з } аз \"./в\"; содир функсия ф() { }";
    assert_eq!(linked(source, &[("а", "м.а"), ("х", "х_1")]), "const х_1 = м.а;\nfunction ф() {}\n");
}

#[test]
fn calls_shorthands_and_constructions_through_an_object() {
    let source = "ворид { ф, х, К } аз \"./а\"; ф(1); тағ о = {х}; нав К(); ф`т`; х?.ф();";
    assert_eq!(
        linked(source, &[("ф", "м.ф"), ("х", "м.х"), ("К", "м.К")]),
        "(0, м.ф)(1);\nlet о = {х: м.х};\nnew м.К();\n(0, м.ф)`т`;\nм.х?.ф();\n"
    );
}

#[test]
fn renamed_names_in_patterns_and_inner_scopes() {
    let source = "тағ {а, б = а} = в; { тағ а = 2; а; } функсия ф() { бозгашт а; }";
    assert_eq!(
        linked(source, &[("а", "а_1")]),
        "let {а: а_1, б = а_1} = в;\n{\n  let а = 2;\n  а;\n}\nfunction ф() {\n  return а_1;\n}\n"
    );
}

/// A function is there before anything runs, so it is declared; what it is called is mended behind it.
const NAMED_DEFAULT: &str = "function пешфарз_1() {}\n\
    Object.defineProperty(пешфарз_1, \"name\", {value: \"default\", configurable: true});\n";

#[test]
fn default_exports_are_bound() {
    assert_eq!(linked("содир пешфарз 1 + 2;", &[]), "const пешфарз_1 = 1 + 2;\n");
    assert_eq!(linked("содир пешфарз () => 1;", &[]), "const пешфарз_1 = {default: () => 1}.default;\n");
    assert_eq!(linked("содир пешфарз функсия() { }", &[]), NAMED_DEFAULT);
    assert_eq!(linked("содир пешфарз синф { }", &[]), "const пешфарз_1 = {default: class {}}.default;\n");
    assert_eq!(linked("содир пешфарз функсия ф() { }", &[]), "function ф() {}\n");
}

#[test]
fn dynamic_imports_are_replaced() {
    assert_eq!(linked("ворид(\"./д\").then(ф); ворид(\"./х\");", &[]), "бор_д().then(ф);\nimport(\"./х\");\n");
}
