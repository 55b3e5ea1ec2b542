//! Types. They are kept in the tree whole and never reach the output.

use super::arrow::Behind;
use super::{Abort, Parse, Parser, Weight};
use crate::ast::{
    ArrayType, ConditionalType, FunctionType, Ident, IndexedType, InferType, ParenType, Predicate, PredicateSubject,
    Primitive, ReturnType, TupleItem, TupleType, Type, TypeList, TypeOp, TypeOperator, TypeParam, TypeRef, TypeofType,
    Word,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::keyword::{Class, Keyword};
use crate::source::Span;
use crate::token::Kind;

impl<'a> Parser<'a> {
    pub(super) fn parse_type(&mut self) -> Parse<Type<'a>> {
        self.nested(Weight::Type, Self::conditional_type)
    }

    #[inline(never)]
    pub(super) fn expected_type(&mut self) -> Abort {
        let diagnostic = self.found(Code::ExpectedType);
        self.report(diagnostic);
        Abort
    }

    fn conditional_type(&mut self) -> Parse<Type<'a>> {
        let start = self.token.span.start;
        let check = self.union_type()?;
        let is_conditional = self.token.is(Keyword::Extends) && !self.token.newline_before;
        if is_conditional { self.conditional_type_rest(start, check) } else { Ok(check) }
    }

    #[inline(never)]
    fn conditional_type_rest(&mut self, start: u32, check: Type<'a>) -> Parse<Type<'a>> {
        self.advance();
        let extends = self.union_type()?;
        if !self.eat(Kind::Question) {
            return self.incomplete_conditional("?");
        }
        let yes = self.parse_type()?;
        if !self.eat(Kind::Colon) {
            return self.incomplete_conditional(":");
        }
        let no = self.parse_type()?;
        let span = self.span_from(start);
        Ok(Type::Conditional(self.alloc(ConditionalType { span, check, extends, yes, no })))
    }

    #[inline(never)]
    fn incomplete_conditional(&mut self, expected: &'static str) -> Parse<Type<'a>> {
        let span = self.token.span;
        self.fail(Diagnostic::new(Code::IncompleteConditionalType, span).text("expected", expected))
    }

    fn union_type(&mut self) -> Parse<Type<'a>> {
        let start = self.token.span.start;
        self.eat(Kind::Or);
        let first = self.intersection_type()?;
        if self.at(Kind::Or) { self.union_rest(start, first) } else { Ok(first) }
    }

    #[inline(never)]
    fn union_rest(&mut self, start: u32, first: Type<'a>) -> Parse<Type<'a>> {
        let mut types = self.list();
        types.push(first);
        while self.eat(Kind::Or) {
            types.push(self.intersection_type()?);
        }
        let types = self.slice(types);
        Ok(Type::Union(self.alloc(TypeList { span: self.span_from(start), types })))
    }

    fn intersection_type(&mut self) -> Parse<Type<'a>> {
        let start = self.token.span.start;
        self.eat(Kind::And);
        let first = self.unary_type()?;
        if self.at(Kind::And) { self.intersection_rest(start, first) } else { Ok(first) }
    }

    #[inline(never)]
    fn intersection_rest(&mut self, start: u32, first: Type<'a>) -> Parse<Type<'a>> {
        let mut types = self.list();
        types.push(first);
        while self.eat(Kind::And) {
            types.push(self.unary_type()?);
        }
        let types = self.slice(types);
        Ok(Type::Intersection(self.alloc(TypeList { span: self.span_from(start), types })))
    }

    fn unary_type(&mut self) -> Parse<Type<'a>> {
        let start = self.token.span.start;
        let Some(keyword) = self.type_keyword() else { return self.postfix_type() };
        let op = match keyword {
            Keyword::Keyof => TypeOp::Keyof,
            Keyword::Readonly => TypeOp::Readonly,
            Keyword::Unique => TypeOp::Unique,
            Keyword::Typeof => return self.typeof_type(),
            Keyword::Infer => return self.infer_type(),
            _ => return self.postfix_type(),
        };
        let next = self.peek();
        if !starts_type(next.kind) || next.newline_before {
            return self.postfix_type();
        }
        self.type_operator(start, op)
    }

    #[inline(never)]
    fn type_operator(&mut self, start: u32, op: TypeOp) -> Parse<Type<'a>> {
        self.advance();
        let ty = self.nested(Weight::Operand, Self::unary_type)?;
        Ok(Type::Operator(self.alloc(TypeOperator { span: self.span_from(start), op, ty })))
    }

    #[inline(never)]
    fn typeof_type(&mut self) -> Parse<Type<'a>> {
        let start = self.advance().span.start;
        let name = self.binding_name("variable")?;
        let path = self.type_path()?;
        let ty = Type::Typeof(self.alloc(TypeofType { span: self.span_from(start), name, path }));
        self.type_suffixes(start, ty)
    }

    #[inline(never)]
    fn infer_type(&mut self) -> Parse<Type<'a>> {
        let start = self.advance().span.start;
        let name = self.binding_name("typeParameter")?;
        let mut constraint = None;
        if self.token.is(Keyword::Extends) {
            // `инфер Т мерос А ? ...` belongs to the conditional unless a type and no `?` follows.
            let save = self.save();
            self.advance();
            match self.union_type() {
                Ok(ty) if !self.at(Kind::Question) => constraint = Some(ty),
                _ => self.restore(save),
            }
        }
        Ok(Type::Infer(self.alloc(InferType { span: self.span_from(start), name, constraint })))
    }

    fn postfix_type(&mut self) -> Parse<Type<'a>> {
        let start = self.token.span.start;
        let primary = self.primary_type()?;
        if self.at(Kind::BracketOpen) { self.type_suffixes(start, primary) } else { Ok(primary) }
    }

    #[inline(never)]
    fn type_suffixes(&mut self, start: u32, mut ty: Type<'a>) -> Parse<Type<'a>> {
        while self.at(Kind::BracketOpen) && !self.token.newline_before {
            let opener = self.advance().span;
            if self.eat(Kind::BracketClose) {
                ty = Type::Array(self.alloc(ArrayType { span: self.span_from(start), element: ty }));
                continue;
            }
            let index = self.parse_type()?;
            self.expect_closer(Kind::BracketClose, opener)?;
            ty = Type::Indexed(self.alloc(IndexedType { span: self.span_from(start), object: ty, index }));
        }
        Ok(ty)
    }

    fn primary_type(&mut self) -> Parse<Type<'a>> {
        let token = self.token;
        match token.kind {
            Kind::Word if self.type_keyword().is_none() => self.reference_type(),
            Kind::Word => self.word_type(),
            Kind::String => {
                self.advance();
                let string = self.string_lit(token.span);
                Ok(Type::String(self.alloc(string)))
            }
            Kind::Number | Kind::BigInt => self.number_type(token.span.start, false),
            Kind::Minus => {
                self.advance();
                self.number_type(token.span.start, true)
            }
            Kind::Backtick => self.template_type(),
            Kind::BracketOpen => self.tuple_type(),
            Kind::BraceOpen => self.object_or_mapped_type(),
            Kind::Less => self.function_type(false),
            Kind::ParenOpen => {
                if self.behind_parens() == Behind::Arrow {
                    return self.function_type(false);
                }
                self.parenthesised_type()
            }
            _ => Err(self.expected_type()),
        }
    }

    #[inline(never)]
    fn parenthesised_type(&mut self) -> Parse<Type<'a>> {
        let opener = self.advance().span;
        let ty = self.parse_type()?;
        self.expect_closer(Kind::ParenClose, opener)?;
        Ok(Type::Paren(self.alloc(ParenType { span: self.span_from(opener.start), ty })))
    }

    /// In a type a mixed-case spelling is always a name.
    fn type_keyword(&self) -> Option<Keyword> {
        self.token.keyword.filter(|_| !self.token.is_mixed_case)
    }

    #[inline(never)]
    fn word_type(&mut self) -> Parse<Type<'a>> {
        let span = self.token.span;
        let Some(keyword) = self.type_keyword() else { return Err(self.expected_type()) };
        let ty = match keyword {
            Keyword::True | Keyword::LatinTrue => Type::Bool(true, span),
            Keyword::False | Keyword::LatinFalse => Type::Bool(false, span),
            Keyword::This => Type::This(span),
            Keyword::New => return self.function_type(true),
            _ => match primitive(keyword) {
                Some(primitive) => Type::Primitive(primitive, span),
                None if keyword.class() == Class::Reserved => return Err(self.expected_type()),
                None => return self.reference_type(),
            },
        };
        self.advance();
        Ok(ty)
    }

    #[inline(never)]
    fn reference_type(&mut self) -> Parse<Type<'a>> {
        let reference = self.type_ref()?;
        Ok(Type::Ref(self.alloc(reference)))
    }

    pub(super) fn type_ref(&mut self) -> Parse<TypeRef<'a>> {
        let start = self.token.span.start;
        if !self.at(Kind::Word) {
            return Err(self.expected_type());
        }
        let token = *self.advance();
        let name = self.ident(token);
        let path = self.type_path()?;
        let args = if self.at(Kind::Less) && !self.token.newline_before { self.type_args()? } else { &[] };
        Ok(TypeRef { span: self.span_from(start), name, path, args })
    }

    pub(super) fn type_refs(&mut self) -> Parse<&'a [TypeRef<'a>]> {
        let mut refs = self.list();
        refs.push(self.type_ref()?);
        while self.eat(Kind::Comma) {
            refs.push(self.type_ref()?);
        }
        Ok(self.slice(refs))
    }

    #[inline(never)]
    fn type_path(&mut self) -> Parse<&'a [Word]> {
        let mut path = self.list();
        while self.eat(Kind::Dot) {
            if !self.at(Kind::Word) {
                return self.fail(Diagnostic::new(Code::ExpectedMemberName, self.token.span));
            }
            path.push(Self::word(*self.advance()));
        }
        Ok(self.slice(path))
    }

    /// `<А, Б>`; a trial may end here, so failing positions are remembered.
    #[inline(never)]
    pub(super) fn type_args(&mut self) -> Parse<&'a [Type<'a>]> {
        let opener = self.token.span;
        let less = opener.start;
        if self.not_type_args.binary_search(&less).is_ok() {
            return Err(self.unexpected());
        }
        self.advance();
        let mut args = self.list();
        let failed = loop {
            match self.parse_type() {
                Ok(ty) => args.push(ty),
                Err(abort) => break Some(abort),
            }
            if !self.eat(Kind::Comma) {
                break self.expect_greater(opener).err();
            }
        };
        match failed {
            None => Ok(self.slice(args)),
            Some(abort) => {
                self.remember_no_type_args(less);
                Err(abort)
            }
        }
    }

    /// One `>`, taken off a longer operator if need be.
    #[inline(never)]
    fn expect_greater(&mut self, opener: Span) -> Parse<()> {
        match self.token.kind {
            Kind::Greater => {
                self.advance();
                Ok(())
            }
            Kind::Shr | Kind::ShrUnsigned | Kind::GreaterEq | Kind::ShrEq | Kind::ShrUnsignedEq => {
                let span = self.lexer.split_after_first(self.token.span);
                self.previous = crate::token::Token { span, kind: Kind::Greater, ..self.token };
                self.token = self.lexer.next_token();
                Ok(())
            }
            _ => {
                let diagnostic =
                    self.found(Code::UnclosedBracket).text("open", "<").text("close", ">").related_as("opener", opener);
                self.fail(diagnostic)
            }
        }
    }

    #[inline(never)]
    pub(super) fn type_params(&mut self) -> Parse<&'a [TypeParam<'a>]> {
        let opener = self.advance().span;
        let mut params = self.list();
        loop {
            let start = self.token.span.start;
            let name = self.type_name("typeParameter")?;
            let constraint = if self.token.is(Keyword::Extends) {
                self.advance();
                Some(self.parse_type()?)
            } else {
                None
            };
            let default = if self.eat(Kind::Eq) { Some(self.parse_type()?) } else { None };
            params.push(TypeParam { span: self.span_from(start), name, constraint, default });
            if !self.eat(Kind::Comma) || self.at(Kind::Greater) {
                break;
            }
        }
        self.expect_greater(opener)?;
        Ok(self.slice(params))
    }

    /// The name of a declared type.
    pub(super) fn type_name(&mut self, what: &'static str) -> Parse<Ident> {
        self.binding_name(what)
    }

    #[inline(never)]
    fn tuple_type(&mut self) -> Parse<Type<'a>> {
        let opener = self.advance().span;
        let mut items = self.list();
        while !self.at(Kind::BracketClose) {
            items.push(self.tuple_item()?);
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        self.expect_closer(Kind::BracketClose, opener)?;
        let items = self.slice(items);
        Ok(Type::Tuple(self.alloc(TupleType { span: self.span_from(opener.start), items })))
    }

    fn tuple_item(&mut self) -> Parse<TupleItem<'a>> {
        let start = self.token.span.start;
        let is_rest = self.eat(Kind::DotDotDot);
        let mut name = None;
        let mut is_optional = false;
        if self.at(Kind::Word) {
            let (first, second) = self.peek_two();
            let is_named = first.kind == Kind::Colon || first.kind == Kind::Question && second.kind == Kind::Colon;
            if is_named {
                name = Some(Self::word(*self.advance()));
                is_optional = self.eat(Kind::Question);
                self.advance();
            }
        }
        let ty = self.parse_type()?;
        is_optional |= self.eat(Kind::Question);
        Ok(TupleItem { span: self.span_from(start), name, is_rest, is_optional, ty })
    }

    #[inline(never)]
    fn function_type(&mut self, is_constructor: bool) -> Parse<Type<'a>> {
        let start = self.token.span.start;
        if is_constructor {
            self.advance();
        }
        let type_params = if self.at(Kind::Less) { self.type_params()? } else { &[] };
        let (params, this_type) = self.type_parameter_names()?;
        self.expect(Kind::Arrow, "=>")?;
        let return_type = Some(self.return_type()?);
        let span = self.span_from(start);
        let function = FunctionType { span, is_constructor, type_params, params, this_type, return_type };
        Ok(Type::Function(self.alloc(function)))
    }

    pub(super) fn return_type(&mut self) -> Parse<ReturnType<'a>> {
        let start = self.token.span.start;
        let mut asserts = false;
        if self.token.is(Keyword::Asserts) {
            let next = self.peek();
            if next.kind == Kind::Word && !next.newline_before {
                self.advance();
                asserts = true;
            }
        }
        if asserts || self.at(Kind::Word) && self.peek().is(Keyword::Is) {
            let token = *self.advance();
            let subject = if token.is(Keyword::This) {
                PredicateSubject::This(token.span)
            } else {
                PredicateSubject::Param(Self::word(token))
            };
            let ty = if self.eat_word(Keyword::Is) { Some(self.parse_type()?) } else { None };
            let predicate = Predicate { span: self.span_from(start), asserts, subject, ty };
            return Ok(ReturnType::Predicate(self.alloc(predicate)));
        }
        Ok(ReturnType::Type(self.parse_type()?))
    }
}

fn primitive(keyword: Keyword) -> Option<Primitive> {
    Some(match keyword {
        Keyword::StringType => Primitive::String,
        Keyword::NumberType => Primitive::Number,
        Keyword::BooleanType => Primitive::Boolean,
        Keyword::Null | Keyword::LatinNull => Primitive::Null,
        Keyword::Undefined => Primitive::Undefined,
        Keyword::AnyType => Primitive::Any,
        Keyword::UnknownType => Primitive::Unknown,
        Keyword::NeverType => Primitive::Never,
        Keyword::VoidType => Primitive::Void,
        Keyword::ObjectType => Primitive::Object,
        Keyword::BigIntType => Primitive::BigInt,
        Keyword::SymbolType => Primitive::Symbol,
        Keyword::Function => Primitive::Function,
        _ => return None,
    })
}

fn starts_type(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Word
            | Kind::String
            | Kind::Number
            | Kind::Minus
            | Kind::BracketOpen
            | Kind::BraceOpen
            | Kind::ParenOpen
            | Kind::Backtick
    )
}
