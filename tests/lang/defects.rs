//! The defects of the reference compiler that are about printing; each test has the number of its defect.

use crate::support::{findings, js, outputs, prints, prints_like};

#[test]
fn d02_call_statements_stay() {
    prints("санҷиш(қимати_нав); setTimeout(ф); нишондиҳӣ(х);", "санҷиш(қимати_нав);\nsetTimeout(ф);\nconsole.log(х);");
    prints("агар (а) санҷиши_маълумот(х);", "if (а) {\n  санҷиши_маълумот(х);\n}");
}

#[test]
fn d05_parentheses_of_the_right_operand_stay() {
    for (source, expected) in [
        ("а - (б - в);", "а - (б - в);"),
        ("а / (б * в);", "а / (б * в);"),
        ("а % (б % в);", "а % (б % в);"),
        ("100 - (а + б) - в;", "100 - (а + б) - в;"),
        ("\"а\" + (1 + 2);", "\"а\" + (1 + 2);"),
        ("(а - б) - в;", "а - б - в;"),
        ("(а ** б) ** в;", "(а ** б) ** в;"),
        ("а ** (б ** в);", "а ** б ** в;"),
        ("(-а) ** 2;", "(-а) ** 2;"),
        ("а ?? (б || в);", "а ?? (б || в);"),
        ("(а ?? б) || в;", "(а ?? б) || в;"),
        ("а && (б || в);", "а && (б || в);"),
    ] {
        prints(source, expected);
    }
}

#[test]
fn d06_parentheses_under_other_operators_stay() {
    for (source, expected) in [
        ("!(а && б);", "!(а && б);"),
        ("!(а === б);", "!(а === б);"),
        ("-(а + б);", "-(а + б);"),
        ("~(а | б);", "~(а | б);"),
        ("(а = б) + 1;", "(а = б) + 1;"),
        ("а + (б = 1);", "а + (б = 1);"),
        ("(а + б).баСатр();", "(а + б).toString();"),
        ("(1 + 2).toFixed(2);", "(1 + 2).toFixed(2);"),
        ("(а || б)(в);", "(а || б)(в);"),
        ("(а + б)[0];", "(а + б)[0];"),
        ("(-а).баСатр();", "(-а).toString();"),
        ("интизор (а || б);", "await (а || б);"),
        ("(интизор а).б;", "(await а).б;"),
        ("(нав А)(1);", "new А()(1);"),
    ] {
        prints(source, expected);
    }
}

#[test]
fn d07_functions_and_objects_keep_parentheses() {
    prints("ф = () => ({а: 1});", "ф = () => ({а: 1});");
    prints("(() => 1)();", "(() => 1)();");
    prints("(функсия() { })();", "(function() {})();");
    prints("({а: 1}).а;", "({а: 1}).а;");
    prints("а || (() => 1);", "а || (() => 1);");
    prints("(а => а + 1)(2);", "((а) => а + 1)(2);");
    prints("(синф { });", "(class {});");
    prints("({а} = б);", "({а} = б);");
}

#[test]
fn d08_members_of_user_objects_keep_their_names() {
    outputs("тағ к = { дарозӣ: 180, хато: 1 }; чоп.сабт(к.дарозӣ, к.хато);", "180 1\n");
    outputs("синф А { вақт = 5; ф() { бозгашт ин.вақт; } } чоп.сабт(нав А().ф());", "5\n");
    outputs("тағ корбар: ҳар = {}; корбар.дарозӣ = 180; чоп.сабт(JSON.stringify(корбар));", "{\"дарозӣ\":180}\n");
}

#[test]
fn d09_user_bindings_shadow_globals_everywhere() {
    prints("тағ рӯйхат = []; рӯйхат;", "let рӯйхат = [];\nрӯйхат;");
    prints("ф = (рӯйхат) => рӯйхат;", "ф = (рӯйхат) => рӯйхат;");
    prints_like("кӯшиш { } гирифтан (рӯйхат) { чоп.сабт(рӯйхат); }", "try {} catch (рӯйхат) { console.log(рӯйхат); }");
    prints_like("ворид { рӯйхат } аз \"./a\"; рӯйхат();", "import { рӯйхат } from \"./a.js\"; рӯйхат();");
    prints("содир собит рӯйхат = 1;", "export const рӯйхат = 1;");
    prints_like("тағ чоп = 2; чоп.х;", "let чоп = 2; чоп.х;");
    prints_like("{ собит сатр = 1; } сатр(5);", "{ const сатр = 1; } String(5);");
}

