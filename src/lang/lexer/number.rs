//! Numeric literals. Checks their shape; the value is never computed, the printer keeps the spelling.

use super::Lexer;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::token::Kind;

impl Lexer<'_> {
    pub(super) fn number(&mut self) -> Kind {
        let start = self.at;
        let mut kind = Kind::Number;
        let radix = match (self.bytes.get(start), self.bytes.get(start + 1)) {
            (Some(b'0'), Some(b'x' | b'X')) => 16,
            (Some(b'0'), Some(b'o' | b'O')) => 8,
            (Some(b'0'), Some(b'b' | b'B')) => 2,
            _ => 10,
        };
        if radix == 10 {
            self.decimal(&mut kind);
        } else {
            self.at += 2;
            if !self.digits(radix) {
                self.at = start + 1;
            } else if self.bytes.get(self.at) == Some(&b'n') {
                self.at += 1;
                kind = Kind::BigInt;
            }
        }
        let ends_with_fraction = self.source.get(start..self.at).is_some_and(|text| text.as_bytes().contains(&b'.'));
        if ends_with_fraction
            && self.bytes.get(self.at) == Some(&b'.')
            && matches!(self.bytes.get(self.at + 1), Some(b'0'..=b'9'))
        {
            while matches!(self.bytes.get(self.at), Some(b'0'..=b'9' | b'.' | b'_')) {
                self.at += 1;
            }
            let span = Span::new(start as u32, self.at as u32);
            self.report(Diagnostic::new(Code::InvalidNumber, span).text("text", span.text(self.source)));
        }
        self.name_after_number(start);
        kind
    }

    fn decimal(&mut self, kind: &mut Kind) {
        let whole = self.digits(10);
        if whole && self.bytes.get(self.at) == Some(&b'n') {
            self.at += 1;
            *kind = Kind::BigInt;
            return;
        }
        if self.bytes.get(self.at) == Some(&b'.') {
            let dot = self.at;
            self.at += 1;
            if !self.digits(10) && self.current_char().is_some_and(starts_name) {
                // `5.баСатр()` is a number, a dot and a name.
                self.at = dot;
                return;
            }
        }
        if matches!(self.bytes.get(self.at), Some(b'e' | b'E')) {
            let mark = self.at;
            self.at += 1;
            if matches!(self.bytes.get(self.at), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if !self.digits(10) {
                self.at = mark;
            }
        }
    }

    /// `digit { [ "_" ] digit }`; whether there was one.
    fn digits(&mut self, radix: u32) -> bool {
        let is_digit = |byte: Option<&u8>| byte.is_some_and(|&byte| (byte as char).is_digit(radix));
        let mut any = false;
        loop {
            if is_digit(self.bytes.get(self.at)) {
                any = true;
                self.at += 1;
            } else if any && self.bytes.get(self.at) == Some(&b'_') && is_digit(self.bytes.get(self.at + 1)) {
                self.at += 2;
            } else {
                return any;
            }
        }
    }

    fn name_after_number(&mut self, start: usize) {
        let end = self.at;
        if !self.current_char().is_some_and(|c| starts_name(c) || c.is_ascii_digit()) {
            return;
        }
        while self.current_char().is_some_and(|c| starts_name(c) || c.is_ascii_digit()) {
            self.bump_char();
        }
        let number = self.source.get(start..end).unwrap_or("");
        let rest = Span::new(end as u32, self.at as u32);
        let diagnostic =
            Diagnostic::new(Code::NameAfterNumber, rest).text("number", number).text("rest", rest.text(self.source));
        self.report(diagnostic);
    }
}

pub(super) fn starts_name(c: char) -> bool {
    c == '_' || c == '$' || unicode_ident::is_xid_start(c)
}
