//! Regular expressions against the engine: what V8 reads is never refused, and what it refuses is, but for what the
//! component leaves to the engine on purpose.

use bumpalo::Bump;
use somon_lang::diagnostic::Code;
use somon_lang::parser::parse;

use crate::agreement::node;
use crate::number;
use crate::random::Random;

/// Pattern, flags, and whether they make a regular expression.
const TABLE: &[(&str, &str, bool)] = &[
    ("(?<a>x)(?<a>y)", "", false),
    ("(?<a>x)(?<б>y)\\k<б>\\k<a>", "u", true),
    ("((?<a>x)|y)(?<a>z)", "", false),
    ("(?<a>x|(?<a>y))", "", false),
    ("(?<\\u0061>x)\\k<a>", "", true),
    ("(?<\\x61>x)", "", false),
    ("[z-a]", "", false),
    ("[a-z\\d-x\\]-]", "", true),
    ("[\\d-x]", "u", false),
    ("[\\d-x]", "", true),
    ("[😀-😁]", "", false),
    ("[😀-😁]", "u", true),
    ("[\\ud83d\\ude00-\\ud83d\\ude01]", "u", true),
    ("[\\x41-\\u0041]", "", true),
    ("[\\x42-\\u{41}]", "u", false),
    ("[\\377-\\376]", "", false),
    ("[\\cB-\\ca]", "", false),
    ("[\\c-z]", "", true),
    ("[^]", "", true),
    ("[]a", "", true),
    ("a{2,1}", "", false),
    ("a{1,2}{3}", "", false),
    ("a{99999999999999999999,9999999999}", "", true),
    ("a{,5}b{", "", true),
    ("a{,5}", "u", false),
    ("{1}", "", false),
    ("{a}", "", true),
    ("}", "", true),
    ("}", "u", false),
    ("]", "v", false),
    ("?", "", false),
    ("a**", "", false),
    ("a+?", "", true),
    ("a+??", "", false),
    ("^*", "", false),
    ("\\b+", "", false),
    ("(?=a)*", "", true),
    ("(?=a)*", "u", false),
    ("(?<=a)*", "", false),
    ("(?:a)*|+", "", false),
    ("(?", "", false),
    ("(?a)", "", false),
    ("(?<a", "", false),
    ("(?<>a)", "", false),
    ("(?<1>a)", "", false),
    ("(?<a-b>a)", "", false),
    ("(?<$_1ҷ>a)", "", true),
    ("(?#a)", "", false),
    ("\\k<b>", "", true),
    ("\\k<b>", "u", false),
    ("(?<a>x)\\k<b>", "", false),
    ("\\k(?<a>x)", "", false),
    ("\\k<a>(?<a>x)", "", true),
    ("\\2(a)", "", true),
    ("\\2(a)", "u", false),
    ("\\1(a)", "u", true),
    ("\\00", "u", false),
    ("\\0", "u", true),
    ("\\-", "u", false),
    ("[\\-]", "u", true),
    ("\\ҳ", "u", false),
    ("\\ҳ", "", true),
    ("\\c", "", true),
    ("\\c", "u", false),
    ("\\x1", "", true),
    ("\\x1", "u", false),
    ("\\u{110000}", "u", false),
    ("\\u{0000010FFFF}", "u", true),
    ("\\u{}", "u", false),
    ("\\u{z}", "", true),
    ("\\u12", "u", false),
    ("\\p{Script=Cyrillic}", "u", true),
    ("\\p{", "u", false),
    ("\\p", "u", false),
    ("\\p", "", true),
    ("[[a-z]--[aeiou]]", "v", true),
    ("[\\q{абв|г}&&\\p{L}]", "v", true),
    ("[[a]", "v", false),
    ("[(]", "v", false),
    ("[(]", "u", true),
    ("[b-a]", "v", false),
    ("[\\&\\-]", "v", true),
    ("a", "gg", false),
    ("a", "uv", false),
    ("a", "q", false),
    ("a", "dgimsuy", true),
];

/// What the component lets through though this engine refuses it, and why.
fn is_let_through(pattern: &str, flags: &str) -> bool {
    // Which properties there are is a table of the engine's, and grows with Unicode.
    let has_property = flags.contains(['u', 'v']) && pattern.to_ascii_lowercase().contains("\\p{");
    // The set notation is judged by its brackets, escapes and ranges only.
    let has_sets = flags.contains('v') && pattern.contains('[');
    // Newer engines take these: modifiers, and one name in two alternatives.
    let is_newer = ["(?i", "(?m", "(?s", "(?-"].iter().any(|start| pattern.contains(start))
        || pattern.contains('|') && ["(?<a>", "(?<б>"].iter().any(|name| pattern.matches(name).count() > 1);
    // What the escapes in a name stand for is not looked at.
    let has_escaped_name = pattern.split("(?<").skip(1).any(|name| name.starts_with("\\u"));
    // `[a-😀-z]` without Unicode: the second half of the character begins a range of its own. With it two escapes may be
    // one character, so that what is written as half of one is not judged.
    let is_halved = flags.contains('u') && (pattern.contains("\\ud83d") || pattern.contains("\\ude00"))
        || !flags.contains(['u', 'v']) && pattern.contains("-😀-");
    // With names, `\k` is nothing in a class either.
    let is_classed = pattern.contains("(?<") && pattern.contains('[') && pattern.contains("\\k");
    has_property || has_sets || is_newer || has_escaped_name || is_halved || is_classed
}

