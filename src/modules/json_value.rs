//! Small JSON texts (import maps, lock files, bodies of requests) as the tree that options are.
//! Must never be used for modules: those keep their text.

use somon_ops::config::Value;

use crate::json;

/// Deeper than any of these texts.
const DEPTH_MAX: u32 = 8;

/// `None`: not JSON, or deeper than such a text can be.
pub fn read(text: &str) -> Option<Value> {
    json::check(text).ok()?;
    let mut rest = text;
    value(&mut rest, 0)
}

/// The text is known to be JSON, so that only the shape is left to find out.
fn value(rest: &mut &str, depth: u32) -> Option<Value> {
    if depth == DEPTH_MAX {
        return None;
    }
    skip(rest, &[' ', '\t', '\r', '\n', ',', ':']);
    let first = rest.chars().next()?;
    match first {
        '"' => string(rest).map(Value::String),
        '{' => {
            *rest = rest.get(1..)?;
            let mut entries: Vec<(String, Value)> = Vec::new();
            while !closes(rest, '}')? {
                let key = string(rest)?;
                let value = value(rest, depth + 1)?;
                match entries.iter_mut().find(|(known, _)| *known == key) {
                    Some(known) => known.1 = value,
                    None => entries.push((key, value)),
                }
            }
            Some(Value::Map(entries))
        }
        '[' => {
            *rest = rest.get(1..)?;
            let mut items = Vec::new();
            while !closes(rest, ']')? {
                items.push(value(rest, depth + 1)?);
            }
            Some(Value::List(items))
        }
        _ => {
            let end = rest.find([',', '}', ']', ' ', '\t', '\r', '\n']).unwrap_or(rest.len());
            let (word, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
            *rest = after;
            Some(match word {
                "null" => Value::Null,
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                number => Value::Number(read_number(number)),
            })
        }
    }
}

/// Steps over what stands between entries; true when the bracket was there.
fn closes(rest: &mut &str, bracket: char) -> Option<bool> {
    skip(rest, &[' ', '\t', '\r', '\n', ',']);
    if rest.starts_with(bracket) {
        *rest = rest.get(1..)?;
        return Some(true);
    }
    (!rest.is_empty()).then_some(false)
}

fn skip(rest: &mut &str, what: &[char]) {
    *rest = rest.trim_start_matches(what);
}

fn string(rest: &mut &str) -> Option<String> {
    let mut out = String::new();
    let mut units: Vec<u16> = Vec::new();
    let mut chars = rest.strip_prefix('"')?.chars();
    loop {
        let c = chars.next()?;
        let escaped = if c == '\\' { chars.next()? } else { ' ' };
        if c == '\\' && escaped == 'u' {
            let digits = chars.as_str().get(..4)?;
            units.push(u16::from_str_radix(digits, 16).ok()?);
            chars = chars.as_str().get(4..)?.chars();
            continue;
        }
        // A pair of escapes may be one character.
        out.extend(char::decode_utf16(units.drain(..)).map(|unit| unit.unwrap_or('\u{FFFD}')));
        match (c, escaped) {
            ('"', _) => break,
            ('\\', 'n') => out.push('\n'),
            ('\\', 't') => out.push('\t'),
            ('\\', 'r') => out.push('\r'),
            ('\\', 'b') => out.push('\u{8}'),
            ('\\', 'f') => out.push('\u{c}'),
            ('\\', other) => out.push(other),
            (plain, _) => out.push(plain),
        }
    }
    *rest = chars.as_str();
    Some(out)
}

/// Exact for whole numbers up to 2^53 and for decimals of few digits, which is what such texts hold; the general
/// reader of the standard library would cost kilobytes.
fn read_number(text: &str) -> f64 {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (mut digits, mut scale, mut is_fraction) = (0u64, 0i32, false);
    for byte in mantissa.bytes() {
        match byte {
            b'.' => is_fraction = true,
            b'0'..=b'9' if digits < 900_000_000_000_000_000 => {
                digits = digits * 10 + u64::from(byte - b'0');
                scale -= i32::from(is_fraction);
            }
            // Digits beyond what counts.
            b'0'..=b'9' => scale += i32::from(!is_fraction),
            _ => {}
        }
    }
    // Far beyond the range of floats, whatever the digits are.
    let exponent = exponent.parse::<i32>().unwrap_or(if exponent.starts_with('-') { -9999 } else { 9999 });
    let scale = scale.saturating_add(exponent.clamp(-9999, 9999));
    let mut factor = 1.0;
    for _ in 0..scale.unsigned_abs().min(400) {
        factor *= 10.0;
    }
    let size = digits as f64;
    let size = if size == 0.0 {
        0.0
    } else if scale < 0 {
        size / factor
    } else {
        size * factor
    };
    if text.starts_with('-') { -size } else { size }
}
