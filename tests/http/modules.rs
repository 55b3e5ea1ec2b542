//! Module routes: addresses, conditions, what may be reached, and how failures of others are told.

use somon_modules::error::ErrorCode;
use somon_ops::config::Value;
use somon_system::sim::{End, Reply};

use crate::support::{BASE, Desk, ask, body, json, map, text, texts};

fn serving(modules: &[(&str, Value)]) -> Desk {
    Desk::new(&Value::Undefined, &map(&[("modules", map(modules))]))
}

#[test]
fn imports_lead_to_further_routes() {
    let mut desk = serving(&[("origins", texts(&["https://cdn.example"]))]);
    let source = r#"ворид { а } аз "./lib/a"; ворид б аз "./d.json"; ворид { в } аз "https://cdn.example/x/в.som"; содир { а, б, в };"#;
    desk.module("main.som", source);
    desk.module("lib/a.som", r#"содир { а } аз "../b";"#);
    desk.module("b.som", "содир собит а = 1;");
    desk.module("d.json", "{}");
    desk.network.set("https://cdn.example/x/%D0%B2.som", Reply::text("содир собит в = 1;"));
    let main = desk.answer(ask("GET", "/m/main.js"));
    assert_eq!(main.status, 200, "{}", body(&main));
    let imported: Vec<&str> = body(&main).split('"').skip(1).step_by(2).collect();
    assert_eq!(imported, ["./lib/a.js", "./d.json.js", "./~/https/cdn.example/x/%D0%B2.js"]);
    for (path, inside) in [
        ("/m/lib/a.js", "\"../b.js\""),
        ("/m/d.json.js", "export default {}"),
        ("/m/~/https/cdn.example/x/%D0%B2.js", "export const в = 1"),
    ] {
        let answer = desk.answer(ask("GET", path));
        assert_eq!(answer.status, 200, "{path} {}", body(&answer));
        assert!(body(&answer).contains(inside), "{path} {}", body(&answer));
    }
}

#[test]
fn who_has_it_gets_304_without_compiling() {
    let mut desk = Desk::new(
        &map(&[("loading", map(&[("defaultTtlMs", Value::Number(60_000.0))]))]),
        &map(&[("modules", map(&[]))]),
    );
    desk.module("main.som", "содир собит а = 1;");
    let first = desk.answer(ask("GET", "/m/main.js"));
    let tag = first.header("etag").expect("a tag").to_owned();
    assert_eq!(tag.len(), 29, "27 characters in quotes: {tag}");
    let parsed = desk.service.system().figures().parsed;
    for list in [tag.clone(), format!("\"x\", {tag}"), format!("W/{tag}"), "*".to_owned()] {
        let answer = desk.answer(ask("GET", "/m/main.js").with("if-none-match", &list));
        assert_eq!((answer.status, answer.body.len()), (304, 0), "{list}");
        assert_eq!(answer.header("etag"), Some(tag.as_str()));
        assert!(answer.header("cache-control").is_some());
    }
    assert_eq!(desk.service.system().figures().parsed, parsed);
    assert_eq!(desk.requests.len(), 1, "{:?}", desk.requests);
    assert_eq!(desk.answer(ask("GET", "/m/main.js").with("if-none-match", "\"other\"")).status, 200);
    // Another output has another tag.
    let other = desk.answer(ask("GET", "/m/main.js?target=es2020").with("if-none-match", "\"x\""));
    assert_eq!(other.status, 200);
}

#[test]
fn a_changed_module_has_another_tag() {
    let mut desk = serving(&[]);
    desk.module("main.som", "содир собит а = 1;");
    let first = desk.answer(ask("GET", "/m/main.js"));
    desk.module("main.som", "содир собит а = 2;");
    let tag = first.header("etag").expect("a tag");
    let second = desk.answer(ask("GET", "/m/main.js").with("if-none-match", tag));
    assert_eq!(second.status, 200);
    assert_ne!(second.header("etag"), first.header("etag"));
}

#[test]
fn an_address_with_the_hash_never_changes() {
    let mut desk = serving(&[]);
    desk.module("main.som", "содир собит а = 1;");
    let tag = desk.answer(ask("GET", "/m/main.js")).header("etag").expect("a tag").to_owned();
    let hash = tag.trim_matches('"');
    let fixed = desk.answer(ask("GET", &format!("/m/main.js?v={hash}")));
    assert_eq!(fixed.header("cache-control"), Some("public, max-age=31536000, immutable"));
    let stale = desk.answer(ask("GET", "/m/main.js?target=es2020&v=old"));
    assert_eq!((stale.status, stale.header("cache-control")), (302, Some("no-cache")));
    let location = stale.header("location").expect("where to").to_owned();
    let followed = desk.answer(ask("GET", &location));
    assert_eq!(followed.status, 200, "{location}");
    assert!(followed.header("cache-control").expect("set").contains("immutable"), "{location}");
}

#[test]
fn nothing_but_what_is_listed_is_reached() {
    let mut desk = serving(&[("root", text("https://h/app/public/")), ("origins", texts(&["https://cdn.example"]))]);
    desk.module("public/main.som", r#"ворид { а } аз "../secret"; содир { а };"#);
    desk.module("public/far.som", r#"ворид { а } аз "https://evil.example/a.som"; содир { а };"#);
    desk.module("secret.som", "содир собит а = 1;");
    desk.network.set("https://evil.example/a.som", Reply::text("содир собит а = 1;"));
    for (path, status) in [
        ("/m/~/https/evil.example/a.js", 403),
        ("/m/~/https/h/app/secret.js", 403),
        ("/m/~/file/etc/passwd.js", 403),
        ("/m/~/https/cdn.example:8443/a.js", 403),
        ("/m/~/https/cdn.example@evil.example/a.js", 403),
        ("/m/..%2Fsecret.js", 404),
        ("/m/%2e%2e/secret.js", 404),
        ("/m//secret.js", 404),
        ("/m/main.js", 422),
        ("/m/far.js", 422),
        ("/m/https://evil.example/a.js", 404),
    ] {
        let answer = desk.answer(ask("GET", path));
        assert_eq!(answer.status, status, "{path} {}", body(&answer));
    }
    let outside = |url: &String| !url.starts_with("https://h/app/public/");
    assert!(!desk.requests.iter().any(outside), "{:?}", desk.requests);
}

#[test]
fn failures_of_others_are_told_as_such() {
    let mut desk = serving(&[]);
    let no_retry = map(&[("loading", map(&[("retry", map(&[("maxRetries", Value::Number(0.0))]))]))]);
    desk.service = somon_http::Service::new(&no_retry, &somon_system::sim::profile(BASE)).expect("right");
    let handler = map(&[("modules", map(&[]))]);
    desk.service.add_handler(somon_http::event::HandlerId(1), &handler, "").expect("right");
    let url = |path: &str| [BASE, path].concat();
    desk.network.set(&url("down.som"), Reply::status(0));
    desk.network.set(&url("broken.som"), Reply::status(500));
    desk.network.set(&url("gone.som"), Reply::status(410));
    desk.network.set(&url("slow.som"), Reply::text("").end(End::Hangs));
    desk.network.set(&url("page.som"), Reply::text("<html>").header("content-type", "text/html"));
    desk.module("needs.som", r#"ворид { а } аз "./broken.som"; содир { а };"#);
    desk.module("misses.som", r#"ворид { а } аз "./absent.som"; содир { а };"#);
    desk.module("wrong.som", "собит = 1;");
    for (path, status, code) in [
        ("/m/down.js", 502, ErrorCode::LoadNetwork),
        ("/m/broken.js", 502, ErrorCode::LoadHttp),
        ("/m/gone.js", 404, ErrorCode::ResolveNotFound),
        ("/m/slow.js", 504, ErrorCode::LoadTimeout),
        ("/m/needs.js", 502, ErrorCode::LoadHttp),
        ("/m/misses.js", 422, ErrorCode::CompileFailed),
        ("/m/wrong.js", 422, ErrorCode::CompileFailed),
        ("/bundle.js?entry=wrong.som", 422, ErrorCode::CompileFailed),
        ("/bundle.js?entry=needs.som", 502, ErrorCode::LoadHttp),
        ("/bundle.js?entry=absent.som", 404, ErrorCode::LoadHttp),
    ] {
        let answer = desk.answer(ask("GET", path));
        assert_eq!((answer.status, &json(&answer)["code"]), (status, &code.text().into()), "{path} {}", body(&answer));
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
    }
}

#[test]
fn in_development_an_error_is_a_script_that_throws_it() {
    let mut desk = serving(&[("dev", Value::Bool(true))]);
    desk.module("wrong.som", "собит = 1;");
    let answer = desk.answer(ask("GET", "/m/wrong.js"));
    assert_eq!(answer.status, 200);
    assert!(
        body(&answer).starts_with("throw new SyntaxError(\"") && body(&answer).contains("SOM2007"),
        "{}",
        body(&answer)
    );
}

#[test]
fn bundles_only_what_is_listed() {
    let mut desk = serving(&[("entries", texts(&["main.som", "other"]))]);
    for name in ["main", "other", "third"] {
        desk.module(&[name, ".som"].concat(), "содир собит а = 1;");
    }
    for (query, status) in [
        ("entry=main.som", 200),
        ("entry=./main.som", 200),
        ("entry=main", 200),
        ("entry=other.som", 200),
        ("entry=third.som", 403),
        ("entry=", 400),
        ("", 400),
        ("entry=main.som&format=iife", 400),
        ("entry=main.som&format=esm", 200),
        ("entry=main.som&target=es5", 400),
        ("entry=main.som&minify=2", 400),
        ("entry=%ff", 400),
        ("entry=https://evil.example/a.som", 403),
    ] {
        let answer = desk.answer(ask("GET", &["/bundle.js?", query].concat()));
        assert_eq!(answer.status, status, "{query} {}", body(&answer));
    }
}

#[test]
fn a_client_that_is_gone_stops_its_own_operation() {
    let mut desk = serving(&[]);
    desk.network.set(&[BASE, "slow.som"].concat(), Reply::text("содир собит а = 1;").delay(1_000_000));
    let first = desk.begin(ask("GET", "/m/slow.js"));
    let second = desk.begin(ask("GET", "/m/slow.js"));
    desk.deliver(somon_http::event::Event::Gone { id: somon_http::event::RequestId(first) });
    desk.run();
    let status = |id| desk.answers.get(&id).and_then(Option::as_ref).map(|answer| answer.status);
    assert_eq!((status(first), status(second)), (Some(503), Some(200)));
    let figures = desk.service.system().figures();
    assert_eq!((figures.operations, figures.fetches, figures.timers), (0, 0, 0));
}

#[test]
fn javascript_modules_lead_to_further_routes_too() {
    let mut desk = serving(&[]);
    let script = |text: &str| Reply::text(text).header("content-type", "text/javascript");
    desk.module("main.som", r#"содир { а } аз "./lib.js";"#);
    desk.network.set(&[BASE, "lib.js"].concat(), script("export { а } from \"./b.som\";\nimport \"./c.js\";\n"));
    desk.network.set(&[BASE, "c.js"].concat(), script("export const в = 1;\n"));
    desk.module("b.som", "содир собит а = 1;");
    let main = desk.answer(ask("GET", "/m/main.js"));
    assert_eq!((main.status, body(&main).contains("\"./lib.js\"")), (200, true), "{}", body(&main));
    let lib = desk.answer(ask("GET", "/m/lib.js"));
    assert_eq!(lib.status, 200, "{}", body(&lib));
    assert!(body(&lib).contains("\"./b.js\"") && body(&lib).contains("\"./c.js\""), "{}", body(&lib));
}

#[test]
fn a_module_is_looked_for_in_two_places_only() {
    let mut desk = serving(&[]);
    desk.network.set(
        &[BASE, "lib.js"].concat(),
        Reply::text("export const a = 1;\n").header("content-type", "text/javascript"),
    );
    assert_eq!(desk.answer(ask("GET", "/m/none.js")).status, 404);
    assert_eq!(desk.answer(ask("GET", "/m/lib.js")).status, 200);
    let asked: Vec<&str> = desk.requests.iter().filter_map(|url| url.strip_prefix(BASE)).collect();
    assert_eq!(asked, ["none.som", "none.js", "lib.som", "lib.js"]);
}
