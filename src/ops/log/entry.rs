//! One log entry, and its two spellings: a JSON object, or a line to read.
//! Must never let a caller's field pass for one of the system's own, nor a text for a second line.

use super::Level;
use crate::config::Value;
use crate::date::push_iso;
use crate::json::{Limits, push_escaped, push_key, push_member, push_safe_string, push_string, push_value};
use crate::number::push_scaled;
use crate::trace::TraceContext;

const STRING_BYTES_MAX: usize = 8 * 1024;
const ENTRY_BYTES_MAX: usize = 32 * 1024;
/// Of each text of an entry that was too long: all of them together then fit, whatever has to be escaped.
const CUT_STRING_BYTES_MAX: usize = 400;
const DEPTH_MAX: u32 = 6;
const CAUSES_MAX: u32 = 5;

/// Who speaks: a component, and fields that go with everything it says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scope {
    pub component: String,
    pub fields: Vec<(String, Value)>,
}

impl Scope {
    pub fn new(component: &str) -> Self {
        Scope { component: component.to_owned(), fields: Vec::new() }
    }

    /// Inherits the fields of all generations; its own win.
    pub fn child(&self, name: &str, fields: Vec<(String, Value)>) -> Self {
        let mut component = self.component.clone();
        component.push('.');
        component.push_str(name);
        let inherited = self.fields.iter().filter(|(key, _)| fields.iter().all(|(own, _)| own != key));
        let all = inherited.cloned().chain(fields.iter().cloned()).collect();
        Scope { component, fields: all }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogResult {
    Success,
    Error,
    Aborted,
}

impl LogResult {
    const fn text(self) -> &'static str {
        match self {
            LogResult::Success => "success",
            LogResult::Error => "error",
            LogResult::Aborted => "aborted",
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogError {
    pub name: String,
    pub message: String,
    pub code: Option<String>,
    pub stack: Option<String>,
    pub cause: Option<Box<LogError>>,
}

#[derive(Clone, Debug)]
pub struct Entry<'a> {
    pub level: Level,
    pub message: &'a str,
    pub scope: &'a Scope,
    pub trace: Option<&'a TraceContext>,
    pub request_id: Option<&'a str>,
    pub operation: Option<&'a str>,
    pub module_id: Option<&'a str>,
    pub load_time_us: Option<u64>,
    pub duration_us: Option<u64>,
    pub result: Option<LogResult>,
    pub error: Option<&'a LogError>,
    /// What else the caller says.
    pub fields: &'a [(String, Value)],
}

impl<'a> Entry<'a> {
    pub fn new(level: Level, message: &'a str, scope: &'a Scope) -> Self {
        Entry {
            level,
            message,
            scope,
            trace: None,
            request_id: None,
            operation: None,
            module_id: None,
            load_time_us: None,
            duration_us: None,
            result: None,
            error: None,
            fields: &[],
        }
    }

    /// The caller's value for a key that has a place of its own, the nearest one first.
    fn given(&self, key: &str) -> Option<&'a Value> {
        let named = |(name, _): &&(String, Value)| name == key;
        self.fields.iter().rev().find(named).or_else(|| self.scope.fields.iter().find(named)).map(|(_, value)| value)
    }

    /// The caller's fields that have no place of their own.
    fn others(&self) -> impl Iterator<Item = &'a (String, Value)> + Clone + use<'a> {
        let own = self.fields;
        let inherited = self.scope.fields.iter().filter(move |(key, _)| own.iter().all(|(other, _)| other != key));
        inherited.chain(own).filter(|(key, value)| !is_lifted(key, value))
    }
}

#[derive(Clone, Copy)]
pub(super) struct Spelling<'a> {
    pub timestamp_ms: Option<u64>,
    pub include_stack: bool,
    pub flat: bool,
    pub redact: &'a [String],
}

pub(super) fn json(entry: &Entry, spelling: &Spelling) -> String {
    let limits = Limits { depth: DEPTH_MAX, string_bytes: STRING_BYTES_MAX, redact: spelling.redact };
    let line = write_json(entry, spelling, &limits, false);
    if line.len() <= ENTRY_BYTES_MAX {
        return line;
    }
    write_json(entry, spelling, &Limits { depth: 0, string_bytes: CUT_STRING_BYTES_MAX, ..limits }, true)
}

pub(super) fn pretty(entry: &Entry, spelling: &Spelling) -> String {
    let mut out = String::new();
    if let Some(ms) = spelling.timestamp_ms {
        push_iso(&mut out, ms);
        out.push(' ');
    }
    out.push_str(entry.level.text());
    out.push_str(" [");
    push_escaped(&mut out, &entry.scope.component);
    out.push_str("] ");
    let limits = Limits { depth: DEPTH_MAX, string_bytes: STRING_BYTES_MAX, redact: spelling.redact };
    let mut message = String::new();
    push_safe_string(&mut message, entry.message, &limits);
    out.push_str(message.get(1..message.len().saturating_sub(1)).unwrap_or_default());
    // The rest as in JSON: it is exact, and it is on one line.
    let mut rest = String::from("{");
    let mut is_first = true;
    push_rest(&mut rest, &mut is_first, entry, spelling, &limits, false);
    if !is_first {
        rest.push('}');
        out.push(' ');
        out.push_str(&rest);
    }
    if out.len() > ENTRY_BYTES_MAX {
        out.truncate(crate::json::cut(&out, ENTRY_BYTES_MAX).len());
    }
    out
}

fn write_json(entry: &Entry, spelling: &Spelling, limits: &Limits, truncated: bool) -> String {
    let mut out = String::with_capacity(256);
    let mut is_first = true;
    out.push('{');
    if let Some(ms) = spelling.timestamp_ms {
        push_key(&mut out, &mut is_first, "timestamp");
        out.push('"');
        push_iso(&mut out, ms);
        out.push('"');
    }
    push_key(&mut out, &mut is_first, "level");
    push_string(&mut out, entry.level.text());
    push_key(&mut out, &mut is_first, "message");
    push_safe_string(&mut out, entry.message, limits);
    push_key(&mut out, &mut is_first, "component");
    push_safe_string(&mut out, &entry.scope.component, limits);
    push_rest(&mut out, &mut is_first, entry, spelling, limits, truncated);
    out.push('}');
    out
}

fn push_rest(
    out: &mut String,
    is_first: &mut bool,
    entry: &Entry,
    spelling: &Spelling,
    limits: &Limits,
    truncated: bool,
) {
    if let Some(context) = entry.trace {
        push_hex_member(out, is_first, "traceId", |out| context.trace.push(out));
        push_hex_member(out, is_first, "spanId", |out| context.span.push(out));
        if let Some(parent) = context.parent {
            push_hex_member(out, is_first, "parentSpanId", |out| parent.push(out));
        }
    }
    for (key, own) in [("requestId", entry.request_id), ("operation", entry.operation), ("moduleId", entry.module_id)] {
        let given = entry.given(key).and_then(as_text);
        if let Some(text) = own.or(given) {
            push_key(out, is_first, key);
            push_safe_string(out, text, limits);
        }
    }
    for (key, own) in [("loadTime", entry.load_time_us), ("duration", entry.duration_us)] {
        if let Some(us) = own {
            push_key(out, is_first, key);
            push_scaled(out, us, 3);
        } else if let Some(value @ Value::Number(_)) = entry.given(key) {
            push_key(out, is_first, key);
            push_value(out, value, limits);
        }
    }
    let given = entry.given("result").and_then(as_text).filter(|text| is_result(text));
    if let Some(result) = entry.result.map(LogResult::text).or(given) {
        push_key(out, is_first, "result");
        push_string(out, result);
    }
    if let Some(error) = entry.error {
        push_key(out, is_first, "error");
        push_error(out, error, spelling.include_stack && !truncated, if truncated { 0 } else { CAUSES_MAX }, limits);
    } else if let Some(given) = entry.given("error").filter(|value| is_lifted("error", value)) {
        push_key(out, is_first, "error");
        match given {
            Value::String(text) => {
                let error = LogError { name: "Error".to_owned(), message: text.clone(), ..LogError::default() };
                push_error(out, &error, false, 0, limits);
            }
            other => {
                push_value(out, other, limits);
            }
        }
    }
    if truncated {
        push_key(out, is_first, "truncated");
        out.push_str("true");
        return;
    }
    let goes_flat = |key: &str| spelling.flat && !is_known(key);
    for (key, value) in entry.others().filter(|(key, _)| goes_flat(key)) {
        push_member(out, is_first, key, value, limits);
    }
    if entry.others().any(|(key, _)| !goes_flat(key)) {
        push_key(out, is_first, "metadata");
        let mut is_first = true;
        out.push('{');
        for (key, value) in entry.others().filter(|(key, _)| !goes_flat(key)) {
            push_member(out, &mut is_first, key, value, limits);
        }
        out.push('}');
    }
}

fn push_hex_member(out: &mut String, is_first: &mut bool, key: &str, id: impl FnOnce(&mut String)) {
    push_key(out, is_first, key);
    out.push('"');
    id(out);
    out.push('"');
}

fn push_error(out: &mut String, error: &LogError, include_stack: bool, causes: u32, limits: &Limits) {
    let mut open = 0;
    let mut next = Some(error);
    while let Some(error) = next {
        let mut is_first = true;
        out.push('{');
        open += 1;
        push_key(out, &mut is_first, "name");
        push_safe_string(out, &error.name, limits);
        push_key(out, &mut is_first, "message");
        push_safe_string(out, &error.message, limits);
        if let Some(code) = &error.code {
            push_key(out, &mut is_first, "code");
            push_safe_string(out, code, limits);
        }
        if let Some(stack) = error.stack.as_ref().filter(|_| include_stack) {
            push_key(out, &mut is_first, "stack");
            push_safe_string(out, stack, limits);
        }
        next = error.cause.as_deref().filter(|_| open <= causes);
        if next.is_some() {
            push_key(out, &mut is_first, "cause");
        }
    }
    (0..open).for_each(|_| out.push('}'));
}

/// Keys that only the system sets; a caller's field of that name goes to `metadata`.
fn is_known(key: &str) -> bool {
    const OWN: [&str; 9] =
        ["timestamp", "level", "message", "component", "traceId", "spanId", "parentSpanId", "metadata", "truncated"];
    OWN.contains(&key) || is_liftable(key)
}

fn is_liftable(key: &str) -> bool {
    ["requestId", "operation", "moduleId", "loadTime", "duration", "result", "error"].contains(&key)
}

/// A key with a place of its own, holding what belongs there; otherwise it stays with the others.
fn is_lifted(key: &str, value: &Value) -> bool {
    match (key, value) {
        ("requestId" | "operation" | "moduleId", Value::String(_)) => true,
        ("loadTime" | "duration", Value::Number(_)) | ("error", Value::Map(_) | Value::String(_)) => true,
        ("result", Value::String(text)) => is_result(text),
        _ => false,
    }
}

fn is_result(text: &str) -> bool {
    [LogResult::Success, LogResult::Error, LogResult::Aborted].iter().any(|result| result.text() == text)
}

fn as_text(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}
