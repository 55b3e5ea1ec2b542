//! Escapes of strings and templates: source text to value. Reports what is malformed and goes on.

use bumpalo::Bump;
use bumpalo::collections::String as ArenaString;

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// The value of a string or a piece of template text, as described at [`crate::ast::StringLit`].
pub(crate) struct Cooked<'a> {
    pub(crate) value: &'a str,
    pub(crate) lone_surrogates: bool,
    /// An escape was malformed; it has been reported.
    pub(crate) is_malformed: bool,
}

/// Decodes the escapes in `text`, which starts at byte `base` of the source.
/// In a template CR LF and CR are LF, as in ECMAScript.
pub(crate) fn cook<'a>(
    arena: &'a Bump,
    text: &'a str,
    base: u32,
    is_template: bool,
    diagnostics: &mut Vec<Diagnostic>,
) -> Cooked<'a> {
    let plain = !text.bytes().any(|b| b == b'\\' || (is_template && b == b'\r'));
    if plain {
        return Cooked { value: text, lone_surrogates: false, is_malformed: false };
    }
    let lone = has_lone_surrogate(text);
    let mut cooker = Cooker { text, at: 0, base, out: ArenaString::with_capacity_in(text.len(), arena), lone };
    let mut is_malformed = false;
    while let Some(c) = cooker.next() {
        match c {
            '\\' => is_malformed |= !cooker.escape(diagnostics),
            '\r' if is_template => {
                cooker.eat('\n');
                cooker.out.push('\n');
            }
            c => cooker.push(c),
        }
    }
    Cooked { value: cooker.out.into_bump_str(), lone_surrogates: lone, is_malformed }
}

struct Cooker<'a> {
    text: &'a str,
    at: usize,
    base: u32,
    out: ArenaString<'a>,
    lone: bool,
}

impl Cooker<'_> {
    fn next(&mut self) -> Option<char> {
        let c = self.text.get(self.at..)?.chars().next()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn eat(&mut self, c: char) -> bool {
        let found = self.text.get(self.at..).is_some_and(|rest| rest.starts_with(c));
        self.at += if found { c.len_utf8() } else { 0 };
        found
    }

    fn push(&mut self, c: char) {
        self.out.push(c);
        if self.lone && c == '\u{FFFD}' {
            self.out.push_str("fffd");
        }
    }

    /// Reads on behind a backslash. False: malformed.
    fn escape(&mut self, diagnostics: &mut Vec<Diagnostic>) -> bool {
        let start = self.at - 1;
        let Some(c) = self.next() else { return true };
        let value = match c {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\u{8}',
            'f' => '\u{C}',
            'v' => '\u{B}',
            '0' if !self.text.get(self.at..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) => '\0',
            '\\' | '"' | '\'' | '`' | '$' => c,
            '\r' => {
                self.eat('\n');
                return true;
            }
            '\n' | '\u{2028}' | '\u{2029}' => return true,
            'x' | 'u' => return self.numeric_escape(start, c, diagnostics),
            other => {
                let span = self.span(start);
                diagnostics.push(Diagnostic::new(Code::UnknownEscape, span).text("char", other));
                other
            }
        };
        self.push(value);
        true
    }

    fn numeric_escape(&mut self, start: usize, kind: char, diagnostics: &mut Vec<Diagnostic>) -> bool {
        let unit = match kind {
            'x' => self.hex(2),
            _ => self.unicode(),
        };
        let Some(unit) = unit else {
            let span = self.span(start);
            let text = self.text.get(start..self.at).unwrap_or("");
            diagnostics.push(Diagnostic::new(Code::MalformedEscape, span).text("text", text));
            return false;
        };
        if let Some(c) = char::from_u32(unit) {
            self.push(c);
            return true;
        }
        // A surrogate: joined with the next escape if that is its other half.
        if (0xD800..0xDC00).contains(&unit) {
            let back = self.at;
            if self.eat('\\')
                && self.eat('u')
                && let Some(low @ 0xDC00..0xE000) = self.unicode()
                && let Some(c) = char::from_u32(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00))
            {
                self.push(c);
                return true;
            }
            self.at = back;
        }
        self.out.push('\u{FFFD}');
        for shift in [12, 8, 4, 0] {
            self.out.push(char::from_digit((unit >> shift) & 15, 16).unwrap_or('0'));
        }
        true
    }

    /// Behind `\u`: four digits or `{...}`.
    fn unicode(&mut self) -> Option<u32> {
        if !self.eat('{') {
            return self.hex(4);
        }
        let mut value = 0u32;
        let mut any = false;
        loop {
            let digit = self.text.get(self.at..)?.chars().next()?;
            if digit == '}' {
                self.at += 1;
                return (any && value <= 0x10_FFFF).then_some(value);
            }
            value = value.saturating_mul(16).saturating_add(digit.to_digit(16)?);
            any = true;
            self.at += 1;
        }
    }

    fn hex(&mut self, count: usize) -> Option<u32> {
        let mut value = 0;
        for _ in 0..count {
            let digit = self.text.get(self.at..)?.chars().next()?.to_digit(16)?;
            value = value * 16 + digit;
            self.at += 1;
        }
        Some(value)
    }

    fn span(&self, start: usize) -> Span {
        Span::new(self.base + start as u32, self.base + self.at as u32)
    }
}

/// Whether any `\u` escape may name half of a pair. Decided beforehand, since it changes how U+FFFD is written.
fn has_lone_surrogate(text: &str) -> bool {
    let mut rest = text;
    while let Some(index) = rest.as_bytes().windows(2).position(|pair| pair == b"\\u") {
        rest = rest.get(index + 2..).unwrap_or("");
        let digits = rest.trim_start_matches('{').trim_start_matches('0');
        if digits.starts_with(['d', 'D']) {
            return true;
        }
    }
    false
}
