//! The reference page of the diagnostics for people.

use crate::{Catalogue, Entry};

const STAGES: [(u16, &str); 8] = [
    (1, "Lexer"),
    (2, "Parser"),
    (3, "Scopes and types"),
    (4, "Module resolution and linking"),
    (5, "Loading"),
    (6, "Bundling"),
    (7, "Configuration"),
    (9, "Internal"),
];

pub fn markdown(catalogue: &Catalogue) -> String {
    let mut text = String::from(
        "<!-- Generated from src/lang/diagnostic/catalogue.json by `cargo run -p somon-catalogue`; edit that, not this page. -->\n\
         # Diagnostics\n\n\
         Every code keeps its number for good. `{name}` is filled in; severities are those of the default mode and, where it differs, of `strict`.\n\
         *Early* errors are always on and block output. Which texts a native speaker has reviewed is in `translations.md`.\n",
    );
    for (thousand, title) in STAGES {
        text.push_str(&format!("\n## SOM{thousand}xxx: {title}\n"));
        for entry in catalogue.entries.iter().filter(|entry| entry.number / 1000 == thousand) {
            section(&mut text, entry);
        }
    }
    text
}

fn section(text: &mut String, entry: &Entry) {
    text.push_str(&format!("\n### SOM{} {}\n\n{}", entry.number, entry.slug, entry.severity));
    if entry.strict_severity != entry.severity {
        text.push_str(&format!(", {} in strict", entry.strict_severity));
    }
    if let Some(severity) = &entry.new_place_severity {
        text.push_str(&format!(", {severity} in places where older compilers kept silent"));
    }
    if entry.is_early {
        text.push_str("; early");
    }
    if entry.is_off_by_default {
        text.push_str("; off by default");
    }
    if !entry.is_produced {
        text.push_str("; reserved, never produced");
    }
    text.push_str(&format!(". Place: {}.\n\n", entry.place));
    for language in crate::LANGUAGES {
        text.push_str(&format!("- {language}: `` {} `` ", entry.message.of(language)));
        text.push_str(&format!("*Hint:* `` {} ``\n", entry.hint.of(language)));
    }
}
