//! Classes and their members. Modifiers stand in any order, each at most once.

use super::context::Context;
use super::function::accessibility_of;
use super::object::starts_key;
use super::{Parse, Parser, Weight};
use crate::ast::{
    Class, ClassMember, Constructor, Expr, Extends, Field, Ident, Method, MethodKind, Modifiers, TypeRef,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::keyword::Keyword;
use crate::source::Span;
use crate::token::Kind;

impl<'a> Parser<'a> {
    /// `синф` is the current token.
    pub(super) fn class_declaration(
        &mut self,
        start: u32,
        is_abstract: bool,
        may_be_anonymous: bool,
    ) -> Parse<&'a Class<'a>> {
        self.advance();
        let anonymous = may_be_anonymous && (self.at(Kind::BraceOpen) || self.at_extends_clause());
        let name = if anonymous { None } else { Some(self.binding_name("class")?) };
        self.class_rest(start, is_abstract, name)
    }

    pub(super) fn class_expression(&mut self) -> Parse<Expr<'a>> {
        let start = self.advance().span.start;
        let name = if self.at_binding_name() && !self.at_extends_clause() {
            let token = *self.advance();
            Some(self.ident(token))
        } else {
            None
        };
        Ok(Expr::Class(self.class_rest(start, false, name)?))
    }

    /// `мерос` or `татбиқ` that is not the name of the class itself.
    fn at_extends_clause(&mut self) -> bool {
        matches!(self.token.keyword, Some(Keyword::Extends | Keyword::Implements)) && self.peek().kind == Kind::Word
    }

    fn class_rest(&mut self, start: u32, is_abstract: bool, name: Option<Ident>) -> Parse<&'a Class<'a>> {
        let type_params = if self.at(Kind::Less) { self.type_params()? } else { &[] };
        let mut extends = None;
        if self.at_word(Keyword::Extends) || self.token.is(Keyword::ExtendsDocumented) {
            if self.token.is(Keyword::ExtendsDocumented) {
                self.documented_spelling("мерос");
            }
            self.advance();
            extends = Some(self.superclass()?);
        }
        let mut implements: &'a [TypeRef<'a>] = &[];
        if self.eat_word(Keyword::Implements) {
            implements = self.type_refs()?;
        }
        let opener = self.open_brace()?;
        let members = self.members(name, extends.is_some())?;
        self.expect_closer(Kind::BraceClose, opener)?;
        let span = self.span_from(start);
        Ok(self.alloc(Class { span, name, is_abstract, type_params, extends, implements, members }))
    }

    fn superclass(&mut self) -> Parse<Extends<'a>> {
        let start = self.token.span.start;
        if !self.at_binding_name() && !matches!(self.token.kind, Kind::ParenOpen | Kind::Word) {
            return Err(self.expected_name("superclass"));
        }
        let operand = self.separate_operand()?;
        let mut expr = self.chain(start, operand, false)?;
        let mut type_args: &'a [_] = &[];
        if self.at(Kind::Less) {
            type_args = self.type_args()?;
        }
        if self.at(Kind::ParenOpen) {
            expr = self.chain(start, expr, true)?;
        }
        Ok(Extends { expr, type_args })
    }

    fn members(&mut self, class: Option<Ident>, has_superclass: bool) -> Parse<&'a [ClassMember<'a>]> {
        let base = self.brackets.len();
        let mark = self.shorthand_defaults.len();
        let mut members = self.list();
        let mut constructor: Option<Span> = None;
        while !matches!(self.token.kind, Kind::BraceClose | Kind::End) && !self.leaves_members() {
            if self.eat(Kind::Semicolon) {
                continue;
            }
            let start = self.token.span.start;
            match self.nested(Weight::Statement, |parser| parser.member(has_superclass)) {
                Ok(Some(member)) => {
                    if let ClassMember::Constructor(found) = member
                        && found.function.body.is_some()
                    {
                        if let Some(first) = constructor {
                            let name = class.map_or("", |ident| self.text(ident.span));
                            let diagnostic = Diagnostic::new(Code::DuplicateConstructor, found.keyword)
                                .text("class", name)
                                .related_as("first", first);
                            self.report(diagnostic);
                        }
                        constructor.get_or_insert(found.keyword);
                    }
                    members.push(member);
                }
                Ok(None) => {}
                Err(_) => {
                    self.shorthand_defaults.truncate(mark);
                    if self.token.span.start == start && self.brackets.len() == base {
                        self.advance();
                    }
                    self.synchronise_member(base);
                }
            }
        }
        Ok(self.slice(members))
    }

    /// After an error in a member: to where the next one may begin.
    fn synchronise_member(&mut self, base: usize) {
        loop {
            let inner = self.brackets.len() > base;
            match self.token.kind {
                Kind::End => break,
                Kind::Semicolon if !self.brackets.get(base..).unwrap_or(&[]).contains(&Kind::BraceOpen) => {
                    self.advance();
                    break;
                }
                Kind::BraceClose if !inner => break,
                Kind::BraceClose => {
                    while self.brackets.len() > base && self.brackets.last() != Some(&Kind::BraceOpen) {
                        self.brackets.pop();
                    }
                    if self.brackets.len() <= base {
                        break;
                    }
                    self.advance();
                    if self.brackets.len() <= base {
                        break;
                    }
                    continue;
                }
                Kind::Backtick => {
                    self.skip_template();
                    continue;
                }
                Kind::Word if !inner && self.token.newline_before => break,
                _ => {}
            }
            self.advance();
        }
        self.brackets.truncate(base);
        self.last_error = None;
    }

    fn member(&mut self, has_superclass: bool) -> Parse<Option<ClassMember<'a>>> {
        let start = self.token.span.start;
        self.decorator()?;
        let mut modifiers = Modifiers::default();
        while let Some(keyword) = self.token.keyword {
            let next = self.peek();
            if keyword == Keyword::Static && next.kind == Kind::BraceOpen {
                self.unsupported("static-block", self.token.span);
                self.advance();
                let outer = std::mem::replace(&mut self.context, Context::member(false));
                let block = self.block();
                self.context = outer;
                block?;
                return Ok(None);
            }
            if !starts_key(&next) || next.newline_before && !starts_modified_member(keyword) {
                break;
            }
            if !self.modifier(keyword, &mut modifiers)? {
                break;
            }
        }
        self.member_rest(start, modifiers, has_superclass).map(Some)
    }

    /// Takes the modifier at hand, if it is one.
    fn modifier(&mut self, keyword: Keyword, modifiers: &mut Modifiers) -> Parse<bool> {
        let repeated = match keyword {
            Keyword::Static => std::mem::replace(&mut modifiers.is_static, true),
            Keyword::Abstract | Keyword::AbstractDocumented => std::mem::replace(&mut modifiers.is_abstract, true),
            Keyword::Readonly => std::mem::replace(&mut modifiers.is_readonly, true),
            Keyword::Async => std::mem::replace(&mut modifiers.is_async, true),
            _ => match accessibility_of(keyword) {
                Some(accessibility) => modifiers.accessibility.replace(accessibility).is_some(),
                None => return Ok(false),
            },
        };
        if repeated {
            return Err(self.unexpected());
        }
        if keyword == Keyword::AbstractDocumented {
            self.documented_spelling("мавҳум");
        }
        self.advance();
        Ok(true)
    }

    fn member_rest(&mut self, start: u32, modifiers: Modifiers, has_superclass: bool) -> Parse<ClassMember<'a>> {
        if self.at(Kind::Star) {
            self.unsupported("generator", self.token.span);
            self.advance();
        }
        // The Latin word is a constructor in JavaScript, whatever it is meant to be.
        let is_constructor = self.token.is(Keyword::Constructor)
            || !modifiers.is_static && self.at(Kind::Word) && self.text(self.token.span) == "constructor";
        if is_constructor && self.peek().kind == Kind::ParenOpen {
            if modifiers.is_static || modifiers.is_abstract || modifiers.is_async || modifiers.is_readonly {
                self.unexpected_at(Span::new(start, self.previous.span.end));
            }
            let keyword = self.advance().span;
            let function = self.method(start, false, true, has_superclass)?;
            let span = self.span_from(start);
            let accessibility = modifiers.accessibility;
            return Ok(ClassMember::Constructor(self.alloc(Constructor { span, keyword, accessibility, function })));
        }
        if self.at(Kind::BracketOpen)
            && let Some(signature) = self.index_signature(start, modifiers.is_readonly)?
        {
            self.member_end()?;
            return Ok(ClassMember::IndexSignature(signature));
        }
        let mut kind = MethodKind::Method;
        let next = self.peek();
        match self.token.keyword {
            Some(Keyword::Function) if starts_key(&next) => {
                self.advance();
            }
            Some(word @ (Keyword::Get | Keyword::Set)) if starts_key(&next) && !next.newline_before => {
                self.advance();
                kind = if word == Keyword::Get { MethodKind::Get } else { MethodKind::Set };
            }
            _ => {}
        }
        if !starts_key(&self.token) {
            let diagnostic = self.found(Code::ExpectedClassMember);
            return self.fail(diagnostic);
        }
        let key = self.property_key()?;
        let is_optional = self.eat(Kind::Question);
        if matches!(self.token.kind, Kind::ParenOpen | Kind::Less) {
            let function = match kind {
                MethodKind::Method => self.method(start, modifiers.is_async, true, false)?,
                _ => self.accessor(start, kind, true)?,
            };
            let span = self.span_from(start);
            let method = Method { span, kind, modifiers, key, is_optional, function };
            return Ok(ClassMember::Method(self.alloc(method)));
        }
        if kind != MethodKind::Method || modifiers.is_async {
            return Err(self.expected("("));
        }
        let is_definite = !is_optional && self.eat(Kind::Not);
        let ty = if self.eat(Kind::Colon) { Some(self.parse_type()?) } else { None };
        let init = if self.eat(Kind::Eq) {
            let outer = std::mem::replace(&mut self.context, Context::member(false));
            let init = self.expression();
            self.context = outer;
            Some(init?)
        } else {
            None
        };
        self.member_end()?;
        let span = self.span_from(start);
        let field = Field { span, modifiers, key, is_optional, is_definite, ty, init };
        Ok(ClassMember::Field(self.alloc(field)))
    }

    /// A field may end without `;` where the next one plainly begins.
    fn member_end(&mut self) -> Parse<()> {
        if self.eat(Kind::Semicolon) || self.at(Kind::BraceClose) || self.token.newline_before {
            return Ok(());
        }
        Err(self.expected(";"))
    }
}

/// Modifiers that cannot be a field of their own on a line of its own.
fn starts_modified_member(keyword: Keyword) -> bool {
    keyword == Keyword::AbstractDocumented
}
