//! Operands: names, literals, brackets, `нав`, functions and classes as values, `ворид(...)`.

use super::context::Context;
use super::expr::{CallHead, CallKind};
use super::{Parse, Parser, Weight};
use crate::ast::{BoolLit, Expr, ImportCall, New, Paren, Property, PropertyKey};
use crate::diagnostic::{Code, Diagnostic};
use crate::keyword::{Class as WordClass, Keyword};
use crate::source::Span;
use crate::token::Kind;

impl<'a> Parser<'a> {
    /// Part of the frame of every bracket: only calls.
    #[inline(always)]
    pub(super) fn operand(&mut self) -> Parse<Expr<'a>> {
        match self.token.kind {
            Kind::Word => self.word_operand(),
            Kind::Backtick => self.template(false).map(Expr::Template),
            Kind::ParenOpen => self.parenthesised(),
            Kind::BracketOpen => self.array(),
            Kind::BraceOpen => self.object(),
            _ => self.plain_operand(),
        }
    }

    /// An operand that no brackets surround.
    #[inline(never)]
    fn plain_operand(&mut self) -> Parse<Expr<'a>> {
        let token = self.token;
        match token.kind {
            Kind::Number | Kind::BigInt => {
                self.advance();
                Ok(Expr::Number(self.alloc(self.number_lit(token))))
            }
            Kind::String => {
                self.advance();
                let string = self.string_lit(token.span);
                Ok(Expr::String(self.alloc(string)))
            }
            Kind::Slash | Kind::SlashEq => Ok(self.regex_lit()),
            Kind::Hash => {
                self.private_name();
                self.word_operand()
            }
            Kind::At => {
                self.decorator()?;
                self.separate_operand()
            }
            Kind::Less if matches!(self.peek().kind, Kind::Word | Kind::Greater) => {
                self.unsupported("jsx", token.span);
                Err(super::Abort)
            }
            _ => Err(self.expected_expression()),
        }
    }

    /// An operand that is not the beginning of an expression.
    #[inline(never)]
    pub(super) fn separate_operand(&mut self) -> Parse<Expr<'a>> {
        self.nested(Weight::Operand, Self::operand)
    }

    #[inline(never)]
    pub(super) fn expected_expression(&mut self) -> super::Abort {
        let diagnostic = self.found(Code::ExpectedExpression);
        self.report(diagnostic);
        super::Abort
    }

    #[inline(never)]
    fn word_operand(&mut self) -> Parse<Expr<'a>> {
        let token = self.token;
        let span = token.span;
        if token.kind != Kind::Word {
            return Err(self.expected_expression());
        }
        let Some(keyword) = self.keyword() else {
            return Ok(self.name_operand());
        };
        let literal = match keyword {
            Keyword::True | Keyword::LatinTrue => Expr::Bool(self.alloc(BoolLit { span, value: true })),
            Keyword::False | Keyword::LatinFalse => Expr::Bool(self.alloc(BoolLit { span, value: false })),
            Keyword::Null | Keyword::LatinNull => Expr::Null(span),
            Keyword::This | Keyword::LatinThis => Expr::This(span),
            Keyword::Function => return self.function_expression(span.start, false),
            Keyword::Class => return self.class_expression(),
            Keyword::New => return self.new_expression(),
            Keyword::NewDocumented => {
                let next = self.peek();
                if super::cursor::is_binding_name(&next) && !next.newline_before {
                    self.documented_spelling("нав");
                    return self.new_expression();
                }
                return Ok(self.name_operand());
            }
            Keyword::Import => return self.import_call(),
            Keyword::Super => return self.super_operand(),
            Keyword::Async => return self.async_operand(),
            _ if keyword.class() == WordClass::Reserved => return Err(self.expected_expression()),
            _ => return Ok(self.name_operand()),
        };
        self.advance();
        Ok(literal)
    }

    fn name_operand(&mut self) -> Expr<'a> {
        let token = *self.advance();
        let ident = self.ident(token);
        Expr::Ident(self.alloc(ident))
    }

    #[inline(never)]
    fn async_operand(&mut self) -> Parse<Expr<'a>> {
        let start = self.advance().span.start;
        if self.at_word(Keyword::Function) {
            return self.function_expression(start, true);
        }
        match self.arrow_function(start, true)? {
            Some(arrow) => Ok(arrow),
            None => {
                let place = Span::at(self.token.span.start);
                let diagnostic = self.expecting("функсия").fix(place, "функсия ");
                self.fail(diagnostic)
            }
        }
    }

    #[inline(never)]
    fn super_operand(&mut self) -> Parse<Expr<'a>> {
        let span = self.advance().span;
        let allowed = match self.token.kind {
            Kind::ParenOpen => self.context.has(Context::ALLOWS_SUPER_CALL),
            Kind::Dot | Kind::BracketOpen => self.context.has(Context::ALLOWS_SUPER_MEMBER),
            _ => false,
        };
        if !allowed {
            self.report(Diagnostic::new(Code::SuperOutside, span));
        }
        Ok(Expr::Super(span))
    }

    #[inline(never)]
    fn parenthesised(&mut self) -> Parse<Expr<'a>> {
        let opener = self.advance().span;
        let outer = self.context;
        self.context = outer.without(Context::IN_CONSEQUENT);
        let inner = self.expression_without_comma();
        self.context = outer;
        let expr = inner?;
        self.expect_closer(Kind::ParenClose, opener)?;
        Ok(Expr::Paren(self.alloc(Paren { span: self.span_from(opener.start), expr })))
    }

    /// The callee takes members and indexes but no call.
    #[inline(never)]
    fn new_expression(&mut self) -> Parse<Expr<'a>> {
        let start = self.advance().span.start;
        let callee_start = self.token.span.start;
        let operand = self.separate_operand()?;
        let callee = self.chain(callee_start, operand, false)?;
        let mut type_args: &'a [_] = &[];
        if self.at(Kind::Less) && !self.token.newline_before {
            let save = self.save();
            match self.type_args() {
                Ok(args) if !self.has_errors_since(&save) => type_args = args,
                _ => self.restore(save),
            }
        }
        if self.at(Kind::ParenOpen) {
            let head = CallHead { start, callee, type_args, kind: CallKind::New };
            self.enter(Weight::Operand)?;
            let new = self.call(&head)?;
            self.leave(Weight::Operand);
            return Ok(new);
        }
        Ok(Expr::New(self.alloc(New { span: self.span_from(start), callee, type_args, arguments: None })))
    }

    #[inline(never)]
    fn import_call(&mut self) -> Parse<Expr<'a>> {
        let start = self.token.span.start;
        if self.peek().kind != Kind::ParenOpen {
            return Err(self.expected_expression());
        }
        self.advance();
        let opener = self.advance().span;
        let specifier = self.expression()?;
        let mut is_json = false;
        if self.eat(Kind::Comma) && !self.at(Kind::ParenClose) {
            let attributes = self.expression()?;
            is_json = self.is_json_option(attributes);
            if !is_json {
                let diagnostic = Diagnostic::new(Code::BadImport, attributes.span());
                self.report(diagnostic.text("expected", "{ with: { type: \"json\" } }"));
            }
            self.eat(Kind::Comma);
        }
        self.expect_closer(Kind::ParenClose, opener)?;
        Ok(Expr::Import(self.alloc(ImportCall { span: self.span_from(start), specifier, is_json })))
    }

    /// `{ with: { type: "json" } }`
    fn is_json_option(&self, options: Expr<'a>) -> bool {
        let only_property = |expr: Expr<'a>, name: &str| match expr {
            Expr::Object(object) => match object.properties {
                [Property::Value(property)] => match property.key {
                    PropertyKey::Word(word) if self.lexer.names.text(word.name) == name => Some(property.value),
                    PropertyKey::String(string) if string.value == name => Some(property.value),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        };
        let kind = only_property(options, "with").and_then(|inner| only_property(inner, "type"));
        matches!(kind, Some(Expr::String(string)) if string.value == "json")
    }

    /// `#ном`: reported, and read as `ном`.
    #[inline(never)]
    pub(super) fn private_name(&mut self) {
        let span = self.token.span;
        self.unsupported("private-name", span);
        self.advance();
    }

    /// `@ном(...)`: reported and passed over.
    #[inline(never)]
    pub(super) fn decorator(&mut self) -> Parse<()> {
        while self.at(Kind::At) {
            let at = self.advance().span;
            self.unsupported("decorator", at);
            let start = self.token.span.start;
            let operand = self.separate_operand()?;
            self.chain(start, operand, true)?;
        }
        Ok(())
    }

    #[inline(never)]
    pub(super) fn unsupported(&mut self, feature: &'static str, span: Span) {
        let diagnostic = Diagnostic::new(Code::UnsupportedSyntax, span).term("feature", "feature", feature).term(
            "alternative",
            "alternative",
            feature,
        );
        self.report(diagnostic);
    }

    /// Notes that the word at hand has a usual spelling.
    #[inline(never)]
    pub(super) fn documented_spelling(&mut self, usual: &'static str) {
        let span = self.token.span;
        let diagnostic = Diagnostic::new(Code::DocumentedSpelling, span)
            .text("word", self.text(span))
            .text("suggestion", usual)
            .fix(span, usual);
        self.lexer.diagnostics.push(diagnostic);
    }
}
