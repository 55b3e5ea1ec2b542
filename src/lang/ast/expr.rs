//! Expressions. Parentheses stay in the tree: they matter for chains, `??` and targets,
//! and the printer decides anew which are needed.

use super::{
    Block, Class, Ident, NumberLit, Param, Pattern, PropertyKey, ReturnType, StringLit, Type, TypeParam, Word,
};
use crate::source::Span;

#[derive(Clone, Copy, Debug)]
pub enum Expr<'a> {
    Ident(&'a Ident),
    Number(&'a NumberLit<'a>),
    String(&'a StringLit<'a>),
    Template(&'a Template<'a>),
    TaggedTemplate(&'a TaggedTemplate<'a>),
    Regex(&'a RegexLit<'a>),
    Bool(&'a BoolLit),
    Null(Span),
    This(Span),
    /// Only as callee or object of a member.
    Super(Span),
    Array(&'a Array<'a>),
    Object(&'a Object<'a>),
    Function(&'a Function<'a>),
    Arrow(&'a Arrow<'a>),
    Class(&'a Class<'a>),
    Unary(&'a Unary<'a>),
    Update(&'a Update<'a>),
    Binary(&'a Binary<'a>),
    Assign(&'a Assign<'a>),
    Conditional(&'a Conditional<'a>),
    Call(&'a Call<'a>),
    New(&'a New<'a>),
    Member(&'a Member<'a>),
    Index(&'a Index<'a>),
    Await(&'a Await<'a>),
    Import(&'a ImportCall<'a>),
    /// `х чун Навъ`, erased.
    As(&'a As<'a>),
    /// `х!`, erased.
    NonNull(&'a NonNull<'a>),
    Paren(&'a Paren<'a>),
    /// What could not be parsed; a diagnostic exists, nothing is printed.
    Error(Span),
}

impl<'a> Expr<'a> {
    pub fn span(&self) -> Span {
        match self {
            Expr::Ident(e) => e.span,
            Expr::Number(e) => e.span,
            Expr::String(e) => e.span,
            Expr::Template(e) => e.span,
            Expr::TaggedTemplate(e) => e.span,
            Expr::Regex(e) => e.span,
            Expr::Bool(e) => e.span,
            Expr::Null(span) | Expr::This(span) | Expr::Super(span) | Expr::Error(span) => *span,
            Expr::Array(e) => e.span,
            Expr::Object(e) => e.span,
            Expr::Function(e) => e.span,
            Expr::Arrow(e) => e.span,
            Expr::Class(e) => e.span,
            Expr::Unary(e) => e.span,
            Expr::Update(e) => e.span,
            Expr::Binary(e) => e.span,
            Expr::Assign(e) => e.span,
            Expr::Conditional(e) => e.span,
            Expr::Call(e) => e.span,
            Expr::New(e) => e.span,
            Expr::Member(e) => e.span,
            Expr::Index(e) => e.span,
            Expr::Await(e) => e.span,
            Expr::Import(e) => e.span,
            Expr::As(e) => e.span,
            Expr::NonNull(e) => e.span,
            Expr::Paren(e) => e.span,
        }
    }

    /// The expression without parentheses and erased type operators around it.
    pub fn unwrapped(self) -> Expr<'a> {
        let mut expr = self;
        loop {
            expr = match expr {
                Expr::Paren(e) => e.expr,
                Expr::As(e) => e.expr,
                Expr::NonNull(e) => e.expr,
                other => return other,
            };
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub struct BoolLit {
    pub span: Span,
    pub value: bool,
}

/// `pattern` and `flags` are emitted unchanged.
#[derive(Clone, Copy, Debug)]
pub struct RegexLit<'a> {
    pub span: Span,
    pub raw: &'a str,
}

/// Always one more quasi than expressions.
#[derive(Clone, Copy, Debug)]
pub struct Template<'a> {
    pub span: Span,
    pub quasis: &'a [TemplateElement<'a>],
    pub exprs: &'a [Expr<'a>],
}

/// A piece of template text. `raw` is the source text; `cooked` as in [`StringLit`], `None` where an escape is
/// malformed (legal in a tagged template only).
#[derive(Clone, Copy, Debug)]
pub struct TemplateElement<'a> {
    pub span: Span,
    pub raw: &'a str,
    pub cooked: Option<&'a str>,
    pub lone_surrogates: bool,
}

