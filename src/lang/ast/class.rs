//! Classes and their members.

use super::{Expr, Function, Ident, MethodKind, PropertyKey, Type, TypeParam, TypeRef};
use crate::source::Span;

#[derive(Clone, Copy, Debug)]
pub struct Class<'a> {
    pub span: Span,
    pub name: Option<Ident>,
    pub is_abstract: bool,
    pub type_params: &'a [TypeParam<'a>],
    pub extends: Option<Extends<'a>>,
    pub implements: &'a [TypeRef<'a>],
    pub members: &'a [ClassMember<'a>],
}

#[derive(Clone, Copy, Debug)]
pub struct Extends<'a> {
    pub expr: Expr<'a>,
    pub type_args: &'a [Type<'a>],
}

#[derive(Clone, Copy, Debug)]
pub enum ClassMember<'a> {
    Constructor(&'a Constructor<'a>),
    Method(&'a Method<'a>),
    Field(&'a Field<'a>),
    /// `[к: сатр]: рақам` in a class body, erased.
    IndexSignature(&'a super::IndexSignature<'a>),
}

#[derive(Clone, Copy, Debug)]
pub struct Constructor<'a> {
    pub span: Span,
    /// The word `конструктор`.
    pub keyword: Span,
    pub accessibility: Option<Accessibility>,
    pub function: &'a Function<'a>,
}

#[derive(Clone, Copy, Debug)]
pub struct Method<'a> {
    pub span: Span,
    pub kind: MethodKind,
    pub modifiers: Modifiers,
    pub key: PropertyKey<'a>,
    pub is_optional: bool,
    pub function: &'a Function<'a>,
}

#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    pub span: Span,
    pub modifiers: Modifiers,
    pub key: PropertyKey<'a>,
    pub is_optional: bool,
    /// `х!`
    pub is_definite: bool,
    pub ty: Option<Type<'a>>,
    pub init: Option<Expr<'a>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Modifiers {
    pub accessibility: Option<Accessibility>,
    pub is_static: bool,
    pub is_abstract: bool,
    pub is_readonly: bool,
    pub is_async: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accessibility {
    Public,
    Private,
    Protected,
}
