//! Chains of members, indexes, calls and tagged templates, printed from their base outwards without recursion.

use super::printer::Printer;
use crate::ast::{Argument, Expr, NumberLit};

impl<'a> Printer<'_, 'a> {
    #[inline(never)]
    pub fn chain(&mut self, expr: Expr<'a>) {
        let floor = self.spine.len();
        let mut at = expr;
        // An optional chain that ends at a parenthesis ends there in the output too.
        let mut ends_optional = false;
        while let Some(object) = object_of(at) {
            self.spine.push(at);
            let inner = object.unwrapped();
            ends_optional = has_paren(object) && is_optional_chain(inner);
            at = inner;
            if ends_optional || matches!(at, Expr::Call(call) if self.sets_up(call)) {
                break;
            }
        }
        self.chain_base(at, ends_optional);
        while self.spine.len() > floor {
            let Some(link) = self.spine.pop() else { break };
            self.link(link);
        }
    }

    fn chain_base(&mut self, base: Expr<'a>, is_closed: bool) {
        let parent = self.spine.last().copied();
        match base {
            _ if is_closed => {
                self.p("(");
                self.expr(base, 1);
                self.p(")");
            }
            Expr::Number(number) if matches!(parent, Some(Expr::Member(_))) && is_integer(number) => {
                self.p("(");
                self.number(number);
                self.p(")");
            }
            // A plain call must stay one: the object in front of the name is no receiver.
            Expr::Ident(ident)
                if matches!(parent, Some(Expr::Call(_) | Expr::TaggedTemplate(_))) && self.is_qualified(ident) =>
            {
                self.p("(0, ");
                self.ident(ident);
                self.p(")");
            }
            // Legal without parentheses in most places, but read more easily with them in all.
            Expr::Function(_) | Expr::Class(_) if matches!(parent, Some(Expr::Call(_))) => {
                self.p("(");
                self.expr(base, 1);
                self.p(")");
            }
            _ => self.expr(base, 18),
        }
    }

    fn link(&mut self, link: Expr<'a>) {
        match link {
            Expr::Member(member) => {
                self.p(if member.optional { "?." } else { "." });
                let name = self.member_name(member.object, &member.property);
                self.p(name);
            }
            Expr::Index(index) => {
                self.p(if index.optional { "?.[" } else { "[" });
                self.expr(index.index, 2);
                self.p("]");
            }
            Expr::Call(call) => {
                if call.optional {
                    self.p("?.");
                }
                self.arguments(call.arguments);
            }
            Expr::TaggedTemplate(tagged) => self.template(tagged.template, true),
            _ => {}
        }
    }

    #[inline(never)]
    pub fn arguments(&mut self, arguments: &[Argument<'a>]) {
        self.p("(");
        for (index, argument) in arguments.iter().enumerate() {
            if index > 0 {
                self.p(", ");
            }
            match argument {
                Argument::Expr(expr) => self.expr(*expr, 2),
                Argument::Spread(spread) => {
                    self.p("...");
                    self.expr(spread.expr, 2);
                }
            }
        }
        self.p(")");
    }

    /// The callee of `new`: a call in it would be taken for the arguments.
    #[inline(never)]
    pub fn new_callee(&mut self, callee: Expr<'a>) {
        let mut at = callee.unwrapped();
        let needs_parens = loop {
            match at {
                Expr::Call(_) | Expr::Import(_) => break true,
                Expr::Ident(ident) => {
                    break self.spelling(ident.id).is_some_and(|text| text.as_bytes().contains(&b'('));
                }
                Expr::Member(member) if member.optional => break true,
                Expr::Index(index) if index.optional => break true,
                _ => match object_of(at) {
                    Some(object) => at = object.unwrapped(),
                    None => break false,
                },
            }
        };
        if needs_parens {
            self.p("(");
            self.expr(callee, 1);
            self.p(")");
        } else {
            self.expr(callee, 18);
        }
    }
}

/// What a link of a chain hangs on.
fn object_of(expr: Expr) -> Option<Expr> {
    match expr {
        Expr::Member(member) => Some(member.object),
        Expr::Index(index) => Some(index.object),
        Expr::Call(call) => Some(call.callee),
        Expr::TaggedTemplate(tagged) => Some(tagged.tag),
        _ => None,
    }
}

/// Whether parentheses stand around it in the source.
fn has_paren(expr: Expr) -> bool {
    let mut at = expr;
    loop {
        at = match at {
            Expr::Paren(_) => return true,
            Expr::NonNull(non_null) => non_null.expr,
            Expr::As(as_) => as_.expr,
            _ => return false,
        };
    }
}

pub fn is_optional_chain(expr: Expr) -> bool {
    let mut at = expr;
    loop {
        let is_optional = match at {
            Expr::Member(member) => member.optional,
            Expr::Index(index) => index.optional,
            Expr::Call(call) => call.optional,
            _ => false,
        };
        if is_optional {
            return true;
        }
        match object_of(at) {
            // Parentheses inside end a chain of their own.
            Some(object) if !has_paren(object) => at = object.unwrapped(),
            _ => return false,
        }
    }
}

/// Digits only: a point after them would be read as theirs.
fn is_integer(number: &NumberLit) -> bool {
    number.raw.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_')
}
