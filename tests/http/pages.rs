//! The reference pages are what the tables say. `SOMON_UPDATE=1` writes them anew.

use std::path::Path;

use somon_http::code;
use somon_http::reference;
use somon_modules::error::ErrorCode;

#[test]
fn the_pages_are_what_the_tables_say() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    for (name, page) in [("http.md", reference::routes()), ("errors.md", reference::errors())] {
        let path = docs.join(name);
        if std::env::var_os("SOMON_UPDATE").is_some() {
            std::fs::write(&path, &page).expect("docs can be written");
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == page, "docs/{name} is old: run the tests of http with SOMON_UPDATE=1");
    }
}

#[test]
fn every_code_has_a_whole_row() {
    let page = reference::errors();
    let texts = ErrorCode::ALL.iter().map(|code| code.text()).chain(code::ALL.iter().map(|reason| reason.code));
    for text in texts {
        let row = page.lines().find(|line| line.starts_with(&format!("| `{text}` |"))).expect(text);
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        assert!(cells.len() == 4 && cells.iter().all(|cell| !cell.is_empty()), "{row}");
    }
}

#[test]
fn the_decided_codes_are_the_codes() {
    // decisions.md, section 6.
    let decided = "NOT_FOUND METHOD_NOT_ALLOWED UNAUTHORIZED FORBIDDEN NOT_ACCEPTABLE PRECONDITION_FAILED BODY_TOO_LARGE \
                   UNSUPPORTED_MEDIA_TYPE INVALID_JSON INVALID_BODY INVALID_QUERY INVALID_URL BREAKER_NOT_FOUND CLOSED";
    let mut decided: Vec<&str> = decided.split_whitespace().collect();
    // A body that takes too long has the code of everything that takes too long.
    decided.push("TIMEOUT");
    let mut ours: Vec<&str> = code::ALL.iter().map(|reason| reason.code).collect();
    decided.sort_unstable();
    ours.sort_unstable();
    assert_eq!(ours, decided);
}
