//! The state of the analysis: which symbol each name means right now, with an undo log for leaving scopes.
//! Values and types are two spaces. Must never look at statements or expressions.

use super::{Hint, MemberHint, Scopes, Symbol, SymbolId, SymbolKind};
use crate::ast::{Ident, IdentId, Program};
use crate::builtin::{BuiltinSet, TAJIK_GLOBALS};
use crate::diagnostic::{Code, Diagnostic};
use crate::name::{Name, Names};
use crate::pair_map::PairMap;
use crate::source::Span;
use crate::vocabulary::vocabulary;

const NONE: u32 = u32::MAX;

pub struct Analyser<'p, 'a> {
    pub names: &'p Names<'a>,
    pub diagnostics: &'p mut Vec<Diagnostic>,
    pub scopes: Scopes,
    /// By name: the symbol that the name means in expressions, and in types.
    values: Vec<u32>,
    types: Vec<u32>,
    /// What a name meant before, to be put back when the scope ends.
    undo: Vec<(Space, Name, u32)>,
    open: Vec<Scope>,
    next_scope: u32,
    /// By symbol: the scope that declares it, and whether so far only overload signatures did.
    homes: Vec<(u32, bool)>,
    pub function_depth: u32,
    /// In the value of a class field, outside every function in it.
    pub in_field: bool,
    /// Exported members of each namespace, by namespace and name, over all its parts.
    pub namespace_members: PairMap,
    pub open_namespaces: Vec<SymbolId>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Space {
    Value,
    Type,
}

struct Scope {
    id: u32,
    undo_from: usize,
    /// A body may not declare again what the parameters around it declare.
    outer_params: Option<u32>,
    params_bind_functions: bool,
}

impl<'p, 'a> Analyser<'p, 'a> {
    pub fn new(program: &Program<'a>, names: &'p Names<'a>, diagnostics: &'p mut Vec<Diagnostic>) -> Self {
        Analyser {
            names,
            diagnostics,
            scopes: Scopes {
                symbol_of: vec![None; program.ident_count as usize],
                symbols: Vec::new(),
                words: vocabulary(),
                dynamic_imports: Vec::new(),
                top_level_await: None,
                declared_members: BuiltinSet::EMPTY,
                through_namespace: Vec::new(),
                member_hints: vec![MemberHint::default(); names.len()],
                written_members: vec![false; names.len()],
                has_computed_writes: false,
                classes: Vec::new(),
                globals_read: 0,
            },
            values: vec![NONE; names.len()],
            types: vec![NONE; names.len()],
            undo: Vec::new(),
            open: Vec::new(),
            next_scope: 0,
            homes: Vec::new(),
            function_depth: 0,
            in_field: false,
            namespace_members: PairMap::default(),
            open_namespaces: Vec::new(),
        }
    }

    pub fn enter(&mut self) {
        let id = self.next_scope;
        self.next_scope += 1;
        self.open.push(Scope { id, undo_from: self.undo.len(), outer_params: None, params_bind_functions: false });
    }

    /// The scope of a body whose parameters are the scope around it. A function may take the name of a parameter,
    /// but not that of a catch variable.
    pub fn enter_body(&mut self, is_catch: bool) {
        let outer = self.open.last().map(|scope| scope.id);
        self.enter();
        if let Some(scope) = self.open.last_mut() {
            scope.outer_params = outer;
            scope.params_bind_functions = is_catch;
        }
    }

    pub fn leave(&mut self) {
        let Some(scope) = self.open.pop() else { return };
        while self.undo.len() > scope.undo_from {
            let Some((space, name, before)) = self.undo.pop() else { return };
            let table = if space == Space::Value { &mut self.values } else { &mut self.types };
            if let Some(slot) = table.get_mut(name.0 as usize) {
                *slot = before;
            }
        }
    }

    fn is_top_level(&self) -> bool {
        self.open.len() == 1
    }

    /// Declares `ident` as a value, and as a type too where the kind is both.
    pub fn declare(&mut self, ident: &Ident, kind: SymbolKind, hint: Hint, is_signature: bool) -> SymbolId {
        if let Some(existing) = self.declared_here(Space::Value, ident.name, kind)
            && let Some(same) = self.merge(existing, ident, kind, is_signature)
        {
            self.set(ident.id, same);
            return same;
        }
        let id = self.add(ident, kind, hint, false, is_signature);
        self.bind(Space::Value, ident.name, id);
        if matches!(kind, SymbolKind::Class | SymbolKind::Import | SymbolKind::Namespace) {
            self.bind(Space::Type, ident.name, id);
        }
        id
    }

