//! JavaScript as tokens: enough to tell code from strings, templates, comments and regular expressions, and to
//! find the partner of a bracket. Must never recurse, and never guess on: what it cannot read is a fault.

use super::Fault;
use somon_lang::word::is_one_of;

pub const NONE: u32 = u32::MAX;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Identifiers, keywords, private names.
    Word,
    Number,
    String,
    /// A piece of a template: from its quote or a closing brace to the next brace or its end.
    Template,
    Regex,
    Punctuator,
}

#[derive(Clone, Copy, Debug)]
pub struct Token {
    pub kind: Kind,
    pub start: u32,
    pub end: u32,
    /// A line ends somewhere between the token before and this one.
    pub is_on_new_line: bool,
    /// The index of the partner of a bracket, of the next piece for a template; [`NONE`] otherwise.
    pub pair: u32,
    /// A brace that opens an object or a pattern rather than a block.
    pub is_value: bool,
}

/// Longest first.
const PUNCTUATORS: [&str; 33] = [
    ">>>=", "...", "===", "!==", "**=", "<<=", ">>=", ">>>", "&&=", "||=", "??=", "=>", "==", "!=", "<=", ">=", "&&",
    "||", "??", "?.", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<", ">>", "**",
];

/// Words behind which an operand stands, so that a slash begins a regular expression.
const BEFORE_OPERAND: &str = "return typeof instanceof in of new delete void throw case do else yield await default";

struct Scanner<'s> {
    source: &'s str,
    at: usize,
    tokens: Vec<Token>,
    /// Open brackets and templates, by index.
    open: Vec<u32>,
    is_on_new_line: bool,
}

pub fn tokens(source: &str) -> Result<Vec<Token>, Fault> {
    let mut scanner = Scanner { source, at: 0, tokens: Vec::new(), open: Vec::new(), is_on_new_line: true };
    if source.starts_with("#!") {
        scanner.line_comment();
    }
    while scanner.trivia()? {
        scanner.token()?;
    }
    match scanner.open.last() {
        Some(index) => Err(scanner.fault_at(*index, "it is never closed")),
        None => Ok(scanner.tokens),
    }
}

