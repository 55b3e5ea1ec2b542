//! The whole text, and imports and exports as ES modules have them. In a linked program they print nothing:
//! the linker joins the modules by names.

use super::lower::is_anonymous;
use super::printer::{Printer, pieces};
use crate::ast::{
    Declaration, DefaultExport, Export, ExportKind, Expr, Ident, Import, LocalExport, OuterName, ReExport, StarExport,
    Stmt,
};
use crate::scope::declare::is_type_only;
use crate::scope::statement::declared_idents;

impl<'a> Printer<'_, 'a> {
    pub fn program(&mut self) {
        let body = self.module.program.body;
        self.has_exports = body.iter().any(|stmt| matches!(stmt, Stmt::Export(_)));
        if self.is_commonjs() {
            self.commonjs_head();
        }
        self.statements(body);
        self.print_helpers();
        if !self.out.is_empty() {
            self.p("\n");
        }
    }

    /// Functions are hoisted, so helpers may stand at the end, where they disturb no line above.
    fn print_helpers(&mut self) {
        if let Some(name) = self.helpers.specifier.take() {
            self.line();
            pieces!(self; "function ", &name, "(s) {");
            self.indented(|printer| {
                printer.line();
                printer.p("s = String(s);");
                printer.line();
                printer.p("return s.endsWith(\".som\") ? s.slice(0, -4) + \".js\" : s;");
            });
            self.line();
            self.p("}");
        }
        self.commonjs_helpers();
    }

    pub fn import(&mut self, import: &Import<'a>) {
        if self.linkage.is_some() || self.is_commonjs() || import.is_type_only {
            return;
        }
        self.line();
        self.p("import ");
        let start = self.out.len();
        let source = import.source.value;
        if let Some(default) = import.default.filter(|ident| self.keeps_import(ident, source, "default")) {
            self.binding(&default);
        }
        if let Some(namespace) = import.namespace.filter(|ident| self.keeps_import(ident, source, "*")) {
            self.separate(start);
            self.p("* as ");
            self.binding(&namespace);
        }
        let mut is_first = true;
        for spec in import.named.unwrap_or_default() {
            let imported = self.outer_text(&spec.imported);
            if !self.keeps_import(&spec.local, source, imported) {
                continue;
            }
            if is_first {
                self.separate(start);
                self.p("{");
            } else {
                self.p(",");
            }
            self.p(" ");
            is_first = false;
            let local = self.symbol_of(spec.local.id).map_or("", |id| self.symbol_text(id));
            if local != imported {
                self.p(imported);
                self.p(" as ");
            }
            self.binding(&spec.local);
        }
        if !is_first {
            self.p(" }");
        }
        if self.out.len() != start {
            self.p(" from ");
        }
        self.specifier(source);
        self.p(";");
    }

    fn separate(&mut self, start: usize) {
        if self.out.len() != start {
            self.p(", ");
        }
    }

    /// An import that is used in types only does not exist at run time.
    pub fn keeps_import(&self, local: &Ident, source: &str, imported: &str) -> bool {
        let is_used = self.symbol_of(local.id).and_then(|id| self.symbol(id)).is_some_and(|symbol| symbol.is_read);
        is_used && !self.options.is_type_export.is_some_and(|is_type| is_type(source, imported))
    }

    pub fn outer_text(&self, outer: &OuterName) -> &'a str {
        match outer {
            OuterName::Word(word) => self.text(word.name),
            OuterName::Default(_) => "default",
        }
    }

    pub fn export(&mut self, export: &Export<'a>) {
        let is_esm = self.linkage.is_none() && !self.is_commonjs();
        match &export.kind {
            ExportKind::Declaration(declaration) => self.export_declaration(declaration, is_esm),
            ExportKind::Default(default) => self.export_default(default, is_esm),
            ExportKind::Local(specs) if is_esm => self.export_list(specs),
            ExportKind::From(from) if is_esm => self.export_from(from),
            ExportKind::Star(star) if is_esm => self.export_star(star),
            ExportKind::Local(_) | ExportKind::From(_) | ExportKind::Star(_) => {}
        }
    }

    fn export_declaration(&mut self, declaration: &Declaration<'a>, is_esm: bool) {
        let idents = declared_idents(declaration);
        let is_renamed = idents.iter().any(|ident| self.spelling(ident.id).is_some());
        let is_inline = is_esm && !is_renamed;
        let is_again = matches!(declaration, Declaration::Namespace(namespace)
            if self.symbol_of(namespace.name.id).is_some_and(|symbol| self.made.contains(&symbol)));
        match declaration {
            Declaration::Interface(_) | Declaration::TypeAlias(_) => return,
            Declaration::Function(function) if function.body.is_none() => return,
            Declaration::Namespace(namespace) if is_type_only(namespace) => return,
            Declaration::Namespace(namespace) => self.namespace(namespace, is_inline && !is_again),
            _ => {
                self.line();
                if is_inline {
                    self.p("export ");
                }
                match declaration {
                    Declaration::Var(decl) => {
                        self.var(decl);
                        self.p(";");
                    }
                    Declaration::Function(function) => self.function_decl(function, ""),
                    Declaration::Class(class) => self.class_decl(class),
                    _ => {}
                }
            }
        }
        // A namespace opened again is exported once.
        if is_again && !idents.iter().all(|ident| self.is_first_export(ident)) {
            return;
        }
        if is_esm && (is_renamed || is_again) {
            self.line();
            self.p("export {");
            for (index, ident) in idents.iter().enumerate() {
                self.p(if index > 0 { ", " } else { " " });
                self.binding(ident);
                self.p(" as ");
                self.p(self.text(ident.name));
            }
            self.p(" };");
        } else if self.is_commonjs() {
            self.commonjs_declared(&idents);
        }
    }

    fn export_default(&mut self, default: &DefaultExport<'a>, is_esm: bool) {
        match default {
            DefaultExport::Function(function) if function.body.is_none() => {}
            DefaultExport::Function(function) => {
                self.line();
                if is_esm {
                    self.p("export default ");
                    if function.name.is_none() {
                        return self.function_expr(function);
                    }
                }
                let name = self.default_name();
                self.function_decl(function, &name);
                if function.name.is_none() {
                    self.line();
                    pieces!(self; "Object.defineProperty(", &name, ", \"name\", {value: \"default\", configurable: true});");
                }
            }
            DefaultExport::Class(class) => match &class.name {
                Some(name) => {
                    self.line();
                    let is_behind = self.moves_keys(class);
                    self.p(if is_esm && !is_behind { "export default " } else { "" });
                    self.class_decl(class);
                    if is_esm && is_behind {
                        self.line();
                        self.p("export { ");
                        self.binding(name);
                        self.p(" as default };");
                    } else if self.is_commonjs() {
                        self.line();
                        self.p("module.exports.default = ");
                        self.binding(name);
                        self.p(";");
                    }
                }
                None => self.default_value(Expr::Class(class), is_esm, false),
            },
            DefaultExport::Expr(expr) if self.is_type_name(*expr) => {}
            DefaultExport::Expr(expr) => self.default_value(*expr, is_esm, true),
        }
    }

    fn is_first_export(&self, name: &Ident) -> bool {
        let symbol = self.symbol_of(name.id);
        let exported = self.module.program.body.iter().filter_map(|stmt| match stmt {
            Stmt::Export(Export { kind: ExportKind::Declaration(Declaration::Namespace(namespace)), .. }) => {
                Some(namespace)
            }
            _ => None,
        });
        let mut same =
            exported.filter(|namespace| self.symbol_of(namespace.name.id) == symbol && !is_type_only(namespace));
        same.next().is_some_and(|first| first.name.id == name.id)
    }

    fn default_name(&self) -> String {
        match self.linkage {
            Some(linkage) => linkage.default_export().to_owned(),
            None => self.unused("__somon_default", false),
        }
    }

    /// `is_expression`: a class would be read as a declaration.
    fn default_value(&mut self, expr: Expr<'a>, is_esm: bool, is_expression: bool) {
        self.line();
        if is_esm {
            self.p("export default ");
            if is_expression {
                self.default_start = self.out.len();
            }
            self.name_next("default");
            self.expr(expr, 2);
            self.p(if is_expression || self.out.ends_with(')') { ";" } else { "" });
            return;
        }
        if self.is_commonjs() {
            self.p("module.exports.default = ");
        } else {
            pieces!(self; "const ", &self.default_name(), " = ");
        }
        // What has no name is called "default", wherever it stands.
        let is_anonymous = is_anonymous(expr);
        self.p(if is_anonymous { "{default: " } else { "" });
        self.name_next("default");
        self.expr(expr, 2);
        self.p(if is_anonymous { "}.default;" } else { ";" });
    }

    fn is_type_name(&self, expr: Expr<'a>) -> bool {
        match expr.unwrapped() {
            Expr::Ident(ident) => self.symbol_of(ident.id).is_some_and(|id| !self.is_value(id)),
            _ => false,
        }
    }

    /// Whether a name of an export list exists at run time.
    pub fn keeps_export(&self, spec: &LocalExport) -> bool {
        self.symbol_of(spec.local.id).is_some_and(|id| self.is_value(id))
    }

    fn export_list(&mut self, specs: &[LocalExport]) {
        let kept = specs.iter().filter(|spec| self.keeps_export(spec)).count();
        if kept == 0 && !specs.is_empty() {
            return;
        }
        self.line();
        self.p("export {");
        let mut is_first = true;
        for spec in specs {
            if !self.keeps_export(spec) {
                continue;
            }
            self.p(if is_first { " " } else { ", " });
            is_first = false;
            let start = self.out.len();
            self.binding(&spec.local);
            let outer = self.outer_text(&spec.exported);
            if self.out.get(start..) != Some(outer) {
                self.p(" as ");
                self.p(outer);
            }
        }
        self.p(if is_first { "};" } else { " };" });
    }

    fn export_from(&mut self, from: &ReExport<'a>) {
        self.line();
        self.p("export {");
        let mut is_first = true;
        for spec in from.specs {
            let (imported, exported) = (self.outer_text(&spec.imported), self.outer_text(&spec.exported));
            if self.options.is_type_export.is_some_and(|is_type| is_type(from.source.value, imported)) {
                continue;
            }
            self.p(if is_first { " " } else { ", " });
            is_first = false;
            self.p(imported);
            if imported != exported {
                self.p(" as ");
                self.p(exported);
            }
        }
        self.p(if is_first { "} from " } else { " } from " });
        self.specifier(from.source.value);
        self.p(";");
    }

    fn export_star(&mut self, star: &StarExport<'a>) {
        self.line();
        self.p("export *");
        if let Some(exported) = &star.exported {
            self.p(" as ");
            self.p(self.outer_text(exported));
        }
        self.p(" from ");
        self.specifier(star.source.value);
        self.p(";");
    }
}
