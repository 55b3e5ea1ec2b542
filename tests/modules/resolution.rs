//! Specifiers: what they mean, what is asked for in which order, what is refused.

use somon_modules::error::ErrorCode;
use somon_modules::import_map::ImportMap;
use somon_modules::paths::Paths;
use somon_modules::probe::{JsToSom, Probing};
use somon_modules::specifier::{External, Refusal, Resolved, Rules};
use somon_modules::url::Url;
use somon_ops::config::Value;
use somon_system::sim::profile;
use somon_system::{HostKind, HostProfile, System};

const BASE: &str = "https://h/app/main.som";

fn resolve(specifier: &str, base: &Url, externals: &[External]) -> Result<Resolved, Refusal> {
    let (import_map, paths) = (ImportMap::default(), Paths::default());
    let rules = Rules { externals, import_map: &import_map, paths: &paths, base, root: None };
    somon_modules::specifier::resolve(specifier, base, &rules)
}

fn asked_for(specifier: &str, probing: &Probing) -> Vec<String> {
    let base = Url::parse(BASE).expect("a URL");
    match resolve(specifier, &base, &[]) {
        Ok(Resolved::Url { url, is_probed }) => {
            (0..).map_while(|index| probing.candidate(&url, is_probed, index)).collect()
        }
        other => panic!("{specifier}: {other:?}"),
    }
}

#[test]
fn candidates_come_in_the_order_of_the_table() {
    let tails =
        |stem: &str, parts: &[&str]| -> Vec<String> { parts.iter().map(|part| [stem, part].concat()).collect() };
    let all = [".som", ".js", ".json", "/index.som", "/index.js", "/index.json"];
    let index = ["index.som", "index.js", "index.json"];
    let plain = Probing::default();
    assert_eq!(asked_for("./util", &plain), tails("https://h/app/util", &all));
    assert_eq!(asked_for("./ф", &plain), tails("https://h/app/%D1%84", &all));
    assert_eq!(asked_for("./a.somewhere/b", &plain), tails("https://h/app/a.somewhere/b", &all));
    assert_eq!(
        asked_for("./ном.дуюм", &plain),
        tails("https://h/app/%D0%BD%D0%BE%D0%BC.%D0%B4%D1%83%D1%8E%D0%BC", &all)
    );
    assert_eq!(asked_for("./util?v=1#x", &plain)[..1], ["https://h/app/util.som?v=1#x"]);
    assert_eq!(asked_for("/lib/", &plain), tails("https://h/lib/", &index));
    assert_eq!(asked_for("./dir/", &plain), tails("https://h/app/dir/", &index));
    assert_eq!(asked_for("../lib/a.js", &plain), ["https://h/lib/a.js", "https://h/lib/a.som"]);
    assert_eq!(asked_for("./a.som", &plain), ["https://h/app/a.som"]);
    assert_eq!(asked_for("./a.mjs", &plain), ["https://h/app/a.mjs"]);
    assert_eq!(asked_for("//cdn/x.som", &plain), ["https://cdn/x.som"]);
    assert_eq!(asked_for("https://esm.example/lodash", &plain), ["https://esm.example/lodash"]);
}

#[test]
fn options_change_what_is_asked_for() {
    let prefer = Probing { js_to_som: JsToSom::Prefer, ..Probing::default() };
    assert_eq!(asked_for("./a.js", &prefer), ["https://h/app/a.som", "https://h/app/a.js"]);
    let off = Probing { js_to_som: JsToSom::Off, ..Probing::default() };
    assert_eq!(asked_for("./a.js", &off), ["https://h/app/a.js"]);
    let no_js = Probing { allow_js: false, allow_json: false, ..Probing::default() };
    assert_eq!(asked_for("./a", &no_js), ["https://h/app/a.som", "https://h/app/a/index.som"]);
    assert!(asked_for("./a.json", &no_js).is_empty());
    let exact = Probing { probe_exact: true, extensions: vec![".som".to_owned()], ..Probing::default() };
    assert_eq!(asked_for("./a", &exact), ["https://h/app/a.som", "https://h/app/a/index.som", "https://h/app/a"]);
}

