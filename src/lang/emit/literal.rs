//! Literals and keys: numbers keep their digits, strings and templates are encoded anew.
//! Must never change a value.

use super::printer::{Printer, pieces};
use crate::ast::{NumberLit, PropertyKey, StringLit, Template};

impl<'a> Printer<'_, 'a> {
    #[inline(never)]
    pub fn number(&mut self, number: &NumberLit<'a>) {
        let raw = number.raw;
        let digits = raw.trim_start_matches(['0', '_']);
        let is_radix =
            raw.starts_with('0') && matches!(raw.as_bytes().get(1), Some(b'x' | b'X' | b'o' | b'O' | b'b' | b'B'));
        let text = if is_radix || digits.len() == raw.len() {
            raw
        } else {
            // Leading zeros are decimal here and octal, or an error, in JavaScript.
            if !digits.starts_with(|c: char| c.is_ascii_digit()) {
                self.p("0");
            }
            digits
        };
        if self.is_lowering() && text.as_bytes().contains(&b'_') {
            for part in text.split('_') {
                self.p(part);
            }
        } else {
            self.p(text);
        }
    }

    #[inline(never)]
    pub fn string(&mut self, string: &StringLit<'a>) {
        self.quoted(string.value, string.lone_surrogates);
    }

    pub fn quoted(&mut self, text: &str, has_lone_surrogates: bool) {
        self.p("\"");
        self.escaped(text, '"', has_lone_surrogates);
        self.p("\"");
    }

    /// The text of a string or template between its quotes.
    fn escaped(&mut self, text: &str, quote: char, has_lone_surrogates: bool) {
        let mut plain_from = 0;
        let mut chars = text.char_indices();
        while let Some((at, c)) = chars.next() {
            let escape = match c {
                '\\' => "\\\\",
                '"' if quote == '"' => "\\\"",
                '`' if quote == '`' => "\\`",
                '$' if quote == '`' && text.get(at + 1..).is_some_and(|rest| rest.starts_with('{')) => "\\$",
                '\n' if quote == '"' => "\\n",
                '\t' if quote == '"' => "\\t",
                '\r' => "\\r",
                '\u{2028}' => "\\u2028",
                '\u{2029}' => "\\u2029",
                '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}' => "\\x",
                '\u{fffd}' if has_lone_surrogates => "\\u",
                _ => continue,
            };
            self.out.push_str(text.get(plain_from..at).unwrap_or(""));
            plain_from = at + c.len_utf8();
            if c == '\u{fffd}' {
                // Four hex digits follow; `fffd` stands for the character itself.
                let code = text.get(plain_from..plain_from + 4).unwrap_or("");
                self.out.push_str(if code == "fffd" { "\u{fffd}" } else { "\\u" });
                if code != "fffd" {
                    self.out.push_str(code);
                }
                plain_from += code.len();
                for _ in 0..code.len() {
                    chars.next();
                }
                continue;
            }
            self.out.push_str(escape);
            if escape == "\\x" {
                const HEX: &[u8; 16] = b"0123456789abcdef";
                for digit in [c as usize >> 4, c as usize & 15] {
                    self.out.push(HEX.get(digit).copied().unwrap_or(b'0') as char);
                }
            }
        }
        self.out.push_str(text.get(plain_from..).unwrap_or(""));
    }

    /// `is_tagged`: the function sees the raw text, so it is kept as written.
    #[inline(never)]
    pub fn template(&mut self, template: &Template<'a>, is_tagged: bool) {
        self.p("`");
        for (index, quasi) in template.quasis.iter().enumerate() {
            match quasi.cooked {
                Some(cooked) if !is_tagged => self.escaped(cooked, '`', quasi.lone_surrogates),
                _ => self.p(quasi.raw),
            }
            if let Some(expr) = template.exprs.get(index) {
                self.p("${");
                let start = self.out.len();
                self.expr(*expr, 1);
                if self.out.len() == start {
                    self.p("undefined");
                }
                self.p("}");
            }
        }
        self.p("`");
    }

    /// `in_object`: a quoted `__proto__` there would set the prototype.
    pub fn key(&mut self, key: &PropertyKey<'a>, in_object: bool) {
        match key {
            PropertyKey::Word(word) => self.p(self.text(word.name)),
            PropertyKey::Number(number) => self.number(number),
            PropertyKey::String(string) if string.value == "__proto__" && in_object => self.p("[\"__proto__\"]"),
            PropertyKey::String(string) if is_bare_key(string.value) => self.p(string.value),
            PropertyKey::String(string) => self.string(string),
            PropertyKey::Computed(_) => {
                self.p("[");
                self.key_value(key);
                self.p("]");
            }
        }
    }

    /// A key of a class: as names, `constructor` and a static `prototype` would mean something else.
    pub fn member_key(&mut self, key: &PropertyKey<'a>) {
        let text = match key {
            PropertyKey::Word(word) => self.text(word.name),
            PropertyKey::String(string) => string.value,
            _ => "",
        };
        if matches!(text, "constructor" | "prototype") {
            pieces!(self; "[\"", text, "\"]");
        } else {
            self.key(key, false);
        }
    }

    /// A key as an expression.
    pub fn key_value(&mut self, key: &PropertyKey<'a>) {
        match key {
            PropertyKey::Word(word) => self.quoted(self.text(word.name), false),
            PropertyKey::Number(number) => self.number(number),
            PropertyKey::String(string) => self.string(string),
            PropertyKey::Computed(expr) if self.moved_keys.contains(&expr.span().start) => {
                let name = self.moved_key(expr.span().start);
                self.p(&name);
            }
            PropertyKey::Computed(expr) => self.expr(*expr, 2),
        }
    }
}

/// A name in ASCII or Cyrillic letters; others are quoted, which is always right.
fn is_bare_key(text: &str) -> bool {
    let is_start = |c: char| c.is_ascii_alphabetic() || c == '_' || c == '$' || is_cyrillic_letter(c);
    let mut chars = text.chars();
    chars.next().is_some_and(is_start)
        && chars.all(|c| is_start(c) || c.is_ascii_digit())
        && !matches!(text, "__proto__" | "constructor")
}

fn is_cyrillic_letter(c: char) -> bool {
    matches!(c, '\u{400}'..='\u{481}' | '\u{48a}'..='\u{52f}')
}

/// In decimal; the formatting of the standard library is larger than the printer's other needs together.
pub(super) fn push_number(out: &mut String, mut number: u32) {
    let mut digits = [0u8; 10];
    let mut start = digits.len();
    for place in digits.iter_mut().rev() {
        *place = b'0' + (number % 10) as u8;
        number /= 10;
        start -= 1;
        if number == 0 {
            break;
        }
    }
    out.extend(digits.iter().skip(start).map(|digit| char::from(*digit)));
}
