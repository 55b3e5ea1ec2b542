//! Small JSON texts (import maps, lock files, bodies of requests) as the tree that options are.
//! Must never be used for modules: those keep their text.

use somon_ops::config::Value;

use crate::json::{self, Reader};

/// Deeper than any of these texts.
const DEPTH_MAX: u32 = 8;

/// `None`: not JSON, or deeper than such a text can be.
pub fn read(text: &str) -> Option<Value> {
    json::check(text).ok()?;
    value(&mut Reader::new(text), 0)
}

/// The text is known to be JSON, so that only the shape is left to find out.
fn value(reader: &mut Reader, depth: u32) -> Option<Value> {
    if depth == DEPTH_MAX {
        return None;
    }
    reader.space();
    let start = reader.at;
    Some(match reader.peek()? {
        b'"' => Value::String(string(reader)?),
        b'{' => {
            reader.at += 1;
            let mut entries: Vec<(String, Value)> = Vec::new();
            while goes_on(reader, b'}')? {
                let key = string(reader)?;
                reader.space();
                reader.word(b":")?;
                let value = value(reader, depth + 1)?;
                match entries.iter_mut().find(|(known, _)| *known == key) {
                    Some(known) => known.1 = value,
                    None => entries.push((key, value)),
                }
            }
            Value::Map(entries)
        }
        b'[' => {
            reader.at += 1;
            let mut items = Vec::new();
            while goes_on(reader, b']')? {
                items.push(value(reader, depth + 1)?);
            }
            Value::List(items)
        }
        b'n' => {
            reader.word(b"null")?;
            Value::Null
        }
        first @ (b't' | b'f') => {
            reader.word(if first == b't' { b"true" } else { b"false" })?;
            Value::Bool(first == b't')
        }
        _ => {
            reader.number()?;
            Value::Number(read_number(reader.since(start)))
        }
    })
}

/// Steps over what stands in front of an entry; false when the end of the list was there.
fn goes_on(reader: &mut Reader, end: u8) -> Option<bool> {
    reader.space();
    if reader.peek()? == b',' {
        reader.at += 1;
        reader.space();
    }
    let is_over = reader.peek()? == end;
    reader.at += usize::from(is_over);
    Some(!is_over)
}

fn string(reader: &mut Reader) -> Option<String> {
    let start = reader.at + 1;
    reader.string()?;
    let mut rest = reader.since(start).strip_suffix('"')?;
    let mut out = String::new();
    while let Some(at) = rest.as_bytes().iter().position(|byte| *byte == b'\\') {
        out.push_str(rest.get(..at)?);
        let (escape, after) = rest.get(at + 1..)?.split_at_checked(1)?;
        rest = after;
        out.push(match escape.as_bytes().first()? {
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'u' => {
                let mut unit = digits(&mut rest)?;
                // A pair of escapes may be one character.
                if unit & 0xfc00 == 0xd800
                    && let Some(mut next) = rest.strip_prefix("\\u")
                    && let Some(low) = digits(&mut next)
                    && low & 0xfc00 == 0xdc00
                {
                    unit = 0x10000 + ((unit & 0x3ff) << 10 | low & 0x3ff);
                    rest = next;
                }
                char::from_u32(unit).unwrap_or('\u{FFFD}')
            }
            other => char::from(*other),
        });
    }
    out.push_str(rest);
    Some(out)
}

/// Of an escape.
fn digits(rest: &mut &str) -> Option<u32> {
    let (digits, after) = rest.split_at_checked(4)?;
    *rest = after;
    digits.chars().try_fold(0, |unit, digit| Some(unit << 4 | digit.to_digit(16)?))
}

/// Exact for whole numbers up to 2^53 and for decimals of few digits, which is what such texts hold; the general
/// reader of the standard library would cost kilobytes.
fn read_number(text: &str) -> f64 {
    let cut = text.bytes().position(|byte| matches!(byte, b'e' | b'E')).unwrap_or(text.len());
    let (mantissa, exponent) = text.split_at_checked(cut).unwrap_or((text, ""));
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
    let mut power = 0;
    for byte in exponent.bytes().filter(u8::is_ascii_digit) {
        power = (power * 10 + i32::from(byte - b'0')).min(9999);
    }
    let is_negative = exponent.as_bytes().get(1) == Some(&b'-');
    let scale = scale.saturating_add(if is_negative { -power } else { power });
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
