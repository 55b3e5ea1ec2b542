//! What target es2020 must not contain, and that the replacement behaves the same.

use somon_lang::compile::{CompileOptions, compile};
use somon_lang::emit::Target;

use crate::support::{es2020, js, run_module};

#[track_caller]
fn same(source: &str, expected: &str) {
    let lowered = es2020(source);
    assert_eq!(run_module(&js(source)), expected, "es2022, from: {source}");
    assert_eq!(run_module(&lowered), expected, "es2020, from: {source}\n{lowered}");
}

#[test]
fn numeric_separators_are_left_out() {
    assert_eq!(es2020("а = [1_000, 0xFF_FF, 1_0n];"), "а = [1000, 0xFFFF, 10n];\n");
}

#[test]
fn logical_assignment() {
    let lowered = es2020("а ??= б; в.г ||= д; ин.е &&= ж;");
    assert_eq!(lowered, "(а ?? (а = б));\n(в.г || (в.г = д));\n(this.е && (this.е = ж));\n");
    same(
        "тағ ш = 0; собит о: ҳар = { а: холӣ, к: 1 }; функсия ф() { ш++; бозгашт о; } функсия к() { ш += 10; бозгашт \"а\"; }
         ф()[к()] ??= 5; ф().к ||= 6; ф().к &&= 7; чоп.сабт(ш, о.а, о.к);",
        "13 5 7\n",
    );
    same(
        "собит о: ҳар = {}; функсия ф() { бозгашт о; } ҳамзамон функсия г() { ф().а ??= интизор Promise.resolve(4); бозгашт о.а; } г().then((х) => чоп.сабт(х));",
        "4\n",
    );
}

#[test]
fn fields() {
    let source = "синф А { х = 1; у; статикӣ з = 2; [\"к\" + 1] = 3; ф = () => ин.х; }
         синф Б мерос А { в = ин.х + 1; статикӣ с = ин.з + 1; }
         собит б = нав Б(); чоп.сабт(JSON.stringify(Object.keys(б)), б.в, б.ф(), А.з, Б.с, Object.keys(Б).join());";
    assert!(!es2020(source).contains("static з"), "{}", es2020(source));
    same(source, "[\"х\",\"у\",\"к1\",\"ф\",\"в\"] 2 1 2 3 с\n");
}

#[test]
fn parameters_do_not_capture_field_values() {
    same("собит а = 1; синф А { х = а; конструктор(а) { чоп.сабт(ин.х, а); } } нав А(5);", "1 5\n");
}

#[test]
fn parameter_properties_and_superclass() {
    same(
        "синф А { конструктор(н) { ин.н = н; } } синф Б мерос А { з = 1; конструктор(ҷамъиятӣ х) { супер(х + 1); чоп.сабт(ин.н, ин.х, ин.з); } } нав Б(1);",
        "2 1 1\n",
    );
}

#[test]
fn static_fields_of_class_expressions() {
    same("собит А = синф { статикӣ х = 3; }; чоп.сабт(А.х);", "3\n");
}

#[test]
fn top_level_await_is_refused() {
    let options = CompileOptions { target: Target::Es2020, ..CompileOptions::default() };
    let result = compile("интизор ф();", &options);
    assert_eq!(result.findings.iter().map(|found| found.diagnostic.code as u16).collect::<Vec<_>>(), [6012]);
}
