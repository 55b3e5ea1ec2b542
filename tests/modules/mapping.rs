//! Import maps, `paths` and externals together: a row for each rule, through the system's own resolution.

use somon_modules::error::ErrorCode::{self, ResolveBacktrack, ResolveBare, ResolveBlocked, ResolveNotFound};
use somon_modules::json_value;
use somon_ops::config::Value;
use somon_system::System;
use somon_system::sim::profile;

const BASE: &str = "https://h/app/";
const FROM: &str = "https://h/app/main.som";

/// `resolution` as JSON text, so that the rows read as their users write them.
fn system(resolution: &str) -> System {
    let value = json_value::read(resolution).expect("JSON");
    let options = Value::Map(vec![("resolution".to_owned(), value)]);
    System::new(&options, &profile(BASE)).expect("the options are right")
}

#[track_caller]
fn holds(resolution: &str, rows: &[(&str, &str, Result<&str, ErrorCode>)]) {
    let system = system(resolution);
    for (specifier, referrer, expected) in rows {
        let found = system.resolve(specifier, Some(referrer)).map_err(|error| error.code);
        assert_eq!(found, expected.map(str::to_owned), "{specifier} from {referrer}");
    }
}

#[test]
fn exact_keys_and_the_longest_prefix_win() {
    let map = r#"{"importMap": {"imports": {
        "a": "./a.som", "a/": "./lib/a/", "a/b/": "./b/", "a/b/c": "./c.som", "./x.som": "./y.som", "no": null, "no/": null,
        "далер": "./д.som"
    }}}"#;
    holds(
        map,
        &[
            ("a", FROM, Ok("https://h/app/a.som")),
            ("a/x.som", FROM, Ok("https://h/app/lib/a/x.som")),
            ("a/b/x", FROM, Ok("https://h/app/b/x")),
            ("a/b/c", FROM, Ok("https://h/app/c.som")),
            ("далер", FROM, Ok("https://h/app/%D0%B4.som")),
            ("ab", FROM, Err(ResolveBare)),
            ("./x.som", FROM, Ok("https://h/app/y.som")),
            ("/app/x.som", FROM, Ok("https://h/app/y.som")),
            ("https://h/app/x.som", FROM, Ok("https://h/app/y.som")),
            ("no", FROM, Err(ResolveBlocked)),
            ("no/x", FROM, Err(ResolveBlocked)),
            ("a/../../x", FROM, Err(ResolveBacktrack)),
            ("a/%2e%2e/x", FROM, Err(ResolveBacktrack)),
        ],
    );
}

#[test]
fn scopes_apply_by_their_referrer_longest_first() {
    let map = r#"{"importMap": {
        "imports": {"x": "./x.som", "y": "./y.som"},
        "scopes": {"./s/": {"x": "./s1.som"}, "./s/t/": {"x": "./s2.som"}, "./one.som": {"x": "./s3.som"}, "./b": {"x": null}}
    }}"#;
    holds(
        map,
        &[
            ("x", FROM, Ok("https://h/app/x.som")),
            ("x", "https://h/app/s/m.som", Ok("https://h/app/s1.som")),
            ("x", "https://h/app/s/t/m.som", Ok("https://h/app/s2.som")),
            ("y", "https://h/app/s/t/m.som", Ok("https://h/app/y.som")),
            ("x", "https://h/app/one.som", Ok("https://h/app/s3.som")),
            ("x", "https://h/app/one.som2", Ok("https://h/app/x.som")),
            ("x", "https://h/app/b/m.som", Ok("https://h/app/x.som")),
        ],
    );
}

#[test]
fn prefixes_hold_for_bare_names_and_special_urls_alone() {
    let map = r#"{"allowedOrigins": "any", "allowedSchemes": ["https:", "data:"],
        "importMap": {"imports": {"https://c/": "https://d/", "data:text/": "https://d/"}}}"#;
    holds(
        map,
        &[
            ("https://c/a.som", FROM, Ok("https://d/a.som")),
            ("data:text/javascript,1", FROM, Ok("data:text/javascript,1")),
        ],
    );
}