#[test]
fn externals_match_names_prefixes_patterns_and_urls() {
    let base = Url::parse(BASE).expect("a URL");
    let list = ["axios", "node:", "@scope/", "lib-*-x", "./vendor/x.js"];
    let externals: Vec<External> = list.iter().filter_map(|entry| External::parse(entry, &base)).collect();
    assert_eq!(externals.len(), list.len());
    let is_external = |specifier: &str| matches!(resolve(specifier, &base, &externals), Ok(Resolved::External(_)));
    for specifier in ["axios", "axios.js", "axios.som", "node:fs", "@scope/a", "lib-a-x", "./vendor/x.js"] {
        assert!(is_external(specifier), "{specifier}");
    }
    for specifier in ["axiosx", "axios/a", "@scopes/a", "lib-x", "./vendor/y.js"] {
        assert!(!is_external(specifier), "{specifier}");
    }
}

fn refusal(options: &Value, host: &HostProfile, specifier: &str) -> Option<ErrorCode> {
    let system = System::new(options, host).expect("the options are right");
    system.resolve(specifier, Some(BASE)).err().map(|error| error.code)
}

#[test]
fn what_is_refused_has_its_own_code() {
    let long = ["./", &"a".repeat(2048)].concat();
    let table: &[(&str, ErrorCode)] = &[
        ("", ErrorCode::ResolveEmpty),
        (&long, ErrorCode::ResolveTooLong),
        (" ./a", ErrorCode::ResolveInvalidUrl),
        ("./a\nb", ErrorCode::ResolveInvalidUrl),
        ("lodash", ErrorCode::ResolveBare),
        (".", ErrorCode::ResolveBare),
        ("..", ErrorCode::ResolveBare),
        ("javascript:1", ErrorCode::ResolveScheme),
        ("node:fs", ErrorCode::ResolveScheme),
        ("file:///etc/passwd", ErrorCode::ResolveScheme),
        ("ws://h/x", ErrorCode::ResolveScheme),
        ("https://user:secret@h/x", ErrorCode::ResolveCredentials),
        ("https://elsewhere/x.som", ErrorCode::ResolveOrigin),
        ("http://h/x.som", ErrorCode::ResolveScheme),
        ("https://h:1/x.som", ErrorCode::ResolveOrigin),
    ];
    for (specifier, code) in table {
        assert_eq!(refusal(&Value::Undefined, &profile(BASE), specifier), Some(*code), "{specifier}");
    }
}

#[test]
fn origins_are_the_entrys_or_listed() {
    let list = Value::List(
        ["https://cdn.example", "https://*.parts.example"].map(|text| Value::String(text.to_owned())).to_vec(),
    );
    let with = |value: Value| {
        Value::Map(vec![("resolution".to_owned(), Value::Map(vec![("allowedOrigins".to_owned(), value)]))])
    };
    let listed = with(list);
    let host = profile(BASE);
    assert_eq!(refusal(&listed, &host, "https://cdn.example/a"), None);
    assert_eq!(refusal(&listed, &host, "https://a.parts.example/a"), None);
    assert_eq!(refusal(&listed, &host, "https://parts.example/a"), Some(ErrorCode::ResolveOrigin));
    assert_eq!(refusal(&listed, &host, "https://evil.example/a"), Some(ErrorCode::ResolveOrigin));
    let any = with(Value::String("any".to_owned()));
    assert_eq!(refusal(&any, &host, "https://10.0.0.1/a"), None);
    let edge = HostProfile { kind: HostKind::Workerd, base_url: BASE.to_owned() };
    for inner in [
        "https://10.0.0.1/",
        "https://0x7f.1/",
        "https://[::ffff:10.0.0.1]/",
        "https://[fe80::1]/",
        "https://a.internal/",
    ] {
        assert_eq!(refusal(&any, &edge, inner), Some(ErrorCode::ResolveOrigin), "{inner}");
    }
    assert_eq!(refusal(&any, &edge, "https://example.org/a"), None);
}
