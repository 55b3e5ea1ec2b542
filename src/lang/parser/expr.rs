//! Expressions by precedence. Operator and postfix chains are loops; only brackets, prefix operators and
//! right-hand sides recurse, and they count against the nesting limit.

use super::context::Context;
use super::{Abort, Parse, Parser, Weight};
use crate::ast::{
    Argument, As, Assign, Await, Binary, BinaryOp, Call, Conditional, Expr, Index, Member, New, NonNull, Pattern,
    Spread, TaggedTemplate, Type, Unary, UnaryOp, Update,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::keyword::Keyword;
use crate::token::{Kind, Token};

/// What an expression may be. Binary operators follow: those of level n and tighter at `BINARY + n`.
const WITHOUT_COMMA: u8 = 0;
const WHOLE: u8 = 1;
const ASSIGNMENT: u8 = 2;
const BINARY: u8 = 3;
/// The tightest: an operand with its prefix operators and what is chained to it.
const UNARY: u8 = u8::MAX;

impl<'a> Parser<'a> {
    /// A whole expression: what may be a pattern only is wrong here.
    #[inline(always)]
    pub(super) fn expression(&mut self) -> Parse<Expr<'a>> {
        self.expression_of(WHOLE)
    }

    /// An expression where a comma is a mistake.
    #[inline(always)]
    pub(super) fn expression_without_comma(&mut self) -> Parse<Expr<'a>> {
        self.expression_of(WITHOUT_COMMA)
    }

    #[inline(always)]
    pub(super) fn assignment(&mut self) -> Parse<Expr<'a>> {
        self.expression_of(ASSIGNMENT)
    }

    #[inline(always)]
    fn unary(&mut self) -> Parse<Expr<'a>> {
        self.expression_of(UNARY)
    }

    /// Everything between brackets is read here, so that a bracket costs two frames: this one and its own. Nothing
    /// rare may be inlined, and what lives across a call is to be little.
    #[inline(never)]
    fn expression_of(&mut self, level: u8) -> Parse<Expr<'a>> {
        let weight = if level < BINARY { Weight::Whole } else { Weight::Operand };
        self.enter(weight)?;
        let start = self.token.span.start;
        let mark = self.shorthand_defaults.len();
        let starts_arrow = matches!(self.token.kind, Kind::Word | Kind::ParenOpen | Kind::Less);
        let arrow = if starts_arrow && level < BINARY { self.arrow_function(start, false)? } else { None };
        let expr = match arrow {
            Some(arrow) => arrow,
            None => {
                let left = self.operators(start, level)?;
                if level < BINARY { self.conditional_or_assigned(start, left, mark)? } else { left }
            }
        };
        self.leave(weight);
        if level < ASSIGNMENT {
            self.finish(level, mark, expr)?;
        }
        Ok(expr)
    }

    /// Operators of at least `level`; chains of one level are a loop.
    #[inline(always)]
    fn operators(&mut self, start: u32, level: u8) -> Parse<Expr<'a>> {
        let mut left = match self.prefixed()? {
            Some(expr) => expr,
            None => {
                let operand = self.operand()?;
                self.postfix(start, operand)?
            }
        };
        if level == UNARY {
            return Ok(left);
        }
        while let Some(longer) = self.operated(start, left, level.saturating_sub(BINARY))? {
            left = longer;
        }
        Ok(left)
    }

    /// What a whole expression must not be: a pattern with a default, or several with commas between.
    #[inline(never)]
    fn finish(&mut self, level: u8, mark: usize, expr: Expr<'a>) -> Parse<()> {
        if let Some(&span) = self.shorthand_defaults.get(mark) {
            self.report(Diagnostic::new(Code::UnexpectedToken, span).text("found", "="));
            self.shorthand_defaults.truncate(mark);
        }
        if level == WITHOUT_COMMA && self.at(Kind::Comma) {
            self.unsupported("comma-operator", expr.span());
            self.doubtful_comma = self.lexer.diagnostics.len();
            while self.eat(Kind::Comma) {
                self.expression()?;
            }
        }
        Ok(())
    }

    #[inline(always)]
    fn conditional_or_assigned(&mut self, start: u32, left: Expr<'a>, mark: usize) -> Parse<Expr<'a>> {
        let left = if self.at(Kind::Question) { self.conditional_rest(start, left)? } else { left };
        if assignment_op(self.token.kind).is_some() { self.assigned(start, left, mark) } else { Ok(left) }
    }

    /// The assignment to `left`, whose operator is the current token.
    #[inline(never)]
    fn assigned(&mut self, start: u32, left: Expr<'a>, mark: usize) -> Parse<Expr<'a>> {
        let op = assignment_op(self.token.kind).flatten();
        let is_plain = op.is_none();
        if is_plain && matches!(left, Expr::Array(_) | Expr::Object(_)) {
            self.shorthand_defaults.truncate(mark);
        }
        let target = self.assignment_target(left, is_plain);
        self.advance();
        let value = self.assignment()?;
        let span = self.span_from(start);
        Ok(Expr::Assign(self.alloc(Assign { span, op, target, value })))
    }

    #[inline(never)]
    fn conditional_rest(&mut self, start: u32, test: Expr<'a>) -> Parse<Expr<'a>> {
        self.advance();
        let outer = self.context;
        self.context = outer.with(Context::IN_CONSEQUENT);
        let consequent = self.assignment();
        self.context = outer;
        let consequent = consequent?;
        self.expect(Kind::Colon, ":")?;
        let alternate = self.assignment()?;
        let span = self.span_from(start);
        Ok(Expr::Conditional(self.alloc(Conditional { span, test, consequent, alternate })))
    }

    /// `left` and the binary operator of at least `level` behind it, if there is one.
    #[inline(never)]
    fn operated(&mut self, start: u32, left: Expr<'a>, level: u8) -> Parse<Option<Expr<'a>>> {
        if level <= 11 && self.at_word(Keyword::As) {
            return self.asserted(start, left).map(Some);
        }
        let Some(op) = binary_op(&self.token).filter(|op| op.level() >= level) else { return Ok(None) };
        let op_span = self.advance().span;
        let is_power = op == BinaryOp::Exp;
        if is_power {
            self.refuse_unary_before_power(left);
        }
        let right = self.expression_of(BINARY + op.level() + u8::from(!is_power))?;
        self.refuse_mixed_nullish(op, left, right, start);
        Ok(Some(Expr::Binary(self.alloc(Binary { span: self.span_from(start), op, op_span, left, right }))))
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

    /// A prefix operator with its operand, if there is one here.
    #[inline(always)]
    fn prefixed(&mut self) -> Parse<Option<Expr<'a>>> {
        let op = match self.token.kind {
            Kind::Not => UnaryOp::Not,
            Kind::Minus => UnaryOp::Minus,
            Kind::Plus => UnaryOp::Plus,
            Kind::Tilde => UnaryOp::BitNot,
            Kind::PlusPlus | Kind::MinusMinus => return self.prefix_update().map(Some),
            Kind::Word => match self.keyword() {
                Some(Keyword::Await) => return self.await_expression().map(Some),
                Some(keyword) => match self.word_operator(keyword) {
                    Some(op) => op,
                    None => return Ok(None),
                },
                None => return Ok(None),
            },
            _ => return Ok(None),
        };
        self.unary_expression(op).map(Some)
    }

    #[inline(never)]
    fn unary_expression(&mut self, op: UnaryOp) -> Parse<Expr<'a>> {
        let start = self.advance().span.start;
        let expr = self.unary()?;
        if op == UnaryOp::Delete && matches!(expr.unwrapped(), Expr::Ident(_)) {
            self.unexpected_at(expr.span());
        }
        Ok(Expr::Unary(self.alloc(Unary { span: self.span_from(start), op, expr })))
    }

    #[inline(never)]
    fn prefix_update(&mut self) -> Parse<Expr<'a>> {
        let token = *self.advance();
        let operand = self.unary()?;
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
        if !self.context.has(Context::ALLOWS_AWAIT) {
            self.report(Diagnostic::new(Code::AwaitOutsideAsync, keyword));
        }
        let expr = self.unary()?;
        Ok(Expr::Await(self.alloc(Await { span: self.span_from(keyword.start), expr })))
    }

    /// `operand` with all that is chained to it.
    #[inline(always)]
    fn postfix(&mut self, start: u32, operand: Expr<'a>) -> Parse<Expr<'a>> {
        let mut expr = operand;
        loop {
            expr = match self.token.kind {
                Kind::ParenOpen => self.call(&CallHead::plain(start, expr, &[]))?,
                Kind::BracketOpen => self.index_of(start, expr, false)?,
                Kind::Dot | Kind::QuestionDot | Kind::Backtick | Kind::Not | Kind::Less => {
                    match self.link(start, expr, true)? {
                        Some(expr) => expr,
                        None => return Ok(expr),
                    }
                }
                Kind::PlusPlus | Kind::MinusMinus if !self.token.newline_before => {
                    return Ok(self.postfix_update(start, expr));
                }
                _ => return Ok(expr),
            };
        }
    }

    #[inline(never)]
    fn postfix_update(&mut self, start: u32, expr: Expr<'a>) -> Expr<'a> {
        let is_increment = self.advance().kind == Kind::PlusPlus;
        let target = self.update_target(expr);
        let span = self.span_from(start);
        Expr::Update(self.alloc(Update { span, is_increment, is_prefix: false, target }))
    }

    /// Members, indexes, calls and tagged templates behind `expr`.
    pub(super) fn chain(&mut self, start: u32, mut expr: Expr<'a>, with_calls: bool) -> Parse<Expr<'a>> {
        while let Some(longer) = self.link(start, expr, with_calls)? {
            expr = longer;
        }
        Ok(expr)
    }

    #[inline(never)]
    fn link(&mut self, start: u32, expr: Expr<'a>, with_calls: bool) -> Parse<Option<Expr<'a>>> {
        let longer = match self.token.kind {
            Kind::Dot => {
                self.advance();
                let property = self.member_name()?;
                let span = self.span_from(start);
                Expr::Member(self.alloc(Member { span, object: expr, optional: false, property }))
            }
            Kind::BracketOpen => self.index_of(start, expr, false)?,
            Kind::QuestionDot if with_calls => self.optional_link(start, expr)?,
            Kind::ParenOpen if with_calls => self.call(&CallHead::plain(start, expr, &[]))?,
            Kind::Backtick => {
                if has_optional_link(expr) {
                    self.unexpected_at(self.token.span);
                }
                self.tagged_template(start, expr, &[])?
            }
            Kind::Not if with_calls && !self.token.newline_before => {
                self.advance();
                Expr::NonNull(self.alloc(NonNull { span: self.span_from(start), expr }))
            }
            Kind::Less if with_calls && !self.token.newline_before => {
                let Some(type_args) = self.call_type_args(expr) else { return Ok(None) };
                match self.token.kind {
                    Kind::Backtick => self.tagged_template(start, expr, type_args)?,
                    _ => self.call(&CallHead::plain(start, expr, type_args))?,
                }
            }
            _ => return Ok(None),
        };
        Ok(Some(longer))
    }

    #[inline(never)]
    fn optional_link(&mut self, start: u32, object: Expr<'a>) -> Parse<Expr<'a>> {
        self.advance();
        Ok(match self.token.kind {
            Kind::BracketOpen => self.index_of(start, object, true)?,
            Kind::ParenOpen => {
                self.call(&CallHead { kind: CallKind::Optional, ..CallHead::plain(start, object, &[]) })?
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
        let index = self.expression_of(WITHOUT_COMMA)?;
        self.expect_closer(Kind::BracketClose, opener)?;
        Ok(Expr::Index(self.alloc(Index { span: self.span_from(start), object, optional, index })))
    }

    /// A call whose `(` is the current token.
    #[inline(never)]
    pub(super) fn call(&mut self, head: &CallHead<'a>) -> Parse<Expr<'a>> {
        let opener = self.advance().span;
        let mut arguments = self.list();
        while !self.at(Kind::ParenClose) {
            arguments.push(if self.at(Kind::DotDotDot) {
                Argument::Spread(self.spread()?)
            } else {
                Argument::Expr(self.expression_of(WHOLE)?)
            });
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        self.expect_closer(Kind::ParenClose, opener)?;
        let arguments = self.slice(arguments);
        let &CallHead { start, callee, type_args, kind } = head;
        let span = self.span_from(start);
        Ok(match kind {
            CallKind::New => Expr::New(self.alloc(New { span, callee, type_args, arguments: Some(arguments) })),
            _ => {
                let optional = kind == CallKind::Optional;
                Expr::Call(self.alloc(Call { span, callee, optional, type_args, arguments }))
            }
        })
    }

    #[inline(never)]
    fn tagged_template(&mut self, start: u32, tag: Expr<'a>, type_args: &'a [Type<'a>]) -> Parse<Expr<'a>> {
        let template = self.template(true)?;
        let span = self.span_from(start);
        Ok(Expr::TaggedTemplate(self.alloc(TaggedTemplate { span, tag, type_args, template })))
    }

    /// What looks like the arguments of a call but is none: read for its errors alone.
    pub(super) fn arguments(&mut self) -> Parse<()> {
        if !self.at(Kind::ParenOpen) {
            return Err(self.expected("("));
        }
        let nobody = Expr::Error(self.token.span);
        self.call(&CallHead::plain(nobody.span().start, nobody, &[])).map(drop)
    }

    #[inline(never)]
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
            return Ok(Self::word(*self.advance()));
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

/// What stands in front of the arguments.
pub(super) struct CallHead<'a> {
    pub(super) start: u32,
    pub(super) callee: Expr<'a>,
    pub(super) type_args: &'a [Type<'a>],
    pub(super) kind: CallKind,
}

impl<'a> CallHead<'a> {
    fn plain(start: u32, callee: Expr<'a>, type_args: &'a [Type<'a>]) -> CallHead<'a> {
        CallHead { start, callee, type_args, kind: CallKind::Plain }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum CallKind {
    Plain,
    /// `?.(`
    Optional,
    /// `нав`
    New,
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
