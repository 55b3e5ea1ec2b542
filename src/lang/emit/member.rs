//! The one place that decides what a member name is in JavaScript: the table of the receiver where the receiver
//! is plain, the flat map where nothing in reach declares the name, else the name itself.

use super::printer::Printer;
use crate::ast::{Expr, Member, Word};
use crate::builtin;
use crate::scope::Hint;
use crate::word::is_one_of;

/// How far a receiver is looked into: long chains must cost no more than short ones.
const CHAIN_MAX: u32 = 6;

impl<'a> Printer<'_, 'a> {
    pub fn member_name(&self, object: Expr<'a>, property: &Word) -> &'a str {
        self.mapped(object, property, CHAIN_MAX).unwrap_or_else(|| self.text(property.name))
    }

    fn mapped(&self, object: Expr<'a>, property: &Word, depth: u32) -> Option<&'static str> {
        let index = self.module.scopes.words.member_index(property.name)?;
        let object = object.unwrapped();
        if let Expr::Ident(ident) = object
            && self.symbol_of(ident.id).is_none()
            && let Some(global) = self.module.scopes.words.global(ident.name)
        {
            let own = builtin::in_table(index, global.members);
            return own.or_else(|| global.takes_flat_map.then(|| builtin::flat(index)).flatten());
        }
        let flat = builtin::flat(index);
        if self.is_user_object(object) {
            return None;
        }
        if flat.is_some() && !self.options.declared.contains(index) {
            return flat;
        }
        match self.hint(object, depth) {
            Hint::Unknown | Hint::User => None,
            hint => builtin::in_table(index, hint.table()).or(flat),
        }
    }

    /// What is plain about the value of a receiver, looking through at most `depth` calls and members.
    fn hint(&self, object: Expr<'a>, depth: u32) -> Hint {
        let Some(depth) = depth.checked_sub(1) else { return Hint::Unknown };
        match object.unwrapped() {
            Expr::Ident(ident) => match self.symbol_of(ident.id).and_then(|id| self.symbol(id)) {
                Some(symbol) => symbol.hint,
                None => Hint::Unknown,
            },
            Expr::Member(member) => match self.module.scopes.member_hints.get(member.property.name.0 as usize) {
                Some(hint) => hint.value,
                None => Hint::Unknown,
            },
            Expr::Call(call) => match call.callee.unwrapped() {
                Expr::Ident(ident) => match self.symbol_of(ident.id).and_then(|id| self.symbol(id)) {
                    Some(symbol) => symbol.returned,
                    None => self.global_result(self.text(ident.name)),
                },
                Expr::Member(member) if self.is_promise_maker(&member.object, self.text(member.property.name)) => {
                    Hint::Promise
                }
                Expr::Member(member) => self.method_result(member, depth),
                _ => Hint::Unknown,
            },
            other => Hint::of_expr(&other, self.module.names),
        }
    }

    /// A namespace or a whole module, by its name.
    fn is_user_object(&self, object: Expr<'a>) -> bool {
        let hint = match object {
            Expr::Ident(ident) => self.symbol_of(ident.id).and_then(|id| self.symbol(id)).map(|symbol| symbol.hint),
            Expr::Member(member) => {
                self.module.scopes.member_hints.get(member.property.name.0 as usize).map(|hint| hint.value)
            }
            _ => None,
        };
        hint == Some(Hint::User)
    }

    fn global_result(&self, name: &str) -> Hint {
        match name {
            "сатр" | "String" => Hint::String,
            "рӯйхат" | "Array" => Hint::Array,
            "Number" | "Boolean" | "BigInt" | "Symbol" => Hint::Other,
            _ => Hint::Unknown,
        }
    }

    /// What a method answers: by the built-in receiver, or by what the text says of methods of that name.
    fn method_result(&self, member: &Member<'a>, depth: u32) -> Hint {
        let mapped = self.mapped(member.object, &member.property, depth);
        let js = mapped.unwrap_or_else(|| self.text(member.property.name));
        if let Expr::Ident(ident) = member.object.unwrapped()
            && let (None, Some(global)) = (self.symbol_of(ident.id), self.module.scopes.words.global(ident.name))
        {
            return static_result(global.js, js);
        }
        match self.hint(member.object, depth) {
            Hint::Array => OF_ARRAY.of(js),
            Hint::String => OF_STRING.of(js),
            _ => self
                .module
                .scopes
                .member_hints
                .get(member.property.name.0 as usize)
                .map_or(Hint::Unknown, |hint| hint.returned),
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
                    return property == "then" || self.hint(at, 1) == Hint::Promise && is_chained(property);
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
    is_one_of(property, "then catch finally гирифтан ниҳоят")
}

fn static_result(global: &str, method: &str) -> Hint {
    let arrays = match global {
        "String" => return Hint::String,
        "Math" => return Hint::Other,
        "Object" => "keys values entries getOwnPropertyNames getOwnPropertySymbols",
        "Array" => "from of",
        _ => return Hint::Unknown,
    };
    if is_one_of(method, arrays) { Hint::Array } else { Hint::Unknown }
}

/// What the methods of a built-in class answer.
struct Results {
    array: &'static str,
    string: &'static str,
    other: &'static str,
}

static OF_ARRAY: Results = Results {
    array: "map filter slice concat flat flatMap splice reverse sort fill copyWithin toReversed toSorted toSpliced with",
    string: "join toString toLocaleString",
    other: "length indexOf lastIndexOf findIndex findLastIndex includes every some push",
};

static OF_STRING: Results = Results {
    array: "split",
    string: "charAt concat normalize padEnd padStart repeat replace replaceAll slice substring toLocaleLowerCase \
             toLocaleUpperCase toLowerCase toString toUpperCase trim trimEnd trimStart valueOf",
    other: "charCodeAt codePointAt endsWith includes indexOf lastIndexOf localeCompare search startsWith",
};

impl Results {
    fn of(&self, method: &str) -> Hint {
        if is_one_of(method, self.array) {
            Hint::Array
        } else if is_one_of(method, self.string) {
            Hint::String
        } else if is_one_of(method, self.other) {
            Hint::Other
        } else {
            Hint::Unknown
        }
    }
}
