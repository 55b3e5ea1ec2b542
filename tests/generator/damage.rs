//! Whatever the text, compiling ends, does not panic, and gives the same twice.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use somon_lang::compile::{CompileOptions, compile};
use somon_lang::diagnostic::{Texts, render};
use somon_lang::emit::{Format, Target};

use crate::number;
use crate::random::Random;

/// Unless `SOMON_PROPERTY_CASES` says another number.
const TEXTS: u64 = 100_000;
const THREADS: u64 = 2;
/// Damaged texts are cut to this many bytes: errors are near the damage, and many short texts find more.
const LENGTH_MAX: usize = 600;

const PIECES: &[&str] = &[
    "агар",
    "вагарна",
    "то",
    "барои",
    "функсия",
    "синф",
    "мерос",
    "конструктор",
    "тағ",
    "собит",
    "бозгашт",
    "нав",
    "интихоб",
    "ҳолат",
    "пешфарз",
    "кӯшиш",
    "гирифтан",
    "ниҳоят",
    "ворид",
    "содир",
    "аз",
    "номфазо",
    "навъ",
    "интерфейс",
    "ҳамзамон",
    "интизор",
    "супер",
    "ин",
    "статикӣ",
    "мавҳум",
    "чун",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    ";",
    ",",
    ".",
    "?.",
    "??",
    "...",
    "=>",
    "=",
    "==",
    "**",
    "++",
    "`",
    "${",
    "\"",
    "'",
    "/",
    "//",
    "/*",
    "*/",
    "\\",
    "#",
    "@",
    "<",
    ">",
    ":",
    "?",
    "!",
    "\n",
    "\r",
    "\u{2028}",
    "\u{FEFF}",
    "\0",
    "🙂",
    "\u{301}",
    "0x",
    "1e",
    "1_",
    "9n",
    "\\u{",
    "\\x",
    "чоп.сабт(",
    "а",
    "б",
];

#[test]
fn a_hundred_thousand_damaged_texts_compile_to_something() {
    let corpus = corpus();
    assert!(corpus.len() > 300, "the corpus is there");
    let count = number("SOMON_PROPERTY_CASES").unwrap_or(TEXTS);
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let corpus = &corpus;
            let work = move || (0..count).filter(|seed| seed % THREADS == thread).for_each(|seed| check(seed, corpus));
            std::thread::Builder::new().stack_size(64 << 20).spawn_scoped(scope, work).expect("a thread");
        }
    });
}

fn check(seed: u64, corpus: &[String]) {
    let text = text(seed, corpus);
    let begun = Instant::now();
    let outcome = std::panic::catch_unwind(|| {
        let result = compile(&text, &options(seed));
        let shown = render(&text, &result.findings, &Texts::english());
        for one in &shown {
            let place = one.place;
            assert!(place.start <= place.end && place.line >= 1 && place.column >= 1, "{one:?}");
            assert!(place.end as usize <= text.encode_utf16().count(), "{one:?}");
            assert!(!one.message.contains('\n') && one.frame.lines().count() == 2, "{one:?}");
        }
    });
    assert!(outcome.is_ok(), "seed {seed}: {text:?}");
    assert!(begun.elapsed() < Duration::from_secs(5), "seed {seed} took {:?}: {text:?}", begun.elapsed());
}

/// Each form of output has its own code to go wrong in.
fn options(seed: u64) -> CompileOptions<'static> {
    let target = match seed % 3 {
        0 => Target::Es2022,
        1 => Target::Es2020,
        _ => Target::EsNext,
    };
    let format = if seed.is_multiple_of(5) { Format::CommonJs } else { Format::Esm };
    CompileOptions { target, format, ..CompileOptions::default() }
}

/// The text of a seed: random bytes, random words, or a damaged piece of a program.
fn text(seed: u64, corpus: &[String]) -> String {
    let mut random = Random::new(seed);
    match random.below(10) {
        0 => {
            let bytes: Vec<u8> = (0..random.below(200)).map(|_| random.next() as u8).collect();
            String::from_utf8_lossy(&bytes).into_owned()
        }
        1 => (0..random.below(120)).map(|_| *random.pick(PIECES)).collect::<Vec<_>>().join(" "),
        _ => damaged(&mut random, corpus),
    }
}

fn damaged(random: &mut Random, corpus: &[String]) -> String {
    let whole: Vec<char> = random.pick(corpus).chars().collect();
    let from = random.below(whole.len().saturating_sub(LENGTH_MAX / 2) + 1);
    let from = if random.one_in(2) { 0 } else { from };
    let mut text: Vec<char> = whole.into_iter().skip(from).take(LENGTH_MAX / 2).collect();
    for _ in 0..=random.below(4) {
        let at = random.below(text.len() + 1);
        let end = (at + random.below(12)).min(text.len());
        match random.below(4) {
            0 => drop(text.drain(at..end)),
            1 => drop(text.splice(at..at, random.pick(PIECES).chars())),
            2 => {
                let copy: Vec<char> = text[at..end].to_vec();
                let to = random.below(text.len() + 1);
                drop(text.splice(to..to, copy));
            }
            _ => text.truncate(end.max(1)),
        }
    }
    text.into_iter().collect()
}

#[test]
fn compiling_twice_gives_the_same_bytes() {
    for program in corpus() {
        let (first, second) =
            (compile(&program, &CompileOptions::default()), compile(&program, &CompileOptions::default()));
        assert_eq!(first.code, second.code);
        assert_eq!(first.findings, second.findings);
    }
}

/// Every program of the corpus.
fn corpus() -> Vec<String> {
    let mut files = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance"), &mut files);
    files.sort();
    files.iter().map(|file| std::fs::read_to_string(file).expect("a readable program")).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "som") {
            files.push(path);
        }
    }
}
