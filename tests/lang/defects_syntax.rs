//! The defects of the reference compiler that are about reading programs; each test has the number of its defect.

use crate::support::{commonjs, findings, outputs, prints};

/// Code numbers of the findings.
fn codes(source: &str) -> Vec<u16> {
    findings(source).into_iter().map(|(code, _)| code).collect()
}

#[test]
fn d01_namespaces_end() {
    outputs("номфазо Н { чоп.сабт(1); } номфазо А.Б { содир собит х = 2; } чоп.сабт(А.Б.х);", "1\n2\n");
    outputs("номфазо объект { содир собит х = 1; } чоп.сабт(объект.х);", "1\n");
    prints("ворид номфазо аз \"./a\"; номфазо();", "import номфазо from \"./a.js\";\nномфазо();");
    prints("тағ {номфазо: х} = у;", "let {номфазо: х} = у;");
    prints("номфазо = 1;", "номфазо = 1;");
}

#[test]
fn d03_no_code_for_a_syntax_error() {
    let result = crate::support::result("чоп.сабт(1); тағ а = ;");
    assert_eq!(result.code, "");
    assert_eq!(result.findings.len(), 1);
}

#[test]
fn d04_errors_of_class_members_are_reported() {
    prints(
        "синф А { агар = 1; \"х\" = 1; [к] = 1; у?: рақам; }",
        "class А {\n  агар = 1;\n  х = 1;\n  [к] = 1;\n  у;\n}",
    );
    assert_eq!(codes("синф А { *ф() { } }"), [2016]);
    assert_eq!(codes("синф А { + ; ф() { } }"), [2009]);
}

#[test]
fn d17_errors_in_substitutions_are_reported() {
    assert_eq!(findings("в = `${а б}`;"), [(2001, "б".to_owned())]);
    prints("в = `${а ? 1 : 2}`;", "в = `${а ? 1 : 2}`;");
}

#[test]
fn d18_d20_places_are_those_of_the_file() {
    let source = "тағ а = `\n${1 +\n 2}\\\n`;\nтағ = 1;";
    let found = crate::support::result(source).findings;
    let lines = somon_lang::source::LineIndex::new(source);
    let place = lines.position(found[0].diagnostic.span.start);
    assert_eq!((place.line, place.column), (5, 5));
    assert_eq!(findings("тағ а = 1;\nв = `х ${б г}`;"), [(2001, "г".to_owned())]);
}

#[test]
fn d23_marks_are_no_letters() {
    assert_eq!(codes("тағ а\u{482} = 1;"), [1001]);
    assert_eq!(codes("тағ а\u{488} = 1;"), [1001]);
}

#[test]
fn d30_bodies_on_the_next_line() {
    prints("агар (а)\nф();", "if (а) {\n  ф();\n}");
    prints("то (а)\n{ ф(); }", "while (а) {\n  ф();\n}");
}

#[test]
fn d36_exports_are_live() {
    assert!(commonjs("содир тағ х = 1; х = 2;").contains("get"), "{}", commonjs("содир тағ х = 1; х = 2;"));
}

#[test]
fn d37_imports_come_first() {
    let code = commonjs("ф(); ворид {ф} аз \"./a\";");
    assert!(code.find("require") < code.find("ф)("), "{code}");
}

#[test]
fn d38_default_import_of_null() {
    assert!(commonjs("ворид а аз \"./a\"; а;").contains("\"default\" in "));
}

#[test]
fn d39_specifiers() {
    for (from, to) in [("./data", "./data.js"), ("./а.som", "./а.js"), ("./x.json", "./x.json"), ("fs", "fs")] {
        prints(&format!("ворид \"{from}\";"), &format!("import \"{to}\";"));
    }
    prints("ворид(\"./a.som.txt\");", "import(\"./a.som.txt\");");
}

#[test]
fn d40_promise_is_a_name() {
    outputs("собит п: Ваъда<рақам> = Ваъда.ҳал(1); п.then((х) => чоп.сабт(х));", "1\n");
}

#[test]
fn d41_type_words_are_names() {
    prints("тағ калонрақам: калонрақам = 1n; тағ рамз: рамз;", "let калонрақам = 1n;\nlet рамз;");
}

#[test]
fn d42_modifiers() {
    prints(
        "синф А { танҳохонӣ х = 1; статикӣ танҳохонӣ з = 2; статикӣ ҷамъиятӣ ф() { } get ном() { бозгашт 1; } set ном(қ) { } }",
        "class А {\n  х = 1;\n  static з = 2;\n  static ф() {}\n  get ном() {\n    return 1;\n  }\n  set ном(қ) {}\n}",
    );
}

