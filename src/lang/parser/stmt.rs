//! Statements and simple declarations, and the loop over them that recovers from errors.

use super::context::Context;
use super::{Parse, Parser, Weight};
use crate::ast::{
    Block, Case, Catch, Declarator, Expr, ExprStmt, If, Return, Stmt, Switch, Throw, Try, TypeAlias, VarDecl, While,
};
use crate::diagnostic::look_alike;
use crate::diagnostic::{Code, Diagnostic};
use crate::keyword::{Class, Keyword};
use crate::source::Span;
use crate::token::Kind;

impl<'a> Parser<'a> {
    /// Statements up to a closing brace, a case of a switch, or the end of the text.
    pub(super) fn statements_into(&mut self, body: &mut super::List<'a, Stmt<'a>>) {
        let base = self.brackets.len();
        let mark = self.shorthand_defaults.len();
        while !matches!(self.token.kind, Kind::BraceClose | Kind::End) && !self.at_case() {
            let start = self.token.span.start;
            let before = (self.previous, self.token, self.lexer.diagnostics.len());
            match self.nested(Weight::Statement, Self::statement) {
                Ok(stmt) => body.push(stmt),
                Err(_) => {
                    self.shorthand_defaults.truncate(mark);
                    if self.leaves_block(before, base) {
                        break;
                    }
                    if self.token.span.start == start && self.brackets.len() == base && !self.at(Kind::BraceClose) {
                        if self.at(Kind::Backtick) {
                            self.skip_template();
                        } else {
                            self.advance();
                        }
                    }
                    self.synchronise(base);
                    body.push(Stmt::Error(self.span_from(start)));
                }
            }
        }
    }

