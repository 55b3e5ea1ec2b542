//! The table of constructs and what each is in JavaScript, and the layout of the text.

use crate::support::{prints, prints_like};

#[test]
fn variable_with_a_type() {
    prints("тағ х: рақам = 1;", "let х = 1;");
}

#[test]
fn constant() {
    prints("собит х = 1;", "const х = 1;");
}

#[test]
fn array_pattern_with_hole_and_rest() {
    prints("тағ [а, , б, ...в] = г;", "let [а, , б, ...в] = г;");
}

#[test]
fn object_pattern() {
    prints("тағ {а: х} = г;", "let {а: х} = г;");
}

#[test]
fn generic_function_with_optional_parameter() {
    prints("функсия ф<T>(а: T, б?: сатр): T { бозгашт а; }", "function ф(а, б) {\n  return а;\n}");
}

#[test]
fn defaults_and_rest_parameters() {
    prints("функсия ф(а = 1, ...б) { }", "function ф(а = 1, ...б) {}");
}

#[test]
fn async_function() {
    prints("ҳамзамон функсия ф() { интизор г(); }", "async function ф() {\n  await г();\n}");
}

#[test]
fn arrow_with_types() {
    prints("тағ ф = (а: рақам): рақам => а * 2;", "let ф = (а) => а * 2;");
}

#[test]
fn arrow_that_returns_an_object() {
    prints("тағ ф = а => ({б: а});", "let ф = (а) => ({б: а});");
}

#[test]
fn function_expression() {
    prints("тағ ф = функсия(а) { бозгашт а; };", "let ф = function(а) {\n  return а;\n};");
}

#[test]
fn if_chain() {
    prints("агар (а) { } вагарна агар (б) { } чунин { }", "if (а) {} else if (б) {} else {}");
}

#[test]
fn while_loop() {
    prints("то (а < 3) { давом; }", "while (а < 3) {\n  continue;\n}");
}

#[test]
fn counted_loop() {
    prints("барои (тағ и = 0; и < 3; и++) { }", "for (let и = 0; и < 3; и++) {}");
}

#[test]
fn loop_over_values() {
    prints("барои (собит х аз рӯй) { }", "for (const х of рӯй) {}");
}

#[test]
fn loop_over_keys() {
    prints("барои (тағ к дар об) { }", "for (let к in об) {}");
}

#[test]
fn switch() {
    prints(
        "интихоб (х) { ҳолат 1: ф(); шикастан; пешфарз: г(); }",
        "switch (х) {\n  case 1:\n    ф();\n    break;\n  default:\n    г();\n}",
    );
}

#[test]
fn try_catch_finally() {
    prints("кӯшиш { } гирифтан (е) { } ниҳоят { }", "try {} catch (е) {} finally {}");
}

#[test]
fn catch_without_a_variable() {
    prints("кӯшиш { } гирифтан () { }", "try {} catch {}");
}

#[test]
fn throw() {
    prints("партофтан нав Хато(\"х\");", "throw new Error(\"х\");");
}

#[test]
fn new_with_type_arguments_and_without_arguments() {
    prints("а = нав Map<сатр, рақам>(); б = нав А;", "а = new Map();\nб = new А();");
}

#[test]
fn plain_values() {
    prints_like("а = [дуруст, нодуруст, холӣ, беқимат, ин];", "а = [true, false, null, undefined, this];");
}

#[test]
fn object_keys() {
    prints("а = { \"бо фосила\": 1, а: 2, [к]: 3 };", "а = {\"бо фосила\": 1, а: 2, [к]: 3};");
    prints("а = { \"ном\": 1, \"__proto__\": 2 };", "а = {ном: 1, [\"__proto__\"]: 2};");
}

#[test]
fn template() {
    prints("в = `а ${б}`;", "в = `а ${б}`;");
}

#[test]
fn dynamic_import() {
    prints("в = ворид(\"./м\");", "в = import(\"./м.js\");");
}

#[test]
fn bodies_without_braces_get_them() {
    prints("агар (а) ф(); вагарна г();", "if (а) {\n  ф();\n} else {\n  г();\n}");
    prints("то (а) ф();", "while (а) {\n  ф();\n}");
    prints("барои (;;) ;", "for (;;) {}");
}

#[test]
fn types_leave_nothing() {
    prints("интерфейс И { а: рақам; } навъ Т = сатр; тағ х = 1;", "let х = 1;");
    prints("интерфейс И { а: рақам; }", "");
}

#[test]
fn indentation_follows_nesting() {
    prints(
        "функсия ф() { агар (а) { барои (тағ х аз у) { г(х); } } }",
        "function ф() {\n  if (а) {\n    for (let х of у) {\n      г(х);\n    }\n  }\n}",
    );
}

#[test]
fn the_text_ends_with_a_line_end() {
    assert!(crate::support::js("тағ х = 1;").ends_with(";\n"));
}

#[test]
fn a_lone_string_is_no_directive() {
    prints("\"use strict\";", "(\"use strict\");");
}
