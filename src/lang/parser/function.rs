//! Functions, methods and parameters.

use super::context::Context;
use super::{Parse, Parser, Weight};
use crate::ast::{Accessibility, Block, Expr, Function, Ident, MethodKind, Param, Pattern, Type};
use crate::diagnostic::{Code, Diagnostic};
use crate::keyword::Keyword;
use crate::token::{Kind, Token};

impl<'a> Parser<'a> {
    /// A declaration; `функсия` is the current token. The name may be missing only in a default export.
    pub(super) fn function_declaration(
        &mut self,
        start: u32,
        is_async: bool,
        may_be_anonymous: bool,
    ) -> Parse<&'a Function<'a>> {
        self.advance();
        self.generator_star();
        let name =
            if may_be_anonymous && self.at(Kind::ParenOpen) { None } else { Some(self.binding_name("function")?) };
        self.function_rest(start, name, is_async, Context::function(is_async), true)
    }

    pub(super) fn function_expression(&mut self, start: u32, is_async: bool) -> Parse<Expr<'a>> {
        self.advance();
        self.generator_star();
        let name = if self.at_binding_name() {
            let token = *self.advance();
            Some(self.ident(token))
        } else {
            None
        };
        let function = self.function_rest(start, name, is_async, Context::function(is_async), false)?;
        Ok(Expr::Function(function))
    }

    fn generator_star(&mut self) {
        if self.at(Kind::Star) {
            self.unsupported("generator", self.token.span);
            self.advance();
        }
    }

    /// Type parameters, parameters, return type and body of a method or constructor.
    pub(super) fn method(
        &mut self,
        start: u32,
        is_async: bool,
        may_have_no_body: bool,
        allows_super_call: bool,
    ) -> Parse<&'a Function<'a>> {
        let member = Context::member(is_async);
        let context = if allows_super_call { member.with(Context::ALLOWS_SUPER_CALL) } else { member };
        self.function_rest(start, None, is_async, context, may_have_no_body)
    }

    /// A getter has no parameter, a setter exactly one.
    #[inline(never)]
    pub(super) fn accessor(&mut self, start: u32, kind: MethodKind, may_have_no_body: bool) -> Parse<&'a Function<'a>> {
        let first = self.peek();
        let is_empty = !self.at(Kind::ParenOpen) || first.kind == Kind::ParenClose;
        if kind == MethodKind::Set && is_empty {
            let diagnostic = Diagnostic::new(Code::ExpectedName, first.span).term("what", "what", "parameter");
            self.report(diagnostic.text("found", self.text(first.span)));
        }
        let function = self.method(start, false, may_have_no_body, false)?;
        let extra = match kind {
            MethodKind::Set => function.params.iter().find(|param| param.is_rest).or(function.params.get(1)),
            _ => function.params.first(),
        };
        if let Some(param) = extra {
            self.unexpected_at(param.span);
        }
        Ok(function)
    }

    fn function_rest(
        &mut self,
        start: u32,
        name: Option<Ident>,
        is_async: bool,
        context: Context,
        may_have_no_body: bool,
    ) -> Parse<&'a Function<'a>> {
        self.enter(Weight::Function)?;
        let outer = std::mem::replace(&mut self.context, context);
        let result = self.signature_and_body(start, name, is_async, may_have_no_body);
        self.context = outer;
        self.leave(Weight::Function);
        result
    }

    fn signature_and_body(
        &mut self,
        start: u32,
        name: Option<Ident>,
        is_async: bool,
        may_have_no_body: bool,
    ) -> Parse<&'a Function<'a>> {
        let type_params = if self.at(Kind::Less) { self.type_params()? } else { &[] };
        let (params, this_type) = self.params(self.context.has(Context::ALLOWS_SUPER_MEMBER) && name.is_none())?;
        let return_type = if self.eat(Kind::Colon) { Some(self.return_type()?) } else { None };
        let ends =
            self.token.newline_before || matches!(self.token.kind, Kind::Semicolon | Kind::BraceClose | Kind::End);
        let body = if may_have_no_body && ends && !self.at(Kind::BraceOpen) {
            self.semicolon()?;
            None
        } else {
            Some(self.block()?)
        };
        let span = self.span_from(start);
        Ok(self.alloc(Function { span, name, is_async, type_params, params, this_type, return_type, body }))
    }

    /// A block of statements in the context at hand.
    #[inline(never)]
    pub(super) fn block(&mut self) -> Parse<Block<'a>> {
        let opener = self.open_brace()?;
        let mut body = self.list();
        let outer = self.context;
        self.context = outer.nested();
        self.statements_into(&mut body);
        self.context = outer;
        self.expect_closer(Kind::BraceClose, opener)?;
        let body = self.slice(body);
        Ok(Block { span: self.span_from(opener.start), body })
    }

    /// Parameters, and the erased type of a `this` parameter.
    #[inline(never)]
    pub(super) fn params(&mut self, allow_properties: bool) -> Parse<(&'a [Param<'a>], Option<Type<'a>>)> {
        let opener = self.expect(Kind::ParenOpen, "(")?;
        // Parameters are there before the body runs: nothing can be waited for.
        let outer = self.context;
        self.context = outer.without(Context::ALLOWS_AWAIT);
        let mut params = self.list::<Param<'a>>();
        let mut this_type = None;
        while !self.at(Kind::ParenClose) {
            let is_this = matches!(self.token.keyword, Some(Keyword::This | Keyword::LatinThis));
            if is_this && !self.token.is_mixed_case && params.is_empty() {
                self.advance();
                if self.eat(Kind::Colon) {
                    this_type = Some(self.parse_type()?);
                }
            } else {
                let param = self.param(allow_properties)?;
                if let Some(rest) = params.last().filter(|last| last.is_rest) {
                    self.report(Diagnostic::new(Code::RestNotLast, rest_dots(rest)));
                }
                params.push(param);
            }
            if !self.eat(Kind::Comma) {
                break;
            }
            if let Some(rest) = params.last().filter(|last| last.is_rest && self.at(Kind::ParenClose)) {
                self.report(Diagnostic::new(Code::RestNotLast, rest_dots(rest)));
            }
        }
        self.context = outer;
        self.expect_closer(Kind::ParenClose, opener)?;
        Ok((self.slice(params), this_type))
    }

    fn param(&mut self, allow_properties: bool) -> Parse<Param<'a>> {
        let start = self.token.span.start;
        let mut accessibility = None;
        let mut is_readonly = false;
        while allow_properties && let Some(keyword) = self.token.keyword {
            let next = self.peek();
            if !matches!(next.kind, Kind::Word | Kind::BraceOpen | Kind::BracketOpen) {
                break;
            }
            match keyword {
                Keyword::Readonly => is_readonly = true,
                _ => match accessibility_of(keyword) {
                    Some(found) => accessibility = Some(found),
                    None => break,
                },
            }
            self.advance();
        }
        let is_rest = self.eat(Kind::DotDotDot);
        let pattern = self.binding_target("parameter")?;
        let is_optional = self.eat(Kind::Question);
        let ty = if self.eat(Kind::Colon) { Some(self.parse_type()?) } else { None };
        if is_rest && self.at(Kind::Eq) {
            self.unexpected_at(self.token.span);
        }
        let default = if self.eat(Kind::Eq) { Some(self.expression()?) } else { None };
        let span = self.span_from(start);
        Ok(Param { span, accessibility, is_readonly, is_rest, pattern, is_optional, ty, default })
    }

    /// The one parameter of `х => ...`.
    pub(super) fn plain_param(&mut self, token: Token) -> Param<'a> {
        let ident = self.ident(token);
        Param {
            span: token.span,
            accessibility: None,
            is_readonly: false,
            is_rest: false,
            pattern: Pattern::Ident(self.alloc(ident)),
            is_optional: false,
            ty: None,
            default: None,
        }
    }
}

pub(super) fn accessibility_of(keyword: Keyword) -> Option<Accessibility> {
    match keyword {
        Keyword::Public => Some(Accessibility::Public),
        Keyword::Private => Some(Accessibility::Private),
        Keyword::Protected => Some(Accessibility::Protected),
        _ => None,
    }
}

fn rest_dots(param: &Param<'_>) -> crate::source::Span {
    crate::source::Span::new(param.span.start, param.span.start + 3)
}
