//! The catalogue of diagnostics as data, and the files that are generated from it.
//! Knows nothing of the compiler, so that it still builds when the generated code does not.

mod code;
mod page;
mod table;

use std::path::{Path, PathBuf};

use serde_json::Value;

pub const LANGUAGES: [&str; 3] = ["en", "tg", "ru"];

const CATALOGUE: &str = "src/lang/diagnostic/catalogue.json";

/// One file that the catalogue decides entirely.
pub struct Generated {
    /// From the root of the repository.
    pub path: &'static str,
    pub text: String,
}

/// Every generated file, as it should be.
pub fn generate(catalogue: &Catalogue) -> Vec<Generated> {
    vec![
        Generated { path: "src/lang/diagnostic/code.rs", text: code::rust(catalogue) },
        Generated { path: "src/lang/diagnostic/english.txt", text: table::rows(catalogue, "en") },
        Generated { path: "pkg-config/locale/tg.js", text: table::module(catalogue, "tg") },
        Generated { path: "pkg-config/locale/ru.js", text: table::module(catalogue, "ru") },
        Generated { path: "docs/diagnostics.md", text: page::markdown(catalogue) },
    ]
}

/// The table of texts of one language, in the form that the compiler reads.
pub fn table(catalogue: &Catalogue, language: &str) -> String {
    table::rows(catalogue, language)
}

pub fn repository_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).map(Path::to_path_buf).unwrap_or_default()
}

pub struct Catalogue {
    pub entries: Vec<Entry>,
    /// `table.entry` and its words.
    pub terms: Vec<(String, Words)>,
}

/// A text in each of [`LANGUAGES`].
#[derive(Clone, Debug)]
pub struct Words(pub [String; 3]);

impl Words {
    pub fn of(&self, language: &str) -> &str {
        LANGUAGES.iter().position(|&l| l == language).and_then(|at| self.0.get(at)).map_or("", String::as_str)
    }
}

pub struct Entry {
    pub number: u16,
    pub slug: String,
    pub stage: String,
    pub severity: String,
    pub strict_severity: String,
    pub new_place_severity: Option<String>,
    pub place: String,
    pub related: Option<String>,
    pub message: Words,
    pub hint: Words,
    pub is_early: bool,
    pub is_produced: bool,
    pub is_off_by_default: bool,
}

impl Entry {
    /// The placeholders of the message and the hint, in English.
    pub fn placeholders(&self) -> Vec<String> {
        let mut names = placeholders(self.message.of("en"));
        names.extend(placeholders(self.hint.of("en")));
        names.sort();
        names.dedup();
        names
    }
}

/// Names between braces; `${` and braces around anything but ASCII letters are plain text.
pub fn placeholders(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, _) in text.match_indices('{') {
        let inner = text[at + 1..].split('}').next().unwrap_or("");
        let is_name = !inner.is_empty() && inner.bytes().all(|byte| byte.is_ascii_alphabetic());
        if is_name && !text[..at].ends_with('$') && text[at + 1..].contains('}') {
            names.push(inner.to_owned());
        }
    }
    names
}

impl Catalogue {
    pub fn read() -> Result<Catalogue, String> {
        let path = repository_root().join(CATALOGUE);
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let json: Value = serde_json::from_str(&text).map_err(|error| format!("{CATALOGUE}: {error}"))?;
        Catalogue::from_json(&json)
    }

    fn from_json(json: &Value) -> Result<Catalogue, String> {
        let early = codes(&json["earlyErrors"])?;
        let unproduced = codes(&json["neverProduced"])?;
        let off = codes(&json["offByDefault"])?;
        let mut entries = Vec::new();
        for item in list(&json["diagnostics"])? {
            let number = number(&item["code"])?;
            entries.push(Entry {
                number,
                slug: string(&item["slug"])?,
                stage: string(&item["stage"])?,
                severity: string(&item["severity"])?,
                strict_severity: string(&item["strictSeverity"])?,
                new_place_severity: item["newPlaceSeverity"].as_str().map(str::to_owned),
                place: string(&item["span"])?,
                related: item["related"].as_str().map(str::to_owned),
                message: words(&item["message"])?,
                hint: words(&item["hint"])?,
                is_early: early.contains(&number),
                is_produced: !unproduced.contains(&number),
                is_off_by_default: off.contains(&number),
            });
        }
        if !entries.is_sorted_by(|a, b| a.number < b.number) {
            return Err("the codes are not in ascending order".to_owned());
        }
        Ok(Catalogue { entries, terms: terms(json)? })
    }
}

fn terms(json: &Value) -> Result<Vec<(String, Words)>, String> {
    let mut terms = Vec::new();
    for (table, entries) in json["terms"].as_object().into_iter().flatten() {
        for (entry, texts) in entries.as_object().into_iter().flatten() {
            terms.push((format!("{table}.{entry}"), words(texts)?));
        }
    }
    for feature in list(&json["unsupportedFeatures"])? {
        let id = string(&feature["id"])?;
        terms.push((format!("feature.{id}"), words(&feature["name"])?));
        terms.push((format!("alternative.{id}"), words(&feature["alternative"])?));
    }
    terms.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(terms)
}

fn words(json: &Value) -> Result<Words, String> {
    let mut texts: [String; 3] = Default::default();
    for (text, language) in texts.iter_mut().zip(LANGUAGES) {
        *text = string(&json[language])?;
        if text.contains(['\t', '\n', '\r']) {
            return Err(format!("a text holds a tab or a line end: {text}"));
        }
    }
    Ok(Words(texts))
}

fn codes(json: &Value) -> Result<Vec<u16>, String> {
    list(json)?.iter().map(number).collect()
}

fn number(json: &Value) -> Result<u16, String> {
    let code = string(json)?;
    code.strip_prefix("SOM").and_then(|digits| digits.parse().ok()).ok_or(format!("not a code: {code}"))
}

fn list(json: &Value) -> Result<&Vec<Value>, String> {
    json.as_array().ok_or_else(|| format!("not a list: {json}"))
}

fn string(json: &Value) -> Result<String, String> {
    json.as_str().map(str::to_owned).ok_or_else(|| format!("not a text: {json}"))
}
