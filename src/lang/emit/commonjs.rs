//! CommonJS with the meaning of ES modules: functions exported first, then all imports in source order, then the
//! rest; imported names are read where they are used, so that they are live and cycles work.

use super::literal::push_number;
use super::printer::{Printer, pieces};
use crate::ast::{DefaultExport, ExportKind, Ident, Import, OuterName, Stmt};
use crate::scope::SymbolId;
use crate::scope::statement::declared_idents;

impl<'a> Printer<'_, 'a> {
    /// Everything that stands before the first statement of the program.
    pub fn commonjs_head(&mut self) {
        let body = self.module.program.body;
        if !body.iter().any(|stmt| matches!(stmt, Stmt::Import(_) | Stmt::Export(_))) {
            return;
        }
        self.p("\"use strict\";");
        // Names first: an export may come before the import that it passes on.
        let mut count = 0;
        let mut objects = Vec::new();
        for stmt in body {
            let object = match stmt {
                Stmt::Import(import) if self.binds(import) => {
                    let object = self.numbered("__somon_import_", &mut count);
                    self.spell_imports(import, &object);
                    object
                }
                Stmt::Export(export) if matches!(export.kind, ExportKind::From(_) | ExportKind::Star(_)) => {
                    self.numbered("__somon_reexport_", &mut count)
                }
                _ => String::new(),
            };
            objects.push(object);
        }
        let default = self.unused("__somon_default", false);
        for stmt in body {
            if let Stmt::Export(export) = stmt {
                self.hoisted_export(&export.kind, &default);
            }
        }
        for (stmt, object) in body.iter().zip(&objects) {
            match stmt {
                Stmt::Import(import) => self.require_import(import, object),
                Stmt::Export(export) => self.require_export(&export.kind, object),
                _ => {}
            }
        }
    }

    fn numbered(&self, base: &str, count: &mut u32) -> String {
        loop {
            let mut name = base.to_owned();
            push_number(&mut name, *count);
            *count += 1;
            if !self.module.names.is_spelled(&name) {
                return name;
            }
        }
    }

    fn binds(&self, import: &Import<'a>) -> bool {
        let source = import.source.value;
        let keeps = |ident: &Ident, imported: &str| self.keeps_import(ident, source, imported);
        !import.is_type_only
            && (import.default.is_some_and(|ident| keeps(&ident, "default"))
                || import.namespace.is_some_and(|ident| keeps(&ident, "*"))
                || import
                    .named
                    .unwrap_or_default()
                    .iter()
                    .any(|spec| keeps(&spec.local, self.outer_text(&spec.imported))))
    }

    fn spell_imports(&mut self, import: &Import<'a>, object: &str) {
        if let Some(id) = import.default.and_then(|ident| self.symbol_of(ident.id)) {
            let text = self.default_of(object);
            self.respell(id, text);
        }
        if let Some(id) = import.namespace.and_then(|ident| self.symbol_of(ident.id)) {
            self.respell(id, object.to_owned());
        }
        for spec in import.named.unwrap_or_default() {
            let Some(id) = self.symbol_of(spec.local.id) else { continue };
            let text = match &spec.imported {
                OuterName::Word(word) => [object, ".", self.text(word.name)].concat(),
                OuterName::Default(_) => self.default_of(object),
            };
            self.respell(id, text);
        }
    }

    /// The default export of a required module, also of one that has only `module.exports = ...`.
    fn default_of(&mut self, object: &str) -> String {
        let name = match self.helpers.default_of.clone() {
            Some(name) => name,
            None => self.unused("__somon_default_of", false),
        };
        let text = [&name, "(", object, ")"].concat();
        self.helpers.default_of = Some(name);
        text
    }

    /// Exports that must be there before the imports run.
    fn hoisted_export(&mut self, kind: &ExportKind<'a>, anonymous: &str) {
        match kind {
            ExportKind::Declaration(declaration) => {
                for ident in declared_idents(declaration) {
                    let Some(id) = self.symbol_of(ident.id).filter(|&id| self.is_value(id)) else { continue };
                    if self.is_live(id) || self.is_hoisted_function(id) {
                        self.export_symbol(self.text(ident.name), id);
                    }
                }
            }
            ExportKind::Default(DefaultExport::Function(function)) if function.body.is_some() => {
                match function.name.as_ref().and_then(|name| self.symbol_of(name.id)) {
                    Some(id) => self.export_symbol("default", id),
                    None => {
                        self.line();
                        pieces!(self; "module.exports.default = ", anonymous, ";");
                    }
                }
            }
            ExportKind::Local(specs) => {
                for spec in *specs {
                    if let Some(id) = self.symbol_of(spec.local.id).filter(|_| self.keeps_export(spec)) {
                        self.export_symbol(self.outer_text(&spec.exported), id);
                    }
                }
            }
            _ => {}
        }
    }

    fn is_live(&self, id: SymbolId) -> bool {
        self.symbol(id).is_some_and(|symbol| symbol.is_reassigned)
    }

    /// A function that stays is assigned; everything else is read when somebody asks.
    fn export_symbol(&mut self, outer: &str, id: SymbolId) {
        let text = self.symbol_text(id).to_owned();
        self.line();
        if self.is_hoisted_function(id) && !self.is_live(id) {
            pieces!(self; "module.exports.", outer, " = ", &text, ";");
        } else {
            self.export_getter(outer, &text);
        }
    }

    fn export_getter(&mut self, outer: &str, value: &str) {
        pieces!(self; "Object.defineProperty(module.exports, \"", outer, "\", {enumerable: true, get: () => ", value, "});");
    }

    /// After a declaration: what was not exported at the top.
    pub fn commonjs_declared(&mut self, idents: &[Ident]) {
        for ident in idents {
            let Some(id) = self.symbol_of(ident.id).filter(|&id| self.is_value(id)) else { continue };
            if self.is_live(id) || self.is_hoisted_function(id) {
                continue;
            }
            self.line();
            pieces!(self; "module.exports.", self.text(ident.name), " = ");
            self.binding(ident);
            self.p(";");
        }
    }

    fn require_import(&mut self, import: &Import<'a>, object: &str) {
        if import.is_type_only {
            return;
        }
        self.line();
        self.require(object, import.source.value);
    }

    fn require(&mut self, object: &str, source: &str) {
        if !object.is_empty() {
            pieces!(self; "const ", object, " = ");
        }
        self.p("require(");
        self.specifier(source);
        self.p(");");
    }

    fn require_export(&mut self, kind: &ExportKind<'a>, object: &str) {
        match kind {
            ExportKind::From(from) => {
                self.line();
                self.require(object, from.source.value);
                for spec in from.specs {
                    let imported = self.outer_text(&spec.imported);
                    if self.options.is_type_export.is_some_and(|is_type| is_type(from.source.value, imported)) {
                        continue;
                    }
                    let value = match &spec.imported {
                        OuterName::Default(_) => self.default_of(object),
                        OuterName::Word(_) => [object, ".", imported].concat(),
                    };
                    self.line();
                    self.export_getter(self.outer_text(&spec.exported), &value);
                }
            }
            ExportKind::Star(star) => {
                self.line();
                self.require(object, star.source.value);
                self.line();
                match &star.exported {
                    Some(exported) => {
                        pieces!(self; "module.exports.", self.outer_text(exported), " = ", object, ";");
                    }
                    None => self.copy_all(object),
                }
            }
            _ => {}
        }
    }

    /// Names that the module exports itself win over those of a star.
    fn copy_all(&mut self, object: &str) {
        let name = match self.helpers.star.clone() {
            Some(name) => name,
            None => self.unused("__somon_export_all", false),
        };
        pieces!(self; &name, "(", object, ", [");
        let mut is_first = true;
        for stmt in self.module.program.body {
            let Stmt::Export(export) = stmt else { continue };
            let names: Vec<&str> = match &export.kind {
                ExportKind::Declaration(declaration) => {
                    declared_idents(declaration).iter().map(|ident| self.text(ident.name)).collect()
                }
                ExportKind::Local(specs) => specs.iter().map(|spec| self.outer_text(&spec.exported)).collect(),
                ExportKind::From(from) => from.specs.iter().map(|spec| self.outer_text(&spec.exported)).collect(),
                ExportKind::Star(star) => star.exported.iter().map(|outer| self.outer_text(outer)).collect(),
                ExportKind::Default(_) => Vec::new(),
            };
            for outer in names {
                self.p(if is_first { "" } else { ", " });
                is_first = false;
                self.quoted(outer, false);
            }
        }
        self.p("]);");
        self.helpers.star = Some(name);
    }

    pub fn commonjs_helpers(&mut self) {
        if let Some(name) = self.helpers.default_of.take() {
            self.line();
            pieces!(self; "function ", &name, "(m) {");
            self.indented(|printer| {
                printer.line();
                printer.p("return \"default\" in Object(m) ? m.default : m;");
            });
            self.line();
            self.p("}");
        }
        if let Some(name) = self.helpers.star.take() {
            self.line();
            pieces!(self; "function ", &name, "(m, own) {");
            self.indented(|printer| {
                printer.line();
                printer.p("for (const k of Object.keys(m)) ");
                printer.braced(|printer| {
                    printer.line();
                    printer.p("if (k === \"default\" || own.includes(k)) continue;");
                    printer.line();
                    // Two stars that give one name different values hide it.
                    printer.p("if (!Object.hasOwn(module.exports, k)) ");
                    printer.braced(|printer| {
                        printer.line();
                        printer.p("Object.defineProperty(module.exports, k, {\
                            configurable: true, enumerable: true, get: () => m[k]});");
                    });
                    printer.p(" else if (module.exports[k] !== m[k]) ");
                    printer.braced(|printer| {
                        printer.line();
                        printer.p("delete module.exports[k];");
                    });
                });
            });
            self.line();
            self.p("}");
        }
    }
}
