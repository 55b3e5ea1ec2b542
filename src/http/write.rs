//! JSON of what several routes show: diagnostics, problems of options.

use somon_lang::diagnostic::Texts;
use somon_modules::error::{Finding, Problem};
use somon_modules::shown;
use somon_ops::config::Value;
use somon_ops::json::{Limits, push_key, push_safe_string, push_string, push_value};
use somon_ops::number::{push_f64, push_u64};

const LIMITS: Limits = Limits { depth: 8, string_bytes: 8192, redact: &[] };

/// One JSON object, written member by member.
pub struct Object<'o> {
    out: &'o mut String,
    is_first: bool,
}

impl Object<'_> {
    pub fn begin(out: &mut String) -> Object<'_> {
        out.push('{');
        Object { out, is_first: true }
    }

    pub fn key(&mut self, key: &str) -> &mut String {
        push_key(self.out, &mut self.is_first, key);
        self.out
    }

    pub fn text(&mut self, key: &str, value: &str) {
        push_string(self.key(key), value);
    }

    /// From outside: without secrets.
    pub fn safe(&mut self, key: &str, value: &str) {
        push_safe_string(self.key(key), value, &LIMITS);
    }

    pub fn number(&mut self, key: &str, value: u64) {
        push_u64(self.key(key), value);
    }

    pub fn flag(&mut self, key: &str, value: bool) {
        self.key(key).push_str(if value { "true" } else { "false" });
    }

    pub fn end(self) {
        self.out.push('}');
    }
}

/// From outside: without secrets.
pub fn push_safe(out: &mut String, text: &str) {
    push_safe_string(out, text, &LIMITS);
}

/// `null` for what is not measurable.
pub fn push_float(out: &mut String, value: f64) {
    if !push_f64(out, value) {
        out.push_str("null");
    }
}

pub fn push_tree(out: &mut String, value: &Value) {
    push_value(out, value, &LIMITS);
}

/// A list of what `push` writes.
pub fn list<T>(out: &mut String, items: impl Iterator<Item = T>, mut push: impl FnMut(&mut String, T)) {
    out.push('[');
    for (index, item) in items.enumerate() {
        out.push_str(if index > 0 { "," } else { "" });
        push(out, item);
    }
    out.push(']');
}

pub fn problems(problems: &[Problem]) -> String {
    let mut out = String::new();
    list(&mut out, problems.iter(), |out, problem| {
        let mut object = Object::begin(out);
        object.safe("path", &problem.path);
        object.safe("message", &problem.message);
        object.safe("received", &problem.received);
        object.text("code", if problem.is_unknown_key { "SOM7004" } else { "SOM7003" });
        object.end();
    });
    out
}

/// All severities, in their order.
pub fn findings(findings: &[Finding], texts: &Texts) -> String {
    let mut all = Vec::new();
    shown::for_each(findings, texts, |_, _, fields| all.push(Value::Map(fields)));
    let mut out = String::new();
    push_tree(&mut out, &Value::List(all));
    out
}
