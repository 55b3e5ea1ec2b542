//! What every host must do alike: what comes in of a fetch, clock, random, console. The files beside this one say where it runs.

use js_sys::{Array, Function, Reflect, Uint8Array};
use somon_host::fetch::Arrival;
use somon_host::{clock, console, fetch, profile, random};
use somon_ops::log::Level;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::*;

#[wasm_bindgen_test]
fn a_head_is_told_in_lines() {
    let told = JsValue::from_str("203\nhttp://h/a,b\ncontent-type,text/plain\nx-list,a, b\nx-none,");
    let Arrival::Head(head) = fetch::arrival(0, told) else { panic!("no head") };
    assert_eq!((head.status, head.url.as_str()), (203, "http://h/a,b"));
    let headers: Vec<(&str, &str)> = head.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
    assert_eq!(headers, [("content-type", "text/plain"), ("x-list", "a, b"), ("x-none", "")]);
}

#[wasm_bindgen_test]
fn what_makes_no_sense_is_a_failed_fetch() {
    let nonsense =
        [(0, JsValue::from_str("ok")), (0, JsValue::UNDEFINED), (1, JsValue::from_str("text")), (9, JsValue::NULL)];
    for (kind, value) in nonsense {
        assert!(matches!(fetch::arrival(kind, value), Arrival::Failed(_)));
    }
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
