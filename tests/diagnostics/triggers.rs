//! Every code that the product produces has a program that triggers it, with every placeholder filled.
//! What no stage produces yet stands in [`NOT_YET`] with the reason; nothing is skipped in silence.

use somon_lang::compile::{CompileOptions, compile};
use somon_lang::diagnostic::Diagnostic;
use somon_lang::emit::Format;

use crate::catalogue::catalogue;

const TRIGGERS: &[(u16, &str)] = &[
    (1001, "тағ а = 1 № 2;"),
    (1002, "тағ а = \"кушода;"),
    (1003, "тағ а = `кушода;"),
    (1004, "тағ а = 1; /* кушода"),
    (1005, "тағ а = 1.2.3;"),
    (1006, "тағ а = 12ном;"),
    (1007, "тағ а = \"\\қ\";"),
    (1009, "тағ а = \"\\u12\";"),
    (1010, "тағ а = /кушода;"),
    (2001, "тағ а = {б = 1};"),
    (2002, "агар дуруст) { }"),
    (2003, "тағ а = 1\nтағ б = 2;"),
    (2004, "чоп.сабт((1 + 2);\nтағ а = [1, 2;"),
    (2005, "тағ а = ;"),
    (2006, "тағ а: = 1;"),
    (2007, "тағ = 1;"),
    (2008, "чоп.;"),
    (2009, "синф А { + }"),
    (2010, "интихоб (1) { пешфарз: шикастан; пешфарз: шикастан; }"),
    (2011, "интихоб (1) { чоп.сабт(1); }"),
    (2012, "навъ А = сатр мерос рақам;"),
    (2013, "ворид { а } \"./б\";"),
    (2014, "содир 1;"),
    (2015, "кӯшиш { }"),
    (2016, "синф А { #ном = 1; }"),
    (2017, "1 = 2;"),
    (2018, "содор тағ а = 1;"),
    (2019, "чоп.сабт(class);"),
    (2020, "функсия ф(...а, б) { }"),
    (2021, "агар (дуруст) { ворид { а } аз \"./б\"; }"),
    (2022, "тағ а = 1 ?? 2 || 3;"),
    (2023, "тағ а = -2 ** 2;"),
    (2025, "синф А { } тағ а = нави А();"),
    (2026, "тағ а = `${}`;"),
    (2027, "синф А { конструктор() { } конструктор() { } }"),
    (3003, "тағ а = 1; тағ а = 2;"),
    (3007, "функсия ф(а, а) { }"),
    (3304, "собит а = 1; а = 2;"),
    (3313, "ворид { а } аз \"./б\"; а = 2;"),
    (3412, "супер(1);"),
    (3501, "собит а;"),
    (3502, "бозгашт 1;"),
    (3503, "шикастан;"),
    (3504, "давом;"),
    (3505, "функсия ф() { интизор 1; }"),
    (4010, "содир { номаълум };"),
    (4011, "тағ а = 1; содир { а }; содир { а };"),
];

/// The codes that no program can trigger yet, with the reason.
const NOT_YET: &[(std::ops::RangeInclusive<u16>, &str)] = &[
    (1008..=1008, "off by default, comes with the option `rules` and the type checker"),
    (3001..=3002, "needs the list of known names, which comes with the type checker"),
    (3004..=3006, "type checker"),
    (3101..=3303, "type checker"),
    (3305..=3312, "type checker"),
    (3401..=3411, "type checker"),
    (3413..=3414, "type checker"),
    (3506..=3601, "type checker"),
    (4001..=4003, "needs a graph of modules: the tests of the module system"),
    (4007..=4009, "needs a graph of modules: the tests of the module system"),
    (5001..=5007, "needs a graph of modules: the tests of the module system"),
    (6005..=6007, "needs a bundle: the tests of the module system"),
    (7003..=7004, "options, not texts: the tests of the facade"),
    (9002..=9002, "a fault of the compiler itself: no program is known that triggers it"),
];

#[test]
fn every_code_has_a_program_or_a_reason() {
    for entry in catalogue().entries.iter().filter(|entry| entry.is_produced) {
        let has_program = programs().iter().any(|(number, ..)| *number == entry.number);
        let has_reason = NOT_YET.iter().any(|(range, _)| range.contains(&entry.number));
        assert!(has_program != has_reason, "SOM{}: program {has_program}, reason {has_reason}", entry.number);
    }
}

#[test]
fn each_program_triggers_its_code_with_every_placeholder_filled() {
    let with_stack = std::thread::Builder::new().stack_size(256 << 20);
    let outcome = with_stack.spawn(check_programs).expect("a thread").join();
    assert!(outcome.is_ok());
}

fn check_programs() {
    let catalogue = catalogue();
    for (number, source, format) in programs() {
        let head = source.chars().take(60).collect::<String>();
        let found = shown(&source, format);
        let numbers: Vec<u16> = found.iter().map(|diagnostic| diagnostic.code as u16).collect();
        assert!(numbers.contains(&number), "SOM{number}: {numbers:?} from {head}");
        for diagnostic in &found {
            let entry = catalogue.entries.iter().find(|entry| entry.number == diagnostic.code as u16);
            for name in entry.expect("in the catalogue").placeholders() {
                // A place in the sentence that may stay empty.
                let is_filled = diagnostic.arguments.iter().any(|(known, _)| *known == name);
                assert!(is_filled || name == "where" || name == "didYouMean", "SOM{number} lacks {name}: {head}");
            }
        }
    }
}

fn programs() -> Vec<(u16, String, Format)> {
    let one = |&(number, source): &(u16, &str)| (number, source.to_owned(), Format::Esm);
    let mut programs: Vec<_> = TRIGGERS.iter().map(one).collect();
    programs.push((2024, "(".repeat(20_000), Format::Esm));
    programs.push((6012, "интизор 1;".to_owned(), Format::CommonJs));
    programs.push((9001, "собит а;\n".repeat(300), Format::Esm));
    programs
}

/// What a user sees of a program in the default mode.
fn shown(source: &str, format: Format) -> Vec<Diagnostic> {
    let result = compile(source, &CompileOptions { format, ..CompileOptions::default() });
    result.findings.into_iter().map(|settled| settled.diagnostic).collect()
}
