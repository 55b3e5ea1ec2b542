//! Operators: which operands need parentheses, and spaces between equal signs. Left-deep and right-deep
//! chains are loops.

use super::printer::Printer;
use crate::ast::{Binary, BinaryOp, Conditional, Expr, Unary, UnaryOp, Update};

impl<'a> Printer<'_, 'a> {
    /// Without parentheses around the whole.
    #[inline(never)]
    pub fn binary(&mut self, binary: &'a Binary<'a>) {
        if binary.op == BinaryOp::Exp {
            return self.power(binary);
        }
        let floor = self.spine.len();
        let mut at = binary;
        loop {
            self.spine.push(Expr::Binary(at));
            match at.left.unwrapped() {
                Expr::Binary(left)
                    if left.op != BinaryOp::Exp && !self.binary_needs_parens(left, at.op.level(), at.op) =>
                {
                    at = left;
                }
                left => {
                    self.operand(left, at.op.level(), at.op);
                    break;
                }
            }
        }
        while self.spine.len() > floor {
            let Some(Expr::Binary(node)) = self.spine.pop() else { break };
            self.p(" ");
            self.p(node.op.text());
            self.p(" ");
            self.operand(node.right.unwrapped(), node.op.level() + 1, node.op);
        }
    }

    fn power(&mut self, binary: &'a Binary<'a>) {
        let mut at = binary;
        loop {
            // JavaScript takes no unary operator, and no `await`, on the left of `**`.
            self.expr(at.left, 17);
            self.p(" ** ");
            match at.right.unwrapped() {
                Expr::Binary(right) if right.op == BinaryOp::Exp => at = right,
                right => return self.operand(right, 15, BinaryOp::Exp),
            }
        }
    }

    fn operand(&mut self, operand: Expr<'a>, min: u8, parent: BinaryOp) {
        match operand {
            Expr::Binary(inner) if self.binary_needs_parens(inner, min, parent) => {
                self.p("(");
                self.binary(inner);
                self.p(")");
            }
            Expr::Binary(inner) => self.binary(inner),
            other => self.expr(other, min),
        }
    }

    fn binary_needs_parens(&self, inner: &Binary, min: u8, parent: BinaryOp) -> bool {
        inner.op.level() < min
            || parent == BinaryOp::Nullish && matches!(inner.op, BinaryOp::And | BinaryOp::Or)
            || self.no_in && inner.op == BinaryOp::In
    }

    #[inline(never)]
    pub fn unary(&mut self, unary: &Unary<'a>) {
        let sign = match unary.op {
            UnaryOp::Not => "!",
            UnaryOp::BitNot => "~",
            UnaryOp::Minus => "-",
            UnaryOp::Plus => "+",
            UnaryOp::Typeof => "typeof ",
            UnaryOp::Delete => "delete ",
            UnaryOp::Void => "void ",
        };
        self.sign(sign);
        self.expr(unary.expr, 16);
    }

    #[inline(never)]
    pub fn update(&mut self, update: &Update<'a>) {
        let sign = if update.is_increment { "++" } else { "--" };
        if update.is_prefix {
            self.sign(sign);
        }
        self.expr(update.target, 18);
        if !update.is_prefix {
            self.p(sign);
        }
    }

    /// `- -а`: two signs in a row must not become one token.
    fn sign(&mut self, sign: &str) {
        let before = self.out.as_bytes().last().copied();
        if before.is_some() && matches!(before, Some(b'+' | b'-')) && sign.as_bytes().first().copied() == before {
            self.p(" ");
        }
        self.p(sign);
    }

    #[inline(never)]
    pub fn conditional(&mut self, conditional: &'a Conditional<'a>) {
        let mut at = conditional;
        loop {
            self.expr(at.test, 4);
            self.p(" ? ");
            self.expr(at.consequent, 2);
            self.p(" : ");
            match at.alternate.unwrapped() {
                Expr::Conditional(next) => at = next,
                last => return self.expr(last, 2),
            }
        }
    }
}
