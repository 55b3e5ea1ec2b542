//! Binding patterns, and the reading of an expression as an assignment pattern.

use super::expr::has_optional_link;
use super::{Parse, Parser, Weight};
use crate::ast::{
    ArrayElement, ArrayPattern, Expr, Ident, ObjectPattern, Pattern, PatternElement, PatternProperty, Property,
    PropertyKey,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::token::Kind;

impl<'a> Parser<'a> {
    /// A name that binds; `what` is an entry of the terms of the same name.
    pub(super) fn binding_name(&mut self, what: &'static str) -> Parse<Ident> {
        if self.at_binding_name() {
            let token = *self.advance();
            return Ok(self.ident(token));
        }
        Err(self.expected_name(what))
    }

    pub(super) fn expected_name(&mut self, what: &'static str) -> super::Abort {
        let diagnostic = self.found(Code::ExpectedName).term("what", "what", what);
        self.report(diagnostic);
        super::Abort
    }

    pub(super) fn binding_target(&mut self, what: &'static str) -> Parse<Pattern<'a>> {
        match self.token.kind {
            Kind::BracketOpen => self.nested(Weight::Whole, Self::array_pattern),
            Kind::BraceOpen => self.nested(Weight::Whole, Self::object_pattern),
            _ => {
                let ident = self.binding_name(what)?;
                Ok(Pattern::Ident(self.alloc(ident)))
            }
        }
    }

    fn array_pattern(&mut self) -> Parse<Pattern<'a>> {
        let opener = self.advance().span;
        let mut elements = self.list();
        let mut rest: Option<&'a Pattern<'a>> = None;
        while !self.at(Kind::BracketClose) {
            if self.eat(Kind::Comma) {
                elements.push(None);
                continue;
            }
            if self.at(Kind::DotDotDot) {
                rest = Some(self.rest_binding(Kind::BracketClose)?);
            } else {
                let pattern = self.binding_target("variable")?;
                let default = self.default_value()?;
                elements.push(Some(PatternElement { pattern, default }));
            }
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        self.expect_closer(Kind::BracketClose, opener)?;
        let elements = self.slice(elements);
        Ok(Pattern::Array(self.alloc(ArrayPattern { span: self.span_from(opener.start), elements, rest })))
    }

    fn object_pattern(&mut self) -> Parse<Pattern<'a>> {
        let opener = self.advance().span;
        let mut properties = self.list();
        let mut rest: Option<&'a Pattern<'a>> = None;
        while !self.at(Kind::BraceClose) {
            if self.at(Kind::DotDotDot) {
                rest = Some(self.rest_binding(Kind::BraceClose)?);
            } else {
                properties.push(self.pattern_property()?);
            }
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        self.expect_closer(Kind::BraceClose, opener)?;
        let properties = self.slice(properties);
        Ok(Pattern::Object(self.alloc(ObjectPattern { span: self.span_from(opener.start), properties, rest })))
    }

    fn pattern_property(&mut self) -> Parse<PatternProperty<'a>> {
        let start = self.token.span.start;
        let token = self.token;
        let key = self.property_key()?;
        if self.eat(Kind::Colon) {
            let pattern = self.binding_target("variable")?;
            let default = self.default_value()?;
            let value = PatternElement { pattern, default };
            return Ok(PatternProperty { span: self.span_from(start), key, shorthand: false, value });
        }
        if !matches!(key, PropertyKey::Word(_)) || !super::cursor::is_binding_name(&token) {
            return Err(self.expected(":"));
        }
        let ident = self.ident(token);
        let default = self.default_value()?;
        let value = PatternElement { pattern: Pattern::Ident(self.alloc(ident)), default };
        Ok(PatternProperty { span: self.span_from(start), key, shorthand: true, value })
    }

    fn rest_binding(&mut self, closer: Kind) -> Parse<&'a Pattern<'a>> {
        let dots = self.advance().span;
        let pattern = match closer {
            // What is left of an object is an object, and takes a plain name.
            Kind::BraceClose => Pattern::Ident(self.binding_name("variable").map(|ident| self.alloc(ident))?),
            _ => self.binding_target("variable")?,
        };
        if !self.at(closer) {
            self.report(Diagnostic::new(Code::RestNotLast, dots));
        }
        Ok(self.alloc(pattern))
    }

    fn default_value(&mut self) -> Parse<Option<Expr<'a>>> {
        if self.eat(Kind::Eq) { Ok(Some(self.expression()?)) } else { Ok(None) }
    }

    /// `with_literals`: array and object literals may be read as patterns (only before `=`, and in loops).
    pub(super) fn expr_to_pattern(&mut self, expr: Expr<'a>, with_literals: bool) -> Parse<Pattern<'a>> {
        match expr {
            Expr::Array(array) if with_literals => {
                let mut elements = self.list();
                let mut rest: Option<&'a Pattern<'a>> = None;
                for (index, element) in array.elements.iter().enumerate() {
                    match element {
                        ArrayElement::Hole(_) => elements.push(None),
                        ArrayElement::Expr(expr) => elements.push(Some(self.element_to_pattern(*expr)?)),
                        ArrayElement::Spread(spread) => {
                            if index + 1 < array.elements.len() {
                                let dots = Span::new(spread.span.start, spread.span.start + 3);
                                self.report(Diagnostic::new(Code::RestNotLast, dots));
                            }
                            let pattern = self.expr_to_pattern(spread.expr, true)?;
                            rest = Some(self.alloc(pattern));
                        }
                    }
                }
                let elements = self.slice(elements);
                Ok(Pattern::Array(self.alloc(ArrayPattern { span: array.span, elements, rest })))
            }
            Expr::Object(object) if with_literals => {
                let mut properties = self.list();
                let mut rest: Option<&'a Pattern<'a>> = None;
                for (index, property) in object.properties.iter().enumerate() {
                    match property {
                        Property::Spread(spread) => {
                            if index + 1 < object.properties.len() {
                                let dots = Span::new(spread.span.start, spread.span.start + 3);
                                self.report(Diagnostic::new(Code::RestNotLast, dots));
                            }
                            let pattern = self.expr_to_pattern(spread.expr, false)?;
                            rest = Some(self.alloc(pattern));
                        }
                        other => properties.push(self.property_to_pattern(other)?),
                    }
                }
                let properties = self.slice(properties);
                Ok(Pattern::Object(self.alloc(ObjectPattern { span: object.span, properties, rest })))
            }
            other => self.leaf_to_pattern(other),
        }
    }

    fn leaf_to_pattern(&mut self, expr: Expr<'a>) -> Parse<Pattern<'a>> {
        match expr.unwrapped() {
            Expr::Ident(ident) => Ok(Pattern::Ident(ident)),
            target @ (Expr::Member(_) | Expr::Index(_)) if !has_optional_link(target) => Ok(Pattern::Target(target)),
            Expr::Error(span) => Ok(Pattern::Error(span)),
            _ => self.fail(Diagnostic::new(Code::InvalidAssignmentTarget, expr.span())),
        }
    }

    fn element_to_pattern(&mut self, expr: Expr<'a>) -> Parse<PatternElement<'a>> {
        match expr {
            Expr::Assign(assign) if assign.op.is_none() => {
                Ok(PatternElement { pattern: assign.target, default: Some(assign.value) })
            }
            other => Ok(PatternElement {
                pattern: self.nested(Weight::Whole, |p| p.expr_to_pattern(other, true))?,
                default: None,
            }),
        }
    }

    fn property_to_pattern(&mut self, property: &Property<'a>) -> Parse<PatternProperty<'a>> {
        match property {
            Property::Value(property) => Ok(PatternProperty {
                span: property.span,
                key: property.key,
                shorthand: false,
                value: self.element_to_pattern(property.value)?,
            }),
            Property::Shorthand(property) => {
                let ident = property.ident;
                let key = PropertyKey::Word(crate::ast::Word { name: ident.name, span: ident.span });
                let pattern = Pattern::Ident(self.alloc(ident));
                let value = PatternElement { pattern, default: property.default };
                Ok(PatternProperty { span: property.span, key, shorthand: true, value })
            }
            Property::Method(method) => self.fail(Diagnostic::new(Code::InvalidAssignmentTarget, method.span)),
            Property::Spread(spread) => self.fail(Diagnostic::new(Code::InvalidAssignmentTarget, spread.span)),
        }
    }
}
