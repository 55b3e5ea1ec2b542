//! Arrow functions, and how a `(` is known to start one: by what stands behind its closer, found in one
//! flat scan that remembers every bracket it passes, so that all scans together are linear.

use super::context::Context;
use super::{Parse, Parser, Scan, Scanned, Weight};
use crate::ast::{Arrow, ArrowBody, Expr, Param, ReturnType, TypeParam};
use crate::token::Kind;

#[derive(Clone, Copy)]
pub(super) struct Opening {
    open: u32,
    behind: Behind,
}

/// What stands behind the `)` that closes a `(`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Behind {
    Arrow,
    /// Perhaps a return type, perhaps the colon of a conditional.
    Colon,
    Other,
}

impl<'a> Parser<'a> {
    /// What stands behind the closer of the `(` that is the current token.
    #[inline(never)]
    pub(super) fn behind_parens(&mut self) -> Behind {
        let open = self.token.span.start;
        if let Ok(index) = self.arrows.binary_search_by_key(&open, |opening| opening.open)
            && let Some(opening) = self.arrows.get(index)
        {
            return opening.behind;
        }
        let remember = self.arrows.last().is_none_or(|last| last.open < open);
        let found = self.scan_parens(open);
        let behind = found.first().map_or(Behind::Other, |opening| opening.behind);
        if remember {
            self.arrows.extend(found);
        }
        behind
    }

    fn scan_parens(&mut self, open: u32) -> Vec<Opening> {
        let checkpoint = self.lexer.checkpoint();
        let mut found = vec![Opening { open, behind: Behind::Other }];
        let mut stack = vec![0usize];
        let mut closed: Option<usize> = None;
        let mut scan = Scan::new(&mut self.lexer);
        while let Some(scanned) = scan.next() {
            let kind = match scanned {
                Scanned::Token(token) => token.kind,
                _ => Kind::String,
            };
            if let Some(opening) = closed.take().and_then(|index| found.get_mut(index)) {
                opening.behind = match kind {
                    Kind::Arrow => Behind::Arrow,
                    Kind::Colon => Behind::Colon,
                    _ => Behind::Other,
                };
            }
            match (kind, scanned) {
                (Kind::ParenOpen, Scanned::Token(token)) => {
                    stack.push(found.len());
                    found.push(Opening { open: token.span.start, behind: Behind::Other });
                }
                (Kind::ParenClose, _) => closed = stack.pop(),
                _ => {}
            }
            if stack.is_empty() && closed.is_none() {
                break;
            }
        }
        self.lexer.rewind(checkpoint);
        found
    }

    /// An arrow function if one starts here. `ҳамзамон` has been read if `is_async`.
    #[inline(never)]
    pub(super) fn arrow_function(&mut self, start: u32, is_async: bool) -> Parse<Option<Expr<'a>>> {
        if self.at(Kind::Less) {
            return self.generic_arrow(start, is_async);
        }
        if self.at_binding_name() {
            if !self.lexer.may_begin_with(b'=') || self.peek().kind != Kind::Arrow {
                return Ok(None);
            }
            self.enter(Weight::Function)?;
            let outer = self.context;
            self.context = outer.arrow(is_async);
            let token = *self.advance();
            let param = self.plain_param(token);
            let params = self.arena.alloc_slice_copy(&[param]);
            let result = self.arrow_rest(start, is_async, &[], params, None);
            self.context = outer;
            self.leave(Weight::Function);
            return result.map(Some);
        }
        if !self.at(Kind::ParenOpen) {
            return Ok(None);
        }
        match self.behind_parens() {
            Behind::Other => Ok(None),
            Behind::Arrow => self.parenthesised_arrow(start, is_async, &[]).map(Some),
            Behind::Colon => {
                // Either `(х): Навъ => ...` or a parenthesised operand of a conditional.
                let save = self.save();
                let in_consequent = self.context.has(Context::IN_CONSEQUENT);
                let parsed = self.parenthesised_arrow(start, is_async, &[]);
                match parsed {
                    Ok(arrow) if !in_consequent || self.at(Kind::Colon) => Ok(Some(arrow)),
                    _ => {
                        self.restore(save);
                        self.refuse_arrow();
                        Ok(None)
                    }
                }
            }
        }
    }

    /// The `(` in hand begins no arrow function: nobody needs to try again when an outer attempt fails, so
    /// nested attempts cost no more than their depth.
    fn refuse_arrow(&mut self) {
        let open = self.token.span.start;
        if let Ok(index) = self.arrows.binary_search_by_key(&open, |opening| opening.open)
            && let Some(opening) = self.arrows.get_mut(index)
        {
            opening.behind = Behind::Other;
        }
    }

    fn generic_arrow(&mut self, start: u32, is_async: bool) -> Parse<Option<Expr<'a>>> {
        let save = self.save();
        let type_params = match self.type_params() {
            Ok(params) if self.at(Kind::ParenOpen) && self.behind_parens() != Behind::Other => params,
            _ => {
                self.restore(save);
                return Ok(None);
            }
        };
        self.parenthesised_arrow(start, is_async, type_params).map(Some)
    }

    fn parenthesised_arrow(&mut self, start: u32, is_async: bool, type_params: &'a [TypeParam<'a>]) -> Parse<Expr<'a>> {
        self.enter(Weight::Function)?;
        let outer = self.context;
        self.context = outer.arrow(is_async);
        let result = self.arrow_signature(start, is_async, type_params);
        self.context = outer;
        self.leave(Weight::Function);
        result
    }

    fn arrow_signature(&mut self, start: u32, is_async: bool, type_params: &'a [TypeParam<'a>]) -> Parse<Expr<'a>> {
        let (params, _) = self.params(false)?;
        let return_type = if self.eat(Kind::Colon) { Some(self.return_type()?) } else { None };
        self.arrow_rest(start, is_async, type_params, params, return_type)
    }

    fn arrow_rest(
        &mut self,
        start: u32,
        is_async: bool,
        type_params: &'a [TypeParam<'a>],
        params: &'a [Param<'a>],
        return_type: Option<ReturnType<'a>>,
    ) -> Parse<Expr<'a>> {
        self.expect(Kind::Arrow, "=>")?;
        let body = if self.at(Kind::BraceOpen) {
            ArrowBody::Block(self.block()?)
        } else {
            ArrowBody::Expr(self.assignment()?)
        };
        let span = self.span_from(start);
        Ok(Expr::Arrow(self.alloc(Arrow { span, is_async, type_params, params, return_type, body })))
    }
}
