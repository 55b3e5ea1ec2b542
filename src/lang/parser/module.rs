//! Imports, exports and namespaces.

use super::context::Context;
use super::{Parse, Parser};
use crate::ast::{
    Declaration, DefaultExport, Export, ExportKind, Expr, Ident, Import, ImportSpec, LocalExport, Namespace, OuterName,
    ReExport, ReExportSpec, StarExport, Stmt, StringLit,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::keyword::Keyword;
use crate::source::Span;
use crate::token::{Kind, Token};

impl<'a> Parser<'a> {
    /// Elsewhere than at the top level the statement is still read, so that nothing else is reported for it.
    fn module_declaration(&mut self, keyword: Token) {
        if !self.context.has(Context::AT_TOP_LEVEL) {
            let text = self.text(keyword.span);
            self.report(Diagnostic::new(Code::ModuleDeclarationNested, keyword.span).text("keyword", text));
        }
    }

    #[inline(never)]
    pub(super) fn import_statement(&mut self) -> Parse<Stmt<'a>> {
        let keyword = *self.advance();
        self.module_declaration(keyword);
        let start = keyword.span.start;
        let mut import = Import {
            span: keyword.span,
            source: StringLit { span: keyword.span, value: "", lone_surrogates: false },
            is_type_only: false,
            is_json: false,
            default: None,
            namespace: None,
            named: None,
        };
        if !self.at(Kind::String) {
            if self.at_word(Keyword::TypeWord) && self.peek().kind == Kind::BraceOpen {
                self.advance();
                import.is_type_only = true;
            }
            self.import_clause(&mut import)?;
            if !self.eat_word(Keyword::From) {
                return Err(self.bad_import("аз"));
            }
        }
        let (source, is_json) = self.module_source()?;
        import.source = source;
        import.is_json = is_json;
        self.semicolon()?;
        import.span = self.span_from(start);
        Ok(Stmt::Import(self.alloc(import)))
    }

    #[inline(never)]
    fn import_clause(&mut self, import: &mut Import<'a>) -> Parse<()> {
        if self.at_binding_name() {
            let token = *self.advance();
            import.default = Some(self.ident(token));
            if !self.eat(Kind::Comma) {
                return Ok(());
            }
        }
        match self.token.kind {
            Kind::Star => {
                self.advance();
                if !self.eat_word(Keyword::As) {
                    return Err(self.bad_import("чун"));
                }
                import.namespace = Some(self.binding_name("import")?);
            }
            Kind::BraceOpen => import.named = Some(self.import_specs()?),
            _ => return Err(self.expected_name("import")),
        }
        Ok(())
    }

    fn bad_import(&mut self, expected: &'static str) -> super::Abort {
        self.report(Diagnostic::new(Code::BadImport, self.token.span).text("expected", expected));
        super::Abort
    }

    #[inline(never)]
    fn import_specs(&mut self) -> Parse<&'a [ImportSpec]> {
        let opener = self.advance().span;
        let mut specs = self.list();
        while !self.at(Kind::BraceClose) {
            let token = self.token;
            let imported = self.outer_name("import")?;
            let local = if self.eat_word(Keyword::As) {
                self.binding_name("import")?
            } else if super::cursor::is_binding_name(&token) {
                self.ident(token)
            } else {
                return Err(self.bad_import("чун"));
            };
            specs.push(ImportSpec { span: self.span_from(token.span.start), imported, local });
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        self.expect_closer(Kind::BraceClose, opener)?;
        Ok(self.slice(specs))
    }

    /// A name as another module sees it: any word.
    #[inline(never)]
    fn outer_name(&mut self, what: &'static str) -> Parse<OuterName> {
        if !self.at(Kind::Word) {
            return Err(self.expected_name(what));
        }
        let is_default = self.at_word(Keyword::Default);
        let token = *self.advance();
        Ok(if is_default { OuterName::Default(token.span) } else { OuterName::Word(Self::word(token)) })
    }

    /// The specifier and its attributes.
    #[inline(never)]
    fn module_source(&mut self) -> Parse<(StringLit<'a>, bool)> {
        if !self.at(Kind::String) {
            return Err(self.bad_import("\"…\""));
        }
        let span = self.advance().span;
        let source = self.string_lit(span);
        let mut is_json = false;
        if self.token.is(Keyword::With) && !self.token.newline_before && self.peek().kind == Kind::BraceOpen {
            self.advance();
            self.json_attribute()?;
            is_json = true;
        }
        Ok((source, is_json))
    }

    /// `{ type: "json" }`
    #[inline(never)]
    fn json_attribute(&mut self) -> Parse<()> {
        let opener = self.advance().span;
        if !self.at(Kind::Word) || self.text(self.token.span) != "type" {
            return Err(self.bad_import("type"));
        }
        self.advance();
        if !self.eat(Kind::Colon) {
            return Err(self.bad_import(":"));
        }
        if !self.at(Kind::String) || !matches!(self.text(self.token.span), "\"json\"" | "'json'") {
            return Err(self.bad_import("\"json\""));
        }
        self.advance();
        self.eat(Kind::Comma);
        self.expect_closer(Kind::BraceClose, opener)
    }

    #[inline(never)]
    pub(super) fn export_statement(&mut self) -> Parse<Stmt<'a>> {
        let keyword = *self.advance();
        let in_namespace = self.context.has(Context::IN_NAMESPACE);
        let is_declaration =
            !matches!(self.token.kind, Kind::Star | Kind::BraceOpen) && !self.at_word(Keyword::Default);
        if !(in_namespace && is_declaration) {
            self.module_declaration(keyword);
        }
        let kind = if self.at(Kind::Star) {
            self.star_export()?
        } else if self.at(Kind::BraceOpen) {
            self.export_list()?
        } else if self.eat_word(Keyword::Default) {
            ExportKind::Default(self.default_export()?)
        } else {
            ExportKind::Declaration(self.exported_declaration()?)
        };
        let export = Export { span: self.span_from(keyword.span.start), keyword: keyword.span, kind };
        Ok(Stmt::Export(self.alloc(export)))
    }

    #[inline(never)]
    fn star_export(&mut self) -> Parse<ExportKind<'a>> {
        self.advance();
        let exported = if self.eat_word(Keyword::As) { Some(self.outer_name("export")?) } else { None };
        if !self.eat_word(Keyword::From) {
            return Err(self.expected("аз"));
        }
        let (source, is_json) = self.module_source()?;
        self.semicolon()?;
        Ok(ExportKind::Star(self.alloc(StarExport { exported, source, is_json })))
    }

    #[inline(never)]
    fn export_list(&mut self) -> Parse<ExportKind<'a>> {
        let opener = self.advance().span;
        let mut tokens: Vec<(Token, OuterName, OuterName, Span)> = Vec::new();
        while !self.at(Kind::BraceClose) {
            let token = self.token;
            let inner = self.outer_name("export")?;
            let outer = if self.eat_word(Keyword::As) { self.outer_name("export")? } else { inner };
            tokens.push((token, inner, outer, self.span_from(token.span.start)));
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        self.expect_closer(Kind::BraceClose, opener)?;
        if self.eat_word(Keyword::From) {
            let (source, is_json) = self.module_source()?;
            self.semicolon()?;
            let mut specs = self.list();
            for (_, imported, exported, span) in tokens {
                specs.push(ReExportSpec { span, imported, exported });
            }
            let specs = self.slice(specs);
            return Ok(ExportKind::From(self.alloc(ReExport { specs, source, is_json })));
        }
        let mut specs = self.list();
        for (token, _, exported, span) in tokens {
            if !super::cursor::is_binding_name(&token) {
                self.report(
                    Diagnostic::new(Code::ExpectedName, token.span)
                        .text("found", self.text(token.span))
                        .term("what", "what", "export"),
                );
            }
            specs.push(LocalExport { span, local: self.ident(token), exported });
        }
        self.semicolon()?;
        Ok(ExportKind::Local(self.slice(specs)))
    }

    #[inline(never)]
    fn default_export(&mut self) -> Parse<DefaultExport<'a>> {
        let start = self.token.span.start;
        match self.keyword() {
            Some(Keyword::Function) => {
                return Ok(DefaultExport::Function(self.function_declaration(start, false, true)?));
            }
            Some(Keyword::Async) if self.peek().is(Keyword::Function) => {
                self.advance();
                return Ok(DefaultExport::Function(self.function_declaration(start, true, true)?));
            }
            Some(Keyword::Class) => return Ok(DefaultExport::Class(self.class_declaration(start, false, true)?)),
            Some(Keyword::Abstract | Keyword::AbstractDocumented) if self.peek().is(Keyword::Class) => {
                self.advance();
                return Ok(DefaultExport::Class(self.class_declaration(start, true, true)?));
            }
            _ => {}
        }
        let expr: Expr<'a> = self.expression_without_comma()?;
        self.semicolon()?;
        Ok(DefaultExport::Expr(expr))
    }

    #[inline(never)]
    fn exported_declaration(&mut self) -> Parse<Declaration<'a>> {
        let start = self.token.span.start;
        let declaration = match self.keyword() {
            Some(Keyword::Let | Keyword::Const) => {
                let declaration = self.var_decl()?;
                self.semicolon()?;
                Declaration::Var(declaration)
            }
            Some(Keyword::Function) => Declaration::Function(self.function_declaration(start, false, false)?),
            Some(Keyword::Async) if self.peek().is(Keyword::Function) => {
                self.advance();
                Declaration::Function(self.function_declaration(start, true, false)?)
            }
            Some(Keyword::Class) => Declaration::Class(self.class_declaration(start, false, false)?),
            Some(keyword @ (Keyword::Abstract | Keyword::AbstractDocumented)) if self.peek().is(Keyword::Class) => {
                if keyword == Keyword::AbstractDocumented {
                    self.documented_spelling("мавҳум");
                }
                self.advance();
                Declaration::Class(self.class_declaration(start, true, false)?)
            }
            Some(Keyword::Interface) => Declaration::Interface(self.interface()?),
            Some(Keyword::TypeWord) => Declaration::TypeAlias(self.type_alias()?),
            Some(Keyword::Namespace) => Declaration::Namespace(self.namespace()?),
            _ => {
                let span = self.token.span;
                return self.fail(Diagnostic::new(Code::BadExport, span));
            }
        };
        Ok(declaration)
    }

    /// `номфазо` followed by a name, or by something that can only be meant as one.
    pub(super) fn at_namespace(&mut self) -> bool {
        let next = self.peek();
        matches!(next.kind, Kind::BraceOpen | Kind::Word) && !next.newline_before
    }

    #[inline(never)]
    pub(super) fn namespace(&mut self) -> Parse<&'a Namespace<'a>> {
        let start = self.advance().span.start;
        let mut names: Vec<Ident> = vec![self.binding_name("namespace")?];
        while self.eat(Kind::Dot) {
            names.push(self.binding_name("namespace")?);
        }
        let opener = self.open_brace()?;
        let outer = self.context;
        self.context = Context::namespace();
        let mut body = self.list();
        self.statements_into(&mut body);
        self.context = outer;
        self.expect_closer(Kind::BraceClose, opener)?;
        let span = self.span_from(start);
        let mut body = self.slice(body);
        // `номфазо А.Б { }` is `А` holding one exported `Б`.
        while names.len() > 1 {
            let Some(name) = names.pop() else { break };
            let inner = self.alloc(Namespace { span: name.span.to(span), name, body });
            let kind = ExportKind::Declaration(Declaration::Namespace(inner));
            let export = self.alloc(Export { span: inner.span, keyword: name.span, kind });
            body = self.arena.alloc_slice_copy(&[Stmt::Export(export)]);
        }
        let name = names.pop().ok_or(super::Abort)?;
        Ok(self.alloc(Namespace { span, name, body }))
    }
}
