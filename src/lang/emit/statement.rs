//! Statements. Each starts its own line; what is erased starts none.

use super::printer::Printer;
use crate::ast::{Block, Expr, For, ForBinding, ForIn, ForInKind, ForInit, If, Pattern, Stmt, Switch, Try, VarDecl};

impl<'a> Printer<'_, 'a> {
    pub fn statements(&mut self, body: &[Stmt<'a>]) {
        for stmt in body {
            self.stmt(stmt);
        }
    }

    pub fn stmt(&mut self, stmt: &Stmt<'a>) {
        match stmt {
            Stmt::Expr(s) if self.super_statement(s.expr) => {}
            Stmt::Expr(s) => {
                self.line();
                // A lone string would become a directive.
                if let Expr::String(string) = s.expr.unwrapped() {
                    self.p("(");
                    self.string(string);
                    self.p(")");
                } else {
                    self.statement_start = self.out.len();
                    self.expr(s.expr, 1);
                }
                self.p(";");
            }
            Stmt::Var(decl) => {
                self.line();
                self.var(decl);
                self.p(";");
            }
            Stmt::Function(function) if function.body.is_some() => {
                self.line();
                self.function_decl(function, "");
            }
            Stmt::Class(class) => {
                self.line();
                self.class_decl(class);
            }
            Stmt::Namespace(namespace) => self.namespace(namespace, false),
            Stmt::Import(import) => self.import(import),
            Stmt::Export(export) => self.export(export),
            Stmt::Block(block) => {
                self.line();
                self.block(block);
            }
            Stmt::If(s) => {
                self.line();
                self.if_chain(s);
            }
            Stmt::While(s) => {
                self.line();
                self.p("while (");
                self.expr(s.test, 1);
                self.p(") ");
                self.body(&s.body);
            }
            Stmt::For(s) => self.for_stmt(s),
            Stmt::ForIn(s) => self.for_in(s),
            Stmt::Switch(s) => self.switch(s),
            Stmt::Try(s) => self.try_stmt(s),
            Stmt::Throw(s) => {
                self.line();
                self.p("throw ");
                self.expr(s.expr, 1);
                self.p(";");
            }
            Stmt::Return(s) => {
                self.line();
                self.p("return");
                if let Some(expr) = s.expr {
                    self.p(" ");
                    self.expr(expr, 1);
                }
                self.p(";");
            }
            Stmt::Break(_) => {
                self.line();
                self.p("break;");
            }
            Stmt::Continue(_) => {
                self.line();
                self.p("continue;");
            }
            Stmt::Function(_) | Stmt::Interface(_) | Stmt::TypeAlias(_) | Stmt::Empty(_) | Stmt::Error(_) => {}
        }
    }

    pub fn var(&mut self, decl: &VarDecl<'a>) {
        self.p(if decl.is_const { "const " } else { "let " });
        for (index, declarator) in decl.declarators.iter().enumerate() {
            if index > 0 {
                self.p(", ");
            }
            self.target(&declarator.pattern);
            if let Some(init) = declarator.init {
                self.p(" = ");
                self.name_next_of(&declarator.pattern);
                self.expr(init, 2);
            }
        }
    }

    pub fn block(&mut self, block: &Block<'a>) {
        self.braced(|printer| printer.statements(block.body));
    }

    /// A body that may stand without braces in the source.
    fn body(&mut self, stmt: &Stmt<'a>) {
        match stmt {
            Stmt::Block(block) => self.block(block),
            other => self.braced(|printer| printer.stmt(other)),
        }
    }

    fn if_chain(&mut self, first: &If<'a>) {
        let mut at = *first;
        loop {
            self.p("if (");
            self.expr(at.test, 1);
            self.p(") ");
            self.body(&at.consequent);
            match &at.alternate {
                Some(Stmt::If(next)) => {
                    self.p(" else ");
                    at = **next;
                }
                Some(last) => {
                    self.p(" else ");
                    return self.body(last);
                }
                None => return,
            }
        }
    }

    fn for_stmt(&mut self, s: &For<'a>) {
        self.line();
        self.p("for (");
        self.no_in = true;
        match &s.init {
            Some(ForInit::Var(decl)) => self.var(decl),
            Some(ForInit::Expr(expr)) => {
                self.statement_start = self.out.len();
                self.expr(*expr, 1);
            }
            None => {}
        }
        self.no_in = false;
        self.p(";");
        if let Some(test) = s.test {
            self.p(" ");
            self.expr(test, 1);
        }
        self.p(";");
        for (index, update) in s.update.iter().enumerate() {
            self.p(if index > 0 { ", " } else { " " });
            self.expr(*update, 2);
        }
        self.p(") ");
        self.body(&s.body);
    }

    fn for_in(&mut self, s: &ForIn<'a>) {
        self.line();
        if s.kind == ForInKind::AwaitOf {
            self.saw_await = true;
        }
        self.p(if s.kind == ForInKind::AwaitOf { "for await (" } else { "for (" });
        match &s.binding {
            ForBinding::Var(decl) => self.var(decl),
            // `for (async of ...` begins an arrow function.
            ForBinding::Target(Pattern::Ident(ident)) if self.text(ident.name) == "async" => {
                self.p("(");
                self.ident(ident);
                self.p(")");
            }
            ForBinding::Target(target) => self.target(target),
        }
        self.p(if s.kind == ForInKind::In { " in " } else { " of " });
        self.expr(s.object, 2);
        self.p(") ");
        self.body(&s.body);
    }

    fn switch(&mut self, s: &Switch<'a>) {
        self.line();
        self.p("switch (");
        self.expr(s.discriminant, 1);
        self.p(") ");
        self.braced(|printer| {
            for case in s.cases {
                printer.line();
                match case.test {
                    Some(test) => {
                        printer.p("case ");
                        printer.expr(test, 1);
                        printer.p(":");
                    }
                    None => printer.p("default:"),
                }
                printer.indented(|printer| printer.statements(case.body));
            }
        });
    }

    fn try_stmt(&mut self, s: &Try<'a>) {
        self.line();
        self.p("try ");
        self.block(&s.block);
        if let Some(handler) = &s.handler {
            self.p(" catch ");
            if let Some(param) = &handler.param {
                self.p("(");
                self.target(param);
                self.p(") ");
            }
            self.block(&handler.body);
        }
        if let Some(finalizer) = &s.finalizer {
            self.p(" finally ");
            self.block(finalizer);
        }
    }
}