    /// Declares `ident` as a type only.
    pub fn declare_type(&mut self, ident: &Ident, kind: SymbolKind) -> SymbolId {
        if let Some(existing) = self.declared_here(Space::Type, ident.name, kind) {
            let other = self.scopes.symbol(existing).map(|symbol| symbol.kind);
            let merges = matches!(
                (other, kind),
                (Some(SymbolKind::Interface | SymbolKind::Class), SymbolKind::Interface)
                    | (Some(SymbolKind::Namespace), _)
                    | (_, SymbolKind::Namespace)
            );
            if merges {
                self.set(ident.id, existing);
                return existing;
            }
            self.report_duplicate(ident, existing);
        }
        let id = self.add(ident, kind, Hint::Unknown, true, false);
        self.bind(Space::Type, ident.name, id);
        id
    }

    /// The same name may be inferred at several places of one type.
    pub fn declare_infer(&mut self, ident: &Ident) {
        match self.declared_here(Space::Type, ident.name, SymbolKind::TypeParam) {
            Some(existing) => self.set(ident.id, existing),
            None => {
                self.declare_type(ident, SymbolKind::TypeParam);
            }
        }
    }

    fn add(&mut self, ident: &Ident, kind: SymbolKind, hint: Hint, is_type_only: bool, is_signature: bool) -> SymbolId {
        let id = SymbolId(self.scopes.symbols.len() as u32);
        self.scopes.symbols.push(Symbol {
            name: ident.name,
            kind,
            declared: ident.span,
            is_top_level: self.is_top_level(),
            is_reassigned: false,
            is_read: false,
            is_type_only,
            hint,
            returned: Hint::Unknown,
        });
        self.homes.push((self.open.last().map_or(NONE, |scope| scope.id), is_signature));
        self.set(ident.id, id);
        id
    }

    fn bind(&mut self, space: Space, name: Name, id: SymbolId) {
        let table = if space == Space::Value { &mut self.values } else { &mut self.types };
        if let Some(slot) = table.get_mut(name.0 as usize) {
            self.undo.push((space, name, *slot));
            *slot = id.0;
        }
    }

    /// The symbol that a declaration of `name` in the innermost scope would collide with.
    fn declared_here(&self, space: Space, name: Name, kind: SymbolKind) -> Option<SymbolId> {
        let table = if space == Space::Value { &self.values } else { &self.types };
        let id = table.get(name.0 as usize).copied().filter(|&id| id != NONE)?;
        let home = self.homes.get(id as usize)?.0;
        let scope = self.open.last()?;
        let is_in_params = space == Space::Value
            && scope.outer_params == Some(home)
            && (kind != SymbolKind::Function || scope.params_bind_functions)
            && self
                .scopes
                .symbol(SymbolId(id))
                .is_some_and(|s| matches!(s.kind, SymbolKind::Param | SymbolKind::Catch));
        (home == scope.id || is_in_params).then_some(SymbolId(id))
    }

    fn merge(&mut self, existing: SymbolId, ident: &Ident, kind: SymbolKind, is_signature: bool) -> Option<SymbolId> {
        let other = self.scopes.symbol(existing)?.kind;
        let only_signatures = self.homes.get(existing.0 as usize).is_some_and(|home| home.1);
        match (other, kind) {
            (SymbolKind::Namespace, SymbolKind::Namespace) => return Some(existing),
            (SymbolKind::Function, SymbolKind::Function) if only_signatures || is_signature => {
                if let Some(home) = self.homes.get_mut(existing.0 as usize) {
                    home.1 = only_signatures && is_signature;
                }
                return Some(existing);
            }
            (SymbolKind::Param, SymbolKind::Param) => {
                let first = self.scopes.symbol(existing).map(|symbol| symbol.declared).unwrap_or_default();
                let text = self.names.text(ident.name);
                self.diagnostics
                    .push(Diagnostic::new(Code::DuplicateParameter, ident.span).text("name", text).related(first));
            }
            _ => self.report_duplicate(ident, existing),
        }
        None
    }

    fn report_duplicate(&mut self, ident: &Ident, existing: SymbolId) {
        let first = self.scopes.symbol(existing).map(|symbol| symbol.declared).unwrap_or_default();
        let text = self.names.text(ident.name);
        self.diagnostics
            .push(Diagnostic::new(Code::DuplicateDeclaration, ident.span).text("name", text).related(first));
    }

    fn set(&mut self, ident: IdentId, symbol: SymbolId) {
        if let Some(slot) = self.scopes.symbol_of.get_mut(ident.0 as usize) {
            *slot = Some(symbol);
        }
    }

    fn lookup(&self, space: Space, name: Name) -> Option<SymbolId> {
        let table = if space == Space::Value { &self.values } else { &self.types };
        table.get(name.0 as usize).copied().filter(|&id| id != NONE).map(SymbolId)
    }

