//! All tokens of a text for editors, comments included. Whether a contextual word is a keyword is told by
//! the tokens beside it. Must never fail: what is no token is `Invalid`.

use bumpalo::Bump;

use crate::arena::with_arena;
use crate::diagnostic::Code;
use crate::keyword::{Class, Keyword};
use crate::lexer::Lexer;
use crate::parser::{Scan, Scanned};
use crate::source::Span;
use crate::token::{Kind, Token as RawToken};
use crate::vocabulary::{Vocabulary, vocabulary};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    pub kind: TokenKind,
    /// UTF-16 units from the start of the text.
    pub start: u32,
    pub end: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    Keyword,
    Builtin,
    Name,
    Number,
    String,
    /// A piece of template text with the backtick, `${` or `}` beside it.
    Template,
    Regex,
    Operator,
    Punctuation,
    Comment,
    Invalid,
}

impl TokenKind {
    /// In the order of their numbers.
    pub const ALL: [TokenKind; 11] = [
        TokenKind::Keyword,
        TokenKind::Builtin,
        TokenKind::Name,
        TokenKind::Number,
        TokenKind::String,
        TokenKind::Template,
        TokenKind::Regex,
        TokenKind::Operator,
        TokenKind::Punctuation,
        TokenKind::Comment,
        TokenKind::Invalid,
    ];

    pub const fn text(self) -> &'static str {
        match self {
            TokenKind::Keyword => "keyword",
            TokenKind::Builtin => "builtin",
            TokenKind::Name => "name",
            TokenKind::Number => "number",
            TokenKind::String => "string",
            TokenKind::Template => "template",
            TokenKind::Regex => "regex",
            TokenKind::Operator => "operator",
            TokenKind::Punctuation => "punctuation",
            TokenKind::Comment => "comment",
            TokenKind::Invalid => "invalid",
        }
    }
}

/// Everything but white space, in order.
pub fn tokenize(source: &str) -> Vec<Token> {
    let source = source.get(..u32::MAX as usize / 2).unwrap_or(source);
    with_arena(|arena| tokenize_in(arena, source))
}

fn tokenize_in(arena: &Bump, source: &str) -> Vec<Token> {
    let mut lexer = Lexer::new(arena, source);
    // The first line was read before comments were asked for.
    let first_line = source.trim_start_matches('\u{FEFF}').starts_with("#!").then(|| {
        let start = source.len() - source.trim_start_matches('\u{FEFF}').len();
        let len = source.get(start..).and_then(|text| text.find(['\n', '\r', '\u{2028}', '\u{2029}']));
        Span::new(start as u32, len.map_or(source.len(), |len| start + len) as u32)
    });
    lexer.comments = Some(Vec::new());
    let mut raw = Vec::new();
    let mut scan = Scan::new(&mut lexer);
    while let Some(scanned) = scan.next() {
        raw.push(scanned);
    }
    let mut found: Vec<(Span, TokenKind)> = Vec::with_capacity(raw.len());
    for (index, scanned) in raw.iter().enumerate() {
        found.push(match *scanned {
            Scanned::Template(span) => (span, TokenKind::Template),
            Scanned::Regex(span) => (span, TokenKind::Regex),
            Scanned::Token(token) => {
                let before = index.checked_sub(1).and_then(|index| raw.get(index)).and_then(plain);
                let after = raw.get(index + 1).and_then(plain);
                (token.span, kind(&token, before.as_ref(), after.as_ref(), vocabulary()))
            }
        });
    }
    found.extend(first_line.map(|span| (span, TokenKind::Comment)));
    found.extend(lexer.comments.iter().flatten().map(|&span| (span, TokenKind::Comment)));
    let strange = lexer.diagnostics.iter().filter(|diagnostic| diagnostic.code == Code::UnexpectedCharacter);
    found.extend(strange.map(|diagnostic| (diagnostic.span, TokenKind::Invalid)));
    crate::order::sort(&mut found, &|(a, _), (b, _)| a.start.cmp(&b.start));
    in_utf16(source, &found)
}

fn plain(scanned: &Scanned) -> Option<RawToken> {
    match scanned {
        Scanned::Token(token) => Some(*token),
        _ => None,
    }
}

/// One walk over the text: tokens are in order and do not overlap.
fn in_utf16(source: &str, found: &[(Span, TokenKind)]) -> Vec<Token> {
    let (mut byte, mut unit) = (0u32, 0u32);
    let mut to = |offset: u32| {
        let passed = Span::new(byte, offset).text(source);
        unit += passed.chars().map(|c| c.len_utf16() as u32).sum::<u32>();
        byte = offset.max(byte);
        unit
    };
    found.iter().map(|&(span, kind)| Token { kind, start: to(span.start), end: to(span.end) }).collect()
}

fn kind(token: &RawToken, before: Option<&RawToken>, after: Option<&RawToken>, words: &Vocabulary) -> TokenKind {
    match token.kind {
        Kind::Word => word(token, before, after, words),
        Kind::Number | Kind::BigInt => TokenKind::Number,
        Kind::String => TokenKind::String,
        Kind::Backtick => TokenKind::Template,
        Kind::Invalid => TokenKind::Invalid,
        Kind::BraceOpen
        | Kind::BraceClose
        | Kind::ParenOpen
        | Kind::ParenClose
        | Kind::BracketOpen
        | Kind::BracketClose
        | Kind::Semicolon
        | Kind::Comma
        | Kind::Colon
        | Kind::Dot
        | Kind::At
        | Kind::Hash => TokenKind::Punctuation,
        _ => TokenKind::Operator,
    }
}

