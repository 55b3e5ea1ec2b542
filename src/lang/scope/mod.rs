//! Scope analysis: which declaration each identifier means, and the early errors that need to know.
//! Side tables keyed by identifier and symbol; must never change the tree or decide what is printed.

mod binding;
pub(crate) mod declare;
mod exports;
mod expression;
mod hint;
pub(crate) mod statement;
mod types;

pub use hint::Hint;

use crate::ast::{IdentId, Program};
use crate::builtin::BuiltinSet;
use crate::diagnostic::Diagnostic;
use crate::name::{Name, Names};
use crate::source::Span;
use crate::vocabulary::Vocabulary;

/// Resolves every identifier of `program` and reports names declared or exported twice, writes to constants
/// and imports, and words that cannot be read.
pub fn analyse<'a>(program: &Program<'a>, names: &Names<'a>, diagnostics: &mut Vec<Diagnostic>) -> Scopes {
    let mut analyser = binding::Analyser::new(program, names, diagnostics);
    analyser.program(program);
    let mut scopes = analyser.scopes;
    crate::order::sort(&mut scopes.through_namespace, &|(a, _), (b, _)| a.cmp(b));
    scopes
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SymbolId(pub u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolKind {
    Let,
    Const,
    Function,
    Class,
    Param,
    Catch,
    Import,
    Namespace,
    /// The own name of a function expression, visible inside it only.
    FunctionName,
    Interface,
    TypeAlias,
    TypeParam,
}

#[derive(Clone, Copy, Debug)]
pub struct Symbol {
    pub name: Name,
    pub kind: SymbolKind,
    /// The name at its first declaration.
    pub declared: Span,
    pub is_top_level: bool,
    /// Written after its declaration.
    pub is_reassigned: bool,
    /// Used as a value somewhere, exports included.
    pub is_read: bool,
    /// Nothing of it exists at run time.
    pub is_type_only: bool,
    /// What its declaration says about the kind of its value.
    pub hint: Hint,
    /// The same of what it answers, for a function.
    pub returned: Hint,
}

/// What the text says about the values of members of one name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemberHint {
    pub value: Hint,
    /// Of calls, where the member is a method.
    pub returned: Hint,
    is_declared: bool,
}

impl MemberHint {
    /// Declarations that do not agree say nothing.
    fn add(&mut self, value: Hint, returned: Hint) {
        let agrees = |old: Hint, new: Hint| if old == new { old } else { Hint::Unknown };
        *self = MemberHint {
            value: if self.is_declared { agrees(self.value, value) } else { value },
            returned: if self.is_declared { agrees(self.returned, returned) } else { returned },
            is_declared: true,
        };
    }
}

/// A dynamic import as the graph wants to know it.
#[derive(Clone, Debug)]
pub struct DynamicImport {
    /// The argument.
    pub span: Span,
    /// `None`: computed at run time.
    pub specifier: Option<String>,
    pub is_json: bool,
}

/// The fields that a class declares, for fields that a subclass declares again.
#[derive(Clone, Debug)]
pub struct ClassShape {
    pub symbol: SymbolId,
    pub superclass: Option<SymbolId>,
    pub fields: Vec<(Name, bool)>,
}

pub struct Scopes {
    /// By [`IdentId`]; `None` is a global or an unknown name.
    pub symbol_of: Vec<Option<SymbolId>>,
    pub symbols: Vec<Symbol>,
    pub words: &'static Vocabulary,
    pub dynamic_imports: Vec<DynamicImport>,
    /// The first `интизор` outside every function.
    pub top_level_await: Option<Span>,
    /// Built-in member names that this text declares as members of its own.
    pub declared_members: BuiltinSet,
    /// Identifiers that reach an exported member of another part of a namespace, with that namespace; sorted.
    pub through_namespace: Vec<(IdentId, SymbolId)>,
    /// By [`Name`]: what all declarations of a member of that name say together.
    pub member_hints: Vec<MemberHint>,
    /// By [`Name`]: written as a member (`х.ном = ...`) somewhere.
    pub written_members: Vec<bool>,
    /// Something is written through a computed key.
    pub has_computed_writes: bool,
    pub classes: Vec<ClassShape>,
    /// By index into `builtin::GLOBALS`: read without a user's binding.
    pub globals_read: u32,
}

impl Scopes {
    pub fn symbol(&self, id: SymbolId) -> Option<&Symbol> {
        self.symbols.get(id.0 as usize)
    }

    pub fn of(&self, ident: IdentId) -> Option<SymbolId> {
        self.symbol_of.get(ident.0 as usize).copied().flatten()
    }

    /// `None` if `superclass` or a class that it extends declares the field; else the last of them that stands in
    /// this text.
    pub fn inherits_field(&self, superclass: SymbolId, name: Name, is_static: bool) -> Option<SymbolId> {
        let mut at = superclass;
        // A circle of superclasses is somebody else's error; the count ends the walk.
        for _ in 0..self.classes.len() {
            let Some(shape) = self.classes.iter().find(|class| class.symbol == at) else { break };
            if shape.fields.contains(&(name, is_static)) {
                return None;
            }
            at = shape.superclass.unwrap_or(at);
        }
        Some(at)
    }
}
