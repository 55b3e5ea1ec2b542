//! One text compiled by itself.

use somon_lang::compile::compile;
use somon_lang::source::LineIndex;
use somon_lang::table::ImportKind;
use somon_ops::config::{self, Options, TEXT};
use somon_system::text::chosen;
use wasm_bindgen::prelude::*;

use super::object::{Record, array};
use super::{diagnostic, error, options};

/// Throws `CONFIG_INVALID`, and nothing else whatever the source is.
#[wasm_bindgen]
pub fn compile_text(source: &str, options: &JsValue) -> Result<JsValue, JsValue> {
    let given = options::value(options);
    let problems = config::check(&given, TEXT);
    if !problems.is_empty() {
        return Err(error::of_options(problems));
    }
    let read = Options::new(&given, TEXT);
    let url = read.text("url").unwrap_or("source.som");
    let result = compile(source, &chosen(&read));
    let lines = LineIndex::new(source);
    let imports = result.imports.iter().map(|import| {
        let at = lines.position(import.span.start);
        let kind = match import.kind {
            ImportKind::Static => "static",
            ImportKind::Reexport => "reexport",
            ImportKind::Dynamic => "dynamic",
        };
        Record::new()
            .set("specifier", import.specifier.as_str())
            .set("kind", kind)
            .set("line", at.line)
            .set("column", at.column)
    });
    let sorted =
        diagnostic::in_locale(read.choice("locale"), |texts| diagnostic::of_text(url, source, &result.findings, texts));
    let record = Record::new()
        .set("code", result.code)
        .set("errors", sorted.errors)
        .set("warnings", sorted.warnings)
        .set("imports", array(imports))
        .set("exports", array(result.exports))
        .set("hash", result.hash);
    Ok(record.into())
}
