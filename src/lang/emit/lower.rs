//! What es2020 lacks: class fields become definitions, logical assignments become logical operators.

use super::class::{Setup, property_params};
use super::printer::{Printer, pieces};
use crate::ast::{Assign, BinaryOp, Constructor, Expr, Field, Pattern};
use crate::scope::SymbolId;

impl<'a> Printer<'_, 'a> {
    /// A field as a statement; its `this` is the object that gets it.
    pub fn define_field(&mut self, field: &'a Field<'a>) {
        self.define(
            |printer| printer.key_value(&field.key),
            |printer| match field.init {
                // The field gives its name to a function without one.
                Some(init) if is_anonymous(init) => {
                    let start = printer.out.len();
                    printer.key_value(&field.key);
                    let key = printer.out.split_off(start);
                    pieces!(printer; "{[", &key, "]: ");
                    printer.name_next_by(&field.key);
                    printer.expr(init, 2);
                    pieces!(printer; "}[", &key, "]");
                }
                Some(init) => printer.expr(init, 2),
                None => printer.p("undefined"),
            },
        );
    }

    pub fn define(&mut self, key: impl FnOnce(&mut Self), value: impl FnOnce(&mut Self)) {
        self.line();
        self.p("Object.defineProperty(this, ");
        key(self);
        self.p(", {configurable: true, enumerable: true, writable: true, value: ");
        value(self);
        self.p("});");
    }

    /// Field values, and parameters that are fields, are read where the constructor's own names could capture theirs.
    pub fn rename_captured(&mut self, constructor: &Constructor<'a>, setup: Setup<'a>) {
        let fields: Vec<&'a Field<'a>> = self.fields(setup).collect();
        let params: Vec<_> = property_params(constructor.function.params).collect();
        if fields.is_empty() && params.is_empty() {
            return;
        }
        for (index, symbol) in self.module.scopes.symbols.iter().enumerate() {
            let is_inside =
                constructor.span.start <= symbol.declared.start && symbol.declared.end <= constructor.span.end;
            if !is_inside || symbol.is_type_only {
                continue;
            }
            let name = self.text(symbol.name);
            let is_mentioned = fields
                .iter()
                .any(|field| field.init.is_some_and(|init| mentions(init.span().text(self.module.source), name)))
                || params.iter().any(|param| param.name == symbol.name && param.span != symbol.declared);
            if is_mentioned {
                let text = self.unused(name, true);
                self.respell(SymbolId(index as u32), text);
            }
        }
    }

    /// `а ??= б`; answers whether it was printed. The target is evaluated once.
    pub fn lowered_assign(&mut self, assign: &Assign<'a>) -> bool {
        let Some(op @ (BinaryOp::And | BinaryOp::Or | BinaryOp::Nullish)) = assign.op else { return false };
        match &assign.target {
            Pattern::Ident(ident) => {
                let start = self.out.len();
                self.ident(ident);
                let name = self.out.split_off(start);
                self.logical(&name, op, assign.value);
            }
            Pattern::Target(target) => self.logical_member(target.unwrapped(), op, assign.value),
            _ => return false,
        }
        true
    }

    fn logical(&mut self, target: &str, op: BinaryOp, value: Expr<'a>) {
        pieces!(self; "(", target, " ", op.text(), " (", target, " = ");
        self.expr(value, 2);
        self.p("))");
    }

    fn logical_member(&mut self, target: Expr<'a>, op: BinaryOp, value: Expr<'a>) {
        let (object, key) = match target {
            Expr::Member(member) => (member.object, None),
            Expr::Index(index) => (index.object, Some(index.index)),
            _ => return,
        };
        let is_plain = matches!(object.unwrapped(), Expr::Ident(_) | Expr::This(_) | Expr::Super(_));
        let start = self.out.len();
        if is_plain && key.is_none() {
            self.expr(target, 18);
            let text = self.out.split_off(start);
            return self.logical(&text, op, value);
        }
        // An arrow binds the object and the key; `this` goes through it, and so does `await`.
        let (object_name, key_name) = (self.unused("object", true), self.unused("key", true));
        let mut access = object_name.clone();
        match target {
            Expr::Member(member) => {
                access.push('.');
                access.push_str(self.member_name(object, &member.property));
            }
            _ => {
                access.push('[');
                access.push_str(&key_name);
                access.push(']');
            }
        }
        let saw_await = std::mem::replace(&mut self.saw_await, false);
        self.logical(&access, op, value);
        let body = self.out.split_off(start);
        let is_async = std::mem::replace(&mut self.saw_await, saw_await);
        self.saw_await |= is_async;
        self.p(if is_async { "(await (async (" } else { "((" });
        self.p(&object_name);
        if key.is_some() {
            self.p(", ");
            self.p(&key_name);
        }
        self.p(") => ");
        self.p(&body);
        self.p(")(");
        self.expr(object, 2);
        if let Some(key) = key {
            self.p(", ");
            self.expr(key, 2);
        }
        self.p(if is_async { "))" } else { ")" });
    }
}

/// A function or class without a name of its own: what it is stored in names it.
pub fn is_anonymous(expr: Expr) -> bool {
    match expr.unwrapped() {
        Expr::Arrow(_) => true,
        Expr::Function(function) => function.name.is_none(),
        Expr::Class(class) => class.name.is_none(),
        _ => false,
    }
}

fn mentions(text: &str, name: &str) -> bool {
    text.as_bytes().windows(name.len().max(1)).any(|part| part == name.as_bytes())
}
