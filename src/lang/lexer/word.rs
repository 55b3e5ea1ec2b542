//! Names and keywords: where a word ends, its composed form, and which keyword a spelling is.

use super::Lexer;
use crate::keyword::{Class, Keyword};
use crate::letter::small;
use crate::token::{Kind, Token};

/// What a spelling is as a word, found once per spelling.
#[derive(Clone, Copy)]
pub(super) struct WordInfo {
    keyword: Option<Keyword>,
    is_mixed_case: bool,
}

impl Lexer<'_> {
    pub(super) fn seed_keywords(&mut self) {
        self.words.reserve(Keyword::TABLE.len() + 64);
        for &(text, keyword) in Keyword::TABLE {
            self.names.intern(text);
            self.words.push(WordInfo { keyword: Some(keyword), is_mixed_case: false });
        }
    }

    pub(super) fn word(&mut self, token: &mut Token) {
        let start = self.at;
        let needs_composition = self.skip_word();
        let text = self.source.get(start..self.at).unwrap_or("");
        let name = if needs_composition { self.names.intern(&composed(text)) } else { self.names.intern(text) };
        if name.0 as usize == self.words.len() {
            let info = classify(self.names.text(name));
            self.words.push(info);
        }
        if let Some(info) = self.words.get(name.0 as usize) {
            token.keyword = info.keyword;
            token.is_mixed_case = info.is_mixed_case;
        }
        token.kind = Kind::Word;
        token.name = name;
    }

    /// Whether a combining mark was met.
    fn skip_word(&mut self) -> bool {
        let mut marks = false;
        loop {
            match self.bytes.get(self.at) {
                Some(b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'$') => self.at += 1,
                // U+0400..U+047F and U+04C0..U+04FF are letters throughout.
                Some(0xD0 | 0xD1 | 0xD3) => self.at += 2,
                Some(0x80..) => match self.current_char() {
                    Some(c @ '\u{300}'..='\u{36F}') => {
                        marks = true;
                        self.at += c.len_utf8();
                    }
                    Some(c) if continues_name(c) => {
                        self.at += c.len_utf8();
                    }
                    _ => return marks,
                },
                _ => return marks,
            }
        }
    }
}

/// Modifier letters (`ʼ`) look like quotes and hyphens: they make no name.
fn continues_name(c: char) -> bool {
    (unicode_ident::is_xid_continue(c) && !is_modifier_letter(c)) || matches!(c, '\u{200C}' | '\u{200D}')
}

pub(super) fn is_modifier_letter(c: char) -> bool {
    matches!(c, '\u{2B0}'..='\u{2FF}')
}

fn classify(text: &str) -> WordInfo {
    const NO: WordInfo = WordInfo { keyword: None, is_mixed_case: false };
    let is_capital = |c: char| small(c).is_some_and(|small| small != c);
    if !text.chars().any(is_capital) {
        return NO;
    }
    let found = Keyword::TABLE.iter().find(|(spelling, _)| is_in_other_case(text, spelling));
    match found {
        Some((_, keyword)) if matches!(keyword.class(), Class::Reserved | Class::Contextual) => {
            // These words are made of letters alone.
            let all_upper = text.chars().all(is_capital) && text.chars().nth(1).is_some();
            // A capitalised contextual word is always a name.
            if !all_upper && keyword.class() == Class::Contextual {
                return NO;
            }
            WordInfo { keyword: Some(*keyword), is_mixed_case: !all_upper }
        }
        _ => NO,
    }
}

/// Capital and small letters of these words are equally long, so most names are told apart by their length.
fn is_in_other_case(text: &str, spelling: &str) -> bool {
    text.len() == spelling.len()
        && text.chars().zip(spelling.chars()).all(|(c, other)| c == other || small(c) == Some(other))
}

/// Normalization Form C for the alphabets that names are written in: a base letter and a combining mark that
/// have a letter of their own become that letter.
fn composed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let joined = out.chars().next_back().and_then(|base| compose(base, c));
        if let Some(letter) = joined {
            out.pop();
            out.push(letter);
        } else {
            out.push(c);
        }
    }
    out
}

fn compose(base: char, mark: char) -> Option<char> {
    let (_, bases, letters) = COMPOSITIONS.iter().find(|(m, _, _)| *m == mark)?;
    let index = bases.chars().position(|c| c == base)?;
    letters.chars().nth(index)
}

/// Mark, base letters, and the composed letters in the same order.
const COMPOSITIONS: &[(char, &str, &str)] = &[
    ('\u{300}', "ЕИеиAEIOUaeiouNnWwYy", "ЀЍѐѝÀÈÌÒÙàèìòùǸǹẀẁỲỳ"),
    ('\u{301}', "ГКгкAEIOUYaeiouyCcLlNnRrSsZz", "ЃЌѓќÁÉÍÓÚÝáéíóúýĆćĹĺŃńŔŕŚśŹź"),
    ('\u{302}', "AEIOUaeiouCcGgHhJjSsWwYy", "ÂÊÎÔÛâêîôûĈĉĜĝĤĥĴĵŜŝŴŵŶŷ"),
    ('\u{303}', "ANOanoIiUu", "ÃÑÕãñõĨĩŨũ"),
    ('\u{304}', "ИУиуAEIOUaeiou", "ӢӮӣӯĀĒĪŌŪāēīōū"),
    ('\u{306}', "ИУЖАЕиужаеAEGIOUaegiou", "ЙЎӁӐӖйўӂӑӗĂĔĞĬŎŬăĕğĭŏŭ"),
    ('\u{307}', "CEGIZcegz", "ĊĖĠİŻċėġż"),
    ('\u{308}', "ЕІАӘЖЗИОӨЭУЧЫеіаәжзиоөэучыAEIOUYaeiouy", "ЁЇӒӚӜӞӤӦӪӬӰӴӸёїӓӛӝӟӥӧӫӭӱӵӹÄËÏÖÜŸäëïöüÿ"),
    ('\u{30A}', "AaUu", "ÅåŮů"),
    ('\u{30B}', "УуOoUu", "ӲӳŐőŰű"),
    ('\u{30C}', "CcDdEeNnRrSsTtZz", "ČčĎďĚěŇňŘřŠšŤťŽž"),
    ('\u{30F}', "Ѵѵ", "Ѷѷ"),
    ('\u{327}', "CcGgKkLlNnRrSsTt", "ÇçĢģĶķĻļŅņŖŗŞşŢţ"),
    ('\u{328}', "AaEeIiUu", "ĄąĘęĮįŲų"),
];
