//! Names and keywords: where a word ends, its composed form, and which keyword a spelling is.

use std::borrow::Cow;

use super::Lexer;
use crate::keyword::{Class, Keyword};
use crate::letter::small;
use crate::token::{Kind, Token};
use crate::vocabulary::Vocabulary;

impl Lexer<'_> {
    pub(super) fn word(&mut self, token: &mut Token) {
        let start = self.at;
        let needs_composition = self.skip_word();
        let text = self.source.get(start..self.at).unwrap_or("");
        let name = if needs_composition {
            self.names.intern(&composed(text), start as u32)
        } else {
            self.names.intern(text, start as u32)
        };
        token.kind = Kind::Word;
        token.name = name;
        let words = self.vocabulary;
        let Some(own) = (name.0 as usize).checked_sub(words.len()) else {
            token.keyword = words.keyword(name);
            return;
        };
        if own == self.words.len() {
            self.words.push(in_other_case(self.names.text(name), words));
        }
        token.keyword = self.words.get(own).copied().flatten();
        token.is_mixed_case = token.keyword.is_some() && !is_upper_case(self.names.text(name));
    }

    /// Whether a combining mark was met.
    fn skip_word(&mut self) -> bool {
        let (end, marks) = word_end(self.source, self.at);
        self.at = end;
        marks
    }
}

/// The composed word that begins at `start`.
pub(crate) fn word_at(source: &str, start: usize) -> Cow<'_, str> {
    let (end, needs_composition) = word_end(source, start);
    let text = source.get(start..end).unwrap_or("");
    if needs_composition { Cow::Owned(composed(text)) } else { Cow::Borrowed(text) }
}

/// Where the word ends that `at` is in, and whether a combining mark was met.
#[inline(always)]
fn word_end(source: &str, mut at: usize) -> (usize, bool) {
    let mut marks = false;
    loop {
        match source.as_bytes().get(at) {
            // U+0400..U+047F and U+04C0..U+04FF are letters throughout.
            Some(0xD0 | 0xD1 | 0xD3) => at += 2,
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'$') => at += 1,
            Some(0x80..) => match source.get(at..).and_then(|rest| rest.chars().next()) {
                Some(c @ '\u{300}'..='\u{36F}') => {
                    marks = true;
                    at += c.len_utf8();
                }
                Some(c) if continues_name(c) => at += c.len_utf8(),
                _ => return (at, marks),
            },
            _ => return (at, marks),
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

/// No keyword is longer.
const KEYWORD_BYTES_MAX: usize = 32;

/// The keyword that a name is which spells it with capitals.
fn in_other_case(text: &str, words: &Vocabulary) -> Option<Keyword> {
    // Those that may be capitalised are made of letters of two bytes alone.
    let (letters, rest) = text.as_bytes().as_chunks::<2>();
    let mut folded = [[0; 2]; KEYWORD_BYTES_MAX / 2];
    if !rest.is_empty() {
        return None;
    }
    for (index, letter) in letters.iter().enumerate() {
        *folded.get_mut(index)? = small_letter(*letter)?;
    }
    let folded = folded.get(..letters.len())?;
    if folded == letters {
        return None;
    }
    let keyword = words.find(folded.as_flattened()).and_then(|name| words.keyword(name))?;
    match keyword.class() {
        Class::Reserved => Some(keyword),
        // A capitalised contextual word is always a name.
        Class::Contextual => is_upper_case(text).then_some(keyword),
        Class::Latin | Class::Documented => None,
    }
}

/// Of a letter that UTF-8 writes with two bytes.
fn small_letter(letter: [u8; 2]) -> Option<[u8; 2]> {
    if let [0xD0, 0xB0..=0xBF] | [0xD1, 0x80..=0x9F] = letter {
        return Some(letter);
    }
    let [lead @ 0xC2..=0xDF, trail @ 0x80..=0xBF] = letter else { return None };
    let small = small(char::from_u32(u32::from(lead & 0x1F) << 6 | u32::from(trail & 0x3F))?)? as u32;
    Some([0xC0 | (small >> 6) as u8, 0x80 | (small & 0x3F) as u8])
}

/// Every letter of a keyword in other case has both forms.
fn is_upper_case(text: &str) -> bool {
    let (letters, _) = text.as_bytes().as_chunks::<2>();
    letters.len() > 1 && letters.iter().all(|letter| small_letter(*letter) != Some(*letter))
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
