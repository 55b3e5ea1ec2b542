//! Expressions by precedence level (the levels of the language; 1 takes everything).

use super::printer::Printer;
use crate::ast::{Array, ArrayElement, Assign, Await, Expr, ImportCall, MethodKind, New, Object, Pattern, Property};

impl<'a> Printer<'_, 'a> {
    /// Prints with parentheses when the expression binds looser than `min`. Stands on the stack once for every
    /// level that the source nests, and so do the functions that it calls: none of them may be inlined.
    #[inline(never)]
    pub fn expr(&mut self, expr: Expr<'a>, min: u8) {
        let expr = expr.unwrapped();
        let wraps = level(expr) < min || self.needs_start_parens(expr) || self.no_in && is_in(expr);
        if wraps {
            self.p("(");
        }
        self.bare(expr);
        if wraps {
            self.p(")");
        }
    }

    /// At the start of a statement `{`, `function` and `class` would begin something else.
    #[inline(never)]
    fn needs_start_parens(&self, expr: Expr<'a>) -> bool {
        let at = self.out.len();
        let in_statement = at == self.statement_start;
        let in_arrow = at == self.arrow_start;
        let in_default = at == self.default_start;
        if !(in_statement || in_arrow || in_default) {
            return false;
        }
        match expr {
            Expr::Object(_) => in_statement || in_arrow,
            Expr::Function(_) | Expr::Class(_) => in_statement || in_default,
            Expr::Assign(assign) => matches!(assign.target, Pattern::Object(_)) && (in_statement || in_arrow),
            _ => false,
        }
    }

    #[inline(always)]
    fn bare(&mut self, expr: Expr<'a>) {
        match expr {
            Expr::Ident(ident) => self.ident(ident),
            Expr::Call(call) if self.sets_up(call) => self.super_call(call),
            Expr::Member(_) | Expr::Index(_) | Expr::Call(_) | Expr::TaggedTemplate(_) => self.chain(expr),
            Expr::Binary(binary) => self.binary(binary),
            Expr::Number(number) => self.number(number),
            Expr::String(string) => self.string(string),
            Expr::Template(template) => self.template(template, false),
            Expr::Regex(regex) => self.p(regex.raw),
            Expr::Bool(bool) => self.p(if bool.value { "true" } else { "false" }),
            Expr::Null(_) => self.p("null"),
            Expr::This(_) => self.p("this"),
            Expr::Super(_) => self.p("super"),
            Expr::Array(array) => self.array(array),
            Expr::Object(object) => self.object(object),
            Expr::Function(function) => self.function_expr(function),
            Expr::Arrow(arrow) => self.arrow(arrow),
            Expr::Class(class) => self.class_expr(class),
            Expr::Unary(unary) => self.unary(unary),
            Expr::Update(update) => self.update(update),
            Expr::Assign(assign) => self.assign(assign),
            Expr::Conditional(conditional) => self.conditional(conditional),
            Expr::New(new) => self.new_expression(new),
            Expr::Await(await_) => self.await_expr(await_),
            Expr::Import(import) => self.import_call(import),
            Expr::As(_) | Expr::NonNull(_) | Expr::Paren(_) | Expr::Error(_) => {}
        }
    }

    #[inline(never)]
    fn new_expression(&mut self, new: &New<'a>) {
        self.p("new ");
        self.new_callee(new.callee);
        self.arguments(new.arguments.unwrap_or_default());
    }

    #[inline(never)]
    fn await_expr(&mut self, await_: &Await<'a>) {
        self.saw_await = true;
        self.p("await ");
        self.expr(await_.expr, 16);
    }

    #[inline(never)]
    fn array(&mut self, array: &Array<'a>) {
        self.p("[");
        for (index, element) in array.elements.iter().enumerate() {
            if index > 0 {
                self.p(", ");
            }
            match element {
                ArrayElement::Hole(_) => {}
                ArrayElement::Expr(expr) => self.expr(*expr, 2),
                ArrayElement::Spread(spread) => {
                    self.p("...");
                    self.expr(spread.expr, 2);
                }
            }
        }
        if let Some(ArrayElement::Hole(_)) = array.elements.last() {
            self.p(",");
        }
        self.p("]");
    }

    #[inline(never)]
    fn object(&mut self, object: &Object<'a>) {
        self.p("{");
        for (index, property) in object.properties.iter().enumerate() {
            if index > 0 {
                self.p(", ");
            }
            match property {
                Property::Value(value) => {
                    self.key(&value.key, true);
                    self.p(": ");
                    self.name_next_by(&value.key);
                    self.expr(value.value, 2);
                }
                Property::Shorthand(shorthand) => {
                    let name = self.text(shorthand.ident.name);
                    let start = self.out.len();
                    self.ident(&shorthand.ident);
                    if self.out.get(start..) != Some(name) {
                        let value = self.out.split_off(start);
                        self.p(if name == "__proto__" { "[\"__proto__\"]" } else { name });
                        self.p(": ");
                        self.p(&value);
                    }
                }
                Property::Method(method) => {
                    if method.function.is_async {
                        self.p("async ");
                    }
                    self.accessor_word(method.kind);
                    self.key(&method.key, true);
                    self.signature_and_body(method.function);
                }
                Property::Spread(spread) => {
                    self.p("...");
                    self.expr(spread.expr, 2);
                }
            }
        }
        self.p("}");
    }

    pub fn accessor_word(&mut self, kind: MethodKind) {
        self.p(match kind {
            MethodKind::Method => "",
            MethodKind::Get => "get ",
            MethodKind::Set => "set ",
        });
    }

    #[inline(never)]
    fn assign(&mut self, assign: &'a Assign<'a>) {
        let mut at = assign;
        loop {
            if self.is_lowering() && self.lowered_assign(at) {
                return;
            }
            self.target(&at.target);
            self.p(" ");
            if let Some(op) = at.op {
                self.p(op.text());
            }
            self.p("= ");
            self.name_next_of(&at.target);
            match at.value.unwrapped() {
                Expr::Assign(next) => at = next,
                value => return self.expr(value, 2),
            }
        }
    }

    #[inline(never)]
    fn import_call(&mut self, import: &ImportCall<'a>) {
        let literal = match import.specifier.unwrapped() {
            Expr::String(string) => Some(string.value),
            Expr::Template(template) if template.exprs.is_empty() => {
                template.quasis.first().and_then(|quasi| quasi.cooked)
            }
            _ => None,
        };
        if let (Some(specifier), Some(linkage)) = (literal, self.linkage)
            && let Some(text) = linkage.dynamic_import(specifier)
        {
            return self.p(text);
        }
        self.p("import(");
        match literal {
            Some(specifier) => self.specifier(specifier),
            None => self.computed_specifier(import.specifier),
        }
        self.p(")");
    }
}

fn is_in(expr: Expr) -> bool {
    matches!(expr, Expr::Binary(binary) if binary.op == crate::ast::BinaryOp::In)
}

/// The level of the outermost operator, 2 (assignment) to 19 (no operator).
fn level(expr: Expr) -> u8 {
    match expr {
        Expr::Arrow(_) | Expr::Assign(_) => 2,
        Expr::Conditional(_) => 3,
        Expr::Binary(binary) => binary.op.level(),
        Expr::Unary(_) | Expr::Await(_) => 16,
        Expr::Update(update) if update.is_prefix => 16,
        Expr::Update(_) => 17,
        Expr::Member(_) | Expr::Index(_) | Expr::Call(_) | Expr::New(_) | Expr::TaggedTemplate(_) | Expr::Import(_) => {
            18
        }
        _ => 19,
    }
}