#[derive(Clone, Copy, Debug)]
pub struct TaggedTemplate<'a> {
    pub span: Span,
    pub tag: Expr<'a>,
    pub type_args: &'a [Type<'a>],
    pub template: &'a Template<'a>,
}

#[derive(Clone, Copy, Debug)]
pub struct Array<'a> {
    pub span: Span,
    pub elements: &'a [ArrayElement<'a>],
}

#[derive(Clone, Copy, Debug)]
pub enum ArrayElement<'a> {
    Hole(Span),
    Expr(Expr<'a>),
    Spread(&'a Spread<'a>),
}

#[derive(Clone, Copy, Debug)]
pub struct Spread<'a> {
    pub span: Span,
    pub expr: Expr<'a>,
}

#[derive(Clone, Copy, Debug)]
pub struct Object<'a> {
    pub span: Span,
    pub properties: &'a [Property<'a>],
}

#[derive(Clone, Copy, Debug)]
pub enum Property<'a> {
    /// `ключ: қимат`
    Value(&'a ValueProperty<'a>),
    /// `ном`, both key and reference. `default` is `{а = 1}`, legal only where the object becomes a pattern.
    Shorthand(&'a ShorthandProperty<'a>),
    /// A method or accessor.
    Method(&'a ObjectMethod<'a>),
    Spread(&'a Spread<'a>),
}

#[derive(Clone, Copy, Debug)]
pub struct ValueProperty<'a> {
    pub span: Span,
    pub key: PropertyKey<'a>,
    pub value: Expr<'a>,
}

#[derive(Clone, Copy, Debug)]
pub struct ShorthandProperty<'a> {
    pub span: Span,
    pub ident: Ident,
    pub default: Option<Expr<'a>>,
}

#[derive(Clone, Copy, Debug)]
pub struct ObjectMethod<'a> {
    pub span: Span,
    pub kind: MethodKind,
    pub key: PropertyKey<'a>,
    pub function: &'a Function<'a>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MethodKind {
    Method,
    Get,
    Set,
}

/// A function declaration, expression, method or accessor body. `name` is set for declarations and named expressions.
#[derive(Clone, Copy, Debug)]
pub struct Function<'a> {
    pub span: Span,
    pub name: Option<Ident>,
    pub is_async: bool,
    pub type_params: &'a [TypeParam<'a>],
    /// Without the erased `this` parameter.
    pub params: &'a [Param<'a>],
    pub this_type: Option<Type<'a>>,
    pub return_type: Option<ReturnType<'a>>,
    /// `None` for abstract members and overload signatures.
    pub body: Option<Block<'a>>,
}

#[derive(Clone, Copy, Debug)]
pub struct Arrow<'a> {
    pub span: Span,
    pub is_async: bool,
    pub type_params: &'a [TypeParam<'a>],
    pub params: &'a [Param<'a>],
    pub return_type: Option<ReturnType<'a>>,
    pub body: ArrowBody<'a>,
}

#[derive(Clone, Copy, Debug)]
pub enum ArrowBody<'a> {
    Expr(Expr<'a>),
    Block(Block<'a>),
}

#[derive(Clone, Copy, Debug)]
pub struct Unary<'a> {
    pub span: Span,
    pub op: UnaryOp,
    pub expr: Expr<'a>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    Not,
    Minus,
    Plus,
    BitNot,
    Typeof,
    Delete,
    Void,
}

#[derive(Clone, Copy, Debug)]
pub struct Update<'a> {
    pub span: Span,
    pub is_increment: bool,
    pub is_prefix: bool,
    pub target: Expr<'a>,
}

#[derive(Clone, Copy, Debug)]
pub struct Binary<'a> {
    pub span: Span,
    pub op: BinaryOp,
    pub op_span: Span,
    pub left: Expr<'a>,
    pub right: Expr<'a>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    Exp,
    Shl,
    Shr,
    ShrUnsigned,
    Less,
    LessEq,
    Greater,
    GreaterEq,
    In,
    Instanceof,
    Eq,
    NotEq,
    StrictEq,
    StrictNotEq,
    BitAnd,
    BitXor,
    BitOr,
    And,
    Or,
    Nullish,
}

