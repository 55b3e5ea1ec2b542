//! Text to tokens, one at a time and on demand: the parser says when a slash starts a regular expression
//! and when a template goes on. Never looks at grammar beyond that and never fails: what is wrong is
//! reported once and skipped.

mod escape;
mod number;
mod punctuation;
mod trivia;
mod word;

pub(crate) use escape::cook;
pub(crate) use word::word_at;

use bumpalo::Bump;

use crate::diagnostic::{Code, Diagnostic};
use crate::keyword::Keyword;
use crate::name::Names;
use crate::source::Span;
use crate::token::{Kind, Token};
use crate::vocabulary::{Vocabulary, vocabulary};

pub(crate) struct Lexer<'a> {
    pub(crate) source: &'a str,
    bytes: &'a [u8],
    at: usize,
    pub(crate) names: Names<'a>,
    vocabulary: &'static Vocabulary,
    /// Which keyword each name of the text spells in another case.
    words: Vec<Option<Keyword>>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Spans of comments, kept for editors only.
    pub(crate) comments: Option<Vec<Span>>,
    /// Where a search for a closing quote ran to the end of the text: later ones need not run again.
    unclosed: [bool; 2],
    /// The last error that left something out of the tokens or cut one short.
    broken: Option<Span>,
}

/// A place to come back to.
#[derive(Clone, Copy)]
pub(crate) struct Checkpoint {
    at: usize,
    diagnostics: usize,
    unclosed: [bool; 2],
    broken: Option<Span>,
}