#[test]
fn d43_parameter_properties() {
    outputs("синф А { конструктор(ҷамъиятӣ а: рақам) { } } чоп.сабт(нав А(4).а);", "4\n");
}

#[test]
fn d45_d46_d72_d85_early_errors() {
    for (source, code) in [
        ("бозгашт 1;", 3502),
        ("шикастан;", 3503),
        ("функсия ф() { интизор 1; }", 3505),
        ("супер();", 3412),
        ("1 = 2;", 2017),
        ("1++;", 2017),
        ("собит а;", 3501),
        ("собит а = 1; а = 2;", 3304),
        ("тағ а = 1; тағ а = 2;", 3003),
        ("интихоб (а) { пешфарз: пешфарз: }", 2010),
        ("{ ворид \"./а\"; }", 2021),
        ("агар (дуруст) { содир тағ а = 1; }", 2021),
    ] {
        assert_eq!(codes(source), [code], "{source}");
    }
}

#[test]
fn d54_d55_words_as_names() {
    prints(
        "а.агар; а.синф; а.нав; а.беқимат; а.ниҳоят; а.пешфарз;",
        "а.агар;\nа.синф;\nа.нав;\nа.беқимат;\nа.ниҳоят;\nа.пешфарз;",
    );
    prints("барои (тағ маълумот аз р) { }", "for (let маълумот of р) {}");
    prints("тағ {навъ: мерос} = у;", "let {навъ: мерос} = у;");
}

#[test]
fn d57_types_swallow_nothing() {
    assert_eq!(codes("тағ х: ҷадвал А = у;").len(), 1);
    assert_eq!(codes("функсия ф(а: сабт Корбар) { }").len(), 1);
}

#[test]
fn d59_module_forms() {
    prints("ворид А, * чун Н аз \"./a\"; А(Н);", "import А, * as Н from \"./a.js\";\nА(Н);");
    prints("ворид { пешфарз чун д } аз \"./a\"; д();", "import { default as д } from \"./a.js\";\nд();");
    prints("содир * чун Н аз \"./a\";", "export * as Н from \"./a.js\";");
    prints("содир пешфарз функсия() { };", "export default function() {}");
}

#[test]
fn d61_function_and_class_expressions() {
    prints(
        "ф = функсия г() { }; ф = ҳамзамон () => 1; ф = ҳамзамон функсия() { };",
        "ф = function г() {};\nф = async () => 1;\nф = async function() {};",
    );
    prints("А = синф Б мерос ф(В) { };", "А = class Б extends ф(В) {};");
}

#[test]
fn d62_regular_expressions() {
    outputs("чоп.сабт(\"аБв\".ҷойивазкунӣ(/[А-Я]/g, \"-\"), 8 / 2 / 2);", "а-в 2\n");
}

#[test]
fn d63_accessors() {
    outputs("синф А { get х() { бозгашт 3; } } чоп.сабт(нав А().х, { get у() { бозгашт 4; } }.у);", "3 4\n");
}

#[test]
fn d64_nested_type_arguments() {
    prints("тағ а: Array<Array<рақам>> = [];", "let а = [];");
}

#[test]
fn d65_open_comment() {
    assert_eq!(codes("тағ а = 1; /* б"), [1004]);
}

#[test]
fn d68_columns() {
    assert_eq!(findings("[...а, б] = в;"), [(2020, "...".to_owned())]);
    let source = "/*\n*/ тағ = 1;";
    let place = somon_lang::source::LineIndex::new(source)
        .position(crate::support::result(source).findings[0].diagnostic.span.start);
    assert_eq!((place.line, place.column), (2, 8));
}

#[test]
fn d69_d70_types_leave_nothing_and_bodies_are_indented() {
    prints("интерфейс И { а: рақам; } навъ Т = И;", "");
    prints("интихоб (а) { ҳолат 1: ф(); }", "switch (а) {\n  case 1:\n    ф();\n}");
}

#[test]
fn d75_top_level_await() {
    prints("интизор ф();", "await ф();");
}

#[test]
fn d77_one_mistake_one_error() {
    assert_eq!(codes("функсия ф() {\n  агар (а ? ) { г(); }\n  т();\n}\nг();"), [2005]);
}

#[test]
fn d80_many_type_parameters() {
    let params: Vec<String> = (0..60).map(|index| format!("Т{index}")).collect();
    prints(&format!("функсия ф<{}>(а) {{ }}", params.join(", ")), "function ф(а) {}");
}
