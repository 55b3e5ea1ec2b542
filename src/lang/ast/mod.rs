//! The syntax tree: nodes in an arena, byte spans, interned names. Types, type parameters and heritage
//! stay in the tree for the checker. Nodes never point upwards and never hold a resolved meaning:
//! that is in the side tables of `scope`, keyed by [`IdentId`].

mod class;
mod expr;
mod module;
mod pattern;
mod stmt;
mod types;

pub use class::*;
pub use expr::*;
pub use module::*;
pub use pattern::*;
pub use stmt::*;
pub use types::*;

use crate::name::Name;
use crate::source::Span;

/// A whole text.
#[derive(Clone, Copy, Debug)]
pub struct Program<'a> {
    pub body: &'a [Stmt<'a>],
    pub span: Span,
    /// How many [`IdentId`]s the tree holds: the size of a side table.
    pub ident_count: u32,
}

/// Number of one occurrence of a name, in order of parsing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdentId(pub u32);

/// One occurrence of a name that binds or refers (not a property name).
#[derive(Clone, Copy, Debug)]
pub struct Ident {
    pub name: Name,
    pub span: Span,
    pub id: IdentId,
}

/// A property or outer export name: any word, never resolved.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    pub name: Name,
    pub span: Span,
}

/// A string literal. `value` is the cooked text; a lone surrogate stands in it as U+FFFD followed by
/// four lower-case hex digits, and then, so that this is unambiguous, a real U+FFFD stands as U+FFFD "fffd";
/// only when `lone_surrogates` is set.
#[derive(Clone, Copy, Debug)]
pub struct StringLit<'a> {
    pub span: Span,
    pub value: &'a str,
    pub lone_surrogates: bool,
}

/// A numeric literal; `raw` is the source spelling (with separators, radix prefix, trailing `n`).
#[derive(Clone, Copy, Debug)]
pub struct NumberLit<'a> {
    pub span: Span,
    pub raw: &'a str,
    pub is_bigint: bool,
}

/// The key of an object property, class member, pattern property or type member.
#[derive(Clone, Copy, Debug)]
pub enum PropertyKey<'a> {
    Word(Word),
    String(&'a StringLit<'a>),
    Number(&'a NumberLit<'a>),
    Computed(Expr<'a>),
}

impl PropertyKey<'_> {
    pub fn span(&self) -> Span {
        match self {
            PropertyKey::Word(word) => word.span,
            PropertyKey::String(string) => string.span,
            PropertyKey::Number(number) => number.span,
            PropertyKey::Computed(expr) => expr.span(),
        }
    }
}
