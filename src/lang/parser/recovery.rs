//! Errors of syntax and the way on after them. One error per cause: a second one at the same token is
//! a consequence of the first, and what is skipped is not judged.

use super::context::Context;
use super::{Abort, Parse, Parser, Scan, Scanned};
use crate::diagnostic::{Code, Diagnostic};
use crate::keyword::Keyword;
use crate::source::Span;
use crate::token::{Kind, Token};

/// Longer lists of parameters are not looked through.
const HEAD_TOKENS_MAX: u32 = 200;

impl<'a> Parser<'a> {
    /// Reports unless an error at this very place was reported already, or a lexical error between the token
    /// before and this one is the reason.
    #[inline(never)]
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        let start = diagnostic.span.start;
        if self.is_halted || self.last_error == Some(start) {
            return;
        }
        if start == self.token.span.start && self.end_runaway_string() {
            return;
        }
        self.last_error = Some(start);
        if start != self.token.span.start || !self.follows_lexical_error() {
            self.lexer.diagnostics.push(diagnostic);
        }
    }

    /// A string of several lines with an operand close behind it is what stands between two strings, the first of which
    /// was never closed: it ends with its line, and reading goes on there.
    fn end_runaway_string(&mut self) -> bool {
        let (string, token) = (self.previous, self.token);
        let is_operand = matches!(token.kind, Kind::Word | Kind::String | Kind::Number | Kind::Backtick);
        if string.kind != Kind::String || !is_operand || token.span.start != string.span.end {
            return false;
        }
        let Some(width) = self.text(string.span).find(['\n', '\r']) else { return false };
        self.previous.span.end = string.span.start + width as u32;
        self.lexer.end_string(self.previous.span);
        self.token = self.lexer.next_token();
        self.last_error = Some(self.token.span.start);
        true
    }

    fn follows_lexical_error(&self) -> bool {
        self.lexer.is_broken(Span::new(self.previous.span.start, self.token.span.end))
    }

    pub(super) fn fail<T>(&mut self, diagnostic: Diagnostic) -> Parse<T> {
        self.report(diagnostic);
        Err(Abort)
    }

    /// A diagnostic at the token found instead, with `found` filled in.
    #[inline(never)]
    pub(super) fn found(&self, code: Code) -> Diagnostic {
        let diagnostic = Diagnostic::new(code, self.token.span);
        if self.token.kind == Kind::End {
            return diagnostic.term("found", "token", "endOfFile");
        }
        let text = self.text(self.token.span);
        diagnostic.text("found", text.chars().take(40).collect::<String>())
    }

    /// The same for something that was read already.
    #[inline(never)]
    pub(super) fn unexpected_at(&mut self, span: Span) {
        let text: String = self.text(span).chars().take(40).collect();
        self.report(Diagnostic::new(Code::UnexpectedToken, span).text("found", text));
    }

    #[inline(never)]
    pub(super) fn unexpected(&mut self) -> Abort {
        let diagnostic = self.found(Code::UnexpectedToken);
        self.report(diagnostic);
        Abort
    }

    /// "Expected X after Y", where Y is the token read last.
    #[inline(never)]
    pub(super) fn expected(&mut self, expected: &'static str) -> Abort {
        let diagnostic = self.expecting(expected);
        self.report(diagnostic);
        Abort
    }

    /// A comma that seemed to be an operator is one of a list whose bracket is missing: takes its report back.
    fn take_back_comma(&mut self, from: u32) {
        let diagnostics = &mut self.lexer.diagnostics;
        let is_comma = |d: &Diagnostic| d.code == Code::UnsupportedSyntax && d.span.start >= from;
        if diagnostics.len() == self.doubtful_comma && diagnostics.last().is_some_and(is_comma) {
            diagnostics.pop();
        }
        self.doubtful_comma = 0;
    }

    pub(super) fn expecting(&self, expected: &'static str) -> Diagnostic {
        let after: String = self.text(self.previous.span).chars().take(40).collect();
        let diagnostic = self.found(Code::ExpectedToken).text("expected", expected);
        match self.previous.keyword {
            _ if after.is_empty() => diagnostic.term("where", "where", "beforeBody"),
            Some(_) => diagnostic.term_with("where", "where", "afterKeyword", after),
            None => diagnostic.term_with("where", "where", "afterName", after),
        }
    }

    pub(super) fn expect(&mut self, kind: Kind, text: &'static str) -> Parse<Span> {
        if self.at(kind) {
            return Ok(self.advance().span);
        }
        Err(self.expected(text))
    }

    /// The `{` of a body. Where the text has a `}` to spare, the opener was forgotten, and reading goes on.
    pub(super) fn open_brace(&mut self) -> Parse<Span> {
        if self.at(Kind::BraceOpen) {
            return Ok(self.advance().span);
        }
        let abort = self.expected("{");
        if self.is_halted || self.braces_to_the_end().is_none_or(|braces| !braces.has_spare) {
            return Err(abort);
        }
        self.brackets.push(Kind::BraceOpen);
        Ok(Span::at(self.token.span.start))
    }

    /// Counts from the token at hand on; `None` when that was done too often.
    #[inline(never)]
    fn braces_to_the_end(&mut self) -> Option<Braces> {
        self.brace_searches = self.brace_searches.checked_sub(1)?;
        let checkpoint = self.lexer.checkpoint();
        self.lexer.continue_at(self.token.span.start);
        let mut open = self.brackets.iter().filter(|kind| **kind == Kind::BraceOpen).count();
        let mut scan = Scan::new(&mut self.lexer);
        let mut has_spare = false;
        while let Some(scanned) = scan.next() {
            match scanned {
                Scanned::Token(token) if token.kind == Kind::BraceOpen => open += 1,
                Scanned::Token(token) if token.kind == Kind::BraceClose && open == 0 => has_spare = true,
                Scanned::Token(token) if token.kind == Kind::BraceClose => open -= 1,
                _ => {}
            }
        }
        self.lexer.rewind(checkpoint);
        Some(Braces { has_spare, lack: open > 0 })
    }

    fn lacks_brace(&mut self) -> bool {
        self.braces_to_the_end().is_some_and(|braces| braces.lack)
    }

    /// Where a declaration stands among the members of a class or a type, they ended before it.
    pub(super) fn leaves_members(&mut self) -> bool {
        if !self.token.newline_before || !matches!(self.token.keyword, Some(keyword) if only_declares(keyword)) {
            return false;
        }
        let next = self.peek();
        !next.newline_before
            && matches!(next.kind, Kind::Word | Kind::BraceOpen | Kind::BracketOpen | Kind::String)
            && self.lacks_brace()
    }

    /// After a statement of a block that could not be read: whether it belongs behind the block, whose `}` is missing.
    /// Then it is still to be read, and what was said of it is taken back.
    #[inline(never)]
    pub(super) fn leaves_block(&mut self, before: (Token, Token, usize), base: usize) -> bool {
        let (previous, first, reported) = before;
        let Some((Kind::BraceOpen, around)) = self.brackets.get(..base).and_then(<[Kind]>::split_last) else {
            return false;
        };
        let may_leave = match first.kind {
            Kind::ParenClose | Kind::BracketClose => around.last().copied() == super::cursor::opener_of(first.kind),
            Kind::Word => {
                matches!(first.keyword, Some(Keyword::Else | Keyword::Catch | Keyword::Finally))
                    || first.newline_before
                        && self.context.has(Context::ALLOWS_SUPER_MEMBER)
                        && self.starts_method(first)
            }
            _ => false,
        };
        if self.is_halted || !may_leave {
            return false;
        }
        let save = self.save();
        let inner = self.brackets.split_off(base);
        self.lexer.continue_at(first.span.end);
        (self.previous, self.token) = (previous, first);
        if !self.lacks_brace() {
            self.brackets.extend(inner);
            self.restore(save);
            return false;
        }
        self.lexer.diagnostics.truncate(reported);
        self.last_error = None;
        self.forgotten_brace = Some(first.span.start);
        true
    }

    /// The head of a method, up to the `{` behind its parameters or their `:`.
    fn starts_method(&mut self, first: Token) -> bool {
        let checkpoint = self.lexer.checkpoint();
        self.lexer.continue_at(first.span.end);
        let mut scan = Scan::new(&mut self.lexer);
        let (mut depth, mut is_behind, mut found) = (0u32, false, false);
        for _ in 0..HEAD_TOKENS_MAX {
            let Some(Scanned::Token(token)) = scan.next() else { break };
            match token.kind {
                _ if is_behind => {
                    found = matches!(token.kind, Kind::BraceOpen | Kind::Colon) && !token.newline_before;
                    break;
                }
                Kind::ParenOpen => depth += 1,
                Kind::ParenClose if depth > 0 => {
                    depth -= 1;
                    is_behind = depth == 0;
                }
                // Modifiers stand before the name.
                Kind::Word if depth == 0 && !token.newline_before => {}
                _ if depth == 0 => break,
                _ => {}
            }
        }
        self.lexer.rewind(checkpoint);
        found
    }

    pub(super) fn at_forgotten_brace(&self) -> bool {
        self.forgotten_brace == Some(self.token.span.start)
    }

    /// The closer of the bracket at `opener`. Where it is plain that it was only forgotten, reading goes on
    /// as if it stood there.
    #[inline(never)]
    pub(super) fn expect_closer(&mut self, closer: Kind, opener: Span) -> Parse<()> {
        if self.eat(closer) {
            return Ok(());
        }
        self.take_back_comma(opener.end);
        let close = match closer {
            Kind::ParenClose => ")",
            Kind::BracketClose => "]",
            Kind::BraceClose => "}",
            _ => ">",
        };
        let diagnostic = self
            .found(Code::UnclosedBracket)
            .text("open", self.text(opener))
            .text("close", close)
            .related_as("opener", opener);
        self.report(diagnostic);
        let plainly_forgotten = match self.token.kind {
            Kind::BraceOpen | Kind::BraceClose | Kind::Semicolon | Kind::End => true,
            _ => self.at_forgotten_brace() || self.token.newline_before && self.at_statement_keyword(),
        };
        if !plainly_forgotten {
            // The closer may still come: skipping passes over it.
            return Err(Abort);
        }
        self.close_bracket(closer);
        Ok(())
    }

    /// The end of a statement: `;`, or a place where it may be left out, with a warning.
    pub(super) fn semicolon(&mut self) -> Parse<()> {
        if self.eat(Kind::Semicolon) {
            return Ok(());
        }
        if matches!(self.token.kind, Kind::BraceClose | Kind::End) || self.token.newline_before {
            if !self.is_halted && self.last_error != Some(self.token.span.start) && !self.follows_lexical_error() {
                let place = Span::at(self.previous.span.end);
                self.lexer.diagnostics.push(Diagnostic::new(Code::MissingSemicolon, place).fix(place, ";"));
            }
            return Ok(());
        }
        self.take_back_comma(0);
        Err(self.expected(";"))
    }

    /// After an error inside a statement that began with `base` brackets open: skips to where the next
    /// statement may begin. The caller has made sure that at least one token goes.
    #[inline(never)]
    pub(super) fn synchronise(&mut self, base: usize) {
        loop {
            let in_braces = self.brackets.get(base..).unwrap_or(&[]).contains(&Kind::BraceOpen);
            if !in_braces && self.token.newline_before && self.at_statement_keyword() {
                break;
            }
            match self.token.kind {
                Kind::End => break,
                Kind::Semicolon if !in_braces => {
                    self.advance();
                    break;
                }
                Kind::BraceClose if !in_braces => break,
                Kind::BraceClose => {
                    // Unclosed brackets inside the braces end with them.
                    while self.brackets.len() > base && self.brackets.last() != Some(&Kind::BraceOpen) {
                        self.brackets.pop();
                    }
                    self.advance();
                    let at_base = !self.brackets.get(base..).unwrap_or(&[]).contains(&Kind::BraceOpen);
                    if at_base && !self.continues_statement() {
                        break;
                    }
                    continue;
                }
                Kind::Backtick => {
                    self.skip_template();
                    continue;
                }
                _ => {}
            }
            self.advance();
        }
        self.brackets.truncate(base);
        self.last_error = Some(self.token.span.start).filter(|_| self.is_halted);
    }

    /// Passes over a whole template literal, substitutions included.
    pub(super) fn skip_template(&mut self) {
        self.lexer.continue_at(self.token.span.start);
        let mut scan = Scan::new(&mut self.lexer);
        while let Some(scanned) = scan.next() {
            if let Scanned::Template(span) = scanned
                && scan.is_outside_templates()
            {
                self.previous.span = span;
                break;
            }
        }
        self.token = self.lexer.next_token();
    }

    /// Behind the `}` of a skipped block: does the same statement go on? On the same line it does, unless a
    /// statement plainly begins.
    fn continues_statement(&mut self) -> bool {
        matches!(self.token.keyword, Some(Keyword::Else | Keyword::Catch | Keyword::Finally))
            || !(self.token.newline_before || self.at_statement_keyword())
    }

    /// A word that only starts statements.
    pub(super) fn at_statement_keyword(&mut self) -> bool {
        let Some(keyword) = self.keyword() else { return false };
        matches!(
            keyword,
            Keyword::Let
                | Keyword::Const
                | Keyword::If
                | Keyword::For
                | Keyword::Return
                | Keyword::Break
                | Keyword::Continue
                | Keyword::Switch
                | Keyword::Try
                | Keyword::Throw
                | Keyword::Import
                | Keyword::Export
                | Keyword::Interface
                | Keyword::Function
                | Keyword::Class
        )
    }
}

/// The braces up to the end of the text, those that are open already included.
struct Braces {
    /// A `}` too much.
    has_spare: bool,
    lack: bool,
}

/// What begins a declaration and is no word before the name of a member.
fn only_declares(keyword: Keyword) -> bool {
    use Keyword::*;
    matches!(keyword, Let | Const | Class | Interface | Import | Export)
}
