//! One mistake in a program, as people make it or have it while they type, is one diagnostic at its place: `mistakes.txt`
//! has the expected finding on the first line of each piece, and the program below.

use somon_lang::parser::parse;
use somon_lang::source::LineIndex;

#[test]
fn one_mistake_is_one_diagnostic() {
    let pieces: Vec<(&str, &str)> =
        include_str!("mistakes.txt").split("\n====\n").filter_map(|piece| piece.split_once('\n')).collect();
    assert!(pieces.len() > 40);
    let wrong: Vec<String> = pieces
        .iter()
        .map(|(expected, source)| (source, *expected, found(source.trim_end())))
        .filter(|(_, expected, found)| expected != found)
        .map(|(source, expected, found)| format!("{source}\nexpected {expected}, found {found}\n"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `CODE line:column` of every diagnostic.
fn found(source: &str) -> String {
    let arena = bumpalo::Bump::new();
    let lines = LineIndex::new(source);
    let told = parse(&arena, source).diagnostics.into_iter().map(|diagnostic| {
        let place = lines.position(diagnostic.span.start);
        format!("{} {}:{}", diagnostic.code as u16, place.line, place.column)
    });
    told.collect::<Vec<_>>().join(", ")
}
