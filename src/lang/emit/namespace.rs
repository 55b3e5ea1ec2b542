//! Namespaces: an object filled by a function. Exported variables that change are accessors, so that both sides
//! see every change; a namespace opened again fills the same object.

use super::printer::{Printer, pieces};
use crate::ast::{Declaration, ExportKind, Ident, Namespace, Stmt};
use crate::scope::SymbolKind;
use crate::scope::declare::is_type_only;
use crate::scope::statement::declared_idents;

impl<'a> Printer<'_, 'a> {
    /// `prefix` stands in front of the declaration: `export `, or nothing.
    pub fn namespace(&mut self, namespace: &Namespace<'a>, is_exported: bool) {
        if !is_type_only(namespace) {
            self.line();
            let prefix = if is_exported { "export " } else { "" };
            self.namespace_in(namespace, prefix, None);
        }
    }

    /// `parent`: the object of the namespace around it, and whether that one is opened again.
    fn namespace_in(&mut self, namespace: &Namespace<'a>, prefix: &str, parent: Option<(&str, bool)>) {
        let Some(symbol) = self.symbol_of(namespace.name.id) else { return };
        let is_again = self.made.contains(&symbol);
        let outer = self.symbol_text(symbol).to_owned();
        let object = if declares(namespace, &namespace.name) { self.unused(&outer, true) } else { outer.clone() };
        let own = self.text(namespace.name.name);
        let joins = parent.filter(|(_, parent_again)| *parent_again && !is_again);
        if !is_again {
            self.made.push(symbol);
            pieces!(self; prefix, "const ", &outer, " = ");
            if let Some((parent, _)) = parent {
                pieces!(self; parent, ".", own, " = ");
            }
        }
        self.p("(function(");
        if is_again || joins.is_some() {
            self.p(&object);
        }
        self.p(") ");
        self.namespaces.push((symbol, object.clone()));
        self.braced(|printer| {
            if !is_again && joins.is_none() {
                printer.line();
                pieces!(printer; "const ", &object, " = {};");
            }
            printer.hoisted_members(namespace, &object);
            for stmt in namespace.body {
                match stmt {
                    Stmt::Export(export) => match &export.kind {
                        ExportKind::Declaration(declaration) => {
                            printer.exported_member(declaration, &object, is_again || joins.is_some())
                        }
                        _ => printer.export(export),
                    },
                    other => printer.stmt(other),
                }
            }
            if !is_again {
                printer.line();
                pieces!(printer; "return ", &object, ";");
            }
        });
        self.namespaces.pop();
        self.p(")(");
        if is_again {
            self.p(&outer);
        } else if let Some((parent, _)) = joins {
            pieces!(self; parent, ".", own, " || {}");
        }
        self.p(");");
    }

    /// What is there before the first statement: functions, and accessors of what changes.
    fn hoisted_members(&mut self, namespace: &Namespace<'a>, object: &str) {
        for stmt in namespace.body {
            let Stmt::Export(export) = stmt else { continue };
            let ExportKind::Declaration(declaration) = &export.kind else { continue };
            if matches!(declaration, Declaration::Function(function) if function.body.is_none()) {
                continue;
            }
            for ident in declared_idents(declaration) {
                if self.is_live_member(&ident) {
                    self.line();
                    self.accessor(object, &ident);
                } else if matches!(declaration, Declaration::Function(_)) {
                    self.line();
                    self.plain_member(object, &ident);
                }
            }
        }
    }

    fn exported_member(&mut self, declaration: &Declaration<'a>, object: &str, is_again: bool) {
        match declaration {
            Declaration::Namespace(inner) if is_type_only(inner) => return,
            Declaration::Namespace(inner) => {
                self.line();
                return self.namespace_in(inner, "", Some((object, is_again)));
            }
            Declaration::Interface(_) | Declaration::TypeAlias(_) => return,
            Declaration::Function(function) => return self.stmt(&Stmt::Function(function)),
            Declaration::Var(decl) => self.stmt(&Stmt::Var(decl)),
            Declaration::Class(class) => self.stmt(&Stmt::Class(class)),
        }
        for ident in declared_idents(declaration) {
            if !self.is_live_member(&ident) {
                self.line();
                self.plain_member(object, &ident);
            }
        }
    }

    /// Whether a member may change after its declaration, from inside or from outside.
    fn is_live_member(&self, ident: &Ident) -> bool {
        let Some(symbol) = self.symbol_of(ident.id).and_then(|id| self.symbol(id)) else { return false };
        let scopes = self.module.scopes;
        let is_written = scopes.written_members.get(ident.name.0 as usize).copied().unwrap_or(true);
        match symbol.kind {
            SymbolKind::Let => symbol.is_reassigned || is_written || scopes.has_computed_writes || self.has_exports,
            SymbolKind::Function | SymbolKind::Class => symbol.is_reassigned,
            _ => false,
        }
    }

    fn plain_member(&mut self, object: &str, ident: &Ident) {
        pieces!(self; object, ".", self.text(ident.name), " = ");
        self.binding(ident);
        self.p(";");
    }

    fn accessor(&mut self, object: &str, ident: &Ident) {
        let value = self.unused("value", false);
        pieces!(self; "Object.defineProperty(", object, ", \"", self.text(ident.name), "\", {get: () => ");
        self.binding(ident);
        pieces!(self; ", set: (", &value, ") => ");
        self.braced(|printer| {
            printer.line();
            printer.binding(ident);
            pieces!(printer; " = ", &value, ";");
        });
        self.p(", enumerable: true});");
    }
}

/// Whether the body declares a name equal to that of the namespace.
fn declares(namespace: &Namespace, name: &Ident) -> bool {
    namespace.body.iter().any(|stmt| {
        let declaration = match stmt {
            Stmt::Export(export) => match &export.kind {
                ExportKind::Declaration(declaration) => *declaration,
                _ => return false,
            },
            Stmt::Var(decl) => Declaration::Var(decl),
            Stmt::Function(function) => Declaration::Function(function),
            Stmt::Class(class) => Declaration::Class(class),
            Stmt::Namespace(inner) => Declaration::Namespace(inner),
            _ => return false,
        };
        declared_idents(&declaration).iter().any(|ident| ident.name == name.name)
    })
}