#[test]
fn ordinary_ones() {
    let engine = verdicts(&TABLE.iter().map(|(pattern, flags, _)| (*pattern, *flags)).collect::<Vec<_>>());
    for ((pattern, flags, expected), engine) in TABLE.iter().zip(engine) {
        assert_eq!(is_accepted(pattern, flags), *expected, "/{pattern}/{flags}");
        assert_eq!(engine, *expected, "the table is wrong: /{pattern}/{flags}");
    }
}

/// As many as four in ten of `SOMON_PROPERTY_CASES`.
#[test]
fn random_ones() {
    let count = number("SOMON_PROPERTY_CASES").map_or(20_000, |cases| cases * 4 / 10);
    let made: Vec<(String, &str)> = (0..count).map(|seed| random(&mut Random::new(seed))).collect();
    let engine = verdicts(&made.iter().map(|(pattern, flags)| (pattern.as_str(), *flags)).collect::<Vec<_>>());
    let mut wrong = Vec::new();
    let (mut read, mut refused) = (0, 0);
    for ((pattern, flags), engine) in made.iter().zip(engine) {
        let ours = is_accepted(pattern, flags);
        read += usize::from(engine);
        refused += usize::from(!engine && !ours);
        if engine && !ours || ours && !engine && !is_let_through(pattern, flags) {
            wrong.push(format!("/{pattern}/{flags} {}", if engine { "is refused" } else { "is accepted" }));
        }
    }
    wrong.sort_by_key(String::len);
    wrong.truncate(20);
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(read * 5 > made.len() && refused * 5 > made.len(), "too much of one kind: {read} read, {refused} refused");
}

fn is_accepted(pattern: &str, flags: &str) -> bool {
    let arena = Bump::new();
    let source = format!("х = /{pattern}/{flags};");
    let diagnostics = parse(&arena, &source).diagnostics;
    let known = |code| matches!(code, Code::UnexpectedToken | Code::UnterminatedRegex);
    assert!(diagnostics.len() < 2 && diagnostics.iter().all(|found| known(found.code)), "{source}: {diagnostics:?}");
    diagnostics.is_empty()
}

/// What the engine says of each.
fn verdicts(all: &[(&str, &str)]) -> Vec<bool> {
    let list = serde_json::to_string(all).expect("texts are JSON");
    let script = format!(
        "const is = ([pattern, flags]) => {{ try {{ return !!new RegExp(pattern, flags) }} catch {{ return false }} }};
         process.stdout.write(JSON.stringify({list}.map(is)));"
    );
    serde_json::from_str(&node(&script)).expect("a list of verdicts")
}

const PIECES: &[&str] = &[
    "a",
    "б",
    "😀",
    "z",
    "1",
    "0",
    "-",
    "-",
    ",",
    "=",
    "<",
    ">",
    ":",
    "!",
    "^",
    "$",
    ".",
    "*",
    "+",
    "?",
    "{",
    "}",
    "{1}",
    "{2,1}",
    "{1,2}",
    "{3,}",
    "[",
    "]",
    "[",
    "]",
    "(",
    ")",
    "(",
    ")",
    "(?:",
    "(?=",
    "(?!",
    "(?<=",
    "(?<!",
    "(?<a>",
    "(?<б>",
    "(?<",
    "(?i:",
    "|",
    "[a-z]",
    "[^а-я]",
    "[z-",
    "\\",
    "\\d",
    "\\W",
    "\\b",
    "\\B",
    "\\k",
    "\\k<a>",
    "\\k<б>",
    "\\1",
    "\\2",
    "\\12",
    "\\8",
    "\\0",
    "\\00",
    "\\377",
    "\\c",
    "\\cA",
    "\\c1",
    "\\x",
    "\\x41",
    "\\u",
    "\\u0041",
    "\\u{41}",
    "\\u{110000}",
    "\\ud83d",
    "\\ude00",
    "\\p{L}",
    "\\p",
    "\\P{Lu}",
    "\\-",
    "\\]",
    "\\[",
    "\\(",
    "\\|",
    "\\ҳ",
    "\\q{ab|c}",
    "--",
    "&&",
    "#",
];

/// Few pieces, so that many of them are right; no slash or line end, which would be no pattern of a literal.
fn random(random: &mut Random) -> (String, &'static str) {
    let flags = *random.pick(&["", "", "", "u", "u", "v", "gi"]);
    loop {
        let count = 1 + random.below(7);
        let mut pattern: String = (0..count).map(|_| *random.pick(PIECES)).collect();
        // Half of them with their brackets closed.
        if random.one_in(2) {
            let open = |opener, closer| pattern.matches(opener).count().saturating_sub(pattern.matches(closer).count());
            let (classes, groups) = (open('[', ']'), open('(', ')'));
            pattern.push_str(&"]".repeat(classes));
            pattern.push_str(&")".repeat(groups));
        }
        // A literal that begins so is a comment.
        if !pattern.starts_with('*') {
            return (pattern, flags);
        }
    }
}