#[test]
fn a_mapped_address_is_not_probed() {
    holds(r#"{"imports": {"a": "./a"}}"#, &[("a", FROM, Ok("https://h/app/a"))]);
}

#[test]
fn what_is_wrong_with_a_map_is_warned_of_or_refused() {
    let warned = system(
        r#"{"importMap": {"unknown": 1, "imports": {"": "./a", "a": 1, "b": "bare", "c/": "./c"},
            "scopes": {"http://[": {}}, "integrity": {"bare": "sha256-x", "./a": 1}}}"#,
    );
    assert_eq!(warned.warnings().len(), 8, "{:?}", warned.warnings());
    for specifier in ["a", "b", "c/x"] {
        let code = warned.resolve(specifier, Some(FROM)).map_err(|error| error.code);
        assert_eq!(code, Err(ResolveBlocked), "{specifier}");
    }
    for map in
        [r#"{"imports": []}"#, r#"{"scopes": 1}"#, r#"{"scopes": {"a": 1}}"#, r#"{"integrity": ""}"#, "[]", "{", "1"]
    {
        let map = Value::Map(vec![("importMap".to_owned(), Value::String(map.to_owned()))]);
        let options = Value::Map(vec![("resolution".to_owned(), map)]);
        let error = System::new(&options, &profile(BASE)).err().expect("a problem");
        assert_eq!(error.problems[0].path, "resolution.importMap");
    }
}

#[test]
fn a_rule_that_is_there_is_not_replaced() {
    let both = system(r#"{"importMap": {"imports": {"a": "./1.som"}}, "imports": {"a": "./2.som", "b": "./3.som"}}"#);
    assert_eq!(both.resolve("a", None).ok().as_deref(), Some("https://h/app/1.som"));
    assert_eq!(both.resolve("b", None).ok().as_deref(), Some("https://h/app/3.som"));
    assert_eq!(both.warnings().len(), 1);
}

#[test]
fn paths_prefer_exact_keys_then_long_starts_then_long_ends() {
    let paths = r#"{"paths": {
        "*": ["any/*"], "@lib/*": ["lib/*"], "@lib/deep/*": ["deep/*"], "@lib/exact": ["exact.som"], "@lib/*.som": ["som/*"],
        "@out/*": ["https://other/*"]
    }}"#;
    holds(
        paths,
        &[
            ("@lib/a", FROM, Ok("https://h/app/lib/a.som")),
            ("@lib/deep/a", FROM, Ok("https://h/app/deep/a.som")),
            ("@lib/exact", FROM, Ok("https://h/app/exact.som")),
            ("@lib/a.som", FROM, Ok("https://h/app/som/a.som")),
            ("@libutil", FROM, Ok("https://h/app/any/@libutil.som")),
            ("@out/a", FROM, Err(ResolveBare)),
        ],
    );
}

#[test]
fn the_map_goes_before_paths_and_externals_before_both() {
    let value = json_value::read(
        r#"{"resolution": {"imports": {"a": "./map.som", "e": "./e.som", "f": "./vendor/f.som"}, "paths": {"a": ["p.som"], "p": ["p.som"]}},
            "loading": {"externals": ["e", "./vendor/f.som"]}}"#,
    );
    let system = System::new(&value.expect("JSON"), &profile(BASE)).expect("the options are right");
    let resolve = |specifier: &str| system.resolve(specifier, Some(FROM)).ok();
    assert_eq!(resolve("a").as_deref(), Some("https://h/app/map.som"));
    assert_eq!(resolve("p").as_deref(), Some("https://h/app/p.som"));
    assert_eq!(resolve("e").as_deref(), Some("external:e"));
    assert_eq!(resolve("f").as_deref(), Some("external:https://h/app/vendor/f.som"));
}

#[test]
fn a_manifest_says_which_spelling_exists() {
    holds(
        r#"{"manifest": ["./a.json", "./b/index.som"]}"#,
        &[
            ("./a", FROM, Ok("https://h/app/a.json")),
            ("./b?v=1", FROM, Ok("https://h/app/b/index.som?v=1")),
            ("./c", FROM, Err(ResolveNotFound)),
        ],
    );
}
