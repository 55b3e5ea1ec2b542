//! What a declaration plainly says about the kind of its value: an annotation, a literal, `нав Map()`.
//! Only what is certain from one place; must never follow control flow or other declarations.

use crate::ast::{Expr, Primitive, ReturnType, Type};
use crate::builtin;
use crate::name::Names;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hint {
    #[default]
    Unknown,
    Array,
    String,
    /// Number, boolean, function, symbol, regular expression: built in, without a table of its own.
    Other,
    Collection,
    Promise,
    /// An object of the user's with no built-in members: a namespace, a module.
    User,
}

impl Hint {
    /// The table of `builtin` for receivers of this kind.
    pub fn table(self) -> u16 {
        match self {
            Hint::Array => builtin::ARRAY,
            Hint::String => builtin::STRING,
            Hint::Collection => builtin::COLLECTION,
            Hint::Promise => builtin::PROMISE,
            Hint::Other | Hint::Unknown | Hint::User => 0,
        }
    }

    /// Of the value of an expression, from its outermost form.
    pub fn of_expr(expr: &Expr, names: &Names) -> Hint {
        match expr.unwrapped() {
            Expr::Array(_) => Hint::Array,
            Expr::String(_) | Expr::Template(_) => Hint::String,
            Expr::Number(_) | Expr::Bool(_) | Expr::Regex(_) | Expr::Function(_) | Expr::Arrow(_) => Hint::Other,
            Expr::Import(_) => Hint::Promise,
            Expr::New(new) => match new.callee.unwrapped() {
                Expr::Ident(ident) => Hint::of_class(names.text(ident.name)),
                _ => Hint::Unknown,
            },
            _ => Hint::Unknown,
        }
    }

    fn of_class(name: &str) -> Hint {
        match name {
            "Map" | "Set" => Hint::Collection,
            "Array" | "рӯйхат" => Hint::Array,
            "Promise" | "Ваъда" | "ваъда" => Hint::Promise,
            _ => Hint::Unknown,
        }
    }
}

/// Of a variable, parameter or field: its annotation, or else its first value.
pub fn of_declaration(ty: Option<&Type>, init: Option<&Expr>, names: &Names) -> Hint {
    match (ty, init) {
        (Some(ty), _) => TypeHint::of(ty, names),
        (None, Some(init)) => Hint::of_expr(init, names),
        (None, None) => Hint::Unknown,
    }
}

/// Of what a function answers. One that is asynchronous answers a promise, whatever it says.
pub fn of_return(is_async: bool, return_type: Option<&ReturnType>, names: &Names) -> Hint {
    match return_type {
        _ if is_async => Hint::Promise,
        Some(ReturnType::Type(ty)) => TypeHint::of(ty, names),
        Some(ReturnType::Predicate(_)) => Hint::Other,
        None => Hint::Unknown,
    }
}

/// Hints from annotations.
pub struct TypeHint;

impl TypeHint {
    pub fn of(ty: &Type, names: &Names) -> Hint {
        let mut ty = *ty;
        loop {
            ty = match ty {
                Type::Paren(paren) => paren.ty,
                Type::Operator(operator) if operator.op == crate::ast::TypeOp::Readonly => operator.ty,
                Type::Array(_) | Type::Tuple(_) => return Hint::Array,
                Type::String(_) | Type::Template(_) => return Hint::String,
                Type::Primitive(Primitive::String, _) => return Hint::String,
                Type::Primitive(
                    Primitive::Number
                    | Primitive::Boolean
                    | Primitive::BigInt
                    | Primitive::Symbol
                    | Primitive::Function,
                    _,
                )
                | Type::Number(_)
                | Type::Bool(..)
                | Type::Function(_) => return Hint::Other,
                Type::Ref(reference) if reference.path.is_empty() => {
                    return Hint::of_class(names.text(reference.name.name));
                }
                _ => return Hint::Unknown,
            };
        }
    }
}
