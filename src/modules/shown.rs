//! Diagnostics as everybody shows them: one tree of values in words, for JSON as for JavaScript.
//! Must never know who shows it, nor what a value is there.

use somon_lang::diagnostic::{Mode, Place, Rendered, Settled, Severity, Texts, render};
use somon_lang::gather::gather;
use somon_ops::config::Value;

use crate::error::Finding;

type Fields = Vec<(String, Value)>;

/// All findings in their order. Those of one text follow each other: its lines are counted once.
pub fn for_each(findings: &[Finding], texts: &Texts, mut take: impl FnMut(&Finding, Severity, Fields)) {
    for same in findings.chunk_by(|a, b| std::rc::Rc::ptr_eq(&a.source, &b.source)) {
        let Some(first) = same.first() else { continue };
        let settled = gather(same.iter().map(|finding| Settled {
            severity: finding.diagnostic.severity_in(Mode::default()).unwrap_or(Severity::Hint),
            diagnostic: finding.diagnostic.clone(),
        }));
        for (rendered, finding) in render(&first.source, &settled, texts).iter().zip(same) {
            take(finding, rendered.severity, fields(&finding.url, rendered));
        }
    }
}

pub fn fields(url: &str, rendered: &Rendered) -> Fields {
    let mut fields = Fields::new();
    text(&mut fields, "code", &rendered.code.text());
    text(&mut fields, "severity", rendered.severity.text());
    text(&mut fields, "message", &rendered.message);
    if let Some(hint) = &rendered.hint {
        text(&mut fields, "hint", hint);
    }
    text(&mut fields, "url", url);
    place(&mut fields, &rendered.place);
    number(&mut fields, "start", rendered.place.start);
    number(&mut fields, "end", rendered.place.end);
    text(&mut fields, "frame", &rendered.frame);
    let mut list = Vec::new();
    for related in &rendered.related {
        let mut fields = Fields::new();
        text(&mut fields, "message", &related.message);
        text(&mut fields, "url", url);
        place(&mut fields, &related.place);
        list.push(Value::Map(fields));
    }
    put(&mut fields, "related", Value::List(list));
    if let Some(fix) = &rendered.fix {
        let mut list = Vec::new();
        for edit in &fix.edits {
            let mut fields = Fields::new();
            number(&mut fields, "start", edit.start);
            number(&mut fields, "end", edit.end);
            text(&mut fields, "text", &edit.text);
            list.push(Value::Map(fields));
        }
        let mut inner = Fields::new();
        text(&mut inner, "title", &fix.title);
        put(&mut inner, "edits", Value::List(list));
        put(&mut fields, "fix", Value::Map(inner));
    }
    fields
}

fn place(fields: &mut Fields, place: &Place) {
    number(fields, "line", place.line);
    number(fields, "column", place.column);
    number(fields, "endLine", place.end_line);
    number(fields, "endColumn", place.end_column);
}

fn text(fields: &mut Fields, key: &str, value: &str) {
    put(fields, key, Value::String(value.to_owned()));
}

fn number(fields: &mut Fields, key: &str, value: u32) {
    put(fields, key, Value::Number(f64::from(value)));
}

fn put(fields: &mut Fields, key: &str, value: Value) {
    fields.push((key.to_owned(), value));
}
