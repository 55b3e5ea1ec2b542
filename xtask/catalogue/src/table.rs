//! The texts of one language, one row a text: key, message, hint, parted by tabs.
//! Codes that are never produced stay out: these files are shipped.

use crate::Catalogue;

/// Rows in the order in which the compiler looks them up: codes by number, then terms by name.
pub fn rows(catalogue: &Catalogue, language: &str) -> String {
    let mut text = String::new();
    for row in lines(catalogue, language) {
        text.push_str(&row);
        text.push('\n');
    }
    text
}

/// The same rows as a JavaScript module for the package.
pub fn module(catalogue: &Catalogue, language: &str) -> String {
    let mut text = String::from(
        "// Generated from src/lang/diagnostic/catalogue.json; edit that, not this file.\n// Rows: code or term, message, hint.\nexport default {\n",
    );
    text.push_str(&format!("  locale: \"{language}\",\n  table: [\n"));
    for row in lines(catalogue, language) {
        text.push_str(&format!("    {},\n", serde_json::Value::String(row)));
    }
    text.push_str("  ].join(\"\\n\"),\n};\n");
    text
}

fn lines(catalogue: &Catalogue, language: &str) -> Vec<String> {
    let codes = catalogue.entries.iter().filter(|entry| entry.is_produced);
    let mut lines: Vec<String> = codes
        .map(|entry| format!("{}\t{}\t{}", entry.number, entry.message.of(language), entry.hint.of(language)))
        .collect();
    lines.extend(catalogue.terms.iter().map(|(key, words)| format!("{key}\t{}", words.of(language))));
    lines
}
