//! The module table: what a text imports and exports, all that the graph and the linker need without the tree.
//! Owned strings and spans; must never resolve a specifier.

use crate::ast::{Class, Declaration, DefaultExport, ExportKind, Expr, Ident, OuterName, Program, Stmt, StringLit};
use crate::builtin::BuiltinSet;
use crate::name::Names;
use crate::scope::statement::{declared_fields, declared_idents};
use crate::scope::{Scopes, SymbolId};
use crate::source::Span;

/// Reads the imports and exports of an analysed program, in source order.
pub fn exports_and_imports<'a>(program: &Program<'a>, names: &Names<'a>, scopes: &Scopes) -> ModuleTable {
    let mut table = ModuleTable {
        imports: Vec::new(),
        bindings: Vec::new(),
        exports: Vec::new(),
        stars: Vec::new(),
        top_level_await: scopes.top_level_await,
        computed_imports: Vec::new(),
        declared_members: scopes.declared_members,
        classes: Vec::new(),
    };
    let mut reader = Reader { table: &mut table, names, scopes };
    for stmt in program.body {
        reader.stmt(stmt);
    }
    for import in &scopes.dynamic_imports {
        match &import.specifier {
            Some(specifier) => table.imports.push(ImportEdge {
                specifier: specifier.clone(),
                kind: ImportKind::Dynamic,
                span: import.span,
                is_json: import.is_json,
                is_type_only: false,
            }),
            None => table.computed_imports.push(import.span),
        }
    }
    table
}

#[derive(Clone, Debug)]
pub struct ModuleTable {
    /// Static imports and re-exports in source order, then dynamic imports.
    pub imports: Vec<ImportEdge>,
    /// Local names that imports bind.
    pub bindings: Vec<ImportBinding>,
    pub exports: Vec<ExportEntry>,
    /// `содир * аз`: indexes into `imports`.
    pub stars: Vec<u32>,
    /// The first `интизор` outside every function.
    pub top_level_await: Option<Span>,
    /// Arguments of dynamic imports that are computed at run time.
    pub computed_imports: Vec<Span>,
    pub declared_members: BuiltinSet,
    /// Of the classes at the top level: what a subclass in another module need not declare again.
    pub classes: Vec<ClassFields>,
}

#[derive(Clone, Debug)]
pub struct ClassFields {
    /// `None`: the default export without a name.
    pub class: Option<SymbolId>,
    pub superclass: Option<SymbolId>,
    /// Name, and whether it is static.
    pub fields: Vec<(String, bool)>,
}

#[derive(Clone, Debug)]
pub struct ImportEdge {
    pub specifier: String,
    pub kind: ImportKind,
    /// The specifier string, its quotes included.
    pub span: Span,
    pub is_json: bool,
    /// Nothing of it exists at run time, not even its side effects.
    pub is_type_only: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportKind {
    Static,
    Reexport,
    Dynamic,
}

#[derive(Clone, Debug)]
pub struct ImportBinding {
    pub local: SymbolId,
    /// Index into `imports`.
    pub edge: u32,
    pub imported: Imported,
    /// The imported name, for diagnostics.
    pub span: Span,
    /// Used as a value somewhere; otherwise the import may be of a type.
    pub is_used: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Imported {
    /// A name; the default export is `default`.
    Name(String),
    Namespace,
}

#[derive(Clone, Debug)]
pub struct ExportEntry {
    /// The outer name; the default export is `default`.
    pub name: String,
    pub span: Span,
    pub kind: Exported,
    pub is_type_only: bool,
    /// What it is bound to may change after its declaration.
    pub is_reassigned: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exported {
    Local(SymbolId),
    /// A default export without a name of its own.
    Default,
    From {
        edge: u32,
        imported: String,
    },
    /// `содир * чун н аз`
    Namespace {
        edge: u32,
    },
}

struct Reader<'r, 'a> {
    table: &'r mut ModuleTable,
    names: &'r Names<'a>,
    scopes: &'r Scopes,
}

impl<'a> Reader<'_, 'a> {
    fn stmt(&mut self, stmt: &Stmt<'a>) {
        match stmt {
            Stmt::Import(import) => {
                let edge = self.edge(&import.source, ImportKind::Static, import.is_json, import.is_type_only);
                if let Some(local) = &import.default {
                    self.bind(local, edge, Imported::Name("default".to_owned()), local.span);
                }
                if let Some(local) = &import.namespace {
                    self.bind(local, edge, Imported::Namespace, local.span);
                }
                for spec in import.named.unwrap_or_default() {
                    let imported = Imported::Name(self.outer(&spec.imported));
                    self.bind(&spec.local, edge, imported, spec.imported.span());
                }
            }
            Stmt::Export(export) => self.export(&export.kind, export.keyword),
            Stmt::Class(class) => self.class(class),
            _ => {}
        }
    }