impl BinaryOp {
    /// The level of the precedence table of the language, 4 (loosest) to 15.
    pub const fn level(self) -> u8 {
        match self {
            BinaryOp::Nullish => 4,
            BinaryOp::Or => 5,
            BinaryOp::And => 6,
            BinaryOp::BitOr => 7,
            BinaryOp::BitXor => 8,
            BinaryOp::BitAnd => 9,
            BinaryOp::Eq | BinaryOp::NotEq | BinaryOp::StrictEq | BinaryOp::StrictNotEq => 10,
            BinaryOp::Less
            | BinaryOp::LessEq
            | BinaryOp::Greater
            | BinaryOp::GreaterEq
            | BinaryOp::In
            | BinaryOp::Instanceof => 11,
            BinaryOp::Shl | BinaryOp::Shr | BinaryOp::ShrUnsigned => 12,
            BinaryOp::Add | BinaryOp::Sub => 13,
            BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem => 14,
            BinaryOp::Exp => 15,
        }
    }

    /// The JavaScript spelling.
    pub const fn text(self) -> &'static str {
        match self {
            BinaryOp::Add => "+",
            BinaryOp::Sub => "-",
            BinaryOp::Mul => "*",
            BinaryOp::Div => "/",
            BinaryOp::Rem => "%",
            BinaryOp::Exp => "**",
            BinaryOp::Shl => "<<",
            BinaryOp::Shr => ">>",
            BinaryOp::ShrUnsigned => ">>>",
            BinaryOp::Less => "<",
            BinaryOp::LessEq => "<=",
            BinaryOp::Greater => ">",
            BinaryOp::GreaterEq => ">=",
            BinaryOp::In => "in",
            BinaryOp::Instanceof => "instanceof",
            BinaryOp::Eq => "==",
            BinaryOp::NotEq => "!=",
            BinaryOp::StrictEq => "===",
            BinaryOp::StrictNotEq => "!==",
            BinaryOp::BitAnd => "&",
            BinaryOp::BitXor => "^",
            BinaryOp::BitOr => "|",
            BinaryOp::And => "&&",
            BinaryOp::Or => "||",
            BinaryOp::Nullish => "??",
        }
    }
}

/// `op` is `None` for plain `=`; `And`, `Or`, `Nullish` give the logical assignments.
#[derive(Clone, Copy, Debug)]
pub struct Assign<'a> {
    pub span: Span,
    pub op: Option<BinaryOp>,
    pub target: Pattern<'a>,
    pub value: Expr<'a>,
}

#[derive(Clone, Copy, Debug)]
pub struct Conditional<'a> {
    pub span: Span,
    pub test: Expr<'a>,
    pub consequent: Expr<'a>,
    pub alternate: Expr<'a>,
}

#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    pub span: Span,
    pub callee: Expr<'a>,
    /// `ф?.(х)`
    pub optional: bool,
    pub type_args: &'a [Type<'a>],
    pub arguments: &'a [Argument<'a>],
}

#[derive(Clone, Copy, Debug)]
pub enum Argument<'a> {
    Expr(Expr<'a>),
    Spread(&'a Spread<'a>),
}

#[derive(Clone, Copy, Debug)]
pub struct New<'a> {
    pub span: Span,
    pub callee: Expr<'a>,
    pub type_args: &'a [Type<'a>],
    /// `None`: no parentheses were written.
    pub arguments: Option<&'a [Argument<'a>]>,
}

/// `а.б`, `а?.б`
#[derive(Clone, Copy, Debug)]
pub struct Member<'a> {
    pub span: Span,
    pub object: Expr<'a>,
    pub optional: bool,
    pub property: Word,
}

/// `а[б]`, `а?.[б]`
#[derive(Clone, Copy, Debug)]
pub struct Index<'a> {
    pub span: Span,
    pub object: Expr<'a>,
    pub optional: bool,
    pub index: Expr<'a>,
}

#[derive(Clone, Copy, Debug)]
pub struct Await<'a> {
    pub span: Span,
    pub expr: Expr<'a>,
}

/// `ворид(х)`, with the checked-and-erased `{ with: { type: "json" } }` in `is_json`.
#[derive(Clone, Copy, Debug)]
pub struct ImportCall<'a> {
    pub span: Span,
    pub specifier: Expr<'a>,
    pub is_json: bool,
}

#[derive(Clone, Copy, Debug)]
pub struct As<'a> {
    pub span: Span,
    pub expr: Expr<'a>,
    pub ty: Type<'a>,
}

#[derive(Clone, Copy, Debug)]
pub struct NonNull<'a> {
    pub span: Span,
    pub expr: Expr<'a>,
}

#[derive(Clone, Copy, Debug)]
pub struct Paren<'a> {
    pub span: Span,
    pub expr: Expr<'a>,
}
