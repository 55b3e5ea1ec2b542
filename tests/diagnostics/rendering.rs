//! Every code in three languages with arguments that try to break the line.

use somon_catalogue::{Entry, LANGUAGES, table};
use somon_lang::diagnostic::{Code, Diagnostic, Mode, Rendered, Rule, Severity, Texts, render, settle};
use somon_lang::source::Span;

use crate::catalogue::catalogue;

const SOURCE: &str = "тағ а = 1;\nтағ б = 2;\n";

const AWKWARD: &[&str] = &[
    "",
    "ном",
    "'\"`«»",
    "як\nду\r\nсе\u{2028}чор\u{2029}панҷ\tшаш",
    "\0\u{1}\u{7}\u{1B}[31m\u{7F}\u{9B}",
    "שלום עולם",
    "\u{202E}пеш\u{2066}ро\u{2069}ст\u{200F}",
    "{name} ${found} {",
    "$",
    "\\",
    "𝒳🙂",
];

/// A finding with `value` in every placeholder.
fn with_arguments(entry: &Entry, value: &str) -> Diagnostic {
    let code = Code::from_number(entry.number).expect("the code exists");
    let span = Span::new(5, 6);
    let mut diagnostic = Diagnostic::new(code, span).related(Span::new(0, 6));
    for name in entry.placeholders() {
        diagnostic = diagnostic.text(name.leak(), value);
    }
    diagnostic
}

fn rendered(diagnostic: Diagnostic, texts: &Texts) -> Rendered {
    let code = diagnostic.code;
    let rules = [(code, Rule::On(Severity::Info))];
    let settled = settle(vec![diagnostic], Mode { is_strict: false, rules: &rules });
    render(SOURCE, &settled, texts).pop().expect("one finding")
}

#[test]
fn each_code_is_one_clean_line_in_each_language() {
    let catalogue = catalogue();
    let long = "ҷ".repeat(100_000);
    for language in LANGUAGES {
        let table = table(&catalogue, language);
        let texts = Texts::with_table(&table);
        for entry in catalogue.entries.iter().filter(|entry| entry.is_produced) {
            for value in AWKWARD.iter().copied().chain([long.as_str()]) {
                let shown = rendered(with_arguments(entry, value), &texts);
                check_line(&shown.message, entry, language, value);
                match &shown.hint {
                    Some(hint) => check_line(hint, entry, language, value),
                    None => assert!(value.is_empty() && entry.hint.of("en") == "{alternative}", "SOM{}", entry.number),
                }
            }
        }
    }
}

fn check_line(line: &str, entry: &Entry, language: &str, value: &str) {
    let case = format!("SOM{} in {language} with {:?}: {line}", entry.number, value.get(..value.len().min(40)));
    assert!(!line.is_empty(), "{case}");
    assert!(!line.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')), "{case}");
    let turns = |c: char| matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    assert!(!line.chars().any(turns), "{case}");
    assert!(line.chars().count() < 800, "{case}");
    if !value.contains('{') {
        assert!(somon_catalogue::placeholders(line).is_empty(), "{case}");
    }
    assert!(!line.starts_with(' ') && !line.ends_with(' '), "{case}");
}

#[test]
fn arguments_are_not_templates() {
    let diagnostic = Diagnostic::new(Code::ExpectedToken, Span::at(0))
        .text("expected", "{found}")
        .term("where", "where", "afterCondition")
        .text("found", "{expected}");
    let shown = rendered(diagnostic, &Texts::english());
    assert_eq!(shown.message, "Expected '{found}' after the condition, but found '{expected}'.");
}

#[test]
fn a_missing_argument_leaves_no_gap() {
    let catalogue = catalogue();
    let diagnostic = Diagnostic::new(Code::ExpectedToken, Span::at(0)).text("expected", ";").text("found", ")");
    let mut messages = Vec::new();
    for language in LANGUAGES {
        let table = table(&catalogue, language);
        messages.push(rendered(diagnostic.clone(), &Texts::with_table(&table)).message);
    }
    assert_eq!(messages[0], "Expected ';', but found ')'.");
    assert_eq!(messages[1], "«;» интизор буд, вале «)» омад.");
    assert_eq!(messages[2], "Ожидалось «;», но найдено «)».");
}

#[test]
fn terms_are_translated_and_take_their_value() {
    let catalogue = catalogue();
    let diagnostic = Diagnostic::new(Code::ExpectedName, Span::at(0)).term("what", "what", "class").term(
        "found",
        "token",
        "endOfFile",
    );
    let ru = table(&catalogue, "ru");
    let shown = rendered(diagnostic, &Texts::with_table(&ru));
    assert_eq!(shown.message, "Ожидалось имя класса, но найдено «конец файла».");
    let undefined = Diagnostic::new(Code::UndefinedName, Span::at(0)).text("name", "чоб");
    let plain = rendered(undefined.clone(), &Texts::english());
    assert_eq!(plain.hint.as_deref(), Some("Declare it with тағ or собит, or check the spelling."));
    let suggested = rendered(undefined.did_you_mean(Some("чоп")), &Texts::english());
    assert_eq!(
        suggested.hint.as_deref(),
        Some("Declare it with тағ or собит, or check the spelling. Did you mean 'чоп'?")
    );
}

#[test]
fn a_damaged_table_falls_back_to_english() {
    let diagnostic = Diagnostic::new(Code::BadExport, Span::at(0));
    for table in ["", "\t\t\t", "2014", "2014\n", "9999\tх\n\n\n", "\u{0}\t1", "2013\tА\tБ\n2015\tВ"] {
        let shown = rendered(diagnostic.clone(), &Texts::with_table(table));
        assert_eq!(shown.message, "Nothing to export after 'содир'.", "{table:?}");
    }
}

#[test]
fn places_count_utf16_units() {
    let source = "тағ ҷ = \"𝒳\"; ?\r\n\t🙂x";
    let at = |needle: &str| {
        let start = source.find(needle).expect("in the text") as u32;
        Span::new(start, start + needle.len() as u32)
    };
    let list = vec![
        Diagnostic::new(Code::UnexpectedToken, at("?")).related(at("x")).fix(at("x"), "у"),
        Diagnostic::new(Code::UnexpectedCharacter, at("🙂x")),
    ];
    let shown = render(source, &settle(list, Mode::default()), &Texts::english());
    let place = shown[0].place;
    assert_eq!((place.line, place.column, place.start, place.end), (1, 15, 14, 15));
    let place = shown[1].place;
    assert_eq!((place.line, place.column, place.end_line, place.end_column), (2, 2, 2, 5));
    assert_eq!((place.start, place.end), (18, 21));
    assert_eq!(shown[0].related[0].place.column, 4);
    let fix = shown[0].fix.as_ref().expect("a fix");
    assert_eq!((fix.edits[0].start, fix.edits[0].end, fix.edits[0].text.as_str()), (20, 21, "у"));
}