#[test]
fn d10_object_keys() {
    prints("а = {\"ном бо фосила\": 1, \"б-в\": 4, \"\": 3};", "а = {\"ном бо фосила\": 1, \"б-в\": 4, \"\": 3};");
    prints("а = {сатр: 1, рӯйхат: 2, \"объект\": 3};", "а = {сатр: 1, рӯйхат: 2, объект: 3};");
}

#[test]
fn d11_signs_do_not_merge() {
    prints(
        "- -а; -(-а); -(-5); + +а; - --а; + ++а; а - -б; а + +б;",
        "- -а;\n- -а;\n- -5;\n+ +а;\n- --а;\n+ ++а;\nа - -б;\nа + +б;",
    );
}

#[test]
fn d13_adjacent_substitutions() {
    prints(
        "в = `${а}${б}`; в = `т${а}${б}`; в = `${а}${б} т`;",
        "в = `${а}${б}`;\nв = `т${а}${б}`;\nв = `${а}${б} т`;",
    );
}

#[test]
fn d14_template_escapes() {
    prints(r"в = `а\\н`;", r"в = `а\\н`;");
    prints(r"в = `\``;", r"в = `\``;");
}

#[test]
fn d15_escaped_substitution_stays_text() {
    prints(r"в = `а\${б}`;", r"в = `а\${б}`;");
}

#[test]
fn d16_braces_and_backticks_in_substitutions() {
    outputs("чоп.сабт(`${\"}\"}`, `${`n ${1} \"}\"`}`);", "} n 1 \"}\"\n");
}

