//! URLs: what Node's own `URL` makes of each input.

use somon_modules::url::{Url, UrlError};

/// Base, input, and the serialised result.
const TABLE: &[(&str, &str, &str)] = &[
    ("https://h/app/main.som", "./ф", "https://h/app/%D1%84"),
    ("https://h/app/main.som", "../lib/a.js", "https://h/lib/a.js"),
    ("https://h/app/main.som", "/lib/", "https://h/lib/"),
    ("https://h/app/main.som", "//cdn/x.som", "https://cdn/x.som"),
    ("https://h/app/main.som", "./a.somewhere/b", "https://h/app/a.somewhere/b"),
    ("https://h/a/b/c", "./%2e%2E/x", "https://h/a/x"),
    ("https://h/a/b/c", "../../../../x", "https://h/x"),
    ("https://h/a/b/c", "./.%2e/x/./y/..", "https://h/a/x/"),
    ("https://h/a/b/c", "./x\\y", "https://h/a/b/x/y"),
    ("https://h/a/b/c", "\\\\g\\x", "https://g/x"),
    ("https://h/a/b/c", "./x y?q=а b'#ф \"`", "https://h/a/b/x%20y?q=%D0%B0%20b%27#%D1%84%20%22%60"),
    ("https://h:8080/a", "/b", "https://h:8080/b"),
    ("", "HTTPS://EXAMPLE.org:443/a/../b", "https://example.org/b"),
    ("", "http://h:80", "http://h/"),
    ("", "http:///h/x", "http://h/x"),
    ("", "https:h/x", "https://h/x"),
    ("", "http://[2001:DB8:0:0:1:0:0:1]:80/x", "http://[2001:db8::1:0:0:1]/x"),
    ("", "http://[::1]/", "http://[::1]/"),
    ("", "http://[1::]/", "http://[1::]/"),
    ("", "http://0x7f.1/", "http://127.0.0.1/"),
    ("", "http://192.168.257", "http://192.168.1.1/"),
    ("", "http://017700000001/", "http://127.0.0.1/"),
    ("", "http://тоҷикистон.tj/ф", "http://xn--h1aafnbdudf97i.tj/%D1%84"),
    ("", "http://пример.испытание/", "http://xn--e1afmkfd.xn--80akhbyknj4f/"),
    ("", "http://bücher.example/", "http://xn--bcher-kva.example/"),
    ("", "data:application/json,{\"a\":1}", "data:application/json,{\"a\":1}"),
    ("", "data:text/plain,салом#ф", "data:text/plain,%D1%81%D0%B0%D0%BB%D0%BE%D0%BC#%D1%84"),
    ("", "blob:https://h/1-2", "blob:https://h/1-2"),
    ("", "somon:///a/./b/../c.som", "somon:///a/c.som"),
    ("", "http://h/%7Ea/~b", "http://h/%7Ea/~b"),
    ("", "http://h/a%zz", "http://h/a%zz"),
    ("", "http://ex%41mple.org/", "http://example.org/"),
    ("", "http://h:00080/", "http://h/"),
    ("", "http://h?x", "http://h/?x"),
    ("", "http://h/a//b///c", "http://h/a//b///c"),
    ("https://h/a//b/c", "../x", "https://h/a//x"),
    ("", "http://h./x", "http://h./x"),
];

#[test]
fn urls_are_what_the_standard_makes_of_them() {
    for (base, input, expected) in TABLE {
        let made = if base.is_empty() { Url::parse(input) } else { Url::parse(base).and_then(|base| base.join(input)) };
        assert_eq!(made.as_ref().map(Url::as_str), Ok(*expected), "{input:?} against {base:?}");
    }
}

#[test]
fn what_is_no_url_says_why() {
    let table: &[(&str, UrlError)] = &[
        ("lodash", UrlError::Relative),
        ("http://", UrlError::EmptyHost),
        ("http://h:99999/", UrlError::BadPort),
        ("http://h:x/", UrlError::BadPort),
        ("http://1.2.3.256/", UrlError::BadIpAddress),
        ("http://[::g]/", UrlError::BadIpAddress),
        ("http://a<b/", UrlError::BadHost),
        ("http://ｆｕｌｌ/", UrlError::BadHost),
        ("http://user:secret@h/", UrlError::Credentials),
        (" http://h/", UrlError::ControlCharacter),
        ("http://h/a\nb", UrlError::ControlCharacter),
    ];
    for (input, expected) in table {
        assert_eq!(Url::parse(input).map(Url::into_string), Err(*expected), "{input:?}");
    }
    let data = Url::parse("data:text/somon,х").expect("a data URL");
    assert_eq!(data.join("./x"), Err(UrlError::OpaqueBase));
}

#[test]
fn an_origin_is_scheme_host_and_port() {
    let origin = |text: &str| Url::parse(text).ok().and_then(|url| url.origin());
    assert_eq!(origin("https://h:8443/a?b#c").as_deref(), Some("https://h:8443"));
    assert_eq!(origin("blob:https://h/1").as_deref(), Some("https://h"));
    assert_eq!(origin("data:,x"), None);
}

#[test]
fn a_known_url_is_what_its_text_says_without_a_look_at_its_characters() {
    let more = ["somon:///", "somon://h/a?b/c#d", "data:text/somon,x?y", "blob:https://h/1", "http://[::1]:8080/?a#b"];
    for text in TABLE.iter().map(|(_, _, url)| *url).chain(more) {
        assert_eq!(Ok(Url::known(text)), Url::parse(text), "{text}");
    }
    assert!(!Url::known("data:,x").is_of_origin_of(&Url::known("data:,x")));
    assert!(Url::known("https://h/a").is_of_origin_of(&Url::known("https://h/b?c")));
    assert!(!Url::known("https://h/a").is_of_origin_of(&Url::known("https://h:8443/a")));
}
