//! What every host must do alike: fetch, timers, clock, random, console. The files beside this one say where it runs.

use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use somon_host::timer::Timer;
use somon_host::{clock, console, fetch, profile, random};
use somon_ops::log::Level;
use somon_system::effect::FetchRequest;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::*;

const BODY: &str = "data:text/plain;charset=utf-8,%D1%81%D0%B0%D0%BB%D0%BE%D0%BC";

fn request(url: &str) -> FetchRequest {
    FetchRequest {
        url: url.into(),
        headers: vec![("accept", "text/plain".into())],
        own_headers: Vec::new(),
        asks_headers: false,
        follow_redirects: true,
        post: None,
    }
}

fn signal() -> (web_sys::AbortController, JsValue) {
    let controller = web_sys::AbortController::new().unwrap();
    let signal = controller.signal().into();
    (controller, signal)
}

/// A hook written in JavaScript: `(url, init) => body`.
fn hook(body: &str) -> Function {
    Function::new_with_args("url, init", body)
}

async fn body(mut url: &str, hook: Option<&Function>) -> Result<Vec<u8>, String> {
    if url.is_empty() {
        url = BODY;
    }
    let (_controller, signal) = signal();
    let promise = fetch::start(&request(url), hook, None, &signal)?;
    let response = JsFuture::from(promise).await.map_err(|error| fetch::reason(&error))?;
    let (head, reader) = fetch::open(&response)?;
    assert_eq!(head.status, 200);
    let mut bytes = Vec::new();
    if let Some(reader) = reader {
        loop {
            let result = JsFuture::from(reader.read()?).await.map_err(|error| fetch::reason(&error))?;
            let Some(chunk) = fetch::chunk(&result)? else { break };
            bytes.extend(fetch::pieces(&chunk).flatten());
        }
    }
    Ok(bytes)
}

#[wasm_bindgen_test]
async fn reads_a_body_by_the_global_fetch() {
    assert_eq!(body("", None).await.unwrap(), "салом".as_bytes());
}

#[wasm_bindgen_test]
async fn looks_fetch_up_at_the_moment_of_the_call() {
    let global = js_sys::global();
    let name = JsValue::from_str("fetch");
    let original = Reflect::get(&global, &name).unwrap();
    Reflect::set(&global, &name, &hook("return Promise.resolve(new Response('replaced'))")).unwrap();
    let answer = body("http://nowhere.invalid/", None).await;
    Reflect::set(&global, &name, &original).unwrap();
    assert_eq!(answer.unwrap(), b"replaced");
}

#[wasm_bindgen_test]
async fn prefers_the_hook_and_hands_it_url_signal_headers_and_redirect_mode() {
    let hook = hook(
        "return new Response([url, init.signal instanceof AbortSignal, init.headers.accept, init.redirect].join(' '))",
    );
    let answer = body("https://example.org/a.som", Some(&hook)).await.unwrap();
    assert_eq!(String::from_utf8(answer).unwrap(), "https://example.org/a.som true text/plain follow");
}

#[wasm_bindgen_test]
async fn a_throwing_hook_is_a_failed_fetch() {
    let (_controller, signal) = signal();
    let failed = fetch::start(&request(BODY), Some(&hook("throw new TypeError('no network today')")), None, &signal);
    assert_eq!(failed.unwrap_err(), "no network today");
}

#[wasm_bindgen_test]
async fn an_answer_that_is_no_response_is_a_failed_fetch() {
    assert!(body("", Some(&hook("return { ok: true }"))).await.unwrap_err().contains("Response"));
}

#[wasm_bindgen_test]
async fn a_body_of_strings_is_a_failed_fetch() {
    let hook = hook("return new Response(new ReadableStream({ start(c) { c.enqueue('text'); c.close(); } }))");
    assert!(body("", Some(&hook)).await.is_err());
}

#[wasm_bindgen_test]
async fn a_body_that_is_already_read_is_a_failed_fetch() {
    let hook = hook("const r = new Response('x'); r.body.getReader(); return r");
    assert!(body("", Some(&hook)).await.unwrap_err().contains("already"));
}

