//! A flat walk over tokens without grammar: templates by their nesting, regular expressions by what stands
//! before the slash. For look-ahead by brackets, for the pre-pass over names, and for editors.

use crate::keyword::{Class, Keyword};
use crate::lexer::{Lexer, PieceEnd};
use crate::source::Span;
use crate::token::{Kind, Token};

pub(crate) struct Scan<'l, 'a> {
    pub(crate) lexer: &'l mut Lexer<'a>,
    /// Braces open inside each open substitution.
    substitutions: Vec<u32>,
    /// The last token ended an operand, so a slash divides.
    after_operand: bool,
}

#[derive(Clone, Copy)]
pub(crate) enum Scanned {
    Token(Token),
    /// A piece of template text with its delimiters.
    Template(Span),
    Regex(Span),
}

impl<'l, 'a> Scan<'l, 'a> {
    pub(crate) fn new(lexer: &'l mut Lexer<'a>) -> Scan<'l, 'a> {
        Scan { lexer, substitutions: Vec::new(), after_operand: false }
    }

    /// `None` at the end of the text.
    pub(crate) fn next(&mut self) -> Option<Scanned> {
        let token = self.lexer.next_token();
        match token.kind {
            Kind::End => return None,
            Kind::Backtick => return Some(self.template(token.span)),
            Kind::BraceOpen => {
                if let Some(depth) = self.substitutions.last_mut() {
                    *depth += 1;
                }
            }
            Kind::BraceClose => match self.substitutions.last_mut() {
                Some(0) => {
                    self.substitutions.pop();
                    return Some(self.template(token.span));
                }
                Some(depth) => *depth -= 1,
                None => {}
            },
            Kind::Slash | Kind::SlashEq if !self.after_operand => {
                self.after_operand = true;
                return Some(Scanned::Regex(self.lexer.regex(token.span)));
            }
            _ => {}
        }
        self.after_operand = ends_operand(&token);
        Some(Scanned::Token(token))
    }

    /// No template is open.
    pub(crate) fn is_outside_templates(&self) -> bool {
        self.substitutions.is_empty()
    }

    fn template(&mut self, opener: Span) -> Scanned {
        let (piece, end) = self.lexer.template_piece(opener.end);
        let close = match end {
            PieceEnd::Substitution => 2,
            PieceEnd::Closed => 1,
            PieceEnd::Unterminated => 0,
        };
        self.after_operand = end != PieceEnd::Substitution;
        if end == PieceEnd::Substitution {
            self.substitutions.push(0);
        }
        Scanned::Template(Span::new(opener.start, piece.end + close))
    }
}

fn ends_operand(token: &Token) -> bool {
    match token.kind {
        Kind::Number | Kind::BigInt | Kind::String | Kind::ParenClose | Kind::BracketClose | Kind::BraceClose => true,
        Kind::PlusPlus | Kind::MinusMinus => true,
        Kind::Word => match token.keyword {
            Some(Keyword::This | Keyword::True | Keyword::False | Keyword::Null) => true,
            Some(Keyword::LatinTypeof | Keyword::LatinDelete | Keyword::LatinVoid) => false,
            Some(keyword) => keyword.class() != Class::Reserved,
            None => true,
        },
        _ => false,
    }
}
