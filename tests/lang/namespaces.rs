//! Namespaces: objects, live members, nesting, parts.

use crate::support::{commonjs, js, outputs, prints, run_script};

#[test]
fn shape() {
    prints(
        "номфазо Н { содир собит а = 1; содир функсия ф() { бозгашт а; } собит махфӣ = 2; }",
        "const Н = (function() {\n  const Н = {};\n  Н.ф = ф;\n  const а = 1;\n  Н.а = а;\n  function ф() {\n    return а;\n  }\n  const махфӣ = 2;\n  return Н;\n})();",
    );
}

#[test]
fn only_types_leave_nothing() {
    prints("номфазо Н { содир навъ Т = сатр; содир номфазо М { интерфейс И { } } }", "");
}

#[test]
fn a_variable_that_never_changes_is_a_plain_member() {
    assert!(!js("номфазо Н { содир тағ а = 1; } чоп.сабт(Н.а);").contains("defineProperty"));
}

#[test]
fn variables_are_live_in_both_directions() {
    outputs(
        "номфазо Н { содир тағ а = 1; содир функсия ф() { бозгашт а; } содир функсия г() { а = 5; } }
         Н.г(); чоп.сабт(Н.а); Н.а = 9; чоп.сабт(Н.ф(), Object.keys(Н).join());",
        "5\n9 а,ф,г\n",
    );
}

#[test]
fn nested_exported_and_local() {
    outputs(
        "номфазо А { содир номфазо Б { содир собит х = 1; } номфазо В { содир собит у = 2; } содир собит з = Б.х + В.у; }
         чоп.сабт(А.Б.х, А.з, А.В);",
        "1 3 undefined\n",
    );
}

#[test]
fn dotted_names() {
    outputs("номфазо А.Б.В { содир собит х = 1; } чоп.сабт(А.Б.В.х);", "1\n");
}

#[test]
fn parts_see_each_others_exports() {
    outputs(
        "номфазо Н { содир тағ а = 1; собит ниҳон = 2; } номфазо Н { содир функсия ф() { а += 1; бозгашт а; } }
         чоп.сабт(Н.ф(), Н.а, typeof ниҳон);",
        "2 2 undefined\n",
    );
    outputs(
        "собит а = 7; номфазо Н { содир собит б = 1; } номфазо Н { содир собит в = б + а; функсия ф(б) { бозгашт б; } содир собит г = ф(5); }
         чоп.сабт(Н.в, Н.г);",
        "8 5\n",
    );
}

#[test]
fn nested_parts_of_parts() {
    outputs(
        "номфазо А { содир номфазо Б { содир собит х = 1; } } номфазо А { содир номфазо Б { содир собит у = 2; } }
         чоп.сабт(А.Б.х, А.Б.у);",
        "1 2\n",
    );
    outputs("номфазо А.Б { содир собит х = 1; } номфазо А.В { содир собит у = 2; } чоп.сабт(А.Б.х, А.В.у);", "1 2\n");
}

#[test]
fn members_with_the_name_of_the_namespace() {
    outputs("номфазо Н { содир собит Н = 3; содир собит ду = Н + 1; } чоп.сабт(Н.Н, Н.ду);", "3 4\n");
}

#[test]
fn other_statements_and_classes() {
    outputs(
        "номфазо Н { чоп.сабт(\"оғоз\"); содир ҳамзамон функсия ф() { бозгашт 1; } содир мавҳум синф А { г() { бозгашт 2; } } содир синф Б мерос А { } }
         чоп.сабт(нав Н.Б().г(), интизор Н.ф());",
        "оғоз\n2 1\n",
    );
}

#[test]
fn exported_namespaces() {
    let code = js("содир номфазо Н { содир собит а = 1; } содир номфазо Н { содир собит б = 2; }");
    assert_eq!(code.matches("export const Н").count(), 1, "{code}");
}

#[test]
fn members_with_built_in_names_are_the_users() {
    outputs(
        "номфазо Н { содир собит дарозӣ = 5; содир номфазо Д { содир функсия илова(х) { бозгашт х; } } } чоп.сабт(Н.дарозӣ, Н.Д.илова(2));",
        "5 2\n",
    );
}

#[test]
fn a_namespace_is_exported_by_whichever_part_says_so() {
    let source = "номфазо Н { содир собит а = 1; } содир номфазо Н { содир собит б = а + 1; } содир номфазо Н { содир собит в = 3; }";
    let module = js(source);
    assert_eq!(module.matches("export {").count(), 1, "{module}");
    assert!(module.contains("export { Н as Н };"), "{module}");
    let script = commonjs(source) + "console.log(module.exports.Н.а, module.exports.Н.б, module.exports.Н.в);";
    assert_eq!(run_script(&script), "1 2 3\n");
    outputs(&format!("{source} чоп.сабт(Н.а, Н.б, Н.в);"), "1 2 3\n");
}

#[test]
fn a_nested_namespace_opened_again_sees_its_earlier_members() {
    outputs(
        "номфазо Н { содир номфазо Д { содир тағ у = 1; } } номфазо Н { содир номфазо Д { у++; содир собит ф = () => у; } }
         номфазо Н.Д { содир собит з = у + 1; } чоп.сабт(Н.Д.у, Н.Д.ф(), Н.Д.з); Н.Д.у = 7; чоп.сабт(Н.Д.ф());",
        "2 2 3\n7\n",
    );
}