#[wasm_bindgen_test]
async fn an_abort_fails_the_fetch() {
    let (controller, signal) = signal();
    let never =
        hook("return new Promise((_, no) => init.signal.addEventListener('abort', () => no(init.signal.reason)))");
    let promise = fetch::start(&request(BODY), Some(&never), None, &signal).unwrap();
    controller.abort();
    assert!(JsFuture::from(promise).await.is_err());
}

#[wasm_bindgen_test]
async fn a_cancelled_reader_ends_the_read_under_way() {
    let (_controller, signal) = signal();
    let endless = hook("return new Response(new ReadableStream({ pull() { return new Promise(() => {}); } }))");
    let promise = fetch::start(&request(BODY), Some(&endless), None, &signal).unwrap();
    let (_, reader) = fetch::open(&JsFuture::from(promise).await.unwrap()).unwrap();
    let reader = reader.unwrap();
    let read = reader.read().unwrap();
    reader.cancel();
    assert!(fetch::chunk(&JsFuture::from(read).await.unwrap()).unwrap().is_none());
}

#[wasm_bindgen_test]
fn a_large_chunk_enters_in_pieces() {
    let chunk = Uint8Array::new_with_length(600 * 1024);
    chunk.set_index(599 * 1024, 7);
    let pieces: Vec<Vec<u8>> = fetch::pieces(&chunk).collect();
    assert_eq!(pieces.iter().map(Vec::len).collect::<Vec<_>>(), [256 * 1024, 256 * 1024, 88 * 1024]);
    assert_eq!(pieces[2][87 * 1024], 7);
}

#[wasm_bindgen_test]
fn a_reason_tells_the_cause_behind_it() {
    let error = js_sys::Error::new("fetch failed");
    let cause = js_sys::Error::new("connect ECONNREFUSED");
    Reflect::set(&error, &JsValue::from_str("cause"), &cause).unwrap();
    assert_eq!(fetch::reason(&error), "fetch failed: connect ECONNREFUSED");
    assert_eq!(fetch::reason(&JsValue::from_str("text")), "text");
    assert_eq!(fetch::reason(&JsValue::UNDEFINED), "no reason given");
}

#[wasm_bindgen_test]
async fn a_timer_fires_not_before_its_time() {
    let before = clock::now_micros();
    let (_timer, promise) = Timer::start(20, false);
    JsFuture::from(promise).await.unwrap();
    // Hosts round both clocks; a millisecond of grace.
    assert!(clock::now_micros() - before >= 19_000);
}

#[wasm_bindgen_test]
async fn a_cleared_timer_settles_at_once() {
    let (timer, promise) = Timer::start(60_000, true);
    let (guard, late) = Timer::start(5_000, false);
    timer.clear();
    let first = promise;
    let winner = JsFuture::from(Promise::race(&Array::of2(&first, &late))).await;
    guard.clear();
    assert!(winner.is_ok());
}

#[wasm_bindgen_test]
fn the_clock_does_not_go_back() {
    let first = clock::now_micros();
    assert!(clock::now_micros() >= first);
}

#[wasm_bindgen_test]
fn random_bytes_differ() {
    assert_ne!(random::bytes(), random::bytes());
}

#[wasm_bindgen_test]
fn each_level_reaches_its_console_method() {
    let global = js_sys::global();
    let console = Reflect::get(&global, &JsValue::from_str("console")).unwrap();
    let seen = Array::new();
    let levels = [(Level::Debug, "debug"), (Level::Info, "info"), (Level::Warn, "warn"), (Level::Error, "error")];
    for (level, name) in levels {
        let key = JsValue::from_str(name);
        let original = Reflect::get(&console, &key).unwrap();
        let push = Function::new_with_args("seen, name, line", "seen.push(name + ' ' + line)");
        let spy = push.bind2(&JsValue::UNDEFINED, &seen, &key);
        Reflect::set(&console, &key, &spy).unwrap();
        console::write(level, "сатр");
        Reflect::set(&console, &key, &original).unwrap();
    }
    let seen: Vec<String> = seen.iter().filter_map(|line| line.as_string()).collect();
    assert_eq!(seen, ["debug сатр", "info сатр", "warn сатр", "error сатр"]);
}

#[wasm_bindgen_test]
fn the_host_knows_its_name() {
    assert_eq!(profile::detect(), super::HOST);
}
