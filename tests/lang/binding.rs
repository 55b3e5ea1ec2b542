//! Scopes: what a name means, and the early errors that need to know.

use crate::support::{findings, outputs, result};

fn codes(source: &str) -> Vec<u16> {
    findings(source).into_iter().map(|(code, _)| code).collect()
}

#[test]
fn names_declared_twice() {
    assert_eq!(findings("тағ х = 1; тағ х = 2;"), [(3003, "х".to_owned())]);
    assert_eq!(result("тағ х = 1; тағ х = 2;").findings[0].diagnostic.span.start, 22);
    assert_eq!(codes("функсия ф(а) { тағ а = 1; }"), [3003]);
    assert_eq!(codes("кӯшиш { } гирифтан (е) { тағ е = 1; }"), [3003]);
    assert_eq!(codes("интихоб (1) { ҳолат 1: тағ а = 1; пешфарз: тағ а = 2; }"), [3003]);
    assert_eq!(codes("ворид { а } аз \"./м\"; собит а = 1;"), [3003]);
    assert_eq!(codes("навъ А = сатр; навъ А = рақам;"), [3003]);
    assert_eq!(codes("синф А { } тағ А = 1;"), [3003]);
}

#[test]
fn names_that_may_meet() {
    for source in [
        "тағ х = 1; { тағ х = 2; }",
        "функсия ф(а) { функсия а() { } }",
        "функсия ф(а) { { тағ а = 1; } }",
        "барои (тағ и = 0; и < 1; и++) { тағ и = 5; }",
        "интерфейс А { а: рақам; } интерфейс А { б: рақам; } собит А = 1;",
        "функсия ф(а: сатр): сатр; функсия ф(а: рақам): рақам; функсия ф(а: ҳар): ҳар { бозгашт а; }",
        "номфазо Н { содир собит а = 1; } номфазо Н { содир собит б = 1; }",
        "номфазо Н { содир навъ Т = сатр; } синф Н { }",
        "тағ ф = функсия г() { тағ г = 1; };",
    ] {
        assert_eq!(codes(source), [0u16; 0], "{source}");
    }
}

#[test]
fn parameters_given_twice() {
    assert_eq!(findings("функсия ф(а, {б, а}) { }"), [(3007, "а".to_owned())]);
    assert_eq!(codes("тағ ф = (а, а) => а;"), [3007]);
}

#[test]
fn writes_to_what_stays() {
    assert_eq!(findings("собит х = 1; х = 2;"), [(3304, "х".to_owned())]);
    assert_eq!(codes("собит х = 1; х++;"), [3304]);
    assert_eq!(codes("собит х = 1; [х] = [2];"), [3304]);
    assert_eq!(codes("барои (собит и = 0; и < 1; и++) { }"), [3304]);
    assert_eq!(codes("собит х = 1; барои (х аз [1]) { }"), [3304]);
    assert_eq!(codes("ворид { а } аз \"./м\"; а = 1;"), [3313]);
    assert_eq!(codes("ворид * чун н аз \"./м\"; { тағ н = 1; н = 2; }"), [0u16; 0]);
}

#[test]
fn exports() {
    assert_eq!(findings("содир { нест };"), [(4010, "нест".to_owned())]);
    assert_eq!(codes("тағ а = 1; содир { а }; содир { а };"), [4011]);
    assert_eq!(findings("содир пешфарз 1; содир пешфарз 2;"), [(4011, "содир".to_owned())]);
    assert_eq!(codes("содир интерфейс А { } содир собит А = 1;"), [0u16; 0]);
    assert_eq!(result("содир собит а = 1; содир навъ Т = сатр; содир пешфарз 5;").exports, ["default", "а"]);
}

#[test]
fn a_block_is_the_scope_of_its_names() {
    outputs("функсия ф() { бозгашт г(); } функсия г() { бозгашт чоп_х; } собит чоп_х = 1; чоп.сабт(ф());", "1\n");
    outputs("тағ console = 1; чоп.сабт(console);", "1\n");
    outputs("тағ х = 1; { чоп.сабт(typeof ф); функсия ф() { } } чоп.сабт(х);", "function\n1\n");
}