/// How a piece of template text ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum PieceEnd {
    Substitution,
    Closed,
    Unterminated,
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(arena: &'a Bump, source: &'a str) -> Lexer<'a> {
        let mut lexer = Lexer {
            source,
            bytes: source.as_bytes(),
            at: 0,
            names: Names::new(arena),
            vocabulary: vocabulary(),
            words: Vec::new(),
            diagnostics: Vec::new(),
            comments: None,
            unclosed: [false; 2],
            broken: None,
        };
        if source.starts_with('\u{FEFF}') {
            lexer.at = 3;
        }
        if lexer.rest().starts_with("#!") {
            let start = lexer.at;
            lexer.skip_line();
            lexer.note_comment(start);
        }
        lexer
    }

    pub(crate) fn checkpoint(&self) -> Checkpoint {
        Checkpoint { at: self.at, diagnostics: self.diagnostics.len(), unclosed: self.unclosed, broken: self.broken }
    }

    pub(crate) fn rewind(&mut self, to: Checkpoint) {
        self.at = to.at;
        self.unclosed = to.unclosed;
        self.broken = to.broken;
        self.diagnostics.truncate(to.diagnostics);
    }

    pub(crate) fn errors_since(&self, checkpoint: Checkpoint) -> bool {
        self.diagnostics.len() > checkpoint.diagnostics
    }

    pub(crate) fn next_token(&mut self) -> Token {
        let mut newline_before = false;
        loop {
            newline_before |= self.skip_trivia();
            let start = self.at;
            let Some(&byte) = self.bytes.get(start) else {
                return Token { span: Span::at(start as u32), newline_before, ..Token::at_start() };
            };
            let mut token = Token { newline_before, ..Token::at_start() };
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' | 0xD0..=0xD1 | 0xD3 => self.word(&mut token),
                b'0'..=b'9' => token.kind = self.number(),
                b'.' if matches!(self.bytes.get(start + 1), Some(b'0'..=b'9')) => token.kind = self.number(),
                b'"' | b'\'' => {
                    self.string(byte);
                    token.kind = Kind::String;
                }
                b'`' => {
                    self.at += 1;
                    token.kind = Kind::Backtick;
                }
                0..0x80 => token.kind = self.punctuation(byte),
                _ => match self.current_char() {
                    Some(c) if unicode_ident::is_xid_start(c) && !word::is_modifier_letter(c) => self.word(&mut token),
                    _ => token.kind = Kind::Invalid,
                },
            }
            if token.kind == Kind::Invalid {
                self.invalid(start);
                continue;
            }
            token.span = Span::new(start as u32, self.at as u32);
            return token;
        }
    }

    /// False only if the next token surely begins with something else: most names are told from parameters of arrow
    /// functions and from labels without reading a token twice.
    pub(crate) fn may_begin_with(&self, byte: u8) -> bool {
        let mut rest = self.bytes.get(self.at..).unwrap_or_default().iter();
        let found = rest.find(|found| !matches!(found, b' ' | b'\t'..=b'\r'));
        // Behind a comment or a wide space may be anything.
        found.is_some_and(|found| *found == byte || *found == b'/' || *found >= 0x80)
    }

    /// Reads on from a `/` or `/=` token as a regular expression.
    pub(crate) fn regex(&mut self, slash: Span) -> Span {
        self.at = slash.start as usize + 1;
        let mut in_class = false;
        loop {
            match self.bytes.get(self.at) {
                None | Some(b'\n' | b'\r') => {
                    self.report(Diagnostic::new(Code::UnterminatedRegex, Span::new(slash.start, slash.start + 1)));
                    return Span::new(slash.start, self.at as u32);
                }
                Some(0xE2) if self.rest().starts_with(['\u{2028}', '\u{2029}']) => {
                    self.report(Diagnostic::new(Code::UnterminatedRegex, Span::new(slash.start, slash.start + 1)));
                    return Span::new(slash.start, self.at as u32);
                }
                Some(b'\\') => {
                    self.at += 1;
                    if !matches!(self.bytes.get(self.at), None | Some(b'\n' | b'\r')) {
                        self.bump_char();
                    }
                }
                Some(b'[') => {
                    in_class = true;
                    self.at += 1;
                }
                Some(b']') => {
                    in_class = false;
                    self.at += 1;
                }
                Some(b'/') if !in_class => break,
                Some(_) => self.at += 1,
            }
        }
        self.at += 1;
        while matches!(self.bytes.get(self.at), Some(b'a'..=b'z' | b'A'..=b'Z')) {
            self.at += 1;
        }
        Span::new(slash.start, self.at as u32)
    }

    /// Reads template text from right after the backtick or the `}` that ends at `from`.
    pub(crate) fn template_piece(&mut self, from: u32) -> (Span, PieceEnd) {
        self.at = from as usize;
        loop {
            match self.bytes.get(self.at) {
                None => return (Span::new(from, self.at as u32), PieceEnd::Unterminated),
                Some(b'\\') => {
                    self.at += 1;
                    self.bump_char();
                }
                Some(b'`') => {
                    self.at += 1;
                    return (Span::new(from, self.at as u32 - 1), PieceEnd::Closed);
                }
                Some(b'$') if self.bytes.get(self.at + 1) == Some(&b'{') => {
                    self.at += 2;
                    return (Span::new(from, self.at as u32 - 2), PieceEnd::Substitution);
                }
                Some(_) => self.at += 1,
            }
        }
    }

    /// Takes only the first character of a token that starts with `>`, or with `<`, for type brackets.
    pub(crate) fn split_after_first(&mut self, token: Span) -> Span {
        self.at = token.start as usize + 1;
        Span::new(token.start, token.start + 1)
    }

    /// Continues behind `offset`, for recovery in the middle of a template.
    pub(crate) fn continue_at(&mut self, offset: u32) {
        self.at = (offset as usize).min(self.bytes.len());
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.broken = Some(diagnostic.span);
        self.diagnostics.push(diagnostic);
    }

    /// Whether the tokens are damaged somewhere in `span`.
    pub(crate) fn is_broken(&self, span: Span) -> bool {
        self.broken.is_some_and(|broken| broken.end >= span.start && broken.start <= span.end)
    }

    fn rest(&self) -> &'a str {
        self.source.get(self.at..).unwrap_or("")
    }

    fn current_char(&self) -> Option<char> {
        match self.bytes.get(self.at) {
            Some(byte @ 0..0x80) => Some(char::from(*byte)),
            _ => self.rest().chars().next(),
        }
    }

    fn bump_char(&mut self) {
        self.at += self.current_char().map_or(0, char::len_utf8);
    }

    /// A line end inside is part of the value. Without any closing quote the string ends with its line.
    fn string(&mut self, quote: u8) {
        let start = self.at;
        self.at += 1;
        let index = usize::from(quote == b'"');
        if !self.unclosed.get(index).copied().unwrap_or(true) {
            loop {
                match self.bytes.get(self.at) {
                    None => break,
                    Some(b'\\') => {
                        self.at += 1;
                        self.bump_char();
                    }
                    Some(&byte) => {
                        self.at += 1;
                        if byte == quote {
                            return;
                        }
                    }
                }
            }
            if let Some(flag) = self.unclosed.get_mut(index) {
                *flag = true;
            }
        }
        self.at = start;
        self.skip_line();
        self.unterminated(Span::new(start as u32, self.at as u32));
    }

    fn unterminated(&mut self, string: Span) {
        let quote = if self.bytes.get(string.start as usize) == Some(&b'"') { "\"" } else { "'" };
        self.report(Diagnostic::new(Code::UnterminatedString, string).text("quote", quote));
    }

    /// A string that was never closed took a `{` at the end of its line with it.
    pub(crate) fn has_swallowed_brace(&self) -> bool {
        let is_it = |found: &Diagnostic| {
            found.code == Code::UnterminatedString && found.span.text(self.source).trim_end().ends_with('{')
        };
        self.diagnostics.iter().any(is_it)
    }

    /// Takes back what was read behind `string`, as it should have ended there.
    pub(crate) fn end_string(&mut self, string: Span) {
        self.at = string.end as usize;
        self.unclosed = [false; 2];
        while self.diagnostics.pop_if(|diagnostic| diagnostic.span.start >= string.end).is_some() {}
        self.unterminated(string);
    }

    /// A run of characters that start no token is one error.
    fn invalid(&mut self, start: usize) {
        self.at = start;
        let Some(first) = self.current_char() else { return };
        self.bump_char();
        let span = Span::new(start as u32, self.at as u32);
        while self.current_char() == Some(first) {
            self.bump_char();
        }
        let diagnostic =
            Diagnostic::new(Code::UnexpectedCharacter, span).text("char", first).text("codepoint", code_point(first));
        self.report(diagnostic);
    }
}

/// Upper-case hex, at least four digits.
fn code_point(c: char) -> String {
    let mut digits = String::new();
    let value = c as u32;
    let mut shift = 24i32;
    while shift > 0 {
        shift -= 4;
        if value >> shift != 0 || shift < 16 {
            let digit = char::from_digit((value >> shift) & 15, 16).unwrap_or('0');
            digits.push(digit.to_ascii_uppercase());
        }
    }
    digits
}
