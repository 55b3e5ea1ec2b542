//! Moving over tokens: advancing, looking ahead, coming back, and asking what the token is.

use super::{Abort, NESTING_MAX, Parse, Parser, Scan, Scanned, WEIGHT_MAX, Weight};
use crate::ast::{Ident, IdentId, Word};
use crate::diagnostic::{Code, Diagnostic};
use crate::keyword::{Class, Keyword};
use crate::lexer::Checkpoint;
use crate::name::Name;
use crate::source::Span;
use crate::token::{Kind, Token};

/// Everything that a trial has to put back.
pub(super) struct Save {
    lexer: Checkpoint,
    token: Token,
    previous: Token,
    idents: u32,
    depth: u32,
    brackets: usize,
    last_error: Option<u32>,
    shorthand_defaults: usize,
}

impl<'a> Parser<'a> {
    /// Gives the token that was passed: most ask for its place alone.
    pub(super) fn advance(&mut self) -> &Token {
        match self.token.kind {
            kind @ (Kind::ParenOpen | Kind::BraceOpen | Kind::BracketOpen) => self.brackets.push(kind),
            kind @ (Kind::ParenClose | Kind::BraceClose | Kind::BracketClose) => self.close_bracket(kind),
            _ => {}
        }
        self.previous = self.token;
        self.token = self.lexer.next_token();
        &self.previous
    }

    /// Takes a closer off the stack if its opener is the innermost one.
    pub(super) fn close_bracket(&mut self, closer: Kind) {
        if self.brackets.last().copied() == opener_of(closer) {
            self.brackets.pop();
        }
    }

    pub(super) fn peek(&mut self) -> Token {
        let checkpoint = self.lexer.checkpoint();
        let token = self.lexer.next_token();
        self.lexer.rewind(checkpoint);
        token
    }

    /// The next token and the one behind it.
    pub(super) fn peek_two(&mut self) -> (Token, Token) {
        let checkpoint = self.lexer.checkpoint();
        let first = self.lexer.next_token();
        let second = self.lexer.next_token();
        self.lexer.rewind(checkpoint);
        (first, second)
    }

    pub(super) fn save(&self) -> Save {
        Save {
            lexer: self.lexer.checkpoint(),
            token: self.token,
            previous: self.previous,
            idents: self.idents,
            depth: self.depth,
            brackets: self.brackets.len(),
            last_error: self.last_error,
            shorthand_defaults: self.shorthand_defaults.len(),
        }
    }

    pub(super) fn restore(&mut self, save: Save) {
        self.lexer.rewind(save.lexer);
        self.token = save.token;
        self.previous = save.previous;
        self.idents = save.idents;
        self.depth = save.depth;
        self.brackets.truncate(save.brackets);
        self.last_error = save.last_error;
        self.shorthand_defaults.truncate(save.shorthand_defaults);
    }

    /// Whether anything was reported since `save`.
    pub(super) fn has_errors_since(&self, save: &Save) -> bool {
        self.lexer.errors_since(save.lexer)
    }

    pub(super) fn at(&self, kind: Kind) -> bool {
        self.token.kind == kind
    }

    pub(super) fn eat(&mut self, kind: Kind) -> bool {
        let found = self.at(kind);
        if found {
            self.advance();
        }
        found
    }

    /// The keyword that the token is here, where a name would also be possible.
    pub(super) fn keyword(&mut self) -> Option<Keyword> {
        let keyword = self.token.keyword?;
        if self.token.is_mixed_case && self.declares(self.token.name) {
            return None;
        }
        Some(keyword)
    }

    pub(super) fn at_word(&mut self, keyword: Keyword) -> bool {
        self.token.keyword == Some(keyword) && self.keyword().is_some()
    }

    pub(super) fn eat_word(&mut self, keyword: Keyword) -> bool {
        let found = self.at_word(keyword);
        if found {
            self.advance();
        }
        found
    }

    /// Whether the token can be the name of a binding.
    pub(super) fn at_binding_name(&self) -> bool {
        is_binding_name(&self.token)
    }

    pub(super) fn ident(&mut self, token: Token) -> Ident {
        let id = IdentId(self.idents);
        self.idents += 1;
        Ident { name: token.name, span: token.span, id }
    }

    pub(super) fn word(token: Token) -> Word {
        Word { name: token.name, span: token.span }
    }

    /// From `start` to the end of the token read last.
    pub(super) fn span_from(&self, start: u32) -> Span {
        Span::new(start, self.previous.span.end.max(start))
    }

