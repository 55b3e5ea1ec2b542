//! Array and object literals. Both may turn out to be patterns, so `{а = 1}` is accepted for the moment.

use super::context::Context;
use super::{Parse, Parser};
use crate::ast::{
    Array, ArrayElement, Expr, MethodKind, Object, ObjectMethod, Property, PropertyKey, ShorthandProperty,
    ValueProperty,
};
use crate::keyword::Keyword;
use crate::source::Span;
use crate::token::{Kind, Token};

impl<'a> Parser<'a> {
    #[inline(never)]
    pub(super) fn array(&mut self) -> Parse<Expr<'a>> {
        let outer = self.context;
        self.context = outer.without(Context::IN_CONSEQUENT);
        let result = self.array_inner();
        self.context = outer;
        result
    }

    fn array_inner(&mut self) -> Parse<Expr<'a>> {
        let opener = self.advance().span;
        let mut elements = self.list();
        while !self.at(Kind::BracketClose) {
            if self.at(Kind::Comma) {
                elements.push(ArrayElement::Hole(Span::at(self.token.span.start)));
                self.advance();
                continue;
            }
            elements.push(if self.at(Kind::DotDotDot) {
                ArrayElement::Spread(self.spread()?)
            } else {
                ArrayElement::Expr(self.assignment()?)
            });
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        self.expect_closer(Kind::BracketClose, opener)?;
        let elements = self.slice(elements);
        Ok(Expr::Array(self.alloc(Array { span: self.span_from(opener.start), elements })))
    }

    #[inline(never)]
    pub(super) fn object(&mut self) -> Parse<Expr<'a>> {
        let outer = self.context;
        self.context = outer.without(Context::IN_CONSEQUENT);
        let result = self.object_inner();
        self.context = outer;
        result
    }

    fn object_inner(&mut self) -> Parse<Expr<'a>> {
        let opener = self.advance().span;
        let mut properties = self.list();
        while !matches!(self.token.kind, Kind::BraceClose | Kind::Semicolon) {
            let start = self.token.span.start;
            properties.push(match self.property()? {
                Started::Whole(property) => property,
                // Here, not in `property`, whose frame is large.
                Started::Value(key) => {
                    let value = self.assignment()?;
                    let span = self.span_from(start);
                    Property::Value(self.alloc(ValueProperty { span, key, value }))
                }
            });
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        self.expect_closer(Kind::BraceClose, opener)?;
        let properties = self.slice(properties);
        Ok(Expr::Object(self.alloc(Object { span: self.span_from(opener.start), properties })))
    }

    #[inline(never)]
    fn property(&mut self) -> Parse<Started<'a>> {
        let start = self.token.span.start;
        if self.at(Kind::DotDotDot) {
            return Ok(Started::Whole(Property::Spread(self.spread()?)));
        }
        if self.at(Kind::Star) {
            self.unsupported("generator", self.token.span);
            self.advance();
        }
        let mut is_async = false;
        let mut kind = MethodKind::Method;
        if let Some(keyword @ (Keyword::Async | Keyword::Get | Keyword::Set)) = self.token.keyword {
            let next = self.peek();
            if starts_key(&next) {
                self.advance();
                match keyword {
                    Keyword::Async => is_async = true,
                    Keyword::Get => kind = MethodKind::Get,
                    _ => kind = MethodKind::Set,
                }
                if self.at(Kind::Star) {
                    self.unsupported("generator", self.token.span);
                    self.advance();
                }
            }
        }
        let is_marked = is_async || kind != MethodKind::Method;
        let token = self.token;
        let key = self.property_key()?;
        if is_marked || matches!(self.token.kind, Kind::ParenOpen | Kind::Less) {
            let function = match kind {
                MethodKind::Method => self.method(start, is_async, false, false)?,
                _ => self.accessor(start, kind, false)?,
            };
            let span = self.span_from(start);
            return Ok(Started::Whole(Property::Method(self.alloc(ObjectMethod { span, kind, key, function }))));
        }
        if self.eat(Kind::Colon) {
            return Ok(Started::Value(key));
        }
        if !matches!(key, PropertyKey::Word(_)) || !self.may_be_shorthand(&token) {
            return Err(self.expected(":"));
        }
        let ident = self.ident(token);
        let mut default = None;
        if self.at(Kind::Eq) {
            let eq = self.advance().span;
            default = Some(self.assignment()?);
            self.shorthand_defaults.push(eq);
        }
        let span = self.span_from(start);
        Ok(Started::Whole(Property::Shorthand(self.alloc(ShorthandProperty { span, ident, default }))))
    }

    fn may_be_shorthand(&mut self, token: &Token) -> bool {
        if token.is_mixed_case {
            return self.declares(token.name);
        }
        super::cursor::is_binding_name(token)
    }

    /// A key of an object, class member, pattern or type member.
    pub(super) fn property_key(&mut self) -> Parse<PropertyKey<'a>> {
        let token = self.token;
        match token.kind {
            Kind::Word => {
                self.advance();
                Ok(PropertyKey::Word(Self::word(token)))
            }
            Kind::String => {
                self.advance();
                let string = self.string_lit(token.span);
                Ok(PropertyKey::String(self.alloc(string)))
            }
            Kind::Number | Kind::BigInt => {
                self.advance();
                Ok(PropertyKey::Number(self.alloc(self.number_lit(token))))
            }
            Kind::BracketOpen => {
                self.advance();
                let expr = self.expression()?;
                self.expect_closer(Kind::BracketClose, token.span)?;
                Ok(PropertyKey::Computed(expr))
            }
            Kind::Hash => {
                self.private_name();
                self.property_key()
            }
            _ => Err(self.expected_name("property")),
        }
    }
}

/// A property, or one whose value comes next.
enum Started<'a> {
    Whole(Property<'a>),
    Value(PropertyKey<'a>),
}

/// Whether a property or member key may begin with this token.
pub(super) fn starts_key(token: &Token) -> bool {
    matches!(
        token.kind,
        Kind::Word | Kind::String | Kind::Number | Kind::BigInt | Kind::BracketOpen | Kind::Hash | Kind::Star
    )
}