    #[inline(never)]
    fn statement(&mut self) -> Parse<Stmt<'a>> {
        let start = self.token.span.start;
        match self.token.kind {
            Kind::BraceOpen => return self.block_statement(),
            Kind::Semicolon => return Ok(Stmt::Empty(self.advance().span)),
            Kind::At => {
                self.decorator()?;
                return self.nested(Weight::Statement, Self::statement);
            }
            Kind::Word => {}
            _ => return self.expression_statement(),
        }
        let Some(keyword) = self.keyword() else { return self.word_statement() };
        match keyword {
            Keyword::Let | Keyword::Const => {
                let declaration = self.var_decl()?;
                self.semicolon()?;
                Ok(Stmt::Var(declaration))
            }
            Keyword::Function => Ok(Stmt::Function(self.function_declaration(start, false, false)?)),
            Keyword::Async if self.peek().is(Keyword::Function) => {
                self.advance();
                Ok(Stmt::Function(self.function_declaration(start, true, false)?))
            }
            Keyword::Class => Ok(Stmt::Class(self.class_declaration(start, false, false)?)),
            Keyword::Abstract | Keyword::AbstractDocumented if self.peek().is(Keyword::Class) => {
                if keyword == Keyword::AbstractDocumented {
                    self.documented_spelling("мавҳум");
                }
                self.advance();
                Ok(Stmt::Class(self.class_declaration(start, true, false)?))
            }
            Keyword::If => self.if_statement(),
            Keyword::While if self.peek().kind == Kind::ParenOpen => self.while_statement(),
            Keyword::For => self.for_statement(),
            Keyword::Return => self.return_statement(),
            Keyword::Break => self.jump(
                Code::BreakOutsideLoop,
                self.context.has(Context::IN_LOOP) || self.context.has(Context::IN_SWITCH),
            ),
            Keyword::Continue => self.jump(Code::ContinueOutsideLoop, self.context.has(Context::IN_LOOP)),
            Keyword::Switch => self.nested(Weight::Operand, Self::switch_statement),
            Keyword::Try => self.nested(Weight::Operand, Self::try_statement),
            Keyword::Throw => self.throw_statement(),
            Keyword::Import if self.peek().kind != Kind::ParenOpen => self.import_statement(),
            Keyword::Export => self.export_statement(),
            Keyword::Interface => Ok(Stmt::Interface(self.interface()?)),
            Keyword::TypeWord if self.at_type_alias() => Ok(Stmt::TypeAlias(self.type_alias()?)),
            Keyword::Namespace if self.at_namespace() => Ok(Stmt::Namespace(self.namespace()?)),
            Keyword::LatinEnum | Keyword::LatinDo | Keyword::With | Keyword::LatinYield => {
                self.foreign_statement(keyword)
            }
            Keyword::Else | Keyword::Finally | Keyword::Default | Keyword::As => Err(self.unexpected()),
            _ => self.word_statement(),
        }
    }

    #[inline(never)]
    fn block_statement(&mut self) -> Parse<Stmt<'a>> {
        let block = self.block()?;
        Ok(Stmt::Block(self.alloc(block)))
    }

    /// An expression that begins with a name, or a label.
    #[inline(never)]
    fn word_statement(&mut self) -> Parse<Stmt<'a>> {
        if self.lexer.may_begin_with(b':') && self.peek().kind == Kind::Colon && self.at_binding_name() {
            self.unsupported("label", self.token.span);
            self.advance();
            self.advance();
            return self.nested(Weight::Statement, Self::statement);
        }
        if self.at_word(Keyword::Catch) && self.peek().kind == Kind::BraceOpen {
            return Err(self.unexpected());
        }
        self.expression_statement()
    }

    #[inline(never)]
    fn expression_statement(&mut self) -> Parse<Stmt<'a>> {
        let start = self.token.span.start;
        let expr = self.expression_without_comma()?;
        if let Some(misspelled) = self.misspelled(expr) {
            return self.fail(misspelled);
        }
        self.semicolon()?;
        Ok(Stmt::Expr(self.alloc(ExprStmt { span: self.span_from(start), expr })))
    }

    /// `содор тағ ...` or `мувофиқи (...) {`: a statement that began with a keyword, were it spelled so.
    fn misspelled(&self, expr: Expr<'a>) -> Option<Diagnostic> {
        if self.token.newline_before {
            return None;
        }
        let word = match (expr, self.token.kind) {
            (Expr::Ident(ident), Kind::Word | Kind::BraceOpen | Kind::String | Kind::Number) => ident.span,
            (Expr::Call(call), Kind::BraceOpen) => match call.callee {
                Expr::Ident(ident) => ident.span,
                _ => return None,
            },
            _ => return None,
        };
        let text = self.text(word);
        let usual = usual_spelling(text).or_else(|| look_alike_keyword(text))?;
        let diagnostic = Diagnostic::new(Code::MisspelledKeyword, word);
        Some(diagnostic.text("word", text).text("suggestion", usual).fix(word, usual))
    }

    /// Constructs of JavaScript that the language leaves out for good.
    #[inline(never)]
    fn foreign_statement(&mut self, keyword: Keyword) -> Parse<Stmt<'a>> {
        let (first, second) = self.peek_two();
        let feature = match keyword {
            Keyword::LatinEnum if first.kind == Kind::Word && second.kind == Kind::BraceOpen => "enum",
            Keyword::LatinDo if first.kind == Kind::BraceOpen => "do-while",
            Keyword::With if first.kind == Kind::ParenOpen && self.block_follows_parens() => "with",
            Keyword::LatinYield if first.kind == Kind::Word && !first.newline_before => "generator",
            _ => return self.word_statement(),
        };
        let start = self.token.span.start;
        self.unsupported(feature, self.token.span);
        self.advance();
        if feature == "enum" {
            self.advance();
        } else if feature == "with" {
            self.arguments()?;
        } else if feature == "generator" {
            self.expression()?;
            self.semicolon()?;
            return Ok(Stmt::Error(self.span_from(start)));
        }
        if feature == "do-while" {
            let outer = self.context;
            self.context = outer.in_loop();
            let body = self.block();
            self.context = outer;
            body?;
            // `while (...)` reads as a call.
            if self.at(Kind::Word) && self.peek().kind == Kind::ParenOpen {
                self.advance();
                self.arguments()?;
                self.eat(Kind::Semicolon);
            }
        } else if feature == "enum" {
            let base = self.brackets.len();
            self.advance();
            while self.brackets.len() > base && !self.at(Kind::End) {
                self.advance();
            }
        } else {
            self.block()?;
        }
        Ok(Stmt::Error(self.span_from(start)))
    }

    fn block_follows_parens(&mut self) -> bool {
        let save = self.save();
        self.advance();
        let is_block = self.arguments().is_ok() && self.at(Kind::BraceOpen);
        self.restore(save);
        is_block
    }

    #[inline(never)]
    pub(super) fn var_decl(&mut self) -> Parse<&'a VarDecl<'a>> {
        let start = self.token.span.start;
        let is_const = self.advance().is(Keyword::Const);
        let first = self.declarator(is_const)?;
        self.more_declarators(start, is_const, first)
    }

    #[inline(never)]
    pub(super) fn more_declarators(
        &mut self,
        start: u32,
        is_const: bool,
        first: Declarator<'a>,
    ) -> Parse<&'a VarDecl<'a>> {
        let mut declarators = self.list();
        declarators.push(first);
        while self.eat(Kind::Comma) {
            declarators.push(self.declarator(is_const)?);
        }
        let declarators = self.slice(declarators);
        Ok(self.alloc(VarDecl { span: self.span_from(start), is_const, declarators }))
    }

    #[inline(never)]
    fn declarator(&mut self, is_const: bool) -> Parse<Declarator<'a>> {
        let start = self.token.span.start;
        let pattern = self.binding_target("variable")?;
        let ty = if self.eat(Kind::Colon) { Some(self.parse_type()?) } else { None };
        self.declarator_rest(start, is_const, pattern, ty)
    }

    #[inline(never)]
    pub(super) fn declarator_rest(
        &mut self,
        start: u32,
        is_const: bool,
        pattern: crate::ast::Pattern<'a>,
        ty: Option<crate::ast::Type<'a>>,
    ) -> Parse<Declarator<'a>> {
        let init = if self.eat(Kind::Eq) { Some(self.expression()?) } else { None };
        // On the same line the value is there, and only the sign is missing.
        let has_more = !self.token.newline_before
            && !matches!(
                self.token.kind,
                Kind::Semicolon | Kind::Comma | Kind::BraceClose | Kind::ParenClose | Kind::End
            );
        if init.is_none() && is_const && has_more {
            return Err(self.expected("="));
        }
        // In a pattern that is wrong itself it may only have been swallowed.
        let is_whole = self.last_error.is_none_or(|at| at < pattern.span().start);
        if init.is_none() && is_whole && (is_const || !matches!(pattern, crate::ast::Pattern::Ident(_))) {
            let name = self.text(pattern.span());
            self.report(Diagnostic::new(Code::ConstWithoutValue, pattern.span()).text("name", name));
        }
        Ok(Declarator { span: self.span_from(start), pattern, ty, init })
    }

    /// `агар ... вагарна агар ...` is a loop, so that a long ladder costs no depth.
    #[inline(never)]
    fn if_statement(&mut self) -> Parse<Stmt<'a>> {
        let mut branches = Vec::new();
        let mut otherwise = None;
        loop {
            let start = self.advance().span.start;
            let opener = self.expect(Kind::ParenOpen, "(")?;
            let test = self.expression_without_comma()?;
            self.expect_closer(Kind::ParenClose, opener)?;
            let consequent = self.body(self.context.nested())?;
            branches.push((start, test, consequent));
            if self.at(Kind::Word) && self.token.is(Keyword::ElseIfDocumented) && self.peek().kind == Kind::ParenOpen {
                self.documented_spelling("вагарна агар");
                continue;
            }
            if !self.eat_word(Keyword::Else) {
                break;
            }
            if !self.at_word(Keyword::If) {
                otherwise = Some(self.body(self.context.nested())?);
                break;
            }
        }
        let end = self.previous.span.end;
        while let Some((start, test, consequent)) = branches.pop() {
            let node = If { span: Span::new(start, end), test, consequent, alternate: otherwise };
            otherwise = Some(Stmt::If(self.alloc(node)));
        }
        otherwise.ok_or(super::Abort)
    }

    /// The single statement that is the body of another.
    #[inline(never)]
    pub(super) fn body(&mut self, context: Context) -> Parse<Stmt<'a>> {
        let outer = std::mem::replace(&mut self.context, context);
        let result = self.nested(Weight::Statement, Self::statement);
        self.context = outer;
        result
    }

    #[inline(never)]
    fn while_statement(&mut self) -> Parse<Stmt<'a>> {
        let start = self.advance().span.start;
        let opener = self.expect(Kind::ParenOpen, "(")?;
        let test = self.expression_without_comma()?;
        self.expect_closer(Kind::ParenClose, opener)?;
        let body = self.body(self.context.in_loop())?;
        Ok(Stmt::While(self.alloc(While { span: self.span_from(start), test, body })))
    }

    #[inline(never)]
    fn return_statement(&mut self) -> Parse<Stmt<'a>> {
        let keyword = self.advance().span;
        if !self.context.has(Context::IN_FUNCTION) {
            self.report(Diagnostic::new(Code::ReturnOutsideFunction, keyword));
        }
        let ends =
            self.token.newline_before || matches!(self.token.kind, Kind::Semicolon | Kind::BraceClose | Kind::End);
        let expr = if ends { None } else { Some(self.expression_without_comma()?) };
        self.semicolon()?;
        Ok(Stmt::Return(self.alloc(Return { span: self.span_from(keyword.start), expr })))
    }

    #[inline(never)]
    fn throw_statement(&mut self) -> Parse<Stmt<'a>> {
        let start = self.advance().span.start;
        if self.token.newline_before {
            return Err(self.expected_expression());
        }
        let expr = self.expression_without_comma()?;
        self.semicolon()?;
        Ok(Stmt::Throw(self.alloc(Throw { span: self.span_from(start), expr })))
    }

    /// `шикастан` and `давом`.
    #[inline(never)]
    fn jump(&mut self, code: Code, is_allowed: bool) -> Parse<Stmt<'a>> {
        let span = self.advance().span;
        if !is_allowed {
            self.report(Diagnostic::new(code, span));
        }
        self.semicolon()?;
        Ok(if code == Code::BreakOutsideLoop { Stmt::Break(span) } else { Stmt::Continue(span) })
    }

    #[inline(never)]
    fn switch_statement(&mut self) -> Parse<Stmt<'a>> {
        let start = self.advance().span.start;
        let opener = self.expect(Kind::ParenOpen, "(")?;
        let discriminant = self.expression_without_comma()?;
        self.expect_closer(Kind::ParenClose, opener)?;
        let brace = self.open_brace()?;
        let outer = self.context;
        self.context = outer.in_switch();
        let cases = self.cases();
        self.context = outer;
        let cases = cases?;
        self.expect_closer(Kind::BraceClose, brace)?;
        Ok(Stmt::Switch(self.alloc(Switch { span: self.span_from(start), discriminant, cases })))
    }

    #[inline(never)]
    fn cases(&mut self) -> Parse<&'a [Case<'a>]> {
        let mut cases = self.list();
        let mut has_default: Option<Span> = None;
        while !matches!(self.token.kind, Kind::BraceClose | Kind::End) && !self.at_forgotten_brace() {
            if !self.at_case() {
                let diagnostic = self.found(Code::ExpectedCase);
                self.report(diagnostic);
                let quiet = self.lexer.diagnostics.len();
                let mut skipped = self.list();
                let base = self.brackets.len();
                self.statements_into(&mut skipped);
                self.lexer.diagnostics.truncate(quiet);
                if skipped.is_empty() {
                    self.advance();
                    self.synchronise(base);
                }
                continue;
            }
            let token = self.token;
            if token.is(Keyword::CaseDocumented) {
                self.documented_spelling("ҳолат");
            }
            self.advance();
            let test = if token.is(Keyword::Default) {
                if let Some(first) = has_default {
                    self.report(Diagnostic::new(Code::MultipleDefault, token.span).related_as("first", first));
                }
                has_default.get_or_insert(token.span);
                None
            } else {
                Some(self.expression_without_comma()?)
            };
            self.expect(Kind::Colon, ":")?;
            let mut body = self.list();
            self.statements_into(&mut body);
            let body = self.slice(body);
            cases.push(Case { span: self.span_from(token.span.start), test, body });
        }
        Ok(self.slice(cases))
    }

    /// Whether a case of the innermost switch starts here.
    fn at_case(&mut self) -> bool {
        if !self.context.has(Context::IN_CASES) || self.token.kind != Kind::Word {
            return false;
        }
        match self.keyword() {
            Some(Keyword::Default) => true,
            Some(Keyword::Case) => {
                let (first, second) = self.peek_two();
                match first.kind {
                    Kind::Dot | Kind::QuestionDot | Kind::Semicolon => false,
                    Kind::PlusPlus | Kind::MinusMinus => second.kind != Kind::Semicolon,
                    kind => !is_assignment(kind),
                }
            }
            Some(Keyword::CaseDocumented) => {
                let next = self.peek();
                !next.newline_before
                    && matches!(next.kind, Kind::Number | Kind::String | Kind::Word | Kind::Backtick | Kind::BigInt)
            }
            _ => false,
        }
    }

    #[inline(never)]
    fn try_statement(&mut self) -> Parse<Stmt<'a>> {
        let keyword = self.advance().span;
        let block = self.block()?;
        let handler = if self.at_word(Keyword::Catch) { Some(self.catch()?) } else { None };
        let finalizer = if self.eat_word(Keyword::Finally) { Some(self.block()?) } else { None };
        if handler.is_none() && finalizer.is_none() {
            let place = self.token.span;
            self.report(Diagnostic::new(Code::TryWithoutHandler, place).related_as("start", keyword));
        }
        Ok(Stmt::Try(self.alloc(Try { span: self.span_from(keyword.start), block, handler, finalizer })))
    }

    #[inline(never)]
    fn catch(&mut self) -> Parse<Catch<'a>> {
        let start = self.advance().span.start;
        let mut param = None;
        let mut ty = None;
        if self.at(Kind::ParenOpen) {
            let opener = self.advance().span;
            if !self.at(Kind::ParenClose) {
                param = Some(self.binding_target("variable")?);
                if self.eat(Kind::Colon) {
                    ty = Some(self.parse_type()?);
                }
            }
            self.expect_closer(Kind::ParenClose, opener)?;
        }
        let body: Block<'a> = self.block()?;
        Ok(Catch { span: self.span_from(start), param, ty, body })
    }

    fn at_type_alias(&mut self) -> bool {
        let (first, second) = self.peek_two();
        first.kind == Kind::Word && matches!(second.kind, Kind::Eq | Kind::Less)
    }

    #[inline(never)]
    pub(super) fn type_alias(&mut self) -> Parse<&'a TypeAlias<'a>> {
        let start = self.advance().span.start;
        let name = self.type_name("type")?;
        let type_params = if self.at(Kind::Less) { self.type_params()? } else { &[] };
        self.expect(Kind::Eq, "=")?;
        let ty = self.parse_type()?;
        self.semicolon()?;
        Ok(self.alloc(TypeAlias { span: self.span_from(start), name, type_params, ty }))
    }
}

fn is_assignment(kind: Kind) -> bool {
    use Kind::*;
    matches!(
        kind,
        Eq | PlusEq
            | MinusEq
            | StarEq
            | StarStarEq
            | SlashEq
            | PercentEq
            | AndEq
            | OrEq
            | XorEq
            | ShlEq
            | ShrEq
            | ShrUnsignedEq
            | AndAndEq
            | OrOrEq
            | NullishEq
    )
}

/// The reserved word that differs from `word` in letters that only look the same.
fn look_alike_keyword(word: &str) -> Option<&'static str> {
    let mut reserved = Keyword::TABLE.iter().filter(|(_, keyword)| keyword.class() == Class::Reserved);
    reserved.find(|(text, _)| look_alike(word, text)).map(|(text, _)| *text)
}

/// Words that older guides teach and that are no words of the language.
fn usual_spelling(word: &str) -> Option<&'static str> {
    Some(match word {
        "содор" => "содир",
        "мувофиқи" => "интихоб",
        "анҷом" => "то",
        "абстрактӣ" | "мухтасар" => "мавҳум",
        "нави" => "нав",
        "вақте" | "ҳолати" => "ҳолат",
        _ => return None,
    })
}