    fn class(&mut self, class: &Class<'a>) {
        let superclass = match class.extends.map(|extends| extends.expr.unwrapped()) {
            Some(Expr::Ident(ident)) => self.scopes.of(ident.id),
            _ => None,
        };
        let fields = declared_fields(class).into_iter();
        let fields = fields.map(|(name, is_static)| (self.names.text(name).to_owned(), is_static)).collect();
        let class = class.name.and_then(|name| self.scopes.of(name.id));
        self.table.classes.push(ClassFields { class, superclass, fields });
    }

    fn edge(&mut self, source: &StringLit<'a>, kind: ImportKind, is_json: bool, is_type_only: bool) -> u32 {
        let specifier = source.value.to_owned();
        self.table.imports.push(ImportEdge { specifier, kind, span: source.span, is_json, is_type_only });
        self.table.imports.len() as u32 - 1
    }

    fn bind(&mut self, local: &Ident, edge: u32, imported: Imported, span: Span) {
        let Some(id) = self.scopes.of(local.id) else { return };
        let is_used = self.scopes.symbol(id).is_some_and(|symbol| symbol.is_read && !symbol.is_type_only);
        self.table.bindings.push(ImportBinding { local: id, edge, imported, span, is_used });
    }

    fn outer(&self, outer: &OuterName) -> String {
        match outer {
            OuterName::Word(word) => self.names.text(word.name).to_owned(),
            OuterName::Default(_) => "default".to_owned(),
        }
    }

    fn add(&mut self, name: String, span: Span, kind: Exported) {
        let symbol = match &kind {
            Exported::Local(id) => self.scopes.symbol(*id),
            _ => None,
        };
        let is_type_only = symbol.is_some_and(|symbol| symbol.is_type_only);
        let is_reassigned = symbol.is_some_and(|symbol| symbol.is_reassigned);
        let is_known = |entry: &ExportEntry| entry.name == name && entry.kind == kind;
        if !self.table.exports.iter().rev().take(8).any(is_known) {
            self.table.exports.push(ExportEntry { name, span, kind, is_type_only, is_reassigned });
        }
    }

    fn export(&mut self, kind: &ExportKind<'a>, keyword: Span) {
        match kind {
            ExportKind::Declaration(declaration) => {
                if let Declaration::Class(class) = declaration {
                    self.class(class);
                }
                for ident in declared_idents(declaration) {
                    if let Some(id) = self.scopes.of(ident.id) {
                        self.add(self.names.text(ident.name).to_owned(), ident.span, Exported::Local(id));
                    }
                }
            }
            ExportKind::Default(default) => {
                match default {
                    DefaultExport::Class(class) => self.class(class),
                    // The default export may be a class by its name.
                    DefaultExport::Expr(Expr::Ident(ident)) => {
                        let superclass = self.scopes.of(ident.id);
                        self.table.classes.push(ClassFields { class: None, superclass, fields: Vec::new() });
                    }
                    _ => {}
                }
                let name = match default {
                    DefaultExport::Function(function) => function.name,
                    DefaultExport::Class(class) => class.name,
                    DefaultExport::Expr(_) => None,
                };
                let exported = match name.and_then(|name| self.scopes.of(name.id)) {
                    Some(id) => Exported::Local(id),
                    None => Exported::Default,
                };
                self.add("default".to_owned(), keyword, exported);
            }
            ExportKind::Local(specs) => {
                for spec in *specs {
                    if let Some(id) = self.scopes.of(spec.local.id) {
                        self.add(self.outer(&spec.exported), spec.exported.span(), Exported::Local(id));
                    }
                }
            }
            ExportKind::From(from) => {
                let edge = self.edge(&from.source, ImportKind::Reexport, from.is_json, false);
                for spec in from.specs {
                    let imported = self.outer(&spec.imported);
                    self.add(self.outer(&spec.exported), spec.exported.span(), Exported::From { edge, imported });
                }
            }
            ExportKind::Star(star) => {
                let edge = self.edge(&star.source, ImportKind::Reexport, star.is_json, false);
                match &star.exported {
                    Some(outer) => self.add(self.outer(outer), outer.span(), Exported::Namespace { edge }),
                    None => self.table.stars.push(edge),
                }
            }
        }
    }
}