#[test]
fn d19_escapes_keep_their_meaning() {
    outputs(r#"чоп.сабт("\u0416 \x41 \0 \b".дарозӣ, `\u{1F600}`);"#, "7 😀\n");
    prints(r#"а = "\ud800";"#, r#"а = "\ud800";"#);
}

#[test]
fn d21_user_member_named_like_a_type() {
    outputs("тағ х = { сатр: 1 }; чоп.сабт(JSON.stringify(х), х.сатр);", "{\"сатр\":1} 1\n");
}

#[test]
fn d22_javascript_words_as_names() {
    prints("тағ class = 1; class;", "let class_ = 1;\nclass_;");
    prints(
        "тағ class_ = 1; { тағ class = 2; class_ = class; }",
        "let class_ = 1;\n{\n  let class__ = 2;\n  class_ = class__;\n}",
    );
    prints("содир тағ class = 1;", "let class_ = 1;\nexport { class_ as class };");
    prints("тағ {delete} = а; б = {delete};", "let {delete: delete_} = а;\nб = {delete: delete_};");
    assert_eq!(findings("чоп.сабт(class);"), [(2019, "class".to_owned())]);
    prints("а = [null, true, undefined];", "а = [null, true, undefined];");
}

#[test]
fn d24_numbers() {
    prints("а = [0x1F, 1e5, 10n, 1_000, .5, 007, 1.50];", "а = [0x1F, 1e5, 10n, 1_000, .5, 7, 1.50];");
    prints("5.баСатр(); (5).баСатр(); 5.5.баСатр();", "(5).toString();\n(5).toString();\n5.5.toString();");
    prints("а = 99999999999999999999;", "а = 99999999999999999999;");
}

#[test]
fn d25_shorthand_patterns() {
    prints("тағ {а, б} = в;", "let {а, б} = в;");
    prints("тағ {а = 1, ...б} = в;", "let {а = 1, ...б} = в;");
}

#[test]
fn d26_parameters_of_every_form() {
    prints("ф = ({а, б}, [в] = [1], ...г) => 1;", "ф = ({а, б}, [в] = [1], ...г) => 1;");
    prints("а = [1, , 2, ]; б = [, ]; ф(1, );", "а = [1, , 2];\nб = [,];\nф(1);");
}

#[test]
fn d27_spread_and_shorthand() {
    prints(
        "а = [...б]; а = {...б, в: 1}; ф(...р); а = {в, г}; а = {в() { }, get д() { бозгашт 1; }};",
        "а = [...б];\nа = {...б, в: 1};\nф(...р);\nа = {в, г};\nа = {в() {}, get д() {\n  return 1;\n}};",
    );
}

#[test]
fn d28_operators() {
    prints("а ? б : в ? г : д; (а ? б : в) ? г : д;", "а ? б : в ? г : д;\n(а ? б : в) ? г : д;");
    prints("а ??= б; а ||= в; а &&= г; а **= 2;", "а ??= б;\nа ||= в;\nа &&= г;\nа **= 2;");
    prints("а?.б?.[в]?.(г);", "а?.б?.[в]?.(г);");
    prints("(а?.б).в; а?.б.в;", "(а?.б).в;\nа?.б.в;");
    prints(
        "typeof а; delete а.б; \"х\" in а; а instanceof Б; навъи а;",
        "typeof а;\ndelete а.б;\n\"х\" in а;\nа instanceof Б;\ntypeof а;",
    );
}

#[test]
fn d31_dynamic_import_as_a_statement() {
    prints("ворид(\"./x\").then(ф);", "import(\"./x.js\").then(ф);");
}

#[test]
fn d32_default_export_of_a_value() {
    prints("содир пешфарз 42;", "export default 42;");
    prints("содир пешфарз {а: 1};", "export default {а: 1};");
    prints("содир пешфарз (функсия() { })();", "export default (function() {})();");
}

#[test]
fn d33_exported_destructuring() {
    prints("содир собит [а, б] = в;", "export const [а, б] = в;");
    prints("содир собит {а} = г;", "export const {а} = г;");
}

#[test]
fn d34_namespaces_are_declared() {
    outputs("номфазо Н { содир собит х = 1; } чоп.сабт(Н.х);", "1\n");
}

#[test]
fn d35_namespace_variables_are_live() {
    outputs(
        "номфазо Н { содир тағ х = 1; содир функсия зиёд() { х++; } } Н.зиёд(); чоп.сабт(Н.х); Н.х = 7; Н.зиёд(); чоп.сабт(Н.х);",
        "2\n8\n",
    );
}

#[test]
fn d47_callee_of_new() {
    prints(
        "нав А.Б(1); нав (ф())(); нав (а.ф().Б)(); нав (А())();",
        "new А.Б(1);\nnew (ф())();\nnew (а.ф().Б)();\nnew (А())();",
    );
}

#[test]
fn d48_fields_declared_again_keep_the_value() {
    outputs(
        "синф А { ном; конструктор(н) { ин.ном = н; } } синф Б мерос А { ном; } чоп.сабт(нав Б(\"ҷ\").ном);",
        "ҷ\n",
    );
}

#[test]
fn d49_async_methods() {
    prints("синф А { ҳамзамон ф() { интизор г(); } }", "class А {\n  async ф() {\n    await г();\n  }\n}");
    prints("синф А { статикӣ ҳамзамон ф() { } }", "class А {\n  static async ф() {}\n}");
}

#[test]
fn d44_generic_methods() {
    prints("синф А { ф<T>(а: T): T { бозгашт а; } }", "class А {\n  ф(а) {\n    return а;\n  }\n}");
}

#[test]
fn d58_catch_forms() {
    prints("кӯшиш { } гирифтан { }", "try {} catch {}");
}

#[test]
fn d60_loop_forms() {
    prints("барои (собит [к, қ] аз м) { }", "for (const [к, қ] of м) {}");
    prints("тағ к; барои (к аз м) { }", "let к;\nfor (к of м) {}");
    prints("барои (тағ и = 0, ҷ = 1; ; и++, ҷ--) { }", "for (let и = 0, ҷ = 1;; и++, ҷ--) {}");
    prints("барои (тағ и = (\"а\" in б); ;) { }", "for (let и = (\"а\" in б);;) {}");
}

#[test]
fn d66_long_chains_compile() {
    let sum = ["а"; 20_000].join(" + ");
    assert_eq!(js(&format!("х = {sum};")).matches('+').count(), 19_999);
    let members = "а".to_owned() + &".б()".repeat(5_000);
    assert_eq!(js(&format!("х = {members};")).matches(".б()").count(), 5_000);
    let branches = "агар (а) { } вагарна ".repeat(5_000) + "{ }";
    assert_eq!(js(&branches).matches("else if").count(), 4_999);
    let ternary = "а ? б : ".repeat(1_000) + "в";
    assert_eq!(js(&format!("х = {ternary};")).matches('?').count(), 1_000);
}

#[test]
fn d82_type_only_imports_leave_nothing() {
    prints("ворид { Т } аз \"./т\"; тағ х: Т = 1;", "import \"./т.js\";\nlet х = 1;");
    prints("ворид навъ { Т } аз \"./т\"; тағ х: Т = 1;", "let х = 1;");
    prints("ворид { Т, ф } аз \"./т\"; ф();", "import { ф } from \"./т.js\";\nф();");
}

#[test]
fn d83_reopened_namespaces() {
    outputs("номфазо Н { содир собит а = 1; } номфазо Н { содир собит б = а + 1; } чоп.сабт(Н.а, Н.б);", "1 2\n");
    outputs("номфазо Н { содир функсия Н() { бозгашт 5; } } чоп.сабт(Н.Н());", "5\n");
}

#[test]
fn d84_case_word_as_a_variable() {
    prints_like(
        "тағ ҳолат = 0; интихоб (х) { ҳолат 1: ҳолат = 2; }",
        "let ҳолат = 0; switch (х) { case 1: ҳолат = 2; }",
    );
}
