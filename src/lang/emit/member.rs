//! The one place that decides what a member name is in JavaScript: the table of the receiver where the receiver
//! is plain, the flat map where nothing in reach declares the name, else the name itself.

use super::printer::Printer;
use crate::ast::{Expr, Word};
use crate::builtin;
use crate::scope::Hint;

impl<'a> Printer<'_, 'a> {
    pub fn member_name(&self, object: Expr<'a>, property: &Word) -> &'a str {
        self.mapped(object, property).unwrap_or_else(|| self.text(property.name))
    }

    fn mapped(&self, object: Expr<'a>, property: &Word) -> Option<&'static str> {
        let index = self.module.scopes.words.member_index(property.name)?;
        let object = object.unwrapped();
        if let Expr::Ident(ident) = object
            && self.symbol_of(ident.id).is_none()
            && let Some(global) = self.module.scopes.words.global(ident.name)
        {
            let own = builtin::in_table(index, global.members);
            return own.or_else(|| global.takes_flat_map.then(|| builtin::flat(index)).flatten());
        }
        let hint = self.hint(object);
        if hint != Hint::Unknown {
            return builtin::in_table(index, hint.table()).or_else(|| builtin::flat(index));
        }
        if self.options.declared.contains(index) { None } else { builtin::flat(index) }
    }

    /// What is plain about the value of a receiver.
    fn hint(&self, object: Expr<'a>) -> Hint {
        match object {
            Expr::Ident(ident) => match self.symbol_of(ident.id).and_then(|id| self.symbol(id)) {
                Some(symbol) => symbol.hint,
                None => Hint::Unknown,
            },
            Expr::Call(call) => match call.callee.unwrapped() {
                Expr::Member(member) if self.is_promise_maker(&member.object, self.text(member.property.name)) => {
                    Hint::Promise
                }
                _ => Hint::Unknown,
            },
            other => Hint::of_expr(&other, self.module.names),
        }
    }

    /// `Ваъда.ҳал(...)`, and `.then` and its like on anything: what a chain of promises is made of.
    fn is_promise_maker(&self, object: &Expr<'a>, property: &str) -> bool {
        let mut at = object.unwrapped();
        let mut property = property;
        loop {
            match at {
                Expr::Ident(ident) => {
                    if self.symbol_of(ident.id).is_none()
                        && let Some(global) = self.module.scopes.words.global(ident.name)
                    {
                        return global.members == builtin::PROMISE_STATIC;
                    }
                    return property == "then" || self.hint(at) == Hint::Promise && is_chained(property);
                }
                _ if property == "then" => return true,
                Expr::Call(call) if is_chained(property) => match call.callee.unwrapped() {
                    Expr::Member(member) => {
                        property = self.text(member.property.name);
                        at = member.object.unwrapped();
                    }
                    _ => return false,
                },
                other => return is_chained(property) && Hint::of_expr(&other, self.module.names) == Hint::Promise,
            }
        }
    }
}

fn is_chained(property: &str) -> bool {
    matches!(property, "then" | "catch" | "finally" | "гирифтан" | "ниҳоят")
}
