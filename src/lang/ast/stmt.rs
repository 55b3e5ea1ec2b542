//! Statements and declarations.

use super::{Class, Export, Expr, Function, Ident, Import, Pattern, Type, TypeMember, TypeParam, TypeRef};
use crate::source::Span;

#[derive(Clone, Copy, Debug)]
pub enum Stmt<'a> {
    Expr(&'a ExprStmt<'a>),
    Var(&'a VarDecl<'a>),
    Function(&'a Function<'a>),
    Class(&'a Class<'a>),
    Interface(&'a Interface<'a>),
    TypeAlias(&'a TypeAlias<'a>),
    Namespace(&'a Namespace<'a>),
    Import(&'a Import<'a>),
    Export(&'a Export<'a>),
    Block(&'a Block<'a>),
    If(&'a If<'a>),
    While(&'a While<'a>),
    For(&'a For<'a>),
    ForIn(&'a ForIn<'a>),
    Switch(&'a Switch<'a>),
    Try(&'a Try<'a>),
    Throw(&'a Throw<'a>),
    Return(&'a Return<'a>),
    Break(Span),
    Continue(Span),
    Empty(Span),
    /// What could not be parsed.
    Error(Span),
}

impl Stmt<'_> {
    pub fn span(&self) -> Span {
        match self {
            Stmt::Expr(s) => s.span,
            Stmt::Var(s) => s.span,
            Stmt::Function(s) => s.span,
            Stmt::Class(s) => s.span,
            Stmt::Interface(s) => s.span,
            Stmt::TypeAlias(s) => s.span,
            Stmt::Namespace(s) => s.span,
            Stmt::Import(s) => s.span,
            Stmt::Export(s) => s.span,
            Stmt::Block(s) => s.span,
            Stmt::If(s) => s.span,
            Stmt::While(s) => s.span,
            Stmt::For(s) => s.span,
            Stmt::ForIn(s) => s.span,
            Stmt::Switch(s) => s.span,
            Stmt::Try(s) => s.span,
            Stmt::Throw(s) => s.span,
            Stmt::Return(s) => s.span,
            Stmt::Break(span) | Stmt::Continue(span) | Stmt::Empty(span) | Stmt::Error(span) => *span,
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub struct ExprStmt<'a> {
    pub span: Span,
    pub expr: Expr<'a>,
}

#[derive(Clone, Copy, Debug)]
pub struct VarDecl<'a> {
    pub span: Span,
    pub is_const: bool,
    pub declarators: &'a [Declarator<'a>],
}

#[derive(Clone, Copy, Debug)]
pub struct Declarator<'a> {
    pub span: Span,
    pub pattern: Pattern<'a>,
    pub ty: Option<Type<'a>>,
    pub init: Option<Expr<'a>>,
}

#[derive(Clone, Copy, Debug)]
pub struct Interface<'a> {
    pub span: Span,
    pub name: Ident,
    pub type_params: &'a [TypeParam<'a>],
    pub extends: &'a [TypeRef<'a>],
    pub members: &'a [TypeMember<'a>],
}

#[derive(Clone, Copy, Debug)]
pub struct TypeAlias<'a> {
    pub span: Span,
    pub name: Ident,
    pub type_params: &'a [TypeParam<'a>],
    pub ty: Type<'a>,
}

/// `номфазо А.Б { }` is `А` holding one exported namespace `Б`.
#[derive(Clone, Copy, Debug)]
pub struct Namespace<'a> {
    pub span: Span,
    pub name: Ident,
    /// Members marked `содир` stand as [`Stmt::Export`] with a declaration.
    pub body: &'a [Stmt<'a>],
}

#[derive(Clone, Copy, Debug)]
pub struct Block<'a> {
    pub span: Span,
    pub body: &'a [Stmt<'a>],
}

#[derive(Clone, Copy, Debug)]
pub struct If<'a> {
    pub span: Span,
    pub test: Expr<'a>,
    pub consequent: Stmt<'a>,
    pub alternate: Option<Stmt<'a>>,
}

#[derive(Clone, Copy, Debug)]
pub struct While<'a> {
    pub span: Span,
    pub test: Expr<'a>,
    pub body: Stmt<'a>,
}

#[derive(Clone, Copy, Debug)]
pub struct For<'a> {
    pub span: Span,
    pub init: Option<ForInit<'a>>,
    pub test: Option<Expr<'a>>,
    /// Several are separated by commas.
    pub update: &'a [Expr<'a>],
    pub body: Stmt<'a>,
}

#[derive(Clone, Copy, Debug)]
pub enum ForInit<'a> {
    Var(&'a VarDecl<'a>),
    Expr(Expr<'a>),
}

#[derive(Clone, Copy, Debug)]
pub struct ForIn<'a> {
    pub span: Span,
    pub kind: ForInKind,
    pub binding: ForBinding<'a>,
    pub object: Expr<'a>,
    pub body: Stmt<'a>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForInKind {
    /// `дар`
    In,
    /// `аз`
    Of,
    /// `барои интизор (... аз ...)`
    AwaitOf,
}

#[derive(Clone, Copy, Debug)]
pub enum ForBinding<'a> {
    /// One declarator without initialiser.
    Var(&'a VarDecl<'a>),
    Target(Pattern<'a>),
}

#[derive(Clone, Copy, Debug)]
pub struct Switch<'a> {
    pub span: Span,
    pub discriminant: Expr<'a>,
    pub cases: &'a [Case<'a>],
}

#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    pub span: Span,
    /// `None` is `пешфарз`.
    pub test: Option<Expr<'a>>,
    pub body: &'a [Stmt<'a>],
}

#[derive(Clone, Copy, Debug)]
pub struct Try<'a> {
    pub span: Span,
    pub block: Block<'a>,
    pub handler: Option<Catch<'a>>,
    pub finalizer: Option<Block<'a>>,
}

#[derive(Clone, Copy, Debug)]
pub struct Catch<'a> {
    pub span: Span,
    pub param: Option<Pattern<'a>>,
    pub ty: Option<Type<'a>>,
    pub body: Block<'a>,
}

#[derive(Clone, Copy, Debug)]
pub struct Throw<'a> {
    pub span: Span,
    pub expr: Expr<'a>,
}

#[derive(Clone, Copy, Debug)]
pub struct Return<'a> {
    pub span: Span,
    pub expr: Option<Expr<'a>>,
}
