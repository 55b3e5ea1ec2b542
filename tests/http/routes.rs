//! What the table of routes promises, row by row.

use somon_http::route::{ROUTES, Scope};
use somon_ops::config::Value;

use crate::support::{Desk, ask, json, map, text};

fn open() -> Desk {
    let auth = map(&[("readToken", text("r-token")), ("writeToken", text("w-token"))]);
    Desk::new(&Value::Undefined, &map(&[("auth", auth), ("modules", map(&[]))]))
}

/// A path that the pattern stands for.
fn example(pattern: &str) -> String {
    pattern.replace('*', "main")
}

fn methods(pattern: &str) -> Vec<&'static str> {
    ROUTES.iter().filter(|route| route.path == pattern).map(|route| route.method).collect()
}

#[test]
fn every_path_says_what_it_allows() {
    let mut desk = open();
    for route in ROUTES {
        let path = example(route.path);
        let mut expected: Vec<&str> = methods(route.path);
        if expected.contains(&"GET") {
            expected.push("HEAD");
        }
        expected.push("OPTIONS");
        expected.sort_unstable();
        for method in ["OPTIONS", "DELETE", "PROPFIND"] {
            let answer = desk.answer(ask(method, &path));
            assert_eq!(answer.status, if method == "OPTIONS" { 204 } else { 405 }, "{method} {path}");
            let mut allowed: Vec<&str> = answer.header("allow").expect("Allow").split(", ").collect();
            allowed.sort_unstable();
            assert_eq!(allowed, expected, "{method} {path}");
        }
    }
}

#[test]
fn no_method_but_its_own_runs_a_route() {
    let mut desk = open();
    for route in ROUTES {
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "get", "Post"] {
            let known = methods(route.path);
            if known.contains(&method) || method == "HEAD" && known.contains(&"GET") {
                continue;
            }
            let answer = desk.answer(ask(method, &example(route.path)).bearer("w-token").json("{}"));
            assert_eq!(answer.status, 405, "{method} {}", route.path);
        }
    }
}

#[test]
fn scopes_are_kept() {
    let mut desk = open();
    for route in ROUTES.iter().filter(|route| matches!(route.scope, Scope::Read | Scope::Write)) {
        let path = example(route.path);
        let request = || ask(route.method, &path).json("{}");
        let status = |desk: &mut Desk, token: Option<&str>| {
            let request = token.map_or(request(), |token| request().bearer(token));
            desk.answer(request).status
        };
        assert_eq!(status(&mut desk, None), 401, "{path}");
        assert_eq!(status(&mut desk, Some("guess")), 401, "{path}");
        if route.scope == Scope::Write {
            assert_eq!(status(&mut desk, Some("r-token")), 403, "{path}");
        }
        for token in ["r-token", "w-token"] {
            if route.scope == Scope::Read || token == "w-token" {
                let status = status(&mut desk, Some(token));
                assert!(!matches!(status, 401 | 403), "{path} with {token}: {status}");
            }
        }
    }
}

#[test]
fn without_tokens_changes_are_off_and_reading_is_closed() {
    let mut desk = Desk::new(&Value::Undefined, &Value::Undefined);
    for route in ROUTES {
        let answer = desk.answer(ask(route.method, &example(route.path)).json("{}"));
        let can_be_read = ROUTES.iter().any(|other| other.path == route.path && other.scope == Scope::Read);
        let expected = match route.scope {
            Scope::Public => 200,
            Scope::Read => 403,
            Scope::Write if can_be_read => 403,
            // The module routes are not there, nor is what only changes.
            Scope::Write | Scope::Modules => 404,
        };
        assert_eq!(answer.status, expected, "{} {}", route.method, route.path);
    }
}

#[test]
fn head_is_get_without_its_body() {
    let mut desk = open();
    desk.module("main.som", "содир собит а = 1;");
    for path in ["/health/live", "/m/main.js", "/m/none.js", "/nowhere", "/health"] {
        let get = desk.answer(ask("GET", path));
        let head = desk.answer(ask("HEAD", path));
        assert_eq!(head.status, get.status, "{path}");
        assert!(head.body.is_empty(), "{path}");
        assert_eq!(head.header("content-length"), Some(get.body.len().to_string().as_str()), "{path}");
        let names = |answer: &somon_http::message::Answer| -> Vec<&str> {
            answer.headers.iter().map(|(name, _)| *name).collect()
        };
        assert_eq!(names(&head), names(&get), "{path}");
    }
}

#[test]
fn the_id_of_a_request_is_repeated_when_it_may_be() {
    let mut desk = open();
    let given = |desk: &mut Desk, id: &str| {
        let answer = desk.answer(ask("GET", "/nowhere").with("x-request-id", id));
        let told = answer.header("x-request-id").expect("an id").to_owned();
        assert_eq!(json(&answer)["requestId"], told.as_str());
        told
    };
    assert_eq!(given(&mut desk, "a.B_9-"), "a.B_9-");
    for bad in ["", "with space", "<script>", "ном", &"x".repeat(129)] {
        let told = given(&mut desk, bad);
        assert!(told.len() == 16 && told.bytes().all(|byte| byte.is_ascii_hexdigit()), "{told}");
    }
}

#[test]
fn what_a_function_says_counts() {
    let mut desk = Desk::new(&Value::Undefined, &map(&[("auth", Value::Function)]));
    let said = |word: bool, with_header: bool, desk: &mut Desk| {
        let mut request = ask("GET", "/config");
        request.word = Some(word);
        desk.answer(if with_header { request.bearer("x") } else { request }).status
    };
    assert_eq!(said(false, false, &mut desk), 401);
    assert_eq!(said(false, true, &mut desk), 403);
    assert!(!matches!(said(true, false, &mut desk), 401 | 403));
}

#[test]
fn tokens_of_the_environment_count_for_their_request_alone() {
    let handler = map(&[("auth", map(&[("token", Value::Function)]))]);
    let mut desk = Desk::new(&Value::Undefined, &handler);
    let mut request = ask("GET", "/config").bearer("s3cret");
    assert_eq!(desk.answer(request.clone()).status, 403, "nothing is set yet");
    request.tokens.both = Some("s3cret".to_owned());
    assert!(!matches!(desk.answer(request.clone()).status, 401 | 403));
    request.tokens.both = Some(String::new());
    assert_eq!(desk.answer(request).status, 403, "an empty token is none");
}

#[test]
fn a_path_outside_the_base_path_may_be_passed_on() {
    let options = |passes| map(&[("basePath", text("/api")), ("passThrough", Value::Bool(passes))]);
    let mut desk = Desk::new(&Value::Undefined, &options(true));
    assert!(desk.try_answer(ask("GET", "/other")).is_none());
    assert!(desk.try_answer(ask("GET", "/apiary")).is_none());
    assert_eq!(desk.answer(ask("GET", "/api/health/live")).status, 200);
    assert_eq!(desk.answer(ask("GET", "/api/other")).status, 404);
    let mut desk = Desk::new(&Value::Undefined, &options(false));
    assert_eq!(desk.answer(ask("GET", "/other")).status, 404);
}