    pub(super) fn text(&self, span: Span) -> &'a str {
        span.text(self.lexer.source)
    }

    /// Runs `parse` one level deeper. Afterwards the level is what it was, whatever `parse` left open.
    pub(super) fn nested<T>(&mut self, weight: Weight, parse: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<T> {
        let outer = self.depth;
        self.enter(weight)?;
        let result = parse(self);
        self.depth = outer;
        result
    }

    /// One level deeper, up to `leave`. Only for what aborts through a `nested` or back to a `Save`.
    #[inline(never)]
    pub(super) fn enter(&mut self, weight: Weight) -> Parse<()> {
        self.depth += weight as u32;
        if self.depth > WEIGHT_MAX {
            return Err(self.too_deep());
        }
        Ok(())
    }

    pub(super) fn leave(&mut self, weight: Weight) {
        self.depth = self.depth.saturating_sub(weight as u32);
    }

    #[inline(never)]
    fn too_deep(&mut self) -> Abort {
        if !self.is_halted {
            let limit = { const { nesting_text() } };
            let diagnostic = Diagnostic::new(Code::NestingTooDeep, self.token.span).text("limit", limit);
            self.lexer.diagnostics.push(diagnostic);
            self.is_halted = true;
        }
        self.lexer.continue_at(u32::MAX);
        self.token = self.lexer.next_token();
        Abort
    }

    /// Whether the text declares this word as a name: a keyword in mixed case, or a Latin operator.
    pub(super) fn declares(&mut self, name: Name) -> bool {
        if self.declared.is_none() {
            let names = self.find_declared();
            self.declared = Some(names);
        }
        self.declared.as_ref().is_some_and(|names| names.contains(&name))
    }

    /// One pass over all tokens for keyword look-alikes in places where only a name can stand.
    fn find_declared(&mut self) -> Vec<Name> {
        let checkpoint = self.lexer.checkpoint();
        self.lexer.continue_at(0);
        let mut found: Vec<Name> = Vec::new();
        let mut scan = Scan::new(&mut self.lexer);
        let mut before: Option<Token> = None;
        // Words since the last `(` that stands open: parameters if an arrow follows its `)`.
        let mut parameters: Vec<Name> = Vec::new();
        // How many brackets of a parameter or destructuring list are open.
        let mut list = 0u32;
        // All open brackets, and how many of them stand around each variable declaration under way.
        let (mut depth, mut declarations) = (0u32, Vec::<u32>::new());
        while let Some(scanned) = scan.next() {
            let Scanned::Token(token) = scanned else {
                before = None;
                continue;
            };
            let follows = |keywords: &[Keyword]| {
                before.is_some_and(|t| t.keyword.is_some_and(|k| keywords.contains(&k)) && !t.is_mixed_case)
            };
            let before_kind = before.map(|t| t.kind);
            let next_declarator = before_kind == Some(Kind::Comma) && declarations.last() == Some(&depth);
            match token.kind {
                Kind::ParenOpen | Kind::BraceOpen | Kind::BracketOpen => depth += 1,
                Kind::ParenClose | Kind::BraceClose | Kind::BracketClose => {
                    depth = depth.saturating_sub(1);
                    while declarations.last().is_some_and(|around| *around > depth) {
                        declarations.pop();
                    }
                }
                Kind::Semicolon if declarations.last() == Some(&depth) => drop(declarations.pop()),
                Kind::Word if matches!(token.keyword, Some(Keyword::Let | Keyword::Const)) => declarations.push(depth),
                _ => {}
            }
            match before {
                Some(close) if token.kind == Kind::Arrow && close.kind == Kind::ParenClose => {
                    found.append(&mut parameters);
                }
                Some(word) if token.kind == Kind::Arrow && is_word_to_find(&word) => found.push(word.name),
                _ => {}
            }
            if token.kind == Kind::ParenOpen || before_kind == Some(Kind::ParenClose) {
                parameters.clear();
            }
            match token.kind {
                Kind::ParenOpen | Kind::BraceOpen | Kind::BracketOpen if list > 0 => list += 1,
                Kind::ParenClose | Kind::BraceClose | Kind::BracketClose => list = list.saturating_sub(1),
                Kind::BraceOpen | Kind::BracketOpen
                    if next_declarator
                        || follows(&[Keyword::Let, Keyword::Const, Keyword::Import, Keyword::Export]) =>
                {
                    list = 1;
                }
                Kind::ParenOpen if follows(&[Keyword::Function, Keyword::Constructor, Keyword::Catch]) => list = 1,
                Kind::Word if is_word_to_find(&token) => {
                    let is_first = before.is_some_and(|t| {
                        matches!(
                            t.kind,
                            Kind::ParenOpen
                                | Kind::BraceOpen
                                | Kind::BracketOpen
                                | Kind::Comma
                                | Kind::DotDotDot
                                | Kind::Colon
                        )
                    });
                    if list > 0 && is_first || next_declarator || follows(DECLARING) {
                        found.push(token.name);
                    } else if is_first {
                        parameters.push(token.name);
                    }
                }
                _ => {}
            }
            let named_function = token.kind == Kind::Word && follows(&[Keyword::Function]);
            // `функсия ном (`: the bracket still opens a parameter list.
            if !named_function {
                before = Some(token);
            }
        }
        self.lexer.rewind(checkpoint);
        found
    }
}

const DECLARING: &[Keyword] = &[
    Keyword::Let,
    Keyword::Const,
    Keyword::Function,
    Keyword::Class,
    Keyword::Interface,
    Keyword::TypeWord,
    Keyword::Namespace,
    Keyword::Extends,
    Keyword::Implements,
    Keyword::As,
    Keyword::Import,
];

pub(super) fn is_binding_name(token: &Token) -> bool {
    token.kind == Kind::Word
        && match token.keyword {
            None => true,
            Some(Keyword::Super) => false,
            Some(keyword) => keyword.class() != Class::Reserved || token.is_mixed_case,
        }
}

/// A keyword in mixed case, or a Latin operator: what the text may declare as a name of its own.
fn is_word_to_find(token: &Token) -> bool {
    let is_latin = matches!(token.keyword, Some(Keyword::LatinTypeof | Keyword::LatinDelete | Keyword::LatinVoid));
    token.is_mixed_case || is_latin
}

pub(super) fn opener_of(closer: Kind) -> Option<Kind> {
    match closer {
        Kind::ParenClose => Some(Kind::ParenOpen),
        Kind::BraceClose => Some(Kind::BraceOpen),
        Kind::BracketClose => Some(Kind::BracketOpen),
        _ => None,
    }
}

const fn nesting_text() -> &'static str {
    const { assert!(NESTING_MAX == 1000) };
    "1000"
}
