//! Code frames: the caret stands under the place whatever the line holds.

use somon_lang::diagnostic::{Code, Diagnostic, Mode, Texts, render, settle};
use somon_lang::source::Span;

fn frame(source: &str, start: usize, end: usize) -> String {
    let list = vec![Diagnostic::new(Code::UnexpectedToken, Span::new(start as u32, end as u32))];
    render(source, &settle(list, Mode::default()), &Texts::english()).pop().expect("one finding").frame
}

#[test]
fn the_caret_stands_under_the_place() {
    let source = "тағ а = 1;\nтағ б = ;\n";
    let at = source.rfind(';').expect("in the text");
    assert_eq!(frame(source, at, at + 1), "2 | тағ б = ;\n  |         ^");
}

#[test]
fn tabs_marks_and_wide_letters_keep_the_caret_in_place() {
    let source = "\tа\u{301}б🙂?";
    let at = source.find('?').expect("in the text");
    assert_eq!(frame(source, at, at + 1), "1 |     а\u{301}б🙂?\n  |         ^");
}

#[test]
fn the_end_of_the_text_and_of_the_line_have_a_caret() {
    assert_eq!(frame("", 0, 0), "1 | \n  | ^");
    assert_eq!(frame("аб", 4, 4), "1 | аб\n  |   ^");
    assert_eq!(frame("аб\r\nв", 0, 8), "1 | аб\n  | ^^");
}

#[test]
fn a_span_outside_the_text_does_no_harm() {
    for (start, end) in [(100, 200), (1, 2), (3, 1), (0, u32::MAX as usize), (u32::MAX as usize, u32::MAX as usize)] {
        let shown = frame("аб\nв", start, end);
        assert_eq!(shown.lines().count(), 2, "{shown:?}");
    }
}

#[test]
fn long_lines_are_cut_around_the_place() {
    for filler in ["а", "x", "🙂", "\t", "\u{301}", "\u{0}"] {
        for before in [0, 30, 59, 60, 61, 100, 5_000, 200_000] {
            let mut source = filler.repeat(before);
            let at = source.len();
            source.push_str("ЯК");
            source.push_str(&filler.repeat(10_000));
            let shown = frame(&source, at, at + 4);
            let (line, carets) = shown.split_once('\n').expect("two lines");
            assert!(line.contains("ЯК"), "{filler:?} {before}: {shown}");
            if filler != "\u{301}" {
                assert!(line.chars().count() <= 120, "{filler:?} {before}: {line}");
            }
            assert!(carets.ends_with("| ^^") || carets.ends_with(" ^^"), "{filler:?} {before}: {carets}");
            if matches!(filler, "а" | "x") {
                let column = |text: &str, mark: char| text.chars().position(|letter| letter == mark);
                assert_eq!(column(line, 'Я'), column(carets, '^'), "{filler:?} {before}");
            }
        }
    }
}