impl Scanner<'_> {
    fn rest(&self) -> &str {
        self.source.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<u8> {
        self.source.as_bytes().get(self.at).copied()
    }

    fn fault(&self, start: usize, reason: &'static str) -> Fault {
        Fault { offset: start as u32, reason }
    }

    fn fault_at(&self, token: u32, reason: &'static str) -> Fault {
        let start = self.tokens.get(token as usize).map_or(0, |token| token.start);
        Fault { offset: start, reason }
    }

    fn line_comment(&mut self) {
        let rest = self.rest();
        let end = rest.find(['\n', '\r', '\u{2028}', '\u{2029}']).unwrap_or(rest.len());
        self.at += end;
    }

    /// Over spaces and comments; false at the end.
    fn trivia(&mut self) -> Result<bool, Fault> {
        loop {
            let Some(c) = self.rest().chars().next() else { return Ok(false) };
            match c {
                '\n' | '\r' | '\u{2028}' | '\u{2029}' => {
                    self.is_on_new_line = true;
                    self.at += c.len_utf8();
                }
                '/' if self.rest().starts_with("//") => self.line_comment(),
                '/' if self.rest().starts_with("/*") => {
                    let rest = self.rest();
                    let Some(end) = rest.as_bytes().windows(2).position(|pair| pair == b"*/") else {
                        return Err(self.fault(self.at, "a comment is never closed"));
                    };
                    let has_line =
                        rest.get(..end).is_some_and(|text| text.contains(['\n', '\r', '\u{2028}', '\u{2029}']));
                    self.is_on_new_line |= has_line;
                    self.at += end + 2;
                }
                c if c.is_whitespace() || c == '\u{FEFF}' => self.at += c.len_utf8(),
                _ => return Ok(true),
            }
        }
    }

    fn push(&mut self, kind: Kind, start: usize, pair: u32) {
        let is_on_new_line = std::mem::take(&mut self.is_on_new_line);
        let (start, end) = (start as u32, self.at as u32);
        self.tokens.push(Token { kind, start, end, is_on_new_line, pair, is_value: false });
    }

    fn token(&mut self) -> Result<(), Fault> {
        let start = self.at;
        let Some(byte) = self.peek() else { return Ok(()) };
        match byte {
            b'"' | b'\'' => self.string(byte),
            b'`' => self.template(),
            b'0'..=b'9' => self.number(),
            b'.' if self.source.as_bytes().get(start + 1).is_some_and(u8::is_ascii_digit) => self.number(),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' | b'\\' | b'#' | 0x80.. => self.word(),
            b'(' | b'[' | b'{' => {
                let is_value = byte == b'{' && self.opens_value();
                self.open.push(self.tokens.len() as u32);
                self.at += 1;
                self.push(Kind::Punctuator, start, NONE);
                if let Some(token) = self.tokens.last_mut() {
                    token.is_value = is_value;
                }
                Ok(())
            }
            b')' | b']' | b'}' => self.close(byte),
            b'/' if self.expects_operand() => self.regex(),
            _ => {
                let long = PUNCTUATORS.iter().find(|text| self.rest().starts_with(**text));
                // `a ?.5 : b` is no optional chain.
                let is_ternary = self.rest().starts_with("?.")
                    && self.source.as_bytes().get(start + 2).is_some_and(u8::is_ascii_digit);
                self.at += long.filter(|_| !is_ternary).map_or(1, |text| text.len());
                self.push(Kind::Punctuator, start, NONE);
                Ok(())
            }
        }
    }

    /// Whether an operand stands here rather than an operator, by the token before.
    fn expects_operand(&self) -> bool {
        let Some(last) = self.tokens.last() else { return true };
        let text = self.source.get(last.start as usize..last.end as usize).unwrap_or("");
        match last.kind {
            Kind::Word => is_one_of(text, BEFORE_OPERAND) && !self.is_property(self.tokens.len() - 1),
            Kind::Number | Kind::String | Kind::Regex => false,
            Kind::Template => text.ends_with("${"),
            Kind::Punctuator => match text {
                ")" => self.closes_condition(last.pair),
                "]" => false,
                // Behind a block a statement begins, behind an object an operator stands.
                "}" => self.tokens.get(last.pair as usize).is_none_or(|open| !open.is_value),
                "++" | "--" => false,
                _ => true,
            },
        }
    }

    /// Whether the word is the name of a property.
    fn is_property(&self, index: usize) -> bool {
        let before = index.checked_sub(1).and_then(|before| self.tokens.get(before));
        before.is_some_and(|token| is_one_of(self.text(token), ". ?."))
    }

    fn text(&self, token: &Token) -> &str {
        self.source.get(token.start as usize..token.end as usize).unwrap_or("")
    }

    /// `if (...)` and its like.
    fn closes_condition(&self, open: u32) -> bool {
        let word = (open as usize).checked_sub(1).and_then(|before| self.tokens.get(before));
        word.is_some_and(|token| is_one_of(self.text(token), "if while for with"))
    }

    /// Whether a brace here opens an object or a pattern, by the token before.
    fn opens_value(&self) -> bool {
        let Some(before) = self.tokens.last() else { return false };
        let text = self.text(before);
        match before.kind {
            Kind::Punctuator if text == ":" => {
                let around = self.open.last().and_then(|index| self.tokens.get(*index as usize));
                around.is_some_and(|around| around.is_value || self.text(around) != "{")
            }
            Kind::Punctuator => !is_one_of(text, ") { } ; =>"),
            Kind::Word => {
                is_one_of(text, "let const var") || (is_one_of(text, BEFORE_OPERAND) && !is_one_of(text, "do else"))
            }
            Kind::Template => text.ends_with("${"),
            _ => false,
        }
    }

    fn close(&mut self, byte: u8) -> Result<(), Fault> {
        let start = self.at;
        let Some(open) = self.open.pop() else { return Err(self.fault(start, "nothing is open that it closes")) };
        let opener = self.tokens.get(open as usize).map(|token| self.text(token)).unwrap_or("");
        if byte == b'}' && opener.ends_with("${") {
            return self.template_piece(start, open);
        }
        let fits = matches!((opener, byte), ("(", b')') | ("[", b']') | ("{", b'}'));
        if !fits {
            return Err(self.fault(start, "it closes another kind of bracket"));
        }
        let index = self.tokens.len() as u32;
        if let Some(token) = self.tokens.get_mut(open as usize) {
            token.pair = index;
        }
        self.at += 1;
        self.push(Kind::Punctuator, start, open);
        Ok(())
    }

    fn string(&mut self, quote: u8) -> Result<(), Fault> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek() {
                None | Some(b'\n' | b'\r') => return Err(self.fault(start, "a string is never closed")),
                Some(b'\\') => {
                    self.at += 1;
                    // A pair of line ends counts as one.
                    if self.rest().starts_with("\r\n") {
                        self.at += 1;
                    }
                    self.at += self.rest().chars().next().map_or(0, char::len_utf8);
                }
                Some(byte) => {
                    self.at += 1;
                    if byte == quote {
                        break;
                    }
                }
            }
        }
        self.push(Kind::String, start, NONE);
        Ok(())
    }

    fn template(&mut self) -> Result<(), Fault> {
        self.template_piece(self.at, NONE)
    }

    /// From a quote or a closing brace; `before` is the piece before.
    fn template_piece(&mut self, start: usize, before: u32) -> Result<(), Fault> {
        self.at = start + 1;
        let index = self.tokens.len() as u32;
        if let Some(piece) = self.tokens.get_mut(before as usize) {
            piece.pair = index;
        }
        loop {
            match self.peek() {
                None => return Err(self.fault(start, "a template is never closed")),
                Some(b'\\') => {
                    self.at += 1;
                    self.at += self.rest().chars().next().map_or(0, char::len_utf8);
                }
                Some(b'`') => {
                    self.at += 1;
                    self.push(Kind::Template, start, NONE);
                    return Ok(());
                }
                Some(b'$') if self.rest().starts_with("${") => {
                    self.at += 2;
                    self.open.push(index);
                    self.push(Kind::Template, start, NONE);
                    return Ok(());
                }
                Some(_) => self.at += 1,
            }
        }
    }

    fn regex(&mut self) -> Result<(), Fault> {
        let start = self.at;
        self.at += 1;
        let mut is_in_class = false;
        loop {
            match self.peek() {
                None | Some(b'\n' | b'\r') => return Err(self.fault(start, "a regular expression is never closed")),
                Some(b'\\') => {
                    self.at += 1;
                    self.at += self.rest().chars().next().map_or(0, char::len_utf8);
                    continue;
                }
                Some(b'[') => is_in_class = true,
                Some(b']') => is_in_class = false,
                Some(b'/') if !is_in_class => break,
                Some(_) => {}
            }
            self.at += 1;
        }
        self.at += 1;
        while self.peek().is_some_and(|byte| byte.is_ascii_alphabetic()) {
            self.at += 1;
        }
        self.push(Kind::Regex, start, NONE);
        Ok(())
    }

    fn number(&mut self) -> Result<(), Fault> {
        let start = self.at;
        while let Some(byte) = self.peek() {
            let is_exponent = matches!(byte, b'+' | b'-')
                && self.source.as_bytes().get(self.at - 1).is_some_and(|last| matches!(last, b'e' | b'E'))
                && !self
                    .source
                    .get(start..self.at)
                    .is_some_and(|text| text.starts_with("0x") || text.starts_with("0X"));
            if !(byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.' || is_exponent) {
                break;
            }
            self.at += 1;
        }
        self.push(Kind::Number, start, NONE);
        Ok(())
    }

    fn word(&mut self) -> Result<(), Fault> {
        let start = self.at;
        if self.peek() == Some(b'#') {
            self.at += 1;
        }
        while let Some(c) = self.rest().chars().next() {
            if self.rest().starts_with("\\u{") {
                self.at += self.rest().find('}').map_or(self.rest().len(), |end| end + 1);
                continue;
            }
            let is_part = c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '\\' | '\u{200C}' | '\u{200D}');
            let is_letter = !c.is_ascii() && !c.is_whitespace() && !matches!(c, '\u{FEFF}' | '\u{2028}' | '\u{2029}');
            if !is_part && !is_letter {
                break;
            }
            self.at += c.len_utf8();
        }
        if self.at == start {
            return Err(self.fault(start, "no JavaScript"));
        }
        self.push(Kind::Word, start, NONE);
        Ok(())
    }
}
