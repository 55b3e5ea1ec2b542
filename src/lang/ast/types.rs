//! Types. Nothing here reaches the output; it is kept for the checker and for member names.

use super::{Ident, NumberLit, Pattern, PropertyKey, StringLit, TemplateElement, Word};
use crate::source::Span;

#[derive(Clone, Copy, Debug)]
pub enum Type<'a> {
    Primitive(Primitive, Span),
    String(&'a StringLit<'a>),
    Number(&'a NumberType<'a>),
    Bool(bool, Span),
    Ref(&'a TypeRef<'a>),
    Array(&'a ArrayType<'a>),
    Tuple(&'a TupleType<'a>),
    Object(&'a ObjectType<'a>),
    Mapped(&'a MappedType<'a>),
    Function(&'a FunctionType<'a>),
    Union(&'a TypeList<'a>),
    Intersection(&'a TypeList<'a>),
    Conditional(&'a ConditionalType<'a>),
    Indexed(&'a IndexedType<'a>),
    Operator(&'a TypeOperator<'a>),
    /// `навъи х.у`
    Typeof(&'a TypeofType<'a>),
    Infer(&'a InferType<'a>),
    Template(&'a TemplateType<'a>),
    /// `ин`
    This(Span),
    Paren(&'a ParenType<'a>),
    Error(Span),
}

impl Type<'_> {
    pub fn span(&self) -> Span {
        match self {
            Type::Primitive(_, span) | Type::Bool(_, span) | Type::This(span) | Type::Error(span) => *span,
            Type::String(t) => t.span,
            Type::Number(t) => t.span,
            Type::Ref(t) => t.span,
            Type::Array(t) => t.span,
            Type::Tuple(t) => t.span,
            Type::Object(t) => t.span,
            Type::Mapped(t) => t.span,
            Type::Function(t) => t.span,
            Type::Union(t) | Type::Intersection(t) => t.span,
            Type::Conditional(t) => t.span,
            Type::Indexed(t) => t.span,
            Type::Operator(t) => t.span,
            Type::Typeof(t) => t.span,
            Type::Infer(t) => t.span,
            Type::Template(t) => t.span,
            Type::Paren(t) => t.span,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Primitive {
    String,
    Number,
    Boolean,
    Null,
    Undefined,
    Any,
    Unknown,
    Never,
    Void,
    Object,
    BigInt,
    Symbol,
    /// `функсия`
    Function,
}

#[derive(Clone, Copy, Debug)]
pub struct NumberType<'a> {
    pub span: Span,
    pub is_negative: bool,
    pub number: NumberLit<'a>,
}

/// `А.Б<В>`; only the first name refers, the others are members.
#[derive(Clone, Copy, Debug)]
pub struct TypeRef<'a> {
    pub span: Span,
    pub name: Ident,
    pub path: &'a [Word],
    pub args: &'a [Type<'a>],
}

#[derive(Clone, Copy, Debug)]
pub struct ArrayType<'a> {
    pub span: Span,
    pub element: Type<'a>,
}

#[derive(Clone, Copy, Debug)]
pub struct TupleType<'a> {
    pub span: Span,
    pub items: &'a [TupleItem<'a>],
}

#[derive(Clone, Copy, Debug)]
pub struct TupleItem<'a> {
    pub span: Span,
    pub name: Option<Word>,
    pub is_rest: bool,
    pub is_optional: bool,
    pub ty: Type<'a>,
}

#[derive(Clone, Copy, Debug)]
pub struct ObjectType<'a> {
    pub span: Span,
    pub members: &'a [TypeMember<'a>],
}

#[derive(Clone, Copy, Debug)]
pub enum TypeMember<'a> {
    Property(&'a PropertySignature<'a>),
    Method(&'a MethodSignature<'a>),
    Index(&'a IndexSignature<'a>),
    Call(&'a FunctionType<'a>),
    Construct(&'a FunctionType<'a>),
}

#[derive(Clone, Copy, Debug)]
pub struct PropertySignature<'a> {
    pub span: Span,
    pub is_readonly: bool,
    pub key: PropertyKey<'a>,
    pub is_optional: bool,
    pub ty: Option<Type<'a>>,
}

