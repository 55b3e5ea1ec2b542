//! Functions and arrows: parameters and bodies, types erased.

use super::printer::Printer;
use crate::ast::{Arrow, ArrowBody, Block, Function, Param};

impl<'a> Printer<'_, 'a> {
    /// `function ф(а) { ... }`; `name` replaces a missing name.
    pub fn function_decl(&mut self, function: &Function<'a>, name: &str) {
        self.p(if function.is_async { "async function " } else { "function " });
        match &function.name {
            Some(ident) => self.binding(ident),
            None => self.p(name),
        }
        self.signature_and_body(function);
    }

    #[inline(never)]
    pub fn function_expr(&mut self, function: &Function<'a>) {
        self.p(if function.is_async { "async function" } else { "function" });
        if let Some(name) = &function.name {
            self.p(" ");
            self.binding(name);
        }
        self.signature_and_body(function);
    }

    pub fn signature_and_body(&mut self, function: &Function<'a>) {
        self.params(function.params);
        self.p(" ");
        if let Some(body) = &function.body {
            self.function_body(body, |_| {});
        }
    }

    /// `first` prints lines in front of the body's own.
    pub fn function_body(&mut self, body: &Block<'a>, first: impl FnOnce(&mut Self)) {
        let saw_await = std::mem::replace(&mut self.saw_await, false);
        let no_in = std::mem::replace(&mut self.no_in, false);
        self.braced(|printer| {
            first(printer);
            printer.statements(body.body);
        });
        self.saw_await = saw_await;
        self.no_in = no_in;
    }

    pub fn params(&mut self, params: &[Param<'a>]) {
        self.p("(");
        for (index, param) in params.iter().enumerate() {
            if index > 0 {
                self.p(", ");
            }
            if param.is_rest {
                self.p("...");
            }
            self.target(&param.pattern);
            if let Some(default) = param.default {
                self.p(" = ");
                self.name_next_of(&param.pattern);
                self.expr(default, 2);
            }
        }
        self.p(")");
    }

    #[inline(never)]
    pub fn arrow(&mut self, arrow: &Arrow<'a>) {
        if arrow.is_async {
            self.p("async ");
        }
        let saw_await = std::mem::replace(&mut self.saw_await, false);
        self.params(arrow.params);
        self.p(" => ");
        match &arrow.body {
            ArrowBody::Expr(expr) => {
                self.arrow_start = self.out.len();
                self.expr(*expr, 2);
            }
            ArrowBody::Block(block) => self.function_body(block, |_| {}),
        }
        self.saw_await = saw_await;
    }
}
