//! Imports and exports.

use super::{Class, Expr, Function, Ident, Interface, Namespace, StringLit, TypeAlias, VarDecl, Word};
use crate::source::Span;

#[derive(Clone, Copy, Debug)]
pub struct Import<'a> {
    pub span: Span,
    pub source: StringLit<'a>,
    /// `ворид навъ { ... }`: erased as a whole.
    pub is_type_only: bool,
    /// `with { type: "json" }`
    pub is_json: bool,
    pub default: Option<Ident>,
    pub namespace: Option<Ident>,
    /// `None`: no braces were written. `Some(&[])`: empty braces.
    pub named: Option<&'a [ImportSpec]>,
}

#[derive(Clone, Copy, Debug)]
pub struct ImportSpec {
    pub span: Span,
    pub imported: OuterName,
    pub local: Ident,
}

/// A name as the other module sees it.
#[derive(Clone, Copy, Debug)]
pub enum OuterName {
    Word(Word),
    /// `пешфарз`
    Default(Span),
}

impl OuterName {
    pub fn span(&self) -> Span {
        match self {
            OuterName::Word(word) => word.span,
            OuterName::Default(span) => *span,
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Export<'a> {
    pub span: Span,
    /// The word `содир`.
    pub keyword: Span,
    pub kind: ExportKind<'a>,
}

#[derive(Clone, Copy, Debug)]
pub enum ExportKind<'a> {
    Declaration(Declaration<'a>),
    Default(DefaultExport<'a>),
    /// `содир { а чун б };`
    Local(&'a [LocalExport]),
    /// `содир { а чун б } аз "./м";`
    From(&'a ReExport<'a>),
    /// `содир * аз`, `содир * чун н аз`
    Star(&'a StarExport<'a>),
}

#[derive(Clone, Copy, Debug)]
pub enum Declaration<'a> {
    Var(&'a VarDecl<'a>),
    Function(&'a Function<'a>),
    Class(&'a Class<'a>),
    Interface(&'a Interface<'a>),
    TypeAlias(&'a TypeAlias<'a>),
    Namespace(&'a Namespace<'a>),
}

#[derive(Clone, Copy, Debug)]
pub enum DefaultExport<'a> {
    Function(&'a Function<'a>),
    Class(&'a Class<'a>),
    Expr(Expr<'a>),
}

#[derive(Clone, Copy, Debug)]
pub struct LocalExport {
    pub span: Span,
    pub local: Ident,
    pub exported: OuterName,
}

#[derive(Clone, Copy, Debug)]
pub struct ReExport<'a> {
    pub specs: &'a [ReExportSpec],
    pub source: StringLit<'a>,
    pub is_json: bool,
}

#[derive(Clone, Copy, Debug)]
pub struct ReExportSpec {
    pub span: Span,
    pub imported: OuterName,
    pub exported: OuterName,
}

#[derive(Clone, Copy, Debug)]
pub struct StarExport<'a> {
    pub exported: Option<OuterName>,
    pub source: StringLit<'a>,
    pub is_json: bool,
}
