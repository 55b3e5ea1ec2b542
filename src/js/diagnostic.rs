//! Diagnostics in words, as JavaScript objects. The tables of languages other than English come from outside.

use somon_modules::sorted::SortedMap;
use std::cell::RefCell;

use js_sys::Array;
use somon_lang::diagnostic::{Mode, Place, Rendered, Settled, Severity, Texts, render};
use somon_system::outcome::Finding;
use wasm_bindgen::prelude::*;

use super::error;
use super::object::{Record, array};

thread_local! {
    static TABLES: RefCell<SortedMap<String, String>> = const { RefCell::new(SortedMap::new()) };
}

/// Makes the words of another language known, as rows that the catalogue generated.
#[wasm_bindgen]
pub fn locale_add(locale: String, table: String) {
    TABLES.with_borrow_mut(|tables| tables.insert(locale, table));
}

/// Calls with the words of the language, in English where its table is not there.
pub fn in_locale<R>(locale: &str, use_texts: impl FnOnce(&Texts) -> R) -> R {
    let locale = if locale == "tj" { "tg" } else { locale };
    TABLES.with_borrow(|tables| match tables.get(locale) {
        Some(table) => use_texts(&Texts::with_table(table)),
        None => use_texts(&Texts::english()),
    })
}

/// The rows of a language, if they are there.
pub fn table(locale: &str) -> Option<String> {
    let locale = if locale == "tj" { "tg" } else { locale };
    TABLES.with_borrow(|tables| tables.get(locale).cloned())
}

/// Errors, and everything that weighs less.
pub struct Sorted {
    pub errors: Array,
    pub warnings: Array,
}

pub fn of_text(url: &str, source: &str, settled: &[Settled], texts: &Texts) -> Sorted {
    let sorted = Sorted { errors: Array::new(), warnings: Array::new() };
    for rendered in render(source, settled, texts) {
        sorted.push(rendered.severity, to_record(url, &rendered));
    }
    sorted
}

pub fn of_findings(findings: &[Finding], texts: &Texts) -> Sorted {
    let sorted = Sorted { errors: Array::new(), warnings: Array::new() };
    for_each(findings, texts, |severity, record| sorted.push(severity, record));
    sorted
}

/// All severities in their order.
pub fn list(findings: &[Finding], texts: &Texts) -> Array {
    let list = Array::new();
    for_each(findings, texts, |_, record| {
        list.push(&record.into());
    });
    list
}

fn for_each(findings: &[Finding], texts: &Texts, mut take: impl FnMut(Severity, Record)) {
    // Findings of one text follow each other: its lines are counted once.
    for same in findings.chunk_by(|a, b| std::rc::Rc::ptr_eq(&a.source, &b.source)) {
        let Some(first) = same.first() else { continue };
        let settled: Vec<Settled> = same
            .iter()
            .map(|finding| Settled {
                severity: finding.diagnostic.severity_in(Mode::default()).unwrap_or(Severity::Hint),
                diagnostic: finding.diagnostic.clone(),
            })
            .collect();
        for (rendered, finding) in render(&first.source, &settled, texts).iter().zip(same) {
            let cause = finding.cause.as_deref().map(|cause| error::to_js(cause, texts));
            take(rendered.severity, to_record(&finding.url, rendered).set_some("cause", cause));
        }
    }
}

impl Sorted {
    fn push(&self, severity: Severity, record: Record) {
        let list = if severity == Severity::Error { &self.errors } else { &self.warnings };
        list.push(&record.into());
    }
}

fn to_record(url: &str, rendered: &Rendered) -> Record {
    let related = rendered.related.iter().map(|related| {
        with_place(Record::new().set("message", related.message.as_str()).set("url", url), &related.place)
    });
    let record = Record::new()
        .set("code", rendered.code.text())
        .set("severity", rendered.severity.text())
        .set("message", rendered.message.as_str())
        .set_some("hint", rendered.hint.as_deref())
        .set("url", url);
    let fix = rendered.fix.as_ref().map(|fix| {
        let edits = fix
            .edits
            .iter()
            .map(|edit| Record::new().set("start", edit.start).set("end", edit.end).set("text", edit.text.as_str()));
        Record::new().set("title", fix.title.as_str()).set("edits", array(edits))
    });
    with_place(record, &rendered.place)
        .set("start", rendered.place.start)
        .set("end", rendered.place.end)
        .set("frame", rendered.frame.as_str())
        .set("related", array(related))
        .set_some("fix", fix)
}

fn with_place(record: Record, place: &Place) -> Record {
    record
        .set("line", place.line)
        .set("column", place.column)
        .set("endLine", place.end_line)
        .set("endColumn", place.end_column)
}
