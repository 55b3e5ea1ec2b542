//! Operators and punctuation, longest match first.

use super::Lexer;
use super::number::starts_name;
use crate::token::Kind;

impl Lexer<'_> {
    pub(super) fn punctuation(&mut self, first: u8) -> Kind {
        self.at += 1;
        match first {
            b'{' => Kind::BraceOpen,
            b'}' => Kind::BraceClose,
            b'(' => Kind::ParenOpen,
            b')' => Kind::ParenClose,
            b'[' => Kind::BracketOpen,
            b']' => Kind::BracketClose,
            b';' => Kind::Semicolon,
            b',' => Kind::Comma,
            b':' => Kind::Colon,
            b'~' => Kind::Tilde,
            b'@' => Kind::At,
            // Before a name it is a private name of JavaScript; otherwise no token starts with it.
            b'#' if self.current_char().is_some_and(starts_name) => Kind::Hash,
            b'.' if self.rest().starts_with("..") => {
                self.at += 2;
                Kind::DotDotDot
            }
            b'.' => Kind::Dot,
            b'?' => self.question(),
            b'+' => self.either(&[(b'+', Kind::PlusPlus), (b'=', Kind::PlusEq)], Kind::Plus),
            b'-' => self.either(&[(b'-', Kind::MinusMinus), (b'=', Kind::MinusEq)], Kind::Minus),
            b'*' if self.take(b'*') => self.either(&[(b'=', Kind::StarStarEq)], Kind::StarStar),
            b'*' => self.either(&[(b'=', Kind::StarEq)], Kind::Star),
            b'/' => self.either(&[(b'=', Kind::SlashEq)], Kind::Slash),
            b'%' => self.either(&[(b'=', Kind::PercentEq)], Kind::Percent),
            b'=' if self.take(b'=') => self.either(&[(b'=', Kind::EqEqEq)], Kind::EqEq),
            b'=' => self.either(&[(b'>', Kind::Arrow)], Kind::Eq),
            b'!' if self.take(b'=') => self.either(&[(b'=', Kind::NotEqEq)], Kind::NotEq),
            b'!' => Kind::Not,
            b'<' if self.take(b'<') => self.either(&[(b'=', Kind::ShlEq)], Kind::Shl),
            b'<' => self.either(&[(b'=', Kind::LessEq)], Kind::Less),
            b'>' => self.greater(),
            b'&' if self.take(b'&') => self.either(&[(b'=', Kind::AndAndEq)], Kind::AndAnd),
            b'&' => self.either(&[(b'=', Kind::AndEq)], Kind::And),
            b'|' if self.take(b'|') => self.either(&[(b'=', Kind::OrOrEq)], Kind::OrOr),
            b'|' => self.either(&[(b'=', Kind::OrEq)], Kind::Or),
            b'^' => self.either(&[(b'=', Kind::XorEq)], Kind::Xor),
            _ => Kind::Invalid,
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.bytes.get(self.at) == Some(&byte);
        self.at += usize::from(found);
        found
    }

    fn either(&mut self, choices: &[(u8, Kind)], otherwise: Kind) -> Kind {
        for &(byte, kind) in choices {
            if self.take(byte) {
                return kind;
            }
        }
        otherwise
    }

    /// `?.` before a digit is a conditional and a number.
    fn question(&mut self) -> Kind {
        if self.take(b'?') {
            return self.either(&[(b'=', Kind::NullishEq)], Kind::Nullish);
        }
        if self.bytes.get(self.at) == Some(&b'.') && !matches!(self.bytes.get(self.at + 1), Some(b'0'..=b'9')) {
            self.at += 1;
            return Kind::QuestionDot;
        }
        Kind::Question
    }

    fn greater(&mut self) -> Kind {
        if !self.take(b'>') {
            return self.either(&[(b'=', Kind::GreaterEq)], Kind::Greater);
        }
        if self.take(b'>') {
            return self.either(&[(b'=', Kind::ShrUnsignedEq)], Kind::ShrUnsigned);
        }
        self.either(&[(b'=', Kind::ShrEq)], Kind::Shr)
    }
}
