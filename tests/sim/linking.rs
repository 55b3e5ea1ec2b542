//! What linking makes of names, namespaces and parts, shown by running the bundle.

use std::path::PathBuf;
use std::process::Command;

use somon_ops::config::Value;
use somon_system::event::Request;
use somon_system::outcome::Outcome;

use crate::support::{bundle, bundle_code, error, map, network, settle, text, world};

fn printed(name: &str, modules: &[(&str, &str)]) -> String {
    run(name, &bundle_code(&mut world(&Value::Undefined, network(modules)), "./main.som"))
}

fn run(name: &str, code: &str) -> String {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join([name, ".mjs"].concat());
    std::fs::write(&file, code).expect("the bundle can be written");
    let output = Command::new("node").arg(&file).output().expect("Node runs");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(complaint.is_empty(), "{complaint}\n{code}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_renamed_import_is_not_hidden_by_a_local_of_its_real_name() {
    let main = "ворид { ф чун г } аз \"./a\";\nфунксия у(ф: рақам): рақам { бозгашт г() + ф; }\nчоп.сабт(у(1));";
    let modules = &[("main.som", main), ("a.som", "содир функсия ф(): рақам { бозгашт 10; }")];
    assert_eq!(printed("hidden", modules), "11\n");
}

#[test]
fn a_top_level_name_does_not_hide_a_global_of_another_module() {
    let main = "ворид { а } аз \"./a\";\nсобит Promise = 1;\nсобит console = 2;\nчоп.сабт(а, Promise, console);";
    let modules = &[("main.som", main), ("a.som", "содир собит а = навъи Promise.resolve;")];
    assert_eq!(printed("global", modules), "function 1 2\n");
}

#[test]
fn a_namespace_is_a_module_object() {
    let main = "ворид * чун н аз \"./a\";\nчоп.сабт(Object.getPrototypeOf(н), н[Symbol.toStringTag], Object.keys(н).join(), Object.isExtensible(н));";
    let modules = &[("main.som", main), ("a.som", "содир собит я = 1, а = 2;\nсодир пешфарз 3;")];
    assert_eq!(printed("namespace", modules), "null Module default,а,я false\n");
}

#[test]
fn d74_lazy_modules_share_state_live_bindings_and_errors() {
    let main = "\
ҳамзамон функсия асосӣ() {
    собит м = интизор ворид(\"./m\");
    собит н = интизор ворид(\"./n\");
    м.афзо();
    чоп.сабт(м.ҳисоб, н.хон());
    кӯшиш { интизор ворид(\"./хато\"); } гирифтан (х) { чоп.сабт(\"1\", х.message); }
    кӯшиш { интизор ворид(\"./хато\"); } гирифтан (х) { чоп.сабт(\"2\", х.message); }
}
асосӣ();
чоп.сабт(\"аввал\");";
    let modules = &[
        ("main.som", main),
        (
            "m.som",
            "ворид { хон } аз \"./n\";\nсодир тағ ҳисоб = 0;\nсодир функсия афзо() { ҳисоб++; }\nчоп.сабт(\"m\", хон());",
        ),
        (
            "n.som",
            "ворид { ҳисоб } аз \"./m\";\nсодир функсия хон() { кӯшиш { бозгашт ҳисоб; } гирифтан { бозгашт \"ҳанӯз\"; } }\nчоп.сабт(\"n\", хон());",
        ),
        ("%D1%85%D0%B0%D1%82%D0%BE.som", "чоп.сабт(\"як бор\");\nпартофтан нав Error(\"бад\");"),
    ];
    assert_eq!(printed("lazy", modules), "аввал\nn ҳанӯз\nm 0\n1 1\nяк бор\n1 бад\n2 бад\n");
}

#[test]
fn missing_and_ambiguous_exports_are_errors_at_the_name() {
    let main = "ворид { нест } аз \"./a\";\nворид { х } аз \"./s\";\nчоп.сабт(нест, х);";
    let modules = &[
        ("main.som", main),
        ("a.som", "содир собит х = 1;"),
        ("b.som", "содир собит х = 2;"),
        ("s.som", "содир * аз \"./a\";\nсодир * аз \"./b\";"),
    ];
    let error = error(&mut world(&Value::Undefined, network(modules)), bundle("./main.som"));
    let found: Vec<(u16, u32)> = error
        .diagnostics
        .iter()
        .map(|finding| (finding.diagnostic.code as u16, finding.diagnostic.span.start))
        .collect();
    // Byte offsets of the two names.
    let at = |text: &str| main.find(text).map_or(0, |at| at as u32);
    assert_eq!(found, [(4007, at("нест")), (4009, at("х }"))]);
}

#[test]
fn run_reads_externals_from_its_registry() {
    let source = "ворид асл, { ҷамъ } аз \"lib\";\nворид * чун н аз \"lib\";\nчоп.сабт(асл, ҷамъ(1), н.ҷамъ(2));";
    let options = map(&[("externals", Value::List(vec![text("lib")]))]);
    let request = Request::Run { entry: "./main.som".to_owned(), registry: "калид".to_owned(), options };
    let Ok(Outcome::Bundle(bundle)) = settle(&mut world(&Value::Undefined, network(&[("main.som", source)])), request)
    else {
        panic!("it bundles")
    };
    assert_eq!(bundle.externals, ["lib"]);
    let registry = "globalThis[Symbol.for(\"калид\")] = { lib: { default: 5, ҷамъ: (х) => х + 1 } };\n";
    // The registry is there before the module is imported; here one file has to do for both.
    assert_eq!(run("registry", &[registry, &bundle.code].concat()), "5 2 3\n");
}

#[test]
fn equal_sources_give_equal_bytes_whatever_the_network_does() {
    let modules: &[(&str, &str)] = &[
        ("main.som", "ворид { а } аз \"./a\";\nворид { б } аз \"./b\";\nчоп.сабт(а, б);"),
        ("a.som", "ворид \"./c\";\nсобит х = 1;\nсодир собит а = х;"),
        ("b.som", "ворид \"./c\";\nсобит х = 2;\nсодир собит б = х;"),
        ("c.som", "собит х = 3;\nчоп.сабт(х);"),
    ];
    let plain = bundle_code(&mut world(&Value::Undefined, network(modules)), "./main.som");
    for slow in ["a.som", "b.som", "c.som"] {
        let mut network = network(modules);
        for (url, reply) in &mut network.replies {
            reply.delay_us = if url.ends_with(slow) { 90_000 } else { 10 };
        }
        assert_eq!(bundle_code(&mut world(&Value::Undefined, network), "./main.som"), plain);
    }
}

#[test]
fn a_field_declared_again_keeps_the_value_of_a_superclass_in_another_module() {
    let main = "\
ворид А, { Б чун Аслӣ } аз \"./а\";
ворид { В } аз \"./б\";
ворид Г аз \"./г\";
синф Як мерос А { ном: сатр; нав_майдон; }
синф Ду мерос Аслӣ { х; статикӣ с; }
синф Се мерос В { ном; х; }
синф Чор мерос Г { ном; }
собит о = нав Се(\"се\");
чоп.сабт(нав Як(\"як\").ном, нав Ду().х, Ду.с, о.ном, о.х, нав Чор(\"чор\").ном);
чоп.сабт(Object.keys(нав Як(\"як\")).join());";
    let modules = &[
        ("main.som", main),
        (
            "%D0%B0.som",
            "синф А { ном; конструктор(ном) { ин.ном = ном; } } содир пешфарз А; содир синф Б мерос А { х = 1; статикӣ с = 2; }",
        ),
        ("%D0%B1.som", "ворид { Б } аз \"./а\"; содир синф В мерос Б { }"),
        ("%D0%B3.som", "содир пешфарз синф { конструктор(танҳохонӣ ном) { } }"),
    ];
    let expected = "як 1 2 се 1 чор\nном,нав_майдон\n";
    assert_eq!(printed("fields", modules), expected);
    let code = map(&[("target", text("es2020"))]);
    let options = map(&[("compilation", code)]);
    assert_eq!(run("fields-es2020", &bundle_code(&mut world(&options, network(modules)), "./main.som")), expected);
    let compiled = crate::support::compilation(&mut world(&Value::Undefined, network(modules)), "./main.som");
    let main = compiled.modules.iter().find(|module| module.id.ends_with("main.som")).expect("the entry is there");
    assert!(!main.code.contains("  ном;"), "{}", main.code);
}

#[test]
fn defaults_without_a_name_are_called_default() {
    let main = "ворид ф аз \"./f\"; ворид С аз \"./s\"; ворид т аз \"./t\"; чоп.сабт(ф.name, С.name, т.name);";
    let modules = &[
        ("main.som", main),
        ("f.som", "содир пешфарз функсия() { }"),
        ("s.som", "содир пешфарз синф { статикӣ х = 1; }"),
        ("t.som", "содир пешфарз () => 1;"),
    ];
    assert_eq!(printed("default-names", modules), "default default default\n");
}

#[test]
fn a_class_spelled_otherwise_keeps_its_name() {
    let main = "\
ворид { Хел чун Дигар, Собит чун С, Ҳисоб чун Ҳ } аз \"./а\";
синф Хел мерос Дигар { ҳамон() { бозгашт Хел === ин.constructor; } }
синф Собит { статикӣ х = 1; }
синф Ҳисоб { }
чоп.сабт(Хел.name, Дигар.name, нав Хел().ҳамон(), Object.keys(Хел).length, Собит.name, С.name, Собит.х, навъи Ҳ.name, Ҳисоб.name);";
    let a = "\
содир синф Хел { }
содир синф Собит { статикӣ name = \"дигар\"; }
содир синф Ҳисоб { статикӣ [\"na\" + \"me\"]() { бозгашт 1; } }";
    let modules = &[("main.som", main), ("%D0%B0.som", a)];
    for target in ["es2022", "es2020"] {
        let options = map(&[("compilation", map(&[("target", text(target))]))]);
        let code = bundle_code(&mut world(&options, network(modules)), "./main.som");
        let printed = run(&["class-names-", target].concat(), &code);
        assert_eq!(printed, "Хел Хел true 0 Собит дигар 1 function Ҳисоб\n", "{code}");
    }
}
