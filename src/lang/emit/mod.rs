//! The printer: a tree and its scopes in, JavaScript text out. Two-space layout, parentheses by precedence,
//! user names kept. Must never report diagnostics: what reaches it is printable.

mod chain;
mod class;
mod commonjs;
mod expression;
mod function;
mod literal;
mod lower;
mod member;
mod modules;
mod namespace;
mod operator;
mod pattern;
mod printer;
pub mod specifier;
mod statement;

use crate::ast::Program;
use crate::builtin::BuiltinSet;
use crate::name::Names;
use crate::scope::{Scopes, SymbolId};

/// JavaScript of `module`. With a linkage the text is a part of a larger program: imports and the words of
/// exports are left out, and top-level names are spelled as the linkage says.
pub fn print(module: &Module, options: &EmitOptions, linkage: Option<&dyn Linkage>) -> String {
    let mut printer = printer::Printer::new(module, options, linkage);
    printer.program();
    printer.out
}

/// A parsed and analysed text.
pub struct Module<'m, 'a> {
    pub program: &'m Program<'a>,
    pub names: &'m Names<'a>,
    pub scopes: &'m Scopes,
    pub source: &'m str,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    Es2020,
    #[default]
    Es2022,
    EsNext,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    #[default]
    Esm,
    CommonJs,
}

/// Specifier and outer name.
pub type IsTypeExport<'o> = dyn Fn(&str, &str) -> bool + 'o;
/// Superclass, field name, whether static.
pub type InheritsField<'o> = dyn Fn(SymbolId, &str, bool) -> bool + 'o;

pub struct EmitOptions<'o> {
    pub target: Target,
    pub format: Format,
    /// The text that replaces a specifier; `None` keeps it.
    pub specifiers: &'o dyn Fn(&str) -> Option<String>,
    /// Whether specifiers that are computed at run time go through the rule for `.som`.
    pub rewrites_computed: bool,
    /// Built-in member names that the module or what it imports declares as its own.
    pub declared: BuiltinSet,
    /// Whether the module behind a specifier exports a name as a type only. Unknown where there is no graph.
    pub is_type_export: Option<&'o IsTypeExport<'o>>,
    /// Whether a superclass from another module has a field of that name. Unknown where there is no graph.
    pub inherits_field: Option<&'o InheritsField<'o>>,
}

/// How top-level and imported names are spelled in a larger program.
pub trait Linkage {
    /// A name, or an expression like `ns.х`; `None` keeps the spelling.
    fn symbol(&self, symbol: SymbolId) -> Option<&str>;
    /// The name that the default export is bound to.
    fn default_export(&self) -> &str;
    /// The whole expression that replaces `ворид("...")`; `None` keeps the call.
    fn dynamic_import(&self, specifier: &str) -> Option<&str>;
}
