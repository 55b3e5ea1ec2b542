//! Expressions by precedence. Operator and postfix chains are loops; only brackets, prefix operators and
//! right-hand sides recurse, and they count against the nesting limit.

use super::{Abort, Parse, Parser, Weight};
use crate::ast::{
    Argument, As, Assign, Await, Binary, BinaryOp, Call, Conditional, Expr, Index, Member, NonNull, Pattern, Spread,
    TaggedTemplate, Type, Unary, UnaryOp, Update,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::keyword::Keyword;
use crate::source::Span;
use crate::token::{Kind, Token};

impl<'a> Parser<'a> {
    /// A whole expression: what may be a pattern only is wrong here.
    pub(super) fn expression(&mut self) -> Parse<Expr<'a>> {
        let outer = self.shorthand_default.take();
        let expr = self.assignment()?;
        if let Some(span) = self.shorthand_default.take() {
            self.report(Diagnostic::new(Code::UnexpectedToken, span).text("found", "="));
        }
        self.shorthand_default = outer;
        Ok(expr)
    }

    /// An expression where a comma is a mistake.
    pub(super) fn expression_without_comma(&mut self) -> Parse<Expr<'a>> {
        let expr = self.expression()?;
        if self.at(Kind::Comma) {
            self.unsupported("comma-operator", expr.span());
            while self.eat(Kind::Comma) {
                self.expression()?;
            }
        }
        Ok(expr)
    }

    pub(super) fn assignment(&mut self) -> Parse<Expr<'a>> {
        self.nested(Weight::Whole, Self::assignment_inner)
    }

    fn assignment_inner(&mut self) -> Parse<Expr<'a>> {
        let start = self.token.span.start;
        let may_be_arrow = matches!(self.token.kind, Kind::Word | Kind::ParenOpen | Kind::Less);
        if may_be_arrow && let Some(arrow) = self.arrow_function(start, false)? {
            return Ok(arrow);
        }
        let pending = self.shorthand_default;
        let left = self.conditional()?;
        match assignment_op(self.token.kind) {
            Some(op) => self.assigned(start, left, op, pending),
            None => Ok(left),
        }
    }

    /// The assignment to `left`, whose operator is the current token.
    #[inline(never)]
    fn assigned(&mut self, start: u32, left: Expr<'a>, op: Option<BinaryOp>, pending: Option<Span>) -> Parse<Expr<'a>> {
        let is_plain = op.is_none();
        if is_plain && matches!(left, Expr::Array(_) | Expr::Object(_)) {
            self.shorthand_default = pending;
        }
        let target = self.assignment_target(left, is_plain);
        self.advance();
        let value = self.assignment()?;
        let span = self.span_from(start);
        Ok(Expr::Assign(self.alloc(Assign { span, op, target, value })))
    }

    fn conditional(&mut self) -> Parse<Expr<'a>> {
        let start = self.token.span.start;
        let test = self.binary(0)?;
        if self.at(Kind::Question) { self.conditional_rest(start, test) } else { Ok(test) }
    }

    #[inline(never)]
    fn conditional_rest(&mut self, start: u32, test: Expr<'a>) -> Parse<Expr<'a>> {
        self.advance();
        let outer = self.context.in_consequent;
        self.context.in_consequent = true;
        let consequent = self.assignment();
        self.context.in_consequent = outer;
        let consequent = consequent?;
        self.expect(Kind::Colon, ":")?;
        let alternate = self.assignment()?;
        let span = self.span_from(start);
        Ok(Expr::Conditional(self.alloc(Conditional { span, test, consequent, alternate })))
    }

    /// Operators of at least `level`; chains of one level are a loop.
    fn binary(&mut self, level: u8) -> Parse<Expr<'a>> {
        let start = self.token.span.start;
        let mut left = self.unary()?;
        loop {
            if level <= 11 && self.at_word(Keyword::As) {
                left = self.asserted(start, left)?;
                continue;
            }
            let Some(op) = binary_op(&self.token) else { return Ok(left) };
            if op.level() < level {
                return Ok(left);
            }
            let op_span = self.advance().span;
            let right = if op == BinaryOp::Exp {
                self.refuse_unary_before_power(left);
                self.nested(Weight::Operand, |parser| parser.binary(op.level()))?
            } else {
                self.nested(Weight::Operand, |parser| parser.binary(op.level() + 1))?
            };
            self.refuse_mixed_nullish(op, left, right, start);
            left = Expr::Binary(self.alloc(Binary { span: self.span_from(start), op, op_span, left, right }));
        }
    }

    /// `х чун Навъ`
    #[inline(never)]
    fn asserted(&mut self, start: u32, expr: Expr<'a>) -> Parse<Expr<'a>> {
        self.advance();
        let ty = self.parse_type()?;
        Ok(Expr::As(self.alloc(As { span: self.span_from(start), expr, ty })))
    }

    #[inline(never)]
    fn refuse_unary_before_power(&mut self, left: Expr<'a>) {
        let text = match left {
            Expr::Unary(unary) => unary_text(unary.op),
            Expr::Await(_) => "интизор",
            _ => return,
        };
        self.report(Diagnostic::new(Code::UnaryBeforePower, left.span()).text("op", text));
    }

    #[inline(never)]
    fn refuse_mixed_nullish(&mut self, op: BinaryOp, left: Expr<'a>, right: Expr<'a>, start: u32) {
        let inner = |expr: Expr<'a>| match expr {
            Expr::Binary(binary) => Some(binary.op),
            _ => None,
        };
        let is_logical = |op: BinaryOp| matches!(op, BinaryOp::And | BinaryOp::Or);
        let mixed = match op {
            BinaryOp::Nullish => [inner(left), inner(right)].into_iter().flatten().find(|&op| is_logical(op)),
            _ if is_logical(op) => {
                [inner(left), inner(right)].into_iter().flatten().find(|&op| op == BinaryOp::Nullish).map(|_| op)
            }
            _ => None,
        };
        if let Some(other) = mixed {
            let span = self.span_from(start);
            self.report(Diagnostic::new(Code::MixedNullish, span).text("op", other.text()));
        }
    }

    fn unary(&mut self) -> Parse<Expr<'a>> {
        let token = self.token;
        let op = match token.kind {
            Kind::Not => Some(UnaryOp::Not),
            Kind::Minus => Some(UnaryOp::Minus),
            Kind::Plus => Some(UnaryOp::Plus),
            Kind::Tilde => Some(UnaryOp::BitNot),
            Kind::PlusPlus | Kind::MinusMinus => {
                return self.prefix_update();
            }
            Kind::Word => match self.keyword() {
                Some(Keyword::Await) => return self.await_expression(),
                Some(keyword) => self.word_operator(keyword),
                None => None,
            },
            _ => None,
        };
        match op {
            Some(op) => self.prefixed(op),
            None => self.postfix(),
        }
    }

    #[inline(never)]
    fn prefixed(&mut self, op: UnaryOp) -> Parse<Expr<'a>> {
        let start = self.advance().span.start;
        let expr = self.nested(Weight::Operand, Self::unary)?;
        if op == UnaryOp::Delete && matches!(expr.unwrapped(), Expr::Ident(_)) {
            self.unexpected_at(expr.span());
        }
        Ok(Expr::Unary(self.alloc(Unary { span: self.span_from(start), op, expr })))
    }

    #[inline(never)]
    fn prefix_update(&mut self) -> Parse<Expr<'a>> {
        let token = self.advance();
        let operand = self.nested(Weight::Operand, Self::unary)?;
        let target = self.update_target(operand);
        let is_increment = token.kind == Kind::PlusPlus;
        let span = self.span_from(token.span.start);
        Ok(Expr::Update(self.alloc(Update { span, is_increment, is_prefix: true, target })))
    }

    /// `typeof х`, `навъи х` and the like, where reading the word as a name is impossible.
    #[inline(never)]
    fn word_operator(&mut self, keyword: Keyword) -> Option<UnaryOp> {
        let op = match keyword {
            Keyword::LatinTypeof | Keyword::Typeof => UnaryOp::Typeof,
            Keyword::LatinDelete | Keyword::Delete => UnaryOp::Delete,
            Keyword::LatinVoid => UnaryOp::Void,
            _ => return None,
        };
        let next = self.peek();
        let is_latin = matches!(keyword, Keyword::LatinTypeof | Keyword::LatinDelete | Keyword::LatinVoid);
        let operand_follows = match next.kind {
            Kind::Word => binary_op(&next).is_none() && !next.is(Keyword::As),
            Kind::Number | Kind::BigInt | Kind::String => true,
            Kind::Not | Kind::Tilde | Kind::BraceOpen => is_latin,
            // The Latin words are reserved in JavaScript, so such a name cannot be meant unless the text
            // declares it.
            Kind::ParenOpen | Kind::BracketOpen | Kind::Backtick | Kind::Slash | Kind::SlashEq => {
                is_latin && !self.declares(self.token.name)
            }
            Kind::Plus | Kind::Minus | Kind::PlusPlus | Kind::MinusMinus => is_latin && !self.declares(self.token.name),
            _ => false,
        };
        (operand_follows && (!next.newline_before || is_latin)).then_some(op)
    }

    #[inline(never)]
    fn await_expression(&mut self) -> Parse<Expr<'a>> {
        let keyword = self.advance().span;
        if !self.context.allows_await {
            self.report(Diagnostic::new(Code::AwaitOutsideAsync, keyword));
        }
        let expr = self.nested(Weight::Operand, Self::unary)?;
        Ok(Expr::Await(self.alloc(Await { span: self.span_from(keyword.start), expr })))
    }

    fn postfix(&mut self) -> Parse<Expr<'a>> {
        let start = self.token.span.start;
        let expr = self.left_hand_side()?;
        if !self.token.newline_before && matches!(self.token.kind, Kind::PlusPlus | Kind::MinusMinus) {
            let is_increment = self.advance().kind == Kind::PlusPlus;
            let target = self.update_target(expr);
            let span = self.span_from(start);
            return Ok(Expr::Update(self.alloc(Update { span, is_increment, is_prefix: false, target })));
        }
        Ok(expr)
    }

    fn left_hand_side(&mut self) -> Parse<Expr<'a>> {
        let start = self.token.span.start;
        let operand = self.operand()?;
        self.chain(start, operand, true)
    }

    /// Members, indexes, calls and tagged templates behind `expr`.
    #[inline(never)]
    pub(super) fn chain(&mut self, start: u32, mut expr: Expr<'a>, with_calls: bool) -> Parse<Expr<'a>> {
        loop {
            match self.token.kind {
                Kind::Dot => {
                    self.advance();
                    let property = self.member_name()?;
                    let span = self.span_from(start);
                    expr = Expr::Member(self.alloc(Member { span, object: expr, optional: false, property }));
                }
                Kind::BracketOpen => {
                    expr = self.index_of(start, expr, false)?;
                }
                Kind::QuestionDot if with_calls => expr = self.optional_link(start, expr)?,
                Kind::ParenOpen if with_calls => {
                    expr = self.call(start, expr, &[])?;
                }
                Kind::Backtick => {
                    if has_optional_link(expr) {
                        self.unexpected_at(self.token.span);
                    }
                    expr = self.tagged_template(start, expr, &[])?;
                }
                Kind::Not if with_calls && !self.token.newline_before => {
                    self.advance();
                    expr = Expr::NonNull(self.alloc(NonNull { span: self.span_from(start), expr }));
                }
                Kind::Less if with_calls && !self.token.newline_before => {
                    let Some(type_args) = self.call_type_args(expr) else { return Ok(expr) };
                    expr = match self.token.kind {
                        Kind::Backtick => self.tagged_template(start, expr, type_args)?,
                        _ => self.call(start, expr, type_args)?,
                    };
                }
                _ => return Ok(expr),
            }
        }
    }

    #[inline(never)]
    fn optional_link(&mut self, start: u32, object: Expr<'a>) -> Parse<Expr<'a>> {
        self.advance();
        Ok(match self.token.kind {
            Kind::BracketOpen => self.index_of(start, object, true)?,
            Kind::ParenOpen => {
                let arguments = self.arguments()?;
                let span = self.span_from(start);
                Expr::Call(self.alloc(Call { span, callee: object, optional: true, type_args: &[], arguments }))
            }
            _ => {
                let property = self.member_name()?;
                Expr::Member(self.alloc(Member { span: self.span_from(start), object, optional: true, property }))
            }
        })
    }

    /// `<Навъ>` before a call, found by trying; never after anything but a name or a member.
    #[inline(never)]
    fn call_type_args(&mut self, callee: Expr<'a>) -> Option<&'a [Type<'a>]> {
        if !matches!(callee, Expr::Ident(_) | Expr::Member(_) | Expr::Super(_)) {
            return None;
        }
        let less = self.token.span.start;
        if self.not_type_args.binary_search(&less).is_ok() {
            return None;
        }
        let save = self.save();
        let parsed = self.type_args();
        let behind = matches!(self.token.kind, Kind::ParenOpen | Kind::Backtick);
        match parsed {
            Ok(args) if behind && !self.has_errors_since(&save) => Some(args),
            _ => {
                self.restore(save);
                self.remember_no_type_args(less);
                None
            }
        }
    }

    pub(super) fn remember_no_type_args(&mut self, less: u32) {
        if let Err(index) = self.not_type_args.binary_search(&less) {
            self.not_type_args.insert(index, less);
        }
    }

    #[inline(never)]
    fn index_of(&mut self, start: u32, object: Expr<'a>, optional: bool) -> Parse<Expr<'a>> {
        let opener = self.advance().span;
        let index = self.expression_without_comma()?;
        self.expect_closer(Kind::BracketClose, opener)?;
        Ok(Expr::Index(self.alloc(Index { span: self.span_from(start), object, optional, index })))
    }

    #[inline(never)]
    fn call(&mut self, start: u32, callee: Expr<'a>, type_args: &'a [Type<'a>]) -> Parse<Expr<'a>> {
        let arguments = self.arguments()?;
        let span = self.span_from(start);
        Ok(Expr::Call(self.alloc(Call { span, callee, optional: false, type_args, arguments })))
    }

    #[inline(never)]
    fn tagged_template(&mut self, start: u32, tag: Expr<'a>, type_args: &'a [Type<'a>]) -> Parse<Expr<'a>> {
        let template = self.template(true)?;
        let span = self.span_from(start);
        Ok(Expr::TaggedTemplate(self.alloc(TaggedTemplate { span, tag, type_args, template })))
    }

    pub(super) fn arguments(&mut self) -> Parse<&'a [Argument<'a>]> {
        let opener = self.expect(Kind::ParenOpen, "(")?;
        let mut arguments = Vec::new();
        while !self.at(Kind::ParenClose) {
            arguments.push(if self.at(Kind::DotDotDot) {
                Argument::Spread(self.spread()?)
            } else {
                Argument::Expr(self.expression()?)
            });
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        self.expect_closer(Kind::ParenClose, opener)?;
        Ok(self.slice(arguments))
    }

    pub(super) fn spread(&mut self) -> Parse<&'a Spread<'a>> {
        let start = self.advance().span.start;
        let expr = self.assignment()?;
        Ok(self.alloc(Spread { span: self.span_from(start), expr }))
    }

    #[inline(never)]
    fn member_name(&mut self) -> Parse<crate::ast::Word> {
        if self.at(Kind::Hash) {
            self.private_name();
        }
        if self.at(Kind::Word) {
            return Ok(Self::word(self.advance()));
        }
        self.fail(Diagnostic::new(Code::ExpectedMemberName, self.token.span))
    }

    fn update_target(&mut self, expr: Expr<'a>) -> Expr<'a> {
        match expr.unwrapped() {
            Expr::Ident(_) => {}
            Expr::Member(_) | Expr::Index(_) if !has_optional_link(expr.unwrapped()) => {}
            Expr::Error(_) => {}
            _ => self.report(Diagnostic::new(Code::InvalidAssignmentTarget, expr.span())),
        }
        expr
    }

    fn assignment_target(&mut self, expr: Expr<'a>, is_plain: bool) -> Pattern<'a> {
        match self.expr_to_pattern(expr, is_plain) {
            Ok(pattern) => pattern,
            Err(Abort) => Pattern::Error(expr.span()),
        }
    }
}

/// Whether a `?.` stands in the chain that ends here.
pub(super) fn has_optional_link(expr: Expr<'_>) -> bool {
    let mut expr = expr;
    loop {
        expr = match expr {
            Expr::Member(member) if member.optional => return true,
            Expr::Index(index) if index.optional => return true,
            Expr::Call(call) if call.optional => return true,
            Expr::Member(member) => member.object,
            Expr::Index(index) => index.object,
            Expr::Call(call) => call.callee,
            Expr::NonNull(inner) => inner.expr,
            _ => return false,
        };
    }
}

fn unary_text(op: UnaryOp) -> &'static str {
    match op {
        UnaryOp::Not => "!",
        UnaryOp::Minus => "-",
        UnaryOp::Plus => "+",
        UnaryOp::BitNot => "~",
        UnaryOp::Typeof => "typeof",
        UnaryOp::Delete => "delete",
        UnaryOp::Void => "void",
    }
}

fn binary_op(token: &Token) -> Option<BinaryOp> {
    Some(match token.kind {
        Kind::Plus => BinaryOp::Add,
        Kind::Minus => BinaryOp::Sub,
        Kind::Star => BinaryOp::Mul,
        Kind::StarStar => BinaryOp::Exp,
        Kind::Slash => BinaryOp::Div,
        Kind::Percent => BinaryOp::Rem,
        Kind::Less => BinaryOp::Less,
        Kind::LessEq => BinaryOp::LessEq,
        Kind::Greater => BinaryOp::Greater,
        Kind::GreaterEq => BinaryOp::GreaterEq,
        Kind::Shl => BinaryOp::Shl,
        Kind::Shr => BinaryOp::Shr,
        Kind::ShrUnsigned => BinaryOp::ShrUnsigned,
        Kind::EqEq => BinaryOp::Eq,
        Kind::NotEq => BinaryOp::NotEq,
        Kind::EqEqEq => BinaryOp::StrictEq,
        Kind::NotEqEq => BinaryOp::StrictNotEq,
        Kind::And => BinaryOp::BitAnd,
        Kind::Or => BinaryOp::BitOr,
        Kind::Xor => BinaryOp::BitXor,
        Kind::AndAnd => BinaryOp::And,
        Kind::OrOr => BinaryOp::Or,
        Kind::Nullish => BinaryOp::Nullish,
        Kind::Word => match token.keyword {
            Some(Keyword::LatinIn) => BinaryOp::In,
            Some(Keyword::LatinInstanceof) => BinaryOp::Instanceof,
            _ => return None,
        },
        _ => return None,
    })
}

/// `Some(None)` is plain `=`.
fn assignment_op(kind: Kind) -> Option<Option<BinaryOp>> {
    Some(match kind {
        Kind::Eq => None,
        Kind::PlusEq => Some(BinaryOp::Add),
        Kind::MinusEq => Some(BinaryOp::Sub),
        Kind::StarEq => Some(BinaryOp::Mul),
        Kind::StarStarEq => Some(BinaryOp::Exp),
        Kind::SlashEq => Some(BinaryOp::Div),
        Kind::PercentEq => Some(BinaryOp::Rem),
        Kind::AndEq => Some(BinaryOp::BitAnd),
        Kind::OrEq => Some(BinaryOp::BitOr),
        Kind::XorEq => Some(BinaryOp::BitXor),
        Kind::ShlEq => Some(BinaryOp::Shl),
        Kind::ShrEq => Some(BinaryOp::Shr),
        Kind::ShrUnsignedEq => Some(BinaryOp::ShrUnsigned),
        Kind::AndAndEq => Some(BinaryOp::And),
        Kind::OrOrEq => Some(BinaryOp::Or),
        Kind::NullishEq => Some(BinaryOp::Nullish),
        _ => return None,
    })
}
