//! Tokens for editors: kinds, places in UTF-16 units, and that they cover any text without overlap.

use std::fs;
use std::path::Path;

use somon_lang::tokenize::{TokenKind, tokenize};

/// `kind text` of every token.
fn shown(source: &str) -> String {
    let units: Vec<u16> = source.encode_utf16().collect();
    let texts: Vec<_> = tokenize(source)
        .iter()
        .map(|token| {
            let text = String::from_utf16_lossy(&units[token.start as usize..token.end as usize]);
            format!("{} {text}", token.kind.text())
        })
        .collect();
    texts.join(" | ")
}

#[test]
fn kinds() {
    assert_eq!(
        shown("тағ а = 1.5; // шарҳ"),
        "keyword тағ | name а | operator = | number 1.5 | punctuation ; | comment // шарҳ"
    );
    assert_eq!(
        shown("чоп.сабт(\"😀\", /а/g);"),
        "builtin чоп | punctuation . | builtin сабт | punctuation ( | string \"😀\" | punctuation , | regex /а/g | \
         punctuation ) | punctuation ;"
    );
    assert_eq!(shown("`а${б}в`"), "template `а${ | name б | template }в`");
    assert_eq!(shown("а № б"), "name а | invalid № | name б");
    assert_eq!(shown("#!/som\nа"), "comment #!/som | name а");
}

#[test]
fn contextual_words_by_their_neighbours() {
    assert_eq!(shown("то (а)"), "keyword то | punctuation ( | name а | punctuation )");
    assert_eq!(shown("то = 2"), "name то | operator = | number 2");
    assert_eq!(shown("навъ А"), "keyword навъ | name А");
    assert_eq!(shown("навъ = 5"), "name навъ | operator = | number 5");
    assert_eq!(shown("х: рақам"), "name х | punctuation : | keyword рақам");
    assert_eq!(shown("тағ рақам"), "keyword тағ | name рақам");
    assert_eq!(shown("а.агар"), "name а | punctuation . | name агар");
    assert_eq!(shown("{агар: 1}"), "punctuation { | name агар | punctuation : | number 1 | punctuation }");
}

#[test]
fn tokens_are_in_order_and_inside_the_text() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/run");
    let mut seen = 0;
    for entry in fs::read_dir(folder).expect("corpus") {
        let path = entry.expect("entry").path();
        if path.extension().is_none_or(|extension| extension != "som") {
            continue;
        }
        let source = fs::read_to_string(&path).expect("readable");
        for cut in [source.len(), source.len() / 2, source.len() / 3] {
            let cut = (0..=cut).rev().find(|&at| source.is_char_boundary(at)).unwrap_or(0);
            let source = &source[..cut];
            let length = source.encode_utf16().count() as u32;
            let mut end = 0;
            for token in tokenize(source) {
                assert!(
                    token.start >= end && token.end > token.start && token.end <= length,
                    "{} {token:?}",
                    path.display()
                );
                assert!(token.kind != TokenKind::Invalid, "{} {token:?}", path.display());
                end = token.end;
            }
        }
        seen += 1;
    }
    assert!(seen > 100);
}
