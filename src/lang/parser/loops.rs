//! `барои` in its forms: three clauses, `аз`, `дар`.

use super::context::Context;
use super::{Parse, Parser};
use crate::ast::{Declarator, For, ForBinding, ForIn, ForInKind, ForInit, Stmt, VarDecl};
use crate::diagnostic::Code;
use crate::keyword::Keyword;
use crate::source::Span;
use crate::token::Kind;

impl<'a> Parser<'a> {
    #[inline(never)]
    pub(super) fn for_statement(&mut self) -> Parse<Stmt<'a>> {
        let start = self.advance().span.start;
        let is_await = self.at_word(Keyword::Await);
        if is_await {
            let span = self.advance().span;
            if !self.context.has(Context::ALLOWS_AWAIT) {
                self.report(crate::diagnostic::Diagnostic::new(Code::AwaitOutsideAsync, span));
            }
        }
        let base = self.brackets.len();
        if !self.at(Kind::ParenOpen) {
            self.expected("(");
            // A header without brackets ends where the body begins, if that is on its line.
            while !self.token.newline_before && !matches!(self.token.kind, Kind::BraceOpen | Kind::Backtick | Kind::End)
            {
                self.advance();
            }
            let has_body = self.at(Kind::BraceOpen) && self.brackets.len() == base;
            return if has_body { self.body(self.context.in_loop()) } else { Err(super::Abort) };
        }
        let opener = self.expect(Kind::ParenOpen, "(")?;
        match self.for_header(start, opener, is_await) {
            Err(super::Abort) if self.skip_header(base) => self.body(self.context.in_loop()),
            result => result,
        }
    }

    /// To behind the `)` of a header in which something is wrong; false when it has none.
    fn skip_header(&mut self, base: usize) -> bool {
        while !(self.token.newline_before && self.at_statement_keyword()) {
            match self.token.kind {
                Kind::End | Kind::BraceOpen | Kind::BraceClose | Kind::Backtick => return false,
                Kind::ParenClose if self.brackets.len() == base + 1 => {
                    self.advance();
                    return true;
                }
                _ if self.brackets.len() <= base => return false,
                _ => *self.advance(),
            };
        }
        false
    }

    #[inline(never)]
    fn for_header(&mut self, start: u32, opener: Span, is_await: bool) -> Parse<Stmt<'a>> {
        if self.at_word(Keyword::Let) || self.at_word(Keyword::Const) {
            return self.for_with_declaration(start, opener, is_await);
        }
        if self.eat(Kind::Semicolon) {
            return self.for_clauses(start, opener, None);
        }
        let mark = self.shorthand_defaults.len();
        let init = self.assignment()?;
        if let Some(kind) = self.for_in_kind(is_await) {
            self.shorthand_defaults.truncate(mark);
            let target = self.expr_to_pattern(init, true)?;
            return self.for_in(start, opener, kind, ForBinding::Target(target));
        }
        self.for_semicolon()?;
        self.for_clauses(start, opener, Some(ForInit::Expr(init)))
    }

    #[inline(never)]
    fn for_with_declaration(&mut self, start: u32, opener: Span, is_await: bool) -> Parse<Stmt<'a>> {
        let keyword = *self.advance();
        let is_const = keyword.is(Keyword::Const);
        let declarator_start = self.token.span.start;
        let pattern = self.binding_target("variable")?;
        let ty = if self.eat(Kind::Colon) { Some(self.parse_type()?) } else { None };
        if let Some(kind) = self.for_in_kind(is_await) {
            let declarator = Declarator { span: self.span_from(declarator_start), pattern, ty, init: None };
            let declarators = self.arena.alloc_slice_copy(&[declarator]);
            let span = self.span_from(keyword.span.start);
            let declaration = self.alloc(VarDecl { span, is_const, declarators });
            return self.for_in(start, opener, kind, ForBinding::Var(declaration));
        }
        let first = self.declarator_rest(declarator_start, is_const, pattern, ty)?;
        let declaration = self.more_declarators(keyword.span.start, is_const, first)?;
        self.for_semicolon()?;
        self.for_clauses(start, opener, Some(ForInit::Var(declaration)))
    }

    fn for_in_kind(&mut self, is_await: bool) -> Option<ForInKind> {
        match self.keyword() {
            Some(Keyword::From) if is_await => Some(ForInKind::AwaitOf),
            Some(Keyword::From) => Some(ForInKind::Of),
            Some(Keyword::In) => Some(ForInKind::In),
            _ => None,
        }
    }

    #[inline(never)]
    fn for_in(&mut self, start: u32, opener: Span, kind: ForInKind, binding: ForBinding<'a>) -> Parse<Stmt<'a>> {
        self.advance();
        let object = self.expression()?;
        self.expect_closer(Kind::ParenClose, opener)?;
        let body = self.body(self.context.in_loop())?;
        Ok(Stmt::ForIn(self.alloc(ForIn { span: self.span_from(start), kind, binding, object, body })))
    }

    #[inline(never)]
    fn for_semicolon(&mut self) -> Parse<()> {
        if self.eat(Kind::Semicolon) {
            return Ok(());
        }
        let diagnostic = self.found(Code::ExpectedToken).text("expected", ";").term("where", "where", "inLoop");
        self.fail(diagnostic)
    }

    #[inline(never)]
    fn for_clauses(&mut self, start: u32, opener: Span, init: Option<ForInit<'a>>) -> Parse<Stmt<'a>> {
        let test = if self.at(Kind::Semicolon) { None } else { Some(self.expression()?) };
        self.for_semicolon()?;
        let mut update = self.list();
        if !self.at(Kind::ParenClose) {
            update.push(self.expression()?);
            while self.eat(Kind::Comma) {
                update.push(self.expression()?);
            }
        }
        self.expect_closer(Kind::ParenClose, opener)?;
        let update = self.slice(update);
        let body = self.body(self.context.in_loop())?;
        Ok(Stmt::For(self.alloc(For { span: self.span_from(start), init, test, update, body })))
    }
}
