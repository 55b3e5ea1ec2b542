//! Interfaces, object types, mapped types and their members.

use super::object::starts_key;
use super::{Parse, Parser, Weight};
use crate::ast::{
    FunctionType, IndexSignature, Interface, MappedSign, MappedType, MethodSignature, ObjectType, PropertySignature,
    Type, TypeMember, TypeParameterName, TypeRef,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::keyword::Keyword;
use crate::source::Span;
use crate::token::Kind;

impl<'a> Parser<'a> {
    pub(super) fn interface(&mut self) -> Parse<&'a Interface<'a>> {
        let start = self.advance().span.start;
        let name = self.type_name("interface")?;
        let type_params = if self.at(Kind::Less) { self.type_params()? } else { &[] };
        let mut extends: &'a [TypeRef<'a>] = &[];
        if self.eat_word(Keyword::Extends) {
            extends = self.type_refs()?;
        }
        let opener = self.open_brace()?;
        let members = self.type_members(opener)?;
        Ok(self.alloc(Interface { span: self.span_from(start), name, type_params, extends, members }))
    }

    #[inline(never)]
    pub(super) fn object_or_mapped_type(&mut self) -> Parse<Type<'a>> {
        if self.at_mapped_type() {
            return self.mapped_type();
        }
        let opener = self.advance().span;
        let members = self.type_members(opener)?;
        Ok(Type::Object(self.alloc(ObjectType { span: self.span_from(opener.start), members })))
    }

    #[inline(never)]
    fn at_mapped_type(&mut self) -> bool {
        let save = self.save();
        self.advance();
        let _ = self.eat(Kind::Plus) || self.eat(Kind::Minus);
        if self.token.is(Keyword::Readonly) {
            self.advance();
        }
        let is_mapped = self.eat(Kind::BracketOpen) && self.at(Kind::Word) && {
            self.advance();
            self.token.is(Keyword::In)
        };
        self.restore(save);
        is_mapped
    }

    #[inline(never)]
    fn mapped_type(&mut self) -> Parse<Type<'a>> {
        let opener = self.advance().span;
        let readonly = self.mapped_sign(|parser| {
            let found = parser.token.is(Keyword::Readonly);
            if found {
                parser.advance();
            }
            found
        });
        let bracket = self.expect(Kind::BracketOpen, "[")?;
        let name = self.binding_name("typeParameter")?;
        self.advance();
        let constraint = self.parse_type()?;
        self.expect_closer(Kind::BracketClose, bracket)?;
        let optional = self.mapped_sign(|parser| parser.eat(Kind::Question));
        self.expect(Kind::Colon, ":")?;
        let value = self.parse_type()?;
        let _ = self.eat(Kind::Semicolon) || self.eat(Kind::Comma);
        self.expect_closer(Kind::BraceClose, opener)?;
        let span = self.span_from(opener.start);
        Ok(Type::Mapped(self.alloc(MappedType { span, readonly, name, constraint, optional, value })))
    }

    fn mapped_sign(&mut self, eat_word: impl FnOnce(&mut Self) -> bool) -> Option<MappedSign> {
        let removes = self.at(Kind::Minus);
        let _ = self.eat(Kind::Plus) || self.eat(Kind::Minus);
        let sign = if removes { MappedSign::Remove } else { MappedSign::Add };
        eat_word(self).then_some(sign)
    }

    /// Members up to the closing brace, which is taken.
    fn type_members(&mut self, opener: Span) -> Parse<&'a [TypeMember<'a>]> {
        let mut members = self.list();
        while !matches!(self.token.kind, Kind::BraceClose | Kind::End) && !self.leaves_members() {
            if self.eat(Kind::Semicolon) || self.eat(Kind::Comma) {
                continue;
            }
            let member = self.nested(Weight::Statement, Self::type_member)?;
            members.push(member);
            if self.eat(Kind::Comma) {
                continue;
            }
            if self.at(Kind::BraceClose) {
                break;
            }
            self.semicolon()?;
        }
        self.expect_closer(Kind::BraceClose, opener)?;
        Ok(self.slice(members))
    }

    #[inline(never)]
    fn type_member(&mut self) -> Parse<TypeMember<'a>> {
        let start = self.token.span.start;
        let mut is_readonly = false;
        if self.token.is(Keyword::Readonly) && starts_key(&self.peek()) {
            self.advance();
            is_readonly = true;
        }
        if matches!(self.token.kind, Kind::ParenOpen | Kind::Less) {
            let signature = self.signature(start, false)?;
            return Ok(TypeMember::Call(self.alloc(signature)));
        }
        if self.token.is(Keyword::New) && matches!(self.peek().kind, Kind::ParenOpen | Kind::Less) {
            self.advance();
            let signature = self.signature(start, true)?;
            return Ok(TypeMember::Construct(self.alloc(signature)));
        }
        if self.at(Kind::BracketOpen)
            && let Some(signature) = self.index_signature(start, is_readonly)?
        {
            return Ok(TypeMember::Index(signature));
        }
        let key = self.property_key()?;
        let is_optional = self.eat(Kind::Question);
        if matches!(self.token.kind, Kind::ParenOpen | Kind::Less) {
            let function = self.signature(start, false)?;
            let span = self.span_from(start);
            return Ok(TypeMember::Method(self.alloc(MethodSignature { span, key, is_optional, function })));
        }
        let ty = if self.eat(Kind::Colon) {
            Some(self.parse_type()?)
        } else {
            return Err(self.expected(":"));
        };
        let span = self.span_from(start);
        Ok(TypeMember::Property(self.alloc(PropertySignature { span, is_readonly, key, is_optional, ty })))
    }

    /// `[к: сатр]: рақам`, or nothing if this is a computed key.
    #[inline(never)]
    pub(super) fn index_signature(&mut self, start: u32, is_readonly: bool) -> Parse<Option<&'a IndexSignature<'a>>> {
        let (first, second) = self.peek_two();
        if first.kind != Kind::Word || second.kind != Kind::Colon {
            return Ok(None);
        }
        let opener = self.advance().span;
        let name = Self::word(*self.advance());
        self.advance();
        let key = self.parse_type()?;
        self.expect_closer(Kind::BracketClose, opener)?;
        self.expect(Kind::Colon, ":")?;
        let value = self.parse_type()?;
        let span = self.span_from(start);
        Ok(Some(self.alloc(IndexSignature { span, is_readonly, name, key, value })))
    }

    fn signature(&mut self, start: u32, is_constructor: bool) -> Parse<FunctionType<'a>> {
        let type_params = if self.at(Kind::Less) { self.type_params()? } else { &[] };
        let (params, this_type) = self.type_parameter_names()?;
        let return_type = if self.eat(Kind::Colon) { Some(self.return_type()?) } else { None };
        let span = self.span_from(start);
        Ok(FunctionType { span, is_constructor, type_params, params, this_type, return_type })
    }

    /// The parameters of a function type or signature.
    #[inline(never)]
    pub(super) fn type_parameter_names(&mut self) -> Parse<(&'a [TypeParameterName<'a>], Option<Type<'a>>)> {
        let opener = self.expect(Kind::ParenOpen, "(")?;
        let mut params = self.list::<TypeParameterName<'a>>();
        let mut this_type = None;
        while !self.at(Kind::ParenClose) {
            let start = self.token.span.start;
            if matches!(self.token.keyword, Some(Keyword::This | Keyword::LatinThis)) && params.is_empty() {
                self.advance();
                if self.eat(Kind::Colon) {
                    this_type = Some(self.parse_type()?);
                }
            } else {
                let is_rest = self.at(Kind::DotDotDot);
                if let Some(rest) = params.last().filter(|last| last.is_rest) {
                    let dots = Span::new(rest.span.start, rest.span.start + 3);
                    self.report(Diagnostic::new(Code::RestNotLast, dots));
                }
                self.eat(Kind::DotDotDot);
                let pattern = self.binding_target("parameter")?;
                let is_optional = self.eat(Kind::Question);
                let ty = if self.eat(Kind::Colon) { Some(self.parse_type()?) } else { None };
                params.push(TypeParameterName { span: self.span_from(start), pattern, is_rest, is_optional, ty });
            }
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        self.expect_closer(Kind::ParenClose, opener)?;
        Ok((self.slice(params), this_type))
    }
}
