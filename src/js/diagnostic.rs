//! Diagnostics in words, as JavaScript objects. The tables of languages other than English come from outside.

use somon_modules::shown;
use somon_modules::sorted::SortedMap;
use std::cell::RefCell;

use js_sys::Array;
use somon_lang::diagnostic::{Settled, Severity, Texts, render};
use somon_system::outcome::Finding;
use wasm_bindgen::prelude::*;

use super::error;
use super::object::Record;
use super::reading::record;

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
        sorted.push(rendered.severity, record(&shown::fields(url, &rendered)));
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
    shown::for_each(findings, texts, |finding, severity, fields| {
        let cause = finding.cause.as_deref().map(|cause| error::to_js(cause, texts));
        take(severity, record(&fields).set_some("cause", cause));
    });
}

impl Sorted {
    fn push(&self, severity: Severity, record: Record) {
        let list = if severity == Severity::Error { &self.errors } else { &self.warnings };
        list.push(&record.into());
    }
}
