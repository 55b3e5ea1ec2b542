//! Literals whose text the lexer reads on demand: strings, numbers, templates, regular expressions.

use super::context::Context;
use super::{Parse, Parser, Weight, regex};
use crate::ast::{Expr, NumberLit, NumberType, RegexLit, StringLit, Template, TemplateElement, TemplateType, Type};
use crate::ast::{Unary, UnaryOp};
use crate::diagnostic::{Code, Diagnostic};
use crate::lexer::{PieceEnd, cook};
use crate::source::Span;
use crate::token::{Kind, Token};

impl<'a> Parser<'a> {
    #[inline(never)]
    pub(super) fn string_lit(&mut self, span: Span) -> StringLit<'a> {
        let text = self.text(span);
        let quote = text.get(..1).unwrap_or("\"");
        let inner = text.get(1..).unwrap_or("");
        // An unterminated string has no closing quote.
        let inner = inner.strip_suffix(quote).unwrap_or(inner);
        let cooked = cook(self.arena, inner, span.start + 1, false, &mut self.lexer.diagnostics);
        StringLit { span, value: cooked.value, lone_surrogates: cooked.lone_surrogates }
    }

    #[inline(never)]
    pub(super) fn number_lit(&self, token: Token) -> NumberLit<'a> {
        NumberLit { span: token.span, raw: self.text(token.span), is_bigint: token.kind == Kind::BigInt }
    }

    pub(super) fn number_type(&mut self, start: u32, is_negative: bool) -> Parse<Type<'a>> {
        if !matches!(self.token.kind, Kind::Number | Kind::BigInt) {
            return Err(self.expected_type());
        }
        let token = *self.advance();
        let number = self.number_lit(token);
        Ok(Type::Number(self.alloc(NumberType { span: self.span_from(start), is_negative, number })))
    }

    #[inline(never)]
    pub(super) fn regex_lit(&mut self) -> Expr<'a> {
        let span = self.lexer.regex(self.token.span);
        if !self.lexer.is_broken(span)
            && let Some(found) = regex::fault(self.text(span))
        {
            self.unexpected_at(Span::new(span.start + found.start, span.start + found.end));
        }
        self.previous = Token { span, kind: Kind::String, ..self.token };
        self.token = self.lexer.next_token();
        Expr::Regex(self.alloc(RegexLit { span, raw: self.text(span) }))
    }

    #[inline(never)]
    pub(super) fn template(&mut self, is_tagged: bool) -> Parse<&'a Template<'a>> {
        let open = self.token.span;
        let mut exprs = self.list();
        let quasis = self.template_pieces(is_tagged, |parser, opener| {
            let expr = parser.substitution(opener);
            exprs.push(expr);
        })?;
        let exprs = self.slice(exprs);
        Ok(self.alloc(Template { span: self.span_from(open.start), quasis, exprs }))
    }

    pub(super) fn template_type(&mut self) -> Parse<Type<'a>> {
        let open = self.token.span;
        let mut types = self.list();
        let quasis = self.template_pieces(false, |parser, opener| {
            let base = parser.brackets.len();
            let ty = parser.parse_type().unwrap_or(Type::Error(opener));
            parser.finish_substitution(base);
            types.push(ty);
        })?;
        let types = self.slice(types);
        Ok(Type::Template(self.alloc(TemplateType { span: self.span_from(open.start), quasis, types })))
    }

    /// The pieces of text of the template whose backtick is the current token. `substitution` reads what stands
    /// in `${ }` and stops at the `}`.
    fn template_pieces(
        &mut self,
        is_tagged: bool,
        mut substitution: impl FnMut(&mut Self, Span),
    ) -> Parse<&'a [TemplateElement<'a>]> {
        let open = self.token.span;
        let mut quasis = self.list();
        let mut from = open.end;
        loop {
            let (span, end) = self.lexer.template_piece(from);
            let raw = self.text(span);
            let reported = self.lexer.diagnostics.len();
            let cooked = cook(self.arena, raw, span.start, true, &mut self.lexer.diagnostics);
            if is_tagged {
                // A tag may read the raw text, so that no escape is wrong.
                self.lexer.diagnostics.truncate(reported);
            }
            quasis.push(TemplateElement {
                span,
                raw,
                cooked: (!cooked.is_malformed).then_some(cooked.value),
                lone_surrogates: cooked.lone_surrogates,
            });
            match end {
                PieceEnd::Closed => {
                    self.previous = Token { span: Span::new(span.end, span.end + 1), ..self.token };
                    self.token = self.lexer.next_token();
                    return Ok(self.slice(quasis));
                }
                PieceEnd::Unterminated => {
                    let line = self.text(Span::new(open.start, span.end));
                    let width = line.find(['\n', '\r']).unwrap_or(line.len());
                    self.report(Diagnostic::new(
                        Code::UnterminatedTemplate,
                        Span::new(open.start, open.start + width as u32),
                    ));
                    // The rest of the text is inside the template: there is nothing left to judge.
                    self.is_halted = true;
                    self.token = self.lexer.next_token();
                    return Err(super::Abort);
                }
                PieceEnd::Substitution => {
                    let opener = Span::new(span.end, span.end + 2);
                    self.previous = Token { span: opener, kind: Kind::BraceOpen, keyword: None, ..self.token };
                    self.brackets.push(Kind::BraceOpen);
                    self.token = self.lexer.next_token();
                    substitution(self, opener);
                    if !self.at(Kind::BraceClose) {
                        // The end of the text: the template was never closed.
                        self.report(Diagnostic::new(Code::UnterminatedTemplate, open));
                        self.is_halted = true;
                        return Err(super::Abort);
                    }
                    self.close_bracket(Kind::BraceClose);
                    from = self.token.span.end;
                }
            }
        }
    }

    fn substitution(&mut self, opener: Span) -> Expr<'a> {
        let base = self.brackets.len();
        if self.at(Kind::BraceClose) {
            self.lexer.diagnostics.push(Diagnostic::new(Code::EmptySubstitution, opener));
            let zero = NumberLit { span: opener, raw: "0", is_bigint: false };
            let expr = Expr::Number(self.alloc(zero));
            return Expr::Unary(self.alloc(Unary { span: opener, op: UnaryOp::Void, expr }));
        }
        if self.at(Kind::End) {
            return Expr::Error(opener);
        }
        let outer = self.context;
        self.context = outer.without(Context::IN_CONSEQUENT);
        let mark = self.shorthand_defaults.len();
        // A template in a template needs more of the stack than a bracket.
        let expr = self.nested(Weight::Operand, Self::expression_without_comma).unwrap_or(Expr::Error(opener));
        self.shorthand_defaults.truncate(mark);
        self.context = outer;
        self.finish_substitution(base);
        expr
    }

    /// Passes over whatever else stands before the `}` of a substitution, as one error.
    fn finish_substitution(&mut self, base: usize) {
        if self.at(Kind::BraceClose) && self.brackets.len() == base {
            return;
        }
        let reported = self.lexer.diagnostics.len();
        self.unexpected();
        loop {
            match self.token.kind {
                // Never closed: that is reported for the template, and is the only cause.
                Kind::End => return self.lexer.diagnostics.truncate(reported),
                Kind::BraceClose => {
                    while self.brackets.len() > base && self.brackets.last() != Some(&Kind::BraceOpen) {
                        self.brackets.pop();
                    }
                    if self.brackets.len() <= base {
                        return;
                    }
                    self.advance();
                }
                Kind::Backtick => self.skip_template(),
                _ => {
                    self.advance();
                }
            }
        }
    }
}
