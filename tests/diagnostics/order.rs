//! What is said, in which order, how much of it, and what blocks output.

use somon_lang::diagnostic::{Code, Diagnostic, MODULE_ERRORS_MAX, Mode, Rule, Settled, Severity, settle};
use somon_lang::source::Span;

const STRICT: Mode = Mode { is_strict: true, rules: &[] };

fn one(code: Code, start: u32) -> Diagnostic {
    Diagnostic::new(code, Span::new(start, start + 1))
}

fn codes(list: &[Settled]) -> Vec<(Code, u32)> {
    list.iter().map(|settled| (settled.diagnostic.code, settled.diagnostic.span.start)).collect()
}

#[test]
fn sorted_by_place_then_code_and_said_once() {
    let list = vec![
        one(Code::BadExport, 9),
        one(Code::UnexpectedToken, 3),
        one(Code::BadExport, 9),
        one(Code::UnexpectedCharacter, 3),
        one(Code::UnexpectedToken, 0),
    ];
    let expected =
        [(Code::UnexpectedToken, 0), (Code::UnexpectedCharacter, 3), (Code::UnexpectedToken, 3), (Code::BadExport, 9)];
    assert_eq!(codes(&settle(list, Mode::default())), expected);
}

#[test]
fn a_hundred_errors_then_a_note() {
    let exactly: Vec<_> = (0..100).map(|at| one(Code::UnexpectedToken, at)).collect();
    assert_eq!(settle(exactly, Mode::default()).len(), MODULE_ERRORS_MAX);
    let many: Vec<_> = (0..5000).map(|at| one(Code::UnexpectedToken, at)).collect();
    let list = settle(many, Mode::default());
    assert_eq!(list.len(), MODULE_ERRORS_MAX + 1);
    let note = list.last().expect("a note");
    assert_eq!((note.diagnostic.code, note.severity), (Code::TooManyErrors, Severity::Info));
    let warnings: Vec<_> = (0..5000).map(|at| one(Code::MissingSemicolon, at)).collect();
    assert!(settle(warnings, Mode::default()).len() <= 1000);
}

#[test]
fn modes_rules_and_new_places() {
    let severity = |diagnostic: &Diagnostic, mode| diagnostic.severity_in(mode);
    let unknown = one(Code::UndefinedName, 0);
    assert_eq!(severity(&unknown, Mode::default()), Some(Severity::Error));
    let in_new_place = unknown.clone().in_new_place();
    assert_eq!(severity(&in_new_place, Mode::default()), Some(Severity::Warning));
    assert_eq!(severity(&in_new_place, STRICT), Some(Severity::Error));
    assert_eq!(severity(&one(Code::MissingSemicolon, 0), STRICT), Some(Severity::Error));

    let unused = one(Code::UnusedName, 0);
    assert_eq!(severity(&unused, STRICT), None);
    let rules = [(Code::UnusedName, Rule::On(Severity::Warning)), (Code::UndefinedName, Rule::Off)];
    let mode = Mode { is_strict: true, rules: &rules };
    assert_eq!(severity(&unused, mode), Some(Severity::Warning));
    assert_eq!(severity(&unknown, mode), None);

    let rules = [(Code::ConstAssignment, Rule::Off), (Code::UnexpectedToken, Rule::Off)];
    let mode = Mode { is_strict: false, rules: &rules };
    assert_eq!(
        severity(&one(Code::ConstAssignment, 0), mode),
        Some(Severity::Error),
        "early errors cannot be silenced"
    );
    assert_eq!(severity(&one(Code::UnexpectedToken, 0), mode), Some(Severity::Error));
}

#[test]
fn what_blocks_output() {
    let blocks = |code, mode| settle(vec![one(code, 0)], mode).iter().any(|settled| settled.blocks_output(mode));
    for code in [Code::UnexpectedToken, Code::UnexpectedCharacter, Code::ConstAssignment, Code::ExportUndeclared] {
        assert!(blocks(code, Mode::default()) && blocks(code, STRICT), "{code:?}");
    }
    for code in [Code::MissingSemicolon, Code::TypeMismatch] {
        assert!(!blocks(code, Mode::default()), "{code:?}");
        assert!(blocks(code, STRICT), "{code:?}");
    }
    for code in [Code::UnknownEscape, Code::DocumentedSpelling, Code::EmptySubstitution] {
        assert!(!blocks(code, Mode::default()) && !blocks(code, STRICT), "{code:?}");
    }
}
