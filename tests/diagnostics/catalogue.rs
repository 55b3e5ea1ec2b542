//! The table itself: generated files are current, languages agree, foreign words stay out.

use somon_catalogue::{Catalogue, Entry, LANGUAGES, Words, generate, placeholders, repository_root};
use somon_lang::diagnostic::{Code, Severity};

pub fn catalogue() -> Catalogue {
    Catalogue::read().expect("the catalogue is readable")
}

#[test]
fn generated_files_are_up_to_date() {
    for file in generate(&catalogue()) {
        let text = std::fs::read_to_string(repository_root().join(file.path)).unwrap_or_default();
        assert!(text == file.text, "{} is out of date: run `cargo run -p somon-catalogue`", file.path);
    }
}

#[test]
fn the_enumeration_says_what_the_table_says() {
    let catalogue = catalogue();
    assert_eq!(Code::ALL.len(), catalogue.entries.len());
    for (code, entry) in Code::ALL.iter().zip(&catalogue.entries) {
        assert_eq!(*code as u16, entry.number);
        assert_eq!(Code::from_number(entry.number), Some(*code));
        assert_eq!(code.text(), format!("SOM{}", entry.number));
        assert_eq!(Code::parse(&code.text()), Some(*code));
        assert_eq!(severity(&entry.severity), code.default_severity());
        assert_eq!(severity(&entry.strict_severity), code.strict_severity());
    }
    for wrong in ["", "SOM", "SOM100", "SOM10011", "som1001", "SOM0000", "SOM١٠٠١", "SOM+123"] {
        assert_eq!(Code::parse(wrong), None, "{wrong}");
    }
}

fn severity(name: &str) -> Severity {
    [Severity::Error, Severity::Warning, Severity::Info, Severity::Hint]
        .into_iter()
        .find(|severity| severity.text() == name)
        .expect("a severity")
}

#[test]
fn the_three_languages_have_the_same_placeholders() {
    for entry in catalogue().entries {
        for words in [&entry.message, &entry.hint] {
            let expected = sorted(words.of("en"));
            for language in LANGUAGES {
                assert_eq!(sorted(words.of(language)), expected, "SOM{} in {language}", entry.number);
            }
        }
    }
}

fn sorted(text: &str) -> Vec<String> {
    let mut names = placeholders(text);
    names.sort();
    names.dedup();
    names
}

#[test]
fn every_text_is_there() {
    for entry in catalogue().entries {
        for language in LANGUAGES {
            assert!(!entry.message.of(language).is_empty(), "SOM{} in {language}", entry.number);
            assert!(!entry.hint.of(language).is_empty(), "SOM{} in {language}", entry.number);
        }
    }
    for (key, words) in catalogue().terms {
        assert!(key == "didYouMean.none" || LANGUAGES.iter().all(|l| !words.of(l).is_empty()), "{key}");
    }
}

/// Names of formats, files, keywords of JavaScript and the letters of escapes: they are the same in every language.
const LATIN_ALLOWED: &[&str] = &[
    "som",
    "H",
    "JSON",
    "JSX",
    "JavaScript",
    "Map",
    "Set",
    "Number",
    "U",
    "a",
    "c",
    "e",
    "n",
    "o",
    "p",
    "r",
    "t",
    "u",
    "x",
    "xHH",
    "uHHHH",
    "commonjs",
    "esm",
    "iife",
    "main",
    "minify",
    "moduleSystem",
    "resolution",
    "baseUrl",
    "json",
    "package",
    "somon",
    "config",
    "typeof",
    "undefined",
    "utf",
    "true",
    "false",
    "enum",
    "do",
    "while",
    "with",
];

#[test]
fn tajik_and_russian_texts_hold_no_latin_words() {
    let catalogue = catalogue();
    let of_entry = |entry: &Entry| [entry.message.clone(), entry.hint.clone()];
    let texts =
        catalogue.entries.iter().flat_map(of_entry).chain(catalogue.terms.iter().map(|(_, words)| words.clone()));
    for words in texts {
        for language in ["tg", "ru"] {
            let stranger =
                latin_words(words.of(language)).into_iter().find(|word| !LATIN_ALLOWED.contains(&word.as_str()));
            assert_eq!(stranger, None, "{language}: {}", words.of(language));
        }
    }
}

#[test]
fn a_latin_word_would_be_found() {
    let words = Words(["The {name} end".into(), "Номи {name} ${x} end".into(), "Имя Oткрыто".into()]);
    assert_eq!(latin_words(words.of("tg")), ["x", "end"]);
    assert_eq!(latin_words(words.of("ru")), ["O"]);
}

/// Runs of Latin letters outside placeholders: a Latin letter within a Cyrillic word counts.
fn latin_words(text: &str) -> Vec<String> {
    let mut text = text.to_owned();
    for name in placeholders(&text) {
        text = text.replace(&format!("{{{name}}}"), "");
    }
    let is_latin = |letter: char| matches!(letter, 'a'..='z' | 'A'..='Z' | '\u{C0}'..='\u{24F}');
    text.split(|letter| !is_latin(letter)).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}
