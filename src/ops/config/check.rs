//! The check of a whole options object against a table: every problem, each with its path.

use super::table::REPLACED;
use super::{Key, Kind, Value};
use crate::number::push_u64;

/// One problem of an options object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// `loading.retry.maxRetries`
    pub path: String,
    pub message: String,
    /// What was given, shortened.
    pub received: String,
    /// The key is not known (SOM7004) rather than its value wrong (SOM7003).
    pub is_unknown_key: bool,
}

pub fn check(options: &Value, table: &'static [Key]) -> Vec<Problem> {
    let mut problems = Vec::new();
    match options {
        Value::Undefined => {}
        Value::Map(_) => check_group(options, "", table, &mut problems),
        other => problems.push(wrong("", other, "an object")),
    }
    problems
}

/// Goes no deeper than the table's paths do.
fn check_group(group: &Value, prefix: &str, table: &'static [Key], problems: &mut Vec<Problem>) {
    let Value::Map(entries) = group else { return };
    for (name, value) in entries {
        let mut path = String::from(prefix);
        path.push_str(name);
        let mut inner = path.clone();
        inner.push('.');
        let is_group = table.iter().any(|key| key.path.starts_with(inner.as_str()));
        // A switch may also be a group: `logger: true`, `logger: { level }`.
        let is_opened = is_group && matches!(value, Value::Map(_));
        if let Some(key) = table.iter().find(|key| key.path == path && !is_opened) {
            if *value != Value::Undefined {
                check_value(key, value, problems);
            }
            continue;
        }
        if !is_group {
            problems.push(unknown(&path, value, prefix, table));
            continue;
        }
        match value {
            Value::Undefined => {}
            Value::Map(_) => check_group(value, &inner, table, problems),
            other => problems.push(wrong(&path, other, "an object")),
        }
    }
}

fn check_value(key: &Key, value: &Value, problems: &mut Vec<Problem>) {
    let mut expected = String::new();
    let is_right = match key.kind {
        Kind::Bool(_) => {
            expected.push_str("a boolean");
            matches!(value, Value::Bool(_))
        }
        Kind::Integer { min, max, .. } => {
            expected.push_str("a whole number from ");
            push_u64(&mut expected, min);
            expected.push_str(" to ");
            push_u64(&mut expected, max);
            matches!(value, Value::Number(n) if *n >= min as f64 && *n <= max as f64 && n.trunc() == *n)
        }
        Kind::Ratio(_) => {
            expected.push_str("a number from 0 to 1");
            matches!(value, Value::Number(n) if *n >= 0.0 && *n <= 1.0)
        }
        Kind::Choice(words) => {
            push_words(&mut expected, words);
            is_word(value, words)
        }
        Kind::BoolOr { words, .. } => {
            expected.push_str("a boolean, ");
            push_words(&mut expected, words);
            matches!(value, Value::Bool(_)) || is_word(value, words)
        }
        Kind::Text => {
            expected.push_str("a string");
            matches!(value, Value::String(_))
        }
        Kind::TextList => {
            expected.push_str("a list of strings");
            matches!(value, Value::List(items) if items.iter().all(|item| matches!(item, Value::String(_))))
        }
        Kind::Function => {
            expected.push_str("a function");
            *value == Value::Function
        }
        Kind::Other { expected: text, accepts } => {
            expected.push_str(text);
            accepts(value)
        }
    };
    if !is_right {
        problems.push(wrong(key.path, value, &expected));
    }
}

fn is_word(value: &Value, words: &[&str]) -> bool {
    matches!(value, Value::String(text) if !text.is_empty() && words.contains(&text.as_str()))
}

fn push_words(out: &mut String, words: &[&str]) {
    out.push_str("one of");
    for word in words.iter().filter(|word| !word.is_empty()) {
        out.push_str(" \"");
        out.push_str(word);
        out.push('"');
    }
}

pub(super) fn wrong(path: &str, value: &Value, expected: &str) -> Problem {
    let mut message = String::from(if path.is_empty() { "the options" } else { path });
    message.push_str(" must be ");
    message.push_str(expected);
    Problem { path: path.to_owned(), message, received: describe(value), is_unknown_key: false }
}