fn word(token: &RawToken, before: Option<&RawToken>, after: Option<&RawToken>, words: &Vocabulary) -> TokenKind {
    let before_kind = before.map_or(Kind::Semicolon, |token| token.kind);
    if matches!(before_kind, Kind::Dot | Kind::QuestionDot) {
        return if words.member_index(token.name).is_some() { TokenKind::Builtin } else { TokenKind::Name };
    }
    let after_kind = after.map_or(Kind::End, |token| token.kind);
    let is_key = after_kind == Kind::Colon && matches!(before_kind, Kind::BraceOpen | Kind::Comma);
    if let (Some(keyword), false, false) = (token.keyword, token.is_mixed_case, is_key) {
        let is_keyword = match keyword.class() {
            Class::Reserved => true,
            Class::Documented => false,
            Class::Contextual | Class::Latin => fits(keyword, token, before, after),
        };
        if is_keyword {
            return TokenKind::Keyword;
        }
    }
    let is_global = !is_key && words.global_index(token.name).is_some();
    if is_global { TokenKind::Builtin } else { TokenKind::Name }
}

/// Whether the neighbours of a contextual word ask for the keyword.
fn fits(keyword: Keyword, token: &RawToken, before: Option<&RawToken>, after: Option<&RawToken>) -> bool {
    let before_kind = before.map_or(Kind::Semicolon, |token| token.kind);
    let after_kind = after.map_or(Kind::End, |token| token.kind);
    let starts = token.newline_before
        || matches!(before_kind, Kind::Semicolon | Kind::BraceOpen | Kind::BraceClose)
        || before.is_some_and(|token| token.is(Keyword::Export));
    let word_follows = after_kind == Kind::Word && after.is_some_and(|token| !token.newline_before);
    let operand_follows = word_follows || matches!(after_kind, Kind::Number | Kind::BigInt | Kind::String);
    let modifies = |token: Option<&RawToken>| {
        token.is_some_and(|token| {
            matches!(
                token.keyword,
                Some(Keyword::Public | Keyword::Private | Keyword::Protected | Keyword::Static | Keyword::Readonly)
            )
        })
    };
    match keyword {
        Keyword::While => starts && after_kind == Kind::ParenOpen || before.is_some_and(|t| t.is(Keyword::Else)),
        Keyword::TypeWord => word_follows && starts || before.is_some_and(|t| t.is(Keyword::Import)),
        Keyword::Namespace => starts && word_follows,
        Keyword::From => {
            matches!(before_kind, Kind::BraceClose | Kind::Word | Kind::Star | Kind::BracketClose)
                && !matches!(after_kind, Kind::Eq | Kind::Comma | Kind::Semicolon | Kind::ParenClose | Kind::Colon)
        }
        Keyword::In => {
            matches!(before_kind, Kind::BraceClose | Kind::Word | Kind::BracketClose)
                && !matches!(after_kind, Kind::Eq | Kind::Comma | Kind::Semicolon | Kind::ParenClose | Kind::Colon)
        }
        Keyword::Case => starts && !matches!(after_kind, Kind::Eq | Kind::Dot | Kind::QuestionDot | Kind::Semicolon),
        Keyword::Catch => before_kind == Kind::BraceClose && matches!(after_kind, Kind::ParenOpen | Kind::BraceOpen),
        Keyword::Extends | Keyword::Implements => {
            matches!(before_kind, Kind::Word | Kind::Greater | Kind::ParenClose | Kind::BracketClose) && !starts
                || matches!(before_kind, Kind::Word | Kind::Greater) && word_follows
        }
        Keyword::Super => matches!(after_kind, Kind::ParenOpen | Kind::Dot | Kind::BracketOpen),
        Keyword::Constructor => after_kind == Kind::ParenOpen && (starts || modifies(before)),
        Keyword::Abstract
        | Keyword::Public
        | Keyword::Private
        | Keyword::Protected
        | Keyword::Static
        | Keyword::Readonly => operand_follows || after_kind == Kind::BracketOpen && !matches!(before_kind, Kind::Word),
        Keyword::Get | Keyword::Set => {
            (starts || before_kind == Kind::Comma || modifies(before))
                && (operand_follows || after_kind == Kind::BracketOpen)
        }
        Keyword::With => before_kind == Kind::String && after_kind == Kind::BraceOpen,
        Keyword::LatinTypeof | Keyword::LatinDelete | Keyword::LatinVoid | Keyword::Delete => operand_follows,
        Keyword::Typeof | Keyword::Keyof | Keyword::Infer | Keyword::Unique | Keyword::Asserts => operand_follows,
        Keyword::LatinIn | Keyword::LatinInstanceof | Keyword::Is => {
            operand_follows
                && matches!(
                    before_kind,
                    Kind::Word | Kind::String | Kind::Number | Kind::ParenClose | Kind::BracketClose
                )
        }
        Keyword::Undefined | Keyword::LatinThis | Keyword::LatinTrue | Keyword::LatinFalse | Keyword::LatinNull => true,
        Keyword::LatinEnum | Keyword::LatinDo | Keyword::LatinYield => false,
        // The words of types: where a type may stand.
        _ => {
            matches!(before_kind, Kind::Colon | Kind::Or | Kind::And | Kind::Less | Kind::Arrow)
                || before.is_some_and(|t| {
                    matches!(
                        t.keyword,
                        Some(Keyword::As | Keyword::Is | Keyword::Extends | Keyword::Keyof | Keyword::Unique)
                    )
                })
                || before_kind == Kind::Comma && matches!(after_kind, Kind::Greater | Kind::BracketClose)
                || before_kind == Kind::Eq && matches!(after_kind, Kind::Or | Kind::And | Kind::BracketOpen)
        }
    }
}
