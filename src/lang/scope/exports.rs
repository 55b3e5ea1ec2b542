//! The early errors of export lists: a name that nothing declares, an outer name given twice.

use super::SymbolId;
use super::binding::Analyser;
use super::statement::declared_idents;
use crate::ast::{DefaultExport, ExportKind, OuterName, Program, Stmt};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::name::Name;
use crate::pair_map::PairMap;
use crate::source::Span;

/// `None` is the default export.
type Outer = Option<Name>;

/// Outer names so far, with the symbol each was given for: merged declarations are exported once.
#[derive(Default)]
struct Seen {
    /// By the number of the name and one, or 0: where in `list`.
    places: PairMap,
    list: Vec<(Span, Option<SymbolId>)>,
}

impl Seen {
    fn get(&self, outer: Outer) -> Option<(Span, Option<SymbolId>)> {
        self.list.get(self.places.get(key(outer))? as usize).copied()
    }

    fn insert(&mut self, outer: Outer, found: (Span, Option<SymbolId>)) {
        self.places.insert(key(outer), self.list.len() as u32);
        self.list.push(found);
    }
}

fn key(outer: Outer) -> (u32, u32) {
    (outer.map_or(0, |name| name.0 + 1), 0)
}

impl<'a> Analyser<'_, 'a> {
    pub fn check_exports(&mut self, program: &Program<'a>) {
        let mut seen = Seen::default();
        for stmt in program.body {
            let Stmt::Export(export) = stmt else { continue };
            match &export.kind {
                ExportKind::Declaration(declaration) => {
                    for ident in declared_idents(declaration) {
                        let symbol = self.scopes.of(ident.id);
                        let is_merged = symbol.is_some_and(|id| self.is_type_beside_value(id, &seen, ident.name));
                        if !is_merged {
                            self.note_export(&mut seen, Some(ident.name), ident.span, symbol);
                        }
                    }
                }
                ExportKind::Default(default) => {
                    let symbol = match default {
                        DefaultExport::Function(function) => {
                            function.name.as_ref().and_then(|name| self.scopes.of(name.id))
                        }
                        _ => None,
                    };
                    self.note_export(&mut seen, None, export.keyword, symbol);
                }
                ExportKind::Local(specs) => {
                    for spec in *specs {
                        let symbol = self.read_export(&spec.local);
                        if symbol.is_none() {
                            let text = self.names.text(spec.local.name);
                            let declared = self.scopes.symbols.iter().filter(|symbol| symbol.is_top_level);
                            let near = nearest(text, declared.map(|symbol| self.names.text(symbol.name)));
                            let found = Diagnostic::new(Code::ExportUndeclared, spec.local.span).text("name", text);
                            self.diagnostics.push(found.did_you_mean(near));
                        }
                        self.note_outer(&mut seen, &spec.exported);
                    }
                }
                ExportKind::From(from) => {
                    for spec in from.specs {
                        self.note_outer(&mut seen, &spec.exported);
                    }
                }
                ExportKind::Star(star) => {
                    if let Some(exported) = &star.exported {
                        self.note_outer(&mut seen, exported);
                    }
                }
            }
        }
    }

    fn note_outer(&mut self, seen: &mut Seen, outer: &OuterName) {
        match outer {
            OuterName::Word(word) => self.note_export(seen, Some(word.name), word.span, None),
            OuterName::Default(span) => self.note_export(seen, None, *span, None),
        }
    }

    /// A type and a value may share an outer name.
    fn is_type_beside_value(&self, id: SymbolId, seen: &Seen, name: Name) -> bool {
        let is_type = |id| self.scopes.symbol(id).is_some_and(|symbol| symbol.is_type_only);
        match seen.get(Some(name)) {
            Some((_, Some(first))) => is_type(id) != is_type(first),
            _ => false,
        }
    }

    fn note_export(&mut self, seen: &mut Seen, outer: Outer, span: Span, symbol: Option<SymbolId>) {
        let Some((first, before)) = seen.get(outer) else {
            seen.insert(outer, (span, symbol));
            return;
        };
        if symbol.is_some() && symbol == before {
            return;
        }
        // Two declarations of one name are reported once, where they are declared.
        let is_declared_twice = symbol.is_some() && before.is_some() && outer.is_some();
        if !is_declared_twice {
            let text = outer.map_or("пешфарз", |name| self.names.text(name));
            self.diagnostics.push(Diagnostic::new(Code::DuplicateExport, span).text("name", text).related(first));
        }
    }
}
