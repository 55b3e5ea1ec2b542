//! Declaring what a list of statements declares, before any of them is looked into:
//! the scope of a name is its whole block.

use super::binding::Analyser;
use super::hint::{of_declaration, of_return};
use super::{Hint, SymbolKind};
use crate::ast::{
    Declaration, DefaultExport, Export, ExportKind, Function, Import, Namespace, Pattern, PropertyKey, Stmt, VarDecl,
};

impl<'a> Analyser<'_, 'a> {
    pub fn declare_all(&mut self, body: &[Stmt<'a>]) {
        for stmt in body {
            self.declare_stmt(stmt);
        }
    }

    pub fn declare_stmt(&mut self, stmt: &Stmt<'a>) {
        match stmt {
            Stmt::Var(decl) => self.declare_var(decl),
            Stmt::Function(function) => self.declare_function(function),
            Stmt::Class(class) => self.declare_declaration(&Declaration::Class(class)),
            Stmt::Interface(interface) => self.declare_declaration(&Declaration::Interface(interface)),
            Stmt::TypeAlias(alias) => self.declare_declaration(&Declaration::TypeAlias(alias)),
            Stmt::Namespace(namespace) => self.declare_declaration(&Declaration::Namespace(namespace)),
            Stmt::Import(import) => self.declare_import(import),
            Stmt::Export(export) => self.declare_export(export),
            _ => {}
        }
    }

    fn declare_export(&mut self, export: &Export<'a>) {
        match &export.kind {
            ExportKind::Declaration(declaration) => self.declare_declaration(declaration),
            ExportKind::Default(DefaultExport::Function(function)) => self.declare_function(function),
            ExportKind::Default(DefaultExport::Class(class)) => self.declare_declaration(&Declaration::Class(class)),
            _ => {}
        }
    }

    fn declare_declaration(&mut self, declaration: &Declaration<'a>) {
        match declaration {
            Declaration::Var(decl) => self.declare_var(decl),
            Declaration::Function(function) => self.declare_function(function),
            Declaration::Class(class) => {
                if let Some(name) = &class.name {
                    self.declare(name, SymbolKind::Class, Hint::Unknown, false);
                }
            }
            Declaration::Interface(interface) => {
                self.declare_type(&interface.name, SymbolKind::Interface);
            }
            Declaration::TypeAlias(alias) => {
                self.declare_type(&alias.name, SymbolKind::TypeAlias);
            }
            Declaration::Namespace(namespace) if is_type_only(namespace) => {
                self.declare_type(&namespace.name, SymbolKind::Namespace);
            }
            Declaration::Namespace(namespace) => {
                self.declare(&namespace.name, SymbolKind::Namespace, Hint::User, false);
            }
        }
    }

    fn declare_function(&mut self, function: &Function<'a>) {
        if let Some(name) = &function.name {
            let id = self.declare(name, SymbolKind::Function, Hint::Other, function.body.is_none());
            let returned = of_return(function.is_async, function.return_type.as_ref(), self.names);
            if let Some(symbol) = self.scopes.symbols.get_mut(id.0 as usize) {
                symbol.returned = returned;
            }
        }
    }

    fn declare_import(&mut self, import: &Import<'a>) {
        let named = import.named.unwrap_or_default().iter().map(|spec| &spec.local);
        let namespace = import.namespace.iter().map(|local| (local, Hint::User));
        let others = import.default.iter().chain(named).map(|local| (local, Hint::Unknown));
        for (local, hint) in namespace.chain(others) {
            let id = self.declare(local, SymbolKind::Import, hint, false);
            if import.is_type_only
                && let Some(symbol) = self.scopes.symbols.get_mut(id.0 as usize)
            {
                symbol.is_type_only = true;
            }
        }
    }

    pub fn declare_var(&mut self, decl: &VarDecl<'a>) {
        let kind = if decl.is_const { SymbolKind::Const } else { SymbolKind::Let };
        for declarator in decl.declarators {
            let hint = of_declaration(declarator.ty.as_ref(), declarator.init.as_ref(), self.names);
            self.declare_pattern(&declarator.pattern, kind, hint);
        }
    }

    /// `hint` is of the whole value, so it reaches a plain name only.
    pub fn declare_pattern(&mut self, pattern: &Pattern<'a>, kind: SymbolKind, hint: Hint) {
        match pattern {
            Pattern::Ident(ident) => {
                self.declare(ident, kind, hint, false);
            }
            Pattern::Array(array) => {
                for element in array.elements.iter().flatten() {
                    self.declare_pattern(&element.pattern, kind, Hint::Unknown);
                }
                if let Some(rest) = array.rest {
                    self.declare_pattern(rest, kind, Hint::Array);
                }
            }
            Pattern::Object(object) => {
                for property in object.properties {
                    self.declare_pattern(&property.value.pattern, kind, Hint::Unknown);
                }
                if let Some(rest) = object.rest {
                    self.declare_pattern(rest, kind, Hint::Unknown);
                }
            }
            Pattern::Target(_) | Pattern::Error(_) => {}
        }
    }

    /// The defaults and computed keys of a pattern whose names are declared.
    pub fn pattern_values(&mut self, pattern: &Pattern<'a>) {
        match pattern {
            Pattern::Array(array) => {
                for element in array.elements.iter().flatten() {
                    self.pattern_values(&element.pattern);
                    self.maybe_expr(element.default);
                }
                if let Some(rest) = array.rest {
                    self.pattern_values(rest);
                }
            }
            Pattern::Object(object) => {
                for property in object.properties {
                    self.declare_key(&property.key);
                    self.pattern_values(&property.value.pattern);
                    self.maybe_expr(property.value.default);
                }
                if let Some(rest) = object.rest {
                    self.pattern_values(rest);
                }
            }
            Pattern::Ident(_) | Pattern::Target(_) | Pattern::Error(_) => {}
        }
    }

    /// A key that declares a member; a computed one is an expression.
    pub fn declare_key(&mut self, key: &PropertyKey<'a>) {
        match key {
            PropertyKey::Word(word) => self.declare_member(word.name),
            PropertyKey::String(string) => {
                if let Some(name) = self.names.find(string.value) {
                    self.declare_member(name);
                }
            }
            PropertyKey::Number(_) => {}
            PropertyKey::Computed(expr) => self.expr(*expr),
        }
    }

    /// The same, with what the declaration says about the value.
    pub fn declare_key_as(&mut self, key: &PropertyKey<'a>, value: Hint, returned: Hint) {
        self.declare_key(key);
        if let PropertyKey::Word(word) = key {
            self.hint_member(word.name, value, returned);
        }
    }
}

/// Whether nothing of a namespace exists at run time.
pub fn is_type_only(namespace: &Namespace) -> bool {
    namespace.body.iter().all(|stmt| match stmt {
        Stmt::Interface(_) | Stmt::TypeAlias(_) | Stmt::Empty(_) => true,
        Stmt::Namespace(inner) => is_type_only(inner),
        Stmt::Export(export) => match &export.kind {
            ExportKind::Declaration(Declaration::Interface(_) | Declaration::TypeAlias(_)) => true,
            ExportKind::Declaration(Declaration::Namespace(inner)) => is_type_only(inner),
            _ => false,
        },
        _ => false,
    })
}
