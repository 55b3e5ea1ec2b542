//! Tokens to tree, with recovery: one diagnostic per cause, all of a text's errors in one pass.
//! Never resolves a name, never panics, never loops without consuming, and bounds its own recursion
//! (and so that of everybody who walks the tree).

mod arrow;
mod class;
mod context;
mod cursor;
mod expr;
mod function;
mod literal;
mod loops;
mod module;
mod object;
mod operand;
mod pattern;
mod recovery;
mod regex;
mod scan;
mod stmt;
mod type_member;
mod types;

use bumpalo::Bump;
use bumpalo::collections::Vec as List;

use crate::ast::{Program, Stmt};
use crate::diagnostic::Diagnostic;
use crate::lexer::Lexer;
use crate::name::{Name, Names};
use crate::source::Span;
use crate::token::{Kind, Token};
use context::Context;
pub(crate) use scan::{Scan, Scanned};

/// How deep things may nest, as the message tells it: so many brackets of one kind are read in expressions.
pub const NESTING_MAX: u32 = 1000;

/// What one level weighs: bytes of the engine's stack, as measured in the component (tests/package/depth.test.mjs
/// has the kinds) in optimised code, whose frames are the larger ones; for reading, or for looking up names or for
/// printing where those take more.
#[derive(Clone, Copy)]
enum Weight {
    /// A prefix operator, or the right side of an operator; what `нав`, a switch and a template take beyond a level.
    Operand = 300,
    /// What a function takes beyond the expression or statement that it is, and beyond its body.
    Function = 350,
    /// A statement, or a member of a class or type.
    Statement = 450,
    /// A whole expression or pattern.
    Whole = 400,
    Type = 1000,
}

/// A little more than the levels told, for what surrounds them. This is 0.4 of the 984 KB that V8 gives to a page, to
/// Node and to workerd, and 0.8 of what Chromium leaves to a worker of a page.
const WEIGHT_MAX: u32 = (NESTING_MAX + 24) * Weight::Whole as u32;

pub struct Parsed<'a> {
    pub program: Program<'a>,
    pub names: Names<'a>,
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a whole text. What could not be read stands in the tree as `Error` nodes, with diagnostics.
pub fn parse<'a>(arena: &'a Bump, source: &'a str) -> Parsed<'a> {
    // Offsets are 32 bits wide; longer texts are refused by the limits long before.
    let source = source.get(..u32::MAX as usize / 2).unwrap_or(source);
    let mut parser = Parser::new(arena, source);
    let body = parser.program();
    let program = Program { body, span: Span::new(0, source.len() as u32), ident_count: parser.idents };
    Parsed { program, names: parser.lexer.names, diagnostics: parser.lexer.diagnostics }
}

/// The construct cannot be read further; the diagnostic exists already.
pub(crate) struct Abort;

type Parse<T> = Result<T, Abort>;

struct Parser<'a> {
    arena: &'a Bump,
    lexer: Lexer<'a>,
    /// The token to be read next.
    token: Token,
    /// The token read last.
    previous: Token,
    idents: u32,
    /// The weight of all levels that are open.
    depth: u32,
    context: Context,
    /// Brackets that are open now.
    brackets: Vec<Kind>,
    /// Where the last error stands: a second one at the same token is its consequence.
    last_error: Option<u32>,
    /// Too deep: nothing more is read or reported.
    is_halted: bool,
    /// Mixed-case spellings of keywords that this text declares as names, once somebody asked.
    declared: Option<Vec<Name>>,
    /// Which `(` start an arrow function, in order of position.
    arrows: Vec<arrow::Opening>,
    /// Positions of `<` that are known not to start type arguments.
    not_type_args: Vec<u32>,
    /// The `=` of every `{а = 1}` that is wrong unless the literal becomes a pattern.
    shorthand_defaults: Vec<Span>,
    /// How many diagnostics there were when a comma was last reported as an operator.
    doubtful_comma: usize,
    /// How often the braces up to the end of the text may still be counted.
    brace_searches: u32,
    /// The token before which a `}` was plainly forgotten.
    forgotten_brace: Option<u32>,
}

impl<'a> Parser<'a> {
    fn new(arena: &'a Bump, source: &'a str) -> Parser<'a> {
        let mut parser = Parser {
            arena,
            lexer: Lexer::new(arena, source),
            token: Token::at_start(),
            previous: Token::at_start(),
            idents: 0,
            depth: 0,
            context: Context::module(),
            brackets: Vec::new(),
            last_error: None,
            is_halted: false,
            declared: None,
            arrows: Vec::new(),
            not_type_args: Vec::new(),
            shorthand_defaults: Vec::new(),
            doubtful_comma: 0,
            brace_searches: 8,
            forgotten_brace: None,
        };
        parser.token = parser.lexer.next_token();
        parser
    }

    fn program(&mut self) -> &'a [Stmt<'a>] {
        let mut body = self.list();
        loop {
            self.statements_into(&mut body);
            if self.token.kind == Kind::End {
                return self.slice(body);
            }
            // A closing bracket that nothing opened, unless its opener is taken for text.
            if !self.lexer.has_swallowed_brace() {
                self.unexpected();
            }
            self.advance();
        }
    }

    fn alloc<T>(&self, value: T) -> &'a T {
        self.arena.alloc(value)
    }

    /// For the parts of a node, which stay where they are collected.
    fn list<T>(&self) -> List<'a, T> {
        List::new_in(self.arena)
    }

    fn slice<T: Copy>(&self, items: List<'a, T>) -> &'a [T] {
        items.into_bump_slice()
    }
}
