//! Binding and assignment patterns. In an assignment the leaves may be members.

use super::{Expr, Ident, PropertyKey, Type};
use crate::source::Span;

#[derive(Clone, Copy, Debug)]
pub enum Pattern<'a> {
    Ident(&'a Ident),
    Array(&'a ArrayPattern<'a>),
    Object(&'a ObjectPattern<'a>),
    /// A member or index expression; in assignment targets only.
    Target(Expr<'a>),
    /// What could not be parsed.
    Error(Span),
}

impl Pattern<'_> {
    pub fn span(&self) -> Span {
        match self {
            Pattern::Ident(p) => p.span,
            Pattern::Array(p) => p.span,
            Pattern::Object(p) => p.span,
            Pattern::Target(e) => e.span(),
            Pattern::Error(span) => *span,
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub struct ArrayPattern<'a> {
    pub span: Span,
    /// `None` is a hole.
    pub elements: &'a [Option<PatternElement<'a>>],
    pub rest: Option<&'a Pattern<'a>>,
}

/// A pattern with its default.
#[derive(Clone, Copy, Debug)]
pub struct PatternElement<'a> {
    pub pattern: Pattern<'a>,
    pub default: Option<Expr<'a>>,
}

#[derive(Clone, Copy, Debug)]
pub struct ObjectPattern<'a> {
    pub span: Span,
    pub properties: &'a [PatternProperty<'a>],
    pub rest: Option<&'a Pattern<'a>>,
}

#[derive(Clone, Copy, Debug)]
pub struct PatternProperty<'a> {
    pub span: Span,
    pub key: PropertyKey<'a>,
    /// `{ном}`: the key is also the binding, `value.pattern` is that identifier.
    pub shorthand: bool,
    pub value: PatternElement<'a>,
}

/// A parameter of a function. `accessibility` and `readonly` declare a field, in constructors only.
#[derive(Clone, Copy, Debug)]
pub struct Param<'a> {
    pub span: Span,
    pub accessibility: Option<super::Accessibility>,
    pub is_readonly: bool,
    pub is_rest: bool,
    pub pattern: Pattern<'a>,
    pub is_optional: bool,
    pub ty: Option<Type<'a>>,
    pub default: Option<Expr<'a>>,
}
