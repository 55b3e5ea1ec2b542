//! Bodies that do not come, and what is kept out of answers.

use somon_http::event::{Event, HandlerId, RequestId};
use somon_http::message::Request;
use somon_ops::config::Value;
use somon_system::sim::Reply;

use crate::support::{BASE, Desk, ask, body, json, map, text, texts};

fn desk() -> Desk {
    let auth = map(&[("token", text("t"))]);
    let modules = map(&[("origins", texts(&["https://cdn.example"]))]);
    Desk::new(&Value::Undefined, &map(&[("auth", auth), ("modules", modules)]))
}

#[test]
fn a_body_that_does_not_come_is_given_up() {
    let mut desk = desk();
    // Asked by hand: nobody sends the body.
    let (id, handler) = (RequestId(1000), HandlerId(1));
    let headers = [("authorization", "Bearer t"), ("content-type", "application/json")];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let request = Request { method: "POST".to_owned(), url: "https://me/config".to_owned(), headers };
    desk.silent = true;
    desk.deliver(Event::Request { id, handler, request, tokens: Default::default() });
    desk.run();
    let answer = desk.answers.remove(&1000).flatten().expect("answered");
    assert_eq!((answer.status, &json(&answer)["code"]), (408, &"TIMEOUT".into()));
    assert_eq!(desk.now, 10_000_000);
    // What comes later is of no request.
    desk.deliver(Event::Body { id, bytes: b"{}".to_vec() });
    desk.deliver(Event::BodyEnd { id });
    assert!(desk.answers.is_empty());
}

#[test]
fn a_body_that_breaks_off_changes_nothing() {
    let mut desk = desk();
    desk.silent = true;
    let id = RequestId(desk.begin(ask("POST", "/config").bearer("t").json("")));
    desk.deliver(Event::Body { id, bytes: b"{\"maxCacheSize\":5}".to_vec() });
    desk.deliver(Event::BodyFailed { id });
    desk.run();
    let answer = desk.answers.remove(&id.0).flatten().expect("answered");
    assert_eq!((answer.status, &json(&answer)["code"]), (400, &"INVALID_BODY".into()));
    assert_eq!(json(&desk.answer(ask("GET", "/config").bearer("t")))["maxCacheSize"], 1000);
}

#[test]
fn secrets_of_an_upstream_url_are_not_told() {
    let mut desk = desk();
    let leaky = r#"ворид { а } аз "https://cdn.example/a.som?token=hush-hush&v=1"; содир { а };"#;
    desk.module("main.som", leaky);
    desk.network.set("https://cdn.example/a.som?token=hush-hush&v=1", Reply::status(500));
    for ask in [ask("GET", "/m/main.js"), ask("GET", "/bundle.js?entry=main.som"), ask("GET", "/health").bearer("t")] {
        let answer = desk.answer(ask);
        assert!(!body(&answer).contains("hush-hush"), "{}", body(&answer));
    }
    desk.network.set(&[BASE, "moved.som"].concat(), Reply::redirect("https://user:hush-hush@cdn.example/a.som"));
    let answer = desk.answer(ask("GET", "/m/moved.js"));
    assert!(answer.status >= 400 && !body(&answer).contains("hush-hush"), "{}", body(&answer));
}
