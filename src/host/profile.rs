//! Which host this is and where it stands, found out when first asked, never at module scope.

use std::cell::Cell;

use js_sys::Reflect;
use somon_system::{HostKind, HostProfile};
use wasm_bindgen::{JsCast, JsValue};

use super::clock;

pub fn of_this_host() -> HostProfile {
    let kind = detect();
    let global: JsValue = js_sys::global().into();
    // Only pages and web workers stand somewhere.
    let place = match kind {
        HostKind::Browser => text(&get(&global, "document"), "baseURI"),
        HostKind::Worker => text(&get(&global, "location"), "href"),
        _ => None,
    };
    HostProfile { kind, base_url: place.unwrap_or_else(|| "somon:///".into()) }
}

pub fn detect() -> HostKind {
    let global: JsValue = js_sys::global().into();
    // Order matters: Deno and Bun also have `process`, and every one of them may have `navigator`.
    if text(&get(&global, "navigator"), "userAgent").as_deref() == Some("Cloudflare-Workers") {
        HostKind::Workerd
    } else if !get(&global, "Deno").is_undefined() {
        HostKind::Deno
    } else if !get(&global, "Bun").is_undefined() {
        HostKind::Bun
    } else if !get(&get(&get(&global, "process"), "versions"), "node").is_undefined() {
        HostKind::Node
    } else if !get(&global, "document").is_undefined() {
        HostKind::Browser
    } else {
        HostKind::Worker
    }
}

/// Whether this is a page that nobody sees: its timers are held back.
pub fn is_hidden() -> bool {
    // Asked with every call: where there is no page, there will be none.
    DOCUMENT.with(|document| document.as_ref().is_some_and(|document| get(document, "hidden").is_truthy()))
}

thread_local! {
    static DOCUMENT: Option<JsValue> = {
        let document = get(&js_sys::global(), "document");
        document.is_object().then_some(document)
    };
}

/// For how long one answer of the host about its heap is good: Node takes longer to find it out than all figures of
/// the component take together.
const HEAP_MS: f64 = 1000.0;

thread_local! {
    static HEAP: Cell<(f64, Option<u64>)> = const { Cell::new((f64::NEG_INFINITY, None)) };
}

/// What the garbage collector of the host has in use, where it tells; as of a second ago at most.
pub fn js_heap_bytes() -> Option<u64> {
    let now = clock::now_ms();
    let (asked, known) = HEAP.get();
    if now - asked < HEAP_MS {
        return known;
    }
    let bytes = ask_heap_bytes();
    HEAP.set((now, bytes));
    bytes
}

fn ask_heap_bytes() -> Option<u64> {
    let global: JsValue = js_sys::global().into();
    let memory = get(&get(&global, "performance"), "memory");
    let by_page = get(&memory, "usedJSHeapSize").as_f64();
    let by_process = || {
        let process = get(&global, "process");
        let usage = get(&process, "memoryUsage").dyn_into::<js_sys::Function>().ok()?.call0(&process).ok()?;
        get(&usage, "heapUsed").as_f64()
    };
    by_page.or_else(by_process).map(|bytes| bytes as u64)
}

fn get(target: &JsValue, key: &str) -> JsValue {
    // Asking nothing for a property throws, and an exception costs more than all the rest.
    if target.is_undefined() || target.is_null() {
        return JsValue::UNDEFINED;
    }
    Reflect::get(target, &JsValue::from_str(key)).unwrap_or(JsValue::UNDEFINED)
}

fn text(target: &JsValue, key: &str) -> Option<String> {
    get(target, key).as_string()
}
