//! Faults of the reference's management server, by the ids of module-system.md 10.9. Those of the configuration alone
//! (H1 to H5) are tested where it lives.

use somon_http::route::ROUTES;
use somon_ops::config::Value;

use crate::support::{Desk, ask, body, json, map, text};

const TOKEN: &str = "secret";

fn desk() -> Desk {
    let auth = map(&[("token", text(TOKEN))]);
    let mut desk = Desk::new(&Value::Undefined, &map(&[("auth", auth), ("modules", map(&[]))]));
    desk.module("main.som", r#"ворид { а } аз "./b"; содир { а };"#);
    desk.module("b.som", "содир собит а = 1;");
    desk
}

#[test]
fn h6_figures_are_live() {
    let mut desk = desk();
    let metrics = |desk: &mut Desk| json(&desk.answer(ask("GET", "/metrics").bearer(TOKEN)));
    assert_eq!(metrics(&mut desk)["modulesInCache"], 0);
    assert_eq!(desk.answer(ask("GET", "/m/main.js")).status, 200);
    let now = metrics(&mut desk);
    assert_eq!(now["modulesInCache"], 2);
    assert_eq!(now["modulesInCache"], desk.service.system().figures().cached_modules);
    assert_eq!(now["cacheMemoryUsage"], desk.service.system().figures().cached_bytes);
    let health = json(&desk.answer(ask("GET", "/health").bearer(TOKEN)));
    assert_eq!(health["details"]["cache"]["size"], 2);
}

#[test]
fn h7_reading_routes_run_for_reading_methods_only() {
    let mut desk = desk();
    for route in ROUTES.iter().filter(|route| route.method == "GET" && !route.path.contains('*')) {
        for method in ["POST", "PUT", "DELETE", "PATCH"] {
            if ROUTES.iter().any(|other| other.path == route.path && other.method == method) {
                continue;
            }
            assert_eq!(
                desk.answer(ask(method, route.path).bearer(TOKEN).json("{}")).status,
                405,
                "{method} {}",
                route.path
            );
        }
    }
}

#[test]
fn h8_refusals_name_what_is_allowed() {
    let mut desk = desk();
    let refused = desk.answer(ask("DELETE", "/config").bearer(TOKEN));
    assert_eq!((refused.status, refused.header("allow")), (405, Some("GET, HEAD, POST, PATCH, PUT, OPTIONS")));
    assert_eq!(desk.answer(ask("HEAD", "/config").bearer(TOKEN)).status, 200);
    assert_eq!(desk.answer(ask("OPTIONS", "/config")).status, 204);
    assert_eq!(desk.answer(ask("OPTIONS", "/nowhere")).status, 404);
}

#[test]
fn h9_a_form_of_another_site_changes_nothing() {
    let mut desk = desk();
    let form = |kind: &str| {
        ask("POST", "/admin/reset")
            .bearer(TOKEN)
            .with("origin", "https://evil.example")
            .with("content-type", kind)
            .chunks(&[b"{}"])
    };
    for kind in
        ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "application/json"]
    {
        let answer = desk.answer(form(kind));
        assert_eq!(answer.status, 403, "{kind}");
        assert!(answer.header("access-control-allow-origin").is_none());
    }
    let plain = ask("POST", "/admin/reset").bearer(TOKEN).with("content-type", "text/plain").chunks(&[b"{}"]);
    assert_eq!(desk.answer(plain).status, 415);
}

#[test]
fn h10_nobody_is_let_in_without_a_token() {
    let mut desk = Desk::new(&Value::Undefined, &Value::Undefined);
    for path in ["/metrics", "/config", "/circuit-breakers", "/modules"] {
        assert_eq!(desk.answer(ask("GET", path)).status, 403, "{path}");
    }
    for path in ["/admin/reset", "/admin/cache", "/compile"] {
        assert_eq!(desk.answer(ask("POST", path).json("{}")).status, 404, "{path}");
    }
}

#[test]
fn h11_bodies_are_bounded_and_whole() {
    let mut desk = desk();
    let piece = vec![b' '; 60_000];
    let large = ask("POST", "/config").bearer(TOKEN).json("").chunks(&[b"{", &piece, &piece]);
    assert_eq!(desk.answer(large).status, 413);
    // A character split over two pieces stays what it was.
    let text = "{\"ҷ\":1}".as_bytes();
    let split = ask("POST", "/config").bearer(TOKEN).json("").chunks(&[&text[..3], &text[3..]]);
    let refused = desk.answer(split);
    assert_eq!((refused.status, &json(&refused)["details"][0]["path"]), (400, &"ҷ".into()), "{}", body(&refused));
}

#[test]
fn h12_an_unknown_breaker_stays_unknown() {
    let mut desk = desk();
    for key in ["ghost", "__proto__", "constructor"] {
        for kind in ["reset", "open", "remove"] {
            let request = format!("{{\"type\":\"{kind}\",\"key\":\"{key}\"}}");
            let answer = desk.answer(ask("POST", "/circuit-breakers").bearer(TOKEN).json(&request));
            assert_eq!((answer.status, &json(&answer)["code"]), (404, &"BREAKER_NOT_FOUND".into()));
        }
    }
    let listed = json(&desk.answer(ask("GET", "/circuit-breakers").bearer(TOKEN)));
    assert_eq!(listed["overall"]["totalBreakers"], 0);
    assert_eq!(listed["breakers"], serde_json::json!({}));
}

#[test]
fn h13_no_request_target_is_too_odd() {
    let mut desk = desk();
    for url in
        ["", "//", "http://", "http://[", "*", "me:443", "https://me/%", "https://me/%c0%80", "\0", "http://me:99999/"]
    {
        let mut odd = ask("GET", "/");
        odd.request.url = url.to_owned();
        let answer = desk.answer(odd);
        assert!(matches!(answer.status, 400 | 404), "{url:?} {}", answer.status);
    }
}

#[test]
fn h14_closing_is_reversible_and_ends_nothing_under_way() {
    let mut desk = desk();
    let id = somon_http::event::HandlerId(1);
    let slow = desk.begin(ask("GET", "/m/main.js"));
    // Half sent, and nothing more ever comes: it is given up, and holds nobody up.
    let idle = desk.begin(ask("POST", "/config").bearer(TOKEN).json("{}"));
    desk.service.close_handler(id, true);
    let refused = desk.answer(ask("GET", "/health"));
    assert_eq!((refused.status, refused.header("retry-after")), (503, Some("1")));
    let status = |id: &u32| desk.answers.get(id).and_then(Option::as_ref).map(|answer| answer.status);
    assert_eq!((status(&slow), status(&idle)), (Some(200), Some(200)));
    desk.service.close_handler(id, false);
    assert_eq!(desk.answer(ask("GET", "/health")).status, 200);
    let figures = desk.service.system().figures();
    assert_eq!((figures.operations, figures.timers), (0, 0));
}

#[test]
fn h15_documented_routes_are_there() {
    let mut desk = desk();
    assert_eq!(desk.answer(ask("GET", "/ready")).status, 200);
    let page = desk.answer(ask("GET", "/metrics").bearer(TOKEN).with("accept", "text/plain"));
    assert_eq!(page.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    assert!(body(&page).contains("# TYPE somon_script_"), "{}", body(&page));
}
