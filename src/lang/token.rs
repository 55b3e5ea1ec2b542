//! Tokens: what the lexer hands to the parser, one at a time.
//! A token holds no text, only a span and, for words, the interned name.

use crate::keyword::Keyword;
use crate::name::Name;
use crate::source::Span;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    pub kind: Kind,
    pub span: Span,
    /// A line end stands between the token before and this one.
    pub newline_before: bool,
    /// For [`Kind::Word`]: the spelling.
    pub name: Name,
    /// For [`Kind::Word`]: the keyword that this spelling is.
    pub keyword: Option<Keyword>,
    /// For [`Kind::Word`]: neither all lower-case nor all upper-case, so perhaps a name after all.
    pub is_mixed_case: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    End,
    Word,
    Number,
    BigInt,
    String,
    /// The opening backtick; the parser asks for the pieces.
    Backtick,
    /// A character that no token starts with, already reported; the parser never sees it.
    Invalid,
    // Punctuation.
    BraceOpen,
    BraceClose,
    ParenOpen,
    ParenClose,
    BracketOpen,
    BracketClose,
    Semicolon,
    Comma,
    Colon,
    Dot,
    DotDotDot,
    Arrow,
    At,
    Hash,
    // Operators.
    Question,
    QuestionDot,
    Plus,
    Minus,
    Star,
    StarStar,
    Slash,
    Percent,
    PlusPlus,
    MinusMinus,
    Not,
    Tilde,
    Less,
    LessEq,
    Greater,
    GreaterEq,
    Shl,
    Shr,
    ShrUnsigned,
    EqEq,
    NotEq,
    EqEqEq,
    NotEqEq,
    And,
    Or,
    Xor,
    AndAnd,
    OrOr,
    Nullish,
    // Assignment operators.
    Eq,
    PlusEq,
    MinusEq,
    StarEq,
    StarStarEq,
    SlashEq,
    PercentEq,
    AndEq,
    OrEq,
    XorEq,
    ShlEq,
    ShrEq,
    ShrUnsignedEq,
    AndAndEq,
    OrOrEq,
    NullishEq,
}

impl Token {
    pub const fn at_start() -> Token {
        Token {
            kind: Kind::End,
            span: Span::at(0),
            newline_before: false,
            name: Name(0),
            keyword: None,
            is_mixed_case: false,
        }
    }

    pub fn is(&self, keyword: Keyword) -> bool {
        self.keyword == Some(keyword)
    }
}
