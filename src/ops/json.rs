//! JSON text, written piece by piece.
//! Must never fail: what JSON cannot say is left out or said in a string.

use crate::config::Value;
use crate::number::push_f64;
use crate::redact::{REDACTED, is_secret_key, push_redacted};

/// How much of a value tree is written.
#[derive(Clone, Copy)]
pub struct Limits<'a> {
    pub depth: u32,
    pub string_bytes: usize,
    /// Keys to hide, besides the usual ones.
    pub redact: &'a [String],
}

pub fn push_string(out: &mut String, text: &str) {
    out.push('"');
    push_escaped(out, text);
    out.push('"');
}

/// Without quotes. Control characters all become escapes.
pub fn push_escaped(out: &mut String, text: &str) {
    // Almost every text is plain; Cyrillic letters are, too. 0xC2 and 0xE2 may begin one of the characters below.
    if !text.bytes().any(|byte| byte < 0x20 || matches!(byte, b'"' | b'\\' | 0x7f | 0xc2 | 0xe2)) {
        out.push_str(text);
        return;
    }
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Line separators and direction marks can forge a line on a terminal as well as a newline can.
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                out.push_str("\\u");
                for shift in [12, 8, 4, 0] {
                    out.push(char::from_digit(char as u32 >> shift & 15, 16).unwrap_or('0'));
                }
            }
            _ => out.push(char),
        }
    }
}

/// A text from outside: cut to size, free of secrets.
pub fn push_safe_string(out: &mut String, text: &str, limits: &Limits) {
    let mut clean = String::new();
    // Cut afterwards: half an address could no longer be told from a text without a secret.
    push_redacted(&mut clean, text, limits.redact);
    push_string(out, cut(&clean, limits.string_bytes));
}

/// `false`, and nothing written: JSON has no such value (`undefined`, functions).
pub fn push_value(out: &mut String, value: &Value, limits: &Limits) -> bool {
    match value {
        Value::Undefined | Value::Function | Value::Foreign => return false,
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => {
            if !push_f64(out, *number) {
                out.push_str("null");
            }
        }
        Value::String(text) => push_safe_string(out, text, limits),
        Value::List(_) | Value::Map(_) if limits.depth == 0 => push_string(out, "[Truncated]"),
        Value::List(items) => {
            let inner = Limits { depth: limits.depth - 1, ..*limits };
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                if !push_value(out, item, &inner) {
                    out.push_str("null");
                }
            }
            out.push(']');
        }
        Value::Map(entries) => {
            let inner = Limits { depth: limits.depth - 1, ..*limits };
            out.push('{');
            let mut is_first = true;
            for (key, value) in entries {
                push_member(out, &mut is_first, key, value, &inner);
            }
            out.push('}');
        }
    }
    true
}

/// `"key":value` with its comma, or nothing.
pub fn push_member(out: &mut String, is_first: &mut bool, key: &str, value: &Value, limits: &Limits) {
    let start = out.len();
    push_key(out, is_first, cut(key, limits.string_bytes));
    if is_secret_key(key, limits.redact) {
        push_string(out, REDACTED);
    } else if !push_value(out, value, limits) {
        *is_first = out.get(..start).is_some_and(|before| before.ends_with('{'));
        out.truncate(start);
    }
}

pub fn push_key(out: &mut String, is_first: &mut bool, key: &str) {
    if !std::mem::replace(is_first, false) {
        out.push(',');
    }
    push_string(out, key);
    out.push(':');
}

/// At most so many bytes, ending between two characters.
pub fn cut(text: &str, bytes_max: usize) -> &str {
    let end = (0..=bytes_max.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or(0)).unwrap_or_default()
}
