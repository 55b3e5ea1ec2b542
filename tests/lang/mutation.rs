//! Texts that nobody would write: pieces of the corpus cut, doubled and mixed, and random characters.
//! Reading them never panics, never hangs and gives a bounded number of diagnostics within the text.

use std::fs;
use std::path::Path;

use bumpalo::Bump;
use somon_lang::parser::parse;

/// xorshift: the same texts in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

fn survives(source: &str) {
    let arena = Bump::new();
    let parsed = parse(&arena, source);
    for diagnostic in &parsed.diagnostics {
        let (start, end) = (diagnostic.span.start as usize, diagnostic.span.end as usize);
        assert!(start <= end && end <= source.len(), "{:?} outside of {source:?}", diagnostic);
        assert!(source.is_char_boundary(start) && source.is_char_boundary(end), "{diagnostic:?} splits {source:?}");
    }
}

fn seeds() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance");
    let mut seeds = Vec::new();
    for name in ["run", "errors", "types-ok"] {
        for entry in fs::read_dir(folder.join(name)).expect("corpus") {
            let path = entry.expect("entry").path();
            if path.extension().is_some_and(|extension| extension == "som") {
                seeds.push(fs::read_to_string(path).expect("readable"));
            }
        }
    }
    seeds.sort();
    assert!(seeds.len() > 200);
    seeds
}

const PIECES: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "`",
    "${",
    "\"",
    "'",
    "/",
    "/*",
    "*/",
    "//",
    "<",
    ">",
    ">>",
    "=>",
    "?",
    "?.",
    ":",
    ";",
    ",",
    ".",
    "...",
    "\\",
    "\\u{",
    "#",
    "@",
    "агар",
    "вагарна",
    "синф",
    "функсия",
    "ҳамзамон",
    "нав",
    "Нав",
    "супер",
    "интизор",
    "ҳолат",
    "пешфарз",
    "навъ",
    "мерос",
    "номфазо",
    "содир",
    "ворид",
    "чун",
    "аз",
    "ҷ\u{304}",
    "1.",
    "0x",
    "\n",
    "\r",
    "\u{2028}",
    "😀",
    "\u{0}",
    "с",
    " ",
    "тағ",
    "беназир",
    "get",
    "статикӣ",
    "дар",
];

#[test]
fn mutated_programs() {
    let seeds = seeds();
    let mut random = Random(0x5EED_1234_5678_9ABC);
    for _ in 0..6000 {
        let mut text: Vec<char> = seeds[random.below(seeds.len())].chars().take(1500).collect();
        for _ in 0..=random.below(4) {
            let at = random.below(text.len() + 1);
            match random.below(4) {
                0 => text.truncate(at),
                1 => {
                    let end = (at + random.below(12)).min(text.len());
                    text.drain(at..end);
                }
                2 => {
                    let end = (at + random.below(30)).min(text.len());
                    let copy: Vec<char> = text[at..end].to_vec();
                    let to = random.below(text.len() + 1);
                    text.splice(to..to, copy);
                }
                _ => {
                    let piece = PIECES[random.below(PIECES.len())];
                    text.splice(at..at, piece.chars());
                }
            }
        }
        survives(&text.into_iter().collect::<String>());
    }
}

#[test]
fn random_pieces() {
    let mut random = Random(0xABCD_EF01_2345_6789);
    for _ in 0..20_000 {
        let text: String = (0..random.below(40)).map(|_| PIECES[random.below(PIECES.len())]).collect();
        survives(&text);
    }
}

#[test]
fn every_prefix_of_a_program() {
    for seed in seeds().iter().filter(|seed| seed.len() < 1500).take(60) {
        for (at, _) in seed.char_indices() {
            survives(&seed[..at]);
        }
    }
}