    /// A name as the operand of an expression.
    pub fn read(&mut self, ident: &Ident) -> Option<SymbolId> {
        let found = self.resolve(ident);
        match found {
            Some(id) => {
                if let Some(symbol) = self.scopes.symbols.get_mut(id.0 as usize) {
                    symbol.is_read = true;
                }
            }
            None => self.read_global(ident),
        }
        found
    }

    /// A name that is written to.
    pub fn write(&mut self, ident: &Ident, target: Span) {
        let Some(id) = self.resolve(ident) else {
            self.read_global(ident);
            return;
        };
        let Some(symbol) = self.scopes.symbols.get_mut(id.0 as usize) else { return };
        symbol.is_read = true;
        symbol.is_reassigned = true;
        let declared = symbol.declared;
        let code = match symbol.kind {
            SymbolKind::Const | SymbolKind::Namespace => Code::ConstAssignment,
            SymbolKind::Import => Code::ImportAssignment,
            _ => return,
        };
        let text = self.names.text(ident.name);
        self.diagnostics.push(Diagnostic::new(code, target).text("name", text).related(declared));
    }

    /// A name in a type: types first, then what is both.
    pub fn read_type(&mut self, ident: &Ident) -> Option<SymbolId> {
        let id = self.lookup(Space::Type, ident.name).or_else(|| self.lookup(Space::Value, ident.name))?;
        self.set(ident.id, id);
        Some(id)
    }

    /// A name after `навъи` in a type: a value, of which nothing is needed at run time.
    pub fn read_typeof(&mut self, ident: &Ident) {
        let _ = self.resolve(ident);
    }

    /// A name in an export list: a value if there is one, else a type.
    pub fn read_export(&mut self, ident: &Ident) -> Option<SymbolId> {
        let Some(id) = self.lookup(Space::Value, ident.name) else { return self.read_type(ident) };
        self.set(ident.id, id);
        if let Some(symbol) = self.scopes.symbols.get_mut(id.0 as usize) {
            symbol.is_read = true;
        }
        Some(id)
    }

    fn resolve(&mut self, ident: &Ident) -> Option<SymbolId> {
        let own = self.lookup(Space::Value, ident.name);
        // Members that another part of an open namespace exports stand between its body and what is around it.
        for &namespace in self.open_namespaces.iter().rev() {
            let Some(member) = self.namespace_members.get((namespace.0, ident.name.0)) else { continue };
            let member = SymbolId(member);
            let is_nearer = own.is_none_or(|own| self.scope_depth(own) < self.scope_depth_of_namespace(namespace));
            if is_nearer && own != Some(member) {
                self.set(ident.id, member);
                self.scopes.through_namespace.push((ident.id, namespace));
                return Some(member);
            }
        }
        let own = own?;
        self.set(ident.id, own);
        Some(own)
    }

    fn scope_depth(&self, symbol: SymbolId) -> usize {
        let home = self.homes.get(symbol.0 as usize).map_or(NONE, |home| home.0);
        self.open.iter().position(|scope| scope.id == home).map_or(0, |at| at + 1)
    }

    fn scope_depth_of_namespace(&self, namespace: SymbolId) -> usize {
        self.scope_depth(namespace) + 1
    }

    fn read_global(&mut self, ident: &Ident) {
        if let Some(index) = self.scopes.words.global_index(ident.name) {
            if (index as usize) < TAJIK_GLOBALS {
                self.scopes.globals_read |= 1 << index;
            }
            return;
        }
        let text = self.names.text(ident.name);
        if self.scopes.words.is_unreadable(ident.name) || self.in_field && text == "arguments" {
            self.diagnostics.push(
                Diagnostic::new(Code::ReservedJsWord, ident.span)
                    .text("name", text)
                    .text("suggestion", [text, "_"].concat()),
            );
        }
    }

    /// Notes that the text declares a member of that name.
    pub fn declare_member(&mut self, name: Name) {
        if let Some(index) = self.scopes.words.member_index(name) {
            self.scopes.declared_members.insert(index);
        }
    }

    /// Notes what the declaration of a member says about its value.
    pub fn hint_member(&mut self, name: Name, value: Hint, returned: Hint) {
        if let Some(slot) = self.scopes.member_hints.get_mut(name.0 as usize) {
            slot.add(value, returned);
        }
    }

    /// Notes that a member of that name is assigned somewhere.
    pub fn write_member(&mut self, name: Name) {
        if let Some(slot) = self.scopes.written_members.get_mut(name.0 as usize) {
            *slot = true;
        }
    }
}