fn unknown(path: &str, value: &Value, prefix: &str, table: &'static [Key]) -> Problem {
    let mut message = String::from("unknown key ");
    message.push_str(path);
    if let Some((_, instead)) = REPLACED.iter().find(|(old, _)| *old == path) {
        message.push_str(": ");
        message.push_str(instead);
    } else if let Some(near) = nearest(path, prefix, table) {
        message.push_str("; did you mean ");
        message.push_str(near);
        message.push('?');
    }
    Problem { path: path.to_owned(), message, received: describe(value), is_unknown_key: true }
}

/// The key most like `path`: among its siblings first, then anywhere by its last name.
fn nearest(path: &str, prefix: &str, table: &'static [Key]) -> Option<&'static str> {
    let name = path.get(prefix.len()..).unwrap_or(path);
    let mut best: Option<(usize, &'static str)> = None;
    for key in table {
        let sibling = key.path.strip_prefix(prefix).map(|rest| rest.split('.').next().unwrap_or(rest));
        let last = key.path.rsplit('.').next().unwrap_or(key.path);
        let near = sibling.map(|sibling| (distance(name, sibling) * 2, prefix.len() + sibling.len()));
        let far = (distance(name, last) * 2 + 1, key.path.len());
        let (cost, len) = near.map_or(far, |near| near.min(far));
        let is_close = cost / 2 <= name.bytes().filter(|byte| byte & 0xC0 != 0x80).count().max(3) / 3;
        if is_close && best.is_none_or(|(least, _)| cost < least) {
            best = Some((cost, key.path.get(..len).unwrap_or(key.path)));
        }
    }
    best.map(|(_, path)| path)
}

/// Levenshtein's; the beginning of a longer name is nearly it.
fn distance(a: &str, b: &str) -> usize {
    let begins = a.len() >= 4 && b.get(..a.len()).is_some_and(|start| start.eq_ignore_ascii_case(a));
    if begins { usize::from(a.len() < b.len()) } else { edits(a, b) }
}

/// Case folded: `maxmodules` is near `maxModules`.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).map(|c| c.to_ascii_lowercase()).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(64).map(|c| c.to_ascii_lowercase()).enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (y, cell) in b.iter().zip(row.iter_mut().skip(1)) {
            let cost = diagonal + usize::from(x != *y);
            diagonal = *cell;
            left = cost.min(diagonal + 1).min(left + 1);
            *cell = left;
        }
    }
    row.last().copied().unwrap_or(0)
}

fn describe(value: &Value) -> String {
    match value {
        Value::Undefined => "undefined".to_owned(),
        Value::Null => "null".to_owned(),
        Value::Bool(true) => "true".to_owned(),
        Value::Bool(false) => "false".to_owned(),
        Value::Number(number) => describe_number(*number),
        Value::String(text) => {
            let mut out = String::from("\"");
            out.extend(text.chars().take(60).map(|c| if c.is_control() { ' ' } else { c }));
            out.push_str(if text.chars().nth(60).is_some() { "…\"" } else { "\"" });
            out
        }
        Value::List(_) => "a list".to_owned(),
        Value::Map(_) => "an object".to_owned(),
        Value::Function => "a function".to_owned(),
        Value::Foreign => "an object of a class".to_owned(),
    }
}

/// Whole numbers exactly; of others what is needed to see why they are wrong. Printing floats in full costs
/// more bytes than all options together.
fn describe_number(number: f64) -> String {
    let mut out = String::new();
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number < 0.0 {
        out.push('-');
    }
    let size = number.abs();
    if size.is_infinite() {
        out.push_str("Infinity");
    } else if size >= 1e15 {
        out.push_str("a number beyond 10^15");
    } else {
        push_u64(&mut out, size as u64);
        let thousandths = ((size - size.trunc()) * 1000.0) as u64;
        if size.trunc() != size {
            out.push('.');
            out.push_str(if thousandths < 10 {
                "00"
            } else if thousandths < 100 {
                "0"
            } else {
                ""
            });
            push_u64(&mut out, thousandths);
        }
    }
    out
}