#[derive(Clone, Copy, Debug)]
pub struct MethodSignature<'a> {
    pub span: Span,
    pub key: PropertyKey<'a>,
    pub is_optional: bool,
    pub function: FunctionType<'a>,
}

#[derive(Clone, Copy, Debug)]
pub struct IndexSignature<'a> {
    pub span: Span,
    pub is_readonly: bool,
    pub name: Word,
    pub key: Type<'a>,
    pub value: Type<'a>,
}

#[derive(Clone, Copy, Debug)]
pub struct MappedType<'a> {
    pub span: Span,
    pub readonly: Option<MappedSign>,
    pub name: Ident,
    pub constraint: Type<'a>,
    pub optional: Option<MappedSign>,
    pub value: Type<'a>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MappedSign {
    Add,
    Remove,
}

/// A function or constructor type, or the signature part of a member.
#[derive(Clone, Copy, Debug)]
pub struct FunctionType<'a> {
    pub span: Span,
    pub is_constructor: bool,
    pub type_params: &'a [TypeParam<'a>],
    pub params: &'a [TypeParameterName<'a>],
    pub this_type: Option<Type<'a>>,
    pub return_type: Option<ReturnType<'a>>,
}

/// A parameter of a function type: a name for people, and its type.
#[derive(Clone, Copy, Debug)]
pub struct TypeParameterName<'a> {
    pub span: Span,
    pub pattern: Pattern<'a>,
    pub is_rest: bool,
    pub is_optional: bool,
    pub ty: Option<Type<'a>>,
}

#[derive(Clone, Copy, Debug)]
pub enum ReturnType<'a> {
    Type(Type<'a>),
    Predicate(&'a Predicate<'a>),
}

impl ReturnType<'_> {
    pub fn span(&self) -> Span {
        match self {
            ReturnType::Type(ty) => ty.span(),
            ReturnType::Predicate(predicate) => predicate.span,
        }
    }
}

/// `х аст Навъ`, `бармесоё х`, `бармесоё х аст Навъ`
#[derive(Clone, Copy, Debug)]
pub struct Predicate<'a> {
    pub span: Span,
    pub asserts: bool,
    pub subject: PredicateSubject,
    pub ty: Option<Type<'a>>,
}

#[derive(Clone, Copy, Debug)]
pub enum PredicateSubject {
    Param(Word),
    This(Span),
}

#[derive(Clone, Copy, Debug)]
pub struct TypeList<'a> {
    pub span: Span,
    pub types: &'a [Type<'a>],
}

#[derive(Clone, Copy, Debug)]
pub struct ConditionalType<'a> {
    pub span: Span,
    pub check: Type<'a>,
    pub extends: Type<'a>,
    pub yes: Type<'a>,
    pub no: Type<'a>,
}

#[derive(Clone, Copy, Debug)]
pub struct IndexedType<'a> {
    pub span: Span,
    pub object: Type<'a>,
    pub index: Type<'a>,
}

#[derive(Clone, Copy, Debug)]
pub struct TypeOperator<'a> {
    pub span: Span,
    pub op: TypeOp,
    pub ty: Type<'a>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypeOp {
    Keyof,
    Readonly,
    Unique,
}

#[derive(Clone, Copy, Debug)]
pub struct TypeofType<'a> {
    pub span: Span,
    pub name: Ident,
    pub path: &'a [Word],
}

#[derive(Clone, Copy, Debug)]
pub struct InferType<'a> {
    pub span: Span,
    pub name: Ident,
    pub constraint: Option<Type<'a>>,
}

#[derive(Clone, Copy, Debug)]
pub struct TemplateType<'a> {
    pub span: Span,
    pub quasis: &'a [TemplateElement<'a>],
    pub types: &'a [Type<'a>],
}

#[derive(Clone, Copy, Debug)]
pub struct ParenType<'a> {
    pub span: Span,
    pub ty: Type<'a>,
}

#[derive(Clone, Copy, Debug)]
pub struct TypeParam<'a> {
    pub span: Span,
    pub name: Ident,
    pub constraint: Option<Type<'a>>,
    pub default: Option<Type<'a>>,
}
